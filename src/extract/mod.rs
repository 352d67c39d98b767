//! Who, where and when: what an article's own text says about its date, its
//! countries and its people, each with the place that says so.
//!
//! Pure: text in, mentions out. `places`, `people` and `dates` know nothing of
//! each other but this: people run first, since no country is named inside a
//! person's name. A source's own statement ([`Metadata`]) goes before all.
//! Imports `article`, `layout`, `gazetteer` and `text`. Must not know an index.

mod dates;
pub mod people;
pub mod places;
pub mod published;
mod sections;
mod titled;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use self::people::{Person, Role};
pub use self::places::{Country, CountryKind};
pub use self::published::{Method, Precision, Published};
use self::titled::TitledText;
use crate::article::{Article, Metadata};
use crate::gazetteer::token::Tokens;
use crate::layout::{BlockKind, Layout};

/// Raised whenever the same article would give other fields than before, so
/// that unchanged files are read again.
pub const EXTRACTION_VERSION: u32 = 7;

/// What the offsets of a mention count in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MentionSource {
    /// The title, as it is shown, where the source states it apart from the
    /// text.
    Title,
    /// The article's text.
    #[default]
    Text,
}

impl MentionSource {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands over a reference"
    )]
    fn is_text(&self) -> bool {
        *self == MentionSource::Text
    }
}

/// A place in an article's text, or in its title, that says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte in the text.
    pub end: usize,
    /// The words, verbatim.
    pub text: String,
    /// What the offsets count in; left out where it is the text.
    #[serde(rename = "in", default, skip_serializing_if = "MentionSource::is_text")]
    pub source: MentionSource,
}

impl Mention {
    /// The mention of `range` in `text`.
    pub fn at(text: &str, range: Range<usize>) -> Mention {
        Mention {
            start: range.start,
            end: range.end,
            text: text[range].to_owned(),
            source: MentionSource::Text,
        }
    }

    /// By this, mentions stand in the order of the article: its title first.
    pub fn order(&self) -> (MentionSource, usize) {
        (self.source, self.start)
    }
}

/// A date mentioned in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateMention {
    /// Where it stands.
    #[serde(flatten)]
    pub mention: Mention,
    /// Its value as TIMEX3 writes it, `None` where the text does not settle it.
    pub value: Option<String>,
}

/// All that was found in one article.
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// When it was published.
    pub published: Published,
    /// The dates it mentions, in order.
    pub dates: Vec<DateMention>,
    /// The countries it names, by code.
    pub countries: Vec<Country>,
    /// The people it names, in order of their first mention.
    pub people: Vec<Person>,
}

/// Reads `article`; a long one section by section (`sections`).
pub fn extract(article: &Article, layout: &Layout) -> Extraction {
    extract_first(article, layout, usize::MAX)
}

/// Reads the first `most` bytes of `article`, and somewhat more: a short one
/// is read as a whole.
pub fn extract_first(article: &Article, layout: &Layout, most: usize) -> Extraction {
    if article.text.len() > sections::WHOLE {
        return sections::extract(article, layout, most);
    }
    let page = ParsedArticle::of(&article.text, layout);
    let title = titled::title_apart(article.given_title.as_deref(), layout);
    let mut known = None;
    let mut dates = dates::find(&page, &article.metadata, &mut known);
    if let Some(title) = &title {
        dates.splice(0..0, dates::in_title(title, &mut known));
    }
    let titled = title.map(|title| TitledText::of(&title, &page));
    let page = titled.as_ref().map_or(page, TitledText::page);
    let mut people = match &article.metadata.people {
        Some(names) => people::stated(names),
        None => people::find(&page),
    };
    let mut countries = match &article.metadata.countries {
        Some(names) => places::stated(names),
        None => places::find(&page, &people),
    };
    if let Some(titled) = &titled {
        titled.lead_back(&mut people, &mut countries);
    }
    let people = with_author(people, &article.metadata);
    Extraction {
        published: known.map(|known| known.published).unwrap_or_default(),
        dates,
        countries,
        people,
    }
}

impl Extraction {
    /// Adds the countries (by code) and people that are known to be named where
    /// nothing was read.
    pub fn complete(&mut self, countries: &[String], people: &[String]) {
        for country in places::stated(countries) {
            if !self
                .countries
                .iter()
                .any(|known| known.code == country.code)
            {
                self.countries.push(Country {
                    main: false,
                    ..country
                });
            }
        }
        self.countries.sort_by(|a, b| a.code.cmp(&b.code));
        let known: HashSet<String> = self.people.iter().map(|known| known.name.clone()).collect();
        let others = people.iter().filter(|name| !known.contains(*name));
        let others = others.map(|name| Person::stated(name, Role::Subject));
        self.people.extend(others);
    }
}

/// Adds the author whom the source names, as a credit.
fn with_author(mut people: Vec<Person>, metadata: &Metadata) -> Vec<Person> {
    // A list of authors was put together with semicolons.
    let authors = metadata.author.iter().flat_map(|names| names.split("; "));
    for author in authors {
        if !people.iter().any(|person| person.name == author) {
            people.push(Person::stated(author, Role::Credit));
        }
    }
    people
}

/// An article's text and its blocks, as the finders see them.
struct ParsedArticle<'a> {
    text: &'a str,
    layout: &'a Layout,
    /// Where its blocks stand in the text: all of it, but for a section.
    extent: Range<usize>,
    /// Whether the article ends with it.
    is_end: bool,
    /// Read when first asked for: a source may state who and where itself.
    tokens: OnceCell<Tokens>,
}

impl<'a> ParsedArticle<'a> {
    fn of(text: &'a str, layout: &'a Layout) -> ParsedArticle<'a> {
        ParsedArticle {
            text,
            layout,
            extent: 0..text.len(),
            is_end: true,
            tokens: OnceCell::new(),
        }
    }

    /// The part of its text that is looked at.
    fn own_text(&self) -> &'a str {
        &self.text[self.extent.clone()]
    }

    /// The tokens of its blocks.
    fn tokens(&self) -> &Tokens {
        let blocks = || saying(self.layout).map(|(block, _)| block);
        self.tokens.get_or_init(|| Tokens::of(self.text, blocks()))
    }

    /// The blocks that say something; `tokens` has the tokens of each.
    fn blocks(&self) -> impl Iterator<Item = (Range<usize>, BlockKind)> {
        saying(self.layout)
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        &self.text[range]
    }
}

/// The blocks of `layout` that say something: headline and body.
fn saying(layout: &Layout) -> impl Iterator<Item = (Range<usize>, BlockKind)> + Clone {
    let says = |kind: BlockKind| kind.is_body() || kind == BlockKind::Headline;
    let blocks = layout.blocks.iter();
    blocks
        .filter(move |block| says(block.kind))
        .map(|block| (block.span.clone(), block.kind))
}
