//! Decoding frames without a code takes no memory once the buffers have grown: a phone decodes
//! thirty frames a second for hours.
#![expect(unsafe_code, reason = "only an allocator can count what is allocated")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::Path;

use mobile_core::decode::{Budget, Decoder, Frame, Luma};

/// The system's allocator, counting what each thread asks for.
struct Counting;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that is ending has no counter any more, and no test to count for.
    let _ = TAKEN.try_with(|taken| taken.set(taken.get() + 1));
}

// SAFETY: every call goes to the system's allocator as it came; counting touches no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the rules of `alloc`, which are the same there.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the pointer came from `System` with this layout.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Frames that hold no code: flat, noisy, busy, and real pictures whose codes are covered.
fn frames() -> Vec<(usize, usize, Vec<u8>)> {
    let mut state = 1u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let mut all = vec![
        (640, 480, vec![130; 640 * 480]),
        (640, 480, (0..640 * 480).map(|_| noise()).collect()),
        (320, 200, (0..320 * 200).map(|i| if (i / 5 + i / 1600) % 2 == 0 { 20 } else { 230 }).collect()),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/pictures");
    for file in ["badge-0016-negative.jpg", "badge-0054-glare.jpg", "zxing-qrcode3-04.png"] {
        let mut picture = image::open(folder.join(file)).unwrap().to_luma8();
        if !file.contains("negative") {
            // Every second row of modules is lost: finders show, nothing can be read.
            let height = picture.height();
            for y in (0..height).filter(|y| y % 16 < 9) {
                for x in (0..picture.width()).filter(|x| x % 23 < 12) {
                    picture.put_pixel(x, y, image::Luma([128]));
                }
            }
        }
        all.push((picture.width() as usize, picture.height() as usize, picture.into_raw()));
    }
    all
}

#[test]
fn decoding_frames_without_a_code_takes_no_memory() {
    let frames = frames();
    let mut decoder = Decoder::new();
    for budget in [Budget::preview(), Budget::thorough()] {
        for warm in [false, true] {
            for (i, (width, height, data)) in frames.iter().enumerate() {
                let frame = Frame::luma(Luma::new(data, *width, *height, *width).unwrap());
                let before = TAKEN.get();
                assert!(decoder.decode(&frame, &budget).is_empty(), "frame {i}");
                let taken = TAKEN.get() - before;
                assert!(!warm || taken == 0, "frame {i} took memory {taken} times");
            }
        }
    }
}
