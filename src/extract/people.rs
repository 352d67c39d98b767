//! Finds the people an article names.
//!
//! First version, by rules: a run of capitalised words holds a full name where
//! a known first name, a family name of East Asian order or a word of office
//! says so; later mentions by one part of the name are joined to it inside the
//! article. Precision goes before recall.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Mention, Page, lexicon, places};
use crate::analyze::fold;
use crate::layout::BlockKind;

/// What a person has to do with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The article is about, or quotes, the person.
    Subject,
    /// The person wrote, edited or photographed it.
    Credit,
}

/// A person an article names.
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

/// A capitalised word.
#[derive(Debug, Clone)]
struct Word {
    span: Range<usize>,
    folded: String,
    /// Follows the word before it after nothing but one space.
    joins: bool,
    /// A capital and small letters, or an initial.
    is_name_like: bool,
    is_initial: bool,
}

/// People whom the source itself names.
pub(super) fn stated(names: &[String]) -> Vec<Person> {
    let clean = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty());
    clean
        .map(|name| Person {
            name: name.to_owned(),
            title: None,
            role: Role::Subject,
            mentions: Vec::new(),
        })
        .collect()
}

/// Finds the people of `page`, in the order of their first full mention.
pub(super) fn find(page: &Page<'_>) -> Vec<Person> {
    let blocks: Vec<(Range<usize>, BlockKind)> = page.blocks().collect();
    let last = blocks.len().saturating_sub(1);
    let mut people: Vec<Person> = Vec::new();
    for (index, (block, _)) in blocks.iter().enumerate() {
        for run in runs(page.text, block) {
            if let Some(found) = full_name(page.text, &run) {
                add(&mut people, page, block, found, index == last);
            }
        }
    }
    add_short_mentions(&mut people, page, &blocks);
    for person in &mut people {
        person.mentions.sort_by_key(|mention| mention.start);
    }
    people
}

/// The runs of capitalised words of a block.
fn runs(text: &str, block: &Range<usize>) -> Vec<Vec<Word>> {
    let mut runs: Vec<Vec<Word>> = Vec::new();
    for word in capitalised_words(text, block) {
        match runs.last_mut() {
            Some(run) if word.joins => run.push(word),
            _ => runs.push(vec![word]),
        }
    }
    runs
}

fn capitalised_words(text: &str, block: &Range<usize>) -> Vec<Word> {
    let content = &text[block.clone()];
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < content.len() {
        let rest = &content[at..];
        let Some(start) = rest.find(char::is_alphabetic).map(|found| at + found) else {
            break;
        };
        let length = content[start..]
            .find(|c: char| !(c.is_alphanumeric() || is_inside_name(c)))
            .unwrap_or(content.len() - start);
        let raw =
            without_possessive(content[start..start + length].trim_end_matches(is_inside_name));
        at = start + length.max(1);
        if !raw.starts_with(char::is_uppercase) {
            continue;
        }
        let is_initial = raw.chars().count() == 1 && content[start + raw.len()..].starts_with('.');
        let end = block.start + start + raw.len();
        let joins = words.last().is_some_and(|before| {
            let gap = &text[before.span.end..block.start + start];
            let gap = if before.is_initial {
                gap.strip_prefix('.').unwrap_or(gap)
            } else {
                gap
            };
            gap.chars().all(char::is_whitespace) && !gap.contains("\n\n") && !gap.is_empty()
        });
        words.push(Word {
            span: block.start + start..end,
            folded: fold(raw),
            joins,
            is_name_like: is_initial
                || raw
                    .chars()
                    .nth(1)
                    .is_some_and(|c| c.is_lowercase() || is_inside_name(c)),
            is_initial,
        });
    }
    words
}

/// Characters that stand inside a name: `O’Brien`, `Jean-Claude`.
fn is_inside_name(c: char) -> bool {
    matches!(c, '\'' | '’' | '-')
}

fn without_possessive(raw: &str) -> &str {
    raw.strip_suffix("'s")
        .or_else(|| raw.strip_suffix("’s"))
        .unwrap_or(raw)
}

/// A full name in a run: its words, and the words of office before it.
struct Found {
    name: Range<usize>,
    title: Option<Range<usize>>,
}

/// The longest part of `run` that ends it and is a person's full name.
fn full_name(text: &str, run: &[Word]) -> Option<Found> {
    let last_possible = run.len().checked_sub(2)?;
    let first = (0..=last_possible).find(|first| is_name(text, run, *first))?;
    let title = (first > 0).then(|| run[0].span.start..run[first - 1].span.end);
    let title = title.filter(|_| {
        run[..first]
            .iter()
            .any(|word| lexicon::is_title(&word.folded))
    });
    Some(Found {
        name: run[first].span.start..run[run.len() - 1].span.end,
        title,
    })
}

/// Whether the words of `run` from `first` on are a person's full name.
fn is_name(text: &str, run: &[Word], first: usize) -> bool {
    let words = &run[first..];
    if words.len() > 4
        || !words
            .iter()
            .all(|word| word.is_name_like && !lexicon::is_no_name(&word.folded))
    {
        return false;
    }
    let tail = &words[1..];
    if tail
        .iter()
        .any(|word| places::is_country_word(&text[word.span.clone()]))
        || tail[tail.len() - 1].is_initial
    {
        return false;
    }
    let head = &words[0];
    let after_title = first > 0 && lexicon::is_title(&run[first - 1].folded);
    let leads_with_family = lexicon::is_leading_family_name(&head.folded) && words.len() <= 3;
    (lexicon::is_first_name(&head.folded) && !places::is_country_word(&text[head.span.clone()]))
        || leads_with_family
        || after_title
        || (words.len() == 2 && is_followed_by_office(&text[tail[tail.len() - 1].span.end..]))
}

/// Whether `rest` goes on with an office in apposition: ", the chief officer".
fn is_followed_by_office(rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(", ") else {
        return false;
    };
    let words = rest.split(|c: char| !c.is_alphanumeric()).take(6);
    rest.starts_with(char::is_lowercase) && words.into_iter().any(lexicon::is_title)
}

fn add(
    people: &mut Vec<Person>,
    page: &Page<'_>,
    block: &Range<usize>,
    found: Found,
    in_last_block: bool,
) {
    let name = one_line(page.slice(found.name.clone()));
    let mention = Mention::at(page.text, found.name.clone());
    if let Some(known) = people
        .iter_mut()
        .find(|person| fold(&person.name) == fold(&name))
    {
        known.mentions.push(mention);
        return;
    }
    people.push(Person {
        name,
        title: found.title.map(|title| one_line(page.slice(title))),
        role: role(
            page.slice(block.clone()),
            found.name.start - block.start,
            in_last_block,
        ),
        mentions: vec![mention],
    });
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What an author's note says of its subject.
const TRADES: [&str; 12] = [
    "author",
    "blog",
    "blogger",
    "columnist",
    "correspondent",
    "editor",
    "freelance",
    "journalist",
    "professional",
    "reporter",
    "senior fellow",
    "writer",
];

/// The role of the person named at `at` of `block`.
fn role(block: &str, at: usize, in_last_block: bool) -> Role {
    let before = &block[..at];
    let is_photo =
        before.ends_with('/') && before.trim_end_matches('/').ends_with(char::is_uppercase);
    let is_byline = [
        "Reporting by ",
        "Writing by ",
        "Editing by ",
        "Additional reporting by ",
        "Photo by ",
        "By ",
        "BY ",
    ]
    .iter()
    .any(|opening| block.starts_with(opening))
        && block.split_whitespace().count() <= 40;
    let is_note = in_last_block
        && before.trim().is_empty()
        && block.split_whitespace().count() <= 60
        && block.contains(" is a")
        && TRADES.iter().any(|trade| block.contains(trade));
    if is_photo || is_byline || is_note {
        Role::Credit
    } else {
        Role::Subject
    }
}

/// Joins mentions by the last word of a name, or by the first where the family
/// name leads, when no two people of the article share it.
fn add_short_mentions(
    people: &mut [Person],
    page: &Page<'_>,
    blocks: &[(Range<usize>, BlockKind)],
) {
    let keys: Vec<String> = people
        .iter()
        .map(|person| short_name(&person.name))
        .collect();
    for (block, _) in blocks {
        for word in capitalised_words(page.text, block) {
            let mut owners = keys
                .iter()
                .enumerate()
                .filter(|(_, key)| **key == word.folded);
            let (Some((owner, _)), None) = (owners.next(), owners.next()) else {
                continue;
            };
            let taken = people.iter().any(|person| {
                person
                    .mentions
                    .iter()
                    .any(|mention| (mention.start..mention.end).contains(&word.span.start))
            });
            if !taken {
                people[owner]
                    .mentions
                    .push(Mention::at(page.text, word.span));
            }
        }
    }
}

/// The word by which a later mention names the person, folded.
fn short_name(name: &str) -> String {
    let first = fold(name.split(' ').next().unwrap_or(name));
    if lexicon::is_leading_family_name(&first) && !lexicon::is_first_name(&first) {
        return first;
    }
    let last = fold(name.rsplit(' ').next().unwrap_or(name));
    if lexicon::is_leading_family_name(&first) && !lexicon::is_first_name(&last) {
        first
    } else {
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn check(text: &str, expected: &[&str]) {
        let layout = Layout::of(text, None);
        let people = find(&Page {
            text,
            layout: &layout,
        });
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
