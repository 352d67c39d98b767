//! The words that expressions of time are made of.
//!
//! Every word of a text is looked up here, so the look-up allocates nothing
//! and turns most words away by their first letter and length.
//!
//! A word is known by a key: its last eight letters in small case, packed into
//! a number as it is scanned. Hardly any of ours is longer than nine, so key,
//! length and first letter are the word. A bitmap for each first letter says which
//! lengths there are; what passes is looked up in an open table of 1,024
//! places, a quarter of them full, by a multiplicative hash (Knuth).
//!
//! Months and days of the week need a capital. A word of five letters or more
//! that ends in *ed* is taken for a verb in the past. A number has at most four
//! digits and perhaps *th*, *s*, *am* or *pm* behind it; longer ones mean
//! nothing here.
//!
//! Example: `Thursday` has 't' and 8; its key leads to `Weekday(Thursday,
//! true)`. `Moscow` has 'm' and 6, which only *monday* and *middle* and their
//! like have, and is not found.

use std::sync::LazyLock;

use jiff::civil::Weekday;

use super::feast::Feast;

/// A unit that expressions count in. A weekend counts like a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeUnit {
    Day,
    Week,
    Fortnight,
    Weekend,
    Month,
    Quarter,
    Year,
    Decade,
}

/// A season of the year. *Fall* is autumn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

/// A part of the day. Noon and midnight are hours; the others are stretches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayPart {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
    Midnight,
}

/// Where a word points, seen from the present. Words that point alike may still
/// count from another day, so each is kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
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

/// A word or number, as far as it matters to dates. A word has one meaning
/// here; what it means in its place is for the readers to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeWord {
    /// A number of at most four digits, and how many they are.
    Number(u16, u8, Ending),
    /// `true` for the full name; only with a capital.
    Month(i8, bool),
    /// `true` for the full name; only with a capital.
    Weekday(Weekday, bool),
    /// `true` for the plural.
    Unit(TimeUnit, bool),
    /// Morning to midnight.
    DayPart(DayPart),
    /// In small letters too, so it needs a word that says so.
    Season(Season),
    /// One to ninety, written out.
    Count(u8),
    /// A few, several: a number, but which?
    Some,
    /// First to fourth.
    Ordinal(u8),
    /// Yesterday, today, tomorrow: so many days on.
    Deictic(i8),
    /// The night of the day of publication.
    Tonight,
    /// No reader begins with it: it is no day by itself.
    Overnight,
    /// Last, this, next: see [`Direction`].
    Turn(Direction),
    /// "Ago": counts back from the day of publication.
    Ago,
    /// "Earlier": counts back from the day that the text spoke of.
    Earlier,
    /// "Later": counts on from it.
    Later,
    /// Early, late, mid.
    Stretch,
    /// "The": belongs to some expressions, and names others.
    The,
    /// "A", "an": a count of one.
    A,
    /// "Of": May of 1990, the end of the year.
    Of,
    /// "In": makes a bare number a year.
    In,
    /// "At": before a time of day.
    At,
    /// "On": before a day.
    On,
    /// Other words before a bare month or year that make it a date.
    BeforeDate,
    /// Since, ended: before a time that is over.
    Since,
    /// Each, every: before a day of every week.
    Each,
    /// "These days".
    These,
    /// By, until: the time to come.
    Until,
    /// The end, beginning, start or middle of a stretch.
    End,
    /// A fiscal year is written as the year of its name.
    Fiscal,
    /// Of a year; by itself it may be that of a game.
    Half,
    /// "The year-earlier period": a quarter in business news.
    Period,
    /// After an ordinal.
    Century,
    /// After *two*, in a year that is spelled.
    Thousand,
    /// The nineties.
    Nineties(u8),
    /// Recently.
    Vague,
    /// Currently, nowadays.
    AtPresent,
    /// A feast that has a name of one word; only with a capital.
    Feast(Feast),
    /// Ends the name of a feast; only with a capital.
    Eve,
    /// Vague only before a plural: recent years.
    Recent,
    /// Vague only where nothing follows that it describes.
    Future,
    /// "From now", and a word before dates.
    From,
    /// "Two years from now", and vague by itself.
    Now,
    /// Will, scheduled: verbs and the like that look ahead.
    Ahead,
    /// Set, plans: look ahead with "to" after them.
    AheadTo,
    /// Said, met, agreed: verbs in the past tense.
    Told,
    /// Had: what was ahead then is over now.
    Had,
    /// Looks ahead with "to" behind it: is to resume.
    Is,
    /// See `Is` and `AheadTo`.
    To,
    /// The end of a sentence.
    Stop,
}

use DayPart::{Afternoon, Evening, Midnight, Morning, Night, Noon};
use Season::{Autumn, Spring, Summer, Winter};
use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

/// The words, in lower case. What is missing here is never part of an
/// expression.
#[rustfmt::skip]
const WORDS: &[(&str, TimeWord)] = &[
    ("january", TimeWord::Month(1, true)), ("february", TimeWord::Month(2, true)),
    ("march", TimeWord::Month(3, true)), ("april", TimeWord::Month(4, true)),
    ("may", TimeWord::Month(5, true)), ("june", TimeWord::Month(6, true)),
    ("july", TimeWord::Month(7, true)), ("august", TimeWord::Month(8, true)),
    ("september", TimeWord::Month(9, true)), ("october", TimeWord::Month(10, true)),
    ("november", TimeWord::Month(11, true)), ("december", TimeWord::Month(12, true)),
    ("jan", TimeWord::Month(1, false)), ("feb", TimeWord::Month(2, false)),
    ("mar", TimeWord::Month(3, false)), ("apr", TimeWord::Month(4, false)),
    ("jun", TimeWord::Month(6, false)), ("jul", TimeWord::Month(7, false)),
    ("aug", TimeWord::Month(8, false)), ("sep", TimeWord::Month(9, false)),
    ("sept", TimeWord::Month(9, false)), ("oct", TimeWord::Month(10, false)),
    ("nov", TimeWord::Month(11, false)), ("dec", TimeWord::Month(12, false)),
    ("monday", TimeWord::Weekday(Monday, true)), ("tuesday", TimeWord::Weekday(Tuesday, true)),
    ("wednesday", TimeWord::Weekday(Wednesday, true)), ("thursday", TimeWord::Weekday(Thursday, true)),
    ("friday", TimeWord::Weekday(Friday, true)), ("saturday", TimeWord::Weekday(Saturday, true)),
    ("sunday", TimeWord::Weekday(Sunday, true)),
    ("mon", TimeWord::Weekday(Monday, false)), ("tue", TimeWord::Weekday(Tuesday, false)),
    ("tues", TimeWord::Weekday(Tuesday, false)), ("wed", TimeWord::Weekday(Wednesday, false)),
    ("thu", TimeWord::Weekday(Thursday, false)), ("thurs", TimeWord::Weekday(Thursday, false)),
    ("fri", TimeWord::Weekday(Friday, false)), ("sat", TimeWord::Weekday(Saturday, false)),
    ("sun", TimeWord::Weekday(Sunday, false)),
    ("day", TimeWord::Unit(TimeUnit::Day, false)), ("days", TimeWord::Unit(TimeUnit::Day, true)),
    ("week", TimeWord::Unit(TimeUnit::Week, false)), ("weeks", TimeWord::Unit(TimeUnit::Week, true)),
    ("weekend", TimeWord::Unit(TimeUnit::Weekend, false)), ("weekends", TimeWord::Unit(TimeUnit::Weekend, true)),
    ("month", TimeWord::Unit(TimeUnit::Month, false)), ("months", TimeWord::Unit(TimeUnit::Month, true)),
    ("quarter", TimeWord::Unit(TimeUnit::Quarter, false)), ("quarters", TimeWord::Unit(TimeUnit::Quarter, true)),
    ("year", TimeWord::Unit(TimeUnit::Year, false)), ("years", TimeWord::Unit(TimeUnit::Year, true)),
    ("decade", TimeWord::Unit(TimeUnit::Decade, false)), ("decades", TimeWord::Unit(TimeUnit::Decade, true)),
    ("morning", TimeWord::DayPart(Morning)), ("noon", TimeWord::DayPart(Noon)),
    ("afternoon", TimeWord::DayPart(Afternoon)), ("evening", TimeWord::DayPart(Evening)),
    ("night", TimeWord::DayPart(Night)), ("midnight", TimeWord::DayPart(Midnight)),
    ("spring", TimeWord::Season(Spring)), ("summer", TimeWord::Season(Summer)),
    ("autumn", TimeWord::Season(Autumn)), ("fall", TimeWord::Season(Autumn)),
    ("winter", TimeWord::Season(Winter)),
    ("one", TimeWord::Count(1)), ("two", TimeWord::Count(2)), ("three", TimeWord::Count(3)),
    ("four", TimeWord::Count(4)), ("five", TimeWord::Count(5)), ("six", TimeWord::Count(6)),
    ("seven", TimeWord::Count(7)), ("eight", TimeWord::Count(8)), ("nine", TimeWord::Count(9)),
    ("ten", TimeWord::Count(10)), ("eleven", TimeWord::Count(11)), ("twelve", TimeWord::Count(12)),
    ("thirteen", TimeWord::Count(13)), ("fourteen", TimeWord::Count(14)), ("fifteen", TimeWord::Count(15)),
    ("sixteen", TimeWord::Count(16)), ("seventeen", TimeWord::Count(17)), ("eighteen", TimeWord::Count(18)),
    ("nineteen", TimeWord::Count(19)), ("twenty", TimeWord::Count(20)), ("thirty", TimeWord::Count(30)),
    ("forty", TimeWord::Count(40)), ("fifty", TimeWord::Count(50)), ("sixty", TimeWord::Count(60)),
    ("seventy", TimeWord::Count(70)), ("eighty", TimeWord::Count(80)), ("ninety", TimeWord::Count(90)),
    ("few", TimeWord::Some), ("several", TimeWord::Some), ("many", TimeWord::Some), ("couple", TimeWord::Some),
    ("first", TimeWord::Ordinal(1)), ("second", TimeWord::Ordinal(2)), ("third", TimeWord::Ordinal(3)),
    ("fourth", TimeWord::Ordinal(4)),
    ("yesterday", TimeWord::Deictic(-1)), ("today", TimeWord::Deictic(0)), ("tomorrow", TimeWord::Deictic(1)),
    ("tonight", TimeWord::Tonight), ("overnight", TimeWord::Overnight),
    ("last", TimeWord::Turn(Direction::Last)), ("previous", TimeWord::Turn(Direction::Previous)),
    ("past", TimeWord::Turn(Direction::Past)), ("this", TimeWord::Turn(Direction::This)),
    ("current", TimeWord::Turn(Direction::Current)), ("latest", TimeWord::Turn(Direction::Latest)),
    ("that", TimeWord::Turn(Direction::That)), ("next", TimeWord::Turn(Direction::Next)),
    ("coming", TimeWord::Turn(Direction::Coming)), ("following", TimeWord::Turn(Direction::Following)),
    ("ago", TimeWord::Ago), ("earlier", TimeWord::Earlier), ("later", TimeWord::Later),
    ("early", TimeWord::Stretch), ("late", TimeWord::Stretch), ("mid", TimeWord::Stretch),
    ("the", TimeWord::The), ("a", TimeWord::A), ("an", TimeWord::A),
    ("of", TimeWord::Of), ("in", TimeWord::In), ("at", TimeWord::At), ("on", TimeWord::On),
    ("since", TimeWord::Since), ("during", TimeWord::BeforeDate), ("before", TimeWord::BeforeDate),
    ("after", TimeWord::BeforeDate), ("through", TimeWord::BeforeDate), ("around", TimeWord::BeforeDate),
    ("between", TimeWord::BeforeDate), ("and", TimeWord::BeforeDate), ("for", TimeWord::BeforeDate),
    ("till", TimeWord::Until), ("until", TimeWord::Until), ("by", TimeWord::Until),
    ("or", TimeWord::BeforeDate), ("ended", TimeWord::Since), ("ending", TimeWord::BeforeDate),
    ("end", TimeWord::End), ("beginning", TimeWord::End), ("start", TimeWord::End), ("middle", TimeWord::End),
    ("fiscal", TimeWord::Fiscal), ("half", TimeWord::Half), ("period", TimeWord::Period),
    ("century", TimeWord::Century), ("thousand", TimeWord::Thousand),
    ("fifties", TimeWord::Nineties(5)), ("sixties", TimeWord::Nineties(6)),
    ("seventies", TimeWord::Nineties(7)), ("eighties", TimeWord::Nineties(8)),
    ("nineties", TimeWord::Nineties(9)),
    ("currently", TimeWord::AtPresent), ("recently", TimeWord::Vague), ("nowadays", TimeWord::AtPresent),
    ("easter", TimeWord::Feast(Feast::Easter(0))), ("pentecost", TimeWord::Feast(Feast::Easter(49))),
    ("christmas", TimeWord::Feast(Feast::Fixed(12, 25))), ("halloween", TimeWord::Feast(Feast::Fixed(10, 31))),
    ("thanksgiving", TimeWord::Feast(Feast::Thanksgiving(0))), ("eve", TimeWord::Eve),
    ("fortnight", TimeWord::Unit(TimeUnit::Fortnight, false)), ("fortnights", TimeWord::Unit(TimeUnit::Fortnight, true)),
    ("now", TimeWord::Now), ("recent", TimeWord::Recent), ("future", TimeWord::Future), ("from", TimeWord::From),
    ("will", TimeWord::Ahead), ("shall", TimeWord::Ahead), ("would", TimeWord::Ahead), ("ll", TimeWord::Ahead),
    ("scheduled", TimeWord::Ahead), ("due", TimeWord::Ahead), ("expected", TimeWord::Ahead),
    ("expects", TimeWord::Ahead), ("expect", TimeWord::Ahead), ("planned", TimeWord::Ahead),
    ("plans", TimeWord::AheadTo), ("plan", TimeWord::AheadTo), ("hopes", TimeWord::AheadTo), ("hope", TimeWord::AheadTo),
    ("set", TimeWord::AheadTo), ("payable", TimeWord::Ahead), ("effective", TimeWord::Ahead),
    ("starting", TimeWord::Ahead), ("upcoming", TimeWord::Ahead), ("maturing", TimeWord::Ahead),
    ("can", TimeWord::Ahead), ("could", TimeWord::Ahead), ("might", TimeWord::Ahead), ("must", TimeWord::Ahead),
    ("said", TimeWord::Told), ("told", TimeWord::Told), ("was", TimeWord::Told), ("were", TimeWord::Told),
    ("had", TimeWord::Had), ("met", TimeWord::Told), ("made", TimeWord::Told), ("began", TimeWord::Told),
    ("took", TimeWord::Told), ("held", TimeWord::Told), ("came", TimeWord::Told), ("went", TimeWord::Told),
    ("became", TimeWord::Told), ("won", TimeWord::Told), ("lost", TimeWord::Told), ("found", TimeWord::Told),
    ("left", TimeWord::Told), ("led", TimeWord::Told), ("gave", TimeWord::Told), ("got", TimeWord::Told),
    ("ran", TimeWord::Told), ("saw", TimeWord::Told), ("wrote", TimeWord::Told), ("broke", TimeWord::Told),
    ("rose", TimeWord::Told), ("fell", TimeWord::Told), ("sent", TimeWord::Told), ("did", TimeWord::Told),
    ("hit", TimeWord::Told), ("killed", TimeWord::Told), ("spoke", TimeWord::Told), ("bought", TimeWord::Told),
    ("sold", TimeWord::Told), ("paid", TimeWord::Told), ("thought", TimeWord::Told), ("died", TimeWord::Told),
    ("brought", TimeWord::Told), ("built", TimeWord::Told), ("caught", TimeWord::Told),
    ("chose", TimeWord::Told), ("drew", TimeWord::Told), ("drove", TimeWord::Told), ("fought", TimeWord::Told),
    ("flew", TimeWord::Told), ("grew", TimeWord::Told), ("heard", TimeWord::Told), ("kept", TimeWord::Told),
    ("knew", TimeWord::Told), ("laid", TimeWord::Told), ("lay", TimeWord::Told), ("meant", TimeWord::Told),
    ("quit", TimeWord::Told), ("shot", TimeWord::Told), ("slid", TimeWord::Told),
    ("sought", TimeWord::Told), ("spent", TimeWord::Told), ("stood", TimeWord::Told), ("struck", TimeWord::Told),
    ("swept", TimeWord::Told), ("threw", TimeWord::Told), ("withdrew", TimeWord::Told), ("fled", TimeWord::Told),
    ("each", TimeWord::Each), ("every", TimeWord::Each), ("these", TimeWord::These),
    ("is", TimeWord::Is), ("are", TimeWord::Is), ("to", TimeWord::To),
];

/// The longest of [`WORDS`]. Nine letters are what key and first letter tell
/// apart; of the few that are longer, no other English word of that length has
/// the first letter and the last eight.
const MAX_LEN: usize = 12;

/// Places of the table that words are looked up in: four times as many as
/// there are words, so that most look-ups end at the first.
const PLACES: usize = 1024;

/// The words by their letters. Built once, when the first text is read.
struct TimeWords {
    /// A word's key, length and first letter at the place that its key gives, or
    /// at one of the next; length 0 where there is none.
    places: Vec<(Key, u8, u8, TimeWord)>,
    /// Which lengths there are, by first letter.
    lengths: [u16; 26],
}

/// Linear probing: words whose places collide follow each other, and an empty
/// place ends every search.
static VOCABULARY: LazyLock<TimeWords> = LazyLock::new(|| {
    let mut vocabulary = TimeWords {
        places: vec![(Key::default(), 0, b'a', TimeWord::Stop); PLACES],
        lengths: [0; 26],
    };
    for (word, meaning) in WORDS {
        let letters = word.as_bytes();
        let (key, length) = (Key::of(letters), u8::try_from(letters.len()).unwrap_or(0));
        let mut at = key.place();
        while vocabulary.places[at].1 != 0 {
            at = (at + 1) % PLACES;
        }
        vocabulary.places[at] = (key, length, letters[0], *meaning);
        vocabulary.lengths[usize::from(letters[0] - b'a')] |= 1 << length;
    }
    vocabulary
});

/// The last eight letters of a word in lower case. With the first letter and
/// the length they are the whole word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Key(u64);

impl Key {
    /// The key of the word with one letter more. Capitals become small letters
    /// by one bit, and digits stay as they are.
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
/// dates; `None` for most. `letters` must not be empty.
///
/// | word | meaning |
/// |---|---|
/// | May | `Month(5, true)` |
/// | may | none: a verb |
/// | Sun | `Weekday(Sunday, false)` |
/// | 1980s | `Number(1980, 4, Plural)` |
/// | 9pm | `Number(9, 1, Pm)` |
/// | pleaded | `Told` |
/// | succeed, bed | none |
pub(super) fn classify(letters: &[u8], key: Key) -> Option<TimeWord> {
    let first = letters[0] | 0x20;
    if !first.is_ascii_lowercase() {
        return number(letters);
    }
    let vocabulary = &*VOCABULARY;
    let lengths = vocabulary.lengths[usize::from(first - b'a')];
    if letters.len() <= MAX_LEN
        && lengths >> letters.len() & 1 == 1
        && let Some(word) = vocabulary.find(key, letters.len(), first)
    {
        let needs_capital = matches!(
            word,
            TimeWord::Month(..) | TimeWord::Weekday(..) | TimeWord::Feast(_) | TimeWord::Eve
        );
        return (!needs_capital || letters[0].is_ascii_uppercase()).then_some(word);
    }
    (letters.len() > 4 && key.is_told()).then_some(TimeWord::Told)
}

impl TimeWords {
    /// The word of this key, length and first letter: a key holds the last eight
    /// letters alone, and *affective* is not *effective*.
    fn find(&self, key: Key, letters: usize, first: u8) -> Option<TimeWord> {
        let mut at = key.place();
        loop {
            let (found, length, begins, word) = self.places[at];
            if length == 0 {
                return None;
            }
            if found == key && usize::from(length) == letters && begins == first {
                return Some(word);
            }
            at = (at + 1) % PLACES;
        }
    }
}

/// `14`, `14th`, `1980s`, `9pm`. `None` for five digits and more.
fn number(letters: &[u8]) -> Option<TimeWord> {
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
    Some(TimeWord::Number(
        letters[..digits].iter().fold(0, fold),
        count,
        ending,
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn check(word: &str, expected: Option<TimeWord>) {
        assert_eq!(
            classify(word.as_bytes(), Key::of(word.as_bytes())),
            expected,
            "{word}"
        );
    }

    #[test]
    fn a_word_of_nine_letters_is_told_by_its_first_as_well() {
        assert!(classify(b"effective", Key::of(b"effective")).is_some());
        check("affective", None);
        check("Aeptember", None);
        check("Wfternoon", None);
    }

    #[test]
    fn names_need_a_capital_and_other_words_do_not() {
        check("May", Some(TimeWord::Month(5, true)));
        check("may", None);
        check("MARCH", Some(TimeWord::Month(3, true)));
        check("march", None);
        check("Sun", Some(TimeWord::Weekday(Sunday, false)));
        check("sun", None);
        check("Last", Some(TimeWord::Turn(Direction::Last)));
    }

    #[test]
    fn numbers_keep_their_ending() {
        check("1980s", Some(TimeWord::Number(1980, 4, Ending::Plural)));
        check("14th", Some(TimeWord::Number(14, 2, Ending::Ordinal)));
        check("9pm", Some(TimeWord::Number(9, 1, Ending::Pm)));
        check("20130514", None);
        check("7bn", None);
    }

    #[test]
    fn other_words_are_turned_away() {
        check("Moscow", None);
        check("zebra", None);
        check("pleaded", Some(TimeWord::Told));
        check("bed", None);
        check("succeed", None);
        check("agreed", Some(TimeWord::Told));
    }

    #[test]
    fn every_word_is_found_by_its_letters() {
        for (word, meaning) in WORDS {
            assert_eq!(
                VOCABULARY.find(Key::of(word.as_bytes()), word.len(), word.as_bytes()[0]),
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
