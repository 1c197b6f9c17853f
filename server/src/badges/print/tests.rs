//! What the printed badge promises, checked on the drawn result: PDFs go through poppler's
//! `pdftoppm` at 203 dpi in black and white, as a label printer sees them, and are read by rqrr.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::process::Command;

use super::layout::{self, Area, Item};
use super::text::Shaper;
use super::*;

const CODE: &str = "L4M7K9QX2W8ZC3VB6N0H";

fn face() -> BadgeFace {
    BadgeFace {
        first_name: "Noor".into(),
        last_name: "Aziz-Lindqvist".into(),
        company: "Meridian Robotics GmbH".into(),
        job_title: "Head of Procurement".into(),
        category_label: "Visitor".into(),
        category_colour: Rgb(0x1f, 0x6f, 0x8b),
        badge_number: "7F3K-92QX".into(),
        code: CODE.into(),
        event_name: "Hannover Motion Expo 2026".into(),
    }
}

fn named(first: &str, last: &str) -> BadgeFace {
    BadgeFace {
        first_name: first.into(),
        last_name: last.into(),
        ..face()
    }
}

/// Every preset, each also as preprinted stock, and sizes that are none.
fn stocks() -> Vec<(String, Stock)> {
    let custom = ["90x120mm", "60x38", "40x45", "210x297", "148x105", "74x105"];
    let plain = PRESETS.iter().map(|preset| preset.name).chain(custom);
    plain
        .flat_map(|name| {
            let stock = Stock::parse(name).unwrap();
            let preprinted = Stock {
                preprinted: true,
                ..stock.clone()
            };
            [
                (name.to_owned(), stock),
                (format!("{name} preprinted"), preprinted),
            ]
        })
        .collect()
}

/// Runs one of poppler's tools; `None`, said loudly, where it is not installed.
fn poppler(tool: &str, pdf: &[u8], options: &[&str]) -> Option<Vec<u8>> {
    if Command::new(tool).arg("-v").output().is_err() {
        eprintln!(
            "LEFT OUT: {tool} is not installed (Debian: poppler-utils), so no printed page was looked at"
        );
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("badges.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new(tool)
        .args(options)
        .arg(&file)
        .args((tool == "pdftotext").then_some("-"))
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "{tool}: {complaints}"
    );
    Some(output.stdout)
}

fn text_of(pdf: &[u8]) -> Option<String> {
    poppler("pdftotext", pdf, &["-layout"]).map(|text| String::from_utf8(text).unwrap())
}

/// The first page at 203 dpi, one bit a dot: width, height, and whether a dot is inked.
fn printed(pdf: &[u8]) -> Option<(usize, usize, Vec<bool>)> {
    let pbm = poppler(
        "pdftoppm",
        pdf,
        &["-r", "203", "-mono", "-f", "1", "-l", "1", "-singlefile"],
    )?;
    let picture = image::load_from_memory(&pbm).ok();
    assert!(
        picture.is_none(),
        "the image crate has learned PBM: use it here"
    );
    let mut lines = pbm.splitn(3, |&byte| byte == b'\n');
    assert_eq!(lines.next().unwrap(), b"P4");
    let size = String::from_utf8(lines.next().unwrap().to_vec()).unwrap();
    let (width, height) = size
        .split_once(' ')
        .map(|(w, h)| (w.parse().unwrap(), h.parse().unwrap()))
        .unwrap();
    let (bits, stride) = (lines.next().unwrap(), usize::div_ceil(width, 8));
    let dots = (0..width * height)
        .map(|at| bits[at / width * stride + at % width / 8] >> (7 - at % width % 8) & 1 == 1)
        .collect();
    Some((width, height, dots))
}

fn codes_in(width: usize, height: usize, dark: impl Fn(usize, usize) -> bool) -> Vec<String> {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        if dark(x, y) { 0 } else { 255 }
    });
    picture
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

fn inside(inner: Area, outer: Area) -> bool {
    let slack = 0.02;
    inner.x >= outer.x - slack
        && inner.y >= outer.y - slack
        && inner.x + inner.width <= outer.x + outer.width + slack
        && inner.y + inner.height <= outer.y + outer.height + slack
}

fn overlap(a: Area, b: Area) -> bool {
    let slack = 0.02;
    a.x + slack < b.x + b.width
        && b.x + slack < a.x + a.width
        && a.y + slack < b.y + b.height
        && b.y + slack < a.y + a.height
}

fn shown(item: &Item) -> String {
    let what = match item {
        Item::Text { line, size, .. } => format!("\"{}\" at {size} mm", line.text),
        Item::Qr { module, .. } => format!("QR of {module} mm modules"),
        Item::Fill { .. } => "band".to_owned(),
    };
    format!("{what} in {:?}", item.area())
}

/// The promises of a layout: all in the cell, no two texts over each other, a clear and large QR.
fn check(name: &str, stock: &Stock, items: &[Item]) {
    let (width, height) = stock.cell();
    let cell = Area {
        x: 0.0,
        y: 0.0,
        width,
        height,
    };
    for (at, item) in items.iter().enumerate() {
        assert!(
            inside(item.area(), cell),
            "{name}: {} leaves the badge",
            shown(item)
        );
        for other in &items[at + 1..] {
            let solid = |item: &Item| !matches!(item, Item::Fill { .. });
            let clash = overlap(item.area(), other.area());
            assert!(
                !(clash && solid(item) && solid(other)),
                "{name}: {} overlaps {}",
                shown(item),
                shown(other)
            );
            let touches_qr = matches!(
                (item, other),
                (Item::Qr { .. }, Item::Fill { .. }) | (Item::Fill { .. }, Item::Qr { .. })
            );
            assert!(
                !(clash && touches_qr),
                "{name}: the quiet zone is not clear"
            );
        }
    }
    let symbols: Vec<Area> = items
        .iter()
        .filter(|item| matches!(item, Item::Qr { .. }))
        .map(Item::area)
        .collect();
    assert!(
        symbols.len() == 1 && symbols[0].width >= layout::LEAST_QR_MM,
        "{name}: {symbols:?}"
    );
}

#[test]
fn the_qr_of_each_stock_is_read_at_203_dpi_in_black_and_white() {
    for (name, stock) in stocks() {
        let faces: Vec<BadgeFace> = (0..stock.badges_per_page())
            .map(|at| BadgeFace {
                code: format!("{}{at}", &CODE[..19]),
                ..face()
            })
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
    for code in [
        "4711",
        "https://tickets.example.org/t/8f3c0a62-77c1-4a1e-9d0b-5a0d3f8f9f7e",
        "Zoë Łukasz 山田",
        vcard,
    ] {
        for name in ["a6", "86x54", "62mm"] {
            let pdf = pdf(
                &[BadgeFace {
                    code: code.into(),
                    ..face()
                }],
                &Stock::parse(name).unwrap(),
            )
            .unwrap();
            let Some((width, height, dots)) = printed(&pdf) else {
                return;
            };
            assert_eq!(
                codes_in(width, height, |x, y| dots[y * width + x]),
                [code],
                "{name}"
            );
        }
    }
}

#[test]
fn a_code_too_dense_for_its_stock_is_refused_with_the_way_out() {
    let dense = BadgeFace {
        code: "x".repeat(2000),
        ..face()
    };
    let message = pdf(&[dense], &Stock::parse("86x54").unwrap())
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("7F3K-92QX") && message.contains("larger stock"),
        "{message}"
    );
    assert_eq!(
        pdf(&[], &Stock::parse("a6").unwrap()),
        Err(PrintError::NothingToPrint)
    );
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
    let faces: Vec<BadgeFace> = people
        .iter()
        .map(|(first, last)| named(first, last))
        .collect();
    let Some(text) = text_of(&pdf(&faces, &Stock::parse("a6").unwrap()).unwrap()) else {
        return;
    };
    for (first, last) in people {
        assert!(
            text.contains(first) && text.contains(last),
            "{first} {last} in:\n{text}"
        );
    }
    for common in [
        "7F3K-92QX",
        "Hannover Motion Expo 2026",
        "Meridian Robotics GmbH",
        "Head of Procurement",
        "Visitor",
    ] {
        assert_eq!(text.matches(common).count(), people.len(), "{common}");
    }
}

#[test]
fn names_from_right_to_left_keep_every_letter() {
    for (first, last) in [
        ("محمد", "عبد الرحمن"),
        ("נועה", "כהן"),
        ("प्रियंका", "श्रीवास्तव"),
    ] {
        let Some(text) =
            text_of(&pdf(&[named(first, last)], &Stock::parse("a6").unwrap()).unwrap())
        else {
            return;
        };
        for letter in first.chars().chain(last.chars()) {
            assert!(
                text.contains(letter),
                "{letter} of {first} {last} in:\n{text}"
            );
        }
    }
}

#[test]
fn whatever_the_texts_are_nothing_leaves_the_badge() {
    let long = |word: &str, count: usize| vec![word; count].join(" ");
    let mut faces = vec![
        face(),
        BadgeFace {
            code: CODE.into(),
            ..BadgeFace::default()
        },
        named(
            "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft",
            "Keihanaikukauakahihuliheekahaunaele",
        ),
        named(&long("Maria", 40), &long("de la Concepción", 40)),
        named(&"क्षि".repeat(80), &long("श्रीवास्तव", 20)),
        named(&long("عبد الرحمن", 30), &"王".repeat(300)),
        named(
            &"\u{1F980}".repeat(60),
            &format!("Z{}", "\u{301}\u{323}".repeat(300)),
        ),
        named("ཀྵྨྲྱ", "ពួកគេ ស្ត្រី"),
        named("W", ""),
    ];
    let everything = long("Ångström-Überlänge & Söhne", 30);
    faces.push(BadgeFace {
        first_name: everything.clone(),
        last_name: everything.clone(),
        company: everything.clone(),
        job_title: everything.clone(),
        category_label: everything.clone(),
        event_name: everything.clone(),
        badge_number: "7F3K-92QX-7F3K-92QX-7F3K-92QX-7F3K-92QX".into(),
        ..face()
    });
    let mut shaper = Shaper::default();
    for (name, stock) in stocks() {
        for face in &faces {
            let items = layout::badge(&mut shaper, face, &stock).unwrap();
            check(
                &format!(
                    "{name}, {}",
                    face.first_name.chars().take(12).collect::<String>()
                ),
                &stock,
                &items,
            );
        }
    }
}

#[test]
fn a_long_name_is_still_there_when_everything_is_long() {
    let long = "Ångström-Überlänge ".repeat(20);
    let face = BadgeFace {
        company: long.clone(),
        job_title: long.clone(),
        event_name: long,
        ..face()
    };
    let mut shaper = Shaper::default();
    for (name, stock) in stocks() {
        let items = layout::badge(&mut shaper, &face, &stock).unwrap();
        let texts: String = items
            .iter()
            .filter_map(|item| {
                if let Item::Text { line, .. } = item {
                    Some(line.text.clone())
                } else {
                    None
                }
            })
            .collect();
        assert!(
            texts.contains("Noor") && texts.contains("7F3K-92QX"),
            "{name}: {texts}"
        );
    }
}

#[test]
fn preprinted_stock_gets_text_and_qr_only() {
    let mut shaper = Shaper::default();
    for (name, stock) in stocks() {
        let items = layout::badge(&mut shaper, &face(), &stock).unwrap();
        let fills = items
            .iter()
            .filter(|item| matches!(item, Item::Fill { .. }))
            .count();
        assert_eq!(fills, usize::from(!stock.preprinted), "{name}");
        assert!(
            items
                .iter()
                .any(|item| matches!(item, Item::Text { line, .. } if line.text == "Visitor")),
            "{name}"
        );
    }
}

#[test]
fn the_offset_moves_what_is_printed() {
    let stock = Stock::parse("a6").unwrap();
    let moved = Stock {
        offset_x: 5.0,
        offset_y: -3.0,
        ..stock.clone()
    };
    let corner = |stock: &Stock| {
        let (width, _, dots) = printed(
            &pdf(
                &[BadgeFace {
                    category_colour: Rgb::WHITE,
                    ..named("I", "")
                }],
                &Stock {
                    preprinted: true,
                    ..stock.clone()
                },
            )
            .unwrap(),
        )?;
        let inked = dots.iter().enumerate().filter(|&(_, dark)| *dark);
        Some(inked.fold((usize::MAX, usize::MAX), |(x, y), (at, _)| {
            (x.min(at % width), y.min(at / width))
        }))
    };
    let (Some(before), Some(after)) = (corner(&stock), corner(&moved)) else {
        return;
    };
    let dots = |mm: f32| (mm * 203.0 / 25.4).round() as i64;
    assert!(
        (after.0 as i64 - before.0 as i64 - dots(5.0)).abs() <= 1,
        "{before:?} {after:?}"
    );
    assert!(
        (after.1 as i64 - before.1 as i64 + dots(3.0)).abs() <= 1,
        "{before:?} {after:?}"
    );
}

#[test]
fn the_png_is_read_at_any_resolution_and_shows_the_name() {
    for dpi in [72, 96, 203, 300, 600] {
        let picture = image::load_from_memory(&png(&named("محمد", "Łukasiewicz"), dpi).unwrap())
            .unwrap()
            .into_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let dark = |x: usize, y: usize| picture.as_raw()[y * width + x] < 128;
        assert_eq!(codes_in(width, height, dark), [CODE], "{dpi}");
        let below = (width..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .filter(|&(x, y)| dark(x, y))
            .count();
        assert!(below > 50, "{dpi}: no text below the QR");
        assert!(
            (0..width).all(|x| !dark(x, 0) && !dark(x, height - 1)),
            "{dpi}: ink at the edge"
        );
    }
    assert_eq!(png(&face(), 10), Err(PrintError::Resolution { dpi: 10 }));
}

#[test]
fn the_svg_says_number_and_name_and_cannot_be_broken_by_them() {
    let svg = svg(&named("<script>\u{0}\u{1}&\"'", "]]></svg>")).unwrap();
    assert!(
        svg.contains(
            "<title>Badge 7F3K-92QX: &lt;script&gt; &amp;&quot;&#39; ]]&gt;&lt;/svg&gt;</title>"
        ),
        "{}",
        &svg[..400]
    );
    assert!(!svg.contains("<script") && svg.matches("</svg>").count() == 1);
    assert!(svg.chars().all(|c| c == '\n' || !c.is_control()));
}

/// Writes each preset's sheet for people to look at: `LEADLINE_BADGE_SAMPLES=DIR cargo test -- --ignored samples`.
#[test]
#[ignore = "draws pictures for people"]
fn samples() {
    let Some(folder) = std::env::var_os("LEADLINE_BADGE_SAMPLES").map(std::path::PathBuf::from)
    else {
        return;
    };
    let with = |face: BadgeFace, label: &str, colour: Rgb, company: &str, job: &str| BadgeFace {
        category_label: label.into(),
        category_colour: colour,
        company: company.into(),
        job_title: job.into(),
        ..face
    };
    let faces = [
        face(),
        with(
            named("محمد", "عبد الرحمن الشمري"),
            "Speaker",
            Rgb(0xb5, 0x2b, 0x65),
            "شركة الخليج للصناعات",
            "مدير المشتريات",
        ),
        with(
            named("小明", "王"),
            "Exhibitor",
            Rgb(0xf2, 0xb1, 0x34),
            "深圳市远航机器人有限公司",
            "高级采购经理",
        ),
        with(
            named("Maximiliane-Theodora", "von Hohenstein-Wittelsbach"),
            "Press",
            Rgb(0x2f, 0x7d, 0x4f),
            "Süddeutsche Gesellschaft für angewandte Automatisierung und Fertigungstechnik mbH & Co. KG",
            "Stellvertretende Leiterin der Abteilung Beschaffung",
        ),
        with(
            named("प्रियंका", "श्रीवास्तव"),
            "Organiser",
            Rgb(0x3a, 0x3f, 0x8f),
            "मेरिडियन रोबोटिक्स",
            "क्रय प्रमुख",
        ),
        with(
            named("สมชาย", "ศรีสุขวัฒนา"),
            "Visitor",
            Rgb(0xe8, 0xec, 0xf1),
            "บริษัท เมอริเดียน",
            "ผู้จัดการ",
        ),
        with(
            named("נועה", "כהן-לוי"),
            "VIP",
            Rgb(0x6b, 0x4a, 0x2b),
            "מרידיאן רובוטיקה בע״מ",
            "Head of R&D",
        ),
        with(
            named("თამარ", "მაისურაძე 🦀"),
            "Student",
            Rgb(0x00, 0x9f, 0xb7),
            "Ελληνική Ρομποτική ΑΕ",
            "Арамазд Խաչատրյան",
        ),
    ];
    for (name, stock) in stocks() {
        std::fs::write(
            folder.join(format!("{}.pdf", name.replace(' ', "-"))),
            pdf(&faces, &stock).unwrap(),
        )
        .unwrap();
    }
    for (at, face) in faces.iter().enumerate() {
        std::fs::write(folder.join(format!("picture-{at}.svg")), svg(face).unwrap()).unwrap();
        std::fs::write(
            folder.join(format!("picture-{at}.png")),
            png(face, 203).unwrap(),
        )
        .unwrap();
    }
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
        let _ = write!(
            report,
            "{name}: {} badges, {} KiB in {:.2} s; ",
            faces.len(),
            pdf.len() / 1024,
            took.as_secs_f32()
        );
        // An unoptimised build on a busy machine; the release build takes a fraction.
        assert!(took.as_secs() < 60, "{report}");
    }
    eprintln!("{report}");
}
