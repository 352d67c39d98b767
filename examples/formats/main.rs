//! Measures the readers of formats on collections that lie elsewhere.
//!
//!     cargo run --release --example formats -- html-text DIR
//!     cargo run --release --example formats -- html-segments DIR
//!     cargo run --release --example formats -- html-dates DIR
//!
//! `DIR` is a collection of `../shared/eval/formats`, unpacked: `gold.jsonl` and
//! the files that it names. With `FORMATS_ERRORS=1` what is wrong is listed; with
//! `FORMATS_TEXTS=FOLDER` the text of each file is written into a folder.

mod html;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [
            what @ ("html-text" | "html-segments" | "html-dates"),
            folder,
        ] => html::measure(what, folder.as_ref()),
        _ => bail!("usage: formats html-text|html-segments|html-dates DIR"),
    }
}

/// Prints a line of what was measured.
#[expect(clippy::print_stdout, reason = "it is what the example is for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Whether what is wrong is listed.
pub(crate) fn is_verbose() -> bool {
    std::env::var_os("FORMATS_ERRORS").is_some()
}
