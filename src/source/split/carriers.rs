//! Tests that one export is read alike, whatever file carries it.
//!
//! The same articles are written as TXT, RTF, DOCX and HTML in the layouts of each
//! database, and read the whole way from the bytes of a file.
//!
//! Example: an export as RTF that is named `.doc` gives the articles of its TXT.

use std::fmt::Write;

use crate::article::Article;
use crate::source::input::Content;
use crate::source::kind::SourceFormat;
use crate::source::reading::{Limits, Reading};
use crate::source::trial;

fn read(key: &str, bytes: Vec<u8>) -> Vec<Article> {
    let (articles, outcome) = trial::read(key, Content::Whole(bytes), 1 << 26);
    assert_eq!(outcome.skipped, [], "{key}");
    articles
}

/// What each article states, and its body without white space.
fn told(articles: &[Article]) -> Vec<[String; 6]> {
    let told = articles.iter().map(|article| {
        let metadata = &article.metadata;
        let body = &article.text[article.body_start..];
        [
            article.given_title.clone().unwrap_or_default(),
            metadata.date.clone().unwrap_or_default(),
            metadata.author.clone().unwrap_or_default(),
            metadata.source.clone().unwrap_or_default(),
            format!("{:?}", metadata.other.get("subject")),
            body.split_whitespace().collect(),
        ]
    });
    told.collect()
}

/// The paragraphs of an export, each a line; an empty one is a blank line.
fn lexis() -> String {
    let mut export = String::from("Download Request: All Documents: 1-3\n\n");
    for (number, title, body) in [
        (
            1,
            "Cranes stand still;\nDockers ask for more",
            "The cranes, “all four”, stood still.\n\nThey said:\n\nLENGTH: 12 hours.\n\n© The Harbour Post",
        ),
        (
            2,
            "A quiet day",
            "Nothing came in.\n\n2 of 9 DOCUMENTS\n\nwas all it said.",
        ),
        (3, "Übermut & Größe", "Ein Schiff < ein Kran."),
    ] {
        let _ = write!(
            export,
            "{number} of 3 DOCUMENTS\n\nCopyright 2015 Harbour Press\nAll Rights Reserved\n\nThe Harbour Post\n\nJuly {number}, 2015 Wednesday\nLate Edition\n\nSECTION: NEWS; Pg. {number}\n\nLENGTH: 9 words\n\nHEADLINE: {title}\n\nBYLINE: Ann Lee\n\nBODY:\n\n{body}\n\nGRAPHIC: A crane\n\nLANGUAGE: ENGLISH\n\nSUBJECT: PORTS (90%); STRIKES (85%)\n\nLOAD-DATE: July 2, 2015\n\n\n"
        );
    }
    export
}

fn nexis() -> String {
    let mut export = String::from(
        "Job Number: 7\nDocuments (2)\n1. Cranes stand still\nClient/Matter: -None-\n2. A quiet day\nClient/Matter: -None-\n\n",
    );
    for (number, title, body) in [
        (
            1,
            "Cranes stand still",
            "The cranes stood still.\nEnd of Document\nwas written on them.",
        ),
        (2, "A quiet day", "Nothing came in."),
    ] {
        let _ = write!(
            export,
            "{title}\nThe Harbour Post\nJuly {number}, 2015 Wednesday\n\nCopyright 2015 Harbour Press\nSection:\u{a0}NEWS\nLength:\u{a0}9 words\nByline:\u{a0}Ann Lee\nBody\n\n\n{body}\nGraphic\n\nA crane.\nClassification\n\nLanguage:\u{a0}ENGLISH\nSubject:\u{a0}PORTS (90%)\nLoad-Date:\u{a0}July 2, 2015\n\nEnd of Document\n\n\n"
        );
    }
    export
}

fn factiva() -> String {
    let mut export = String::from("Dow Jones Factiva\n\n");
    for (number, title, body) in [
        (
            1,
            "Cranes stand still",
            "The cranes stood still.\n\nIN London, too.",
        ),
        (2, "A quiet day", "Nothing came in."),
    ] {
        let _ = write!(
            export,
            "HD\t{title}\nBY\tAnn Lee\nWC\t9 words\nPD\t{number} July 2015\nSN\tThe Harbour Post\nSC\tHARB\nLA\tEnglish\nCY\t(c) 2015 Harbour Press\nLP\t{body}\nTD\tNobody knows.\nNS\tgport : Ports | gcat : News\nAN\tDocument HARB00002015070{number}e9530001a\n\n"
        );
    }
    export.push_str("Search Summary\n");
    export
}

fn proquest() -> String {
    let rule = "_".repeat(60);
    let mut export = format!("{rule}\n\n");
    for (number, title, body) in [
        (
            1,
            "Cranes stand still",
            "The cranes stood still.\n\nSubject: the cranes.\n\nNobody knows.",
        ),
        (2, "A quiet day", "Nothing came in."),
    ] {
        let _ = write!(
            export,
            "{title}\n\nAuthor: Lee, Ann\n\nFull text: {body}\n\nSubject: Ports; Strikes\n\nPublication title: The Harbour Post\n\nPublication date: Jul {number}, 2015\n\nProQuest document ID: 12345678{number}\n\nDatabase: Ports\n\n{rule}\n\n"
        );
    }
    export.push_str("Database copyright 2020 ProQuest LLC. All rights reserved.\n");
    export
}

fn rtf(export: &str) -> Vec<u8> {
    let mut rtf = String::from("{\\rtf1\\ansi\\ansicpg1252{\\header Page \\chpgn\\par}\n");
    for line in export.lines() {
        for c in line.chars() {
            match c {
                '{' | '}' | '\\' => _ = write!(rtf, "\\{c}"),
                '\t' => rtf.push_str("\\cell "),
                'ü' => rtf.push_str("\\'fc"),
                '\u{a0}' => rtf.push_str("\\~"),
                c if c.is_ascii() => rtf.push(c),
                c => _ = write!(rtf, "\\u{}?", u32::from(c)),
            }
        }
        rtf.push_str("\n\\par \\pard ");
    }
    rtf.push('}');
    rtf.into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn docx(export: &str) -> Vec<u8> {
    let mut body = String::from("<w:document><w:body>");
    for line in export.lines() {
        let text = escaped(line).replace('\t', "</w:t><w:tab/><w:t>");
        let _ = write!(
            body,
            "<w:p><w:pPr><w:jc/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        );
    }
    body.push_str("</w:body></w:document>");
    trial::zip(&[("word/document.xml", &body)])
}

fn html(export: &str) -> Vec<u8> {
    let mut page = String::from("<HTML><HEAD><TITLE>&nbsp;</TITLE></HEAD><BODY>");
    let (cover, records) = export.split_once("\n\n").expect("a cover");
    let _ = write!(page, "<P>{}</P>", escaped(cover));
    for record in records
        .split("\n\n\n")
        .filter(|record| !record.trim().is_empty())
    {
        page.push_str("<!-- Hide XML\n<DOC NUMBER=1>\n<DOCFULL> -->\n");
        for block in record.split("\n\n") {
            let lines = escaped(block.trim())
                .replace('\n', "<BR>")
                .replace("crane", "<SPAN CLASS=\"c4\">crane</SPAN>");
            let _ = write!(page, "<DIV CLASS=\"c0\"><P>{lines}</P>\n</DIV>\n");
        }
        page.push_str("<!-- Hide XML\n</DOCFULL>\n</DOC> -->\n");
    }
    page.push_str("</BODY></HTML>");
    page.into_bytes()
}

/// The lines of plain text, as they are broken there.
fn check(name: &str, export: &str, count: usize) -> Vec<Article> {
    let text = read("a.txt", export.into());
    assert_eq!(text.len(), count, "{name}");
    let expected = told(&text);
    for (key, bytes) in [("a.doc", rtf(export)), ("a.docx", docx(export))] {
        let articles = read(key, bytes);
        assert_eq!(told(&articles), expected, "{name} {key}");
        let place = &articles[count - 1].origin.place;
        assert_eq!(
            (place.record, place.of),
            (Some(count as u64), Some(count as u64))
        );
        let first = &articles[0];
        assert!(
            first.origin.marks.at(first.body_start).is_some(),
            "{name} {key}"
        );
    }
    text
}

#[test]
fn lexis_is_read_alike() {
    let export = lexis();
    let text = check("Lexis", &export, 3);
    let page = read("a.html", html(&export));
    assert_eq!(told(&page), told(&text));
    let first = &text[0];
    assert_eq!(first.id, "a.txt#1");
    assert!(
        first
            .text
            .ends_with("LENGTH: 12 hours.\n\n© The Harbour Post")
    );
    assert_eq!(
        first.given_title.as_deref(),
        Some("Cranes stand still; Dockers ask for more")
    );
}

#[test]
fn nexis_is_read_alike() {
    // Its text files are not known: paragraphs as the others have them.
    let export = nexis();
    let articles = read("a.docx", docx(&export));
    assert_eq!(articles.len(), 2);
    assert_eq!(told(&read("a.rtf", rtf(&export))), told(&articles));
    assert!(articles[0].text.ends_with("was written on them."));
}

#[test]
fn factiva_is_read_alike() {
    let text = check("Factiva", &factiva(), 2);
    assert_eq!(text[0].origin.aliases, ["HARB000020150701e9530001a"]);
    let body = &text[0].text[text[0].body_start..];
    assert_eq!(
        body,
        "The cranes stood still.\n\nIN London, too.\nNobody knows."
    );
}

#[test]
fn proquest_is_read_alike() {
    let text = check("ProQuest", &proquest(), 2);
    assert_eq!(text[1].origin.aliases, ["123456782"]);
    assert!(text[0].text.ends_with("Nobody knows."));
}

#[test]
fn one_plain_text_stays_one() {
    let mut articles = Vec::new();
    let mut take = |article| {
        articles.push(article);
        true
    };
    let limits = Limits {
        max_bytes: 1 << 26,
        memory: None,
        plain_text: true,
    };
    let mut reading = Reading::new("a.txt", limits, None, &mut take);
    reading.file(Content::Whole(lexis().into_bytes()), SourceFormat::Text);
    drop(reading);
    assert_eq!(articles.len(), 1);
}
