//! Decides when an article was published.
//!
//! In this order: what the source states, its address, a date line above the
//! text, the dateline of a wire story, inference from two expressions of the
//! text, a bound, unknown. Each step answers only where its evidence is whole.
//!
//! The order is one of certainty: what a source states beside the text was
//! written to be a date; an address is made when the page is; a line above the
//! text is for readers; a dateline gives the day without a year; inference is
//! ours. The first that answers is taken, and the later ones are not asked.
//!
//! A stated date that cannot be read stays among the conflicts, and the text is
//! asked. A dateline is a place in capitals or of capitalised words, at most 48
//! bytes, a month and a day, and a dash or an agency in brackets: *TOKYO, March
//! 11 (Reuters) -*. It is looked for in the first four blocks.

mod date_line;
mod header;
mod inference;
mod note;
mod past;
mod past_words;
mod sentences;

pub(super) use self::date_line::is_date_line;
use self::header::DateLine;
use self::sentences::{SentenceFinder, span_of};
use super::expression::{TimeExpression, TimeMeaning};
use super::token::is_blank;
use crate::article::Metadata;
use crate::extract::ParsedArticle;
use crate::extract::published::{Conflict, Method, Published, Span};
use crate::layout::BlockKind;

/// The publication date of `page`. Never fails: the default is unknown.
///
/// | evidence | value | method |
/// |---|---|---|
/// | a stated `13 May 2013` | `2013-05-13` | metadata |
/// | `https://example.org/2013/05/15/talks` | `2013-05-15` | address |
/// | `May 14, 2013 / 11:41 PM` above the text | `2013-05-14` | date line |
/// | `TOKYO, March 11 -` | `XXXX-03-11` | dateline |
/// | last month, on June 21-23, the meeting of February 2011 | `2011-07` | inferred |
/// | "pulled out in 2014" | `2014/..` | a bound |
/// | "will finish by 2030" | none | |
pub(super) fn decide(
    page: &ParsedArticle<'_>,
    expressions: &[TimeExpression],
    metadata: &Metadata,
) -> Published {
    let stated = metadata.date.as_deref();
    if let Some(mut published) = stated.and_then(Published::stated) {
        let evidence = metadata.date_at.map(|(start, end)| Span { start, end });
        published.evidence.extend(evidence);
        return published;
    }
    let mut sentences = SentenceFinder::new(page);
    let mut published = metadata
        .url
        .as_deref()
        .and_then(Published::in_url)
        .unwrap_or_else(|| from_text(&mut sentences, expressions));
    if let Some(unread) = stated {
        published.conflicts.push(Conflict {
            value: unread.to_owned(),
            span: Span { start: 0, end: 0 },
        });
    }
    published
}

/// What the text alone says.
fn from_text(sentences: &mut SentenceFinder<'_, '_>, expressions: &[TimeExpression]) -> Published {
    let line = header::find(sentences, expressions);
    let changed = match line {
        Some(DateLine::Published(published)) => return *published,
        Some(DateLine::Changed(changed)) => Some(changed),
        None => None,
    };
    from_dateline(sentences.page, expressions)
        .or_else(|| inference::inferred(sentences, expressions))
        .or_else(|| inference::bounded(sentences, expressions, changed))
        .unwrap_or_default()
}

/// So many blocks at the start may hold the dateline: below a headline of two
/// lines, or a note to editors.
const DATELINE_BLOCKS: usize = 4;

/// The most bytes of a dateline's place.
const MAX_PLACE: usize = 48;

/// `TOKYO, March 11 (Reuters) -`: month and day without year, or a full date.
/// Only the first expression of each block is asked: a dateline opens its
/// block.
fn from_dateline(page: &ParsedArticle<'_>, expressions: &[TimeExpression]) -> Option<Published> {
    let blocks = page.layout.blocks.iter().enumerate();
    let mut top = blocks
        .filter(|(_, block)| block.kind.is_body() || block.kind == BlockKind::Headline)
        .take(DATELINE_BLOCKS)
        .filter_map(|(index, block)| {
            let first = expressions.partition_point(|expression| expression.block < index);
            let expression = expressions.get(first)?;
            (expression.block == index).then_some((expression, block))
        });
    let (expression, _) = top.find(|(expression, block)| {
        let before = &page.text[block.span.start..expression.span.start];
        is_place(before) && closes(&page.text[expression.span.end..block.span.end])
    })?;
    let evidence = vec![span_of(expression)];
    match expression.meaning {
        TimeMeaning::Day(date) => Some(Published::day(date, Method::Dateline, evidence)),
        TimeMeaning::DayOfMonth {
            month,
            first,
            last: None,
        } => Some(Published::without_year(
            month,
            Some(first),
            Method::Dateline,
            evidence,
        )),
        _ => None,
    }
}

/// Whether a dateline ends where `after` begins: with a dash, or the agency. A
/// comma goes on with the sentence.
fn closes(after: &str) -> bool {
    let is_spaced = after.starts_with(is_blank);
    let after = after.trim_start_matches(|c| matches!(c, ',' | '.') || is_blank(c));
    let dash = ["--", "-", "—", "–"]
        .iter()
        .find_map(|dash| after.strip_prefix(dash));
    match dash {
        // "March 11-12" goes on.
        Some(rest) => is_spaced || !rest.starts_with(|c: char| c.is_alphanumeric()),
        // "(Agency)", "/PRNewswire/", and the end of "(March 11, 2019) -".
        None => {
            after.starts_with('(')
                || (is_spaced && after.starts_with('/'))
                || after.strip_prefix(')').is_some_and(|rest| {
                    rest.trim_start_matches(is_blank)
                        .starts_with(['-', '–', '—'])
                })
        }
    }
}

/// Whether `before` names a place, as a dateline does: in capitals (`NEW YORK,`
/// `ST. PAUL, Minn.,`), or each of its few words with one. A capital alone is
/// not enough: "In London, March 4 -" opens a sentence.
fn is_place(before: &str) -> bool {
    let place = before.trim_start_matches('*').trim_end();
    // "NEW YORK,", "LEBEC, Calif.", "PARIS (", "PARIS, France –".
    let closed = place
        .strip_suffix(',')
        .or_else(|| place.strip_suffix('.').filter(|bare| bare.contains(',')))
        .or_else(|| {
            let bare = place.trim_end_matches(['(', '-', '–', '—']).trim_end();
            let is_marked = bare.len() < place.len();
            let is_shouted = !bare.contains(char::is_lowercase);
            (is_marked && (is_shouted || bare.contains(','))).then_some(bare.trim_end_matches('.'))
        });
    let Some(bare) = closed.filter(|_| place.len() <= MAX_PLACE) else {
        return false;
    };
    let city = bare.split(',').next().unwrap_or(bare);
    let is_shouted = city.len() > 2 && !city.contains(char::is_lowercase);
    let mut words = bare
        .split(|c| matches!(c, ',' | '-') || is_blank(c))
        .filter(|word| !word.is_empty());
    let is_small = |word: &str| matches!(word, "de" | "of" | "la" | "del" | "do" | "al");
    let is_name = |word: &str| word.starts_with(char::is_uppercase) || is_small(word);
    // A sentence may begin with a capital and a date, too.
    let opens = matches!(
        city.split(is_blank).next().unwrap_or(""),
        "In" | "On" | "By" | "At" | "From" | "The" | "Of" | "Until" | "Since" | "After" | "Last"
    );
    city.starts_with(char::is_uppercase) && !opens && (is_shouted || words.all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::published::Precision;
    use crate::layout::Layout;

    fn check(text: &str, value: Option<&str>, evidence: &[&str]) {
        let layout = Layout::of(text, None);
        let page = ParsedArticle::of(text, &layout);
        let expressions = crate::extract::dates::expression::find(&page);
        let published = decide(&page, &expressions, &Metadata::default());
        assert_eq!(published.value.as_deref(), value, "{text}");
        let shown: Vec<&str> = published
            .evidence
            .iter()
            .map(|span| &text[span.start..span.end])
            .collect();
        assert_eq!(shown, evidence, "{text}");
    }

    #[test]
    fn a_date_line_says_it() {
        check(
            "May 14, 2013 / 11:41 PM / 5 years ago\n\nTalks held\n\nThey met on Tuesday.",
            Some("2013-05-14"),
            &["May 14, 2013 / 11:41 PM"],
        );
        check(
            "Friday, January 4, 2019\n\nTalks held\n\nThey met on Friday.",
            Some("2019-01-04"),
            &["January 4, 2019"],
        );
        check(
            "TOKYO, March 11 - The yen rose against the dollar.",
            Some("XXXX-03-11"),
            &["March 11"],
        );
    }

    #[test]
    fn datelines_name_a_place_and_end_with_a_dash() {
        for (text, day) in [
            ("New York, March 4 - Talks were held, he said.", "March 4"),
            (
                "ST. PAUL, Minn., March 4 (Agency) - Talks were held.",
                "March 4",
            ),
            (
                "TALKS HELD IN THE U.S.\n\n    ROME, March 4 - They met, he said.\n",
                "March 4",
            ),
            (
                "PROFIT UP\n\n    ROME, March 4 -\n    Net 5 mln vs 4 mln\n",
                "March 4",
            ),
        ] {
            check(text, Some("XXXX-03-04"), &[day]);
        }
        for text in [
            "In London, March 4 - a Sunday - was cold, he said.",
            "The talks of London, March 4 - 5, were held.",
            "They met in ROME, March 4 - he said.",
        ] {
            check(text, None, &[]);
        }
    }

    #[test]
    fn the_source_goes_before_the_text() {
        let text = "May 14, 2013\n\nTalks were held, he said.";
        let decided = |date: Option<&str>, url: Option<&str>| {
            let layout = Layout::of(text, None);
            let page = ParsedArticle::of(text, &layout);
            let metadata = Metadata {
                date: date.map(str::to_owned),
                url: url.map(str::to_owned),
                ..Metadata::default()
            };
            let expressions = crate::extract::dates::expression::find(&page);
            let found = decide(&page, &expressions, &metadata);
            let conflicts: Vec<String> = found
                .conflicts
                .into_iter()
                .map(|conflict| conflict.value)
                .collect();
            (found.value.unwrap_or_default(), found.method, conflicts)
        };
        let url = Some("https://example.org/2013/05/15/talks");
        let none: Vec<String> = Vec::new();
        let expect = |value: &str, method| (value.to_owned(), method, none.clone());
        assert_eq!(
            decided(Some("13 May 2013"), url),
            expect("2013-05-13", Method::Metadata)
        );
        assert_eq!(decided(None, url), expect("2013-05-15", Method::Url));
        assert_eq!(decided(None, None), expect("2013-05-14", Method::Header));
        let unread = (
            "2013-05-14".to_owned(),
            Method::Header,
            vec!["04/05/2013".to_owned()],
        );
        assert_eq!(decided(Some("04/05/2013"), None), unread);
    }

    #[test]
    fn a_note_about_the_copy_or_a_change_bounds_from_above() {
        for (note, value) in [
            ("Archived from the original on 13 April 2019.", "../2019"),
            ("Scanned in 2019.", "../2019"),
            ("[Retrieved 13 April 2019]", "../2019"),
            ("Access date: 13 April 2019", "../2019"),
            ("This page was archived on 13 April 2019.", "../2019"),
            ("Digitized by J. Smith, May 2012", "../2012"),
            ("Last updated on 14 February 2024", "../2024-02-14"),
            (
                "Last modified on Wed 14 Feb 2024 06.00 GMT",
                "../2024-02-14",
            ),
            (
                "This article was amended on 14 February 2024 to correct a name.",
                "../2024-02-14",
            ),
            (
                "Correction, 14 February 2024: a name was wrong.",
                "../2024-02-14",
            ),
            (
                "Editor's note, 14 February 2024: a name was wrong.",
                "../2024-02-14",
            ),
            (
                "Retrieved from https://example.org/a on 13 April 2019.",
                "../2019",
            ),
            (
                "Scanned from microfilm in 2019 by the City Library.",
                "../2019",
            ),
        ] {
            let text = format!("Port strike ends\n\nDockers returned to work.\n\n{note}");
            let layout = Layout::of(&text, None);
            let page = ParsedArticle::of(&text, &layout);
            let expressions = crate::extract::dates::expression::find(&page);
            let published = decide(&page, &expressions, &Metadata::default());
            assert_eq!(published.value.as_deref(), Some(value), "{note}");
            assert_eq!(published.precision, Precision::UpperBound, "{note}");
        }
        check(
            "Port strike ends\n\nThe union was founded in 1998.\n\nLast updated on 14 February 2024",
            Some("1998/2024-02-14"),
            &["in 1998", "14 February 2024"],
        );
        // None of these is a note.
        for text in [
            "Port strike ends\n\nReprinted from The Times, 13 April 2019.",
            "Port strike ends\n\nSmith, J. (ed.) Ports. Retrieved 13 April 2019.",
            "Port strike ends\n\nThe flag was retrieved on 13 April 2019.",
        ] {
            check(text, None, &[]);
        }
    }

    #[test]
    fn last_month_and_its_event_give_the_month() {
        check(
            "They met last month in Moscow, he said. He told reporters on November 1 about it.",
            Some("XXXX-12"),
            &["last month", "November 1"],
        );
        check(
            "They met last month. On June 21-23, they met in Washington. It was agreed in February 2011, in that last meeting.",
            Some("2011-07"),
            &["last month", "June 21-23", "February 2011"],
        );
    }

    #[test]
    fn a_past_year_is_a_lower_bound_and_a_future_one_nothing() {
        check(
            "China pulled out of the group in 2014 over allegations.",
            Some("2014/.."),
            &["in 2014"],
        );
        check("They will finish by 2030, he said.", None, &[]);
        for plan in [
            "The champion told the team that she is retiring in 2028.",
            "A conference on small islands is to be held in Samoa in 2034.",
            "The lease ran out in 2040, he said.",
            "Growth is tipped to reach 4 percent, before picking up in 2026, he said.",
        ] {
            check(plan, None, &[]);
        }
        check("They met last week for the second time.", None, &[]);
    }
}
