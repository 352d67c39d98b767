//! What is known of single words: first names, offices, verbs of speech.
//!
//! A word is looked up by a hash of its folded letters, so that nothing is
//! copied. The lists lie beside this file, each with its source.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::keys::{KeyFilter, key, key_of};
use crate::text::analyze::fold;

/// What a word is known to be; a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordClass(u16);

impl WordClass {
    pub(crate) const NONE: WordClass = WordClass(0);
    /// A first name somewhere in the world.
    pub(crate) const FIRST: WordClass = WordClass(1);
    /// A family name that stands before the given one.
    pub(crate) const FAMILY: WordClass = WordClass(1 << 1);
    /// An office or address before a name.
    pub(crate) const TITLE: WordClass = WordClass(1 << 2);
    /// What people do in the news: says, met, died.
    pub(crate) const SPEECH: WordClass = WordClass(1 << 3);
    /// Part of the names of organisations, places and works.
    pub(crate) const ORGANISATION: WordClass = WordClass(1 << 4);
    /// A month or a day.
    pub(crate) const CALENDAR: WordClass = WordClass(1 << 5);
    /// A small word inside names.
    pub(crate) const PARTICLE: WordClass = WordClass(1 << 6);
    /// A country, its people, its towns.
    pub(crate) const PLACE: WordClass = WordClass(1 << 7);
    /// An agency, platform, newspaper or maker.
    pub(crate) const NEVER: WordClass = WordClass(1 << 8);
    /// Family and friends.
    pub(crate) const KIN: WordClass = WordClass(1 << 9);
    /// Ends a name: Jr., III.
    pub(crate) const TAIL: WordClass = WordClass(1 << 10);
    /// A word of grammar.
    pub(crate) const FUNCTION: WordClass = WordClass(1 << 11);
    /// A family name somewhere in the world.
    pub(crate) const SURNAME: WordClass = WordClass(1 << 12);
    /// A word of office printed with a full stop.
    const ABBREVIATED: WordClass = WordClass(1 << 13);

    /// Parts of people's names.
    pub(crate) const NAMES: WordClass = WordClass::FIRST
        .or(WordClass::SURNAME)
        .or(WordClass::FAMILY);

    /// Whether it shares a member with `other`.
    pub(crate) fn is(self, other: WordClass) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn or(self, other: WordClass) -> WordClass {
        WordClass(self.0 | other.0)
    }

    /// The members as bits.
    pub(crate) fn bits(self) -> u64 {
        u64::from(self.0)
    }
}

/// The classes that `words.txt`, `world-names.txt` and `faker-names.txt` name.
const SECTIONS: [(&str, WordClass); 13] = [
    ("first", WordClass::FIRST),
    ("last", WordClass::SURNAME),
    ("title", WordClass::TITLE),
    ("abbreviated", WordClass::ABBREVIATED),
    ("speech", WordClass::SPEECH),
    ("organisation", WordClass::ORGANISATION),
    ("never", WordClass::NEVER),
    ("kin", WordClass::KIN),
    ("particle", WordClass::PARTICLE),
    ("tail", WordClass::TAIL),
    ("calendar", WordClass::CALENDAR),
    ("function", WordClass::FUNCTION),
    ("family", WordClass::FAMILY),
];

/// The classes of all words of the lists.
struct Lexicon {
    classes: FxHashMap<u64, WordClass>,
    known: KeyFilter<8192>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let classes = classes();
    let mut known = KeyFilter::default();
    for word in classes.keys() {
        known.insert(*word);
    }
    Lexicon { classes, known }
});

fn classes() -> FxHashMap<u64, WordClass> {
    let mut classes = FxHashMap::default();
    classes.reserve(60_000);
    let mut add = |line: &str, class: WordClass| {
        for word in line.as_bytes().split(|byte| *byte == b' ') {
            let known = classes.entry(key_of(word)).or_insert(WordClass::NONE);
            *known = known.or(class);
        }
    };
    for name in lines(include_str!("names/first-names.txt")) {
        add(name, WordClass::FIRST);
    }
    let lists = [
        include_str!("names/words.txt"),
        include_str!("names/world-names.txt"),
        include_str!("names/faker-names.txt"),
    ];
    let mut class = WordClass::NONE;
    for line in lists.into_iter().flat_map(lines) {
        let section = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'));
        match section {
            Some(section) => {
                let found = SECTIONS.iter().find(|(name, _)| *name == section);
                class = found.map_or(WordClass::NONE, |(_, class)| *class);
            }
            None => add(line, class),
        }
    }
    for form in super::countries::forms() {
        add_place(&mut classes, form);
    }
    classes
}

/// Adds the words of a country's form. Of a longer one, such as Burkina Faso,
/// not those that mean more.
fn add_place(classes: &mut FxHashMap<u64, WordClass>, form: &str) {
    let means_more = WordClass::FIRST
        .or(WordClass::SURNAME)
        .or(WordClass::FUNCTION)
        .or(WordClass::TITLE)
        .or(WordClass::ORGANISATION);
    for word in form.split([' ', '-']) {
        let known = classes.entry(key(&fold(word))).or_insert(WordClass::NONE);
        if word.len() == form.len() || !known.is(means_more) {
            *known = known.or(WordClass::PLACE);
        }
    }
}

/// The given and the family names of all lists, for training.
pub(crate) fn listed_names() -> [Vec<&'static str>; 2] {
    let mut given: Vec<&str> = lines(include_str!("names/first-names.txt")).collect();
    let mut family = Vec::new();
    let lists = [
        include_str!("names/world-names.txt"),
        include_str!("names/faker-names.txt"),
    ];
    let mut is_given = false;
    for line in lists.into_iter().flat_map(lines) {
        match line {
            "[first]" => is_given = true,
            "[last]" => is_given = false,
            line if is_given => given.extend(line.split(' ')),
            line => family.extend(line.split(' ')),
        }
    }
    [given, family]
}

/// Phrases and words that look like people's names and are something else: by
/// the key of their words.
static OTHERS: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let lines = lines(include_str!("names/not-people.txt"));
    let phrases = lines.flat_map(|line| line.split(", "));
    phrases
        .map(|phrase| {
            let words = phrase.split([' ', '-']);
            words.fold(key(""), |all, word| phrase_key(all, key(word)))
        })
        .collect()
});

/// The key of a phrase with one more word, whose key is `word`.
pub(crate) fn phrase_key(phrase: u64, word: u64) -> u64 {
    (phrase.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Whether the phrase with `key` is listed as something else than a person.
pub(crate) fn is_listed_as_other(key: u64) -> bool {
    OTHERS.contains(&key)
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
    class_of(key(&fold(word))).is(WordClass::FIRST)
}

/// Addresses and ranks that stand before a person's name alone, so that a
/// country's name after one is somebody's: Mr. Mali, Senator Holland. Not
/// *Miss*, who may be Peru's, nor *Captain*, who may be America.
static ADDRESSES: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let words = "mr mrs ms messrs dr prof sir dame mme monsieur madame sen senator rep congressman \
                 congresswoman councilman councilwoman councillor alderman judge justice magistrate \
                 sheriff deputy detective constable officer sgt sergeant cpl corporal pvt lt \
                 lieutenant capt maj col colonel brig gen adm admiral rev reverend pastor rabbi \
                 bishop archbishop cardinal coach lord baroness professor doctor";
    words.split(' ').map(key).collect()
});

/// Whether the word with this key is an address or a rank that stands before a
/// name alone.
pub(crate) fn is_address(key: u64) -> bool {
    ADDRESSES.contains(&key)
}

/// Offices that stand before a name, and in some prose before a country as
/// well: Prime Minister Pakistan.
static OFFICES: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let words = "president premier minister chancellor governor mayor secretary ambassador speaker \
                 chairman chairwoman director commissioner general major captain king queen prince \
                 princess representative attorney lawyer spokesman spokeswoman \
                 miss lady";
    words.split(' ').map(key).collect()
});

/// Whether the word with this key is an office that stands before a name.
pub(crate) fn is_office(key: u64) -> bool {
    OFFICES.contains(&key)
}

/// Offices of those who govern a place, or speak for it: President of Chad.
static GOVERNING: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
    let words = "president premier minister chancellor king queen emir sultan emperor mayor \
                 governor ambassador archbishop bishop prince princess ruler";
    words.split(' ').map(key).collect()
});

/// Whether the word with this key is an office of somebody who governs the place
/// behind *of*.
pub(crate) fn governs(key: u64) -> bool {
    GOVERNING.contains(&key)
}

/// What is known of the word with `key`.
pub(crate) fn class_of(key: u64) -> WordClass {
    let lexicon = &*LEXICON;
    if !lexicon.known.may_hold(key) {
        return WordClass::NONE;
    }
    lexicon
        .classes
        .get(&key)
        .copied()
        .unwrap_or(WordClass::NONE)
}

/// Whether `word` is printed with a full stop that ends no sentence: `Gen.`.
pub(crate) fn is_abbreviated_title(word: &str) -> bool {
    word.len() <= 6 && word.is_ascii() && class_of(key(word)).is(WordClass::ABBREVIATED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_the_classes_of_their_lists() {
        for (word, class) in [
            ("michael", WordClass::FIRST),
            ("xi", WordClass::FAMILY),
            ("gen", WordClass::TITLE),
            ("said", WordClass::SPEECH),
            ("university", WordClass::ORGANISATION),
            ("reuters", WordClass::NEVER),
            ("widow", WordClass::KIN),
            ("al", WordClass::PARTICLE),
            ("jr", WordClass::TAIL),
            ("friday", WordClass::CALENDAR),
            ("the", WordClass::FUNCTION),
            ("obama", WordClass::SURNAME),
            ("russia", WordClass::PLACE),
            ("faso", WordClass::PLACE),
        ] {
            assert!(class_of(key(word)).is(class), "{word}");
        }
        assert_eq!(class_of(key("zzyzx")), WordClass::NONE);
        assert!(is_abbreviated_title("Gen") && !is_abbreviated_title("General"));
        assert!(is_first_name("José") && !is_first_name("the"));
    }

    #[test]
    fn the_lists_are_folded_and_every_section_is_known() {
        for text in [
            include_str!("names/first-names.txt"),
            include_str!("names/words.txt"),
            include_str!("names/world-names.txt"),
            include_str!("names/faker-names.txt"),
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
