//! Containers: what holds other files, opened member by member.
//!
//! A container hands each member on as an input of its own, whatever it is, and
//! pays for its bytes from the budget of the source file. It never trusts a size
//! or a name that it declares.

#[cfg(feature = "mail")]
pub(super) mod mail;
#[cfg(feature = "mail")]
pub(super) mod mbox;

#[cfg(feature = "mail")]
use std::io::BufReader;

#[cfg(feature = "mail")]
use super::input::Content;
#[cfg(feature = "archives")]
mod compressed;
#[cfg(any(feature = "archives", feature = "warc"))]
mod exactly;
#[cfg(feature = "warc")]
mod http;
#[cfg(any(feature = "archives", feature = "warc"))]
mod member;
#[cfg(feature = "archives")]
mod tar;
#[cfg(all(test, any(feature = "archives", feature = "warc")))]
pub(super) mod trial;
#[cfg(feature = "warc")]
mod wacz;
#[cfg(feature = "warc")]
mod warc;
#[cfg(any(feature = "archives", feature = "warc"))]
mod zip;

use super::input::Input;
use super::kind::SourceFormat;
use super::parse::table;
use super::reading::outcome::SkipReason;
use super::reading::{Reading, Result};

/// Hands the members of a container of this format to `reading`.
pub(super) fn open(format: SourceFormat, input: Input<'_>, reading: &mut Reading<'_>) -> Result {
    let Input { about, content } = input;
    match format {
        SourceFormat::JsonLines => reading.json_lines(&about, content),
        #[cfg(feature = "mail")]
        SourceFormat::Eml => mail::message(&about, content, reading),
        #[cfg(all(feature = "mail", feature = "html"))]
        SourceFormat::Mhtml => mail::page(&about, content, reading),
        #[cfg(feature = "mail")]
        SourceFormat::Mbox => match content {
            Content::Whole(bytes) => mbox::open(&about, &mut bytes.as_slice(), reading),
            Content::File(file) => mbox::open(&about, &mut BufReader::new(file), reading),
            Content::Stream(stream) => mbox::open(&about, stream, reading),
        },
        SourceFormat::Table => table::read(&about, content, reading),
        #[cfg(feature = "archives")]
        SourceFormat::Zip => zip::open(&about, content, reading),
        #[cfg(feature = "archives")]
        SourceFormat::Tar => tar::open(&about, content, reading),
        #[cfg(feature = "archives")]
        SourceFormat::Gzip | SourceFormat::Zstd => {
            compressed::open(&about, content, format, reading)
        }
        #[cfg(feature = "warc")]
        SourceFormat::Warc => warc::open(&about, content, reading),
        #[cfg(feature = "warc")]
        SourceFormat::Wacz => wacz::open(&about, content, reading),
        _ => {
            let why = "this program was built without this format".to_owned();
            reading.skip(about.member.as_deref(), &SkipReason::Unread(why));
            Ok(())
        }
    }
}
