//! Turns text into terms.
//!
//! The one analyzer of the program: indexing, queries, the choice of passages
//! and highlights all use it, so that a word lights up exactly where it was
//! found. It is responsible for word boundaries (Unicode, UAX #29), folding of
//! case, accents and elided articles (`fold`), and English stems. It knows
//! nothing of fields or files.
//!
//! A form becomes a term in three steps: an irregular form becomes its word
//! (`irregular`: *women*, *said*), the British spelling the American one
//! (`variants`: *labour*), and what is left is stemmed; of an Arabic one, *and*
//! and *the* are taken off (`arabic`). An exact word (`=women`) is looked up by
//! its form, which none of these steps changes.
//!
//! nDCG@10 of the four development collections, any of the words:
//!
//! | | cacm | cisi | med | time |
//! |---|---|---|---|---|
//! | stems alone | .5489 | .4077 | .7299 | .6985 |
//! | spellings of two countries | .5489 | .4075 | .7304 | .6985 |
//! | **and irregular forms** | .5491 | .4104 | .7304 | .7000 |

mod arabic;
mod boundaries;
mod fold;
mod irregular;
mod spellings;
mod table;
mod variants;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use memchr::memchr2_iter;

use self::boundaries::{WrittenWord, each_word};
pub use self::fold::fold;
use self::fold::word_form;
use self::spellings::Spellings;

/// Raised whenever the same text would give other terms than before, so that
/// an index made by an older analyzer is not searched with a newer one.
pub const ANALYZER_VERSION: u32 = 3;

/// Words that a dotted or capital abbreviation would be confused with.
///
/// `US` and `U.S.` are terms of their own beside `us`, so that a query for `US`
/// does not light up "told us", while a query for `us` finds all of them.
const CAPITAL_CLASHES: [(&str, &str); 3] = [("us", "u.s"), ("it", "i.t"), ("who", "w.h.o")];

/// The most distinct words whose terms are remembered; then the memory starts
/// afresh, so that hostile input costs time, not space. Peak memory of a
/// million records whose ids and words all differ, and the time of building
/// from 202 MB of speeches: 315 MiB and 8.8 s with 200,000, 257 MiB and 8.8 s
/// with 60,000.
const MAX_REMEMBERED: usize = 60_000;

/// One word of a text, as [`Analyzer::words`] yields it.
#[derive(Clone, Copy)]
pub struct Word<'a> {
    /// First byte of the word in the text.
    pub start: usize,
    /// One past the last byte of the word in the text.
    pub end: usize,
    is_alternative: bool,
    /// Of its spelling, in the analyzer's memory.
    number: u32,
    entry: &'a SpellingEntry,
    stemmer: &'a Stemmer,
    generation: u32,
}

impl std::fmt::Debug for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{} {}", self.start, self.end, self.form())
    }
}

impl<'a> Word<'a> {
    /// The word's place in the text.
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether it is another reading of the words from the one before it on, and
    /// stands at that one's position: *cybersecurity* after *cyber* and before
    /// *security*, where a line end divides them (see `text::division`).
    pub fn is_alternative(&self) -> bool {
        self.is_alternative
    }

    /// The word folded: lower case, without accents, unstemmed. Never empty.
    pub fn form(&self) -> &'a str {
        &self.entry.form
    }

    /// The stem of the form, or of the word that it is a form of: what is
    /// indexed and looked up.
    pub fn term(&self) -> &'a str {
        self.entry
            .term
            .get_or_init(|| stem(*self.stemmer, &self.entry.form))
    }

    /// Which spelling this is: a generation of the analyzer's memory, and the
    /// spelling's number in it, counted from 0. What is known of a spelling
    /// can be kept under its number while the generation stays the same.
    pub fn spelling(&self) -> (u32, u32) {
        (self.generation, self.number)
    }

    /// The term that only the capitalised abbreviation has (`u.s` of `US`).
    pub fn capital(&self) -> Option<&'static str> {
        self.entry.capital
    }
}

/// How the words begin that are looked for: by it most words of a text are
/// passed over.
#[derive(Debug, Clone)]
pub struct Beginnings {
    /// By their first byte: those with this one may all be meant.
    initials: [bool; 256],
    /// By their first byte: of those with this one, a bit for each second one that
    /// one of `letters` has.
    seconds: [u32; 256],
    letters: Vec<[u8; BEGINNING]>,
}

/// So many letters of a term stand in its form too, where it is longer than
/// [`SHORT_TERM`].
const BEGINNING: usize = 3;

/// Of the stems up to this length, some begin otherwise than their words:
/// `dying` is `die`.
const SHORT_TERM: usize = 4;

impl Default for Beginnings {
    fn default() -> Self {
        Beginnings {
            initials: [false; 256],
            seconds: [0; 256],
            letters: Vec::new(),
        }
    }
}

impl Beginnings {
    /// Adds all words.
    pub fn add_all(&mut self) {
        self.initials = [true; 256];
    }

    /// Adds the words with this term, and says how they may begin besides.
    pub fn add_term(&mut self, term: &str) -> Vec<Cow<'static, str>> {
        if term.len() > SHORT_TERM {
            self.add_form(term);
        } else {
            self.add_initial(term);
        }
        let others: Vec<Cow<'static, str>> = other_beginnings(term).collect();
        for form in &others {
            self.add_form(form);
        }
        others
    }

    /// Adds the words whose form begins so.
    pub fn add_form(&mut self, form: &str) {
        match form.as_bytes().first_chunk::<BEGINNING>() {
            Some(letters) if letters.iter().all(u8::is_ascii_alphanumeric) => {
                self.seconds[usize::from(letters[0])] |= bit(letters[1]);
                if !self.letters.contains(letters) {
                    self.letters.push(*letters);
                }
            }
            _ => self.add_initial(form),
        }
    }

    /// Whether a text may have a word that begins so: quickly told of text in
    /// ASCII where each of the words has three letters or more.
    pub fn may_stand_in(&self, text: &str) -> bool {
        if self.initials.contains(&true) || !text.is_ascii() {
            return true;
        }
        let bytes = text.as_bytes();
        self.letters.iter().any(|letters| {
            let [first, ..] = *letters;
            memchr2_iter(first, first.to_ascii_uppercase(), bytes).any(|at| {
                let found = bytes[at..].first_chunk::<BEGINNING>();
                // Folding drops the marks of numbers and abbreviations, and
                // divisions.
                found.is_some_and(|found| {
                    found.eq_ignore_ascii_case(letters)
                        || !found.iter().all(u8::is_ascii_alphanumeric)
                            && found[1..].iter().any(|byte| b".,'_-".contains(byte))
                })
            })
        })
    }

    fn add_initial(&mut self, form: &str) {
        if let Some(initial) = form.bytes().next() {
            self.initials[usize::from(initial)] = true;
        }
    }

    /// Whether the form of a word, as it is written, may begin so.
    fn may_begin(&self, written: &WrittenWord<'_>) -> bool {
        let bytes = written.raw.as_bytes();
        let initial = bytes.first().map_or(0, u8::to_ascii_lowercase);
        if self.initials[usize::from(initial)] {
            return true;
        }
        let seconds = self.seconds[usize::from(initial)];
        let begins = |is_plain: bool| {
            bytes.first_chunk::<BEGINNING>().is_some_and(|letters| {
                let lower = letters.map(|letter| letter.to_ascii_lowercase());
                self.letters.contains(&lower)
                    || !is_plain && !lower.iter().all(u8::is_ascii_alphanumeric)
            })
        };
        if written.is_plain {
            return seconds != 0
                && bytes
                    .get(1)
                    .is_some_and(|second| seconds & bit(*second) != 0)
                && begins(true);
        }
        let raw = written.raw;
        // Folding drops the marks of numbers and abbreviations.
        let may_be_known = seconds != 0 && begins(false);
        // Folding may make any letter of one beyond ASCII, and cuts off what
        // an apostrophe elides.
        may_be_known
            || !raw.is_ascii()
            || bytes
                .iter()
                .take(fold::LONGEST_ELIDED + 1)
                .any(|byte| *byte == b'\'')
    }
}

/// A bit for a letter of either case; other bytes may share it.
fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// What the analyzer remembers of one distinct spelling.
#[derive(Debug, Clone)]
struct SpellingEntry {
    form: Box<str>,
    /// Made when first asked for: a highlighter asks for few.
    term: OnceCell<Box<str>>,
    capital: Option<&'static str>,
}

/// The analyzer, with a memory of the words it has seen.
///
/// The memory makes it fast (a news archive repeats its vocabulary) and never
/// changes a result.
pub struct Analyzer {
    stemmer: Stemmer,
    /// Where the entry of each spelling is: by number, so that a word is
    /// looked up once.
    seen: Spellings,
    entries: Vec<SpellingEntry>,
    /// How often the memory has begun afresh.
    generation: u32,
}

impl Default for Analyzer {
    fn default() -> Self {
        Analyzer {
            stemmer: Stemmer::new(Algorithm::English),
            seen: Spellings::default(),
            entries: Vec::new(),
            generation: 0,
        }
    }
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Analyzer({} words seen)", self.entries.len())
    }
}

impl Analyzer {
    /// Calls `sink` for every word of `text`, in order.
    pub fn words(&mut self, text: &str, mut sink: impl FnMut(Word<'_>)) {
        each_word(text, |written| sink(self.word(written)));
    }

    /// Calls `sink` for the words of `text` that begin as `beginnings` has it,
    /// and perhaps for others, each with its number among all words (an
    /// alternative with that of the word before it). Returns how many words
    /// there are.
    ///
    /// Words that are passed over are neither folded nor remembered.
    pub fn words_beginning(
        &mut self,
        text: &str,
        beginnings: &Beginnings,
        mut sink: impl FnMut(u32, Word<'_>),
    ) -> u32 {
        let mut count = 0;
        each_word(text, |written| {
            let number = count - u32::from(written.is_alternative);
            if beginnings.may_begin(&written) {
                sink(number, self.word(written));
            }
            count = number + 1;
        });
        count
    }

    /// The terms that a query for `text` looks up, one per word.
    ///
    /// A capitalised abbreviation that clashes with a common word gives the
    /// abbreviation's own term.
    pub fn query_terms(&mut self, text: &str) -> Vec<String> {
        let mut terms = Vec::new();
        self.words(text, |word| {
            if !word.is_alternative() {
                terms.push(word.capital().unwrap_or(word.term()).to_owned());
            }
        });
        terms
    }

    /// The term of an unstemmed word.
    pub fn stem(&self, form: &str) -> String {
        stem(self.stemmer, form).into()
    }

    /// The folded, unstemmed words of `text`.
    pub fn forms(&mut self, text: &str) -> Vec<String> {
        let mut forms = Vec::new();
        self.words(text, |word| {
            if !word.is_alternative() {
                forms.push(word.form().to_owned());
            }
        });
        forms
    }

    fn word(&mut self, written: WrittenWord<'_>) -> Word<'_> {
        let WrittenWord {
            start,
            raw,
            is_plain,
            is_alternative,
        } = written;
        let number = match self.seen.get(raw) {
            Some(number) => number,
            None => self.remember(raw, is_plain),
        };
        Word {
            start,
            end: start + raw.len(),
            is_alternative,
            number,
            entry: &self.entries[number as usize],
            stemmer: &self.stemmer,
            generation: self.generation,
        }
    }

    fn remember(&mut self, raw: &str, is_plain: bool) -> u32 {
        if self.entries.len() > MAX_REMEMBERED {
            self.seen.clear();
            self.entries.clear();
            self.generation = self.generation.wrapping_add(1);
        }
        // At most one more than are remembered.
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.entries.push(make_entry(raw, is_plain));
        self.seen.add(raw, number);
        number
    }
}

/// What there is to know of a spelling; `is_plain` says that it is of ASCII
/// letters and digits alone.
fn make_entry(raw: &str, is_plain: bool) -> SpellingEntry {
    let form = if is_plain && raw.len() <= fold::MAX_TERM_BYTES {
        raw.to_ascii_lowercase()
    } else {
        word_form(raw)
    };
    let capital = CAPITAL_CLASHES
        .iter()
        .find(|(common, _)| form == *common && is_capitals(raw))
        .map(|(_, own)| *own);
    SpellingEntry {
        form: form.into(),
        term: OnceCell::new(),
        capital,
    }
}

fn stem(stemmer: Stemmer, form: &str) -> Box<str> {
    if form.bytes().any(|byte| byte.is_ascii_digit()) {
        return form.into();
    }
    if arabic::is_arabic(form) {
        return arabic::bare(form).into();
    }
    let word = irregular::word_of(form).unwrap_or(form);
    match variants::american(word) {
        Some(american) => stemmer.stem(&american).into(),
        None => stemmer.stem(word).into(),
    }
}

/// Whether a folded word is an irregular form, or a word that has some.
pub(crate) fn is_irregular(form: &str) -> bool {
    irregular::is_known(form)
}

/// The forms with a term that begin otherwise than it does. Looked for in the
/// tables each time: a query has few terms, and a map of them all would cost more
/// than the search.
fn other_forms(term: &str) -> impl Iterator<Item = &'static str> {
    let begins = |word: &str| word.as_bytes().first_chunk::<BEGINNING>().copied();
    let initial = term.bytes().next().unwrap_or(0);
    let all = irregular::of_initial(initial).chain(variants::of_initial(initial));
    // Stems keep the first two letters.
    let is_alike = |word: &str| word.bytes().zip(term.bytes()).take(2).all(|(a, b)| a == b);
    let stemmer = Stemmer::new(Algorithm::English);
    let with_term = all.filter(move |(word, forms)| {
        is_alike(word)
            && forms.split(' ').any(|form| begins(word) != begins(form))
            && *stem(stemmer, word) == *term
    });
    with_term.flat_map(move |(word, forms)| {
        let forms = forms.split(' ');
        forms.filter(move |form| begins(word) != begins(form) && begins(term) != begins(form))
    })
}

/// How the forms of a term may begin besides as the term does: *wen* of `go`,
/// *ana* of `anem` (*anaemia*).
fn other_beginnings(term: &str) -> impl Iterator<Item = Cow<'static, str>> {
    let forms: Vec<&'static str> = other_forms(term).collect();
    let begins = term.as_bytes().first_chunk::<BEGINNING>();
    let british = variants::beginnings(BEGINNING).filter(move |(american, _)| {
        let american = american.as_bytes().first_chunk::<BEGINNING>();
        begins.is_some() && american == begins
    });
    let arabic = arabic::BEGINNINGS
        .into_iter()
        .filter(|_| arabic::is_arabic(term));
    let digraphs: Vec<Cow<'static, str>> = variants::with_digraph(term, BEGINNING)
        .map(Cow::Owned)
        .collect();
    forms
        .into_iter()
        .chain(british.map(|(_, british)| british))
        .chain(arabic)
        .map(Cow::Borrowed)
        .chain(digraphs)
}

fn is_capitals(raw: &str) -> bool {
    raw.chars().all(|c| c.is_ascii_uppercase() || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut terms = Vec::new();
        Analyzer::default().words(text, |word| terms.push(word.term().to_owned()));
        assert_eq!(terms, expected, "{text:?}");
    }

    #[test]
    fn words_split_where_a_reader_splits_them() {
        check(
            "Moscow-Washington hotline",
            &["moscow", "washington", "hotlin"],
        );
        check("24/7 systems", &["24", "7", "system"]);
        check("U.S.-Russia, the U.S.", &["us", "russia", "the", "us"]);
        check(
            "don't says.Next Hill.TV",
            &["dont", "say", "next", "hill", "tv"],
        );
        check("@Reuters_Summits a:b", &["reuter", "summit", "a", "b"]);
        check("1,000 and 3.5", &["1000", "and", "3.5"]);
        check("北京", &["北", "京"]);
        check("— … !", &[]);
    }

    #[test]
    fn case_accents_and_normal_forms_fold_together() {
        check("Caf\u{e9} Cafe\u{301} CAFE", &["cafe", "cafe", "cafe"]);
        check("Łódź Straße İstanbul", &["lodz", "strass", "istanbul"]);
        check("China’s China's", &["china", "china"]);
        check("CafÃ© donâ€™t MÃ¼llerâ€™s", &["cafe", "dont", "muller"]);
        check("co\u{ad}oper\u{ad}ation \u{feff}talks", &["cooper", "talk"]);
    }

    #[test]
    fn capitals_that_clash_with_a_common_word_have_their_own_term() {
        let mut analyzer = Analyzer::default();
        assert_eq!(analyzer.query_terms("US"), ["u.s"]);
        assert_eq!(analyzer.query_terms("U.S."), ["u.s"]);
        assert_eq!(analyzer.query_terms("us"), ["us"]);
        analyzer.words("U.S.", |word| {
            assert_eq!((word.term(), word.capital()), ("us", Some("u.s")));
        });
        analyzer.words("told us", |word| assert_eq!(word.capital(), None));
    }

    #[test]
    fn offsets_give_back_the_word() {
        let text = "“Xi’s” naïve U.S._plan";
        let mut words = Vec::new();
        Analyzer::default().words(text, |word| words.push(text[word.span()].to_owned()));
        assert_eq!(words, ["Xi’s", "naïve", "U.S", "plan"]);
    }

    fn may_begin(beginnings: &Beginnings, raw: &str) -> bool {
        beginnings.may_begin(&WrittenWord {
            start: 0,
            raw,
            is_plain: raw.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            is_alternative: false,
        })
    }

    proptest::proptest! {
        #[test]
        fn no_word_is_passed_over_that_is_looked_for(
            text in "([a-dA-D1-2]{1,6}('s|ing|ed|ies|,1|\\.b|é|_| ){0,2}){0,4}|\\PC{0,12}"
        ) {
            let mut analyzer = Analyzer::default();
            let mut all = Vec::new();
            analyzer.words(&text, |word| {
                all.push((word.form().to_owned(), word.term().to_owned(), word.capital()));
            });
            for (number, (form, term, capital)) in all.iter().enumerate() {
                let mut as_term = Beginnings::default();
                as_term.add_term(capital.unwrap_or(term));
                let mut as_form = Beginnings::default();
                as_form.add_form(form);
                for beginnings in [as_term, as_form] {
                    let mut found = Vec::new();
                    let count = analyzer.words_beginning(&text, &beginnings, |number, word| {
                        found.push((number as usize, word.form().to_owned()));
                    });
                    proptest::prop_assert_eq!(count as usize, all.len());
                    proptest::prop_assert!(found.contains(&(number, form.clone())));
                }
            }
        }

        #[test]
        fn a_word_begins_as_its_term_lets_expect(
            form in "[a-z][a-z']{0,6}(ing|edly|ied|ies|ational|ization|ousness|biliti|abilities|fulness|alism|ogi|li|eed|y|e|)?(s|ly|ed|'s|)|(a|o)e[a-z]{1,6}|(h|p)ae[a-z]{1,4}"
        ) {
            let form = fold(&form);
            let mut beginnings = Beginnings::default();
            beginnings.add_term(&stem(Stemmer::new(Algorithm::English), &form));
            proptest::prop_assert!(may_begin(&beginnings, &form));
            proptest::prop_assert!(beginnings.may_stand_in(&form));
        }
    }

    #[test]
    fn irregular_and_british_forms_begin_as_their_terms_let_expect() {
        let stemmer = Stemmer::new(Algorithm::English);
        let british = [
            "haemorrhage",
            "oestrogen",
            "oedema",
            "aeroplanes",
            "tsarist",
            "gaol",
            "anaemia",
            "anaesthetic",
            "paemia",
        ];
        let forms = irregular::all()
            .chain(variants::words())
            .map(|(_, form)| form);
        for form in forms.chain(british) {
            let mut beginnings = Beginnings::default();
            beginnings.add_term(&stem(stemmer, form));
            assert!(may_begin(&beginnings, form), "{form}");
            assert!(beginnings.may_stand_in(form), "{form}");
        }
    }

    #[test]
    fn forms_of_a_word_have_one_term() {
        for forms in [
            "say says said saying",
            "meet met meeting",
            "woman women women's Women",
            "child children",
            "wolf wolves",
            "analysis analyses",
            "win won wins",
            "labor labour labours Labour's",
            "defense defence defences defensive",
            "organize organise organised organizing organisation",
            "program programme programmes programming",
            "center centre centres centred",
            "color colour coloured",
            "travel travelled traveled traveller traveling travelling",
            "cancel cancelled canceling",
            "model modelled modeling",
            "fuel fuelled fueled",
            "aging ageing",
            "skeptic sceptics",
            "judgment judgement",
            "check cheque",
            "tire tyres",
            "gray grey",
            "aluminum aluminium",
            "curb kerb",
            "plow plough ploughed",
            "jewelry jewellery",
            "anemia anaemia",
            "fulfil fulfill fulfilled",
        ] {
            let mut terms = Vec::new();
            Analyzer::default().words(forms, |word| terms.push(word.term().to_owned()));
            terms.dedup();
            assert_eq!(terms.len(), 1, "{forms}: {terms:?}");
        }
    }

    #[test]
    fn an_elided_article_is_cut_off_with_its_place() {
        let text = "de l’Union, d'études";
        let mut words = Vec::new();
        Analyzer::default().words(text, |word| {
            words.push((word.term().to_owned(), text[word.span()].to_owned()));
        });
        let words: Vec<(&str, &str)> = words.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(
            words,
            [("de", "de"), ("union", "l’Union"), ("etud", "d'études")]
        );
    }

    #[test]
    fn a_very_long_word_is_cut_alike_everywhere() {
        let long = "é".repeat(500);
        let mut analyzer = Analyzer::default();
        let terms = analyzer.query_terms(&long);
        assert_eq!(terms.len(), 1);
        assert!(terms[0].len() <= fold::MAX_TERM_BYTES);
        assert_eq!(terms, analyzer.query_terms(&format!("{long}x")));
    }
}
