//! What decoding promises, on drawn codes and on the pictures in `fixtures/pictures`.

use super::*;
use proptest::prelude::*;
use qrcode::{EcLevel, QrCode, Version};

/// A grey picture.
struct Picture {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Picture {
    fn frame(&self) -> Frame<'_> {
        Frame::luma(Luma::new(&self.data, self.width, self.height, self.width).unwrap())
    }

    fn texts(&self) -> Vec<String> {
        decode(&self.frame(), &Budget::thorough()).into_iter().map(|code| code.text).collect()
    }
}

/// Draws modules into a square of `size` pixels, turned by `angle` (radians) about its middle.
fn draw(modules: &[bool], side: usize, module: f32, angle: f32, size: usize) -> Picture {
    let (sin, cos) = angle.sin_cos();
    let half = size as f32 / 2.0;
    let at = |x: f32, y: f32| {
        let (x, y) = (x - half, y - half);
        let u = (x * cos + y * sin) / module + side as f32 / 2.0;
        let v = (y * cos - x * sin) / module + side as f32 / 2.0;
        let inside = u >= 0.0 && v >= 0.0 && u < side as f32 && v < side as f32;
        if inside && modules[v as usize * side + u as usize] { 25u16 } else { 225 }
    };
    let data = (0..size * size)
        .map(|i| {
            let (x, y) = ((i % size) as f32, (i / size) as f32);
            let places = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            (places.iter().map(|(dx, dy)| at(x + dx, y + dy)).sum::<u16>() / 4) as u8
        })
        .collect();
    Picture { width: size, height: size, data }
}

fn modules(text: &[u8], version: i16, level: EcLevel) -> (Vec<bool>, usize) {
    let code = QrCode::with_version(text, Version::Normal(version), level).unwrap();
    (code.to_colors().iter().map(|c| *c == qrcode::Color::Dark).collect(), code.width())
}

fn drawn(text: &str, module: f32, angle: f32) -> Picture {
    let (modules, side) = modules(text.as_bytes(), 3, EcLevel::M);
    draw(&modules, side, module, angle, (side as f32 * module * 1.42) as usize + 40)
}

#[test]
fn every_version_and_level_comes_back_as_it_was_written() {
    for version in 1..=40i16 {
        for (level, expected) in
            [(EcLevel::L, Level::L), (EcLevel::M, Level::M), (EcLevel::Q, Level::Q), (EcLevel::H, Level::H)]
        {
            let text = format!("V{version} {expected:?}");
            let (modules, side) = modules(text.as_bytes(), version, level);
            let picture = draw(&modules, side, 4.0, 0.0, side * 4 + 32);
            // Some of the largest are found by the dear stages alone, and no badge comes near them.
            let budget = if version >= 36 { Budget::of(120_000_000) } else { Budget::thorough() };
            let codes = decode(&picture.frame(), &budget);
            assert_eq!(codes.len(), 1, "version {version} {expected:?}");
            assert_eq!((codes[0].text.as_str(), codes[0].bytes.as_slice()), (text.as_str(), text.as_bytes()));
            assert_eq!((codes[0].version, codes[0].level), (version as u8, expected));
        }
    }
}

#[test]
fn a_code_reads_at_every_angle_and_its_corners_turn_with_it() {
    for degrees in (0..360).step_by(15) {
        let angle = (degrees as f32).to_radians();
        let picture = drawn("https://badge.example/7F3K92QX", 5.0, angle);
        let codes = decode(&picture.frame(), &Budget::preview());
        assert_eq!(codes.len(), 1, "{degrees} degrees");
        assert_eq!(codes[0].text, "https://badge.example/7F3K92QX");
        let half = picture.width as f32 / 2.0;
        let (x, y) = (-29.0 * 2.5, -29.0 * 2.5);
        let corner = Point::new(half + x * angle.cos() - y * angle.sin(), half + x * angle.sin() + y * angle.cos());
        assert!(codes[0].corners[0].distance(corner) < 5.0, "{degrees} degrees: {:?}", codes[0].corners);
    }
}

#[test]
fn inverted_and_mirrored_codes_say_so() {
    let mut picture = drawn("inverted", 5.0, 0.3);
    picture.data.iter_mut().for_each(|p| *p = 255 - *p);
    let codes = decode(&picture.frame(), &Budget::preview());
    assert_eq!((codes[0].text.as_str(), codes[0].inverted, codes[0].mirrored), ("inverted", true, false));
    let mut picture = drawn("mirrored", 5.0, 0.3);
    picture.data.chunks_exact_mut(picture.width).for_each(<[u8]>::reverse);
    let codes = decode(&picture.frame(), &Budget::preview());
    assert_eq!((codes[0].text.as_str(), codes[0].inverted, codes[0].mirrored), ("mirrored", false, true));
}

#[test]
fn every_layout_and_rotation_of_a_frame_gives_the_same_text() {
    let picture = drawn("layout", 5.0, 0.0);
    let (w, h) = (picture.width, picture.height);
    let rgba: Vec<u8> = picture.data.iter().flat_map(|&p| [p, p, p, 255]).collect();
    let nv21: Vec<u8> = picture.data.iter().copied().chain(std::iter::repeat_n(128, w * h / 2 + 1)).collect();
    let padded: Vec<u8> = picture.data.chunks_exact(w).flat_map(|row| [row, &[7; 13]].concat()).collect();
    let frames = [
        Frame::rgba(&rgba, w, h, w * 4).unwrap(),
        Frame::nv21(&nv21, w, h).unwrap(),
        Frame::yuv420(&padded, w, h, w + 13).unwrap(),
    ];
    for frame in frames {
        assert_eq!(decode(&frame, &Budget::preview())[0].text, "layout");
    }
    // The picture needs a quarter turn, so the code's top left lies top right of the upright one.
    let codes = decode(&picture.frame().rotated(Rotation::Quarter), &Budget::preview());
    assert!(codes[0].corners[0].x > h as f32 / 2.0 && codes[0].corners[0].y < w as f32 / 2.0);
}

#[test]
fn two_codes_in_one_frame_are_both_read() {
    let (left, right) = (drawn("left one", 4.0, 0.1), drawn("right one", 4.0, -0.4));
    let data =
        left.data.chunks_exact(left.width).zip(right.data.chunks_exact(right.width)).flat_map(|(a, b)| [a, b].concat());
    let picture = Picture { width: left.width * 2, height: left.height, data: data.collect() };
    let mut texts = picture.texts();
    texts.sort();
    assert_eq!(texts, ["left one", "right one"]);
}

#[test]
fn every_badge_of_a_sheet_is_read() {
    let (columns, rows) = (7, 5);
    let cards: Vec<Picture> = (0..columns * rows).map(|i| drawn(&format!("sheet badge {i}"), 3.0, 0.04)).collect();
    let (w, h) = (cards[0].width, cards[0].height);
    let mut data = vec![225u8; w * columns * h * rows];
    for (i, card) in cards.iter().enumerate() {
        for (y, row) in card.data.chunks_exact(w).enumerate() {
            data[(i / columns * h + y) * w * columns + i % columns * w..][..w].copy_from_slice(row);
        }
    }
    let picture = Picture { width: w * columns, height: h * rows, data };
    let mut texts = picture.texts();
    texts.sort();
    let mut expected: Vec<String> = (0..columns * rows).map(|i| format!("sheet badge {i}")).collect();
    expected.sort();
    assert_eq!(texts, expected);
}

#[test]
fn too_much_light_that_thins_the_dark_modules_does_no_harm() {
    for degrees in [0, 20, 45] {
        let picture = drawn("https://badge.example/7F3K92QX", 7.0, (degrees as f32).to_radians());
        let (w, h) = (picture.width, picture.height);
        // Light spreads over two pixels: each takes the brightest of the disc around it.
        let disc: Vec<(isize, isize)> =
            (0..25).map(|i| (i % 5 - 2, i / 5 - 2)).filter(|(x, y)| x * x + y * y <= 4).collect();
        let data = (0..w * h).map(|i| {
            let at = |x: usize, y: usize| picture.data[y.min(h - 1) * w + x.min(w - 1)];
            disc.iter()
                .map(|(dx, dy)| at((i % w).saturating_add_signed(*dx), (i / w).saturating_add_signed(*dy)))
                .max()
                .unwrap()
        });
        let spread = Picture { width: w, height: h, data: data.collect() };
        assert_eq!(spread.texts(), ["https://badge.example/7F3K92QX"], "{degrees} degrees");
    }
}

#[test]
fn a_large_code_on_bent_paper_is_followed_along_its_alignment_patterns() {
    let text = "a".repeat(700);
    let (modules, side) = modules(text.as_bytes(), 20, EcLevel::L);
    let flat = draw(&modules, side, 6.0, 0.0, side * 6 + 60);
    let size = flat.width;
    let data = (0..size * size).map(|i| {
        let (x, y) = (i % size, i / size);
        let across = (x as f32 / size as f32 * std::f32::consts::PI).sin() * 11.0;
        let from = (y as f32 + across).clamp(0.0, size as f32 - 1.0) as usize;
        flat.data[from * size + x]
    });
    let bent = Picture { width: size, height: size, data: data.collect() };
    assert_eq!(bent.texts(), [text]);
}

#[test]
fn texts_in_other_scripts_are_decoded_as_the_field_does() {
    let shift_jis = encoding_rs::SHIFT_JIS.encode("展示会の名札").0.into_owned();
    for (bytes, expected) in [
        ("Zoë Łukasz 名札".as_bytes().to_vec(), "Zoë Łukasz 名札"),
        (b"Andr\xe9 M\xfcller".to_vec(), "André Müller"),
        (shift_jis, "展示会の名札"),
    ] {
        let (modules, side) = modules(&bytes, 5, EcLevel::M);
        let picture = draw(&modules, side, 4.0, 0.0, side * 4 + 32);
        assert_eq!(picture.texts(), [expected]);
    }
}

#[test]
fn a_code_with_a_washed_out_part_still_reads() {
    let mut picture = drawn("BADGE:EZEM8VPQCYPG", 6.0, 0.0);
    let (cx, cy) = (picture.width / 2 + 20, picture.width / 2 + 10);
    for y in cy - 22..cy + 22 {
        for x in cx - 22..cx + 22 {
            picture.data[y * picture.width + x] = 255;
        }
    }
    assert_eq!(picture.texts(), ["BADGE:EZEM8VPQCYPG"]);
}

#[test]
fn frames_that_cannot_be_are_refused_with_the_reason() {
    let data = [0u8; 100];
    assert_eq!(Luma::new(&data, 0, 5, 5).unwrap_err(), FrameError::Size { width: 0, height: 5 });
    assert_eq!(Luma::new(&data, 10, 10, 9).unwrap_err(), FrameError::Stride { needed: 10, given: 9 });
    assert_eq!(Luma::new(&data, 10, 11, 10).unwrap_err(), FrameError::Short { needed: 110, given: 100 });
    assert!(Luma::new(&data, 10, 2, usize::MAX / 2).is_err());
    assert!(Frame::rgba(&data, 5, 5, 20).is_ok());
    assert_eq!(Rotation::from_degrees(45), None);
}

#[test]
fn tiny_and_flat_frames_hold_nothing() {
    for (width, height) in [(1, 1), (1, 5000), (5000, 1), (20, 20), (21, 21), (63, 500), (640, 480)] {
        for value in [0, 128, 255] {
            let picture = Picture { width, height, data: vec![value; width * height] };
            assert_eq!(picture.texts(), Vec::<String>::new());
        }
    }
}

#[test]
fn a_frame_of_64_megapixels_is_decoded_within_its_budget() {
    let side = 8192;
    let small = drawn("far away", 40.0, 0.2);
    let mut data = vec![200u8; side * side];
    for (y, row) in small.data.chunks_exact(small.width).enumerate() {
        data[(y + 3000) * side + 2000..][..small.width].copy_from_slice(row);
    }
    let frame = Frame::luma(Luma::new(&data, side, side, side).unwrap());
    let mut decoder = Decoder::new();
    assert_eq!(decoder.decode(&frame, &Budget::thorough())[0].text, "far away");
}

#[test]
fn a_stop_ends_the_work() {
    let picture = drawn("stopped", 5.0, 0.0);
    let mut decoder = Decoder::new();
    assert!(decoder.decode_until(&picture.frame(), &Budget::thorough(), Some(&|| true)).is_empty());
    assert_eq!(decoder.decode(&picture.frame(), &Budget::thorough()).len(), 1);
}

/// Pictures with their texts, as `manifest.jsonl` beside them lists.
fn fixtures() -> Vec<(String, Vec<String>, Picture)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/pictures");
    let manifest = std::fs::read_to_string(folder.join("manifest.jsonl")).unwrap();
    let entries = manifest.lines().map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = entry["file"].as_str().unwrap().to_owned();
        let texts = entry["texts"].as_array().unwrap().iter().map(|t| t.as_str().unwrap().to_owned()).collect();
        let picture = image::open(folder.join(&file)).unwrap().to_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        (file, texts, Picture { width, height, data: picture.into_raw() })
    });
    entries.collect()
}

/// Pictures that say what they are known to say with more work than a still picture gets, and nothing before.
const DEARER: [(&str, Budget); 1] = [("badge-0054-glare.jpg", Budget::of(20_000_000))];

#[test]
fn the_fixtures_say_exactly_what_they_are_known_to_say() {
    for (file, mut expected, picture) in fixtures() {
        let mut texts = picture.texts();
        if let Some((_, budget)) = DEARER.iter().find(|(name, _)| *name == file) {
            assert_eq!(texts, [] as [&str; 0], "{file}: no longer dear");
            texts = decode(&picture.frame(), budget).into_iter().map(|code| code.text).collect();
        }
        texts.sort();
        expected.sort();
        assert_eq!(texts, expected, "{file}");
    }
}

#[test]
fn budgets_bound_the_work_of_every_fixture() {
    let mut decoder = Decoder::new();
    for (file, _, picture) in fixtures() {
        for units in [0, 1_000, 1_000_000, 8_000_000] {
            decoder.decode(&picture.frame(), &Budget::of(units));
            // A stage that was begun may end: none is longer than this.
            assert!(decoder.work_of_last_frame() <= units + 3_000_000, "{file} with {units}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn noise_and_stripes_never_say_anything(
        seed in any::<u64>(), width in 1usize..400, height in 1usize..300, grain in 1usize..9, kind in 0u8..3,
    ) {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let cells: Vec<u8> = (0..4096).map(|_| if kind == 0 { next() as u8 } else { (next() & 1) as u8 * 255 }).collect();
        let data = (0..width * height).map(|i| {
            let (x, y) = (i % width / grain, i / width / grain);
            if kind == 2 { cells[x % 64] } else { cells[(x % 64) + (y % 64) * 64] }
        });
        let picture = Picture { width, height, data: data.collect() };
        prop_assert_eq!(decode(&picture.frame(), &Budget::of(30_000_000)), Vec::new());
    }

    #[test]
    fn any_text_survives_tilt_blur_and_noise(
        text in "[A-Za-z0-9:/.]{8,30}", angle in 0f32..std::f32::consts::TAU, module in 3.0f32..9.0, seed in any::<u32>(),
    ) {
        let mut picture = drawn(&text, module, angle);
        let mut state = seed | 1;
        for pixel in &mut picture.data {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *pixel = pixel.saturating_add((state >> 28) as u8).saturating_sub(8);
        }
        prop_assert_eq!(picture.texts(), vec![text]);
    }
}
