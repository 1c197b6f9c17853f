//! A camera for the browser: a video of two frames that plays in a loop, and whose file is written anew
//! whenever something else is to be seen.

use harness::browser::Browser;
use qrcode::{EcLevel, QrCode, Version};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use tempfile::TempDir;

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const FRAMES: usize = 2;
const HEADER: &str = "YUV4MPEG2 W1280 H720 F30:1 Ip A0:0 C420jpeg\n";
const MARK: &str = "FRAME\n";
const LUMA: usize = WIDTH * HEIGHT;
const FRAME: usize = LUMA * 3 / 2;
const HALL: u8 = 96;
const PAPER: u8 = 235;
const INK: u8 = 24;
/// Pixels of one module.
const MODULE: usize = 7;

/// A code in the camera's picture.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    pub text: &'a str,
    /// The middle of the code, in pixels from the middle of the picture.
    pub at: (i32, i32),
}

/// What is held before the camera.
#[derive(Debug)]
pub struct Camera {
    file: File,
    path: PathBuf,
    _directory: TempDir,
}

impl Camera {
    /// A camera that sees an empty hall.
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("camera.y4m");
        let mut bytes = HEADER.as_bytes().to_vec();
        for _ in 0..FRAMES {
            bytes.extend_from_slice(MARK.as_bytes());
            bytes.extend(std::iter::repeat_n(HALL, LUMA));
            bytes.extend(std::iter::repeat_n(128, FRAME - LUMA));
        }
        std::fs::write(&path, bytes).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        Self { file, path, _directory: directory }
    }

    /// A browser that has this camera; `is_allowed`: its pages may use it without asking.
    pub async fn browser(&self, is_allowed: bool) -> Option<Browser> {
        let mut switches = vec![
            "--use-fake-device-for-media-stream".to_owned(),
            format!("--use-file-for-fake-video-capture={}", self.path.display()),
        ];
        if is_allowed {
            switches.push("--use-fake-ui-for-media-stream".to_owned());
        }
        Browser::start_with(&switches).await
    }

    /// Nothing is in sight.
    pub fn see_nothing(&self) {
        self.see_all(&[]);
    }

    /// One badge in the middle.
    pub fn see(&self, text: &str) {
        self.see_all(&[Seen { text, at: (0, 0) }]);
    }

    /// These codes at once.
    pub fn see_all(&self, codes: &[Seen<'_>]) {
        let luma = picture(codes);
        for frame in 0..FRAMES {
            let at = HEADER.len() + frame * (MARK.len() + FRAME) + MARK.len();
            self.file.write_all_at(&luma, at as u64).unwrap();
        }
    }
}

/// The brightness of a picture with these codes.
pub fn picture(codes: &[Seen<'_>]) -> Vec<u8> {
    let mut luma = vec![HALL; LUMA];
    for seen in codes {
        let code = QrCode::with_version(seen.text.as_bytes(), Version::Normal(1), EcLevel::M)
            .or_else(|_| QrCode::with_error_correction_level(seen.text.as_bytes(), EcLevel::M))
            .unwrap();
        let side = (code.width() + 8) * MODULE;
        let left = (WIDTH - side) as i32 / 2 + seen.at.0;
        let top = (HEIGHT - side) as i32 / 2 + seen.at.1;
        let colors = code.to_colors();
        for y in 0..side {
            for x in 0..side {
                let (column, row) = (x / MODULE, y / MODULE);
                let inside = (4..4 + code.width()).contains(&column) && (4..4 + code.width()).contains(&row);
                let is_dark = inside && colors[(row - 4) * code.width() + column - 4] == qrcode::Color::Dark;
                let place = (top as usize + y) * WIDTH + left as usize + x;
                luma[place] = if is_dark { INK } else { PAPER };
            }
        }
    }
    luma
}

/// The same as a photograph in a file.
pub fn photograph(directory: &TempDir, text: &str) -> PathBuf {
    let path = directory.path().join("badge.png");
    let luma = picture(&[Seen { text, at: (0, 0) }]);
    image::save_buffer(&path, &luma, WIDTH as u32, HEIGHT as u32, image::ColorType::L8).unwrap();
    path
}
