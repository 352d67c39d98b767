//! Documents: what stands in the bytes of one input.
//!
//! A parser takes all bytes of an input and gives a [`Document`], or the reason
//! why there is none. It reads no file, keeps nothing, and gives the same for
//! the same bytes. What holds many articles side by side (a table, a feed) hands
//! them on one by one.

#[cfg(feature = "office")]
mod epub;
#[cfg(feature = "html")]
mod html;
pub(super) mod jsonl;
#[cfg(feature = "mail")]
mod ninjs;
#[cfg(feature = "office")]
pub(super) mod office;
mod pdf;
pub(super) mod table;
pub(super) mod text;
#[cfg(feature = "mail")]
mod xml;
#[cfg(feature = "office")]
pub(super) mod zipped;

use super::input::{About, Document};
use super::kind::SourceFormat;
use super::reading::outcome::SkipReason;
use super::reading::{Reading, Result};

/// Hands the articles of a document of this format to `reading`.
pub(super) fn parse(
    format: SourceFormat,
    about: &About,
    bytes: Vec<u8>,
    reading: &mut Reading<'_>,
) -> Result {
    let document: std::result::Result<Document, SkipReason> = match format {
        SourceFormat::Text => text::parse(bytes, false),
        SourceFormat::Markdown => text::parse(bytes, true),
        #[cfg(feature = "html")]
        SourceFormat::Html => return html::parse(bytes, about, reading),
        #[cfg(feature = "office")]
        SourceFormat::Rtf | SourceFormat::Docx | SourceFormat::Odt => {
            return office::parse(format, about, &bytes, reading);
        }
        #[cfg(feature = "mail")]
        SourceFormat::Xml => return xml::parse(about, bytes, reading),
        #[cfg(feature = "mail")]
        SourceFormat::Json => return ninjs::parse(about, &bytes, reading),
        #[cfg(feature = "office")]
        SourceFormat::Epub => return epub::read(about, &bytes, reading),
        SourceFormat::Pdf => return pdf::read(about, bytes, reading),
        _ => Err(SkipReason::Unread(
            "this program was built without this format".to_owned(),
        )),
    };
    match document {
        Ok(document) => reading.document(about, document),
        Err(reason) => {
            reading.skip(about.member.as_deref(), &reason);
            Ok(())
        }
    }
}
