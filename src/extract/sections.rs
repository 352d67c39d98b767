//! Long articles, read section by section.
//!
//! While who, where and when are looked for, something is kept of every word:
//! of a text of full stops alone forty times its length. Of an article that is
//! longer than any report a section at a time is read as if it were the whole,
//! and what is found is put together. What is kept of it has a bound too: a
//! text may name the same day three million times.

use std::collections::HashMap;
use std::ops::Range;

use super::titled::TitledText;
use super::{
    DateMention, Extraction, Mention, ParsedArticle, Person, Role, dates, people, places, titled,
    with_author,
};
use crate::article::Article;
use crate::layout::{Block, Layout};

/// Articles up to this many bytes are read as a whole.
pub(super) const WHOLE: usize = 1 << 19;

/// The most bytes of a section.
const SECTION: usize = 1 << 18;

/// What a block takes beside its text.
const BLOCK: usize = 8;

/// Of a long article: the most places of one country, one person, one date.
const MOST_ALIKE: usize = 250;

/// The most places of dates, and of people, together.
const MOST_MENTIONS: usize = 1 << 16;

/// The most people.
const MOST_PEOPLE: usize = 1 << 12;

/// Reads the sections of a long article that begin in its first `most` bytes.
pub(super) fn extract(article: &Article, layout: &Layout, most: usize) -> Extraction {
    let metadata = &article.metadata;
    let (mut known, mut dates) = (None, Dates::default());
    let (mut people, mut countries) = (
        SectionPeople::default(),
        places::SectionCountries::default(),
    );
    let mut title = titled::title_apart(article.given_title.as_deref(), layout);
    let mut sections = Sections::of(&article.text, layout).peekable();
    while let Some(section) = sections.next() {
        let page = ParsedArticle::section(&article.text, &section, sections.peek().is_none());
        if page.extent.start >= most && known.is_some() {
            break;
        }
        let found = dates::find(&page, metadata, &mut known);
        // The first section has the title above it.
        let title = title.take();
        if let Some(title) = &title {
            for date in dates::in_title(title, &mut known) {
                dates.add(date);
            }
        }
        for date in found {
            dates.add(date);
        }
        let titled = title.map(|title| TitledText::of(&title, &page));
        let page = titled.as_ref().map_or(page, TitledText::page);
        let mut named = match metadata.people {
            Some(_) => Vec::new(),
            None => people::find(&page),
        };
        if metadata.countries.is_none() {
            countries.read(&page, titled.as_ref(), &named, MOST_ALIKE);
        }
        if let Some(titled) = &titled {
            titled.lead_back(&mut named, &mut []);
        }
        for person in named {
            people.add(person);
        }
    }
    let people = match &metadata.people {
        Some(names) => people::stated(names),
        None => people.finish(),
    };
    Extraction {
        published: known.map(|known| known.published).unwrap_or_default(),
        dates: dates.kept,
        countries: match &metadata.countries {
            Some(names) => places::stated(names),
            None => countries.countries(),
        },
        people: with_author(people, metadata),
    }
}

impl<'a> ParsedArticle<'a> {
    /// A section of `text` with the blocks of `layout`.
    fn section(text: &'a str, layout: &'a Layout, is_end: bool) -> ParsedArticle<'a> {
        let start = layout.blocks.first().map_or(0, |block| block.span.start);
        let end = layout.blocks.last().map_or(0, |block| block.span.end);
        ParsedArticle {
            extent: start..end,
            is_end,
            ..ParsedArticle::of(text, layout)
        }
    }
}

/// The sections of an article, each as a layout of its own.
struct Sections<'a> {
    text: &'a str,
    blocks: std::slice::Iter<'a, Block>,
    /// What is left of a block that is longer than a section, or did not fit.
    rest: Option<Block>,
    /// The title, which stands in the first.
    title: Option<Range<usize>>,
}

impl<'a> Sections<'a> {
    fn of(text: &'a str, layout: &'a Layout) -> Sections<'a> {
        Sections {
            text,
            blocks: layout.blocks.iter(),
            rest: None,
            title: layout.title.clone(),
        }
    }
}

impl Iterator for Sections<'_> {
    type Item = Layout;

    fn next(&mut self) -> Option<Layout> {
        let (mut blocks, mut room) = (Vec::new(), SECTION);
        while let Some(block) = self.rest.take().or_else(|| self.blocks.next().cloned()) {
            let length = block.span.len() + BLOCK;
            if length <= room {
                room -= length;
                blocks.push(block);
                continue;
            }
            if blocks.is_empty() {
                let Block { span, kind } = block;
                let end = piece_end(self.text, &span);
                let piece = span.start..end;
                blocks.push(Block { span: piece, kind });
                let rest = &self.text[end..span.end];
                let start = span.end - rest.trim_start().len();
                let span = start..span.end;
                self.rest = (!span.is_empty()).then_some(Block { span, kind });
            } else {
                self.rest = Some(block);
            }
            break;
        }
        (!blocks.is_empty()).then(|| Layout {
            blocks,
            title: self.title.take(),
        })
    }
}

/// Where the piece ends that a long block is cut at: at a line end, else at a
/// space, else between two characters.
fn piece_end(text: &str, span: &Range<usize>) -> usize {
    let limit = text.floor_char_boundary((span.start + SECTION).min(span.end));
    let piece = &text.as_bytes()[span.start..limit];
    // A line end that lies far ahead is none of the same paragraph's.
    let line = piece.iter().rposition(|byte| *byte == b'\n');
    let line = line.filter(|at| *at > SECTION / 2);
    let space = || piece.iter().rposition(|byte| *byte == b' ');
    let cut = line.or_else(space).filter(|at| *at > 0);
    cut.map_or(limit, |at| span.start + at)
}

/// The dates of a long article.
#[derive(Default)]
struct Dates {
    kept: Vec<DateMention>,
    /// How often each value was told.
    told: HashMap<Option<String>, usize>,
}

impl Dates {
    fn add(&mut self, date: DateMention) {
        if self.kept.len() >= MOST_MENTIONS {
            return;
        }
        let told = match self.told.get_mut(&date.value) {
            Some(told) => told,
            None => self.told.entry(date.value.clone()).or_default(),
        };
        *told += 1;
        if *told <= MOST_ALIKE {
            self.kept.push(date);
        }
    }
}

/// The people of a long article.
#[derive(Default)]
struct SectionPeople {
    all: Vec<Person>,
    by_name: HashMap<String, usize>,
    /// How many places are kept.
    mentions: usize,
}

impl SectionPeople {
    /// Adds a person of one section: one name, one person.
    fn add(&mut self, mut person: Person) {
        let known = self.by_name.get(&person.name).copied();
        let has = known.map_or(0, |at| self.all[at].mentions.len());
        let room = (MOST_ALIKE - has).min(MOST_MENTIONS.saturating_sub(self.mentions));
        // Whoever is named is named somewhere.
        let least = usize::from(known.is_none());
        person.mentions.truncate(room.max(least));
        person.mentions.shrink_to_fit();
        self.mentions += person.mentions.len();
        match known {
            Some(at) => unite(&mut self.all[at], person),
            None if self.all.len() < MOST_PEOPLE => {
                self.by_name.insert(person.name.clone(), self.all.len());
                self.all.push(person);
            }
            None => {}
        }
    }

    /// All of them, in order of their first mention. A section that names
    /// somebody by family name alone means the one who has it elsewhere, if
    /// there is one such.
    fn finish(mut self) -> Vec<Person> {
        let mut families: HashMap<&str, Option<usize>> = HashMap::new();
        for (at, person) in self.all.iter().enumerate() {
            if let Some((_, family)) = person.name.rsplit_once(' ') {
                let known = families.entry(family).or_insert(Some(at));
                *known = known.filter(|known| *known == at);
            }
        }
        let alone = self.all.iter().enumerate();
        let same: Vec<(usize, usize)> = alone
            .filter_map(|(at, person)| Some((at, (*families.get(person.name.as_str())?)?)))
            .collect();
        for (at, whole) in same {
            let mentions = std::mem::take(&mut self.all[at].mentions);
            let other = Person {
                mentions,
                ..self.all[at].clone()
            };
            unite(&mut self.all[whole], other);
        }
        let mut people = self.all;
        people.retain(|person| !person.mentions.is_empty());
        people.sort_by_key(|person| person.mentions[0].order());
        people
    }
}

/// Adds what another section, or a shorter name, tells of a person.
fn unite(known: &mut Person, other: Person) {
    known.mentions.extend(other.mentions);
    known.mentions.sort_by_key(Mention::order);
    known.mentions.truncate(MOST_ALIKE);
    known.title = known.title.take().or(other.title);
    if other.role == Role::Subject {
        known.role = Role::Subject;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a text that is longer than a section.
    fn read(text: String) -> Extraction {
        assert!(text.len() > WHOLE);
        let article = Article {
            text,
            given_title: Some("-".to_owned()),
            ..Article::default()
        };
        crate::extract::extract(&article, &article.layout())
    }

    #[test]
    fn sections_hold_all_of_the_text() {
        let line = "word ".repeat(30);
        for text in [
            format!("{line}\n\n").repeat(5_000),
            line.repeat(5_000),
            "é".repeat(500_000),
            "#a\n".repeat(200_000),
        ] {
            let layout = Layout::of(&text, None);
            let sections: Vec<Layout> = Sections::of(&text, &layout).collect();
            let solid = |blocks: &[Block]| -> usize {
                let blocks = blocks.iter().map(|block| &text[block.span.clone()]);
                blocks
                    .map(|block| block.chars().filter(|c| !c.is_whitespace()).count())
                    .sum()
            };
            let held: usize = sections.iter().map(|section| solid(&section.blocks)).sum();
            assert_eq!(held, solid(&layout.blocks));
            for section in &sections {
                let own: usize = section.blocks.iter().map(|block| block.span.len()).sum();
                assert!(own <= SECTION, "{own}");
            }
        }
    }

    /// People, dates and countries with what tells of them, for comparing. Which
    /// countries are main ones depends on how much else an article says.
    fn told(found: &Extraction) -> Vec<(String, usize)> {
        let people = found.people.iter();
        let people = people.map(|person| (person.name.clone(), person.mentions.len()));
        let dates = found.dates.iter();
        let dates = dates.map(|date| (date.value.clone().unwrap_or_default(), 1));
        let countries = found.countries.iter();
        let countries = countries.map(|country| (country.code.clone(), country.mentions.len()));
        people.chain(dates).chain(countries).collect()
    }

    #[test]
    fn a_long_article_tells_of_itself_as_a_short_one() {
        let opening = "MOSCOW, May 14, 2013 (Reuters) - White House Coordinator Howard Schmidt met Chinese President Xi Jinping in Moscow.\n\n";
        let filler = "The talks went on and the ministers had their say, as it was said.\n\n";
        let end = "The talks ended on Tuesday, said Schmidt, with Peru and Chile.\n";
        let short = Article {
            text: format!("{opening}{filler}{end}"),
            given_title: Some("-".to_owned()),
            ..Article::default()
        };
        let short = crate::extract::extract(&short, &short.layout());
        let far = filler.repeat(9_000);
        let long = read(format!("{opening}{far}{end}"));
        assert_eq!(told(&long), told(&short));
        assert_eq!(long.published.value.as_deref(), Some("2013-05-14"));
        let people = long.people.iter().map(|person| person.name.as_str());
        assert!(people.eq(["Howard Schmidt", "Xi Jinping"]));
        assert!(long.countries.len() >= 4);
    }

    #[test]
    fn what_is_kept_of_a_long_article_has_a_bound() {
        for unit in ["May 3, 2013 ", "Ann Doe ", "in Peru, ", "U.S. ", ". "] {
            let found = read(unit.repeat(1_000_000 / unit.len()));
            let people = found.people.iter().map(|person| person.mentions.len());
            let countries = found.countries.iter().map(|country| country.mentions.len());
            let all = found.dates.len() + people.sum::<usize>() + countries.sum::<usize>();
            assert!(all <= 2 * MOST_ALIKE, "{unit:?}: {all}");
        }
        let mut names = String::new();
        for number in 0..100_000_u32 {
            let letters = [1, 26, 676, 17_576].map(|by| {
                let letter = u8::try_from(number / by % 26).unwrap_or(0);
                char::from(b'a' + letter)
            });
            names.push_str("Ann D");
            names.extend(letters);
            names.push_str(" and ");
        }
        assert_eq!(read(names).people.len(), MOST_PEOPLE);
    }
}
