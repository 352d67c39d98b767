//! How the program is linked.
//!
//! A program that may lie at any address adjusts its pointers at each start:
//! here 45,000 in 200 pages, a millisecond, a sixth of a search. On Linux with
//! glibc on x86-64 it therefore stands at a fixed address, as far as its own code
//! and constants go; stack, heap, libraries and files still lie anywhere. Whoever
//! packages it by rules that ask for the other kind sets `CYBERSEARCH_PIE=1`.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CYBERSEARCH_PIE");
    let target = ["OS", "ENV", "ARCH"].map(|part| {
        let part = env::var(format!("CARGO_CFG_TARGET_{part}"));
        part.unwrap_or_default()
    });
    let is_asked_for = env::var("CYBERSEARCH_PIE").is_ok_and(|value| value == "1");
    // One without libraries is told by its own flags where it lies.
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if target == ["linux", "gnu", "x86_64"] && !is_asked_for && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
