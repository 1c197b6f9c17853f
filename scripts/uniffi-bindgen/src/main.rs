//! UniFFI's own generator, in the version that mobile-core's macros are of.

fn main() {
    uniffi::uniffi_bindgen_main();
}
