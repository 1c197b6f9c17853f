//! Where things are placed: within the badge, apart from one another, readable.

use super::super::layout::{self, Area, Item};
use super::super::text::Shaper;
use super::*;

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
    let cell = Area { x: 0.0, y: 0.0, width, height };
    for (at, item) in items.iter().enumerate() {
        assert!(inside(item.area(), cell), "{name}: {} leaves the badge", shown(item));
        for other in &items[at + 1..] {
            let solid = |item: &Item| !matches!(item, Item::Fill { .. });
            let clash = overlap(item.area(), other.area());
            assert!(!(clash && solid(item) && solid(other)), "{name}: {} overlaps {}", shown(item), shown(other));
            let touches_qr =
                matches!((item, other), (Item::Qr { .. }, Item::Fill { .. }) | (Item::Fill { .. }, Item::Qr { .. }));
            assert!(!(clash && touches_qr), "{name}: the quiet zone is not clear");
        }
    }
    for (at, item) in items.iter().enumerate() {
        let Item::Text { line, colour, .. } = item else {
            continue;
        };
        let ground = items[..at].iter().rev().find_map(|under| match under {
            Item::Fill { area, colour } if inside(item.area(), *area) => Some(*colour),
            _ => None,
        });
        let contrast = colour.contrast(ground.unwrap_or(Rgb::WHITE));
        assert!(contrast >= 4.5, "{name}: {} has a contrast of {contrast}", line.text);
    }
    let symbols: Vec<Area> = items.iter().filter(|item| matches!(item, Item::Qr { .. })).map(Item::area).collect();
    assert!(symbols.len() == 1 && symbols[0].width >= layout::LEAST_QR_MM, "{name}: {symbols:?}");
}

#[test]
fn whatever_the_texts_are_nothing_leaves_the_badge() {
    let long = |word: &str, count: usize| vec![word; count].join(" ");
    let mut faces = vec![
        face(),
        BadgeFace { code: CODE.into(), ..BadgeFace::default() },
        named(
            "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft",
            "Keihanaikukauakahihuliheekahaunaele",
        ),
        named(&long("Maria", 40), &long("de la Concepción", 40)),
        named(&"क्षि".repeat(80), &long("श्रीवास्तव", 20)),
        named(&long("عبد الرحمن", 30), &"王".repeat(300)),
        named(&"\u{1F980}".repeat(60), &format!("Z{}", "\u{301}\u{323}".repeat(300))),
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
            check(&format!("{name}, {}", face.first_name.chars().take(12).collect::<String>()), &stock, &items);
        }
    }
}

#[test]
fn a_long_name_is_still_there_when_everything_is_long() {
    let long = "Ångström-Überlänge ".repeat(20);
    let face = BadgeFace { company: long.clone(), job_title: long.clone(), event_name: long, ..face() };
    let mut shaper = Shaper::default();
    for (name, stock) in stocks() {
        let items = layout::badge(&mut shaper, &face, &stock).unwrap();
        let texts: String = items
            .iter()
            .filter_map(|item| if let Item::Text { line, .. } = item { Some(line.text.clone()) } else { None })
            .collect();
        assert!(texts.contains("Noor") && texts.contains("7F3K-92QX"), "{name}: {texts}");
    }
}

#[test]
fn preprinted_stock_gets_text_and_qr_only() {
    let mut shaper = Shaper::default();
    for (name, stock) in stocks() {
        let items = layout::badge(&mut shaper, &face(), &stock).unwrap();
        let fills = items.iter().filter(|item| matches!(item, Item::Fill { .. })).count();
        assert_eq!(fills, usize::from(!stock.preprinted), "{name}");
        assert!(items.iter().any(|item| matches!(item, Item::Text { line, .. } if line.text == "Visitor")), "{name}");
    }
}
