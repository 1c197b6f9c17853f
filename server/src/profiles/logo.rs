//! Logos: whatever picture is uploaded is known by its content, read within bounds and drawn anew as a
//! PNG, so that nothing of the uploaded file reaches anybody else.

use super::store;
use crate::access::ProfileScope;
use crate::app::App;
use crate::problem::Problem;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use mobile_core::reason::Reason;
use serde_json::json;
use std::io::Cursor;
use uuid::Uuid;

/// Bytes of an uploaded file.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Pixels that a side of it may have: as many as memory is taken for while it is read.
const MAX_SIDE: u32 = 3_000;
/// Pixels of the longer side as it is kept.
const SIDE: u32 = 480;

/// Where a logo is served.
pub fn address(id: Uuid) -> String {
    format!("/api/v1/logos/{id}")
}

/// Keeps an uploaded picture as the exhibitor's logo and gives its id; it is public at once.
///
/// # Errors
/// `unsupported_media_type` for what is no picture, `too_large` for one with too many pixels.
pub async fn set(app: &App, scope: &ProfileScope, uploaded: Vec<u8>) -> Result<Uuid, Problem> {
    let drawn = tokio::task::spawn_blocking(move || redrawn(&uploaded)).await;
    let picture =
        drawn.map_err(|error| Problem::new(Reason::Internal, "The picture could not be read.").caused_by(error))??;
    let id: Uuid = app.new_id();
    let mut tx = app.write().await?;
    store::put_logo(&mut tx, scope, id, &picture, app.now()).await?;
    super::note(app, &mut tx, scope, json!({"logo": true})).await?;
    tx.commit(&app.hub).await?;
    Ok(id)
}

/// Takes the logo away; without one there is nothing to do.
pub async fn remove(app: &App, scope: &ProfileScope) -> Result<(), Problem> {
    let mut tx = app.write().await?;
    if store::delete_logo(&mut tx, scope).await? {
        super::note(app, &mut tx, scope, json!({"logo": false})).await?;
        tx.commit(&app.hub).await?;
    }
    Ok(())
}

/// A logo as a PNG.
pub async fn picture(app: &App, id: Uuid) -> Result<Vec<u8>, Problem> {
    let mut tx = app.read().await?;
    let picture = store::logo(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    tx.done().await?;
    Ok(picture)
}

fn redrawn(uploaded: &[u8]) -> Result<Vec<u8>, Problem> {
    let is_known = |kind: &ImageFormat| {
        matches!(kind, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif)
    };
    let kind = image::guess_format(uploaded).ok().filter(is_known).ok_or_else(|| {
        let detail = "This is no picture that can be read. Send a PNG, a JPEG, a WebP or a GIF.";
        Problem::new(Reason::UnsupportedMediaType, detail)
    })?;
    let mut reader = ImageReader::with_format(Cursor::new(uploaded), kind);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
    limits.max_alloc = Some(96 * 1024 * 1024);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| unreadable(&error))?;
    // Phones write how they were held beside the picture.
    let orientation = decoder.orientation().map_err(|error| unreadable(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| unreadable(&error))?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > SIDE {
        picture = picture.resize(SIDE, SIDE, FilterType::CatmullRom);
    }
    let mut drawn = Vec::new();
    let written = picture.to_rgba8().write_to(&mut Cursor::new(&mut drawn), ImageFormat::Png);
    written.map_err(|error| Problem::new(Reason::Internal, "The picture could not be drawn.").caused_by(error))?;
    Ok(drawn)
}

fn unreadable(error: &image::ImageError) -> Problem {
    if matches!(error, image::ImageError::Limits(_)) {
        let detail = format!("A logo has at most {MAX_SIDE} pixels a side. Make it smaller and send it again.");
        return Problem::new(Reason::TooLarge, detail);
    }
    let detail = "The picture is damaged or ends too early. Save it again and send that.";
    Problem::new(Reason::UnsupportedMediaType, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: u32, height: u32, kind: ImageFormat) -> Vec<u8> {
        let picture = DynamicImage::new_rgb8(width, height);
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), kind).expect("a picture");
        bytes
    }

    #[test]
    fn any_kind_of_picture_becomes_a_small_png() {
        for kind in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let kept = redrawn(&drawn(1_000, 500, kind)).expect("a picture");
            assert_eq!(image::guess_format(&kept).ok(), Some(ImageFormat::Png), "{kind:?}");
            let kept = image::load_from_memory(&kept).expect("a picture");
            assert_eq!((kept.width(), kept.height()), (480, 240), "{kind:?}");
        }
        let small =
            image::load_from_memory(&redrawn(&drawn(20, 10, ImageFormat::Png)).expect("small")).expect("a picture");
        assert_eq!((small.width(), small.height()), (20, 10), "a small one is not blown up");
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_refused_and_nothing_panics() {
        let reason = |bytes: &[u8]| redrawn(bytes).expect_err("no logo").reason();
        assert_eq!(reason(b""), Reason::UnsupportedMediaType);
        assert_eq!(reason(b"<svg onload='alert(1)'/>"), Reason::UnsupportedMediaType);
        assert_eq!(reason(&drawn(MAX_SIDE + 1, 1, ImageFormat::Png)), Reason::TooLarge);
        for kind in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
            let whole = drawn(40, 40, kind);
            for end in 0..whole.len().min(200) {
                // Some decoders draw what they have; all that matters is that none fails hard.
                let _ = redrawn(&whole[..end]);
            }
        }
    }
}
