//! Writes the Kotlin, Swift or Python half of the bindings from a built library; called by
//! scripts/bindings.sh. It lies here so that both halves always come from one version of UniFFI.

fn main() {
    uniffi::uniffi_bindgen_main();
}
