//! `wasm-glue OUT_DIR PLAIN.wasm SIMD.wasm`: one JavaScript module for two builds of the same code.
//!
//! Writes `core.js`, `core.wasm` and `core-simd.wasm`. One module serves both because their imports
//! and exports are the same; were they not, this fails and writes nothing.

use std::error::Error;
use std::path::Path;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(out), Some(plain), Some(simd)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: wasm-glue OUT_DIR PLAIN.wasm SIMD.wasm".into());
    };
    let (plain_js, plain_wasm) = glue(Path::new(&plain))?;
    let (simd_js, simd_wasm) = glue(Path::new(&simd))?;
    if plain_js != simd_js {
        return Err("the two builds need different modules; see scripts/wasm-glue/src/main.rs".into());
    }
    let out = Path::new(&out);
    std::fs::create_dir_all(out)?;
    std::fs::write(out.join("core.js"), plain_js)?;
    std::fs::write(out.join("core.wasm"), plain_wasm)?;
    std::fs::write(out.join("core-simd.wasm"), simd_wasm)?;
    Ok(())
}

fn glue(wasm: &Path) -> Result<(String, Vec<u8>), Box<dyn Error>> {
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name("core")
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    Ok((without_comments(output.js()), output.wasm_mut().emit_wasm()))
}

/// The module without its comments and indents: phones download it, and the sources say it better.
fn without_comments(js: &str) -> String {
    let mut kept = String::with_capacity(js.len());
    let mut is_comment = false;
    for line in js.lines().map(str::trim) {
        is_comment |= line.starts_with("/**");
        if !is_comment && !line.is_empty() {
            kept.push_str(line);
            kept.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    kept
}
