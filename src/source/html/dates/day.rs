//! Reads the days that a short text names, in the languages of newspapers.
//!
//! `text::stated_date` reads what programs write; pages are written for readers,
//! in their language. Read are `14 May 2013`, `May 14th, 2013`, `14. Mai 2013`,
//! `14 de mayo de 2013`, `2013. május 14.`, `2013年5月14日`, and days in digits:
//! `2013-05-14`, `14.05.2013`, `14/05/2013`. Of `04/05/2013` nobody knows which
//! is the month unless the page is in a language that puts the day first, which
//! all but English do.
//!
//! Digits and words are taken apart first; a day is three of them in a row, with
//! nothing between that is a word, but `de`, `of` and the like.

use std::ops::Range;

use jiff::civil::Date;

/// A day and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source::html) struct FoundDay {
    pub(in crate::source::html) day: Date,
    pub(in crate::source::html) span: Range<usize>,
}

/// The names of the months and what they are cut to, in small letters: English,
/// German, French, Spanish, Italian, Portuguese, Dutch, the languages of
/// Scandinavia, Finnish, Polish, Czech, Hungarian, Romanian, Turkish, Indonesian,
/// Russian, Ukrainian and Greek.
const MONTHS: [&str; 12] = [
    "january januar jänner jan jänn janvier janv enero ene gennaio gen janeiro januari tammikuuta stycznia styczeń ledna leden január ianuarie ian ocak januarie января январь янв січня ιανουαρίου",
    "february februar feber feb févr fév février febrero febbraio fevereiro fev februari helmikuuta lutego luty února únor február februarie şubat февраля февраль фев лютого φεβρουαρίου febr",
    "march märz mär mrz mars marzo mar março maart mrt marts maaliskuuta marca marzec března březen március márc martie mart maret марта март мар березня μαρτίου",
    "april apr avril avr abril abr aprile huhtikuuta kwietnia kwiecień dubna duben április ápr aprilie nisan апреля апрель апр квітня απριλίου",
    "may mai mayo maggio mag maio mei maj toukokuuta maja května květen május máj mayıs мая май травня μαΐου",
    "june juni jun juin junio giugno giu junho kesäkuuta czerwca czerwiec června červen június jún iunie iun haziran июня июнь июн червня ιουνίου",
    "july juli jul juillet juil julio luglio lug julho heinäkuuta lipca lipiec července červenec július júl iulie iul temmuz июля июль июл липня ιουλίου",
    "august aug août aout agosto ago augustus augusti elokuuta sierpnia sierpień srpna srpen augusztus ağustos agustus августа август авг серпня αυγούστου",
    "september sep sept septembre septiembre settembre set setembro syyskuuta września wrzesień září szeptember szept septembrie eylül сентября сентябрь сен сент вересня σεπτεμβρίου",
    "october oktober okt oct octobre octubre ottobre ott outubro out lokakuuta października październik října říjen október octombrie ekim октября октябрь окт жовтня οκτωβρίου",
    "november nov novembre noviembre novembro marraskuuta listopada listopad listopadu noiembrie kasım ноября ноябрь ноя листопада νοεμβρίου",
    "december dezember dez dec décembre déc diciembre dic dicembre dezembro des desember joulukuuta grudnia grudzień prosince prosinec decembrie aralık desember декабря декабрь дек грудня δεκεμβρίου",
];

/// Words that may stand inside a day.
const INSIDE: [&str; 11] = [
    "de", "of", "del", "the", "den", "di", "do", "da", "st", "nd", "th",
];

/// The number of the month with this name, in small letters.
fn month(word: &str) -> Option<i16> {
    let has = |names: &str| names.split(' ').any(|name| name == word);
    let found = MONTHS.iter().position(|names| has(names))?;
    i16::try_from(found + 1).ok()
}

/// A part of a text that may be part of a day.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// A number, with how many digits it has.
    Number(i16, usize),
    Month(i16),
    /// Another word.
    Word,
}

struct PlacedPart {
    part: Part,
    span: Range<usize>,
}

/// The most parts of a text that are looked at.
const MOST_PARTS: usize = 400;

/// The numbers and words of a text; what may stand inside a day is left out.
fn parts(text: &str) -> Vec<PlacedPart> {
    let mut parts = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if parts.len() >= MOST_PARTS {
            break;
        }
        let (is_digit, is_word) = (c.is_ascii_digit(), c.is_alphabetic());
        if !is_digit && !is_word {
            continue;
        }
        let mut end = start + c.len_utf8();
        // 年月日 stand beside digits, and are marks.
        if matches!(c, '年' | '月' | '日' | '년' | '월' | '일') {
            continue;
        }
        while let Some((at, next)) = chars.next_if(|(_, next)| {
            if is_digit {
                next.is_ascii_digit()
            } else {
                next.is_alphabetic()
            }
        }) {
            end = at + next.len_utf8();
        }
        let word = &text[start..end];
        let part = if is_digit {
            match (word.len(), word.parse::<i32>()) {
                (1..=4, Ok(number)) => Part::Number(i16::try_from(number).unwrap_or(0), word.len()),
                (8, Ok(number)) => {
                    parts.extend(compact(number, start));
                    continue;
                }
                _ => Part::Word,
            }
        } else {
            let lower = word.to_lowercase();
            if INSIDE.contains(&&*lower) || lower == "rd" || lower == "er" {
                continue;
            }
            month(&lower).map_or(Part::Word, Part::Month)
        };
        parts.push(PlacedPart {
            part,
            span: start..end,
        });
    }
    parts
}

/// `20130514`.
fn compact(number: i32, start: usize) -> impl Iterator<Item = PlacedPart> {
    let part = |value: i32, digits: usize, from: usize| PlacedPart {
        part: Part::Number(i16::try_from(value).unwrap_or(0), digits),
        span: start + from..start + from + digits,
    };
    [
        part(number / 10_000, 4, 0),
        part(number / 100 % 100, 2, 4),
        part(number % 100, 2, 6),
    ]
    .into_iter()
}

/// The years in which an archive's pages were published.
const YEARS: Range<i16> = 1995..2100;

/// The days that a text names. `day_first`: whether `04/05/2013` is in May.
pub(in crate::source::html) fn find(text: &str, day_first: bool) -> Vec<FoundDay> {
    let parts = parts(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some([one, two, three]) = parts.get(at..at + 3) {
        let between = |one: &PlacedPart, two: &PlacedPart| &text[one.span.end..two.span.start];
        let marks = (between(one, two), between(two, three));
        match day_of(one.part, two.part, three.part, marks, day_first) {
            Some(day) => {
                found.push(FoundDay {
                    day,
                    span: one.span.start..three.span.end,
                });
                at += 3;
            }
            None => at += 1,
        }
    }
    found
}

/// The day that three parts are.
fn day_of(one: Part, two: Part, three: Part, marks: (&str, &str), day_first: bool) -> Option<Date> {
    use Part::{Month, Number};
    if marks.0.chars().count() > 6 || marks.1.chars().count() > 6 {
        return None;
    }
    let day = |year: i16, month: i16, of: i16| {
        let of = crate::text::stated_date::day(year, month, of)?;
        YEARS.contains(&of.year()).then_some(of)
    };
    match (one, two, three) {
        (Number(of, 1..=2), Month(month), Number(year, 4))
        | (Month(month), Number(of, 1..=2), Number(year, 4))
        | (Number(year, 4), Month(month), Number(of, 1..=2)) => day(year, month, of),
        // "4 Sept. '19", "12-Mai-19".
        (Number(of, 1..=2), Month(month), Number(year, 2))
            if marks.1.contains(['\'', '’', '-', '.']) =>
        {
            day(2000 + year, month, of)
        }
        (Number(year, 4), Number(month, 1..=2), Number(of, 1..=2)) => {
            in_digits(marks).then(|| day(year, month, of))?
        }
        (Number(first, 1..=2), Number(second, 1..=2), Number(year, digits @ (2 | 4))) => {
            if !in_digits(marks) {
                return None;
            }
            let is_dotted = marks.0.contains('.');
            let year = match digits {
                4 => year,
                // "14.05.13" is written where the day comes first.
                _ if is_dotted => 2000 + year,
                _ => return None,
            };
            let (day_then, month_then) = (day(year, second, first), day(year, first, second));
            match (day_then, month_then) {
                (Some(found), None) | (None, Some(found)) => Some(found),
                (Some(found), Some(other)) => {
                    (found == other || is_dotted || day_first).then_some(found)
                }
                (None, None) => None,
            }
        }
        _ => None,
    }
}

/// Whether what stands between digits is what stands in days.
fn in_digits(marks: (&str, &str)) -> bool {
    let mark = |mark: &str| match mark.trim() {
        "" => Some(' '),
        "年" | "月" | "년" | "월" => Some('年'),
        one if one.len() == 1 => one.chars().next().filter(|c| "-/._".contains(*c)),
        _ => None,
    };
    match (mark(marks.0), mark(marks.1)) {
        // "2013 05 14" has no marks; times ("12 05 2013") do not either.
        (Some(' '), Some(' ')) => marks.0.is_empty() && marks.1.is_empty(),
        (Some(one), Some(two)) => one == two,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, day_first: bool, days: &[&str]) {
        let found = find(text, day_first);
        let found: Vec<String> = found.iter().map(|found| found.day.to_string()).collect();
        assert_eq!(found, days, "{text}");
    }

    #[test]
    fn days_are_read_in_many_languages() {
        for text in [
            "Tuesday, 14 May 2013",
            "May 14th, 2013 at 11:41 PM",
            "14. Mai 2013, 12:30 Uhr",
            "Publicado el 14 de mayo de 2013",
            "le 14 mai 2013",
            "14 maja 2013",
            "14 мая 2013 г.",
            "2013. május 14.",
            "2013年5月14日",
            "2013-05-14T10:00:00Z",
            "14.05.2013",
            "14.05.13",
            "14/05/2013",
            "05/14/2013",
            "20130514",
            "2013/05/14",
        ] {
            check(text, false, &["2013-05-14"]);
        }
    }

    #[test]
    fn what_may_mean_two_days_is_none() {
        check("04/05/2013", false, &[]);
        check("04/05/2013", true, &["2013-05-04"]);
        check("31.02.2013", true, &[]);
        check("14 May", true, &[]);
        check("12:30 2013 4", true, &[]);
        check("in 2013, 14 of 20 said", true, &[]);
        check(
            "1 May 2013 - 3 May 2013",
            true,
            &["2013-05-01", "2013-05-03"],
        );
    }
}
