//! Countries and towns inside people's names: Michael Jordan, Paris Hilton.
//!
//! What `people` finds is taken already when a form is looked at; here is what
//! the words next to the form say by themselves, also where nobody was looked
//! for: an address or a rank before it, a first name before it, a family name
//! after it.
//!
//! | text | meant |
//! |---|---|
//! | Mr. Mali, Senator Holland, Sgt. London | a person |
//! | Minister Chad Smith | a person |
//! | President Iran | the country: an office makes a person of a form only where that form is doubtful |
//! | Miss Peru, Captain America | not decided here: a contest, a film |

use super::surroundings::{DocumentContext, FormPlace, is_one_of};
use super::{CountryKind, words};
use crate::gazetteer::countries::{self, CountryForm, FormMark};
use crate::gazetteer::keys::key;
use crate::gazetteer::names::{self, WordClass};
use crate::text::analyze::fold;
use crate::text::calendar;

/// "Michael Jordan", "Jack London"; "Chad Smith", "Paris Hilton", "Mr. Mali".
pub(super) fn has_name(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> bool {
    if place.is_in_dateline() || form.text.contains(' ') && form.mark == FormMark::Plain {
        return false;
    }
    if is_addressed(form, place) {
        return true;
    }
    if form.kind == CountryKind::Demonym {
        return false;
    }
    if form.mark == FormMark::Plain && form.kind == CountryKind::Name {
        return has_family_name(form, place, company);
    }
    let before = place.before();
    let is_named = place.left().ends_with(' ')
        && before.len() >= 3
        && before.starts_with(char::is_uppercase)
        && !is_one_of(before, &["Will", "May", "San", "Santa", "Port"])
        && !countries::is_country_word(before)
        && names::is_first_name(before);
    is_named
        || form.mark != FormMark::Plain && (place.has_initial() || is_a_first_name(form, place))
}

/// Whether an address or a rank stands before: Mrs. Chile, Judge London. An
/// office that also speaks for a country ("Prime Minister") is enough where the
/// form is no sure name of one.
fn is_addressed(form: &CountryForm, place: &FormPlace<'_>) -> bool {
    if form.text.contains(' ') {
        return false;
    }
    let Some(left) = place.left().strip_suffix(' ') else {
        return false;
    };
    let bare = left.strip_suffix('.').unwrap_or(left);
    let word = bare
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    if !word.starts_with(char::is_uppercase) {
        return false;
    }
    let word = key(&fold(word));
    names::is_address(word)
        || form.mark != FormMark::Plain
            && form.kind != CountryKind::Demonym
            && !place.paragraph.is_in_capitals()
            && names::is_office(word)
}

/// Whether an office is that of the form: "President of Chad Idriss Deby".
fn is_of_office(place: &FormPlace<'_>) -> bool {
    let office = place.left().strip_suffix(" of ").and_then(|left| {
        let word = left.rsplit(|c: char| !c.is_alphanumeric()).next()?;
        Some(names::governs(key(&fold(word))))
    });
    office.unwrap_or(false)
}

/// Whether a form that is also a first name has a family name after it.
fn is_a_first_name(form: &CountryForm, place: &FormPlace<'_>) -> bool {
    if !place.right().starts_with(' ') || place.is_placed() || is_of_office(place) {
        return false;
    }
    let after = place.after();
    let mut letters = after.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.next().is_some_and(char::is_lowercase)
        && !is_one_of(after, &words::PUBLIC_WORDS)
        && !calendar::is_name(after)
        && !countries::is_country_word(after)
        && names::is_first_name(form.text)
}

/// Whether a country's name that is also a first name, Kenya or Israel, has a
/// word after it that is a name and nothing else, in an article that names the
/// country in no other way.
fn has_family_name(
    form: &CountryForm,
    place: &FormPlace<'_>,
    company: &DocumentContext<'_>,
) -> bool {
    place.right().starts_with(' ')
        && !place.is_placed()
        && !is_of_office(place)
        && !place.paragraph.is_in_capitals()
        && names::is_first_name(form.text)
        && {
            let after = place.after();
            let class = names::class_of(key(&fold(after))).bits();
            after.starts_with(char::is_uppercase)
                && class != 0
                && class & !WordClass::NAMES.bits() == 0
                && !company.attests_besides(form)
        }
}

#[cfg(test)]
mod tests {
    use crate::extract::places::scan;

    /// What is found in a text: "code form", in order.
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(scan::codes_and_forms(text), expected, "{text}");
    }

    #[test]
    fn a_country_is_not_named_in_a_persons_name() {
        check("Michael Jordan and Chad Smith met Paris Hilton.", &[]);
        check("Sofia Crespo painted Cuba Gooding for Jack London.", &[]);
        check(
            "The king of Jordan flew to Chad.",
            &["JO Jordan", "TD Chad"],
        );
        check(
            "The Prime Minister of Georgia Ann Doe spoke.",
            &["GE Georgia"],
        );
        check("President of Chad Idriss Deby spoke.", &["TD Chad"]);
        check("She lives in Paris Mondays to Fridays.", &["FR Paris"]);
        check("The lawyer J. Bradford left Britain.", &["GB Britain"]);
    }

    #[test]
    fn an_address_or_a_rank_makes_a_person() {
        check("Mr. Mali said no, and Mrs. Chile was late.", &[]);
        check("Senator Holland and Sgt. London met Dr. French.", &[]);
        check("Mr Benin, MR. TOGO and Judge Lima.", &[]);
        check("Minister Chad Smith met Governor Jordan.", &[]);
        check(
            "President Iran and Mr. Lee, Mali, met.",
            &["IR Iran", "ML Mali"],
        );
        check("Mr. Speaker, Peru agrees.", &["PE Peru"]);
        check("Miss Peru won.", &["PE Peru"]);
    }

    #[test]
    fn a_first_name_makes_a_person_of_a_country() {
        check("Kenya Jackson wrote it.", &[]);
        check(
            "Kenya Jackson wrote it of the Kenyan army.",
            &["KE Kenya", "KE Kenyan"],
        );
        check(
            "Israel Radio and Kenya Airways said so.",
            &["IL Israel", "KE Kenya"],
        );
    }
}
