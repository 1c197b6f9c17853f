//! A picture's file as brightness, for the commands that read badges.
//!
//! A picture that claims to be larger than it may be is refused before it is unpacked.

use image::{DynamicImage, GrayImage, ImageReader, Limits};
use mobile_core::decode::MAX_SIDE;
use std::path::Path;

/// Most bytes that a picture may unpack to: 100 megapixels of RGBA.
const MOST_BYTES: u64 = 400 * 1024 * 1024;

/// Reads a picture as brightness, or says in one line why not.
pub fn open(path: &Path) -> Result<GrayImage, String> {
    let mut reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(|error| format!("cannot be read: {error}"))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE as u32);
    limits.max_image_height = Some(MAX_SIDE as u32);
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => format!(
            "too large: at most {MAX_SIDE} pixels a side and {} MiB unpacked; scale it down",
            MOST_BYTES / 1024 / 1024
        ),
        image::ImageError::Unsupported(_) => "no picture in JPEG, PNG, WebP or GIF".to_owned(),
        error => format!("broken picture: {}", error.to_string().replace('\n', " ")),
    })?;
    Ok(on_white(picture))
}

/// Brightness, with transparent parts as on white paper.
fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let with_alpha = picture.into_luma_alpha8();
    GrayImage::from_fn(with_alpha.width(), with_alpha.height(), |x, y| {
        let [grey, alpha] = with_alpha.get_pixel(x, y).0.map(u32::from);
        image::Luma([((grey * alpha + 255 * (255 - alpha)) / 255) as u8])
    })
}
