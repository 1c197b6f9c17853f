// mobile-core in the browser: the build with SIMD where the browser has it, the plain one elsewhere.
// Import this in a worker, not in a page: decoding takes milliseconds at a stretch.

import init, * as core from "../wasm/core.js";

// The smallest module that holds a SIMD instruction: () -> v128 { i32.const 0; i8x16.splat; i8x16.popcnt }
const WITH_SIMD = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

export const hasSimd = WebAssembly.validate(WITH_SIMD);

/** Loads the fitting build, or the named one ("core" or "core-simd"), and gives its exports. */
export async function loadCore(build = hasSimd ? "core-simd" : "core") {
  await init({ module_or_path: new URL(`../wasm/${build}.wasm`, import.meta.url) });
  return core;
}
