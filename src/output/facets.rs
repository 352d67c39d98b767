//! Facets: values with their counts, for people as bars, and for programs
//! (`docs/schema/facets-2.json`).

use std::io::{self, Write};

use serde::Serialize;

use super::hits::csv::cell;
use super::hits::json;
use super::status::count;
use super::wrap::{fit, width};
use super::{AskedQuery, IndexInfo, Style, looks, paint, safe};
use crate::named::Named;
use crate::search::{Facet, FacetAnswer, FacetValue};

/// How facets are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetFormat {
    /// For people: values, counts and bars, cut to the terminal's width.
    Bars,
    /// Values and counts, whole.
    Plain,
    /// One JSON object.
    Json,
    /// Comma-separated values with a header line.
    Csv,
}

/// Prints `answer`. `text` is the query as typed.
///
/// # Errors
/// Those of the writer.
pub fn print(
    format: FacetFormat,
    text: &str,
    answer: &FacetAnswer,
    index: &IndexInfo,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        FacetFormat::Bars => print_text(answer, Some(style.width), style.color, out),
        FacetFormat::Plain => print_text(answer, None, style.color, out),
        FacetFormat::Json => {
            let document = FacetsDocument {
                version: json::VERSION,
                query: json::QueryInfo::of(&AskedQuery { id: None, text }, &answer.reading),
                total: answer.total,
                undated_left_out: answer.undated_left_out,
                index,
                facets: &answer.facets,
            };
            json::write_line(&document, out)
        }
        FacetFormat::Csv => print_csv(answer, out),
    }
}

#[derive(Serialize)]
struct FacetsDocument<'a> {
    version: u32,
    query: json::QueryInfo<'a>,
    total: usize,
    undated_left_out: usize,
    index: &'a IndexInfo,
    facets: &'a [Facet],
}

fn print_csv(answer: &FacetAnswer, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["by", "value", "count"])?;
    for facet in &answer.facets {
        let by = facet.by.name();
        for FacetValue { value, count, .. } in &facet.values {
            writer.write_record([by, &cell(value), &count.to_string()])?;
        }
        if facet.unknown > 0 {
            writer.write_record([by, facet.by.without(), &facet.unknown.to_string()])?;
        }
    }
    writer.flush()
}

/// Columns before a value, and between value, count and bar.
const GAP: &str = "  ";

/// Prints the facets for people; with bars in so many columns.
fn print_text(
    answer: &FacetAnswer,
    columns: Option<usize>,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let total = count(answer.total as u64, "article");
    writeln!(out, "{total}")?;
    for facet in answer.facets.iter().filter(|_| answer.total > 0) {
        writeln!(out)?;
        paint(out, color, looks::TITLE, facet.by.name())?;
        writeln!(out)?;
        Table::of(facet, columns).print(facet, color, out)?;
    }
    Ok(())
}

/// Where things stand in the lines of a facet.
struct Table {
    /// Columns of a value.
    value: usize,
    /// Columns of a count.
    count: usize,
    /// Columns of the longest bar; none are drawn without.
    bar: usize,
    /// The count that the longest bar stands for.
    most: usize,
    /// Whether there is room to say how many are by surname alone.
    has_notes: bool,
}

/// A bar beside notes has at least so many columns.
const LEAST_BAR: usize = 8;

impl Table {
    fn of(facet: &Facet, columns: Option<usize>) -> Table {
        let counts = facet.values.iter().map(|value| value.count);
        let most = counts.clone().max().unwrap_or(0);
        let digits = |count: usize| count.to_string().len();
        let count = counts.chain([facet.unknown]).map(digits).max().unwrap_or(1);
        let labels = facet.values.iter().map(|value| width(&label(value)));
        let without = (facet.unknown > 0).then(|| width(facet.by.without()));
        let longest = labels.chain(without).max().unwrap_or(0);
        let Some(columns) = columns else {
            return Table {
                value: longest,
                count,
                bar: 0,
                most,
                has_notes: true,
            };
        };
        let room = columns.saturating_sub(3 * GAP.len() + count);
        let value = longest.min(room.saturating_sub(columns.div_ceil(4)).max(1));
        let bar = room.saturating_sub(value);
        let notes = facet.values.iter().map(|value| width(&note(value))).max();
        let beside = bar.saturating_sub(notes.unwrap_or(0));
        let has_notes = beside >= LEAST_BAR;
        Table {
            value,
            count,
            bar: if has_notes { beside } else { bar },
            most,
            has_notes,
        }
    }

    fn print(&self, facet: &Facet, color: bool, out: &mut dyn Write) -> io::Result<()> {
        for value in &facet.values {
            self.print_counted(&label(value), value.count, out)?;
            let bar = bar(value.count, self.most, self.bar);
            if !bar.is_empty() {
                write!(out, "{GAP}")?;
                paint(out, color, looks::BAR, &bar)?;
            }
            let note = note(value);
            if self.has_notes && !note.is_empty() {
                paint(out, color, looks::QUIET, &note)?;
            }
            writeln!(out)?;
        }
        if facet.others > 0 {
            write!(out, "{GAP}")?;
            paint(out, color, looks::QUIET, &format!("+{} more", facet.others))?;
            writeln!(out)?;
        }
        if facet.unknown > 0 {
            self.print_counted(facet.by.without(), facet.unknown, out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn print_counted(&self, label: &str, count: usize, out: &mut dyn Write) -> io::Result<()> {
        let label = fit(label, self.value);
        let padding = " ".repeat(self.value.saturating_sub(width(&label)));
        let digits = self.count;
        write!(out, "{GAP}{label}{padding}{GAP}{count:>digits$}")
    }
}

/// How many of a person's articles have the surname alone.
fn note(value: &FacetValue) -> String {
    value.by_surname.map_or(String::new(), |count| {
        format!("{GAP}of these {count} by surname alone")
    })
}

/// A value on one line; of a country, its code and name.
fn label(value: &FacetValue) -> String {
    let name = value.name.as_ref().filter(|name| **name != value.value);
    let name = name.map_or(String::new(), |name| format!(" {name}"));
    safe::line(&format!("{}{name}", value.value)).into_owned()
}

/// A bar for `count`, the one for `most` being `columns` wide: whole blocks and
/// a last one in eighths. What counts at all can be seen.
fn bar(count: usize, most: usize, columns: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if columns == 0 || most == 0 || count == 0 {
        return String::new();
    }
    let eighths = (count * columns * 8 / most).max(1);
    format!("{}{}", "█".repeat(eighths / 8), PARTS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{By, Reading};

    fn value(value: &str, count: usize, name: Option<&str>) -> FacetValue {
        FacetValue {
            value: value.to_owned(),
            count,
            name: name.map(str::to_owned),
            by_surname: None,
        }
    }

    /// The lines of a facet with hostile, wide and long values.
    fn lines(columns: Option<usize>) -> Vec<String> {
        let facet = Facet {
            by: By::Person,
            values: vec![
                value("Xi Jinping", 1200, None),
                value("\u{1b}[31mRed\nName", 700, None),
                value("习近平", 3, None),
                value(
                    "Somebody With A Name As Long As A Whole Line, or Longer",
                    1,
                    None,
                ),
            ],
            others: 12,
            unknown: 30,
        };
        let answer = FacetAnswer {
            reading: Reading::default(),
            total: 1500,
            undated_left_out: 0,
            facets: vec![facet],
        };
        let mut out = Vec::new();
        print_text(&answer, columns, false, &mut out).unwrap();
        String::from_utf8(out)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn bars_scale_to_the_largest_value_in_eighths() {
        assert_eq!(bar(10, 10, 4), "████");
        assert_eq!(bar(5, 10, 4), "██");
        assert_eq!(bar(3, 10, 4), "█▏");
        assert_eq!(bar(1, 1_000_000, 4), "▏");
        assert_eq!(bar(0, 10, 4), "");
        assert_eq!(bar(1, 1, 0), "");
    }

    #[test]
    fn text_fits_every_terminal_and_nothing_acts_on_it() {
        for columns in [20, 40, 80, 200] {
            for line in lines(Some(columns)) {
                assert!(width(&line) <= columns, "{columns}: {line}");
                assert!(!line.contains(char::is_control));
            }
        }
        assert_eq!(
            lines(Some(40)),
            [
                "1500 articles",
                "",
                "person",
                "  Xi Jinping            1200  ██████████",
                "  \u{fffd}[31mRed Name          700  █████▊",
                "  习近平                   3  ▏",
                "  Somebody With A Nam…     1  ▏",
                "  +12 more",
                "  none                    30",
            ]
        );
    }

    #[test]
    fn a_surname_alone_is_told_where_there_is_room() {
        let facet = Facet {
            by: By::Person,
            values: vec![FacetValue {
                by_surname: Some(448),
                ..value("Ronald Reagan", 474, None)
            }],
            others: 0,
            unknown: 0,
        };
        let line = |columns| {
            let mut out = Vec::new();
            let table = Table::of(&facet, columns);
            table.print(&facet, false, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(
            line(None),
            "  Ronald Reagan  474  of these 448 by surname alone\n"
        );
        assert!(line(Some(70)).ends_with("█  of these 448 by surname alone\n"));
        assert!(!line(Some(40)).contains("surname"));
        for columns in 20..100 {
            assert!(width(line(Some(columns)).trim_end()) <= columns);
        }
    }

    #[test]
    fn without_a_width_values_are_whole() {
        let lines = lines(None);
        assert!(lines[6].ends_with("or Longer     1"), "{}", lines[6]);
        assert!(!lines.concat().contains('█'));
    }

    #[test]
    fn a_country_has_its_name_once() {
        assert_eq!(label(&value("RU", 1, Some("Russia"))), "RU Russia");
        assert_eq!(
            label(&value("Freedonia", 1, Some("Freedonia"))),
            "Freedonia"
        );
    }
}
