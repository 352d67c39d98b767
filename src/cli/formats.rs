//! `cybersearch formats`

use anyhow::Result;
use cybersearch::output::formats::Formats;

use super::args::{FormatsArgs, PlainFormat};
use super::print;

pub(super) fn run(arguments: &FormatsArgs) -> Result<u8> {
    let formats = Formats::of_this_machine();
    print(|out| match arguments.format {
        PlainFormat::Json => formats.print_json(out),
        PlainFormat::Text => formats.print_text(out),
    })
}
