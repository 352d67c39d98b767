//! Finds the people an article names.
//!
//! In the text's way: `token` reads the words, `memory` what the article tells
//! of each, `tagger` decides which of the capitalised `runs` name people by
//! their `features`, `spans` settles where a name begins and ends, `names`
//! joins the mentions of one person, `title` and `credit` say what the person
//! is. `training` makes the tagger's weights.
//!
//! Example: "President Vladimir Putin met Xi Jinping. Putin said …". The runs
//! are *President Vladimir Putin*, *Xi Jinping* and *Putin*; the tagger labels
//! each word; the office is taken off the first; the two mentions of Putin are
//! joined, since no other person of the article has that family name; the title
//! is *President*.
//!
//! Everything is decided inside one article (or section): one name, one person.
//! What two people share stays unresolved, and a text that is hardly English
//! names nobody, because the weights were learned from English news.
//!
//! Invariants: mentions are disjoint, in order, and the text's own words; a
//! person has at least one, but for those whom the source states. Cost:
//! O(tokens), and 35 table look-ups for each token of a run that may hold a
//! name.

mod credit;
mod features;
mod memory;
mod names;
mod others;
mod runs;
mod spans;
mod tagger;
mod title;
mod titled;
pub mod training;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::memory::DocumentMemory;
use super::{Mention, ParsedArticle};
use crate::article::one_line;
use crate::gazetteer::token::{Token, bytes_of};

/// What a person has to do with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The article is about, or quotes, the person.
    Subject,
    /// The person wrote, edited or photographed it.
    Credit,
}

/// A person an article names. Credits are people too, but neither counted nor
/// found by a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The longest form of the name in the article, without title.
    pub name: String,
    /// The words of office before the first mention, if any.
    pub title: Option<String>,
    /// Subject or credit.
    pub role: Role,
    /// All places that name the person, in order.
    pub mentions: Vec<Mention>,
}

impl Person {
    /// A person whom the source names beside the text.
    pub(super) fn stated(name: &str, role: Role) -> Person {
        Person {
            name: name.to_owned(),
            title: None,
            role,
            mentions: Vec::new(),
        }
    }
}

/// People whom the source itself names. Empty names are passed over.
pub(super) fn stated(names: &[String]) -> Vec<Person> {
    let clean = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty());
    clean
        .map(|name| Person::stated(name, Role::Subject))
        .collect()
}

/// Finds the people of `page`, in the order of their first mention. In a text
/// that is not English nobody is found: the tagger learned from English, and
/// where all nouns have capitals it would find people everywhere.
pub(super) fn find(page: &ParsedArticle<'_>) -> Vec<Person> {
    if !page.tokens().may_be_english() {
        return Vec::new();
    }
    let blocks: Vec<Range<usize>> = page.blocks().map(|(block, _)| block).collect();
    let tokens = &page.tokens().all;
    let memory = DocumentMemory::of(tokens);
    let spans = tagged(&tagger::TaggerWeights::shipped(), tokens, &memory);
    let found = names::join(tokens, &memory, &spans);
    let role_of = |span: &Range<usize>| {
        let number = page.tokens().block_of(span.start);
        let block = &blocks[number];
        let at = tokens[span.start].start - block.start;
        let is_last = page.is_end && number + 1 == blocks.len();
        credit::role(page.slice(block.clone()), at, is_last)
    };
    let bytes = |span: &Range<usize>| bytes_of(tokens, span);
    found
        .iter()
        .map(|person| {
            let mut full = person.full(tokens).peekable();
            let is_credit = full.peek().is_some() && full.all(|span| role_of(span) == Role::Credit);
            // What stands beside the whole name goes first.
            let mut beside = person.full(tokens).chain(&person.mentions);
            let title = beside.find_map(|span| title::of(tokens, span));
            Person {
                name: one_line(page.slice(bytes(&person.name))),
                title: title.map(|span| one_line(page.slice(bytes(&span)))),
                role: if is_credit {
                    Role::Credit
                } else {
                    Role::Subject
                },
                mentions: person
                    .mentions
                    .iter()
                    .map(|span| Mention::at(page.text, bytes(span)))
                    .collect(),
            }
        })
        .collect()
}

/// The names that the tagger finds, settled and disjoint, in order. A span is
/// widened into words that no other span has.
fn tagged(
    weights: &tagger::TaggerWeights,
    tokens: &[Token],
    memory: &DocumentMemory,
) -> Vec<Range<usize>> {
    let mut found = weights.people(tokens, memory);
    spans::add_hyphenated(tokens, &mut found);
    titled::add(tokens, &mut found);
    spans::add_addressed(tokens, &mut found);
    let settled: Vec<Range<usize>> = found
        .iter()
        .filter_map(|span| spans::settle(tokens, span))
        .collect();
    let mut disjoint: Vec<Range<usize>> = Vec::with_capacity(settled.len());
    for (at, span) in settled.iter().enumerate() {
        let mut span = spans::widen(tokens, span);
        let from = disjoint.last().map_or(0, |before| before.end);
        let to = settled
            .get(at + 1)
            .map_or(tokens.len(), |after| after.start);
        span.start = span.start.max(from);
        span.end = span.end.min(to.max(span.start + 1));
        // Names that particles join are one: "Maria de los" and "Angeles".
        if let Some(before) = disjoint.last_mut()
            && spans::end_over_particles(tokens, before) > span.start
        {
            before.end = before.end.max(span.end);
        } else {
            disjoint.push(span);
        }
    }
    for at in 0..disjoint.len() {
        let limit = disjoint
            .get(at + 1)
            .map_or(tokens.len(), |after| after.start);
        let ends = [
            titled::end_of_titled,
            spans::end_over_particles,
            spans::end_over_tail,
        ];
        for end_of in ends {
            let end = end_of(tokens, &disjoint[at]);
            if end <= limit {
                disjoint[at].end = end;
            }
        }
    }
    disjoint
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(text: &str, expected: &[&str]) {
        let layout = Layout::of(text, None);
        let people = find(&ParsedArticle::of(text, &layout));
        let shown: Vec<String> = people
            .iter()
            .map(|person| {
                let mentions: Vec<&str> = person
                    .mentions
                    .iter()
                    .map(|mention| mention.text.as_str())
                    .collect();
                format!(
                    "{:?} {} ({}): {}",
                    person.role,
                    person.name,
                    person.title.as_deref().unwrap_or("-"),
                    mentions.join(", ")
                )
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn names_titles_and_later_mentions() {
        check(
            "White House Coordinator Howard Schmidt met Chinese President Xi Jinping in Moscow. Xi told Schmidt’s aide.",
            &[
                "Subject Howard Schmidt (White House Coordinator): Howard Schmidt, Schmidt",
                "Subject Xi Jinping (Chinese President): Xi Jinping, Xi",
            ],
        );
    }

    #[test]
    fn what_opens_a_sentence_is_no_part_of_a_name() {
        check(
            "Treasury officials agreed. Besides Reagan, they said, Unlike Ronald Reagan was a film.",
            &["Subject Ronald Reagan (-): Reagan, Ronald Reagan"],
        );
    }

    #[test]
    fn organisations_and_places_are_no_people() {
        check(
            "The Martin Luther University and Getty Images met New York Times staff at Virginia Beach on May Day.",
            &[],
        );
    }

    #[test]
    fn credits_are_kept_apart() {
        check(
            "Officials met on Friday in Moscow.\n\nReporting by Joseph Menn in Washington; Editing by Tiffany Wu",
            &[
                "Credit Joseph Menn (-): Joseph Menn",
                "Credit Tiffany Wu (-): Tiffany Wu",
            ],
        );
    }

    #[test]
    fn later_mentions_by_the_word_that_people_use() {
        check(
            "Gen. Fang Fenghui met Karim Ben Youssef. Fang spoke, said Ben Youssef. Then Fang left.",
            &[
                "Subject Fang Fenghui (Gen.): Fang Fenghui, Fang, Fang",
                "Subject Karim Ben Youssef (-): Karim Ben Youssef, Ben Youssef",
            ],
        );
        check(
            "MINISTER DOE LEAVES\n\nForeign Minister Ann Doe left on Friday, she said. Doe’s plane was late.",
            &["Subject Ann Doe (Foreign Minister): DOE, Ann Doe, Doe"],
        );
        // Whole words: Lee is not Leeson.
        check(
            "Nick Leeson was there. Lee was told of it.",
            &[
                "Subject Nick Leeson (-): Nick Leeson",
                "Subject Lee (-): Lee",
            ],
        );
    }

    #[test]
    fn another_middle_initial_is_another_person() {
        check(
            "George H. W. Bush and George W. Bush met. George H.W. Bush left on Friday.",
            &[
                "Subject George H. W. Bush (-): George H. W. Bush, George H.W. Bush",
                "Subject George W. Bush (-): George W. Bush",
            ],
        );
        check(
            "Howard A. Schmidt met them. Later Howard Schmidt left, and Schmidt spoke.",
            &["Subject Howard A. Schmidt (-): Howard A. Schmidt, Howard Schmidt, Schmidt"],
        );
    }

    #[test]
    fn names_go_over_the_ends_of_wrapped_lines() {
        check(
            "Rain in the first week of the season gave the friends of Michael\n\
             Brandt and Ann Carver a day to row with the new trainer before it.",
            &[
                "Subject Michael Brandt (-): Michael\nBrandt",
                "Subject Ann Carver (-): Ann Carver",
            ],
        );
    }

    #[test]
    fn names_are_neither_cut_nor_widened() {
        check(
            "The judge, Maria de los Angeles de la Cruz, agreed with Diogo Freitas do Amaral.",
            &[
                "Subject Maria de los Angeles de la Cruz (-): Maria de los Angeles de la Cruz",
                "Subject Diogo Freitas do Amaral (-): Diogo Freitas do Amaral",
            ],
        );
        check(
            "The Chancellor of the Exchequer Nigel Lawson said the pound was steady.",
            &["Subject Nigel Lawson (Chancellor of the Exchequer): Nigel Lawson"],
        );
    }

    #[test]
    fn an_honorific_makes_a_person_of_a_country() {
        check(
            "Mr. Mali said no to the board, and Mrs. Chile was late. Ships left Mali on Friday.",
            &["Subject Mali (-): Mali", "Subject Chile (-): Chile"],
        );
    }

    #[test]
    fn firms_awards_and_places_are_nobody() {
        check(
            "Merrill Lynch and Moody's raised it. The film won an Oscar in Saint Lucia.",
            &[],
        );
        check(
            "Helen Moody left the bank on Friday. Moody said that she would be back.",
            &["Subject Helen Moody (-): Helen Moody, Moody"],
        );
    }

    #[test]
    fn where_nothing_can_be_known_nobody_is_found() {
        check("the minister and the king met with no capitals at all", &[]);
        check("THE MINISTER ANN DOE MET THE KING OF THE HILL", &[]);
        check(
            "Der Minister Karl Maier hat am Dienstag die Sitzung geleitet. Nach den Angaben war \
             die Lage ernst, und man will nun mit den Partnern so schnell wie nur immer handeln.",
            &[],
        );
        check("李克强 会谈 结束", &[]);
    }

    #[test]
    fn hostile_text_costs_no_more_than_its_length() {
        let mut names = String::new();
        for number in 0..40_000_u32 {
            names.push_str("Ann D");
            names.extend([1, 26, 676, 17_576].map(|by| {
                let letter = u8::try_from(number / by % 26).unwrap_or(0);
                char::from(b'a' + letter)
            }));
            names.push_str(" and ");
        }
        let inputs = [
            names,
            "Xi Jinping ".repeat(50_000),
            "Smith ".repeat(100_000),
            "A. ".repeat(200_000),
            "al-".repeat(200_000),
            "Doe, minister, ".repeat(50_000),
            "\u{1}\u{0}\u{7f}".repeat(200_000),
            "ЖАбВ".repeat(100_000),
        ];
        let counts: Vec<usize> = inputs
            .iter()
            .map(|text| {
                let layout = Layout::of(text, Some("-"));
                find(&ParsedArticle::of(text, &layout)).len()
            })
            .collect();
        assert!(counts[0] > 30_000, "{counts:?}");
        assert!(counts[1..].iter().all(|count| *count <= 20), "{counts:?}");
    }

    #[test]
    fn a_country_may_be_a_persons_name() {
        check(
            "Mr. Mali said no to the board in Mali. Mali left, said Senator Holland.",
            &[
                "Subject Mali (-): Mali, Mali",
                "Subject Holland (Senator): Holland",
            ],
        );
        check(
            "Vernon Jordan flew to Jordan for talks in Jordan on Friday. Jordan said so.",
            &["Subject Vernon Jordan (-): Vernon Jordan, Jordan"],
        );
    }

    #[test]
    fn a_shared_surname_stays_unresolved() {
        check(
            "George Bush met Laura Bush on Friday. Then Bush left.",
            &[
                "Subject George Bush (-): George Bush",
                "Subject Laura Bush (-): Laura Bush",
            ],
        );
    }
}
