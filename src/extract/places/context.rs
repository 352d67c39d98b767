//! What an ambiguous form means where it stands.
//!
//! Responsible for Georgia the republic and the American state, for a country
//! inside a person's, a newspaper's or a language's name, and for the American
//! Moscow. Looks at the words next to a form; what the whole article says is
//! asked once per article, however often a form occurs.

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use super::CountryKind;
use super::regions;
use super::table::{self, Form, Mark};
use crate::calendar;
use crate::extract::lexicon;

/// What is asked of a whole article, each question answered once.
pub(super) struct Company<'a> {
    text: &'a str,
    answers: RefCell<Vec<(&'static str, bool)>>,
}

impl<'a> Company<'a> {
    pub(super) fn of(text: &'a str) -> Company<'a> {
        Company {
            text,
            answers: RefCell::new(Vec::new()),
        }
    }

    fn once(&self, question: &'static str, answer: impl Fn(&str) -> bool) -> bool {
        let known = self
            .answers
            .borrow()
            .iter()
            .find(|(asked, _)| *asked == question)
            .map(|(_, answer)| *answer);
        known.unwrap_or_else(|| {
            let answer = answer(self.text);
            self.answers.borrow_mut().push((question, answer));
            answer
        })
    }

    /// Whether the article names the country at `index` of the table for sure.
    fn attests(&self, index: usize) -> bool {
        let entry = &table::TABLE[index];
        self.once(entry.code, |text| {
            entry.sure_forms().any(|form| text.contains(form))
        })
    }

    /// Whether the article has one of `words`; `question` names the list.
    fn has(&self, question: &'static str, words: &[&str]) -> bool {
        self.once(question, |text| {
            words.iter().any(|word| text.contains(word))
        })
    }
}

/// The paragraph that forms stand in, with single spaces.
pub(super) struct Paragraph<'a> {
    text: &'a str,
    dateline: usize,
    in_capitals: OnceCell<bool>,
}

impl<'a> Paragraph<'a> {
    /// A paragraph whose dateline ends at `dateline`.
    pub(super) fn new(text: &'a str, dateline: usize) -> Paragraph<'a> {
        Paragraph {
            text,
            dateline,
            in_capitals: OnceCell::new(),
        }
    }

    fn is_in_capitals(&self) -> bool {
        *self
            .in_capitals
            .get_or_init(|| !self.text.contains(char::is_lowercase))
    }
}

/// A form where it stands.
pub(super) struct Place<'a> {
    pub(super) paragraph: &'a Paragraph<'a>,
    pub(super) span: Range<usize>,
}

impl<'a> Place<'a> {
    /// The text before the form.
    fn left(&self) -> &'a str {
        &self.paragraph.text[..self.span.start]
    }

    /// The text after the form.
    fn right(&self) -> &'a str {
        &self.paragraph.text[self.span.end..]
    }

    /// The word before the form, empty where a mark comes between.
    fn before(&self) -> &'a str {
        let left = self.left().trim_end();
        left.rsplit(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("")
    }

    /// The word after the form, empty where a mark comes between.
    fn after(&self) -> &'a str {
        let right = self.right().trim_start();
        right
            .split(|c: char| !c.is_alphanumeric())
            .next()
            .unwrap_or("")
    }

    pub(super) fn is_in_dateline(&self) -> bool {
        self.span.end <= self.paragraph.dateline
    }

    /// Whether a dateline has the form between its own commas.
    fn is_alone_in_dateline(&self) -> bool {
        let starts = self.left().is_empty() || self.left().ends_with(", ");
        let right = self.right().trim_start();
        starts && self.is_in_dateline() && !right.starts_with(char::is_alphanumeric)
    }

    fn follows(&self, words: &[&str]) -> bool {
        is_one_of(self.before(), words)
    }

    fn precedes(&self, words: &[&str]) -> bool {
        is_one_of(self.after(), words)
    }

    /// Whether an initial stands before: "J. C. Bradford".
    fn has_initial(&self) -> bool {
        let before = self.left().strip_suffix(". ").unwrap_or("");
        let mut letters = before.chars().rev();
        letters.next().is_some_and(char::is_uppercase)
            && !letters.next().is_some_and(char::is_alphabetic)
            && !["U.S", "U.K"].iter().any(|short| before.ends_with(short))
    }

    /// Whether the form is part of a currency's sign: US$.
    fn is_money(&self) -> bool {
        self.right().trim_start().starts_with('$')
    }

    /// Whether "People's" stands before, however its apostrophe is written.
    fn is_of_the_people(&self) -> bool {
        let mut words = self.left().rsplit(|c: char| !c.is_alphanumeric());
        let last = words.find(|word| word.len() > 1);
        last.is_some_and(|word| is_one_of(word, &["People", "Peoples"]))
    }

    /// Whether a word such as "in" says that the form is a place.
    fn is_placed(&self) -> bool {
        self.is_in_dateline() || self.follows(&PREPOSITIONS)
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| other.eq_ignore_ascii_case(word))
}

const PREPOSITIONS: [&str; 16] = [
    "in",
    "from",
    "near",
    "at",
    "to",
    "outside",
    "across",
    "around",
    "between",
    "through",
    "via",
    "toward",
    "towards",
    "into",
    "inside",
    "throughout",
];

/// The country that `form` means at `place`, and how it names it; `None` where
/// it means no country.
pub(super) fn meant(
    form: &Form,
    place: &Place<'_>,
    company: &Company<'_>,
) -> Option<(usize, CountryKind)> {
    if form.mark == Mark::Opening && !place.is_alone_in_dateline() {
        return None;
    }
    if is_in_a_title(form, place) {
        return None;
    }
    match form.kind {
        CountryKind::Name | CountryKind::Capital | CountryKind::City => {
            if let Some(country) = namesake(form, place) {
                return Some((country, CountryKind::City));
            }
            if is_in_a_persons_name(form, place) {
                return None;
            }
        }
        CountryKind::Demonym if is_a_language(form, place) => return None,
        _ => {}
    }
    match form.mark {
        Mark::Fitting => fitting(form, place, company),
        Mark::Attested if !place.is_in_dateline() && !company.attests(form.country) => None,
        _ => Some((form.country, form.kind)),
    }
}

/// Newspapers: "Moscow Times", "Times of India"; and streets.
fn is_in_a_title(form: &Form, place: &Place<'_>) -> bool {
    const PAPERS: [&str; 16] = [
        "Times",
        "Post",
        "Herald",
        "Journal",
        "Tribune",
        "Gazette",
        "Telegraph",
        "Chronicle",
        "Observer",
        "Globe",
        "Inquirer",
        "Enquirer",
        "Examiner",
        "Courier",
        "Dispatch",
        "Sentinel",
    ];
    const STREETS: [&str; 9] = [
        "Street",
        "Avenue",
        "Ave",
        "Road",
        "Rd",
        "Lane",
        "Boulevard",
        "Blvd",
        "Drive",
    ];
    const COMPANIES: [&str; 16] = [
        "Inc",
        "Corp",
        "Co",
        "Cos",
        "Industries",
        "Energy",
        "Insurance",
        "Financial",
        "Petroleum",
        "Associates",
        "Group",
        "Partners",
        "Capital",
        "Technologies",
        "Systems",
        "Resources",
    ];
    if form.kind == CountryKind::Institution && form.mark == Mark::Plain {
        return false;
    }
    let right = place.right();
    let next = if right.starts_with(' ') {
        place.after()
    } else {
        ""
    };
    let is_company = matches!(form.mark, Mark::Attested)
        && (right.starts_with("-Myers") || is_one_of(next, &COMPANIES));
    if is_company {
        return true;
    }
    let is_title = next.starts_with(char::is_uppercase)
        && (is_one_of(next, &PAPERS) && !right[1 + next.len()..].starts_with(" Office")
            || is_one_of(next, &STREETS) && form.kind != CountryKind::Demonym);
    is_title || place.left().ends_with("Times of ")
}

/// The country of a namesake: Moscow, Idaho; Lebanon, Pa.; London, Ontario.
fn namesake(form: &Form, place: &Place<'_>) -> Option<usize> {
    let rest = place.right().strip_prefix(", ")?;
    let is_placed = place.is_placed() || place.left().is_empty();
    let (code, region) = regions::at_start(rest)?;
    let is_short = region.len() == 2;
    if is_short && !place.paragraph.text[place.span.clone()].contains(char::is_lowercase) {
        return None;
    }
    // "Mexico, Texas and California" is a list.
    let goes_on = [" and ", " or ", " & "];
    let tail = &rest[region.len()..];
    if goes_on.iter().any(|word| tail.starts_with(word)) {
        return None;
    }
    let is_country = form.kind == CountryKind::Name;
    if is_country && !is_placed && !region.ends_with('.') {
        return None;
    }
    table::index_of(code).filter(|country| *country != form.country)
}

/// "Michael Jordan", "Jack London"; "Chad Smith", "Paris Hilton".
fn is_in_a_persons_name(form: &Form, place: &Place<'_>) -> bool {
    let is_sure = form.mark == Mark::Plain && form.kind == CountryKind::Name;
    if is_sure || place.is_in_dateline() {
        return false;
    }
    let before = place.before();
    let is_named = place.left().ends_with(' ')
        && before.len() >= 3
        && before.starts_with(char::is_uppercase)
        && !is_one_of(before, &["Will", "May", "San", "Santa", "Port"])
        && !table::is_country_word(before)
        && lexicon::is_first_name(&before.to_lowercase());
    is_named || form.mark != Mark::Plain && (place.has_initial() || is_a_first_name(form, place))
}

/// Whether a form that is also a first name has a family name after it.
fn is_a_first_name(form: &Form, place: &Place<'_>) -> bool {
    if !place.right().starts_with(' ') || place.is_placed() {
        return false;
    }
    let after = place.after();
    let mut letters = after.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
        && !is_one_of(after, &PUBLIC_WORDS)
        && !calendar::is_name(after)
        && !table::is_country_word(after)
        && lexicon::is_first_name(&form.text.to_lowercase())
}

/// Words with a capital that follow a place and are no family name.
const PUBLIC_WORDS: [&str; 76] = [
    "Stock",
    "Exchange",
    "Bourse",
    "Airport",
    "University",
    "Government",
    "Minister",
    "President",
    "King",
    "Queen",
    "Prime",
    "Foreign",
    "Parliament",
    "Embassy",
    "Airways",
    "Airlines",
    "Air",
    "Bank",
    "Central",
    "National",
    "International",
    "Police",
    "Court",
    "City",
    "Opera",
    "Festival",
    "Olympics",
    "Olympic",
    "Games",
    "Fashion",
    "Commune",
    "Metro",
    "Saint",
    "Club",
    "Summit",
    "Conference",
    "Treaty",
    "Peace",
    "Harbour",
    "Football",
    "Cup",
    "Marathon",
    "Army",
    "Navy",
    "Telecom",
    "Chamber",
    "Institute",
    "School",
    "Hospital",
    "Theatre",
    "Museum",
    "Mayor",
    "Governor",
    "Province",
    "Region",
    "Ministry",
    "Council",
    "Commission",
    "Board",
    "Declaration",
    "Valley",
    "Hotel",
    "Crown",
    "Prince",
    "Princess",
    "Royal",
    "Armed",
    "Security",
    "Defence",
    "Defense",
    "Interior",
    "Finance",
    "Trade",
    "Press",
    "Radio",
    "County",
];

/// "in French.", "speaks Russian", "Spanish-language", "Hebrew and Armenian".
fn is_a_language(form: &Form, place: &Place<'_>) -> bool {
    const LANGUAGES: [&str; 14] = [
        "Arabic",
        "Hebrew",
        "Latin",
        "Hindi",
        "Urdu",
        "Swahili",
        "Mandarin",
        "Cantonese",
        "Farsi",
        "Syriac",
        "Coptic",
        "Yiddish",
        "Sanskrit",
        "Aramaic",
    ];
    const OF_SPEECH: [&str; 12] = [
        "speak", "speaks", "spoke", "speaking", "fluent", "learn", "learned", "learning", "learnt",
        "teach", "teaches", "taught",
    ];
    const OF_LANGUAGE: [&str; 12] = [
        "language",
        "languages",
        "speaking",
        "speakers",
        "speaker",
        "lessons",
        "translation",
        "translator",
        "alphabet",
        "grammar",
        "subtitles",
        "dialect",
    ];
    if form.text.ends_with('s') || form.text.ends_with('-') {
        return false;
    }
    let right = place.right();
    let next = right.trim_start_matches([' ', '-']);
    let next = next.split(|c: char| !c.is_alphanumeric()).next();
    let after_mark = right.trim_start();
    let is_last = right.is_empty() || after_mark.starts_with(['.', ',', ';', ')', ':']);
    let neighbour = place.left().trim_end().trim_end_matches([',', ' ']);
    let neighbour = neighbour.strip_suffix(" and").unwrap_or(neighbour);
    let neighbour = neighbour.rsplit(' ').next().unwrap_or("");
    let neighbour = neighbour.trim_end_matches(',');
    place.before() == "in" && is_last
        || place.follows(&OF_SPEECH)
        || next.is_some_and(|next| is_one_of(next, &OF_LANGUAGE))
        || LANGUAGES.contains(&neighbour)
}

/// What a form that needs a fitting context means.
fn fitting(form: &Form, place: &Place<'_>, company: &Company<'_>) -> Option<(usize, CountryKind)> {
    let fits = match form.text {
        "Georgia" | "Georgian" | "Georgians" => return georgia(form, place, company),
        "Republic of China" if place.is_of_the_people() => {
            return table::index_of("CN").map(|china| (china, form.kind));
        }
        "Congo" | "Congolese" => return Some((congo(form, company), form.kind)),
        "US" => {
            !place.is_money()
                && (!place.paragraph.is_in_capitals()
                    || place.right().starts_with('-')
                    || place.before() == "THE")
        }
        "HK" | "NZ" => !place.is_money(),
        "Turkey" => !is_the_bird(place),
        "English" => place.precedes(&ENGLISH_THINGS),
        "Polish" => !is_the_verb(place),
        "Poles" => !place.follows(&["North", "South", "both", "magnetic"]),
        "Guinea" => !place.follows(&["New"]),
        "America" => !place.follows(&["Latin", "North", "South", "Central", "Captain", "Miss"]),
        "Washington" => !place.follows(&["George", "Denzel", "Mount", "Booker", "Kerry"]),
        "Korea" | "Korean" | "Koreans" => !company.once("only the north", |text| {
            text.contains("North Korea") && !text.contains("South Korea") && !text.contains("Seoul")
        }),
        "Dominican" | "Dominicans" => !place.precedes(&[
            "friar", "friars", "order", "nun", "nuns", "monk", "monks", "priest", "sister",
            "sisters", "convent",
        ]),
        "Indian" | "Indians" => !is_native_american(form, place, company),
        "Wales" => !place.left().ends_with("ce of ") && !place.left().ends_with("cess of "),
        "Brussels" => place.is_placed(),
        "Westminster" => !place.precedes(&["Kennel", "Dog"]),
        "Dane" | "Swede" | "Finn" | "Brit" | "Turk" => {
            place.follows(&["a", "the", "young", "another", "fellow"])
        }
        "Lao" => !place.after().starts_with(char::is_uppercase) || place.precedes(&PUBLIC_WORDS),
        "Nassau" | "Santiago" => place.is_placed() || !place.precedes(&["County", "de"]),
        "Jersey" => company.has("channel", &["Channel Island", "Guernsey", "Helier"]),
        "Department of Defense"
        | "Department of Justice"
        | "Justice Department"
        | "Joint Chiefs of Staff" => {
            company.has(
                "washington",
                &["U.S.", "US ", "United States", "Washington", "White House"],
            ) && !company.has("manila", &["Philippin", "Manila"])
        }
        _ => true,
    };
    fits.then_some((form.country, form.kind))
}

/// What English law, sport and land have: the language has none of it.
const ENGLISH_THINGS: [&str; 22] = [
    "court",
    "courts",
    "club",
    "clubs",
    "city",
    "cities",
    "town",
    "towns",
    "village",
    "football",
    "cricket",
    "rugby",
    "side",
    "team",
    "captain",
    "county",
    "counties",
    "countryside",
    "coast",
    "league",
    "premier",
    "players",
];

fn is_the_bird(place: &Place<'_>) -> bool {
    place.follows(&[
        "a",
        "roast",
        "wild",
        "cold",
        "fried",
        "smoked",
        "thanksgiving",
    ]) || place.precedes(&[
        "sandwich",
        "sandwiches",
        "breast",
        "dinner",
        "meat",
        "legs",
        "hunt",
        "hunting",
        "farm",
        "farms",
        "farmers",
        "trot",
        "burger",
        "burgers",
        "bacon",
        "stuffing",
        "shoot",
    ]) || place.left().ends_with("the ") && place.precedes(&["was", "is", "and"])
}

/// "Polish the silver": a verb opens a sentence and has an object.
fn is_the_verb(place: &Place<'_>) -> bool {
    place.before().is_empty() && place.precedes(&["the", "your", "up", "off", "a", "it", "their"])
}

/// Whether the article is one of American tribes, or the word before names one.
fn is_native_american(form: &Form, place: &Place<'_>, company: &Company<'_>) -> bool {
    let before = place.before();
    let is_tribe = form.text == "Indians"
        && place.left().ends_with(' ')
        && before.starts_with(char::is_uppercase)
        && before.chars().any(char::is_lowercase)
        && !is_one_of(
            before,
            &[
                "The", "Many", "Most", "Some", "Young", "British", "All", "But",
            ],
        )
        && !table::is_country_word(before);
    is_tribe
        || company.once("tribes", |text| {
            let count = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count();
            count(&[
                "tribe",
                "Tribe",
                "tribal",
                "reservation",
                "Native American",
                "indigenous",
            ]) > 1
                && !text.contains("India ")
                && !text.contains("Delhi")
        })
}

/// The republic, or else the American state, whose people go unmentioned.
fn georgia(form: &Form, place: &Place<'_>, company: &Company<'_>) -> Option<(usize, CountryKind)> {
    if place.precedes(&[
        "house",
        "era",
        "architecture",
        "townhouse",
        "mansion",
        "style",
    ]) {
        return None;
    }
    if company.once("the republic of georgia", is_the_republic_of_georgia) {
        return Some((form.country, form.kind));
    }
    let state = table::index_of("US").filter(|_| form.kind == CountryKind::Name);
    state.map(|state| (state, CountryKind::City))
}

/// Georgia the country or the American state, by the company it keeps. What
/// belongs to one alone weighs three times as much as a neighbour.
fn is_the_republic_of_georgia(text: &str) -> bool {
    let count = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count();
    let republic = 3 * count(&[
        "Tbilisi",
        "Abkhazia",
        "Ossetia",
        "Saakashvili",
        "Batumi",
        "GEORGIAN",
    ]) + count(&[
        "Russia",
        "Armenia",
        "Azerbaijan",
        "Caucasus",
        "Soviet",
        "Moscow",
        "Kremlin",
        "Ukraine",
        "NATO",
        "European Union",
        "Turkey",
        "Moldova",
        "republic of",
    ]);
    let state = 3 * count(&[
        "Atlanta",
        "Savannah",
        "Ga.",
        "Georgia State",
        "Augusta",
        "Macon",
    ]) + count(&[
        "Gov.",
        "Alabama",
        "Florida",
        "South Carolina",
        "Tennessee",
        "Mississippi",
        "Texas",
        "Republican",
        "Democrat",
        "county",
        "County",
        "sheriff",
        "Sheriff",
        "Senate",
    ]);
    republic >= state
}

/// Congo alone is Kinshasa's, unless the article names Brazzaville's cities.
fn congo(form: &Form, company: &Company<'_>) -> usize {
    let is_brazzaville = company.once("brazzaville", |text| {
        let names = [
            "Brazzaville",
            "Pointe-Noire",
            "Sassou",
            "People's Republic of the Congo",
        ];
        names.iter().any(|name| text.contains(name))
            && !text.contains("Kinshasa")
            && !text.contains("Democratic Republic")
    });
    let brazzaville = table::index_of("CG").filter(|_| is_brazzaville);
    brazzaville.unwrap_or(form.country)
}
