//! Who is named with whom: an ordered matrix, and the pairs as a list.
//!
//! People stand in the order of how often they are named with one of the others,
//! the same in rows and columns, so that the picture is the same for the same
//! archive. A cell leads to the articles that it counts.

use maud::{Markup, html};

use super::layout::{self, Page};
use crate::search::parameters::Values;
use crate::search::{Pair, PairAnswer};
use crate::serve::parts::link::Link;
use crate::serve::parts::{facet as facets, words};

/// How many pairs are counted for the matrix.
pub(in crate::serve) const PAIRS: usize = 1000;

/// The people of the matrix.
const ROWS: usize = 15;

/// The pairs of the list.
const LISTED: usize = 40;

/// The names of the pairs, those with the most first.
fn names(pairs: &[Pair]) -> Vec<&str> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for pair in pairs {
        for name in &pair.values {
            match counts.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += pair.count,
                None => counts.push((name, pair.count)),
            }
        }
    }
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    counts
        .into_iter()
        .take(ROWS)
        .map(|(name, _)| name)
        .collect()
}

/// How many articles have both.
fn count(pairs: &[Pair], one: &str, other: &str) -> usize {
    let has_both = |pair: &&Pair| {
        let [first, second] = &pair.values;
        (first == one && second == other) || (first == other && second == one)
    };
    pairs.iter().find(has_both).map_or(0, |pair| pair.count)
}

/// The page.
pub(super) fn page(values: &Values, answer: &PairAnswer) -> Vec<u8> {
    let both = |one: &str, other: &str| {
        let link = facets::narrowed("/search", values, answer.by, one);
        facets::added(link, values, answer.by, other)
    };
    let content = html! {
        h1 { "Named together" }
        p.quiet { "in " (words::count(answer.total, "article")) }
        (facets::filters("/together", values))
        @for note in words::reading(&answer.reading) { p.note { (words::line(&note)) } }
        @if answer.pairs.is_empty() {
            p { "No two people are named in one article." }
        } @else {
            div.scroll tabindex="0" role="region" aria-label="Matrix" { (matrix(&answer.pairs, &both)) }
            h2 { "Pairs" }
            table {
                @for pair in answer.pairs.iter().take(LISTED) {
                    @let [one, other] = &pair.values;
                    tr {
                        th scope="row" { (person(one)) " and " (person(other)) }
                        td.n { (cell(pair.count, &both(one, other))) }
                    }
                }
            }
        }
    };
    let page = Page {
        title: "Named together",
        query: values.one("q").unwrap_or_default(),
        ..Page::default()
    };
    layout::page(&page, &content)
}

fn person(name: &str) -> Markup {
    html! { a href=(Link::to("/person").with("name", name)) { (words::line(name)) } }
}

fn cell(count: usize, link: &Link) -> Markup {
    html! { a href=(link) { (words::grouped(count)) } }
}

/// The matrix; columns have the numbers of the rows.
fn matrix(pairs: &[Pair], both: &dyn Fn(&str, &str) -> Link) -> Markup {
    let names = names(pairs);
    let most = pairs.first().map_or(1, |pair| pair.count).max(1);
    // Five shades, by halves.
    let shade = |count: usize| match (count * 16).div_ceil(most) {
        0 => "",
        1 => "s1",
        2 => "s2",
        3..=4 => "s3",
        5..=8 => "s4",
        _ => "s5",
    };
    html! {
        table.matrix {
            caption { "Articles that name both" }
            thead {
                tr {
                    th scope="col" { "Person" }
                    @for (at, name) in names.iter().enumerate() {
                        th.n scope="col" { abbr title=(words::line(name)) { (at + 1) } }
                    }
                }
            }
            @for (at, row) in names.iter().enumerate() {
                tr {
                    th scope="row" { (at + 1) " " (person(row)) }
                    @for column in &names {
                        @let count = count(pairs, row, column);
                        td class=(format!("n {}", shade(count))) {
                            @if count > 0 { (cell(count, &both(row, column))) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(one: &str, other: &str, count: usize) -> Pair {
        Pair {
            values: [one.to_owned(), other.to_owned()],
            count,
            names: None,
        }
    }

    #[test]
    fn the_order_is_that_of_the_counts() {
        let pairs = [pair("B", "C", 3), pair("A", "C", 2), pair("A", "B", 1)];
        assert_eq!(names(&pairs), ["C", "B", "A"]);
        assert_eq!(count(&pairs, "C", "A"), 2);
        assert_eq!(count(&pairs, "A", "A"), 0);
        let html = matrix(&pairs, &|one, other| {
            Link::to("/").with("p", format!("{one}{other}"))
        });
        let html = html.into_string();
        assert!(
            html.contains("<td class=\"n s5\"><a href=\"/?p=CB\">3</a></td>"),
            "{html}"
        );
        assert_eq!(html.matches("<tr>").count(), 4);
    }
}
