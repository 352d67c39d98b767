//! PDF from bytes to articles, with files made here; those that need `pdftotext`
//! say so where there is none.

use std::fmt::Write as _;

use super::*;
use crate::article::Article;
use crate::source::trial;
use crate::source::{Outcome, input::Content};

/// A PDF of these objects, the first of which is the catalogue.
fn pdf(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
    }
    let start = file.len();
    let size = objects.len() + 1;
    let mut end = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for place in places {
        let _ = writeln!(end, "{place:010} 00000 n ");
    }
    let _ = write!(
        end,
        "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend(end.bytes());
    file
}

fn stream(dictionary: &str, content: &str) -> String {
    let length = content.len();
    format!("<< {dictionary} /Length {length} >>\nstream\n{content}\nendstream")
}

/// A PDF with pages of lines, each with its place from the lower left corner.
fn pages(pages: &[Vec<(f32, f32, &str)>], more: &[String], trailer: &str) -> Vec<u8> {
    let first = 4 + more.len();
    let kids: Vec<String> = (0..pages.len())
        .map(|page| format!("{} 0 R", first + 2 * page))
        .collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Count {} /Kids [{}] >>",
            pages.len(),
            kids.join(" ")
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>".to_owned(),
    ];
    objects.extend_from_slice(more);
    for (page, lines) in pages.iter().enumerate() {
        let mut content = String::new();
        for (left, top, text) in lines {
            let text = text.replace('(', "\\(").replace(')', "\\)");
            let _ = writeln!(content, "BT /F1 10 Tf {left} {top} Td ({text}) Tj ET");
        }
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            first + 2 * page + 1
        ));
        objects.push(stream("", &content));
    }
    pdf(&objects, trailer)
}

/// A picture of one grey point.
fn picture() -> String {
    stream(
        "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray",
        "x",
    )
}

fn read_all(bytes: Vec<u8>) -> (Vec<Article>, Outcome) {
    trial::read("a.pdf", Content::Whole(bytes), 1 << 26)
}

/// The one reason of a file that is left out.
fn reason(bytes: Vec<u8>) -> String {
    let (articles, outcome) = read_all(bytes);
    assert_eq!(articles.len(), 0);
    assert_eq!(outcome.skipped.len(), 1, "{:?}", outcome.skipped);
    outcome.skipped[0].reason.clone()
}

/// Whether the reader is there; says so where it is not.
fn is_here(test: &str) -> bool {
    let is_here = child::pdftotext().is_some();
    if !is_here {
        let line = format!("{test}: not tested, no pdftotext on this machine\n");
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    }
    is_here
}

/// Lines of prose from a height down.
fn prose<'a>(left: f32, top: f32, lines: &[&'a str]) -> Vec<(f32, f32, &'a str)> {
    let heights = (0_u8..).map(|line| top - 12.0 * f32::from(line));
    lines
        .iter()
        .zip(heights)
        .map(|(text, height)| (left, height, *text))
        .collect()
}

/// Three pages with running heads, and a paragraph over two of them.
fn three_pages() -> Vec<u8> {
    let page = |number: &'static str, lines: &[&'static str]| {
        let mut page = vec![(60.0, 760.0, "The Harbour Herald"), (520.0, 760.0, number)];
        page.extend(prose(60.0, 700.0, lines));
        page
    };
    let made = [
        page(
            "Page 1",
            &[
                "The board of the harbour met on Monday and closed it for the",
                "whole winter, its speaker said. It was the sixth time and the",
                "fishermen of the town went home without a word to the press of",
            ],
        ),
        page(
            "Page 2",
            &[
                "the capital. Snow fell in the night and covered every five-and-",
                "a-half of the boats that lay there; the others had left for the",
                "south, where it is warm.",
            ],
        ),
        page("Page 3", &["Nobody knows what comes next in the town."]),
    ];
    let info = "<< /Title (Harbour closed for the winter) /Author (Ana Bell) /CreationDate (D:20190413) >>";
    pages(&made, &[info.to_owned()], "/Info 4 0 R")
}

#[test]
fn pages_become_paragraphs_with_their_pages() {
    if !is_here("pages_become_paragraphs_with_their_pages") {
        return;
    }
    let (articles, outcome) = read_all(three_pages());
    assert_eq!(outcome.skipped, []);
    let [article] = &articles[..] else {
        panic!("{}", articles.len());
    };
    let text = &article.text;
    assert!(
        !text.contains("Herald") && !text.contains("Page 2"),
        "{text}"
    );
    assert!(
        text.contains("to the press of the capital. Snow fell"),
        "{text}"
    );
    assert!(text.contains("five-and-a-half of the boats"), "{text}");
    assert!(
        text.ends_with("\n\nNobody knows what comes next in the town."),
        "{text}"
    );
    let page = |word: &str| article.origin.marks.at(text.find(word).unwrap());
    assert_eq!(
        ["board", "capital", "Nobody"].map(page),
        [Some(1), Some(2), Some(3)]
    );
    assert_eq!(
        article.given_title.as_deref(),
        Some("Harbour closed for the winter")
    );
    assert_eq!(article.metadata.author.as_deref(), Some("Ana Bell"));
    assert_eq!(article.metadata.date, None);
    assert_eq!(
        (article.origin.lines, &article.offsets),
        (Lines::None, &Offsets::Nowhere)
    );
}

#[test]
fn three_columns_are_read_one_after_the_other() {
    if !is_here("three_columns_are_read_one_after_the_other") {
        return;
    }
    let mut page = vec![(
        60.0,
        740.0,
        "Harbour closed for the whole of the winter, says the board of it",
    )];
    for (left, name) in [(60.0, "one"), (240.0, "two"), (420.0, "six")] {
        for line in 0..4_u8 {
            let text = match (name, line) {
                ("one", 0) => "The first column has",
                ("two", 0) => "The second column is",
                ("six", 0) => "The third column can",
                _ => "some words like these",
            };
            page.push((left, 700.0 - 12.0 * f32::from(line), text));
            page.push((
                left,
                620.0 - 12.0 * f32::from(line),
                "and so it goes on too",
            ));
        }
    }
    let (articles, _) = read_all(pages(&[page], &[], ""));
    let text = &articles[0].text;
    let at = |words: &str| text.find(words).unwrap();
    let (first, second, third) = (at("first"), at("second"), at("third"));
    assert!(first < second && second < third, "{text}");
    assert_eq!(
        text[first..second].matches("and so it").count(),
        4,
        "{text}"
    );
    assert_eq!(
        text[second..third].matches("and so it").count(),
        4,
        "{text}"
    );
}

#[test]
fn what_has_no_text_is_left_out_with_its_reason() {
    if !is_here("what_has_no_text_is_left_out_with_its_reason") {
        return;
    }
    let scan = pages(&[vec![], vec![]], &[picture()], "");
    assert_eq!(
        reason(scan),
        "a scan without a text layer; add one with OCR (such as ocrmypdf)"
    );
    assert_eq!(reason(pages(&[vec![]], &[], "")), "empty");
    let encrypt = format!(
        "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>",
        "ab".repeat(32)
    );
    let id = "/Encrypt 4 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]";
    let line = vec![(60.0, 700.0, "Secret words of the board")];
    let locked = pages(&[line], &[encrypt], id);
    assert_eq!(reason(locked), "encrypted; save it without a password");
    let cut = reason(b"%PDF-1.4\n1 0 obj\n<< /Type /Cat".to_vec());
    assert!(cut.starts_with("damaged: "), "{cut}");
    assert!(reason(b"%PDF-".to_vec()).starts_with("damaged: "));
}

#[test]
fn a_lost_cross_reference_is_no_loss() {
    if !is_here("a_lost_cross_reference_is_no_loss") {
        return;
    }
    let line = vec![(60.0, 700.0, "The harbour is closed for the winter.")];
    let whole = pages(&[line], &[], "");
    let at = memmem::find(&whole, b"xref").unwrap();
    let mut cut = whole[..at].to_vec();
    cut.extend(b"trailer << /Root 1 0 R >>\n");
    let (articles, outcome) = read_all(cut);
    assert_eq!(articles.len(), 1, "{:?}", outcome.skipped);
    assert!(articles[0].text.contains("closed for the winter"));
    assert!(outcome.skipped.iter().all(|skip| skip.is_remark));
}

#[test]
fn damage_at_any_byte_is_one_reason_or_a_text() {
    if !is_here("damage_at_any_byte_is_one_reason_or_a_text") {
        return;
    }
    let line = vec![(60.0, 700.0, "The harbour is closed for the winter.")];
    let whole = pages(&[line], &[picture()], "");
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x15;
        for bytes in [whole[..at].to_vec(), flipped] {
            let (articles, outcome) = read_all(bytes);
            let left_out = outcome.skipped.iter().filter(|skip| !skip.is_remark);
            assert_eq!(articles.len() + left_out.count(), 1, "{at}");
        }
    }
}

#[test]
fn titles_that_programs_wrote_are_none() {
    let text = "Harbour closed\n\nThe board met.";
    assert!(is_title("Harbour closed", text));
    assert!(is_title("What the board said", text));
    for title in [
        "",
        "Microsoft Word - talks.doc",
        "talks final version.docx",
        "Untitled",
        "R 7",
        "file:///tmp/a and so on",
    ] {
        assert!(!is_title(title, text), "{title}");
    }
    assert!(is_author("Ana Bell") && !is_author("Microsoft Office User") && !is_author(""));
}

#[test]
fn the_last_error_is_told() {
    let errors = "Syntax Warning: x\nSyntax Error (12): Illegal character ')'\nSyntax Error: Couldn't read xref table\n";
    assert_eq!(
        last_error(errors).as_deref(),
        Some("Couldn't read xref table")
    );
    assert_eq!(last_error("Syntax Warning: x"), None);
}
