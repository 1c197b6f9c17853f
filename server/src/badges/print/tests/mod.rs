//! What the printed badge promises, checked on the drawn result: PDFs go through poppler's
//! `pdftoppm` at 203 dpi in black and white, as a label printer sees them, and are read by rqrr.

mod layout;
mod pictures;
mod printed;

use std::process::Command;

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
    BadgeFace { first_name: first.into(), last_name: last.into(), ..face() }
}

/// Every preset, each also as preprinted stock, and sizes that are none.
fn stocks() -> Vec<(String, Stock)> {
    let custom = ["90x120mm", "60x38", "40x45", "210x297", "148x105", "74x105"];
    let plain = PRESETS.iter().map(|preset| preset.name).chain(custom);
    plain
        .flat_map(|name| {
            let stock = Stock::parse(name).unwrap();
            let preprinted = Stock { preprinted: true, ..stock.clone() };
            [(name.to_owned(), stock), (format!("{name} preprinted"), preprinted)]
        })
        .collect()
}

/// Runs one of poppler's tools; `None`, said loudly, where it is not installed.
fn poppler(tool: &str, pdf: &[u8], options: &[&str]) -> Option<Vec<u8>> {
    if Command::new(tool).arg("-v").output().is_err() {
        eprintln!("LEFT OUT: {tool} is not installed (Debian: poppler-utils), so no printed page was looked at");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("badges.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output =
        Command::new(tool).args(options).arg(&file).args((tool == "pdftotext").then_some("-")).output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && complaints.is_empty(), "{tool}: {complaints}");
    Some(output.stdout)
}

fn text_of(pdf: &[u8]) -> Option<String> {
    poppler("pdftotext", pdf, &["-layout"]).map(|text| String::from_utf8(text).unwrap())
}

/// The first page at 203 dpi, one bit a dot: width, height, and whether a dot is inked.
fn printed(pdf: &[u8]) -> Option<(usize, usize, Vec<bool>)> {
    let pbm = poppler("pdftoppm", pdf, &["-r", "203", "-mono", "-f", "1", "-l", "1", "-singlefile"])?;
    let picture = image::load_from_memory(&pbm).ok();
    assert!(picture.is_none(), "the image crate has learned PBM: use it here");
    let mut lines = pbm.splitn(3, |&byte| byte == b'\n');
    assert_eq!(lines.next().unwrap(), b"P4");
    let size = String::from_utf8(lines.next().unwrap().to_vec()).unwrap();
    let (width, height) = size.split_once(' ').map(|(w, h)| (w.parse().unwrap(), h.parse().unwrap())).unwrap();
    let (bits, stride) = (lines.next().unwrap(), usize::div_ceil(width, 8));
    let dots = (0..width * height)
        .map(|at| bits[at / width * stride + at % width / 8] >> (7 - at % width % 8) & 1 == 1)
        .collect();
    Some((width, height, dots))
}

fn codes_in(width: usize, height: usize, dark: impl Fn(usize, usize) -> bool) -> Vec<String> {
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| if dark(x, y) { 0 } else { 255 });
    picture.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
