//! What is known of single words: first names, offices, verbs of speech.
//!
//! A word is looked up by a hash of its folded letters, so that nothing is
//! copied. The lists lie beside this file, each with its source.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::keys::{KeyFilter, key};
use crate::text::analyze::fold;

/// What a word is known to be; a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Class(u16);

impl Class {
    pub(crate) const NONE: Class = Class(0);
    /// A first name somewhere in the world.
    pub(crate) const FIRST: Class = Class(1);
    /// A family name that stands before the given one.
    pub(crate) const FAMILY: Class = Class(1 << 1);
    /// An office or address before a name.
    pub(crate) const TITLE: Class = Class(1 << 2);
    /// What people do in the news: says, met, died.
    pub(crate) const SPEECH: Class = Class(1 << 3);
    /// Part of the names of organisations, places and works.
    pub(crate) const ORGANISATION: Class = Class(1 << 4);
    /// A month or a day.
    pub(crate) const CALENDAR: Class = Class(1 << 5);
    /// A small word inside names.
    pub(crate) const PARTICLE: Class = Class(1 << 6);
    /// A country, its people, its towns.
    pub(crate) const PLACE: Class = Class(1 << 7);
    /// An agency, platform, newspaper or maker.
    pub(crate) const NEVER: Class = Class(1 << 8);
    /// Family and friends.
    pub(crate) const KIN: Class = Class(1 << 9);
    /// Ends a name: Jr., III.
    pub(crate) const TAIL: Class = Class(1 << 10);
    /// A word of grammar.
    pub(crate) const FUNCTION: Class = Class(1 << 11);
    /// A family name somewhere in the world.
    pub(crate) const SURNAME: Class = Class(1 << 12);
    /// A word of office printed with a full stop.
    const ABBREVIATED: Class = Class(1 << 13);

    /// Parts of people's names.
    pub(crate) const NAMES: Class = Class::FIRST.or(Class::SURNAME).or(Class::FAMILY);

    /// Whether it shares a member with `other`.
    pub(crate) fn is(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn or(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }

    /// The members as bits.
    pub(crate) fn bits(self) -> u64 {
        u64::from(self.0)
    }
}

/// The classes that `words.txt` and `world-names.txt` name.
const SECTIONS: [(&str, Class); 13] = [
    ("first", Class::FIRST),
    ("last", Class::SURNAME),
    ("title", Class::TITLE),
    ("abbreviated", Class::ABBREVIATED),
    ("speech", Class::SPEECH),
    ("organisation", Class::ORGANISATION),
    ("never", Class::NEVER),
    ("kin", Class::KIN),
    ("particle", Class::PARTICLE),
    ("tail", Class::TAIL),
    ("calendar", Class::CALENDAR),
    ("function", Class::FUNCTION),
    ("family", Class::FAMILY),
];

/// The classes of all words of the lists.
struct Lexicon {
    classes: FxHashMap<u64, Class>,
    known: KeyFilter<2048>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let classes = classes();
    let mut known = KeyFilter::default();
    for word in classes.keys() {
        known.insert(*word);
    }
    Lexicon { classes, known }
});

fn classes() -> FxHashMap<u64, Class> {
    let mut classes = FxHashMap::default();
    classes.reserve(20_000);
    let mut add = |word: &str, class: Class| {
        let known = classes.entry(key(word)).or_insert(Class::NONE);
        *known = known.or(class);
    };
    for name in lines(include_str!("names/first-names.txt")) {
        add(name, Class::FIRST);
    }
    let lists = [
        include_str!("names/words.txt"),
        include_str!("names/world-names.txt"),
    ];
    let mut class = Class::NONE;
    for line in lists.into_iter().flat_map(lines) {
        let section = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        match section {
            Some(section) => {
                let found = SECTIONS.iter().find(|(name, _)| *name == section);
                class = found.map_or(Class::NONE, |(_, class)| *class);
            }
            None => line.split(' ').for_each(|word| add(word, class)),
        }
    }
    for form in super::countries::forms() {
        add_place(&mut classes, form);
    }
    classes
}

/// Adds the words of a country's form. Of a longer one, such as Burkina Faso,
/// not those that mean more.
fn add_place(classes: &mut FxHashMap<u64, Class>, form: &str) {
    let means_more = Class::FIRST
        .or(Class::SURNAME)
        .or(Class::FUNCTION)
        .or(Class::TITLE)
        .or(Class::ORGANISATION);
    for word in form.split([' ', '-']) {
        let known = classes.entry(key(&fold(word))).or_insert(Class::NONE);
        if word.len() == form.len() || !known.is(means_more) {
            *known = known.or(Class::PLACE);
        }
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = text.lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// A number that changes with any word of the lists: weights learned with other
/// lists read them wrongly.
pub(crate) fn fingerprint() -> u64 {
    let mut all: Vec<(u64, u64)> = LEXICON
        .classes
        .iter()
        .map(|(word, class)| (*word, class.bits()))
        .collect();
    all.sort_unstable();
    let numbers = all.into_iter().flat_map(|(word, class)| [word, class]);
    let bytes = numbers.flat_map(u64::to_le_bytes);
    bytes.fold(super::keys::EMPTY, super::keys::with_letter)
}

/// Whether `word` is a first name, in any case.
pub(crate) fn is_first_name(word: &str) -> bool {
    class_of(key(&fold(word))).is(Class::FIRST)
}

/// What is known of the word with `key`.
pub(crate) fn class_of(key: u64) -> Class {
    let lexicon = &*LEXICON;
    if !lexicon.known.may_hold(key) {
        return Class::NONE;
    }
    lexicon.classes.get(&key).copied().unwrap_or(Class::NONE)
}

/// Whether `word` is printed with a full stop that ends no sentence: `Gen.`.
pub(crate) fn is_abbreviated_title(word: &str) -> bool {
    word.len() <= 6 && word.is_ascii() && class_of(key(word)).is(Class::ABBREVIATED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_classes_of_their_lists() {
        for (word, class) in [
            ("michael", Class::FIRST),
            ("xi", Class::FAMILY),
            ("gen", Class::TITLE),
            ("said", Class::SPEECH),
            ("university", Class::ORGANISATION),
            ("reuters", Class::NEVER),
            ("widow", Class::KIN),
            ("al", Class::PARTICLE),
            ("jr", Class::TAIL),
            ("friday", Class::CALENDAR),
            ("the", Class::FUNCTION),
            ("obama", Class::SURNAME),
            ("russia", Class::PLACE),
            ("faso", Class::PLACE),
        ] {
            assert!(class_of(key(word)).is(class), "{word}");
        }
        assert_eq!(class_of(key("zzyzx")), Class::NONE);
        assert!(is_abbreviated_title("Gen") && !is_abbreviated_title("General"));
        assert!(is_first_name("José") && !is_first_name("the"));
    }

    #[test]
    fn the_lists_are_folded_and_every_section_is_known() {
        for text in [
            include_str!("names/first-names.txt"),
            include_str!("names/words.txt"),
            include_str!("names/world-names.txt"),
        ] {
            for line in lines(text) {
                if let Some(section) = line.strip_prefix('[') {
                    let name = section.trim_end_matches(']');
                    assert!(SECTIONS.iter().any(|(known, _)| *known == name), "{name}");
                } else {
                    for word in line.split(' ') {
                        assert_eq!(word, word.to_lowercase(), "{word}");
                        assert!(word.is_ascii() && !word.is_empty(), "{line}");
                    }
                }
            }
        }
    }
}
