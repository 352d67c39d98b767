//! The words that expressions of time are made of.
//!
//! Every word of a text is looked up here, so the look-up allocates nothing
//! and turns most words away by their first letter and length.

use std::sync::LazyLock;

use jiff::civil::Weekday;

/// A unit that expressions count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Year,
    Decade,
}

/// A season of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayPart {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
    Midnight,
}

/// Where a word points, seen from the present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Last,
    Previous,
    Past,
    This,
    Current,
    Latest,
    That,
    Next,
    Coming,
    Following,
}

/// What stands after the digits of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nothing: 14.
    None,
    /// 14th.
    Ordinal,
    /// 1980s.
    Plural,
    /// 9am, 9pm, and nothing else that could follow a number.
    Am,
    Pm,
}

/// A word or number, as far as it matters to dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A number of at most four digits, and how many they are.
    Number(u16, u8, Ending),
    /// `true` for the full name; only with a capital.
    Month(i8, bool),
    /// `true` for the full name; only with a capital.
    Weekday(Weekday, bool),
    /// `true` for the plural.
    Unit(Unit, bool),
    DayPart(DayPart),
    Season(Season),
    /// One to ninety, written out.
    Count(u8),
    /// A few, several: a number, but which?
    Some,
    /// First to tenth.
    Ordinal(u8),
    /// Yesterday, today, tomorrow: so many days on.
    Deictic(i8),
    Tonight,
    Overnight,
    Turn(Turn),
    Ago,
    Earlier,
    Later,
    /// Early, late, mid.
    Stretch,
    The,
    A,
    Of,
    In,
    At,
    On,
    /// Other words before a bare month or year that make it a date.
    BeforeDate,
    /// Since, ended: before a time that is over.
    Since,
    /// Each, every: before a day of every week.
    Each,
    These,
    /// By, until: the time to come.
    Until,
    End,
    Fiscal,
    Half,
    Period,
    Century,
    /// The nineties.
    Nineties(u8),
    /// Now, currently, recently.
    Vague,
    Recent,
    Future,
    From,
    Now,
    /// Will, scheduled: verbs and the like that look ahead.
    Ahead,
    /// Set, plans: look ahead with "to" after them.
    AheadTo,
    /// Said, met, agreed: verbs in the past tense.
    Told,
    /// Had: what was ahead then is over now.
    Had,
    Is,
    To,
    /// The end of a sentence.
    Stop,
}

use DayPart::{Afternoon, Evening, Midnight, Morning, Night, Noon};
use Season::{Autumn, Spring, Summer, Winter};
use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

/// The words, in lower case.
#[rustfmt::skip]
const WORDS: &[(&str, Word)] = &[
    ("january", Word::Month(1, true)), ("february", Word::Month(2, true)),
    ("march", Word::Month(3, true)), ("april", Word::Month(4, true)),
    ("may", Word::Month(5, true)), ("june", Word::Month(6, true)),
    ("july", Word::Month(7, true)), ("august", Word::Month(8, true)),
    ("september", Word::Month(9, true)), ("october", Word::Month(10, true)),
    ("november", Word::Month(11, true)), ("december", Word::Month(12, true)),
    ("jan", Word::Month(1, false)), ("feb", Word::Month(2, false)),
    ("mar", Word::Month(3, false)), ("apr", Word::Month(4, false)),
    ("jun", Word::Month(6, false)), ("jul", Word::Month(7, false)),
    ("aug", Word::Month(8, false)), ("sep", Word::Month(9, false)),
    ("sept", Word::Month(9, false)), ("oct", Word::Month(10, false)),
    ("nov", Word::Month(11, false)), ("dec", Word::Month(12, false)),
    ("monday", Word::Weekday(Monday, true)), ("tuesday", Word::Weekday(Tuesday, true)),
    ("wednesday", Word::Weekday(Wednesday, true)), ("thursday", Word::Weekday(Thursday, true)),
    ("friday", Word::Weekday(Friday, true)), ("saturday", Word::Weekday(Saturday, true)),
    ("sunday", Word::Weekday(Sunday, true)),
    ("mon", Word::Weekday(Monday, false)), ("tue", Word::Weekday(Tuesday, false)),
    ("tues", Word::Weekday(Tuesday, false)), ("wed", Word::Weekday(Wednesday, false)),
    ("thu", Word::Weekday(Thursday, false)), ("thurs", Word::Weekday(Thursday, false)),
    ("fri", Word::Weekday(Friday, false)), ("sat", Word::Weekday(Saturday, false)),
    ("sun", Word::Weekday(Sunday, false)),
    ("day", Word::Unit(Unit::Day, false)), ("days", Word::Unit(Unit::Day, true)),
    ("week", Word::Unit(Unit::Week, false)), ("weeks", Word::Unit(Unit::Week, true)),
    ("weekend", Word::Unit(Unit::Weekend, false)), ("weekends", Word::Unit(Unit::Weekend, true)),
    ("month", Word::Unit(Unit::Month, false)), ("months", Word::Unit(Unit::Month, true)),
    ("quarter", Word::Unit(Unit::Quarter, false)), ("quarters", Word::Unit(Unit::Quarter, true)),
    ("year", Word::Unit(Unit::Year, false)), ("years", Word::Unit(Unit::Year, true)),
    ("decade", Word::Unit(Unit::Decade, false)), ("decades", Word::Unit(Unit::Decade, true)),
    ("morning", Word::DayPart(Morning)), ("noon", Word::DayPart(Noon)),
    ("afternoon", Word::DayPart(Afternoon)), ("evening", Word::DayPart(Evening)),
    ("night", Word::DayPart(Night)), ("midnight", Word::DayPart(Midnight)),
    ("spring", Word::Season(Spring)), ("summer", Word::Season(Summer)),
    ("autumn", Word::Season(Autumn)), ("fall", Word::Season(Autumn)),
    ("winter", Word::Season(Winter)),
    ("one", Word::Count(1)), ("two", Word::Count(2)), ("three", Word::Count(3)),
    ("four", Word::Count(4)), ("five", Word::Count(5)), ("six", Word::Count(6)),
    ("seven", Word::Count(7)), ("eight", Word::Count(8)), ("nine", Word::Count(9)),
    ("ten", Word::Count(10)), ("eleven", Word::Count(11)), ("twelve", Word::Count(12)),
    ("thirteen", Word::Count(13)), ("fourteen", Word::Count(14)), ("fifteen", Word::Count(15)),
    ("sixteen", Word::Count(16)), ("seventeen", Word::Count(17)), ("eighteen", Word::Count(18)),
    ("nineteen", Word::Count(19)), ("twenty", Word::Count(20)), ("thirty", Word::Count(30)),
    ("forty", Word::Count(40)), ("fifty", Word::Count(50)), ("sixty", Word::Count(60)),
    ("seventy", Word::Count(70)), ("eighty", Word::Count(80)), ("ninety", Word::Count(90)),
    ("few", Word::Some), ("several", Word::Some), ("many", Word::Some), ("couple", Word::Some),
    ("first", Word::Ordinal(1)), ("second", Word::Ordinal(2)), ("third", Word::Ordinal(3)),
    ("fourth", Word::Ordinal(4)),
    ("yesterday", Word::Deictic(-1)), ("today", Word::Deictic(0)), ("tomorrow", Word::Deictic(1)),
    ("tonight", Word::Tonight), ("overnight", Word::Overnight),
    ("last", Word::Turn(Turn::Last)), ("previous", Word::Turn(Turn::Previous)),
    ("past", Word::Turn(Turn::Past)), ("this", Word::Turn(Turn::This)),
    ("current", Word::Turn(Turn::Current)), ("latest", Word::Turn(Turn::Latest)),
    ("that", Word::Turn(Turn::That)), ("next", Word::Turn(Turn::Next)),
    ("coming", Word::Turn(Turn::Coming)), ("following", Word::Turn(Turn::Following)),
    ("ago", Word::Ago), ("earlier", Word::Earlier), ("later", Word::Later),
    ("early", Word::Stretch), ("late", Word::Stretch), ("mid", Word::Stretch),
    ("the", Word::The), ("a", Word::A), ("an", Word::A),
    ("of", Word::Of), ("in", Word::In), ("at", Word::At), ("on", Word::On),
    ("since", Word::Since), ("during", Word::BeforeDate), ("before", Word::BeforeDate),
    ("after", Word::BeforeDate), ("through", Word::BeforeDate), ("around", Word::BeforeDate),
    ("between", Word::BeforeDate), ("and", Word::BeforeDate), ("for", Word::BeforeDate),
    ("till", Word::Until), ("until", Word::Until), ("by", Word::Until),
    ("or", Word::BeforeDate), ("ended", Word::Since), ("ending", Word::BeforeDate),
    ("end", Word::End), ("beginning", Word::End), ("start", Word::End), ("middle", Word::End),
    ("fiscal", Word::Fiscal), ("half", Word::Half), ("period", Word::Period),
    ("century", Word::Century),
    ("fifties", Word::Nineties(5)), ("sixties", Word::Nineties(6)),
    ("seventies", Word::Nineties(7)), ("eighties", Word::Nineties(8)),
    ("nineties", Word::Nineties(9)),
    ("currently", Word::Vague), ("recently", Word::Vague), ("nowadays", Word::Vague),
    ("now", Word::Now), ("recent", Word::Recent), ("future", Word::Future), ("from", Word::From),
    ("will", Word::Ahead), ("shall", Word::Ahead), ("would", Word::Ahead), ("ll", Word::Ahead),
    ("scheduled", Word::Ahead), ("due", Word::Ahead), ("expected", Word::Ahead),
    ("expects", Word::Ahead), ("expect", Word::Ahead), ("planned", Word::Ahead),
    ("plans", Word::AheadTo), ("plan", Word::AheadTo), ("hopes", Word::AheadTo), ("hope", Word::AheadTo),
    ("set", Word::AheadTo), ("payable", Word::Ahead), ("effective", Word::Ahead),
    ("starting", Word::Ahead), ("upcoming", Word::Ahead), ("maturing", Word::Ahead),
    ("can", Word::Ahead), ("could", Word::Ahead), ("might", Word::Ahead), ("must", Word::Ahead),
    ("said", Word::Told), ("told", Word::Told), ("was", Word::Told), ("were", Word::Told),
    ("had", Word::Had), ("met", Word::Told), ("made", Word::Told), ("began", Word::Told),
    ("took", Word::Told), ("held", Word::Told), ("came", Word::Told), ("went", Word::Told),
    ("became", Word::Told), ("won", Word::Told), ("lost", Word::Told), ("found", Word::Told),
    ("left", Word::Told), ("led", Word::Told), ("gave", Word::Told), ("got", Word::Told),
    ("ran", Word::Told), ("saw", Word::Told), ("wrote", Word::Told), ("broke", Word::Told),
    ("rose", Word::Told), ("fell", Word::Told), ("sent", Word::Told), ("did", Word::Told),
    ("hit", Word::Told), ("killed", Word::Told), ("spoke", Word::Told), ("bought", Word::Told),
    ("sold", Word::Told), ("paid", Word::Told), ("thought", Word::Told), ("died", Word::Told),
    ("brought", Word::Told), ("built", Word::Told), ("caught", Word::Told),
    ("chose", Word::Told), ("drew", Word::Told), ("drove", Word::Told), ("fought", Word::Told),
    ("flew", Word::Told), ("grew", Word::Told), ("heard", Word::Told), ("kept", Word::Told),
    ("knew", Word::Told), ("laid", Word::Told), ("lay", Word::Told), ("meant", Word::Told),
    ("quit", Word::Told), ("shot", Word::Told), ("slid", Word::Told),
    ("sought", Word::Told), ("spent", Word::Told), ("stood", Word::Told), ("struck", Word::Told),
    ("swept", Word::Told), ("threw", Word::Told), ("withdrew", Word::Told), ("fled", Word::Told),
    ("each", Word::Each), ("every", Word::Each), ("these", Word::These),
    ("is", Word::Is), ("are", Word::Is), ("to", Word::To),
];

/// The longest of [`WORDS`].
const MAX_LEN: usize = 9;

/// Places of the table that words are looked up in: four times as many as
/// there are words, so that most look-ups end at the first.
const PLACES: usize = 1024;

/// The words by their letters.
struct Vocabulary {
    /// A word's key and length at the place that its key gives, or at one of the
    /// next; length 0 where there is none.
    places: Vec<(Key, u8, Word)>,
    /// Which lengths there are, by first letter.
    lengths: [u16; 26],
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut vocabulary = Vocabulary {
        places: vec![(Key::default(), 0, Word::Stop); PLACES],
        lengths: [0; 26],
    };
    for (word, meaning) in WORDS {
        let letters = word.as_bytes();
        let (key, length) = (Key::of(letters), u8::try_from(letters.len()).unwrap_or(0));
        let mut at = key.place();
        while vocabulary.places[at].1 != 0 {
            at = (at + 1) % PLACES;
        }
        vocabulary.places[at] = (key, length, *meaning);
        vocabulary.lengths[usize::from(letters[0] - b'a')] |= 1 << length;
    }
    vocabulary
});

/// The last eight letters of a word in lower case. With the first letter and
/// the length they are the whole word, since none of ours is longer than nine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Key(u64);

impl Key {
    /// The key of the word with one letter more.
    #[inline]
    pub(super) fn with(self, letter: u8) -> Key {
        Key(self.0 << 8 | u64::from(letter | 0x20))
    }

    /// The key of a whole word.
    fn of(letters: &[u8]) -> Key {
        let fold = |key: Key, letter: &u8| key.with(*letter);
        letters.iter().fold(Key::default(), fold)
    }

    /// Where a table of [`PLACES`] keeps it: the golden ratio spreads keys that
    /// differ in few letters.
    fn place(self) -> usize {
        let spread = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
        usize::try_from(spread).unwrap_or(0) % PLACES
    }

    /// Whether the word ends in "ed" as verbs do: "pleaded", "agreed", and not
    /// "succeed".
    fn is_told(self) -> bool {
        const ED: u64 = u64::from_be_bytes(*b"\0\0\0\0\0\0ed");
        const EED: u64 = u64::from_be_bytes(*b"\0\0\0\0\0eed");
        const REED: u64 = u64::from_be_bytes(*b"\0\0\0\0reed");
        self.0 & 0xFFFF == ED && (self.0 & 0xFF_FFFF != EED || self.0 & 0xFFFF_FFFF == REED)
    }
}

/// What the word of ASCII `letters` and digits, whose key is given, means to
/// dates; `None` for most.
pub(super) fn classify(letters: &[u8], key: Key) -> Option<Word> {
    let first = letters[0] | 0x20;
    if !first.is_ascii_lowercase() {
        return number(letters);
    }
    let vocabulary = &*VOCABULARY;
    let lengths = vocabulary.lengths[usize::from(first - b'a')];
    if letters.len() <= MAX_LEN
        && lengths >> letters.len() & 1 == 1
        && let Some(word) = vocabulary.find(key, letters.len())
    {
        let needs_capital = matches!(word, Word::Month(..) | Word::Weekday(..));
        return (!needs_capital || letters[0].is_ascii_uppercase()).then_some(word);
    }
    (letters.len() > 4 && key.is_told()).then_some(Word::Told)
}

impl Vocabulary {
    /// The word of this key, whose first letter has words of this length.
    fn find(&self, key: Key, letters: usize) -> Option<Word> {
        let mut at = key.place();
        loop {
            let (found, length, word) = self.places[at];
            if length == 0 {
                return None;
            }
            if found == key && usize::from(length) == letters {
                return Some(word);
            }
            at = (at + 1) % PLACES;
        }
    }
}

/// `14`, `14th`, `1980s`, `9pm`.
fn number(letters: &[u8]) -> Option<Word> {
    let digits = letters
        .iter()
        .take(5)
        .take_while(|byte| byte.is_ascii_digit());
    let digits = digits.count();
    let ending = match &letters[digits..] {
        b"" => Ending::None,
        b"st" | b"nd" | b"rd" | b"th" => Ending::Ordinal,
        b"s" => Ending::Plural,
        b"am" | b"AM" => Ending::Am,
        b"pm" | b"PM" => Ending::Pm,
        _ => return None,
    };
    let fold = |value: u16, byte: &u8| value * 10 + u16::from(byte - b'0');
    let count = u8::try_from(digits).ok().filter(|count| *count <= 4)?;
    Some(Word::Number(
        letters[..digits].iter().fold(0, fold),
        count,
        ending,
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn check(word: &str, expected: Option<Word>) {
        assert_eq!(
            classify(word.as_bytes(), Key::of(word.as_bytes())),
            expected,
            "{word}"
        );
    }

    #[test]
    fn names_need_a_capital_and_other_words_do_not() {
        check("May", Some(Word::Month(5, true)));
        check("may", None);
        check("MARCH", Some(Word::Month(3, true)));
        check("march", None);
        check("Sun", Some(Word::Weekday(Sunday, false)));
        check("sun", None);
        check("Last", Some(Word::Turn(Turn::Last)));
    }

    #[test]
    fn numbers_keep_their_ending() {
        check("1980s", Some(Word::Number(1980, 4, Ending::Plural)));
        check("14th", Some(Word::Number(14, 2, Ending::Ordinal)));
        check("9pm", Some(Word::Number(9, 1, Ending::Pm)));
        check("20130514", None);
        check("7bn", None);
    }

    #[test]
    fn other_words_are_turned_away() {
        check("Moscow", None);
        check("zebra", None);
        check("pleaded", Some(Word::Told));
        check("bed", None);
        check("succeed", None);
        check("agreed", Some(Word::Told));
    }

    #[test]
    fn every_word_is_found_by_its_letters() {
        for (word, meaning) in WORDS {
            assert_eq!(
                VOCABULARY.find(Key::of(word.as_bytes()), word.len()),
                Some(*meaning),
                "{word}"
            );
        }
        let keys: HashSet<(Key, usize)> = WORDS
            .iter()
            .map(|(word, _)| (Key::of(word.as_bytes()), word.len()))
            .collect();
        assert_eq!(keys.len(), WORDS.len());
    }

    #[test]
    fn no_word_is_longer_than_the_buffer() {
        assert_eq!(
            WORDS.iter().map(|(word, _)| word.len()).max(),
            Some(MAX_LEN)
        );
    }
}
