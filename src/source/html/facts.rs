//! What the tags of a page state of it, collected while they go by.
//!
//! Responsible for what a tag says, not for what it means: `metadata` and
//! `dates` judge. Collected are `<meta>`, the canonical address, the language,
//! JSON-LD as it stands, the title, headings of the first rank, and elements
//! that are marked as a date or an author by their name, `itemprop` or class,
//! with the text in them.
//!
//! Example: `<time datetime="2013-05-14" class="posted">May 14</time>` is a
//! marked element of the kind time, with its value and the text `May 14`.

use std::ops::Range;

use super::elements::is_void;

/// The most bytes of a value that are kept.
const MOST_VALUE: usize = 2048;

/// The most facts of a kind that are kept.
const MOST_FACTS: usize = 2000;

/// The most bytes of JSON-LD that are kept.
const MOST_JSON: usize = 1 << 20;

/// The longest text of a marked element that is looked at.
const MOST_TEXT: usize = 300;

/// How many marked elements may be open in each other.
const MOST_OPEN: usize = 16;

/// The attributes that say something, by their place in [`Attributes::values`].
const NAMES: [&str; 17] = [
    "class",
    "id",
    "itemprop",
    "datetime",
    "content",
    "property",
    "name",
    "href",
    "rel",
    "lang",
    "type",
    "http-equiv",
    "pubdate",
    "title",
    "xml:lang",
    "data-datetime",
    "itemtype",
];

/// A start tag: its name, and the attributes that say something.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) name: Vec<u8>,
    /// How many attributes it has.
    pub(super) count: usize,
    values: [Option<String>; NAMES.len()],
    /// Which of the values is read.
    current: Option<usize>,
    is_empty: bool,
}

impl Attributes {
    /// A tag begins.
    pub(super) fn begin(&mut self, name: &[u8]) {
        self.name.clear();
        self.name.extend_from_slice(name);
        self.count = 0;
        self.current = None;
        if !self.is_empty {
            self.values = Default::default();
            self.is_empty = true;
        }
    }

    /// An attribute begins.
    pub(super) fn attribute(&mut self, name: &[u8]) {
        self.count += 1;
        let known = NAMES.iter().position(|known| known.as_bytes() == name);
        // Of two of a name the first counts.
        self.current = known.filter(|at| self.values[*at].is_none());
        if let Some(at) = self.current {
            self.values[at] = Some(String::new());
            self.is_empty = false;
        }
    }

    /// Its value.
    pub(super) fn value(&mut self, value: &[u8]) {
        if let Some(at) = self.current.take() {
            let value = &value[..value.len().min(MOST_VALUE)];
            self.values[at] = Some(String::from_utf8_lossy(value).into_owned());
        }
    }

    /// The value of an attribute, if it has one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let at = NAMES.iter().position(|known| *known == name)?;
        self.values[at].as_deref()
    }

    /// Whether class or id have a word that one of `parts` is a part of.
    fn is_marked(&self, parts: &[&str]) -> bool {
        let has = |value: &str| {
            let value = value.to_ascii_lowercase();
            parts.iter().any(|part| value.contains(part))
        };
        self.get("class").is_some_and(has) || self.get("id").is_some_and(has)
    }

    /// Whether the element is beside the article: a footer, what is related.
    pub(super) fn is_aside(&self, name: &[u8]) -> bool {
        match name {
            b"aside" | b"footer" | b"nav" | b"figure" | b"figcaption" => true,
            // What says "has-sidebar" of all.
            b"html" | b"body" | b"main" | b"article" => false,
            _ => {
                let is_layout = |value: &str| {
                    ["has-", "with-", "no-sidebar", "layout"]
                        .iter()
                        .any(|part| value.contains(part))
                };
                self.is_marked(&ASIDE)
                    && !self.get("class").is_some_and(is_layout)
                    && !self.get("id").is_some_and(is_layout)
            }
        }
    }
}

/// Parts of the names of what is beside an article.
const ASIDE: [&str; 21] = [
    "related",
    "sidebar",
    "footer",
    "recommend",
    "teaser",
    "comment",
    "widget",
    "popular",
    "latest",
    "trending",
    "newsletter",
    "promo",
    "most-read",
    "readmore",
    "read-more",
    "archive",
    "caption",
    "gallery",
    "slideshow",
    "signup",
    "subscri",
];

/// Parts of the names of dates.
const DATED: [&str; 9] = [
    "date",
    "time",
    "publish",
    "posted",
    "stamp",
    "datum",
    "fecha",
    "entry-meta",
    "byline",
];

/// How an element is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// `<time>`.
    Time,
    /// An `itemprop`.
    Property,
    /// A class or id that names a date.
    Dated,
    /// A class, id or relation that names an author.
    Author,
    /// A heading of the first rank.
    Heading,
}

/// An element that is marked.
#[derive(Debug, Clone)]
pub(super) struct MarkedElement {
    pub(super) mark: Mark,
    /// The `itemprop`, or the class and id, in small letters.
    pub(super) name: String,
    /// What its attributes state: `datetime`, `content`.
    pub(super) value: Option<String>,
    /// Its text in that of the page.
    pub(super) span: Range<usize>,
    /// Whether it is beside the article.
    pub(super) is_aside: bool,
}

/// What a page states.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Name (or property) in small letters, and content.
    pub(super) metas: Vec<(String, String)>,
    /// Scripts of JSON-LD.
    pub(super) json: Vec<String>,
    pub(super) canonical: Option<String>,
    pub(super) language: Option<String>,
    /// The content of `<title>`.
    pub(super) title: Option<String>,
    pub(super) marked: Vec<MarkedElement>,
}

/// Facts while they are collected.
#[derive(Debug, Default)]
pub(super) struct FactsBuilder {
    facts: Facts,
    /// The open ones of the marked elements, with their depth.
    open: Vec<(usize, usize)>,
    hidden: HiddenText,
    json_length: usize,
}

/// What the text of a hidden element is.
#[derive(Debug, Default, PartialEq, Eq)]
enum HiddenText {
    #[default]
    Nothing,
    Json,
    Title,
}

impl FactsBuilder {
    /// An element begins at `at` in the text.
    pub(super) fn start(
        &mut self,
        name: &[u8],
        tag: &Attributes,
        depth: usize,
        at: usize,
        is_aside: bool,
    ) {
        match name {
            b"meta" => self.meta(tag),
            b"link" => self.link(tag),
            b"html" | b"body" => {
                let language = tag.get("lang").or(tag.get("xml:lang"));
                if self.facts.language.is_none() {
                    self.facts.language = language.map(str::to_owned);
                }
            }
            b"script" => {
                let is_json = tag.get("type").is_some_and(|kind| kind.contains("ld+json"));
                self.hidden = if is_json {
                    HiddenText::Json
                } else {
                    HiddenText::Nothing
                };
            }
            b"title" if self.facts.title.is_none() => self.hidden = HiddenText::Title,
            _ => {}
        }
        self.mark(name, tag, depth, at, is_aside);
    }

    fn meta(&mut self, tag: &Attributes) {
        let Some(content) = tag.get("content") else {
            return;
        };
        for key in ["property", "name", "itemprop", "http-equiv"] {
            let Some(name) = tag.get(key) else { continue };
            if self.facts.metas.len() < MOST_FACTS {
                let name = name.trim().to_ascii_lowercase();
                self.facts.metas.push((name, content.to_owned()));
            }
            if key == "property" {
                break;
            }
        }
    }

    fn link(&mut self, tag: &Attributes) {
        let is_canonical = tag
            .get("rel")
            .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
        if is_canonical && self.facts.canonical.is_none() {
            self.facts.canonical = tag.get("href").map(str::to_owned);
        }
    }

    /// Remembers an element that is marked.
    fn mark(&mut self, name: &[u8], tag: &Attributes, depth: usize, at: usize, is_aside: bool) {
        if self.facts.marked.len() >= MOST_FACTS || matches!(name, b"html" | b"body" | b"meta") {
            return;
        }
        let of_names = || {
            let (class, id) = (tag.get("class"), tag.get("id"));
            format!("{} {}", class.unwrap_or(""), id.unwrap_or("")).to_ascii_lowercase()
        };
        let property = tag.get("itemprop");
        let is_author = |value: &str| {
            let value = value.to_ascii_lowercase();
            value.contains("author") || value.contains("byline")
        };
        let (mark, named) = match name {
            b"time" => (Mark::Time, of_names()),
            b"h1" => (Mark::Heading, of_names()),
            _ if property.is_some() => {
                let property = property.unwrap_or_default();
                (Mark::Property, property.to_ascii_lowercase())
            }
            _ if tag.is_marked(&DATED) => (Mark::Dated, of_names()),
            _ if tag.get("rel") == Some("author") || tag.get("class").is_some_and(is_author) => {
                (Mark::Author, of_names())
            }
            _ => return,
        };
        let value = ["datetime", "content", "data-datetime", "title"]
            .iter()
            .find_map(|key| tag.get(key).filter(|value| !value.trim().is_empty()));
        if self.open.len() < MOST_OPEN && !is_void(name) {
            self.open.push((depth, self.facts.marked.len()));
        }
        let property_of_time = || property.map(str::to_ascii_lowercase);
        let mark = if mark == Mark::Time && property.is_some() {
            Mark::Property
        } else {
            mark
        };
        let named = if mark == Mark::Property {
            property_of_time().unwrap_or(named)
        } else {
            named
        };
        self.facts.marked.push(MarkedElement {
            mark,
            name: named,
            value: value.map(str::to_owned),
            span: at..at,
            is_aside,
        });
    }

    /// The elements deeper than `depth` have ended, at `at` in the text.
    pub(super) fn end_deeper(&mut self, depth: usize, at: usize) {
        while let Some((_, index)) = self.open.pop_if(|(open, _)| *open > depth) {
            if let Some(element) = self.facts.marked.get_mut(index) {
                element.span.end = at;
            }
        }
    }

    /// The text of a hidden element.
    pub(super) fn hidden_text(&mut self, raw: &str) {
        match self.hidden {
            HiddenText::Nothing => {}
            HiddenText::Json => {
                self.json_length += raw.len();
                if self.json_length <= MOST_JSON {
                    self.facts.json.push(raw.to_owned());
                }
            }
            HiddenText::Title => {
                let end = raw.floor_char_boundary(MOST_VALUE);
                let title = super::references::decoded(&raw[..end]);
                self.facts.title = Some(title);
            }
        }
        self.hidden = HiddenText::Nothing;
    }

    /// A hidden element has ended.
    pub(super) fn end_hidden(&mut self) {
        self.hidden = HiddenText::Nothing;
    }

    /// All of them, with the text of the page.
    pub(super) fn finish(mut self, text: &str) -> Facts {
        self.end_deeper(0, text.len());
        for element in &mut self.facts.marked {
            // The blank before the element is none of its text.
            let start = element.span.start.min(text.len());
            let end = element.span.end.clamp(start, text.len());
            let inner = &text[start..end];
            let blank = inner.len() - inner.trim_start().len();
            let start = start + blank;
            let end = start + inner.trim().len();
            element.span = if end - start > MOST_TEXT && element.mark != Mark::Heading {
                start..start
            } else {
                start..end
            };
        }
        self.facts
    }
}
