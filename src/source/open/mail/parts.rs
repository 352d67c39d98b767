//! The parts of a message: which are its text, which are attached.
//!
//! A multipart is a text between lines of `--boundary`. Of an `alternative` the
//! plain part is the text, else the page; of a `related` the first part; of all
//! others each part that is plain text or a page and has no file name, since
//! programs put pictures between paragraphs and lists add a footer. The rest is
//! attached.
//!
//! Multiparts lie in each other up to [`MOST_NESTED`] deep, and a message has up
//! to [`MOST_PARTS`] parts: each byte is looked at once for each level. A
//! boundary that never comes makes the part a text.
//!
//! Example: `mixed[alternative[plain, html], pdf]` has the plain part as its
//! text, and the PDF attached.

use std::ops::Range;

use memchr::memmem;

use super::header::{Head, head, line_end};
use super::transfer::Transfer;

/// A message has at most so many parts.
pub(super) const MOST_PARTS: usize = 1_000;

/// Multiparts lie in each other at most so deep.
const MOST_NESTED: u32 = 16;

/// A part that holds no others.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) head: Head,
    /// Its body, in bytes of the message.
    pub(super) body: Range<usize>,
}

impl Part {
    /// Whether it is a page.
    pub(super) fn is_html(&self) -> bool {
        self.head.is("text/html")
    }
}

/// The parts of a message.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// All that hold no others.
    pub(super) leaves: Vec<Part>,
    /// Which of them are the text.
    pub(super) text: Vec<usize>,
    /// Which of them are attached.
    pub(super) attached: Vec<usize>,
    /// Whether there are more than are read.
    pub(super) has_more: bool,
    /// Whether its text is encrypted.
    pub(super) is_encrypted: bool,
}

/// The parts of the message `bytes`, whose head ends at `body`.
pub(super) fn parts(bytes: &[u8], head: Head, body: usize) -> Parts {
    let mut walk = Walk {
        bytes,
        parts: Parts::default(),
        count: 0,
    };
    let found = walk.part(head, body..bytes.len(), 0, false);
    let mut parts = walk.parts;
    parts.text = found.text;
    parts.attached = found.attached;
    parts
}

/// What a part adds to the text and the attachments.
#[derive(Debug, Default)]
struct Found {
    text: Vec<usize>,
    attached: Vec<usize>,
}

struct Walk<'b> {
    bytes: &'b [u8],
    parts: Parts,
    count: usize,
}

impl Walk<'_> {
    fn part(&mut self, head: Head, body: Range<usize>, depth: u32, is_inside: bool) -> Found {
        self.count += 1;
        if self.count > MOST_PARTS {
            self.parts.has_more = true;
            return Found::default();
        }
        if head.is("multipart/encrypted") || is_sealed(&head) {
            self.parts.is_encrypted = true;
            return Found::default();
        }
        if !head.is("multipart/") {
            return self.leaf(head, body, is_inside);
        }
        let ranges = match &head.boundary {
            Some(boundary) if depth < MOST_NESTED => between(self.bytes, &body, boundary),
            _ => Vec::new(),
        };
        if ranges.is_empty() {
            let text = Head {
                content_type: None,
                ..head
            };
            return self.leaf(text, body, false);
        }
        let is_digest = head.is("multipart/digest");
        let mut found: Vec<Found> = Vec::new();
        for range in ranges {
            let (mut head, start) =
                self::head(self.bytes.get(..range.end).unwrap_or_default(), range.start);
            if is_digest && head.content_type.is_none() {
                head.content_type = Some("message/rfc822".to_owned());
            }
            found.push(self.part(head, start..range.end, depth + 1, true));
            if self.parts.has_more {
                break;
            }
        }
        self.chosen(&head, found)
    }

    /// What of the parts of a multipart is the text.
    fn chosen(&self, head: &Head, found: Vec<Found>) -> Found {
        let texts = || found.iter().map(|found| &found.text);
        let leaf = |index: &usize| self.parts.leaves.get(*index);
        let text = if head.is("multipart/alternative") {
            let is_plain = |text: &&Vec<usize>| {
                let mut leaves = text.iter().filter_map(leaf);
                leaves.all(|part| !part.is_html()) && text.iter().any(|index| self.says(*index))
            };
            let says = |text: &&Vec<usize>| text.iter().any(|index| self.says(*index));
            texts()
                .find(is_plain)
                .or_else(|| texts().rev().find(says))
                .cloned()
        } else if head.is("multipart/related") {
            texts().find(|text| !text.is_empty()).cloned()
        } else {
            Some(texts().flatten().copied().collect())
        };
        Found {
            text: text.unwrap_or_default(),
            attached: found.into_iter().flat_map(|found| found.attached).collect(),
        }
    }

    /// Whether a leaf has more than white space.
    fn says(&self, index: usize) -> bool {
        let body = self.parts.leaves.get(index).map(|part| part.body.clone());
        let bytes = body.and_then(|body| self.bytes.get(body));
        bytes.is_some_and(|bytes| !bytes.trim_ascii().is_empty())
    }

    fn leaf(&mut self, head: Head, body: Range<usize>, is_inside: bool) -> Found {
        let index = self.parts.leaves.len();
        let is_text = head.content_type.is_none() || head.is("text/plain") || head.is("text/html");
        let is_named = is_inside && (head.is_attachment || head.file_name.is_some());
        let mut found = Found::default();
        if is_text && !is_named {
            found.text.push(index);
        } else if !is_passed_over(&head) {
            found.attached.push(index);
        }
        self.parts.leaves.push(Part { head, body });
        found
    }
}

/// Whether a part is a message that only its receiver can open.
fn is_sealed(head: &Head) -> bool {
    head.is("application/pkcs7-mime") || head.is("application/x-pkcs7-mime")
}

/// Whether a part holds nothing to be read: pictures, signatures, what a program
/// says to another one.
fn is_passed_over(head: &Head) -> bool {
    const KINDS: [&str; 16] = [
        "image/",
        "audio/",
        "video/",
        "font/",
        "text/calendar",
        "text/css",
        "text/vcard",
        "text/x-vcard",
        "text/x-amp-html",
        "text/rfc822-headers",
        "message/delivery-status",
        "message/disposition-notification",
        "application/ms-tnef",
        "application/vnd.ms-tnef",
        "application/pgp-signature",
        "application/pkcs7-signature",
    ];
    let name = head.file_name.as_deref().unwrap_or_default();
    KINDS.iter().any(|kind| head.is(kind))
        || ["winmail.dat", "smime.p7s"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
}

/// The stretches between the lines of `--boundary` in `within`.
fn between(bytes: &[u8], within: &Range<usize>, boundary: &str) -> Vec<Range<usize>> {
    let mark = format!("--{boundary}");
    let inside = bytes.get(within.clone()).unwrap_or_default();
    let mut ranges = Vec::new();
    let mut open: Option<usize> = None;
    for found in memmem::find_iter(inside, mark.as_bytes()) {
        let at = within.start + found;
        let is_at_start = found == 0 || bytes.get(at - 1) == Some(&b'\n');
        let end = line_end(bytes, at).unwrap_or(within.end).min(within.end);
        let rest = bytes.get(at + mark.len()..end).unwrap_or_default();
        let is_last = rest.starts_with(b"--");
        if !is_at_start || !is_last && !rest.trim_ascii().is_empty() {
            continue;
        }
        if let Some(start) = open {
            ranges.push(start..before_line_end(bytes, start, at));
            // One part more than is read says that there are more.
            if ranges.len() > MOST_PARTS {
                return ranges;
            }
        }
        open = (!is_last).then_some(end);
        if is_last {
            return ranges;
        }
    }
    // The last part was cut, or its end forgotten.
    if let Some(start) = open.filter(|start| *start < within.end) {
        ranges.push(start..within.end);
    }
    ranges
}

/// The line end before a boundary belongs to the boundary.
fn before_line_end(bytes: &[u8], start: usize, at: usize) -> usize {
    let text = bytes.get(start..at).unwrap_or_default();
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    start + text.len()
}

impl Part {
    /// Its bytes as they are written in the message.
    pub(super) fn written<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.body.clone()).unwrap_or_default()
    }

    /// Whether its bytes stand in the message as they are.
    pub(super) fn is_verbatim(&self) -> bool {
        self.head.transfer == Transfer::Plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text parts and the attached ones of a message, by their first words.
    fn read(message: &str) -> (Vec<String>, Vec<String>, Parts) {
        let bytes = message.as_bytes();
        let (head, body) = head(bytes, 0);
        let parts = parts(bytes, head, body);
        let said = |indices: &[usize]| {
            let text = |index: &usize| {
                String::from_utf8_lossy(parts.leaves[*index].written(bytes)).into_owned()
            };
            indices.iter().map(text).collect::<Vec<_>>()
        };
        (said(&parts.text), said(&parts.attached), parts)
    }

    fn multipart(kind: &str, mark: &str, parts: &[(&str, &str)]) -> String {
        let mut text =
            format!("Content-Type: multipart/{kind}; boundary=\"{mark}\"\n\nto be passed over\n");
        for (head, body) in parts {
            text = text + "--" + mark + "\n" + head + "\n\n" + body + "\n";
        }
        text + &format!("--{mark}--\nto be passed over\n")
    }

    #[test]
    fn the_plain_part_is_the_text() {
        let inner = multipart(
            "alternative",
            "b2",
            &[
                ("Content-Type: text/plain", "Plain."),
                ("Content-Type: text/html", "<p>Page."),
            ],
        );
        let (inner_head, inner_body) = inner.split_once("\n\n").unwrap();
        let message = multipart(
            "mixed",
            "b",
            &[
                (inner_head, inner_body),
                ("Content-Type: application/pdf; name=a.pdf", "%PDF"),
                ("Content-Type: image/png", "picture"),
                ("Content-Type: text/plain", "A footer."),
                ("Content-Type: text/plain; name=notes.txt", "Notes."),
            ],
        );
        let (text, attached, _) = read(&message);
        assert_eq!(text, ["Plain.", "A footer."]);
        assert_eq!(attached, ["%PDF", "Notes."]);
    }

    #[test]
    fn a_page_is_the_text_where_the_plain_part_is_blank() {
        let message = multipart(
            "alternative",
            "b",
            &[
                ("Content-Type: text/plain", "  "),
                ("Content-Type: text/html", "<p>Page."),
            ],
        );
        assert_eq!(read(&message).0, ["<p>Page."]);
        let message = multipart(
            "related",
            "b",
            &[
                ("Content-Type: text/html", "<p>One."),
                ("Content-Type: text/html", "<p>Frame."),
            ],
        );
        assert_eq!(read(&message).0, ["<p>One."]);
    }

    #[test]
    fn what_is_cut_is_read_as_far_as_it_goes() {
        let message = "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nOne.\n--bc\nTwo";
        assert_eq!(read(message).0, ["One.\n--bc\nTwo"]);
        let message = "Content-Type: multipart/mixed; boundary=never\n\nOnly text.";
        assert_eq!(read(message).0, ["Only text."]);
    }

    #[test]
    fn parts_are_counted_and_depth_is_bounded() {
        let many: Vec<(&str, &str)> = vec![("Content-Type: text/plain", "a"); MOST_PARTS + 50];
        let (text, _, parts) = read(&multipart("mixed", "b", &many));
        assert!(parts.has_more);
        assert_eq!(text.len(), MOST_PARTS - 1);
        let mut deep = String::new();
        for level in 0..5000 {
            let mark = format!("b{level}");
            deep = deep
                + "Content-Type: multipart/mixed; boundary="
                + &mark
                + "

--" + &mark + "
";
        }
        assert_eq!(read(&deep).0.len(), 1);
    }

    #[test]
    fn a_sealed_message_is_told() {
        let message = "Content-Type: application/pkcs7-mime; name=smime.p7m\n\nMIIB";
        assert!(read(message).2.is_encrypted);
    }
}
