//! Exports as web pages: what is a record is told by the markup.
//!
//! LexisNexis writes `<DOCFULL>` around each record, Factiva a `<div
//! class="article enArticle">`, ProQuest an anchor `MSTAR_…` before each. A page
//! with these is no page of one article, so that nothing may choose “the” article
//! of it. The stretches of markup are turned into text one by one, with the way
//! back to their bytes, and read by the same rules as every other carrier; the
//! markup says besides which line is a Factiva headline and which its author.
//!
//! Example: a page with `<DOCFULL>` twice, and `LENGTH:` in both, is two articles.

use memchr::memmem;

use super::factiva::{self, Hints, letters};
use super::lines::PageLines;
use super::record::Found;
use super::{Record, cut, lexis, proquest};
use crate::article::{LengthRun, Lines, Marks, Offsets, Unit};
use crate::source::html;
use crate::source::input::Document;

/// A record in a page: where its markup lies.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    start: usize,
    end: usize,
    hints: Option<Hints>,
}

/// The databases that a page may come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    Lexis,
    Factiva,
    ProQuest,
}

/// The articles of a page that is an export; `None` for every other page.
/// Offsets count in the bytes of the markup.
pub(in crate::source) fn split(markup: &str) -> Option<Vec<Record>> {
    let (maker, pieces) = pieces(markup)?;
    let (document, ranges) = joined(markup, &pieces);
    let page = PageLines::with_gaps(&document.text, 0);
    let lines_of = |(start, end): (usize, usize)| {
        let first = page.lines.partition_point(|line| line.start < start);
        let end = page.lines.partition_point(|line| line.start < end);
        first..end
    };
    let mut found: Vec<Found> = Vec::new();
    for (piece, range) in pieces.iter().zip(ranges) {
        let lines = lines_of(range);
        if lines.is_empty() {
            continue;
        }
        found.push(match maker {
            Maker::Lexis => lexis::record(&page, lexis::without_mark(&page, lines)),
            Maker::Factiva => factiva::record(&page, lines, piece.hints.as_ref()),
            Maker::ProQuest if !proquest::is_record(&page, &lines) => continue,
            Maker::ProQuest => proquest::record(&page, lines),
        });
    }
    if maker == Maker::Factiva {
        factiva::without_numbers(&mut found);
    }
    let states = |found: &Found| {
        usize::from(found.date.is_some()) + usize::from(found.title.is_some()) + found.other.len()
    };
    if found.first().is_none_or(|first| states(first) < 2) {
        return None;
    }
    Some(cut(&document, found))
}

/// Who made a page, and where its records lie.
fn pieces(markup: &str) -> Option<(Maker, Vec<Piece>)> {
    let bytes = markup.as_bytes();
    for (maker, mark) in [
        (Maker::Lexis, "<DOCFULL>"),
        (Maker::Factiva, "articleParagraph"),
        (Maker::Factiva, "Article\"><table"),
        (Maker::ProQuest, "MSTAR_"),
    ] {
        if memmem::find(bytes, mark.as_bytes()).is_none() {
            continue;
        }
        let pieces = match maker {
            Maker::Lexis => lexis_pieces(markup),
            Maker::Factiva => factiva_pieces(markup),
            Maker::ProQuest => proquest_pieces(markup),
        };
        if !pieces.is_empty() {
            return Some((maker, pieces));
        }
    }
    None
}

/// The stretches between `<DOCFULL>` and `</DOCFULL>`, which stand in comments.
fn lexis_pieces(markup: &str) -> Vec<Piece> {
    let bytes = markup.as_bytes();
    let starts: Vec<usize> = memmem::find_iter(bytes, "<DOCFULL>").collect();
    let next = starts.iter().skip(1).copied().chain([markup.len()]);
    let pieces = starts.iter().zip(next).map(|(start, next)| {
        let inside = &bytes[*start..next];
        let comment = inside.get(..40).unwrap_or(inside);
        let begin = memmem::find(comment, b"-->").map_or(9, |at| at + 3);
        let end = memmem::find(inside, b"</DOCFULL>").unwrap_or(inside.len());
        // The comment in which the end stands.
        let tail = end.saturating_sub(80).max(begin);
        let end = inside
            .get(tail..end)
            .and_then(|tail_bytes| memmem::rfind(tail_bytes, b"<!--"))
            .map_or(end, |at| tail + at);
        piece(start + begin, start + end.max(begin))
    });
    pieces.collect()
}

/// The elements whose class is `article xxArticle`, up to the next one.
fn factiva_pieces(markup: &str) -> Vec<Piece> {
    let bytes = markup.as_bytes();
    let is_article = |at: &usize| {
        let class = markup
            .get(at + "class=\"article ".len()..)
            .unwrap_or_default();
        let language = class.bytes().take_while(u8::is_ascii_lowercase).count();
        class
            .get(language..)
            .is_some_and(|rest| rest.starts_with("Article"))
    };
    let starts: Vec<usize> = memmem::find_iter(bytes, "class=\"article ")
        .filter(is_article)
        .map(|at| tag_before(markup, at).unwrap_or(at))
        .collect();
    let next = starts.iter().skip(1).copied().chain([markup.len()]);
    let pieces = starts.iter().zip(next).map(|(start, next)| {
        let end = end_of_div(markup, *start, next);
        let inside = markup.get(*start..end).unwrap_or_default();
        let hints = Hints {
            headline: element_text(inside, "Headline"),
            author: element_text(inside, "\"author"),
            lead: element_text(inside, "articleParagraph"),
            publisher: publisher(inside),
        };
        Piece {
            hints: Some(hints),
            ..piece(*start, end)
        }
    });
    pieces.collect()
}

/// Where the `<div>` ends that begins at `start`; `otherwise` where it does not
/// before.
fn end_of_div(markup: &str, start: usize, otherwise: usize) -> usize {
    let inside = markup.get(start..otherwise).unwrap_or_default().as_bytes();
    let mut open = 0_usize;
    for at in memchr::memchr_iter(b'<', inside) {
        let tag = &inside[at + 1..];
        let begins = |name: &[u8]| {
            tag.get(..name.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(name))
                && !tag.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
        };
        if begins(b"div") {
            open += 1;
        } else if begins(b"/div") {
            open = open.saturating_sub(1);
            if open == 0 {
                return start + at;
            }
        }
    }
    otherwise
}

/// The text of the paragraph before the last, where it has no class.
fn publisher(markup: &str) -> String {
    let mut paragraphs = markup.rmatch_indices("<p").map(|(at, _)| at);
    let last = paragraphs.next();
    let before = paragraphs.next().zip(last);
    let text = before.and_then(|(at, end)| {
        let inside = markup.get(at..end)?.strip_prefix("<p>")?;
        let text = inside.split_once("</p")?.0;
        Some(html::text(text).text)
    });
    letters(&text.unwrap_or_default())
}

/// Where the tag begins in which `at` lies.
fn tag_before(markup: &str, at: usize) -> Option<usize> {
    /// A tag is looked for no further back.
    const MOST: usize = 512;
    let from = at.saturating_sub(MOST);
    let before = markup.as_bytes().get(from..at)?;
    let tag = memchr::memrchr(b'<', before)?;
    let is_open = memchr::memchr(b'>', &before[tag..]).is_none();
    is_open.then_some(from + tag)
}

/// The text of the first element in whose tag a class stands, without white
/// space.
fn element_text(markup: &str, class: &str) -> String {
    let mut found = markup.match_indices(class);
    let tag = found.find_map(|(at, _)| Some((tag_before(markup, at)?, at)));
    let text = tag.and_then(|(tag, at)| {
        let name = markup.get(tag + 1..at)?;
        let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let start = at + markup.get(at..)?.find('>')? + 1;
        let inside = markup.get(start..)?;
        let end = inside.find(&format!("</{}", &name[..length]))?;
        Some(html::text(&inside[..end]).text)
    });
    letters(&text.unwrap_or_default())
}

/// The stretches from one anchor to the next.
fn proquest_pieces(markup: &str) -> Vec<Piece> {
    let bytes = markup.as_bytes();
    let mut starts: Vec<usize> = Vec::new();
    for at in memmem::find_iter(bytes, "MSTAR_") {
        let Some(tag) = tag_before(markup, at) else {
            continue;
        };
        let head = markup.get(tag..at).unwrap_or_default();
        // A link to an anchor is none.
        let is_anchor = head.len() < 80
            && !head.contains('>')
            && (head.contains("name=") || head.contains("id=") || head.contains("NAME="));
        if is_anchor {
            starts.push(tag);
        }
    }
    let next = starts.iter().skip(1).copied().chain([markup.len()]);
    starts
        .iter()
        .zip(next)
        .map(|(start, end)| piece(*start, end))
        .collect()
}

fn piece(start: usize, end: usize) -> Piece {
    Piece {
        start,
        end,
        hints: None,
    }
}

/// The document that some stretches of markup are, and where the text of each
/// lies in it.
fn joined(markup: &str, pieces: &[Piece]) -> (Document, Vec<(usize, usize)>) {
    let mut text = String::new();
    let mut runs: Option<Vec<LengthRun>> = Some(Vec::new());
    let mut marks = Marks::of(Unit::Line);
    let mut ranges = Vec::new();
    let (mut counted, mut line) = (0, 0);
    for piece in pieces {
        let Some(inside) = markup.get(piece.start..piece.end) else {
            ranges.push((text.len(), text.len()));
            continue;
        };
        let before = markup
            .as_bytes()
            .get(counted..piece.start)
            .unwrap_or_default();
        line += memchr::memchr_iter(b'\n', before).count() as u64;
        counted = piece.start;
        let part = html::text(inside);
        let start = text.len();
        match part.offsets.moved(piece.start) {
            Offsets::Runs(more) => {
                if let Some(runs) = &mut runs {
                    let moved = more
                        .into_iter()
                        .map(|(at, file, wide, long)| (at + start, file, wide, long));
                    runs.extend(moved);
                }
            }
            Offsets::Shift(by) => {
                if let Some(runs) = &mut runs {
                    runs.push((start, by, 1, 1));
                }
            }
            Offsets::Nowhere => runs = None,
        }
        for (at, number) in part.marks.iter() {
            marks.push(at + start, number + line);
        }
        text.push_str(&part.text);
        ranges.push((start, text.len()));
        text.push_str("\n\n");
    }
    let lines = if marks.is_empty() {
        Lines::None
    } else {
        Lines::Marked
    };
    let document = Document {
        text,
        offsets: runs.map_or(Offsets::Nowhere, Offsets::Runs),
        lines,
        marks,
        ..Document::default()
    };
    (document, ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(markup: &str) -> Vec<(String, String, String)> {
        let records = split(markup).unwrap_or_default();
        let told = records.into_iter().map(|record| {
            let document = record.document;
            (
                document.title.unwrap_or_default(),
                document.metadata.date.unwrap_or_default(),
                document.text[document.body_start..].to_owned(),
            )
        });
        told.collect()
    }

    fn expected(articles: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
        let own = articles.iter().map(|(title, date, body)| {
            ((*title).to_owned(), (*date).to_owned(), (*body).to_owned())
        });
        own.collect()
    }

    #[test]
    fn lexis_pages_are_cut_apart() {
        let record = |number, title: &str, body: &str| {
            format!(
                "<A NAME=\"DOC_ID_0_{number}\"></A><!-- Hide XML section from browser\n<DOC NUMBER={number}>\n<DOCFULL> -->\n<BR><DIV CLASS=\"c0\"><P CLASS=\"c1\"><SPAN>{number} of 2 DOCUMENTS</SPAN></P></DIV>\n<BR><DIV><P>Copyright 2015 Harbour Press<BR>All Rights Reserved</P></DIV><DIV><P>The Harbour Post</P></DIV>\n<DIV><P><SPAN>July</SPAN><SPAN> {number}, 2015 Wednesday</SPAN><SPAN><BR>Late Edition</SPAN></P></DIV>\n<DIV><P><SPAN>LENGTH: </SPAN><SPAN>4 words</SPAN></P></DIV><DIV><P><SPAN>HEADLINE: </SPAN><SPAN>{title}</SPAN></P></DIV>\n<DIV><P><SPAN> BODY:<BR></SPAN></P><P>{body}</P></DIV><DIV><P><SPAN>LANGUAGE: </SPAN>ENGLISH</P></DIV>\n<!-- Hide XML section from browser\n</DOCFULL>\n</DOC> -->\n"
            )
        };
        let page = format!(
            "<HTML><BODY><P>Terms: port</P>{}{}</BODY></HTML>",
            record(
                1,
                "Cranes &amp; ships",
                "The <SPAN>cranes</SPAN> stood still."
            ),
            record(2, "A quiet day", "Nothing came in.")
        );
        assert_eq!(
            told(&page),
            expected(&[
                ("Cranes & ships", "2015-07-01", "The cranes stood still."),
                ("A quiet day", "2015-07-02", "Nothing came in."),
            ])
        );
    }

    #[test]
    fn factiva_pages_are_cut_apart() {
        let page = "<html><body><div class=\"article\"><div class=\"article enArticle\"><p>\n</p><div>Ports</div>\n<div id=\"hd\"><span class=\"enHeadline\">1) Cranes stand still</span>\n</div><div class=\"author\">Ann Lee </div><div>9 words</div><div>3 May 2013</div><div>The Harbour Post</div><div>HARB</div><div>English</div><div>(c) 2013 Harbour Press </div>\n<p></p><p class=\"articleParagraph\">The cranes stood still.</p><p class=\"articleParagraph\">Nobody knows why.</p>\n<p>Harbour Press (Port)</p><p>Document HARB000020130503e9530001a</p></div></div><br><div class=\"article deArticle\"><div id=\"hd\"><span class=\"deHeadline\">Stiller Tag</span></div><div>3 W\u{f6}rter</div><div>4 Mai 2013</div><div>The Harbour Post</div><div>HARB</div><div>Deutsch</div><div>Copyright 2013.</div><p class=\"articleParagraph\">Nichts kam herein.</p><p>Harbour Press</p><p>Dokument HARB000020130504e9540001b</p></div><div>footer</div></body></html>";
        assert_eq!(
            told(page),
            expected(&[
                (
                    "Cranes stand still",
                    "2013-05-03",
                    "The cranes stood still.\n\nNobody knows why."
                ),
                ("Stiller Tag", "2013-05-04", "Nichts kam herein."),
            ])
        );
        let records = split(page).unwrap();
        assert_eq!(records[0].aliases, ["HARB000020130503e9530001a"]);
        assert_eq!(
            records[0].document.metadata.author.as_deref(),
            Some("Ann Lee")
        );
        assert_eq!(records[0].document.metadata.other["section"], "Ports");
    }

    #[test]
    fn proquest_pages_are_cut_apart() {
        let record = |number: u32, title: &str, body: &str| {
            format!(
                "<a name=\"DocID_MSTAR_{number}\"></a><p>{title}</p><p><b>Author: </b>Doe, Cy</p><p><b>Full text: </b>{body}</p><p><b>Publication title: </b>The Harbour Post</p><p><b>Publication date: </b>Jul {number}, 2020</p><p><b>ProQuest document ID: </b>{number}</p><hr>"
            )
        };
        let page = format!(
            "<html><body><a href=\"#DocID_MSTAR_1\">1</a>{}{}</body></html>",
            record(1, "Cranes", "They stood still."),
            record(2, "A quiet day", "Nothing came in.")
        );
        assert_eq!(
            told(&page),
            expected(&[
                ("Cranes", "2020-07-01", "They stood still."),
                ("A quiet day", "2020-07-02", "Nothing came in."),
            ])
        );
    }

    #[test]
    fn a_page_about_exports_is_none() {
        for page in [
            "<html><body><p>Each record begins with &lt;DOCFULL&gt;</p></body></html>",
            "<html><body><p>what<DOCFULL>is</p><p>that</p></body></html>",
            "<html><body><div class=\"article enArticle\"><p class=\"articleParagraph\">Words.</p></div></body></html>",
            "<html><body><a name=\"MSTAR_1\"></a><p>Words</p></body></html>",
        ] {
            assert_eq!(told(page), [], "{page}");
        }
    }
}
