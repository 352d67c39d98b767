//! Messages and mailboxes through the whole way of reading.

use super::*;
use crate::article::{Article, OffsetBase};
use crate::source::reading::outcome::Outcome;
use crate::source::trial;

/// The articles of a file, and what was left out.
fn read(name: &str, bytes: &[u8]) -> (Vec<Article>, Outcome) {
    read_up_to(name, bytes, 1 << 20)
}

fn read_up_to(name: &str, bytes: &[u8], max_bytes: u64) -> (Vec<Article>, Outcome) {
    let format = SourceFormat::of(std::path::Path::new(name)).unwrap();
    let mut stream = bytes;
    let content = if format.is_container() {
        Content::Stream(&mut stream)
    } else {
        Content::Whole(bytes.to_vec())
    };
    trial::read(name, content, max_bytes)
}

/// The bytes of the file that stand for `part` of the article's text.
fn in_file<'b>(bytes: &'b [u8], article: &Article, part: &str) -> &'b str {
    let at = article.text.find(part).unwrap();
    assert_eq!(article.offsets.base(article.origin.base), OffsetBase::File);
    let range = article.offsets.range_to_file(&(at..at + part.len()));
    std::str::from_utf8(&bytes[range]).unwrap()
}

fn reasons(outcome: &Outcome) -> Vec<String> {
    outcome
        .skipped
        .iter()
        .map(|skip| skip.place("") + " " + &skip.reason)
        .collect()
}

const HEAD: &str = "From: Ann Lee <ann@example.org>\r\nSubject: Talks\r\nDate: Wed, 15 May 2013 01:30:00 +0200\r\nMessage-ID: <one@example.org>\r\n";

#[test]
fn a_message_is_an_article() {
    let message = format!("{HEAD}\r\nThe talks began.\r\n\r\nThey > ended.\r\n");
    let (articles, outcome) = read("a.eml", message.as_bytes());
    let article = &articles[0];
    assert_eq!(article.id, "a.eml");
    assert_eq!(article.origin.aliases, ["one@example.org"]);
    assert_eq!(article.given_title.as_deref(), Some("Talks"));
    assert_eq!(article.metadata.author.as_deref(), Some("Ann Lee"));
    let date = article.metadata.date.as_deref();
    assert_eq!(date, Some("2013-05-15T01:30:00+02:00"));
    assert_eq!(
        in_file(message.as_bytes(), article, "They > ended."),
        "They > ended."
    );
    assert_eq!(article.origin.lines, crate::article::Lines::From(6));
    assert!(outcome.skipped.is_empty());
}

#[test]
fn what_is_written_for_the_way_has_lines_and_no_bytes() {
    let message = format!(
        "{HEAD}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nIn Gen=C3=A8ve =\r\nthey met.\r\n\r\nLater they left.\r\n"
    );
    let article = &read("a.eml", message.as_bytes()).0[0];
    assert!(
        article.text.starts_with("In Genève they met."),
        "{}",
        article.text
    );
    assert_eq!(article.offsets, Offsets::Nowhere);
    let later = article.text.find("Later").unwrap();
    assert_eq!(article.origin.marks.at(later), Some(11));
    let message =
        format!("{HEAD}Content-Transfer-Encoding: base64\r\n\r\nVGhlIHRhbGtzIGJlZ2FuLg=\r\n");
    let article = &read("a.eml", message.as_bytes()).0[0];
    assert_eq!(article.text, "The talks began.");
    assert_eq!(article.origin.lines, crate::article::Lines::None);
}

#[test]
fn an_encoding_is_told_by_the_message() {
    let mut message =
        format!("{HEAD}Content-Type: text/plain; charset=windows-1251\r\n\r\n").into_bytes();
    let before = message.len();
    message.extend(b"\xcc\xee\xf1\xea\xe2\xe0 - peace");
    let article = &read("a.eml", &message).0[0];
    assert_eq!(article.text, "Москва - peace");
    let range = article.offsets.range_to_file(&(0.."Москва".len()));
    assert_eq!(range, before..before + 6);
    let wide: Vec<u8> = format!("\u{feff}{HEAD}\r\nThe talks began.")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let article = &read("a.eml", &wide).0[0];
    assert_eq!(article.given_title.as_deref(), Some("Talks"));
    let range = article.offsets.range_to_file(&(4..9));
    let talks: Vec<u8> = "talks".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(wide[range], talks);
}

#[test]
fn what_is_attached_is_a_member() {
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee below.\r\n--b\r\nContent-Disposition: attachment; filename=\"../../notes.txt\"\r\n\r\nSome notes.\r\n--b\r\nContent-Disposition: attachment; filename=\"notes.txt\"\r\nContent-Transfer-Encoding: base64\r\n\r\nTW9yZSBub3Rlcy4\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner\r\nMessage-ID: <two@example.org>\r\n\r\nForwarded.\r\n--b\r\nContent-Type: image/png\r\n\r\npicture\r\n--b--\r\n"
    );
    let (articles, outcome) = read("a.eml", message.as_bytes());
    let ids: Vec<&str> = articles.iter().map(|article| article.id.as_str()).collect();
    let expected = [
        "a.eml",
        "a.eml!/notes.txt",
        "a.eml!/notes (2).txt",
        "a.eml!/message 1",
    ];
    assert_eq!(ids, expected);
    let texts: Vec<&str> = articles.iter().map(|article| article.text.trim()).collect();
    assert_eq!(
        texts,
        ["See below.", "Some notes.", "More notes.", "Forwarded."]
    );
    assert_eq!(articles[3].origin.aliases, ["two@example.org"]);
    assert_eq!(articles[1].metadata.date, None);
    assert_eq!(reasons(&outcome), [""; 0]);
}

#[test]
fn a_text_that_is_something_else_is_read_as_what_it_is() {
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; name=report.txt\r\n\r\n\u{7f}7z\r\n--b\r\nContent-Type: text/plain; name=old.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n0M8R4KGxGuE=\r\n--b--\r\n"
    );
    let (articles, outcome) = read("a.eml", message.as_bytes());
    assert_eq!(articles[0].text, "");
    assert!(
        reasons(&outcome).contains(&"!/old.txt an old Office file; save it as DOCX".to_owned()),
        "{:?}",
        reasons(&outcome)
    );
}

#[test]
fn a_pdf_is_no_text_whatever_its_name() {
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; name=report.txt\r\n\r\n%PDF-1.4 no page\r\n--b--\r\n"
    );
    let (articles, _) = read("a.eml", message.as_bytes());
    assert!(
        articles
            .iter()
            .all(|article| !article.text.contains("%PDF"))
    );
}

#[test]
fn words_that_never_end_end() {
    let head = format!(
        "--b\nContent-Type: text/plain; name=\"{0}\"\nSubject: {0}\n\nx\n",
        "=?utf-8?q?".repeat(6000)
    );
    let mut message = "Content-Type: multipart/mixed; boundary=b\n\n".to_owned();
    message += &head.repeat(MOST_PARTS / 10);
    let (articles, _) = read_up_to("a.eml", message.as_bytes(), 1 << 30);
    assert!(articles.len() <= 1 + MOST_PARTS);
}

#[test]
fn several_texts_are_one() {
    let message = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThé first.\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\npicture\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe second.\r\n--b--\r\n"
    );
    let article = &read("a.eml", message.as_bytes()).0[0];
    assert_eq!(article.text, "Thé first.\n\nThe second.");
    assert_eq!(
        in_file(message.as_bytes(), article, "Thé first."),
        "Thé first."
    );
    assert_eq!(
        in_file(message.as_bytes(), article, "The second."),
        "The second."
    );
    let second = article.text.find("The second").unwrap();
    assert_eq!(
        [0, second].map(|at| article.origin.marks.at(at)),
        [Some(10), Some(19)]
    );
}

#[test]
fn a_page_is_text() {
    let message = format!(
        "{HEAD}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<html><p>The talks &amp; more.</p><p>They ended.</p></html>\r\n--b--\r\n"
    );
    let article = &read("a.eml", message.as_bytes()).0[0];
    assert!(
        article.text.contains("The talks & more."),
        "{}",
        article.text
    );
}

#[test]
fn what_has_no_head_is_text() {
    let text = "No message at all\n\nbut two paragraphs of text.";
    let article = &read("a.eml", text.as_bytes()).0[0];
    assert_eq!(article.text, text);
    assert_eq!(article.given_title, None);
    let apple =
        "45\nSubject: Talks\n\nThey began on Monday evening.\n<?xml version=\"1.0\"?><plist/>";
    let article = &read("a.emlx", apple.as_bytes()).0[0];
    assert_eq!(article.text, "They began on Monday evening.");
    let (_, outcome) = read("a.eml", b"Subject: \r\n\r\n  \r\n");
    assert_eq!(reasons(&outcome), [" empty"]);
}

#[test]
fn a_sealed_message_is_told() {
    let message = format!("{HEAD}Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n");
    let (articles, outcome) = read("a.eml", message.as_bytes());
    assert_eq!(articles[0].given_title.as_deref(), Some("Talks"));
    assert_eq!(
        reasons(&outcome),
        [" encrypted; save it without a password"]
    );
}

#[test]
fn a_mailbox_holds_messages() {
    let mailbox = "From ann@example.org Tue May 14 10:00:00 2013\nSubject: One\nMessage-ID: <one@example.org>\n\nFirst text.\n>From here on it is quoted,\n>>From twice.\nFrom here on it is not.\n\nFrom now on neither: no head follows.\n\nFrom bob@example.org  Wed May 15 10:00:00 2013\nSubject: Two\nMessage-ID: <one@example.org>\n\nSecond text.\nFrom - Thu May 16 10:00:00 2013\nSubject: Three\n\nThird text.\n";
    let (articles, outcome) = read("in.mbox", mailbox.as_bytes());
    let ids: Vec<&str> = articles.iter().map(|article| article.id.as_str()).collect();
    assert_eq!(ids, ["one@example.org", "in.mbox#2", "in.mbox#3"]);
    let members: Vec<_> = articles
        .iter()
        .filter_map(|article| article.origin.member.as_deref())
        .collect();
    assert_eq!(members, ["message 1", "message 2", "message 3"]);
    let first = &articles[0];
    assert_eq!(first.origin.place.message, Some(1));
    assert_eq!(
        first.text,
        "First text.\nFrom here on it is quoted,\n>From twice.\nFrom here on it is not.\n\nFrom now on neither: no head follows.\n"
    );
    let part = "From here on it is quoted,\n>From twice.";
    let raw = in_file(mailbox.as_bytes(), first, part);
    assert_eq!(raw, "From here on it is quoted,\n>>From twice.");
    assert_eq!(in_file(mailbox.as_bytes(), &articles[2], "Third"), "Third");
    assert_eq!(articles[2].origin.lines, crate::article::Lines::From(20));
    assert!(outcome.skipped.is_empty());
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let mailbox = "From ann@example.org Tue May 14 10:00:00 2013\r\nSubject: One\r\n\r\nFirst.\r\n\r\nFrom ann@example.org Tue May 14 10:00:00 2013\r\nSubject: Two\r\n\r\nSecond.\r\n";
    let (articles, _) = read("in.mbox", mailbox.as_bytes());
    let texts: Vec<&str> = articles
        .iter()
        .map(|article| article.text.as_str())
        .collect();
    assert_eq!(texts, ["First.\r\n", "Second.\r\n"]);
    assert_eq!(
        in_file(mailbox.as_bytes(), &articles[1], "Second."),
        "Second."
    );
}

#[test]
fn a_message_that_is_too_large_is_one_skip() {
    let long = "word ".repeat(400);
    let mailbox = format!(
        "From a@example.org Tue May 14 10:00:00 2013\nSubject: Long\n\n{long}\n\nFrom a@example.org Tue May 14 10:00:00 2013\nSubject: Short\n\nShort.\n"
    );
    let (articles, outcome) = read_up_to("in.mbox", mailbox.as_bytes(), 1000);
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0].origin.place.message, Some(2));
    let told = " (message 1) larger than the limit of 1000 bytes (raise it with --max-size)";
    assert_eq!(reasons(&outcome), [told]);
}

#[test]
fn a_list_kept_as_text_is_a_mailbox() {
    let text = "From ann at example.org  Tue May 14 10:00:00 2013\nFrom: ann at example.org (Ann Lee)\nSubject: One\n\nText.\n";
    let article = &read("2013-May.txt", text.as_bytes()).0[0];
    assert_eq!(article.given_title.as_deref(), Some("One"));
    assert_eq!(article.metadata.author.as_deref(), Some("Ann Lee"));
    let (articles, _) = read(
        "a.txt",
        b"From Tue May 14 10:00:00 2013 on\nthere was peace.",
    );
    assert!(articles[0].origin.member.is_none());
}

#[test]
fn messages_without_anything_lie_in_a_mailbox_too() {
    let (articles, outcome) = read("in.mbox", b"Subject: No envelope\n\nText.\n");
    assert_eq!(articles[0].id, "in.mbox#1");
    assert_eq!(reasons(&outcome), [""; 0]);
    let (articles, outcome) = read("in.mbox", b"From x@example.org\nSubject:\n\n");
    assert_eq!(articles.len(), 0);
    assert_eq!(reasons(&outcome), [" (message 1) empty"]);
}

#[cfg(feature = "html")]
#[test]
fn a_page_saved_as_a_message_is_a_page() {
    let page = "Subject: Talks\r\nDate: Wed, 15 May 2013 01:30:00 +0200\r\nContent-Type: multipart/related; boundary=b; type=\"text/html\"\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://news.example.org/talks\r\n\r\n<html lang=3D\"en\"><p>The talks.</p></html>\r\n--b\r\nContent-Type: image/png\r\n\r\npicture\r\n--b--\r\n";
    let (articles, outcome) = read("a.mht", page.as_bytes());
    // What the page says is the matter of its reader.
    for article in &articles {
        assert_eq!(
            article.metadata.url.as_deref(),
            Some("https://news.example.org/talks")
        );
        assert_eq!(article.metadata.date, None);
        assert_eq!(article.offsets, Offsets::Nowhere);
    }
    assert!(articles.len() == 1 || !outcome.skipped.is_empty());
    let (_, outcome) = read("a.mht", b"Subject: a\n\nText");
    let told = " damaged: it holds no web page; a message has the ending .eml";
    assert_eq!(reasons(&outcome), [told]);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        for name in ["a.eml", "a.mbox"] {
            let mut message = b"From a@b Tue May 14 10:00:00 2013\nContent-Type: multipart/mixed; boundary=b\n\n--b\n".to_vec();
            message.extend(&bytes);
            read(name, &message);
            read(name, &bytes);
        }
    }

    #[test]
    fn any_text_of_mail_is_read_without_panic(words in proptest::collection::vec("(\n|\r\n|--b|--b--|From a@b Tue May 14 10:00:00 2013|>From |Subject: |Content-Type: |multipart/mixed; boundary=b|text/html|<p>|=\\?utf-8\\?q\\?=C3|\\?=|Content-Transfer-Encoding: |base64|quoted-printable|=C3=A9|Date: |\u{e9}| |a)", 0..60)) {
        let text = words.concat();
        for name in ["a.eml", "a.mbox"] {
            let (articles, _) = read(name, text.as_bytes());
            for article in articles {
                if article.offsets.base(article.origin.base) == OffsetBase::File {
                    let range = article.offsets.range_to_file(&(0..article.text.len()));
                    proptest::prop_assert!(range.end <= text.len());
                }
            }
        }
    }
}
