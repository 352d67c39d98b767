//! A web page: one article.
//!
//! The encoding is that of a byte order mark, of whoever sent the page, or of its
//! own `<meta>`, where the bytes do not speak against it, else a guess as for any
//! text. The way back leads through both: from the text to the decoded markup,
//! and from there to the bytes of the page.

use memchr::memmem;

use crate::article::{Lines, Offsets};
use crate::source::decode::{self, Decoded};
use crate::source::html::page;
use crate::source::input::{About, Document};
use crate::source::mapped::compose;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{self, Reading};
use crate::source::split::{self, Record};

/// Hands on the article of a page, or those of an export that is one.
pub(super) fn parse(bytes: Vec<u8>, about: &About, reading: &mut Reading<'_>) -> reading::Result {
    let decoded = match decoded(bytes, about) {
        Ok(decoded) => decoded,
        Err(reason) => {
            reading.skip(about.member.as_deref(), &reason);
            return Ok(());
        }
    };
    if let Some(mut records) = split::html::split(&decoded.text) {
        for Record { document, .. } in &mut records {
            let offsets = std::mem::replace(&mut document.offsets, Offsets::Nowhere);
            document.offsets = compose(offsets, &decoded.offsets, document.text.len());
        }
        return reading.records(about, records);
    }
    match document(&decoded, about) {
        Ok(document) => reading.one(about, document),
        Err(reason) => {
            reading.skip(about.member.as_deref(), &reason);
            Ok(())
        }
    }
}

/// The markup of a page.
fn decoded(bytes: Vec<u8>, about: &About) -> Result<Decoded, SkipReason> {
    let own = declared(&bytes);
    let labels: Vec<&str> = about
        .charset
        .as_deref()
        .into_iter()
        .chain(own.as_deref())
        .collect();
    decode::decode_as(bytes, &labels)
}

/// The document that a page with this markup is.
fn document(decoded: &Decoded, about: &About) -> Result<Document, SkipReason> {
    let page = page::read(&decoded.text, about.metadata.url.as_deref());
    if page.text.trim().is_empty() && page.title.is_none() {
        return Err(SkipReason::Empty);
    }
    let mut remarks = page.remarks;
    remarks.extend(decode::remarks(decoded.unsure.as_deref(), &page.text));
    Ok(Document {
        offsets: compose(page.offsets, &decoded.offsets, page.text.len()),
        text: page.text,
        lines: Lines::Marked,
        marks: page.marks,
        title: page.title,
        metadata: page.metadata,
        remarks,
        ..Document::default()
    })
}

/// How much of a page is looked at for its encoding.
const MOST_HEAD: usize = 4096;

/// The encoding that a page's `<meta>` or XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(MOST_HEAD)];
    let head = head.to_ascii_lowercase();
    let xml = if head.starts_with(b"<?xml") {
        &head[..head.len().min(200)]
    } else {
        &[]
    };
    label_after(&head, b"charset").or_else(|| label_after(xml, b"encoding"))
}

/// The word behind `key` and `=`.
fn label_after(head: &[u8], key: &[u8]) -> Option<String> {
    memmem::find_iter(head, key).find_map(|at| {
        let rest = head[at + key.len()..]
            .trim_ascii_start()
            .strip_prefix(b"=")?;
        let rest = rest.trim_ascii_start();
        let rest = rest
            .strip_prefix(b"\"")
            .or(rest.strip_prefix(b"'"))
            .unwrap_or(rest);
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:.+".contains(byte);
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        let label = std::str::from_utf8(&rest[..length.min(40)]).ok()?;
        (!label.is_empty()).then(|| label.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], charset: Option<&str>) -> Result<Document, SkipReason> {
        let about = About {
            charset: charset.map(str::to_owned),
            ..About::file("a.html")
        };
        let decoded = decoded(bytes.to_vec(), &about)?;
        document(&decoded, &about)
    }

    /// The bytes at which `sought` stands in the page.
    fn place(bytes: &[u8], charset: Option<&str>, sought: &str) -> Vec<u8> {
        let document = read(bytes, charset).unwrap();
        let at = document.text.find(sought).expect("the text has it");
        let range = document.offsets.range_to_file(&(at..at + sought.len()));
        bytes[range].to_vec()
    }

    fn encoded(text: &str, label: &str) -> Vec<u8> {
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        encoding.encode(text).0.into_owned()
    }

    const RUSSIAN: &str = "<html><head><meta charset=CHARSET></head><body><article><p>Переговоры \
        <b>прошли</b> во вторник&nbsp;&mdash; стороны обсудили торговлю и договорились о новой \
        встрече.</p></article></body></html>";

    #[test]
    fn whoever_is_right_names_the_encoding() {
        let sought = "прошли во вторник\u{a0}— стороны";
        let in_file = "прошли</b> во вторник&nbsp;&mdash; стороны";
        // The page says what it is; whoever sent it is wrong, right, or silent.
        let page = encoded(&RUSSIAN.replace("CHARSET", "windows-1251"), "windows-1251");
        for charset in [None, Some("utf-8"), Some("windows-1251")] {
            let found = place(&page, charset, sought);
            assert_eq!(found, encoded(in_file, "windows-1251"), "{charset:?}");
        }
        // The page is wrong.
        let page = RUSSIAN.replace("CHARSET", "windows-1251").into_bytes();
        for charset in [None, Some("utf-8"), Some("windows-1252")] {
            assert_eq!(
                place(&page, charset, sought),
                in_file.as_bytes(),
                "{charset:?}"
            );
        }
        let page = encoded(&RUSSIAN.replace("CHARSET", "utf-8"), "koi8-r");
        assert_eq!(
            place(&page, Some("koi8-r"), sought),
            encoded(in_file, "koi8-r")
        );
        // A mark goes before all.
        let marked = [b"\xef\xbb\xbf", RUSSIAN.as_bytes()].concat();
        assert_eq!(place(&marked, Some("koi8-r"), sought), in_file.as_bytes());
        let wide = RUSSIAN.encode_utf16().flat_map(u16::to_le_bytes);
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(wide).collect();
        let expected: Vec<u8> = in_file.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(place(&wide, None, sought), expected);
    }

    #[test]
    fn references_at_the_edge_of_a_passage_are_whole() {
        let page = b"<p>&ldquo;Caf\xe9s in Fran\xe7ois&rsquo;s street are closed since Monday, \
            says co&shy;operative&nbsp;No.&nbsp;7&rdquo;</p><p>&Eacute;t\xe9";
        let sought = "“Cafés in François’s street";
        let in_file = b"&ldquo;Caf\xe9s in Fran\xe7ois&rsquo;s street";
        assert_eq!(place(page, Some("iso-8859-1"), sought), in_file);
        let sought = "co\u{ad}operative\u{a0}No.\u{a0}7”";
        let in_file = b"co&shy;operative&nbsp;No.&nbsp;7&rdquo;";
        assert_eq!(place(page, Some("iso-8859-1"), sought), in_file);
        assert_eq!(place(page, Some("iso-8859-1"), "Été"), b"&Eacute;t\xe9");
    }

    #[test]
    fn lines_are_those_of_the_page() {
        let document = read(
            b"<html>\n<body>\r\n\r\n<p>One.</p>\n<p>Two\nthree.</p>",
            None,
        )
        .unwrap();
        assert_eq!(document.text, "One.\n\nTwo three.");
        assert_eq!(document.marks.at(0), Some(4));
        assert_eq!(document.marks.at(7), Some(5));
    }

    #[test]
    fn a_page_without_text_is_empty() {
        let page = b"<html><script>var a = '<p>x</p>';</script></html>";
        assert_eq!(read(page, None).unwrap_err(), SkipReason::Empty);
    }

    fn tag() -> impl Strategy<Value = String> {
        proptest::sample::select(vec![
            "<p>",
            "</p>",
            "<div class=x>",
            "</div>",
            "<b>",
            "</b>",
            "<a href='#'>",
            "</a>",
            "<br>",
            "<li>",
            "<table><td>",
            "</table>",
            "<svg>",
            "</svg>",
            "<pre>",
            "</pre>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "&amp;",
            "&nbsp;",
            "&#8217;",
            "&notit;",
            "&",
            "<",
            "é",
            "€uro",
            "a text. ",
            "More words stand here, and they are many of them, so that it is long.",
            "\r\n",
            "  ",
            // By themselves zero bytes make a short page look like UTF-16.
            "one stray \0 byte among many others. ",
            "<time datetime=2013-05-14>",
            "</time>",
            "<title>",
            "<h1>",
            "</h1>",
            "\u{ad}",
            "\u{a0}",
        ])
        .prop_map(str::to_owned)
    }

    proptest! {
        #[test]
        fn every_character_stands_where_it_is_said_to(parts in proptest::collection::vec(tag(), 1..60)) {
            for (markup, label) in [(parts.concat(), "utf-8"), (parts.concat(), "windows-1252")] {
                let bytes = encoded(&markup, label);
                // By chance it is UTF-8, and is read as such.
                let label = if std::str::from_utf8(&bytes).is_ok() { "utf-8" } else { label };
                let Ok(document) = read(&bytes, Some(label)) else { continue };
                let mut last = 0;
                for (at, c) in document.text.char_indices() {
                    let range = document.offsets.range_to_file(&(at..at + c.len_utf8()));
                    prop_assert!(range.start >= last && range.end <= bytes.len(), "{markup:?} {at}");
                    last = range.start;
                    if c.is_whitespace() || c == '\u{fffd}' {
                        continue;
                    }
                    let raw = &bytes[range];
                    let own = encoded(&c.to_string(), label);
                    prop_assert!(raw == own || raw.starts_with(b"&"), "{markup:?} {c:?} {raw:?}");
                }
            }
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&[b"<html><p>", bytes.as_slice()].concat(), None);
        }
    }
}
