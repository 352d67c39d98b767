//! Tables: CSV, TSV and their kin, an article a row.
//!
//! The first row names the columns, by the names that the keys of a record have
//! (`title`, `Headline`, `published_at`). Programs write many separators, so the
//! one is taken under which the first row has the most names that are known, and
//! else the one under which the rows have equally many cells.
//!
//! A row is read at a time, so that a table larger than memory can be indexed.
//! Where the text of an article is a cell as it stands, its offsets lead to the
//! bytes of the file: a doubled quote is one character of the text and two bytes
//! there. What is UTF-16 has to be decoded as a whole, and so held in memory.
//!
//! Example: `talks.csv` with the columns `id;headline;body` gives
//! `talks.csv:2`, `talks.csv:3`, …, each with its `id` as another name.

mod header;
mod rows;

use std::io::{BufRead, Read};

use serde_json::{Map, Value};

use self::header::Header;
use self::rows::{Cell, Row, RowRead, Rows, cells};
use crate::article::{Article, LengthRun, Offsets, Origin};
use crate::source::decode::{self, PieceDecoder};
use crate::source::input::Peeked;
use crate::source::input::{About, BytesOf, Content};
use crate::source::keys::{self, StatedText};
use crate::source::parse::jsonl::no_text;
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};

/// How much of a table tells its separator and its encoding.
const SAMPLE: u64 = 1 << 16;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Hands the rows of a table on.
pub(in crate::source) fn read(
    about: &About,
    content: Content<'_>,
    reading: &mut Reading<'_>,
) -> Result {
    let mut source = Peeked::of(content.into_stream(), SAMPLE);
    let head = source.head().to_vec();
    if head.trim_ascii().is_empty() {
        reading.skip(about.member.as_deref(), &SkipReason::Empty);
        return Ok(());
    }
    let base = match about.bytes {
        BytesOf::File(by) => by,
        BytesOf::Member | BytesOf::Nowhere => 0,
    };
    let refuse = |reading: &mut Reading<'_>, reason: SkipReason| {
        reading.skip(about.member.as_deref(), &reason);
        Ok(())
    };
    match PieceDecoder::of(&head) {
        Some(_) if !decode::is_text(&head) => refuse(reading, SkipReason::Binary),
        Some(decoder) => {
            let sample = head.strip_prefix(MARK).unwrap_or(&head);
            let mark = head.len() - sample.len();
            source.consume(mark);
            let encoding = Encoding::Pieces(decoder);
            let start = base.saturating_add(mark);
            Table::new(about, encoding, reading).read(source, sample, start as u64)
        }
        None => {
            let most = reading.limits.max_bytes;
            let mut whole = Vec::new();
            source
                .take(most.saturating_add(1))
                .read_to_end(&mut whole)?;
            if whole.len() as u64 > most {
                return refuse(reading, SkipReason::TooLarge(most));
            }
            match decode::decode(whole) {
                Ok(decoded) => {
                    let text = decoded.text;
                    let encoding = Encoding::Whole(decoded.offsets.moved(base));
                    let sample = &text.as_bytes()[..text.len().min(1 << 16)];
                    Table::new(about, encoding, reading).read(text.as_bytes(), sample, 0)
                }
                Err(reason) => refuse(reading, reason),
            }
        }
    }
}

/// How the bytes of rows become text.
enum Encoding {
    /// Cell by cell.
    Pieces(PieceDecoder),
    /// They are text already, of which this is the way back to the file.
    Whole(Offsets),
}

impl Encoding {
    /// The text of some bytes of a row, which begin at `at`, and the way back.
    fn decode(&self, bytes: &[u8], at: usize) -> (String, Offsets) {
        match self {
            Encoding::Pieces(decoder) => {
                let (text, offsets) = decoder.decode(bytes);
                (text, offsets.moved(at))
            }
            Encoding::Whole(offsets) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                (text, offsets.slice(at, at.saturating_add(bytes.len())))
            }
        }
    }
}

/// The reading of one table.
struct Table<'t, 'a> {
    about: &'t About,
    encoding: Encoding,
    reading: &'t mut Reading<'a>,
}

impl<'t, 'a> Table<'t, 'a> {
    fn new(about: &'t About, encoding: Encoding, reading: &'t mut Reading<'a>) -> Table<'t, 'a> {
        Table {
            about,
            encoding,
            reading,
        }
    }

    /// Reads all rows of `source`, whose first bytes are `sample`, and which
    /// begins at `start` in what offsets count in.
    fn read(mut self, source: impl BufRead, sample: &[u8], start: u64) -> Result {
        let member = self.about.member.as_deref();
        let limits = self.reading.limits;
        let separator = header::separator(sample);
        let line = self.about.first_line.max(1);
        let mut rows = Rows::new(source, separator.byte, limits.longest_record(), start, line);
        let mut row = Row::default();
        if separator.is_named {
            rows.next(&mut row)?;
        }
        let mut header: Option<Header> = None;
        loop {
            let read = rows.next(&mut row)?;
            let reason = match read {
                RowRead::End => break,
                RowRead::Whole if row.bytes.trim_ascii().is_empty() => continue,
                RowRead::Whole => None,
                RowRead::TooLong(length) => Some(limits.refuses_record(length)),
                RowRead::Open => {
                    let why = "a quote in it is not closed".to_owned();
                    Some(SkipReason::Damaged(why))
                }
                RowRead::Binary => Some(SkipReason::Binary),
            };
            if let Some(reason) = reason {
                self.reading.skip_line(member, row.line, &reason);
                if read == RowRead::Binary || header.is_none() {
                    break;
                }
                continue;
            }
            let found = cells(&row.bytes, separator.byte);
            let Some(header) = &header else {
                let names = found.iter().map(|cell| self.cell(cell, &row).0);
                match Header::of(names.collect()) {
                    Ok(named) => header = Some(named),
                    Err(why) => {
                        self.reading.skip(member, &SkipReason::Unread(why));
                        return Ok(());
                    }
                }
                self.tell_guess();
                continue;
            };
            self.article(header, &found, &row)?;
        }
        Ok(())
    }

    /// Says that the encoding is a guess.
    fn tell_guess(&mut self) {
        if let Encoding::Pieces(decoder) = &self.encoding
            && let Some(name) = decoder.unsure()
        {
            let remark = format!("read as {name}, which is a guess");
            let member = self.about.member.as_deref();
            self.reading.remark(member, None, remark);
        }
    }

    /// Hands the article of a row on.
    fn article(&mut self, header: &Header, found: &[Cell], row: &Row) -> Result {
        let mut fields = Map::new();
        let mut texts: Vec<(String, Offsets)> = Vec::with_capacity(found.len());
        let mut extra = 0_u64;
        for (at, cell) in found.iter().enumerate() {
            let (text, offsets) = self.cell(cell, row);
            let is_named = at < header.names.len();
            if !is_named && text.trim().is_empty() {
                continue;
            }
            extra += u64::from(!is_named);
            let name = header.name(at);
            fields.insert(name.into_owned(), Value::String(text.clone()));
            texts.push((text, offsets));
        }
        let is_blank = texts.iter().all(|(text, _)| text.trim().is_empty());
        if is_blank {
            return Ok(());
        }
        let id = header.id_of(&texts);
        let stated = keys::take_record(fields);
        let member = self.about.member.as_deref();
        if stated.text.is_none() && stated.title.is_none() {
            let reason = SkipReason::BadRecord(no_text(&stated.metadata.other));
            self.reading.skip_line(member, row.line, &reason);
            return Ok(());
        }
        for remark in stated.remarks {
            self.reading.remark(member, Some(row.line), remark);
        }
        if extra > 0 {
            let columns = header.names.len();
            let remark = format!("{extra} more cells than the first row, which has {columns}");
            self.reading.remark(member, Some(row.line), remark);
        }
        let (text, offsets) = match stated.text {
            None => (String::new(), Offsets::Nowhere),
            Some(stated) => {
                let offsets = verbatim(texts, &stated);
                (stated.text, offsets)
            }
        };
        let article = Article {
            path: self.reading.key().to_owned(),
            id: format!("{}:{}", self.about.id, row.line),
            given_title: stated.title,
            text,
            offsets,
            record_line: Some(row.line),
            origin: Origin {
                base: self.about.base(),
                member: self.about.member.clone(),
                aliases: id.into_iter().collect(),
                place: self.about.place.clone(),
                ..Origin::default()
            },
            metadata: stated.metadata,
            ..Article::default()
        };
        self.reading.row(self.about, article)
    }

    /// The text of a cell, and the way back to the file.
    fn cell(&self, cell: &Cell, row: &Row) -> (String, Offsets) {
        let start = usize::try_from(row.start).unwrap_or(usize::MAX);
        let decode = |part: std::ops::Range<usize>| {
            let bytes = row.bytes.get(part.clone()).unwrap_or_default();
            self.encoding
                .decode(bytes, start.saturating_add(part.start))
        };
        match cell.parts.as_slice() {
            [] => (String::new(), Offsets::Nowhere),
            [only] => decode(only.clone()),
            parts => {
                let mut joined = Joined::default();
                for part in parts {
                    let (text, offsets) = decode(part.clone());
                    joined.push(&text, &offsets);
                }
                (joined.text, Offsets::Runs(joined.runs))
            }
        }
    }
}

/// A text that is put together from parts.
#[derive(Default)]
struct Joined {
    text: String,
    runs: Vec<LengthRun>,
    has_parts: bool,
}

impl Joined {
    /// Adds a part. A quote at the beginning of one that is not the first is the
    /// second of two in the file, and stands for both.
    fn push(&mut self, text: &str, offsets: &Offsets) {
        let is_doubled = std::mem::replace(&mut self.has_parts, true) && text.starts_with('"');
        let by = self.text.len();
        self.text.push_str(text);
        let mut from = 0;
        if is_doubled {
            let second = offsets.range_to_file(&(0..1));
            let both = u8::try_from(second.len().saturating_mul(2)).unwrap_or(u8::MAX);
            let first = second.start.saturating_sub(second.len());
            self.runs.push((by, first, 1, both));
            from = 1;
        }
        if from == text.len() {
            return;
        }
        match offsets.slice(from, text.len()) {
            Offsets::Runs(runs) => {
                let inside = runs.into_iter().filter(|(at, ..)| at + from < text.len());
                let moved = inside.map(|(at, file, one, other)| (by + from + at, file, one, other));
                self.runs.extend(moved);
            }
            other => self.runs.push((by + from, other.to_file(0), 1, 1)),
        }
    }
}

/// The way back from a text to the cell that it is, if it stands in one as it is.
/// Of two that say the same either will do.
fn verbatim(cells: Vec<(String, Offsets)>, stated: &StatedText) -> Offsets {
    let mut cells = cells.into_iter();
    let found = cells.find(|(text, _)| !stated.is_changed && *text == stated.text);
    found.map_or(Offsets::Nowhere, |(_, offsets)| offsets)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::article::OffsetBase;
    use crate::source::reading::Limits;
    use crate::source::{Skip, SourceFormat};

    /// What is read of a table.
    fn read(name: &str, bytes: &[u8]) -> (Vec<Article>, Vec<Skip>) {
        let mut articles = Vec::new();
        let mut take = |article| {
            articles.push(article);
            true
        };
        let limits = Limits::of_bytes(100_000);
        let mut reading = Reading::new(name, limits, None, &mut take);
        let mut stream = bytes;
        reading.file(Content::Stream(&mut stream), SourceFormat::Table);
        let skips = reading.finish().skipped;
        (articles, skips)
    }

    /// Checks that `needle` of the text lies in the file as `raw`.
    fn check(bytes: &[u8], needle: &str, raw: &[u8]) {
        let (articles, _) = read("a.csv", bytes);
        let article = articles
            .iter()
            .find(|article| article.text.contains(needle))
            .unwrap();
        let at = article.text.find(needle).unwrap();
        let range = article.offsets.range_to_file(&(at..at + needle.len()));
        assert_eq!(
            &bytes[range.clone()],
            raw,
            "{range:?} of {:?}",
            article.offsets
        );
    }

    #[test]
    fn a_row_is_an_article_with_what_its_columns_say() {
        let bytes = b"ID,Headline,Publication Date,Body,Section,URL\r\n\
            AN-1,Talks begin,2013-05-14,\"First line,\nsecond line.\",world,https://example.org/1\r\n\
            \r\n\
            AN-2,Talks end,2013-05-15,Short.,world,\r\n";
        let (articles, skips) = read("t.csv", bytes);
        assert_eq!(skips, []);
        let ids: Vec<&str> = articles.iter().map(|article| article.id.as_str()).collect();
        assert_eq!(ids, ["t.csv:2", "t.csv:5"]);
        let article = &articles[0];
        assert_eq!(article.given_title.as_deref(), Some("Talks begin"));
        assert_eq!(article.text, "First line,\nsecond line.");
        assert_eq!(article.metadata.date.as_deref(), Some("2013-05-14"));
        assert_eq!(
            article.metadata.url.as_deref(),
            Some("https://example.org/1")
        );
        assert_eq!(article.metadata.other["Section"], "world");
        assert_eq!(article.metadata.other["ID"], "AN-1");
        assert_eq!(article.origin.aliases, ["AN-1"]);
        assert_eq!(
            (article.record_line, article.origin.base),
            (Some(2), OffsetBase::File)
        );
    }

    #[test]
    fn offsets_lead_to_the_bytes_of_the_cell() {
        check(b"title,text\nA,Plain text here.\n", "text", b"text");
        check(
            b"\xef\xbb\xbftext\nCaf\xc3\xa9 talks\n",
            "\u{e9} talks",
            b"\xc3\xa9 talks",
        );
        let quoted = b"title,text\nA,\"He said \"\"no\"\", and \"\"left\"\".\"\n";
        check(quoted, "He said", b"He said");
        check(quoted, "said \"no\", and", b"said \"\"no\"\", and");
        check(quoted, "\"left\"", b"\"\"left\"\"");
        check(quoted, "left", b"left");
        check(
            b"title;text\nA;\"Le caf\xe9 \"\"ferm\xe9\"\" \x97 dit-il\"\n",
            "\u{e9} \"ferm\u{e9}\"",
            b"\xe9 \"\"ferm\xe9\"\"",
        );
        let wide: Vec<u8> =
            "\u{feff}title\ttext\nA\t\"Caf\u{e9} \"\"\u{5317}\u{4eac}\"\" talks\"\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
        let raw: Vec<u8> = "\u{e9} \"\"\u{5317}\u{4eac}\"\" t"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        check(&wide, "\u{e9} \"\u{5317}\u{4eac}\" t", &raw);
    }

    #[test]
    fn offsets_lead_nowhere_once_a_text_is_changed() {
        let (articles, _) = read("a.csv", b"title,html\nA,<p>One</p><p>Two</p>\nB,Plain\n");
        assert_eq!(articles[0].text, "One\n\nTwo");
        assert_eq!(articles[0].offsets, Offsets::Nowhere);
        assert_ne!(articles[1].offsets, Offsets::Nowhere);
    }

    #[test]
    fn what_is_no_table_of_articles_is_one_skip() {
        let reasons = |bytes: &[u8]| -> Vec<String> {
            let (articles, skips) = read("a.csv", bytes);
            assert!(articles.is_empty());
            skips.into_iter().map(|skip| skip.reason).collect()
        };
        let columns = reasons(b"name,amount\nA,1\nB,2\n");
        let expected = "no column is known to hold a text or title; its columns are name, amount; call one \u{201c}text\u{201d}";
        assert_eq!(columns, [expected]);
        let none = reasons(format!("2013-05-14,{}\n", "Talks went on. ".repeat(9)).as_bytes());
        assert_eq!(none.len(), 1);
        assert!(none[0].contains("does not name columns"));
        assert_eq!(reasons(b" \n\n"), ["empty"]);
        assert_eq!(
            reasons(&[b"a,b\n".to_vec(), vec![0; 9000]].concat()),
            ["binary, not text"]
        );
    }

    #[test]
    fn rows_of_other_lengths_are_rows() {
        let (articles, skips) = read(
            "a.csv",
            b"title,text,note\nA\nB,Two\nC,Three,x,more,,\n,,\n",
        );
        let texts: Vec<&str> = articles
            .iter()
            .map(|article| article.text.as_str())
            .collect();
        assert_eq!(texts, ["", "Two", "Three"]);
        assert_eq!(articles[2].metadata.other["column 4"], "more");
        assert_eq!(skips.len(), 1);
        assert!(skips[0].is_remark);
        assert_eq!(skips[0].line, Some(4));
        let (_, skips) = read("a.csv", b"title,text,note\nA,B,c\n,,only a note\n");
        assert_eq!((skips.len(), skips[0].line), (1, Some(3)));
    }

    #[test]
    fn a_row_that_is_too_long_or_open_is_passed_over() {
        let long = format!(
            "text\n\"{}\"\nNext.\n\"Never closed\nand lost\n",
            "x\n".repeat(60_000)
        );
        let (articles, skips) = read("a.csv", long.as_bytes());
        assert_eq!(articles.len(), 1);
        assert_eq!(articles[0].id, "a.csv:60003");
        let lines: Vec<_> = skips
            .iter()
            .map(|skip| (skip.line, skip.reason.as_str()))
            .collect();
        let too_long = "larger than the limit of 100000 bytes (raise it with --max-size)";
        let open = "damaged: a quote in it is not closed";
        assert_eq!(lines, [(Some(2), too_long), (Some(60_004), open)]);
    }

    proptest! {
        #[test]
        fn any_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read("a.csv", &bytes);
            read("a.csv", &[b"title,text\n".to_vec(), bytes].concat());
        }

        /// Whatever is quoted comes back, and lies where it is said to.
        #[test]
        fn a_text_comes_back(texts in proptest::collection::vec("[a-c\",;\n \u{e9}\u{5317}]{1,20}", 1..5)) {
            let mut bytes = b"title,text\n".to_vec();
            for text in &texts {
                bytes.extend(format!("T,\"{}\"\n", text.replace('"', "\"\"")).as_bytes());
            }
            let (articles, _) = read("a.csv", &bytes);
            prop_assert_eq!(articles.len(), texts.len());
            for (article, text) in articles.iter().zip(&texts) {
                if text.trim().is_empty() {
                    continue;
                }
                prop_assert_eq!(&article.text, text);
                for (start, c) in text.char_indices() {
                    let end = start + c.len_utf8();
                    let range = article.offsets.range_to_file(&(start..end));
                    let raw = String::from_utf8(bytes[range].to_vec()).unwrap();
                    prop_assert_eq!(raw.replace("\"\"", "\""), c.to_string());
                }
            }
        }
    }
}
