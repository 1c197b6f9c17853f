//! What the printer gets.

use std::fmt::Write as _;

use super::*;

#[test]
fn the_qr_of_each_stock_is_read_at_203_dpi_in_black_and_white() {
    for (name, stock) in stocks() {
        let faces: Vec<BadgeFace> = (0..stock.badges_per_page())
            .map(|at| BadgeFace { code: format!("{}{at}", &CODE[..19]), ..face() })
            .collect();
        let pdf = pdf(&faces, &stock).unwrap();
        let Some((width, height, dots)) = printed(&pdf) else {
            return;
        };
        let mut read = codes_in(width, height, |x, y| dots[y * width + x]);
        read.sort();
        let expected: Vec<String> = faces.into_iter().map(|face| face.code).collect();
        assert_eq!(read, expected, "{name}");
    }
}

#[test]
fn an_imported_code_of_any_usual_length_is_read_too() {
    let vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aziz;Noor\r\nORG:Meridian Robotics GmbH\r\nEMAIL:noor.aziz@meridian.example\r\nTEL:+49 511 5550142\r\nEND:VCARD\r\n";
    for code in ["4711", "https://tickets.example.org/t/8f3c0a62-77c1-4a1e-9d0b-5a0d3f8f9f7e", "Zoë Łukasz 山田", vcard]
    {
        for name in ["a6", "86x54", "62mm"] {
            let pdf = pdf(&[BadgeFace { code: code.into(), ..face() }], &Stock::parse(name).unwrap()).unwrap();
            let Some((width, height, dots)) = printed(&pdf) else {
                return;
            };
            assert_eq!(codes_in(width, height, |x, y| dots[y * width + x]), [code], "{name}");
        }
    }
}

#[test]
fn a_code_too_dense_for_its_stock_is_refused_with_the_way_out() {
    let dense = BadgeFace { code: "x".repeat(2000), ..face() };
    let message = pdf(&[dense], &Stock::parse("86x54").unwrap()).unwrap_err().to_string();
    assert!(message.contains("7F3K-92QX") && message.contains("larger stock"), "{message}");
    assert_eq!(pdf(&[], &Stock::parse("a6").unwrap()), Err(PrintError::NothingToPrint));
}

#[test]
fn every_script_is_on_the_badge_and_can_be_copied_from_it() {
    let people = [
        ("Nguyễn", "Thị Ánh"),
        ("Þórunn", "Łukasiewicz"),
        ("Ελένη", "Παπαδοπούλου"),
        ("Олена", "Ґонтар"),
        ("王", "小明"),
        ("太郎", "山田"),
        ("アナ", "ペレス"),
        ("민준", "김"),
        ("თამარ", "მაისურაძე"),
        ("Արամ", "Խաչատրյան"),
        ("สมชาย", "ศรีสุข"),
    ];
    let faces: Vec<BadgeFace> = people.iter().map(|(first, last)| named(first, last)).collect();
    let Some(text) = text_of(&pdf(&faces, &Stock::parse("a6").unwrap()).unwrap()) else {
        return;
    };
    for (first, last) in people {
        assert!(text.contains(first) && text.contains(last), "{first} {last} in:\n{text}");
    }
    for common in ["7F3K-92QX", "Hannover Motion Expo 2026", "Meridian Robotics GmbH", "Head of Procurement", "Visitor"]
    {
        assert_eq!(text.matches(common).count(), people.len(), "{common}");
    }
}

#[test]
fn names_of_scripts_that_join_their_letters_are_copied_whole() {
    for (first, last) in [("محمد", "عبد الرحمن"), ("נועה", "כהן"), ("प्रियंका", "श्रीवास्तव"), ("Émile", "محمد")]
    {
        let Some(text) = text_of(&pdf(&[named(first, last)], &Stock::parse("a6").unwrap()).unwrap()) else {
            return;
        };
        assert!(text.contains(first) && text.contains(last), "{first} {last} in:\n{text}");
    }
}

#[test]
fn the_offset_moves_what_is_printed() {
    let stock = Stock::parse("a6").unwrap();
    let moved = Stock { offset_x: 5.0, offset_y: -3.0, ..stock.clone() };
    let corner = |stock: &Stock| {
        let (width, _, dots) = printed(
            &pdf(
                &[BadgeFace { category_colour: Rgb::WHITE, ..named("I", "") }],
                &Stock { preprinted: true, ..stock.clone() },
            )
            .unwrap(),
        )?;
        let inked = dots.iter().enumerate().filter(|&(_, dark)| *dark);
        Some(inked.fold((usize::MAX, usize::MAX), |(x, y), (at, _)| (x.min(at % width), y.min(at / width))))
    };
    let (Some(before), Some(after)) = (corner(&stock), corner(&moved)) else {
        return;
    };
    let dots = |mm: f32| (mm * 203.0 / 25.4).round() as i64;
    assert!((after.0 as i64 - before.0 as i64 - dots(5.0)).abs() <= 1, "{before:?} {after:?}");
    assert!((after.1 as i64 - before.1 as i64 + dots(3.0)).abs() <= 1, "{before:?} {after:?}");
}

#[test]
fn thousands_of_badges_go_into_one_pdf_in_seconds() {
    let names = [
        "Noor Aziz",
        "Ελένη Παπαδοπούλου",
        "王 小明",
        "محمد عبدالرحمن",
        "Олександр Ґонґадзе",
        "Anna-Lena Müller",
        "प्रिया शर्मा",
        "สมชาย ศรีสุข",
    ];
    let faces: Vec<BadgeFace> = (0..2500)
        .map(|at| {
            let (first, last) = names[at % names.len()].split_once(' ').unwrap();
            let (first, last) = (format!("{first}{}", at % 97), format!("{last}{}", at % 311));
            BadgeFace {
                code: format!("{}{at:04}", &CODE[..16]),
                badge_number: format!("7F3K-{at:04}"),
                company: format!("Company {}", at % 400),
                ..named(&first, &last)
            }
        })
        .collect();
    let mut report = String::new();
    for name in ["a6", "a4-4"] {
        let start = std::time::Instant::now();
        let pdf = pdf(&faces, &Stock::parse(name).unwrap()).unwrap();
        let took = start.elapsed();
        let _ =
            write!(report, "{name}: {} badges, {} KiB in {:.2} s; ", faces.len(), pdf.len() / 1024, took.as_secs_f32());
        // An unoptimised build on a busy machine; the release build takes a fraction.
        assert!(took.as_secs() < 60, "{report}");
    }
    eprintln!("{report}");
}
