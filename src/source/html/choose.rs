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
//! | options | F1 | F | pages/s |
//! |---|---|---|---|
//! | balanced, fallback | | | |

use trafilatura::{ExtractionFocus, HtmlDateMode, Options};

use super::stream;

/// The paragraphs of the article of some markup, in order; `None` where there is
/// none to be found.
pub(super) fn paragraphs(markup: &str) -> Option<Vec<String>> {
    let options = options();
    let found = std::panic::catch_unwind(|| trafilatura::extract(markup, &options)).ok()?;
    let chosen = found.ok()?.content_html;
    let chosen = stream::read(&chosen).text;
    let lines = chosen.split('\n').filter(|line| !line.trim().is_empty());
    Some(lines.map(str::to_owned).collect())
}

fn options() -> Options {
    let set = std::env::var("TRAF").unwrap_or_default();
    let mut options = Options::default()
        .with_fallback(!set.contains("nofb"))
        .with_exclude_comments(set.contains("noc"))
        .with_exclude_tables(set.contains("not"))
        .with_links(set.contains("links"))
        .with_html_date_mode(HtmlDateMode::Disabled);
    if set.contains("prec") {
        options = options.with_focus(ExtractionFocus::FavorPrecision);
    }
    if set.contains("rec") {
        options = options.with_focus(ExtractionFocus::FavorRecall);
    }
    options
}
