//! Hits for people: grouped under their article, wrapped to the terminal.
//!
//! An article opens with its title, on two lines at most. Date, countries,
//! people and the place of its first passage follow on the next, as far as they
//! fit: people give way first, to a number; then the place has a line of its own.
//! No line is wider than the terminal.

use std::io::{self, Write};

use crate::corrections::is_assumed;
use crate::extract::{Method, Precision, Published};
use crate::output::wrap::{fit, fit_end, width, wrap, wrap_at_most};
use crate::output::{AskedQuery, Style, looks, paint, pieces, place, safe};
use crate::search::{Answer, ArticleHits, Hit, MeaningShare, PassageText};
use crate::text::calendar;

/// Between title, date, countries and people.
const BETWEEN: &str = " · ";

/// The most lines of a title.
const TITLE_LINES: usize = 2;

/// The most countries that are shown of an article.
const MOST_COUNTRIES: usize = 5;

pub(crate) fn print(
    asked: &AskedQuery<'_>,
    answer: &Answer,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Some(id) = asked.id {
        let heading = fit(&format!("== {id}: {}", asked.text), style.width);
        paint(out, style.color, looks::QUERY, &heading)?;
        writeln!(out)?;
    }
    for (index, article) in answer.articles.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        print_heading(article, style, out)?;
        print_lacks(article, style, out)?;
        for (number, hit) in article.hits.iter().enumerate() {
            print_hit(article, hit, number > 0, style, out)?;
            print_reasons(hit, style, out)?;
        }
        print_copies(article, style, out)?;
    }
    Ok(())
}

/// What the score is made of, a line each, and their sum.
fn print_reasons(hit: &Hit, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (Some(reasons), Some(score)) = (&hit.reasons, hit.score) else {
        return Ok(());
    };
    for reason in reasons {
        let line = format!("    {:8.3}  {}", reason.value, reason.detail);
        writeln!(out, "{}", fit(&line, style.width))?;
    }
    writeln!(out, "    {score:8.3}  total")?;
    let Some(share) = hit.meaning else {
        return Ok(());
    };
    let MeaningShare {
        cosine,
        rank_by_words,
    } = share;
    let line = format!("    {cosine:8.3}  meaning (cosine); {rank_by_words}. by words alone");
    writeln!(out, "{}", fit(&line, style.width))
}

/// What the article does not have of the query, in one line.
fn print_lacks(article: &ArticleHits, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    if !article.is_partial {
        return Ok(());
    }
    let lacks = article.lacks.join(", ");
    let line = fit(&format!("    without: {lacks}"), style.width);
    paint(out, style.color, looks::QUIET, &line)?;
    writeln!(out)
}

/// Where the copies of an article are, in one line.
fn print_copies(article: &ArticleHits, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let count = article.copies.len();
    if count == 0 {
        return Ok(());
    }
    let places = article.copies.iter().map(|copy| {
        let path = safe::path(&copy.path);
        copy.line
            .map_or(path.clone(), |line| format!("{path}:{line}"))
    });
    let places = places.collect::<Vec<_>>().join(", ");
    let copies = if count == 1 {
        "1 near-duplicate".to_owned()
    } else {
        format!("{count} near-duplicates")
    };
    let line = fit(&format!("    {copies}: {places}"), style.width);
    paint(out, style.color, looks::QUIET, &line)?;
    writeln!(out)
}

/// The title; then date · countries · people · the place of the first hit.
fn print_heading(article: &ArticleHits, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let record = &article.record;
    print_title(article, style, out)?;
    let first = article.hits.first();
    let (place, remark) = shown_place(article, first, style);
    let mut parts = vec![date(&record.published)];
    let room = style
        .width
        .saturating_sub(width(&parts[0]) + width(BETWEEN));
    let countries = countries(&record.countries, &record.main_countries, room);
    parts.extend((!countries.is_empty()).then_some(countries));
    let columns = |parts: &[String]| {
        let parts = parts.iter();
        parts
            .map(|part| width(part) + width(BETWEEN))
            .sum::<usize>()
    };
    let beside = columns(&parts) + width(&place) + width(&remark);
    let names = |room: usize| people(&record.people, room.saturating_sub(width(BETWEEN)));
    let has_people = !record.people.is_empty();
    let mut shown = names(style.width.saturating_sub(beside));
    // With no room for anybody, or none for itself, the place goes to a line of
    // its own.
    let is_apart = beside > style.width || (has_people && shown.is_empty());
    if is_apart {
        shown = names((style.width + width(BETWEEN)).saturating_sub(columns(&parts)));
    }
    parts.extend((!shown.is_empty()).then_some(shown));
    if is_apart {
        let line = fit(&parts.join(BETWEEN), style.width);
        writeln!(out, "{line}")?;
    } else {
        for part in &parts {
            out.write_all(safe::line(part).as_bytes())?;
            paint(out, style.color, looks::QUIET, BETWEEN)?;
        }
    }
    print_place(&place, &remark, style, out)
}

/// The title, highlighted, on as many lines as it may take.
fn print_title(article: &ArticleHits, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let title = match article.record.title.as_str() {
        "" => "(no title)",
        title => title,
    };
    let pieces = pieces(title, &article.title_highlights);
    for line in wrap_at_most(&pieces, style.width, TITLE_LINES) {
        for (text, lit) in line {
            let look = if lit { looks::HIGHLIGHT } else { looks::TITLE };
            paint(out, style.color, look, &text)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The countries that it is mainly about, then others, five at most and as many
/// as fit, but for one; then how many more.
fn countries(all: &[String], main: &[String], room: usize) -> String {
    let others = all.iter().filter(|code| !main.contains(code));
    let codes: Vec<&str> = main
        .iter()
        .chain(others)
        .take(MOST_COUNTRIES)
        .map(String::as_str)
        .collect();
    let first = |count: usize| match all.len().saturating_sub(count) {
        0 => codes.join(" "),
        more => format!("{} +{more}", codes[..count].join(" ")),
    };
    let mut counts = (2..=codes.len()).rev();
    let fitting = counts.find(|count| width(&first(*count)) <= room);
    first(fitting.unwrap_or(codes.len().min(1)))
}

/// As many names as fit, then how many more; a number where not even the first
/// fits, and nothing where that does not.
fn people(names: &[String], room: usize) -> String {
    let shown = (1..=names.len()).rev().map(|count| {
        let first = names[..count].join(", ");
        match names.len() - count {
            0 => first,
            rest => format!("{first} +{rest}"),
        }
    });
    let number = match names.len() {
        0 | 1 => None,
        count => Some(format!("{count} people")),
    };
    let mut shown = shown.chain(number);
    shown.find(|shown| width(shown) <= room).unwrap_or_default()
}

/// A date for people: `~` before one that is inferred or of an assumed year, words for what is unknown.
pub(crate) fn date(published: &Published) -> String {
    let Some(value) = &published.value else {
        return "undated".to_owned();
    };
    let about = if published.method == Method::Inferred || is_assumed(published) {
        "~"
    } else {
        ""
    };
    match published.precision {
        Precision::Second | Precision::Minute => value.get(..16).unwrap_or(value).replace('T', " "),
        Precision::MonthWithoutYear => {
            let mut numbers = value
                .split('-')
                .skip(1)
                .map(|part| part.parse::<usize>().unwrap_or(0));
            let month = numbers
                .next()
                .and_then(|month| calendar::MONTHS.get(month.wrapping_sub(1)))
                .unwrap_or(&"?");
            let day = numbers
                .next()
                .map_or(String::new(), |day| format!("{day} "));
            format!("{about}{day}{month}, no year")
        }
        Precision::LowerBound => format!("{} or later", value.trim_end_matches("/..")),
        Precision::UpperBound => format!("{} or earlier", value.trim_start_matches("../")),
        _ => format!("{about}{value}"),
    }
}

/// The place of a hit, and what is to be said of its file.
fn shown_place(article: &ArticleHits, hit: Option<&Hit>, style: &Style) -> (String, String) {
    let passage = hit.and_then(|hit| hit.passage.as_ref());
    let remark = match article.state.remark() {
        remark if remark.is_empty() => String::new(),
        remark => format!("  ({})", safe::line(&remark)),
    };
    let place = place_of(article, passage);
    (fit_end(&place, style.width), remark)
}

fn print_place(place: &str, remark: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    paint(out, style.color, looks::PLACE, place)?;
    let room = style.width.saturating_sub(width(place));
    writeln!(
        out,
        "{}",
        if remark.is_empty() {
            String::new()
        } else {
            fit(remark, room)
        }
    )
}

/// A passage; that of a hit after the first with its place.
fn print_hit(
    article: &ArticleHits,
    hit: &Hit,
    has_place: bool,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    if has_place {
        let (place, remark) = shown_place(article, Some(hit), style);
        print_place(&place, &remark, style, out)?;
    }
    let Some(passage) = &hit.passage else {
        return Ok(());
    };
    for line in wrap(
        &pieces(&passage.text, &hit.highlights),
        style.width.saturating_sub(4),
    ) {
        write!(out, "    ")?;
        for (text, lit) in line {
            if lit {
                paint(out, style.color, looks::HIGHLIGHT, &text)?;
            } else {
                out.write_all(text.as_bytes())?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Where a passage stands, or the article where there is none.
fn place_of(article: &ArticleHits, passage: Option<&PassageText>) -> String {
    let record = &article.record;
    format!(
        "{}:{}{}",
        place::file(&article.path, record),
        place::position(record, passage),
        place::record(record)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Record;
    use crate::update::FileState;

    #[test]
    fn dates_say_how_far_they_are_known() {
        let check = |published: Published, expected: &str| assert_eq!(date(&published), expected);
        check(Published::default(), "undated");
        check(Published::stated("2013-05-14").unwrap(), "2013-05-14");
        check(
            Published::stated("2013-05-14T23:41:05Z").unwrap(),
            "2013-05-14 23:41",
        );
        check(
            Published::without_year(12, None, Method::Inferred, Vec::new()),
            "~December, no year",
        );
        check(
            Published::without_year(3, Some(9), Method::Dateline, Vec::new()),
            "9 March, no year",
        );
        check(Published::not_before(2014, Vec::new()), "2014 or later");
        let july = Published {
            method: Method::Inferred,
            ..Published::stated("2011-07").unwrap()
        };
        check(july, "~2011-07");
    }

    #[test]
    fn people_give_way() {
        let names = ["Michael Daniel", "Barack Obama", "Tom Donilon"].map(str::to_owned);
        let all = "Michael Daniel, Barack Obama, Tom Donilon";
        assert_eq!(people(&names, 60), all);
        assert_eq!(people(&names, 31), "Michael Daniel, Barack Obama +1");
        assert_eq!(people(&names, 20), "Michael Daniel +2");
        assert_eq!(people(&names, 10), "3 people");
        assert_eq!(people(&names, 7), "");
        assert_eq!(people(&[], 10), "");
    }

    #[test]
    fn five_countries_are_shown_the_main_ones_first() {
        let codes =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let check = |all, main, expected| {
            assert_eq!(countries(&codes(all), &codes(main), 80), expected);
        };
        check("", "", "");
        check("CN RU US", "", "CN RU US");
        check("CN RU US", "RU US", "RU US CN");
        check("AT CN DE FR GB RU US", "US", "US AT CN DE FR +2");
        let narrow = |room| countries(&codes("AT CN DE FR GB RU US"), &codes("US"), room);
        assert_eq!(narrow(10), "US AT +5");
        assert_eq!(narrow(2), "US +6");
    }

    #[test]
    fn no_line_of_a_heading_is_wider_than_the_terminal() {
        let countries = "AO BJ CU CY EG ES FR GA GH IQ IR IT JP KE LA LY MT NP PE QA SD SY TG TO";
        let codes = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let article = ArticleHits {
            record: Record {
                title: "A very important speech on everything that there is".to_owned(),
                countries: codes(countries),
                main_countries: codes("EG FR"),
                people: vec!["António Guterres".to_owned(), "Ann Doe".to_owned()],
                published: Published::stated("2013-05-14T23:41:05Z").unwrap(),
                ..Record::default()
            },
            path: "a/folder/of/some/length/un.txt".into(),
            lacks: Vec::new(),
            is_partial: false,
            title_highlights: Vec::new(),
            state: FileState::Fresh,
            hits: Vec::new(),
            copies: Vec::new(),
        };
        for columns in 8..=120 {
            let style = Style {
                color: false,
                width: columns,
                is_terminal: false,
                null: false,
            };
            let mut out = Vec::new();
            print_heading(&article, &style, &mut out).unwrap();
            let lines = String::from_utf8(out).unwrap();
            assert!(lines.starts_with("A very"), "{lines}");
            for line in lines.lines() {
                assert!(width(line) <= columns, "{columns}: {line}");
            }
            if columns >= 40 {
                assert!(lines.contains("EG FR AO BJ CU +19"), "{lines}");
            }
        }
    }
}
