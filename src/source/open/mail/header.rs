//! What stands at the head of a message, or of a part of one.
//!
//! The lines of the head are told apart here; the few fields that are used go to
//! `mail-parser`, which knows addresses, dates, parameters and encoded words. Each
//! field counts once and up to [`MOST_FIELD`] bytes, so that a head of megabytes
//! takes no longer than its reading.
//!
//! A head ends with a blank line, and also before a line that can be no field:
//! messages that were saved by hand lack the blank line at times.
//!
//! Example: `Subject: =?utf-8?q?caf=C3=A9?=` states the subject `café`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use mail_parser::{Address, ContentType, HeaderName, HeaderValue, Message, MessageParser};

use super::transfer::Transfer;
use crate::source::decode;
use crate::text::stated_date;

/// The fields that are used.
const USED: [&str; 11] = [
    "subject",
    "from",
    "to",
    "date",
    "message-id",
    "list-id",
    "content-type",
    "content-disposition",
    "content-transfer-encoding",
    "content-location",
    "snapshot-content-location",
];

/// Of a field at most so many bytes are looked at: an encoded word that never
/// ends is looked for from each place where one may begin.
const MOST_FIELD: usize = 4 << 10;

/// A name of a field has at most so many bytes.
const MOST_NAME: usize = 100;

static PARSER: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);

/// A head.
#[derive(Debug, Default)]
pub(in crate::source::open) struct Head {
    pub(super) subject: Option<String>,
    /// The senders' names, or addresses where they have none.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) list: Option<String>,
    pub(super) date: Option<SentDate>,
    /// Without its brackets.
    pub(in crate::source::open) message_id: Option<String>,
    /// `text/plain`, in small letters.
    pub(super) content_type: Option<String>,
    pub(super) charset: Option<String>,
    pub(super) boundary: Option<String>,
    /// The name that an attachment has.
    pub(super) file_name: Option<String>,
    pub(super) is_attachment: bool,
    pub(super) transfer: Transfer,
    /// The address that a part was saved from.
    pub(super) location: Option<String>,
    /// Whether there is a field at all.
    pub(super) has_fields: bool,
}

/// When a message says it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SentDate {
    /// A day and time of the sender, in ISO 8601 or as written.
    Known(String),
    /// What is no date.
    Unknown(String),
}

impl Head {
    /// Whether its content type is this one, or any of this kind (`image/`).
    pub(super) fn is(&self, content_type: &str) -> bool {
        let own = self.content_type.as_deref().unwrap_or_default();
        if content_type.ends_with('/') {
            own.starts_with(content_type)
        } else {
            own == content_type
        }
    }
}

/// The head of `bytes[from..]`, and where what follows it begins.
pub(super) fn head(bytes: &[u8], from: usize) -> (Head, usize) {
    let (fields, has_fields, end) = fields(bytes, from);
    let head = has_fields.then(|| read(&|name| raw(bytes, &fields, name)));
    (head.unwrap_or_default(), end)
}

/// The Message-ID that a message states.
pub(in crate::source::open) fn message_id(bytes: &[u8]) -> Option<String> {
    let (fields, ..) = fields(bytes, 0);
    bare_id(&plain(raw(bytes, &fields, "message-id"))?)
}

/// Where the fields that are used stand, in the order of [`USED`].
type Fields = Vec<Option<Range<usize>>>;

/// The fields of the head of `bytes[from..]`, whether there is any, and where
/// what follows it begins.
fn fields(bytes: &[u8], from: usize) -> (Fields, bool, usize) {
    let mut fields = vec![None; USED.len()];
    let mut has_fields = false;
    let mut at = from;
    let mut last: Option<usize> = None;
    while let Some(end) = line_end(bytes, at) {
        let line = bytes.get(at..end).unwrap_or_default();
        if line.trim_ascii().is_empty() {
            at = end;
            break;
        }
        if matches!(line.first(), Some(b' ' | b'\t')) && has_fields {
            if let Some(Some(range)) = last.and_then(|index| fields.get_mut(index)) {
                let range: &mut Range<usize> = range;
                range.end = end;
            }
        } else if let Some(name) = field_name(line) {
            has_fields = true;
            let index = USED.iter().position(|used| name.eq_ignore_ascii_case(used));
            last = index.filter(|index| fields.get(*index).is_some_and(Option::is_none));
            if let Some(field) = last.and_then(|index| fields.get_mut(index)) {
                *field = Some(at + name.len() + 1..end);
            }
        } else if !is_quoted_envelope(line) || has_fields {
            break;
        }
        at = end;
    }
    (fields, has_fields, at)
}

/// A field as it is written.
fn raw<'b>(bytes: &'b [u8], fields: &Fields, name: &str) -> Option<&'b [u8]> {
    let index = USED.iter().position(|used| *used == name)?;
    bytes.get(fields.get(index)?.clone()?)
}

/// A field that is no more than text, on one line.
fn plain(raw: Option<&[u8]>) -> Option<String> {
    let raw = raw?;
    let text = decode::decode_line(raw.get(..MOST_FIELD).unwrap_or(raw)).0;
    Some(one_line(&text)).filter(|text| !text.is_empty())
}

/// Where the line at `at` ends, its line end included; `None` at the end.
pub(super) fn line_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    Some(memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end + 1))
}

/// The name of the field that a line begins.
pub(in crate::source::open) fn field_name(line: &[u8]) -> Option<&str> {
    let head = &line[..line.len().min(MOST_NAME)];
    let colon = memchr::memchr(b':', head)?;
    let name = head.get(..colon)?;
    let is_name = |byte: &u8| byte.is_ascii_graphic();
    let is_one = !name.is_empty() && name.iter().all(is_name);
    std::str::from_utf8(name).ok().filter(|_| is_one)
}

/// Whether text is a message as programs of mail keep it: nothing but fields up
/// to the first empty line, among them one that only mail has, a sender, and a
/// day or a subject.
pub(in crate::source) fn is_message(head: &[u8]) -> bool {
    let (mut is_mail, mut has_sender, mut is_about) = (false, false, false);
    for (at, line) in head.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return is_mail && has_sender && is_about;
        }
        if at > 0 && matches!(line[0], b' ' | b'\t') {
            continue;
        }
        let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let Some(name) = field_name(line).filter(|name| name.chars().all(is_letter)) else {
            return false;
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        is_mail |= is("mime-version") || is("message-id");
        has_sender |= is("from");
        is_about |= is("date") || is("subject");
    }
    false
}

/// `>From …` above the fields, as some programs leave it.
fn is_quoted_envelope(line: &[u8]) -> bool {
    line.starts_with(b">From ") || line.starts_with(b"From ")
}

/// What the fields state.
fn read<'b>(raw: &dyn Fn(&str) -> Option<&'b [u8]>) -> Head {
    let parsed = parsed(raw);
    let Some(message) = PARSER.parse_headers(parsed.as_bytes()) else {
        return Head::default();
    };
    let kind = content_type(&message, &HeaderName::ContentType);
    let disposition = content_type(&message, &HeaderName::ContentDisposition);
    let attribute = |of: Option<&ContentType<'_>>, name: &str| {
        of.and_then(|of| of.attribute(name)).map(str::to_owned)
    };
    let transfer = raw("content-transfer-encoding").and_then(|raw| std::str::from_utf8(raw).ok());
    let plain = |name: &str| plain(raw(name));
    let file_name = attribute(disposition, "filename").or_else(|| attribute(kind, "name"));
    let address = |of: Option<&Address<'_>>| of.and_then(names);
    Head {
        subject: message.subject().map(one_line).filter(|it| !it.is_empty()),
        from: address(message.from()),
        to: address(message.to()),
        list: plain("list-id"),
        date: plain("date").map(|written| sent(&message, written)),
        message_id: plain("message-id").and_then(|id| bare_id(&id)),
        // A type without its second half (`text`) says nothing.
        content_type: kind.and_then(|kind| {
            let subtype = kind.c_subtype.as_deref().filter(|it| !it.is_empty())?;
            Some(format!("{}/{subtype}", kind.c_type).to_ascii_lowercase())
        }),
        charset: attribute(kind, "charset"),
        boundary: attribute(kind, "boundary").filter(|boundary| !boundary.is_empty()),
        file_name: file_name.map(|name| one_line(&name)),
        is_attachment: disposition.is_some_and(|of| of.c_type.eq_ignore_ascii_case("attachment")),
        transfer: transfer.map(Transfer::of).unwrap_or_default(),
        location: plain("content-location").or_else(|| plain("snapshot-content-location")),
        has_fields: true,
    }
}

/// The fields that `mail-parser` reads, as a head of their own.
fn parsed<'b>(raw: &dyn Fn(&str) -> Option<&'b [u8]>) -> String {
    let mut head = String::new();
    for name in USED.iter().take(8).filter(|name| **name != "list-id") {
        if let Some(value) = raw(name) {
            let value = value.get(..MOST_FIELD).unwrap_or(value);
            let text: Cow<'_, str> = decode::decode_line(value).0;
            head.push_str(name);
            head.push(':');
            // A last line without its end would swallow the next field.
            head.push_str(&joined_words(text.trim_end()));
            head.push('\n');
        }
    }
    head.push('\n');
    head
}

/// A field in which encoded words of one charset and encoding that follow each
/// other are one: many programs cut them in the middle of a character.
///
/// Example: `=?utf-8?q?Caf=C3?= =?utf-8?q?=A9?=` is `=?utf-8?q?Caf=C3=A9?=`.
fn joined_words(field: &str) -> Cow<'_, str> {
    let mut joined = Cow::Borrowed(field);
    let mut from = 0;
    while let Some(end) = joined[from..].find("?=").map(|end| from + end) {
        from = end + 2;
        let Some((intro, written)) = word_before(&joined[..end]) else {
            continue;
        };
        let behind = &joined[from..];
        let next = behind.trim_start();
        let is_same = next.len() < behind.len()
            && next
                .get(..intro.len())
                .is_some_and(|other| other.eq_ignore_ascii_case(intro));
        // In base64 four letters are three bytes, and padding ends them.
        let is_base64 = intro.to_ascii_lowercase().ends_with("?b?");
        let is_open = !is_base64 || (written.len().is_multiple_of(4) && !written.ends_with('='));
        if is_same && is_open {
            let behind = from + (behind.len() - next.len()) + intro.len();
            joined.to_mut().replace_range(end..behind, "");
            from = end;
        }
    }
    joined
}

/// The encoded word whose text ends here, as its beginning and its text:
/// `=?utf-8?q?`, `Caf=C3`.
fn word_before(before: &str) -> Option<(&str, &str)> {
    let word = &before[before.rfind("=?")?..];
    let (charset, rest) = word[2..].split_once('?')?;
    let (encoding, text) = rest.split_once('?')?;
    let is_word = !charset.is_empty()
        && matches!(encoding, "q" | "Q" | "b" | "B")
        && !text.contains(char::is_whitespace);
    is_word.then(|| word.split_at(word.len() - text.len()))
}

fn content_type<'m>(
    message: &'m Message<'_>,
    name: &HeaderName<'_>,
) -> Option<&'m ContentType<'m>> {
    let header = message
        .headers()
        .iter()
        .find(|header| header.name == *name)?;
    match &header.value {
        HeaderValue::ContentType(kind) => Some(kind),
        _ => None,
    }
}

/// The date as ISO 8601 with the sender's offset, so that its day is the
/// sender's.
fn sent(message: &Message<'_>, written: String) -> SentDate {
    // Ours first: the other one takes a time that it does not understand for its
    // hour, and a zone for none.
    let own = stated_date::read(&written);
    if let Some(own) = own.as_ref().filter(|own| !own.clock.is_empty()) {
        return SentDate::Known(format!("{}T{}", own.first, own.clock));
    }
    let parsed = message.date().filter(|date| date.is_valid());
    let iso = parsed.map(mail_parser::DateTime::to_rfc3339);
    match iso.filter(|iso| stated_date::read(iso).is_some()) {
        _ if own.is_some() => SentDate::Known(written),
        Some(iso) => SentDate::Known(iso),
        None => SentDate::Unknown(written),
    }
}

/// The names of all who are listed, or their addresses.
fn names(address: &Address<'_>) -> Option<String> {
    let name = |one: &mail_parser::Addr<'_>| {
        let shown = one.name().filter(|name| !name.trim().is_empty());
        shown
            .or(one.address())
            .map(|shown| behind_address(&one_line(shown)))
    };
    let names: Vec<String> = address.iter().filter_map(name).take(MOST_NAMES).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join("; "))
}

/// The name in `ann at example.org (Ann Lee)`, as archives of lists hide
/// addresses; all of what looks otherwise.
fn behind_address(shown: &str) -> String {
    let parts = shown
        .strip_suffix(')')
        .and_then(|shown| shown.split_once(" ("));
    match parts {
        Some((address, name)) if address.contains(" at ") && !name.trim().is_empty() => {
            name.trim().to_owned()
        }
        _ => shown.to_owned(),
    }
}

/// So many of a list of addresses are kept.
const MOST_NAMES: usize = 20;

/// A Message-ID without brackets and what stands around them.
fn bare_id(id: &str) -> Option<String> {
    let inner = id.split_once('<').map_or(id, |(_, rest)| rest);
    let inner = inner.split('>').next().unwrap_or(inner);
    let is_one =
        !inner.is_empty() && inner.len() <= MOST_ID && !inner.contains(char::is_whitespace);
    is_one.then(|| inner.to_owned())
}

/// As long as a line of a message may be.
const MOST_ID: usize = 998;

fn one_line(text: &str) -> String {
    crate::article::one_line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Head {
        head(text.as_bytes(), 0).0
    }

    #[test]
    fn fields_are_unfolded_and_decoded() {
        let read = of(
            "Subject: =?utf-8?q?Talks_in_Gen=C3=A8ve?=\r\n =?utf-8?q?_resume?=\r\nFROM: \"Doe, Jane\" <jane@example.org>, <desk@example.org>\r\nDate: Wed, 15 May 2013 01:30:00 +0200 (CEST)\r\nMessage-ID: <a1@example.org>\r\nContent-Type: Text/Plain; charset=\"KOI8-R\"\r\n\r\nBody",
        );
        assert_eq!(read.subject.as_deref(), Some("Talks in Genève resume"));
        assert_eq!(read.from.as_deref(), Some("Doe, Jane; desk@example.org"));
        let date = SentDate::Known("2013-05-15T01:30:00+02:00".to_owned());
        assert_eq!(read.date, Some(date));
        assert_eq!(read.message_id.as_deref(), Some("a1@example.org"));
        assert_eq!(read.content_type.as_deref(), Some("text/plain"));
        assert_eq!(read.charset.as_deref(), Some("KOI8-R"));
    }

    #[test]
    fn a_head_ends_where_there_are_no_fields() {
        let text = "Subject: a\nNo field here\n";
        assert_eq!(head(text.as_bytes(), 0).1, 11);
        let text = ">From x@example.org\nSubject: a\n\nBody";
        let (read, at) = head(text.as_bytes(), 0);
        assert_eq!((read.subject.as_deref(), &text[at..]), (Some("a"), "Body"));
        assert!(!of("Just a text\n\nof two lines").has_fields);
    }

    #[test]
    fn a_character_may_be_cut_by_encoded_words() {
        for (written, subject) in [
            (
                "=?UTF-8?Q?Gespr=C3?=\r\n =?utf-8?q?=A4che_=C3?= =?UTF-8?Q?=BCber?=",
                "Gespräche über",
            ),
            ("=?UTF-8?B?R2VzcHLD?= =?UTF-8?B?pGNoZQ==?=", "Gespräche"),
            ("=?UTF-8?B?R2VzcHI=?= =?UTF-8?B?w6RjaGU=?=", "Gespräche"),
            ("a =?UTF-8?Q?=41?= b =?UTF-8?Q?=42?=", "a A b B"),
            ("=?UTF-8?Q?=41?= =?ISO-8859-1?Q?=E9?=", "Aé"),
        ] {
            let read = of(&format!("Subject: {written}\n\n"));
            assert_eq!(read.subject.as_deref(), Some(subject), "{written}");
        }
    }

    #[test]
    fn old_dates_and_what_is_none() {
        let date = |text: &str| of(&format!("Date: {text}\n\n")).date;
        // The day of the week is wrong: the date counts.
        let known = SentDate::Known("1997-11-21T09:55:06Z".to_owned());
        assert_eq!(date("Mon, 21 Nov 97 09:55:06 GMT"), Some(known));
        for (written, known) in [
            (
                "Tue, 14 May 2013 10.11.12 +0200",
                "2013-05-14T10:11:12+02:00",
            ),
            (
                "Tue, 14 May 2013 10:11:12 GMT+0200",
                "2013-05-14T10:11:12+02:00",
            ),
            ("Tue, 14 May 2013 10:11:12 MEST", "2013-05-14T10:11:12"),
            ("14 May 13 23:30 EST", "2013-05-14T23:30-05:00"),
            ("Tuesday, 14-May-13 10:11:12 GMT", "2013-05-14T10:11:12Z"),
            ("Tue, 14 May 2013 23:30:00 EST", "2013-05-14T23:30:00-05:00"),
        ] {
            assert_eq!(
                date(written),
                Some(SentDate::Known(known.to_owned())),
                "{written}"
            );
        }
        let unknown = SentDate::Unknown("yesterday".to_owned());
        assert_eq!(date("yesterday"), Some(unknown));
    }

    #[test]
    fn bytes_that_are_not_ascii_are_guessed() {
        let text = "Subject: Caf\u{e9} und \u{fc}ber M\u{fc}nchen\n\n";
        let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let (read, _) = head(&bytes, 0);
        assert_eq!(read.subject.as_deref(), Some("Café und über München"));
        let read = of("Subject: =?ISO-2022-JP?B?GyRCS0w1fhsoQg==?=\n\n");
        assert_eq!(read.subject.as_deref(), Some("北京"));
    }

    #[test]
    fn names_of_attachments_are_decoded() {
        let read = of(
            "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf\n\n",
        );
        assert_eq!(read.file_name.as_deref(), Some("résumé.pdf"));
        assert!(read.is_attachment);
    }
}
