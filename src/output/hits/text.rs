//! Hits for people: grouped under their article, wrapped to the terminal.

use std::io::{self, Write};

use crate::corrections::is_assumed;
use crate::extract::{Method, Precision, Published};
use crate::output::wrap::{fit, width, wrap};
use crate::output::{AskedQuery, Style, looks, paint, pieces, safe};
use crate::search::{Answer, ArticleHits, Highlight, Hit};
use crate::text::calendar;

/// Between title, date, countries and people.
const BETWEEN: &str = " · ";

/// The least columns left to a title, where the rest has to give way.
const MIN_TITLE: usize = 24;

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
        for hit in &article.hits {
            print_hit(article, hit, style, out)?;
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
    writeln!(out, "    {score:8.3}  total")
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

/// One line: title · date · countries · people.
fn print_heading(article: &ArticleHits, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let record = &article.record;
    let title = if record.title.is_empty() {
        "(no title)"
    } else {
        &record.title
    };
    let date = date(&record.published);
    let countries = record.countries.join(" ");
    let fixed: usize = [&date, &countries]
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| width(part) + width(BETWEEN))
        .sum();
    let left = style.width.saturating_sub(fixed);
    let people = people(
        &record.people,
        left.saturating_sub(MIN_TITLE.min(width(title)) + width(BETWEEN)),
        left.saturating_sub(width(title) + width(BETWEEN)),
    );
    let room = |people: &str| {
        let taken = if people.is_empty() {
            0
        } else {
            width(people) + width(BETWEEN)
        };
        left.saturating_sub(taken)
    };
    // In a narrow terminal the people give way before the title does.
    let people = if room(&people) < MIN_TITLE.min(width(title)) {
        String::new()
    } else {
        people
    };
    let shown = fit(title, room(&people));
    print_title(&shown, title, &article.title_highlights, style, out)?;
    for part in [date, countries, people]
        .iter()
        .filter(|part| !part.is_empty())
    {
        paint(out, style.color, looks::QUIET, BETWEEN)?;
        out.write_all(safe::line(part).as_bytes())?;
    }
    writeln!(out)
}

/// The title, lit up as far as it is shown.
fn print_title(
    shown: &str,
    title: &str,
    highlights: &[Highlight],
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_whole = shown == title;
    let kept = if is_whole {
        title.len()
    } else {
        shown.trim_end_matches('…').len()
    };
    let inside: Vec<Highlight> = highlights
        .iter()
        .filter(|highlight| title.get(..kept) == shown.get(..kept) && highlight.end <= kept)
        .cloned()
        .collect();
    for (piece, lit) in pieces(shown, &inside) {
        paint(
            out,
            style.color,
            if lit { looks::HIGHLIGHT } else { looks::TITLE },
            piece,
        )?;
    }
    Ok(())
}

/// As many names as fit, then how many more: in `roomy` columns where that is
/// enough for the first, else in `tight` ones, for which the title gives way.
fn people(names: &[String], tight: usize, roomy: usize) -> String {
    let all = |limit: usize| {
        (1..=names.len())
            .rev()
            .map(|count| {
                let rest = names.len() - count;
                let more = if rest > 0 {
                    format!(" +{rest}")
                } else {
                    String::new()
                };
                format!("{}{more}", names[..count].join(", "))
            })
            .find(|shown| width(shown) <= limit)
    };
    match (names.len(), all(roomy)) {
        (0, _) => String::new(),
        (_, Some(shown)) => shown,
        (1, None) => all(tight).unwrap_or_else(|| fit(&names[0], tight)),
        (count, None) => {
            let first = format!("{} +{}", names[0], count - 1);
            if width(&first) <= tight {
                first
            } else {
                format!("{count} people")
            }
        }
    }
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
        _ => format!("{about}{value}"),
    }
}

fn print_hit(
    article: &ArticleHits,
    hit: &Hit,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = hit.passage.as_ref().map(|passage| passage.line);
    let place = place(article, line);
    paint(out, style.color, looks::PLACE, &place)?;
    match article.state.remark() {
        remark if remark.is_empty() => {}
        remark => write!(out, "  ({})", safe::line(&remark))?,
    }
    writeln!(out)?;
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

/// `path:line`, and the id of a record in a file of many.
pub(crate) fn place(article: &ArticleHits, line: Option<u64>) -> String {
    let path = safe::path(&article.path);
    let line = line.or(article.record.record_line).unwrap_or(1);
    match article.record.record_line {
        Some(_) => format!("{path}:{line} ({})", safe::line(&article.record.id)),
        None => format!("{path}:{line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn people_give_way_to_the_title() {
        let names = ["Michael Daniel", "Barack Obama", "Tom Donilon"].map(str::to_owned);
        assert_eq!(
            people(&names, 60, 60),
            "Michael Daniel, Barack Obama, Tom Donilon"
        );
        assert_eq!(people(&names, 60, 31), "Michael Daniel, Barack Obama +1");
        assert_eq!(people(&names, 20, 5), "Michael Daniel +2");
        assert_eq!(people(&names, 10, 5), "3 people");
        assert_eq!(people(&[], 10, 5), "");
    }
}
