//! Which paragraphs of a page are its article.
//!
//! The one place that names `trafilatura`. It makes a tree of the page and says
//! which parts of it are the article; what it says is words, not places, and not
//! always the page's own words, so that nothing of it is shown: `align` looks its
//! paragraphs up in the page.
//!
//! A tree is made only of markup that `tree` has measured. What the crate does
//! with a page that nobody foresaw, it does inside `catch_unwind`.
//!
//! Its options, on 88 pages of news (F1 of shingles of four words) and 524 with
//! segments that must and must not be there (F), as they come out of `align`:
//!
//! | options | F1 | F |
//! |---|---|---|
//! | balanced, all ways | .957 | .915 |
//! | balanced, all ways, with the comments of readers looked for | .957 | .913 |
//! | balanced, its own way | .962 | .907 |
//! | recall, all ways | .961 | .914 |
//! | recall, its own way | .965 | .904 |
//! | balanced, its own way, all ways for what is below 800 bytes | .962 | .913 |
//!
//! The last row is put together from the texts of the first and the third. All
//! ways take about twice the time of its own, so its own is taken, and the others
//! where it finds next to nothing.

use trafilatura::{HtmlDateMode, Options};

use super::stream;

/// The paragraphs of the article of some markup, in order; `None` where there is
/// none to be found. `tries_all`: whether the crate's other ways, which take
/// twice the time, are tried as well.
pub(super) fn paragraphs(markup: &str, tries_all: bool) -> Option<Vec<String>> {
    let options = Options::default()
        .with_fallback(tries_all)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    let found = std::panic::catch_unwind(|| trafilatura::extract(markup, &options)).ok()?;
    let chosen = found.ok()?.content_html;
    let chosen = stream::read(&chosen).text;
    let lines = chosen.split('\n').filter(|line| !line.trim().is_empty());
    Some(lines.map(str::to_owned).collect())
}
