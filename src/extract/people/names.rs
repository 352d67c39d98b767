//! From names in a text to people: which mentions are the same person.
//!
//! A full name is a person. A later mention by one word of it is the same
//! person where no other person of the article has that word in the same
//! place: the family name, which stands last, or first in the East Asian
//! order. Words are compared whole. What two people share stays unresolved,
//! and a word alone that no full name explains is a person of one word.
//!
//! In this order: full names are grouped by a key that ignores case, accents,
//! hyphens and a middle initial that is left out; a name of several words that ends a longer one
//! is joined to it; each person's family name, and each other word, points to
//! the person, or to nobody once two share it; then words alone are looked up,
//! first those that the tagger found, last those that it passed over.
//!
//! Example: *Howard A. Schmidt*, *Howard Schmidt* and *Schmidt* are one person,
//! named by the longest. With *Eric Schmidt* in the article as well, *Schmidt*
//! alone is nobody's. *Xi* is *Xi Jinping*: a known family name that leads
//! counts as one.
//!
//! Invariants: every mention belongs to at most one person; people come in the
//! order of their first mention. Cost: O(mentions) look-ups in hash tables, and
//! one more pass over the tokens.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::memory::{self, DocumentMemory};
use super::others::{self, Firms};
use super::spans;
use super::titled;
use crate::extract::places;
use crate::gazetteer::keys::key;
use crate::gazetteer::names::WordClass;
use crate::gazetteer::token::{Token, TokenShape};

/// A person: tokens of the longest form of the name, and of all mentions.
/// Ranges are of tokens.
#[derive(Debug, Clone)]
pub(super) struct FoundPerson {
    /// The longest form, the first of them.
    pub(super) name: Range<usize>,
    /// All mentions, in order.
    pub(super) mentions: Vec<Range<usize>>,
}

impl FoundPerson {
    /// The mentions with more than one word.
    pub(super) fn full<'a>(
        &'a self,
        tokens: &'a [Token],
    ) -> impl Iterator<Item = &'a Range<usize>> {
        let full = |span: &&Range<usize>| words(tokens, span).nth(1).is_some();
        self.mentions.iter().filter(full)
    }
}

/// Joins the names that the tagger found, in the order of the text. Spans must
/// be disjoint and in order.
///
/// | names in an article | people |
/// |---|---|
/// | Howard A. Schmidt, Howard Schmidt, Schmidt | one, with three mentions |
/// | Howard Schmidt, Eric Schmidt, Schmidt | two; *Schmidt* alone is neither's |
/// | Xi Jinping, Xi | one: a family name may lead |
/// | Vonn, after "President" | one of a single word |
pub(super) fn join(
    tokens: &[Token],
    memory: &DocumentMemory,
    spans: &[Range<usize>],
) -> Vec<FoundPerson> {
    // More than one word, marks not counted.
    let is_full = |span: &&Range<usize>| words(tokens, span).nth(1).is_some();
    let firms = Firms::of(tokens, spans);
    let spans: Vec<Range<usize>> = spans
        .iter()
        .filter(|span| !is_no_person(tokens, span) && !firms.hold(tokens, span))
        .cloned()
        .collect();
    let mut people = PersonIndex::default();
    let initials = MiddleInitials::of(tokens, spans.iter().filter(is_full));
    for span in spans.iter().filter(is_full) {
        people.add_full(tokens, span, &initials);
    }
    // Full names first: they say whom a single word may mean.
    people.join_family_names(tokens);
    people.learn_short_forms(tokens);
    let mut taken: Vec<Range<usize>> = spans.iter().filter(is_full).cloned().collect();
    for span in spans.iter().filter(|span| !is_full(span)) {
        people.add_alone(tokens, memory, span);
        taken.push(span.clone());
    }
    taken.sort_by_key(|span| span.start);
    people.add_untagged(tokens, memory, &taken);
    let mut found: Vec<FoundPerson> = people.found;
    for person in &mut found {
        person.mentions.sort_by_key(|span| span.start);
    }
    found.retain(|person| !person.mentions.is_empty());
    found.sort_by_key(|person| person.mentions[0].start);
    found
}

/// The words of a name, without its marks.
fn words<'a>(
    tokens: &'a [Token],
    span: &Range<usize>,
) -> impl DoubleEndedIterator<Item = &'a Token> {
    let inside = tokens[span.clone()].iter();
    inside.filter(|token| token.shape != TokenShape::Mark)
}

/// Names of agencies, platforms and places, and headings in capitals. The last
/// filter behind the tagger.
fn is_no_person(tokens: &[Token], span: &Range<usize>) -> bool {
    let mut names = words(tokens, span);
    let Some(first) = names.next() else {
        return true;
    };
    let no_name = WordClass::PLACE
        .or(WordClass::NEVER)
        .or(WordClass::ORGANISATION)
        .or(WordClass::CALENDAR);
    let is_place = |token: &Token| {
        token.class.is(no_name.or(WordClass::PARTICLE)) && !token.class.is(WordClass::SURNAME)
    };
    let all_capitals =
        |token: &Token| matches!(token.shape, TokenShape::Capitals | TokenShape::Initial);
    let alone = span.len() == 1;
    if spans::is_addressed(tokens, span) {
        return false;
    }
    if titled::is_titled(tokens, span.start) {
        return is_in_capitals(tokens, span);
    }
    first.class.is(WordClass::NEVER)
        || (!alone && places::are_named_by(&tokens[span.clone()]))
        || words(tokens, span).all(is_place)
        || (words(tokens, span).all(all_capitals) && (alone || is_in_capitals(tokens, span)))
        || (alone && first.class.is(no_name))
}

/// Whether the words around a name are in capitals too, as in a heading. There,
/// capitals tell nothing of a word.
fn is_in_capitals(tokens: &[Token], span: &Range<usize>) -> bool {
    let before = tokens[..span.start].iter().rev().take(4);
    let after = tokens[span.end..].iter().take(4);
    let mut around = before
        .chain(after)
        .filter(|token| token.shape != TokenShape::Mark);
    around.all(|token| token.shape != TokenShape::Lower && token.shape != TokenShape::Capital)
}

/// The people found so far, by what names them. Filled in the order in which
/// `join` calls its methods.
#[derive(Debug, Default)]
struct PersonIndex {
    found: Vec<FoundPerson>,
    /// By the key of the whole name.
    by_name: FxHashMap<u64, usize>,
    /// By family name: the person, or `None` where several share it.
    by_family: FxHashMap<u64, Option<usize>>,
    /// By any other word of the name, likewise.
    by_given: FxHashMap<u64, Option<usize>>,
}

impl PersonIndex {
    /// Adds a mention of a full name to its person, or a new one.
    fn add_full(&mut self, tokens: &[Token], span: &Range<usize>, initials: &MiddleInitials) {
        let Some(name) = initials.person_key(tokens, span) else {
            return;
        };
        let at = *self.by_name.entry(name).or_insert(self.found.len());
        if at == self.found.len() {
            self.found.push(FoundPerson {
                name: span.clone(),
                mentions: Vec::new(),
            });
        }
        let person = &mut self.found[at];
        person.mentions.push(span.clone());
        let letters = |span: &Range<usize>| tokens[span.end - 1].end - tokens[span.start].start;
        // The longest form, or the one that spells an initial out.
        if words(tokens, span).count() > words(tokens, &person.name).count()
            || (person.name.len() == span.len() && letters(span) > letters(&person.name) + 3)
        {
            person.name = span.clone();
        }
    }

    /// A family name of several words, "al-Masri" or "López Obrador", is the
    /// person whose longer name ends so, if there is one such.
    fn join_family_names(&mut self, tokens: &[Token]) {
        let mut by_ending: FxHashMap<u64, Option<usize>> = FxHashMap::default();
        for (at, person) in self.found.iter().enumerate() {
            let name = &person.name;
            for start in name.start + 1..name.end.saturating_sub(1) {
                if tokens[start].shape != TokenShape::Mark {
                    let ending = name_key(tokens, &(start..name.end));
                    let known = by_ending.entry(ending).or_insert(Some(at));
                    *known = known.filter(|known| *known == at);
                }
            }
        }
        // Shorter names first: what joins them may be joined itself.
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_by_key(|at| words(tokens, &self.found[*at].name).count());
        for at in order {
            let whole = name_key(tokens, &self.found[at].name);
            if let Some(Some(person)) = by_ending.get(&whole)
                && *person != at
            {
                let mentions = std::mem::take(&mut self.found[at].mentions);
                self.found[*person].mentions.extend(mentions);
                self.by_name.insert(whole, *person);
            }
        }
        self.found.retain(|person| !person.mentions.is_empty());
    }

    /// Which words alone mean which person; a word that two share means none.
    fn learn_short_forms(&mut self, tokens: &[Token]) {
        for (at, person) in self.found.iter().enumerate() {
            let family = family_name(tokens, &person.name);
            let share = |known: &mut Option<usize>| {
                if *known != Some(at) {
                    *known = None;
                }
            };
            for word in words(tokens, &person.name) {
                let forms = if word.start == family.start {
                    &mut self.by_family
                } else {
                    &mut self.by_given
                };
                forms.entry(word.key).and_modify(share).or_insert(Some(at));
            }
        }
    }

    /// A word alone that the tagger takes for a person. A known word joins its
    /// person; an unknown one is a person only beyond doubt.
    fn add_alone(&mut self, tokens: &[Token], memory: &DocumentMemory, span: &Range<usize>) {
        let word = &tokens[span.start];
        if is_in_a_place(tokens, span.start) {
            return;
        }
        let known = self
            .by_family
            .get(&word.key)
            .or(self.by_given.get(&word.key));
        let is_titled = titled::is_titled(tokens, span.start);
        match known.copied() {
            Some(Some(_)) if may_be_place(tokens, span.start) => {}
            Some(Some(person)) => self.found[person].mentions.push(span.clone()),
            None if is_titled
                || (is_certain(memory, word) && !others::is_lone_other(tokens, span.start)) =>
            {
                self.by_family.insert(word.key, Some(self.found.len()));
                self.found.push(FoundPerson {
                    name: span.clone(),
                    mentions: vec![span.clone()],
                });
            }
            // Several people share it, or it may be none: it stays unresolved.
            Some(None) | None => {}
        }
    }

    /// Family names alone that the tagger passed over, and headings in capitals
    /// that hold one. Only what no other span has taken, and what no list of
    /// days or small letters in the article speaks against.
    fn add_untagged(&mut self, tokens: &[Token], memory: &DocumentMemory, taken: &[Range<usize>]) {
        let mut taken = taken.iter().peekable();
        for at in 2..tokens.len().saturating_sub(2) {
            // Both lists ascend: one pass over each.
            while taken.next_if(|span| span.end <= at).is_some() {}
            let is_taken = taken.peek().is_some_and(|span| span.start <= at);
            if is_taken || !tokens[at].is_capitalised() || !stands_alone(tokens, at) {
                continue;
            }
            let word = &tokens[at];
            if memory.of_word(word) & memory::IN_LOWER_CASE != 0
                || word.class.is(WordClass::CALENDAR)
                || is_in_a_place(tokens, at)
            {
                continue;
            }
            if others::is_partner(tokens, at) {
                continue;
            }
            // A first name alone only if it is a country's too: of others the
            // tagger knows better.
            let is_place = word.class.is(WordClass::PLACE);
            let given = self.by_given.get(&word.key).filter(|_| is_place);
            if let Some(Some(person)) = self.by_family.get(&word.key).or(given)
                && !may_be_place(tokens, at)
            {
                self.found[*person].mentions.push(at..at + 1);
            }
        }
    }
}

/// Whether the word at `at` is the place that it names, and not somebody called
/// so: in Jordan, across Mali.
fn is_in_a_place(tokens: &[Token], at: usize) -> bool {
    let before = tokens[at - 1].key;
    let is_reached = || before == key("to") && at > 1 && MOVED.contains(&tokens[at - 2].key);
    tokens[at].class.is(WordClass::PLACE) && (PLACED.contains(&before) || is_reached())
}

/// Words before "to" and a place.
const MOVED: [u64; 14] = [
    key("moved"),
    key("went"),
    key("flew"),
    key("fly"),
    key("travelled"),
    key("traveled"),
    key("returned"),
    key("came"),
    key("fled"),
    key("trip"),
    key("visit"),
    key("emigrated"),
    key("exported"),
    key("exports"),
];

/// Words that stand before a place, and before nobody's name.
const PLACED: [u64; 12] = [
    key("in"),
    key("into"),
    key("inside"),
    key("within"),
    key("outside"),
    key("near"),
    key("across"),
    key("throughout"),
    key("via"),
    key("around"),
    key("visited"),
    key("visiting"),
];

/// Whether a word that is a country's name too may mean the country: only an
/// honorific before it, or what people do behind it, says that it does not.
fn may_be_place(tokens: &[Token], at: usize) -> bool {
    let next = &tokens[at + 1];
    tokens[at].class.is(WordClass::PLACE)
        && !titled::is_titled(tokens, at)
        && !(next.class.is(WordClass::SPEECH) && next.shape == TokenShape::Lower)
}

/// Whether the capitalised word at `at` is no part of a longer name. An office
/// before it, a heading or the start of a line do not make it longer.
fn stands_alone(tokens: &[Token], at: usize) -> bool {
    let (before, after) = (&tokens[at - 1], &tokens[at + 1]);
    let in_capitals = tokens[at].shape == TokenShape::Capitals;
    let leads = before.class.is(WordClass::TITLE) || before.opens_sentence || in_capitals;
    (!before.is_capitalised() || leads || tokens[at].opens_line)
        && (!after.is_capitalised()
            || after.opens_line
            || in_capitals
            || !after.class.is(WordClass::ORGANISATION))
}

/// Whether a word alone is a person beyond doubt: a known name, or one that
/// the article puts after an office or beside what people do.
fn is_certain(memory: &DocumentMemory, word: &Token) -> bool {
    let traits = memory.of_word(word);
    let known = word.class.is(WordClass::FIRST.or(WordClass::SURNAME));
    // "His Majesty the King".
    let is_office = word.class.is(WordClass::TITLE);
    let told = traits & (memory::AFTER_TITLE | memory::NEAR_SPEECH) != 0;
    matches!(word.shape, TokenShape::Capital | TokenShape::Mixed)
        && (known || told)
        && !is_office
        && traits & memory::IN_LOWER_CASE == 0
        && traits & memory::BEFORE_ORGANISATION == 0
}

/// The word that later mentions use: the last, or the first of a name in East
/// Asian order.
fn family_name<'a>(tokens: &'a [Token], name: &Range<usize>) -> &'a Token {
    let mut all = words(tokens, name);
    let first = all.next().unwrap_or(&Token::EDGE);
    let last = all
        .rfind(|word| !word.class.is(WordClass::TAIL))
        .unwrap_or(first);
    // Xi Jinping, Park Geun-hye.
    let leads = first.class.is(WordClass::FAMILY) && words(tokens, name).count() <= 3;
    // Kim Clark: both lists have the first word, and the last is a family name.
    let given_leads = first.class.is(WordClass::FIRST)
        && (last.class.is(WordClass::FAMILY.or(WordClass::SURNAME)));
    if leads && !given_leads { first } else { last }
}

/// One key for a name whatever its case, accents, hyphens and middle initials.
/// The order of the words counts; a collision of 64 bits would join two people.
pub(super) fn name_key(tokens: &[Token], span: &Range<usize>) -> u64 {
    let mut whole = key("");
    for (number, word) in words(tokens, span).enumerate() {
        if number == 0 || !is_initials(tokens, span, word) {
            whole = with_word(whole, word.key);
        }
    }
    whole
}

/// The key of words with one more.
fn with_word(words: u64, word: u64) -> u64 {
    words.rotate_left(5) ^ word.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Whether `word` of a name is initials: *W.*, *H.W.*, and *HW* before a word
/// that is not in capitals.
fn is_initials(tokens: &[Token], span: &Range<usize>, word: &Token) -> bool {
    match word.shape {
        TokenShape::Initial | TokenShape::Dotted => true,
        TokenShape::Capitals => {
            word.end - word.start == 2
                && word.end < tokens[span.end - 1].start
                && tokens[span.end - 1].shape != TokenShape::Capitals
        }
        _ => false,
    }
}

/// The middle initials with which an article writes each name. One that is left
/// out may be the same person; another one is another person.
///
/// | names in an article | people |
/// |---|---|
/// | David R. Jones, David Jones | one |
/// | David R. Jones, David S. Jones | two |
/// | George H. W. Bush, George H.W. Bush, George H. Bush, George W. Bush | two: *H.* begins *H. W.* |
/// | David R. Jones, David S. Jones, David Jones | two; the last is neither's |
#[derive(Debug, Default)]
struct MiddleInitials {
    /// By the key of the name without them: those that begin no longer ones.
    /// In each the first letter is the lowest byte.
    by_name: FxHashMap<u64, Vec<u32>>,
}

/// How many people of one name are told apart by their initials.
const MAX_NAMESAKES: usize = 8;

impl MiddleInitials {
    fn of<'a>(tokens: &[Token], names: impl Iterator<Item = &'a Range<usize>>) -> MiddleInitials {
        let mut all = MiddleInitials::default();
        for name in names {
            let here = initials(tokens, name);
            if here == 0 {
                continue;
            }
            let known = all.by_name.entry(name_key(tokens, name)).or_default();
            if !known.iter().any(|known| begins(here, *known)) && known.len() < MAX_NAMESAKES {
                known.retain(|known| !begins(*known, here));
                known.push(here);
            }
        }
        all
    }

    /// The key of the one person that a name can mean, `None` where it may be
    /// several.
    fn person_key(&self, tokens: &[Token], name: &Range<usize>) -> Option<u64> {
        let whole = name_key(tokens, name);
        let here = initials(tokens, name);
        let known = self.by_name.get(&whole).map_or(&[][..], Vec::as_slice);
        let mut meant = known.iter().filter(|known| begins(here, **known));
        match (meant.next(), meant.next()) {
            (Some(one), None) => Some(with_word(whole, u64::from(*one))),
            (Some(_), Some(_)) if here == 0 => None,
            _ if here == 0 => Some(whole),
            _ => Some(with_word(whole, u64::from(here))),
        }
    }
}

/// The middle initials of a name, four at most; 0 without any.
fn initials(tokens: &[Token], name: &Range<usize>) -> u32 {
    let middle = words(tokens, name).skip(1);
    let middle = middle.filter(|word| is_initials(tokens, name, word));
    // `head` holds the first three bytes: *h*, *hw*, *h.w*.
    let letters = middle.flat_map(|word| word.head.to_be_bytes());
    let letters = letters.filter(u8::is_ascii_alphanumeric);
    letters
        .take(4)
        .enumerate()
        .fold(0, |all, (at, letter)| all | u32::from(letter) << (8 * at))
}

/// Whether `all` initials begin with `first`.
fn begins(first: u32, all: u32) -> bool {
    let bits = u32::BITS - first.leading_zeros();
    let mask = u32::MAX
        .checked_shr(u32::BITS - bits.next_multiple_of(8))
        .unwrap_or(0);
    all & mask == first
}
