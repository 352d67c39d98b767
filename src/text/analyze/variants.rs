//! Words that Britain and America spell differently, made one: *labour* is
//! *labor*, *organise* is *organize*, *anaemia* is *anemia*.
//!
//! Applied to a folded word before it is stemmed, so that all forms of both
//! spellings get one stem. Whole words stand in a table (`WORDS`). Of other
//! words three things are looked at, in this order:
//!
//! 1. how the word begins (`BEGINNINGS`: *grey* in *greyish*);
//! 2. letters inside it: *ae* and *oe* in the words of medicine (`DIGRAPHS`),
//!    *our* behind one of the roots that have it (`OUR`);
//! 3. how it ends: -re, -ogue, -lled (`DOUBLED`), -yse, and -ise with all that
//!    is made of it, but for the roots that have -ise in both countries
//!    (`ALWAYS_ISE`: *promise*) and those with a vowel before it (*raise*,
//!    *noise*, *bruise*).
//!
//! The American spelling is the one that is kept. Where a rule is wrong about a
//! word, it is wrong in the index and in the query alike: *Denise* becomes
//! *denize* in both and still finds itself. What must not happen is that two
//! words become one, hence the lists of roots. *Storey* is left out for it,
//! which would be *story*; *cheque* and *tyre* are not, though *check* and
//! *tire* are verbs as well, since their readers write about the same things.
//!
//! Cost, for each distinct spelling: two looks at tables and a few comparisons
//! of its letters.

use std::borrow::Cow;

use super::table::{FormTable, WithForms};

/// American words, each with the British spellings of its forms.
static WORDS: FormTable = FormTable::new(
    "
abridgment abridgement abridgements
acknowledgment acknowledgement acknowledgements
adviser advisor advisors
among amongst
annex annexe annexes
appall appal appals
catalog cataloguing cataloguer cataloguers
center centre centres centred centring
check cheque cheques
chili chilli chillies chillis
cozy cosy cosier cosiest cosily cosiness
curb kerb kerbs
defense defence defences
dike dyke dykes
disk disc discs
distill distil distils
donut doughnut doughnuts
enroll enrol enrols
enthrall enthral enthrals
fulfill fulfil fulfils
furor furore
glycerin glycerine
gram gramme grammes
hauler haulier hauliers
install instal instals
instill instil instils
jail gaol gaols gaoled
jailer gaoler gaolers jailor jailors
judgment judgement judgements
kilogram kilogramme kilogrammes
license licence licences licenced
licorice liquorice
lodgment lodgement lodgements
maneuver manoeuvre manoeuvres manoeuvred manoeuvring
maneuverable manoeuvrable
math maths
milligram milligramme milligrammes
mold mould moulds moulded moulding mouldings mouldy
molt moult moults moulted moulting
offense offence offences
peddler pedlar pedlars
phony phoney
practice practise practises practised practising
pretense pretence pretences
program programme programmes
protester protestor protestors
ruble rouble roubles
snowplow snowplough snowploughs
specialty speciality specialities
tire tyre tyres
toward towards
traveler traveller travellers
while whilst
whisky whiskey whiskeys
",
);

/// How words begin, American and British; what follows stays.
const BEGINNINGS: &[(&str, &str)] = &[
    ("airplane", "aeroplane"),
    ("aluminum", "aluminium"),
    ("ameb", "amoeb"),
    ("artifact", "artefact"),
    ("bias", "biass"),
    ("carburet", "carburett"),
    ("centerfold", "centrefold"),
    ("centerpiece", "centrepiece"),
    ("cesarean", "caesarean"),
    ("checkbook", "chequebook"),
    ("checker", "chequer"),
    ("cipher", "cypher"),
    ("connection", "connexion"),
    ("councilor", "councillor"),
    ("counselor", "counsellor"),
    ("curbside", "kerbside"),
    ("curbstone", "kerbstone"),
    ("czar", "tsar"),
    ("defenseless", "defenceless"),
    ("draft", "draught"),
    ("enrollment", "enrolment"),
    ("fiberglass", "fibreglass"),
    ("focus", "focuss"),
    ("fulfillment", "fulfilment"),
    ("gray", "grey"),
    ("gyps", "gips"),
    ("inflection", "inflexion"),
    ("inquir", "enquir"),
    ("installment", "instalment"),
    ("jewelry", "jewellery"),
    ("jeweler", "jeweller"),
    ("likable", "likeable"),
    ("marvelous", "marvellous"),
    ("mollusk", "mollusc"),
    ("movable", "moveable"),
    ("mustache", "moustache"),
    ("omelet", "omelette"),
    ("pajama", "pyjama"),
    ("plow", "plough"),
    ("salable", "saleable"),
    ("siphon", "syphon"),
    ("sizable", "sizeable"),
    ("skeptic", "sceptic"),
    ("skillful", "skilful"),
    ("smolder", "smoulder"),
    ("sulf", "sulph"),
    ("theatergoe", "theatregoe"),
    ("tranquility", "tranquillity"),
    ("tranquilis", "tranquillis"),
    ("tranquiliz", "tranquilliz"),
    ("wagon", "waggon"),
    ("willful", "wilful"),
    ("woolen", "woollen"),
    ("wooly", "woolly"),
    ("yogurt", "yoghurt"),
];

/// Letters of Greek words, American and British, wherever they stand.
const DIGRAPHS: &[(&str, &str)] = &[
    ("hem", "haem"),
    ("emi", "aemi"),
    ("ped", "paed"),
    ("edem", "oedem"),
    ("rrhea", "rrhoea"),
    ("esth", "aesth"),
    ("etiol", "aetiol"),
    ("estr", "oestr"),
    ("esoph", "oesoph"),
    ("gynec", "gynaec"),
    ("arche", "archae"),
    ("paleo", "palaeo"),
    ("fet", "foet"),
    ("fec", "faec"),
    ("cec", "caec"),
    ("celia", "coelia"),
    ("homeo", "homoeo"),
    ("dieval", "diaeval"),
    ("maneuv", "manoeuv"),
];

/// What stands before *our* that is *or* in America.
const OUR: &[&str] = &[
    "arb",
    "ard",
    "arm",
    "behavi",
    "belab",
    "cand",
    "clam",
    "clang",
    "col",
    "demean",
    "discol",
    "dishon",
    "disfav",
    "dol",
    "enam",
    "endeav",
    "fav",
    "ferv",
    "flav",
    "glam",
    "harb",
    "hon",
    "hum",
    "lab",
    "misbehavi",
    "misdemean",
    "multicol",
    "neighb",
    "od",
    "parl",
    "ranc",
    "rig",
    "rum",
    "sav",
    "savi",
    "splend",
    "succ",
    "tum",
    "unfav",
    "unsav",
    "val",
    "vap",
    "vig",
    "watercol",
];

/// What stands before *ise* in both countries.
const ALWAYS_ISE: &[&str] = &[
    "ad",
    "adv",
    "advert",
    "an",
    "appr",
    "ar",
    "chast",
    "chem",
    "circumc",
    "comp",
    "compr",
    "comprom",
    "conc",
    "dem",
    "den",
    "desp",
    "dev",
    "disenfranch",
    "disfranch",
    "el",
    "enfranch",
    "enterpr",
    "entrepr",
    "exc",
    "exerc",
    "expert",
    "fortnightl",
    "franch",
    "gu",
    "imprec",
    "improv",
    "inc",
    "merchand",
    "misadv",
    "mort",
    "overexerc",
    "parad",
    "pract",
    "prec",
    "prem",
    "prom",
    "reappr",
    "rem",
    "repr",
    "rev",
    "sunr",
    "moonr",
    "superv",
    "surm",
    "surpr",
    "telev",
    "treat",
    "unadv",
    "unprom",
    "unrev",
    "unsuperv",
    "unsurpr",
    "val",
    "vert",
    "outr",
    "highr",
    "upr",
];

/// What is made of words in *is(e)*, and of *iz(e)* alike.
const OF_ISE: &[&str] = &[
    "e", "ed", "er", "ers", "es", "ing", "ings", "ation", "ations", "ational", "able", "ability",
    "ement", "ements", "ingly", "edly",
];

/// Roots whose last *l* Britain doubles where the stemmer does not see it.
const DOUBLED: &[&str] = &[
    "cruel", "dial", "duel", "fuel", "gruel", "jewel", "refuel", "trial", "vial", "equal",
    "initial", "total", "victual", "bejewel",
];

/// What follows a doubled *l*.
const OF_DOUBLED: &[&str] = &["ed", "ing", "ings", "er", "ers", "est"];

/// The words with *re* that is *er* in America; *metre* and *litre* whatever
/// stands before them.
const RE: &[&str] = &[
    "accoutre",
    "amphitheatre",
    "calibre",
    "epicentre",
    "fibre",
    "goitre",
    "hypercentre",
    "lustre",
    "meagre",
    "mitre",
    "nitre",
    "ochre",
    "reconnoitre",
    "sabre",
    "saltpetre",
    "sceptre",
    "sepulchre",
    "sombre",
    "spectre",
    "theatre",
];

/// The words with *ogue* that is *og* in America.
const OGUE: &[&str] = &[
    "analogue",
    "catalogue",
    "dialogue",
    "epilogue",
    "monologue",
    "prologue",
    "travelogue",
];

/// The American words that begin with a letter, each with the British ones.
pub(super) fn of_initial(initial: u8) -> impl Iterator<Item = WithForms> {
    WORDS.of_initial(initial)
}

/// The words of the table, American and British.
#[cfg(test)]
pub(super) fn words() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.all()
}

/// How American words begin, each with how the British spelling of them does,
/// where these differ within `letters` letters.
pub(super) fn beginnings(letters: usize) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = BEGINNINGS.iter().chain(DIGRAPHS).copied();
    all.filter(move |(american, british)| {
        let most = letters.min(american.len()).min(british.len());
        american.as_bytes()[..most] != british.as_bytes()[..most]
    })
}

/// How the British forms of a term begin that has one of the `DIGRAPHS` behind
/// its first letter, and within its first `letters`: *anaemi* of `anemia`. What
/// the stemmer left of a term may end inside.
pub(super) fn with_digraph(term: &str, letters: usize) -> impl Iterator<Item = String> {
    let places = (1..letters.min(term.len())).filter(|at| term.is_char_boundary(*at));
    places.flat_map(move |at| {
        let (before, rest) = term.split_at(at);
        let fits = move |american: &str| rest.starts_with(american) || american.starts_with(rest);
        let all = DIGRAPHS.iter().filter(move |(american, _)| fits(american));
        all.map(move |(_, british)| format!("{before}{british}"))
    })
}

/// The American spelling of a folded word, where it is another.
pub(super) fn american(word: &str) -> Option<Cow<'static, str>> {
    // No rule is about shorter words, nor about other letters.
    if word.len() < 4 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if let Some(american) = WORDS.get(word) {
        return Some(Cow::Borrowed(american));
    }
    if !may_be_british(word.as_bytes()) {
        return None;
    }
    by_rules(word).map(Cow::Owned)
}

/// The American spelling of a word that is not in the table, where it is another.
fn by_rules(word: &str) -> Option<String> {
    let mut made = word.to_owned();
    begin(&mut made);
    replace_inside(&mut made);
    end(&mut made);
    (made != word).then_some(made)
}

/// Whether a rule may be about a word, by its first letters, those inside and its
/// end: about most it is not.
fn may_be_british(word: &[u8]) -> bool {
    let [first, second, third, ..] = *word else {
        return false;
    };
    let (seconds, thirds) = BRITISH_INITIALS[usize::from(first - b'a')];
    let begins = seconds & (1 << (second - b'a')) != 0 && thirds & (1 << (third - b'a')) != 0;
    // Behind `s` and `ll` stands what begins one of their endings.
    let is_inside = |letters: &[u8]| {
        matches!(
            letters,
            [b'a' | b'o', b'e', _]
                | [_, b'a' | b'o', b'e']
                | [b'o', b'u', b'r']
                | [b'l', b'l', b'e' | b'i']
                | [b'i' | b'y', b's', b'a' | b'e' | b'i']
        )
    };
    // With one of its endings: *re*, *ogue*.
    let bare = word.strip_suffix(b"s").or_else(|| word.strip_suffix(b"d"));
    let bare = bare.unwrap_or(word);
    begins || word.windows(3).any(is_inside) || bare.ends_with(b"re") || bare.ends_with(b"ogue")
}

/// For each first letter, a bit for each second one that `BEGINNINGS` has behind
/// it in British words, and for each third one.
const BRITISH_INITIALS: [(u32, u32); 26] = {
    let mut initials = [(0, 0); 26];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        let letters = BEGINNINGS[at].1.as_bytes();
        let of_initial = &mut initials[(letters[0] - b'a') as usize];
        of_initial.0 |= 1 << (letters[1] - b'a');
        of_initial.1 |= 1 << (letters[2] - b'a');
        at += 1;
    }
    initials
};

fn begin(word: &mut String) {
    let initial = word.as_bytes().first().copied();
    let begins = |british: &str| british.bytes().next() == initial && word.starts_with(british);
    let mut found = BEGINNINGS.iter();
    if let Some((american, british)) = found.find(|(_, british)| begins(british)) {
        word.replace_range(..british.len(), american);
    }
}

fn replace_inside(word: &mut String) {
    let has = |word: &str, two: &[u8; 2]| word.as_bytes().windows(2).any(|pair| pair == two);
    if has(word, b"ae") || has(word, b"oe") {
        for (american, british) in DIGRAPHS {
            if let Some(at) = word.find(british) {
                word.replace_range(at..at + british.len(), american);
            }
        }
    }
    if has(word, b"ou")
        && let Some(at) = word.find("our")
        && OUR.contains(&&word[..at])
    {
        word.replace_range(at..at + 3, "or");
    }
}

fn end(word: &mut String) {
    if !turns_re(word) && !cuts_ogue(word) {
        halve(word);
        put_z(word);
    }
}

/// Turns *re* round: *centre*, *kilometres*.
fn turns_re(word: &mut String) -> bool {
    let bare = word.trim_end_matches(['s', 'd']);
    let is_re = bare.len() + 1 >= word.len()
        && bare.ends_with("re")
        && (RE.contains(&bare) || bare.ends_with("metre") || bare.ends_with("litre"));
    if is_re {
        let at = bare.len() - 2;
        let end = if word.ends_with('d') { "ered" } else { "er" };
        let rest = if word.ends_with('s') { "s" } else { "" };
        word.truncate(at);
        word.push_str(end);
        word.push_str(rest);
    }
    is_re
}

/// Cuts *ue* off: *catalogue*, *dialogues*.
fn cuts_ogue(word: &mut String) -> bool {
    let bare = word.trim_end_matches(['s', 'd']);
    let is_ogue = bare.len() + 1 >= word.len() && bare.ends_with("ogue") && OGUE.contains(&bare);
    if is_ogue {
        let end = if word.ends_with('d') { "ed" } else { "" };
        let rest = if word.ends_with('s') { "s" } else { "" };
        let at = bare.len() - 2;
        word.truncate(at);
        word.push_str(end);
        word.push_str(rest);
    }
    is_ogue
}

/// Takes one of two *l*: *fuelled*.
fn halve(word: &mut String) {
    for end in OF_DOUBLED {
        if let Some(bare) = word.strip_suffix(end)
            && let Some(root) = bare.strip_suffix('l')
            && DOUBLED.contains(&root)
        {
            word.remove(root.len());
            return;
        }
    }
}

/// *z* for *s*: *organise*, *analysing*.
fn put_z(word: &mut String) {
    for end in OF_ISE {
        let Some(bare) = word.strip_suffix(end) else {
            continue;
        };
        let Some(root) = bare.strip_suffix('s') else {
            continue;
        };
        let takes_z = match root.strip_suffix('i') {
            Some(root) => {
                root.len() >= 3
                    && !root.ends_with(['a', 'e', 'i', 'o', 'u', 'w'])
                    && !ALWAYS_ISE.contains(&root)
            }
            None => root.ends_with("ly") && end.len() <= 3 && root.len() >= 4,
        };
        if takes_z {
            word.replace_range(root.len()..=root.len(), "z");
        }
        // Of `ers` and `s` only one is an ending of it.
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(word: &str) -> String {
        american(word).map_or(word.to_owned(), Cow::into_owned)
    }

    proptest::proptest! {
        #[test]
        fn no_rule_is_about_a_word_that_is_passed_over(
            begin in "[a-z]{0,3}(cris|grey|draught|tsar|wilful|ae|oe|hon|lab|dial|fuel|theat)?",
            end in "[a-z]{0,3}(our|re|res|red|ogue|ogues|ll?e[dr]|lling|[iy]se|[iy]sing|isation|isable)?[a-z]{0,2}"
        ) {
            let word = format!("{begin}{end}");
            if word.len() >= 4 && by_rules(&word).is_some() {
                proptest::prop_assert!(may_be_british(word.as_bytes()), "{}", word);
            }
        }
    }

    #[test]
    fn british_words_become_american() {
        for (british, expected) in [
            ("labour", "labor"),
            ("labourers", "laborers"),
            ("honourable", "honorable"),
            ("dishonoured", "dishonored"),
            ("favourite", "favorite"),
            ("savoury", "savory"),
            ("defence", "defense"),
            ("licences", "license"),
            ("organised", "organized"),
            ("organisations", "organizations"),
            ("privatisation", "privatization"),
            ("criticising", "criticizing"),
            ("recognisable", "recognizable"),
            ("analysed", "analyzed"),
            ("paralysing", "paralyzing"),
            ("centre", "center"),
            ("theatres", "theaters"),
            ("kilometres", "kilometers"),
            ("fibre", "fiber"),
            ("dialogues", "dialogs"),
            ("catalogued", "cataloged"),
            ("programmes", "program"),
            ("greyish", "grayish"),
            ("ploughing", "plowing"),
            ("sulphuric", "sulfuric"),
            ("anaemia", "anemia"),
            ("haemorrhage", "hemorrhage"),
            ("paediatric", "pediatric"),
            ("encyclopaedia", "encyclopedia"),
            ("oestrogen", "estrogen"),
            ("diarrhoea", "diarrhea"),
            ("fuelled", "fueled"),
            ("dialling", "dialing"),
        ] {
            assert_eq!(made(british), expected);
        }
    }

    #[test]
    fn words_of_both_countries_stay() {
        for word in [
            "four",
            "hours",
            "tourist",
            "court",
            "journal",
            "contour",
            "velour",
            "balfour",
            "advise",
            "advertisement",
            "promised",
            "surprising",
            "raise",
            "noises",
            "bruised",
            "otherwise",
            "rising",
            "uprising",
            "enterprises",
            "supervised",
            "expertise",
            "missing",
            "louvre",
            "acre",
            "genre",
            "massacre",
            "timbre",
            "vogue",
            "rogue",
            "league",
            "synagogue",
            "called",
            "filled",
            "controlled",
            "programmer",
            "programming",
            "aerial",
            "poem",
            "goethe",
            "michael",
            "size",
            "organize",
            "visited",
            "basis",
            "analysis",
            "fly",
            "mature",
        ] {
            assert_eq!(made(word), word);
        }
    }

    #[test]
    fn an_american_word_is_none_that_is_changed() {
        for (word, british) in words() {
            assert_eq!(made(word), word, "{british}");
        }
        for (word, british) in BEGINNINGS.iter().chain(DIGRAPHS) {
            assert_ne!(word, british);
            assert!(!word.starts_with(british), "{british}");
        }
        for root in OUR {
            assert_eq!(made(&format!("{root}our")), format!("{root}or"));
        }
    }
}
