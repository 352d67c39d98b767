//! What an ambiguous form means where it stands.
//!
//! Responsible for Georgia the republic and the American state, for a country
//! inside a person's, a newspaper's or a language's name, and for the American
//! Moscow. Looks at the words next to a form; what the whole article says is
//! asked once per article, however often a form occurs.

use super::surroundings::{DocumentContext, FormPlace, is_one_of};
use super::{CountryKind, namesake, persons, words};
use crate::gazetteer::countries::{self, CountryForm, FormMark};

/// The country that `form` means at `place`, and how it names it; `None` where
/// it means no country.
pub(super) fn meant(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> Option<(usize, CountryKind)> {
    if form.mark == FormMark::Opening && !place.is_alone_in_dateline() {
        return None;
    }
    if is_in_a_title(form, place) {
        return None;
    }
    match form.kind {
        CountryKind::Name | CountryKind::Capital | CountryKind::City => {
            if let Some(country) = namesake::country(form, place, company) {
                company.note_namesake(form, country);
                return Some((country, CountryKind::City));
            }
            if persons::has_name(form, place, company) {
                return None;
            }
        }
        CountryKind::Demonym
            if is_a_language(form, place) || persons::has_name(form, place, company) =>
        {
            return None;
        }
        _ => {}
    }
    match form.mark {
        FormMark::Fitting => fitting(form, place, company),
        FormMark::Attested if !place.is_in_dateline() && !company.attests(form.country) => None,
        _ => Some((form.country, form.kind)),
    }
}

/// Newspapers: "Moscow Times", "Times of India"; and streets.
fn is_in_a_title(form: &CountryForm, place: &FormPlace<'_>) -> bool {
    if form.kind == CountryKind::Institution && form.mark == FormMark::Plain {
        return false;
    }
    let right = place.right();
    let next = if right.starts_with(' ') {
        place.after()
    } else {
        ""
    };
    let is_company = matches!(form.mark, FormMark::Attested)
        && (right.starts_with("-Myers") || is_one_of(next, &words::COMPANIES));
    if is_company {
        return true;
    }
    let is_title = next.starts_with(char::is_uppercase)
        && (is_one_of(next, &words::NEWSPAPERS) && !right[1 + next.len()..].starts_with(" Office")
            || is_one_of(next, &words::STREETS) && form.kind != CountryKind::Demonym);
    is_title || place.left().ends_with("Times of ")
}

/// "in French.", "speaks Russian", "Spanish-language", "Hebrew and Armenian".
fn is_a_language(form: &CountryForm, place: &FormPlace<'_>) -> bool {
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
    let neighbour = neighbour.rsplit(|c: char| !c.is_alphanumeric()).next();
    place.before() == "in" && is_last
        || place.follows(&words::VERBS_OF_SPEECH)
        || next.is_some_and(|next| is_one_of(next, &words::WORDS_OF_LANGUAGE))
        || neighbour.is_some_and(|word| words::LANGUAGES.contains(&word))
}

/// What a form that needs a fitting context means.
fn fitting(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> Option<(usize, CountryKind)> {
    let fits = match form.text {
        "Georgia" | "Georgian" | "Georgians" => return georgia(form, place, company),
        "Republic of China" if place.is_of_the_people() => {
            return countries::index_of("CN").map(|china| (china, form.kind));
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
        "English" => place.precedes(&words::ENGLISH_THINGS),
        "Polish" => !is_the_verb(place),
        "Poles" => !place.follows(&["North", "South", "both", "magnetic"]),
        "Guinea" => !place.follows(&["New"]),
        "America" => !place.follows(&["Latin", "North", "South", "Central", "Captain", "Miss"]),
        "Washington" => !place.follows(&["George", "Denzel", "Mount", "Booker", "Kerry"]),
        "Korea" | "Korean" | "Koreans" => !company.once("only the north", |text| {
            text.contains("North Korea") && !text.contains("South Korea") && !text.contains("Seoul")
        }),
        "Dominican" | "Dominicans" => !place.precedes(&words::RELIGIOUS),
        "Indian" | "Indians" => !is_native_american(form, place, company),
        "Wales" => !place.left().ends_with("ce of ") && !place.left().ends_with("cess of "),
        "Brussels" => place.is_placed(),
        "Westminster" => !place.precedes(&["Kennel", "Dog"]),
        "Dane" | "Swede" | "Finn" | "Brit" | "Turk" => {
            place.follows(&["a", "the", "young", "another", "fellow"])
        }
        "Lao" => {
            !place.after().starts_with(char::is_uppercase) || place.precedes(&words::PUBLIC_WORDS)
        }
        "Nassau" | "Santiago" => place.is_placed() || !place.precedes(&["County", "de"]),
        "Jersey" => company.has("channel", &["Channel Island", "Guernsey", "Helier"]),
        "Department of Defense"
        | "Department of Justice"
        | "Justice Department"
        | "Joint Chiefs of Staff" => {
            company.has("washington", &words::AMERICAN)
                && !company.has("manila", &["Philippin", "Manila"])
        }
        _ => true,
    };
    fits.then_some((form.country, form.kind))
}

fn is_the_bird(place: &FormPlace<'_>) -> bool {
    place.follows(&words::BEFORE_THE_BIRD)
        || place.precedes(&words::AFTER_THE_BIRD)
        || place.left().ends_with("the ") && place.precedes(&["was", "is", "and"])
}

/// "Polish the silver": a verb opens a sentence and has an object.
fn is_the_verb(place: &FormPlace<'_>) -> bool {
    place.before().is_empty() && place.precedes(&["the", "your", "up", "off", "a", "it", "their"])
}

/// Whether the article is one of American tribes, or the word before names one.
fn is_native_american(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> bool {
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
        && !countries::is_country_word(before);
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
fn georgia(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> Option<(usize, CountryKind)> {
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
    let is_state = form.kind == CountryKind::Name && namesake::is_state_of_a_town(place);
    if !is_state && company.once("the republic of georgia", is_the_republic_of_georgia) {
        return Some((form.country, form.kind));
    }
    let state = countries::index_of("US").filter(|_| form.kind == CountryKind::Name);
    state.map(|state| (state, CountryKind::City))
}

/// Georgia the country or the American state, by the company it keeps. What
/// belongs to one alone weighs three times as much as a neighbour.
fn is_the_republic_of_georgia(text: &str) -> bool {
    let count = |words: &[&str]| words.iter().filter(|word| text.contains(*word)).count();
    let republic = 3 * count(&words::REPUBLIC_OF_GEORGIA) + count(&words::NEAR_THE_REPUBLIC);
    let state = 3 * (count(&words::STATE_OF_GEORGIA) + namesake::towns_in_georgia(text))
        + count(&words::NEAR_THE_STATE);
    republic >= state
}

/// Congo alone is Kinshasa's, unless the article names Brazzaville's cities.
fn congo(form: &CountryForm, company: &DocumentContext<'_>) -> usize {
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
    let brazzaville = countries::index_of("CG").filter(|_| is_brazzaville);
    brazzaville.unwrap_or(form.country)
}

#[cfg(test)]
mod tests {
    use crate::extract::places::scan;

    /// What is found in a paragraph: "code form", in order.
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(scan::codes_and_forms(text), expected, "{text}");
    }

    #[test]
    fn georgia_is_a_republic_or_a_state() {
        check(
            "Georgia and Russia fought over Abkhazia.",
            &["GE Georgia", "RU Russia", "GE Abkhazia"],
        );
        check("Tourists flock to Georgia.", &["GE Georgia"]);
        check(
            "A sheriff in Macon, Georgia, said so; Georgians agree.",
            &["US Georgia"],
        );
        check("A Georgian townhouse was sold.", &[]);
    }

    #[test]
    fn birds_verbs_and_things_are_no_countries() {
        check("He ate a Turkey sandwich.", &[]);
        check(
            "The Turkey-Syria border is shut.",
            &["TR Turkey", "SY Syria"],
        );
        check(
            "Polish the silver, he told the Polish maid.",
            &["PL Polish"],
        );
        check("A Guinea pig wore a Panama hat at the US Open.", &[]);
        check("At the South Pole no Poles were seen.", &["PL Poles"]);
        check("The US opens a mission.", &["US US"]);
        check("US OPENS TALKS WITH MALI", &["ML MALI"]);
    }

    #[test]
    fn seas_companies_and_newspapers_are_no_countries() {
        check("By the South China Sea and the Indian Ocean.", &[]);
        check("American Airlines owes Bank of America.", &[]);
        check(
            "The Washington Post, the Times of India and China Daily.",
            &[],
        );
        check("The Japan Times and the South China Morning Post.", &[]);
        check("On Moscow Road no one reads the Moscow Times.", &[]);
        check("An American Indian of the Pueblo Indians.", &[]);
        check("The Indian cabinet met.", &["IN Indian"]);
        check("Oxford Industries opened in Ohio.", &["US Ohio"]);
        check("Oxford is in England.", &["GB Oxford", "GB England"]);
    }

    #[test]
    fn names_inside_longer_names_are_not_found() {
        check(
            "Guinea, Papua New Guinea",
            &["GN Guinea", "PG Papua New Guinea"],
        );
        check(
            "Equatorial Guinea and Guinea-Bissau",
            &["GQ Equatorial Guinea", "GW Guinea-Bissau"],
        );
        check("New Guinea has birds.", &[]);
        check("Nigeria, Niger", &["NG Nigeria", "NE Niger"]);
        check(
            "Dominica, the Dominican Republic and Dominican monks",
            &["DM Dominica", "DO Dominican Republic"],
        );
        check(
            "Northern Ireland and Ireland",
            &["GB Northern Ireland", "IE Ireland"],
        );
        check(
            "Somalian Malians, Romania, Pomanian",
            &["SO Somalian", "ML Malians", "RO Romania"],
        );
        check(
            "New Mexico borders Mexico.",
            &["US New Mexico", "MX Mexico"],
        );
    }

    #[test]
    fn two_chinas_two_congos_two_koreas() {
        check(
            "The Republic of China is not the People’s Republic of China.",
            &["TW Republic of China", "CN People’s Republic of China"],
        );
        check("The people's Republic of China.", &["CN Republic of China"]);
        check("DR Congo and Congo", &["CD DR Congo", "CD Congo"]);
        check(
            "In Brazzaville Congo celebrates.",
            &["CG Brazzaville", "CG Congo"],
        );
        check(
            "North Korea answers South Korea; Korea waits.",
            &["KP North Korea", "KR South Korea", "KR Korea"],
        );
        check("North Korea answers: Korea waits.", &["KP North Korea"]);
    }

    #[test]
    fn us_in_capitals_may_be_a_pronoun() {
        check("NIGERIA AND OMAN MET US", &["NG NIGERIA", "OM OMAN"]);
        check("US-CHINA TALKS IN THE US", &["US US", "CN CHINA", "US US"]);
        check("They told us that US$ 5 is a sum.", &[]);
    }

    #[test]
    fn compounds_and_possessives_name_their_parts() {
        check("The U.S.-Russia pact", &["US U.S.", "RU Russia"]);
        check(
            "Sino-Soviet, Anglo-Irish, Franco-German; Anglo-Saxon",
            &[
                "CN Sino-",
                "SUHH Soviet",
                "GB Anglo-",
                "IE Irish",
                "FR Franco-",
                "DE German",
            ],
        );
        check(
            "China's, the U.S.'s, Moscow’s and Côte d’Ivoire's",
            &["CN China", "US U.S.", "RU Moscow", "CI Côte d’Ivoire"],
        );
    }

    #[test]
    fn a_language_is_no_country() {
        check("He speaks Russian and wrote it in French.", &[]);
        check("A Spanish-language paper in Spain.", &["ES Spain"]);
        check(
            "French troops; in German banks.",
            &["FR French", "DE German"],
        );
    }

    #[test]
    fn some_forms_need_their_country_named() {
        check("Siboniso Duma spoke.", &[]);
        check("Russia's Duma met.", &["RU Russia", "RU Duma"]);
        check("HANOVER, March 3 - A fair opened.", &["DE HANOVER"]);
        check("A store in Georgetown opened.", &[]);
        check("GEORGETOWN, March 3 - Rain fell.", &["GY GEORGETOWN"]);
    }
}
