//! The picture of one badge, and samples of everything for people to look at.

use super::*;

#[test]
fn the_png_is_read_at_any_resolution_and_shows_the_name() {
    for dpi in [72, 96, 203, 300, 600] {
        let picture = image::load_from_memory(&png(&named("محمد", "Łukasiewicz"), dpi).unwrap()).unwrap().into_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let dark = |x: usize, y: usize| picture.as_raw()[y * width + x] < 128;
        assert_eq!(codes_in(width, height, dark), [CODE], "{dpi}");
        let below = (width..height).flat_map(|y| (0..width).map(move |x| (x, y))).filter(|&(x, y)| dark(x, y)).count();
        assert!(below > 50, "{dpi}: no text below the QR");
        assert!((0..width).all(|x| !dark(x, 0) && !dark(x, height - 1)), "{dpi}: ink at the edge");
    }
    assert_eq!(png(&face(), 10), Err(PrintError::Resolution { dpi: 10 }));
}

#[test]
fn the_svg_says_number_and_name_and_cannot_be_broken_by_them() {
    let svg = svg(&named("<script>\u{0}\u{1}&\"'", "]]></svg>")).unwrap();
    assert!(
        svg.contains("<title>Badge 7F3K-92QX: &lt;script&gt; &amp;&quot;&#39; ]]&gt;&lt;/svg&gt;</title>"),
        "{}",
        &svg[..400]
    );
    assert!(!svg.contains("<script") && svg.matches("</svg>").count() == 1);
    assert!(svg.len() < 40_000, "{} bytes", svg.len());
    assert!(svg.chars().all(|c| c == '\n' || !c.is_control()));
}

/// Writes a sheet of each stock and each picture into `leadline-badges` in the folder for temporary
/// files, for people to look at.
#[test]
#[ignore = "draws samples for people"]
fn samples() {
    let folder = std::env::temp_dir().join("leadline-badges");
    std::fs::create_dir_all(&folder).unwrap();
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
        with(named("小明", "王"), "Exhibitor", Rgb(0xf2, 0xb1, 0x34), "深圳市远航机器人有限公司", "高级采购经理"),
        with(
            named("Maximiliane-Theodora", "von Hohenstein-Wittelsbach"),
            "Press",
            Rgb(0x2f, 0x7d, 0x4f),
            "Süddeutsche Gesellschaft für angewandte Automatisierung und Fertigungstechnik mbH & Co. KG",
            "Stellvertretende Leiterin der Abteilung Beschaffung",
        ),
        with(named("प्रियंका", "श्रीवास्तव"), "Organiser", Rgb(0x3a, 0x3f, 0x8f), "मेरिडियन रोबोटिक्स", "क्रय प्रमुख"),
        with(named("สมชาย", "ศรีสุขวัฒนา"), "Visitor", Rgb(0xe8, 0xec, 0xf1), "บริษัท เมอริเดียน", "ผู้จัดการ"),
        with(named("נועה", "כהן-לוי"), "VIP", Rgb(0x6b, 0x4a, 0x2b), "מרידיאן רובוטיקה בע״מ", "Head of R&D"),
        with(
            named("თამარ", "მაისურაძე 🦀"),
            "Student",
            Rgb(0x00, 0x9f, 0xb7),
            "Ελληνική Ρομποτική ΑΕ",
            "Арамазд Խաչատրյան",
        ),
    ];
    for (name, stock) in stocks() {
        std::fs::write(folder.join(format!("{}.pdf", name.replace(' ', "-"))), pdf(&faces, &stock).unwrap()).unwrap();
    }
    for (at, face) in faces.iter().enumerate() {
        std::fs::write(folder.join(format!("picture-{at}.svg")), svg(face).unwrap()).unwrap();
        std::fs::write(folder.join(format!("picture-{at}.png")), png(face, 203).unwrap()).unwrap();
    }
}
