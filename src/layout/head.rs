//! Reads the headers above a text: those of mail and news groups, with the
//! subject as the title.
//!
//! Headers are lines of a name, a colon and a value (RFC 5322), at the very
//! start of a text: at least two whose names are known, or one that is a
//! subject, before the first blank line. A line that begins with a space goes
//! on with the one before. What some programs put above a forwarded message
//! (`-----Original Message-----`, the `From ` line of a mailbox) belongs to
//! them.
//!
//! Exports of press archives put a label before the headline too, further down:
//! [`headline_value`] knows it.

use std::ops::Range;

use crate::text::{after_head, contains_ignoring_case};

/// A line of the headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeaderLine {
    /// The line with those that go on with it, without the space around.
    pub(super) span: Range<usize>,
    /// The value of a subject.
    pub(super) subject: Option<Range<usize>>,
}

/// Names of headers, in small letters. Those that begin with `x-`, `list-`,
/// `arc-`, `content-` or `thread-` are headers as well.
const NAMES: [&str; 56] = [
    "approved",
    "authentication-results",
    "author",
    "bcc",
    "byline",
    "cc",
    "copyright",
    "date",
    "delivered-to",
    "distribution",
    "dkim-signature",
    "edition",
    "envelope-to",
    "errors-to",
    "expires",
    "followup-to",
    "from",
    "headline",
    "importance",
    "in-reply-to",
    "keywords",
    "language",
    "length",
    "lines",
    "load-date",
    "mailing-list",
    "message-id",
    "mime-version",
    "newsgroups",
    "nntp-posting-host",
    "organisation",
    "organization",
    "path",
    "precedence",
    "priority",
    "publication",
    "published",
    "received",
    "received-spf",
    "references",
    "reply-to",
    "resent-date",
    "resent-from",
    "return-path",
    "section",
    "sender",
    "sent",
    "source",
    "status",
    "subject",
    "summary",
    "title",
    "to",
    "url",
    "user-agent",
    "xref",
];

/// The most bytes of a header's name.
const MAX_NAME: usize = 30;

/// The most header lines: mail that went a long way has some sixty.
const MAX_LINES: usize = 400;

/// The headers that `text` begins with, in order, and where the rest of the text
/// begins. None where it begins otherwise.
pub(super) fn headers(text: &str) -> (Vec<HeaderLine>, usize) {
    let mut lines: Vec<HeaderLine> = Vec::new();
    // Most texts open with a line that has no name and colon.
    let opening = text.trim_start().lines().next().unwrap_or("");
    let may_open = name_of(opening).is_some() || is_envelope(opening);
    if !may_open || opening.contains('\r') {
        return (lines, 0);
    }
    let (mut known, mut end, mut has_subject) = (0, 0, false);
    let mut start = 0;
    for raw in text.split_inclusive('\n').take(MAX_LINES) {
        let at = start;
        start += raw.len();
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            // Blank lines may stand above the headers, and behind what a
            // program puts there.
            if known == 0 {
                continue;
            }
            break;
        }
        let indent = raw.len() - raw.trim_start().len();
        let span = at + indent..at + indent + trimmed.len();
        let goes_on = raw.starts_with([' ', '\t']);
        match (lines.last_mut(), name_of(trimmed)) {
            (Some(open), _) if goes_on => {
                open.span.end = span.end;
                if let Some(subject) = &mut open.subject {
                    subject.end = span.end;
                }
            }
            (_, Some(name)) => {
                let colon = trimmed.find(':').map_or(trimmed.len(), |colon| colon + 1);
                let value = trimmed[colon..].trim_start_matches(|c| c == '*' || is_space(c));
                let value = span.end - value.len()..span.end;
                let subjects = ["subject", "title", "headline"];
                let is_subject = !has_subject
                    && subjects
                        .iter()
                        .any(|subject| name.eq_ignore_ascii_case(subject));
                has_subject |= is_subject && !value.is_empty();
                known += usize::from(is_known(name));
                lines.push(HeaderLine {
                    span,
                    subject: is_subject
                        .then_some(value)
                        .filter(|value| !value.is_empty()),
                });
            }
            (_, None) if is_envelope(trimmed) => lines.push(HeaderLine {
                span,
                subject: None,
            }),
            // No header: the text follows without a blank line.
            (_, None) => break,
        }
        end = start;
    }
    if known >= 2 || (known == 1 && has_subject) {
        (lines, end)
    } else {
        (Vec::new(), 0)
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// The name of a header line: letters, digits and hyphens before a colon. Marks
/// of a quotation or of bold letters may stand before it.
pub(super) fn name_of(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(['>', '*', '|', ' ']);
    let colon = line
        .bytes()
        .take(MAX_NAME + 1)
        .position(|byte| byte == b':')?;
    let name = &line[..colon];
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    // "http://" is no header.
    (is_name && !line[colon + 1..].starts_with("//")).then_some(name)
}

fn is_known(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let families = ["x-", "list-", "arc-", "content-", "thread-"];
    NAMES.binary_search(&lower.as_str()).is_ok()
        || families.iter().any(|family| lower.starts_with(family))
}

/// What stands above the headers of a message in a mailbox, or of one that was
/// sent on.
fn is_envelope(line: &str) -> bool {
    // A rule above.
    if line.len() >= 3 && line.bytes().all(|byte| b"_-=*".contains(&byte)) {
        return true;
    }
    let is_forwarded = || {
        [
            "original message",
            "forwarded message",
            "forwarded by",
            "begin forwarded",
        ]
        .iter()
        .any(|words| contains_ignoring_case(line, words))
    };
    (line.len() <= 80 && is_forwarded())
        || (line.starts_with("From ") && line.contains('@') && line.contains(':'))
}

/// Labels that exports put before a headline.
const HEADLINE_LABELS: [&str; 4] = ["headline:", "title:", "subject line:", "hed:"];

/// Where the headline begins in a line that names it: `HEADLINE: Talks held`.
pub(super) fn headline_value(line: &str) -> Option<usize> {
    let value = after_head(line, &HEADLINE_LABELS)?.trim_start();
    (!value.is_empty()).then_some(line.len() - value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, subject: Option<&str>, rest: &str) {
        let (lines, end) = headers(text);
        let found = lines.iter().find_map(|line| line.subject.clone());
        assert_eq!(found.map(|span| &text[span]), subject, "{text:?}");
        assert_eq!(&text[end..], rest, "{text:?}");
    }

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn headers_of_mail_have_a_subject() {
        check(
            "From: a@b.org\r\nSubject: Talks\r\n held\r\nDate: 4 Mar 2019\r\n\r\nDear all,\r\n",
            Some("Talks\r\n held"),
            "\r\nDear all,\r\n",
        );
        check(
            "Subject: Talks held\n\nText.",
            Some("Talks held"),
            "\nText.",
        );
        check(
            "From desk@example.org Mon Mar  4 23:58:10 2019\nReceived: from x\n\tby y\nTo: z\n\nText.",
            None,
            "\nText.",
        );
        check(
            "\n-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: RE: Harbour\n\nText.",
            Some("RE: Harbour"),
            "\nText.",
        );
        check("From: Ann\nTo: Bob\nText at once.", None, "Text at once.");
        for (before, after) in [
            ("*", "*"),
            ("> ", ""),
            ("___\n", ""),
            ("Begin forwarded message:\n\n", ""),
        ] {
            let first = if before.ends_with('\n') { "" } else { before };
            check(
                &format!("{before}From:{after} Ann\n{first}Subject:{after} Talks held\n\nText."),
                Some("Talks held"),
                "\nText.",
            );
        }
        check(
            "Title: Talks held\nAuthor: Ann\nDate: 2019-04-13\n\nText.",
            Some("Talks held"),
            "\nText.",
        );
    }

    #[test]
    fn other_texts_have_no_headers() {
        for text in [
            "---\n\nMoscow: the talks began.\n",
            "Begin forwarded message:\n\nText.\n",
            "Location: Moscow\nTopic: talks\n\nText.\n",
            "Moscow: the talks began.\n\nText.",
            "Date: 4 March 2019\n\nText.",
            "Talks held\nFrom: Ann\nTo: Bob\n",
            "http://a.org/x\nhttps://b.org\n",
            "",
            ":",
        ] {
            check(text, None, text);
        }
    }

    #[test]
    fn labels_before_a_headline_are_known() {
        assert_eq!(headline_value("HEADLINE: Talks held"), Some(10));
        assert_eq!(headline_value("Title:Talks"), Some(6));
        assert_eq!(headline_value("Titles: x"), None);
        assert_eq!(headline_value("HEADLINE:"), None);
    }
}
