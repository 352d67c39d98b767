//! The first row of a table: what separates its cells, and what they are called.
//!
//! A separator is judged by the first rows that it makes: by how many of the
//! names in the first one are known, then by whether the other rows have as many
//! cells, then by how many those are. `sep=;` in a line of its own, as
//! spreadsheets write it, goes before.
//!
//! A table whose first row names neither a text nor a title is no table of
//! articles, or has no names at all. Which column is the text is not guessed: a
//! wrong guess would make articles of notes and addresses.

use std::borrow::Cow;

use super::rows::{Row, RowRead, Rows, cells};
use crate::article::Offsets;
use crate::source::keys;

/// What separates cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Separator {
    pub(super) byte: u8,
    /// Whether the first line of the table says so, and is no row.
    pub(super) is_named: bool,
}

/// The separators that are known, the more usual first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// So many rows are looked at.
const MOST_ROWS: usize = 30;

/// What separates the cells of a table that begins with `sample`.
pub(super) fn separator(sample: &[u8]) -> Separator {
    let first = sample.split(|byte| matches!(byte, b'\n' | b'\r')).next();
    let first = first.unwrap_or_default().trim_ascii_end();
    if let Some([byte]) = first.strip_prefix(b"sep=") {
        return Separator {
            byte: *byte,
            is_named: true,
        };
    }
    let best = SEPARATORS
        .into_iter()
        .rev()
        .max_by_key(|byte| judge(sample, *byte));
    Separator {
        byte: best.unwrap_or(b','),
        is_named: false,
    }
}

/// How well a separator fits: known names, rows as long as the first, cells.
fn judge(sample: &[u8], separator: u8) -> (usize, usize, usize) {
    let longest = sample.len() as u64;
    let mut rows = Rows::new(sample, separator, longest, 0, 1);
    let mut row = Row::default();
    let mut known = 0;
    let mut columns = 0;
    let mut alike = 0;
    for number in 0..MOST_ROWS {
        // Bytes in memory can be read.
        match rows.next(&mut row) {
            Ok(RowRead::Whole) => {}
            _ => break,
        }
        let found = cells(&row.bytes, separator);
        if number == 0 {
            columns = found.len();
            let is_known = |cell: &&super::Cell| {
                let bytes = cell.parts.iter().flat_map(|part| &row.bytes[part.clone()]);
                let bytes: Vec<u8> = bytes.copied().collect();
                keys::is_known(&String::from_utf8_lossy(&bytes)).0
            };
            known = found.iter().filter(is_known).count();
        } else if columns > 1 && found.len() == columns {
            alike += 1;
        }
    }
    (known, alike, columns)
}

/// The names of the columns.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) names: Vec<String>,
    /// The column that numbers the rows.
    id: Option<usize>,
}

/// So many columns are named where none is known.
const MOST_NAMED: usize = 12;

/// From so many characters on, a cell is no name.
const MOST_OF_A_NAME: usize = 60;

impl Header {
    /// The header that the cells of the first row are, or why they are none.
    pub(super) fn of(cells: Vec<String>) -> Result<Header, String> {
        let mut names: Vec<String> = Vec::with_capacity(cells.len());
        let mut seen = rustc_hash::FxHashMap::<String, u32>::default();
        let mut is_article = false;
        let mut id = None;
        for (at, cell) in cells.into_iter().enumerate() {
            let name = match cell.trim() {
                "" => format!("column {}", at + 1),
                name => name.to_owned(),
            };
            is_article |= keys::is_known(&name).1;
            if id.is_none() && name.eq_ignore_ascii_case("id") {
                id = Some(at);
            }
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            names.push(match *count {
                1 => name,
                count => format!("{name} ({count})"),
            });
        }
        if is_article {
            return Ok(Header { names, id });
        }
        let is_long = |name: &String| name.chars().count() > MOST_OF_A_NAME;
        if names.iter().any(is_long) {
            return Err(
                "its first row does not name columns; name them in a row before: text, title, date"
                    .to_owned(),
            );
        }
        let mut columns = names[..names.len().min(MOST_NAMED)].join(", ");
        if names.len() > MOST_NAMED {
            columns.push_str(", …");
        }
        Err(format!(
            "no column is known to hold a text or title; its columns are {columns}; call one “text”"
        ))
    }

    /// The name of a column, also of one that the first row does not have.
    pub(super) fn name(&self, at: usize) -> Cow<'_, str> {
        match self.names.get(at) {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(format!("column {}", at + 1)),
        }
    }

    /// The id that a row states; not a mere number of the row.
    pub(super) fn id_of(&self, texts: &[(String, Offsets)]) -> Option<String> {
        let (id, _) = texts.get(self.id?)?;
        let id = id.trim();
        let is_number = id.len() < 6 && id.bytes().all(|byte| byte.is_ascii_digit());
        (!is_number && id.len() <= 200).then(|| id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sample: &str, byte: u8) {
        assert_eq!(separator(sample.as_bytes()).byte, byte, "{sample}");
    }

    #[test]
    fn the_separator_is_the_one_that_makes_rows() {
        check("id,title,text\n1,A; B,C; D\n", b',');
        check("title;text\nA, B;C, D, E\n", b';');
        check("title\ttext\nA, B\tC; D\n", b'\t');
        check("Title|Full Text\nA|B\n", b'|');
        check("x;y;z\n1,5;2,5;3,5\n1,6;2,6;3,6\n", b';');
        check("text\nNo separator, but a comma.\n", b',');
        let named = separator(b"sep=|\r\ntitle|text\n");
        assert_eq!((named.byte, named.is_named), (b'|', true));
    }

    #[test]
    fn a_header_names_a_text_or_a_title() {
        let header = |names: &[&str]| Header::of(names.iter().map(|&name| name.into()).collect());
        let known = header(&["ID", "", " Headline ", "x", "x"]).unwrap();
        assert_eq!(known.names, ["ID", "column 2", "Headline", "x", "x (2)"]);
        assert_eq!(known.name(7), "column 8");
        let texts = |id: &str| [(id.to_owned(), Offsets::Nowhere)];
        assert_eq!(known.id_of(&texts("AN-7")).as_deref(), Some("AN-7"));
        assert_eq!(known.id_of(&texts("17")), None);
        let unknown = header(&["a", "b"]).unwrap_err();
        assert!(unknown.contains("its columns are a, b"), "{unknown}");
        let none = header(&["1", &"Talks began in Moscow. ".repeat(5)]).unwrap_err();
        assert!(none.contains("does not name columns"), "{none}");
    }
}
