//! Where a hit stands, as people read it: `a.txt:21`, `report.pdf:p3`,
//! `inbox.mbox (message 17):4`, `talks.docx:paragraph 8 (record 2 of 161)`.

use std::path::Path;

use super::safe;
use crate::article::Place;
use crate::document::Record;
use crate::search::PassageText;

/// The file, and the way to the article inside it.
pub(crate) fn file(path: &Path, record: &Record) -> String {
    record.within(&safe::path(path), safe::line)
}

/// Where in the file a passage stands, `1` where all is one place; without a
/// passage, where the article does.
pub(crate) fn position(record: &Record, passage: Option<&PassageText>) -> String {
    let (line, place) = match passage {
        Some(passage) => (passage.line, passage.place.as_ref()),
        None => (record.record_line.or(record.line_at("", 0)), None),
    };
    let numbered = |line: u64| line.to_string();
    line.map(numbered)
        .or_else(|| place.and_then(in_document))
        .unwrap_or_else(|| "1".to_owned())
}

/// The page, or the paragraph.
fn in_document(place: &Place) -> Option<String> {
    let page = place.page.map(|page| format!("p{page}"));
    page.or_else(|| Some(format!("paragraph {}", place.paragraph?)))
}

/// What tells the article from the others of its file; empty where nothing has
/// to.
pub(crate) fn record(record: &Record) -> String {
    if record.record_line.is_some() {
        return format!(" ({})", safe::line(&record.id));
    }
    if let Some(chapter) = &record.origin.place.chapter {
        return format!(" ({})", safe::line(chapter));
    }
    record.number()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_in_the_words_of_its_format() {
        let mut kept = Record::default();
        kept.origin.member = Some("message 17".to_owned());
        let path = Path::new("inbox.mbox");
        assert_eq!(file(path, &kept), "inbox.mbox (message 17)");
        kept.origin.member = Some("@812".to_owned());
        kept.origin.place.uri = Some("https://example.org/a".to_owned());
        assert_eq!(file(path, &kept), "inbox.mbox (https://example.org/a)");
        kept.origin.place.record = Some(2);
        kept.origin.place.of = Some(161);
        assert_eq!(record(&kept), " (record 2 of 161)");
        let page = Place {
            page: Some(3),
            ..Place::default()
        };
        assert_eq!(in_document(&page).as_deref(), Some("p3"));
        assert_eq!(in_document(&Place::default()), None);
    }
}
