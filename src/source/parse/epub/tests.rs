//! Books made here, from bytes to chapters.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::article::Article;
use crate::source::Outcome;
use crate::source::input::Content;
use crate::source::trial;

const CONTAINER: &str =
    r#"<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"#;

const PACKAGE: &str = r#"<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>Harbours</dc:title><dc:creator>Ana Bell</dc:creator><dc:publisher>Quay</dc:publisher>
<dc:date>2019-04-13</dc:date><dc:subject>boats</dc:subject><dc:subject>ports</dc:subject></metadata>
<manifest><item id="two" href="Text/2.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="Text/1.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="out" href="../../secret.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="one"/></spine></package>"#;

const NAV: &str = r#"<html><body><nav><a href="Text/2.xhtml">The second</a></nav></body></html>"#;

const ONE: &str = "<html><head><title>x</title></head><body><h1>How it <i>began</i></h1><p>Boats came &amp; went.</p><p>Then it snowed.</p></body></html>";

const TWO: &str = "<html><body><p>The harbour closed.</p></body></html>";

fn book(more: &[(&str, &str)]) -> Vec<u8> {
    let mut files = vec![
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/book.opf", PACKAGE),
        ("OEBPS/nav.xhtml", NAV),
        ("OEBPS/Text/1.xhtml", ONE),
        ("OEBPS/Text/2.xhtml", TWO),
    ];
    files.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    files.extend(more.iter().filter(|(_, text)| !text.is_empty()));
    trial::zip(&files)
}

fn read_all(bytes: Vec<u8>) -> (Vec<Article>, Outcome) {
    trial::read("a/b.epub", Content::Whole(bytes), 1 << 20)
}

fn reasons(outcome: &Outcome) -> Vec<&str> {
    outcome
        .skipped
        .iter()
        .map(|skip| skip.reason.as_str())
        .collect()
}

#[test]
fn chapters_are_articles_in_the_order_of_the_spine() {
    let (articles, outcome) = read_all(book(&[]));
    assert_eq!(reasons(&outcome), [""; 0]);
    let ids: Vec<&str> = articles.iter().map(|article| &*article.id).collect();
    assert_eq!(ids, ["a/b.epub#Text/1.xhtml", "a/b.epub#Text/2.xhtml"]);
    let first = &articles[0];
    assert_eq!(first.given_title.as_deref(), Some("How it began"));
    assert_eq!(first.origin.place.chapter.as_deref(), Some("Text/1.xhtml"));
    assert_eq!(
        (first.path.as_str(), &first.origin.member),
        ("a/b.epub", &None)
    );
    let at = first.text.find("Then it").unwrap();
    assert!(first.text.contains("Boats came & went."), "{}", first.text);
    assert!(
        first.origin.marks.at(at) > first.origin.marks.at(0),
        "{:?}",
        first.origin.marks
    );
    let Metadata {
        date,
        author,
        source,
        other,
        ..
    } = &first.metadata;
    assert_eq!((date, author.as_deref()), (&None, Some("Ana Bell")));
    assert_eq!(source.as_deref(), Some("Quay"));
    assert_eq!(other["book"], "Harbours");
    assert_eq!(other["date"], "2019-04-13");
    assert_eq!(other["subject"], serde_json::json!(["boats", "ports"]));
    assert_eq!(articles[1].given_title.as_deref(), Some("The second"));
}

#[test]
fn what_is_missing_or_encrypted_is_told_and_the_rest_read() {
    let (articles, outcome) = read_all(book(&[("OEBPS/Text/2.xhtml", "")]));
    assert_eq!(articles.len(), 1);
    assert_eq!(
        reasons(&outcome),
        ["damaged: it lacks a chapter (OEBPS/Text/2.xhtml)"]
    );
    let both = "<encryption><EncryptedData><CipherReference URI=\"OEBPS/Text/1.xhtml\"/></EncryptedData><EncryptedData><CipherReference URI=\"OEBPS/Text/2.xhtml\"/></EncryptedData></encryption>";
    let (articles, outcome) = read_all(book(&[("META-INF/encryption.xml", both)]));
    assert_eq!(articles.len(), 0);
    assert_eq!(reasons(&outcome), ["encrypted; save it without a password"]);
    let (_, outcome) = read_all(book(&[("OEBPS/book.opf", "")]));
    assert_eq!(
        reasons(&outcome),
        ["damaged: it has no package that lists its chapters"]
    );
    let (_, outcome) = read_all(b"PK\x03\x04 cut".to_vec());
    assert!(reasons(&outcome)[0].starts_with("damaged: "));
}

#[cfg(feature = "archives")]
#[test]
fn a_bomb_behind_a_book_is_stopped_as_well() {
    let book = book(&[]);
    let spaces = vec![b' '; 40 << 20];
    let archive = trial::zip(&[("a.epub", book.as_slice()), ("b.txt", &spaces)]);
    let content = Content::Whole(archive);
    let (articles, outcome) = trial::read("a.zip", content, 1 << 26);
    assert_eq!(articles.len(), 2);
    assert!(reasons(&outcome)[0].contains("200 times its size"));
}

#[test]
fn a_bomb_is_stopped_by_what_it_unfolds_to() {
    let large = format!("<p>{}</p>", "a ".repeat(600_000));
    let (articles, outcome) = read_all(book(&[("OEBPS/Text/2.xhtml", &large)]));
    assert_eq!(articles.len(), 1);
    assert_eq!(
        reasons(&outcome),
        ["a chapter larger than the limit (raise it with --max-size)"]
    );
    let mut items = String::new();
    let mut refs = String::new();
    let zeros = " ".repeat(1 << 20);
    let names: Vec<String> = (0..12).map(|at| format!("{at}.xhtml")).collect();
    let mut files = vec![("META-INF/container.xml", CONTAINER)];
    for name in &names {
        let _ = write!(
            items,
            "<item id=\"{name}\" href=\"{name}\" media-type=\"text/html\"/>"
        );
        let _ = write!(refs, "<itemref idref=\"{name}\"/>");
    }
    let paths: Vec<String> = names.iter().map(|name| format!("OEBPS/{name}")).collect();
    files.extend(paths.iter().map(|path| (path.as_str(), zeros.as_str())));
    let package = format!("<p><manifest>{items}</manifest><spine>{refs}</spine></p>");
    files.push(("OEBPS/book.opf", &package));
    let (_, outcome) = read_all(trial::zip(&files));
    let told = "what follows in it is not read: it unfolds to more than 200 times its size";
    assert_eq!(reasons(&outcome), [told]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_does_no_harm(at in 0_usize..4000, to in any::<u8>(), end in 0_usize..4000) {
        let mut bytes = book(&[]);
        let length = bytes.len();
        bytes[at % length] = to;
        read_all(bytes.clone());
        bytes.truncate(end % length);
        read_all(bytes);
    }
}
