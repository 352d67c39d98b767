//! How far one word is from another, counted in typing errors.
//!
//! Responsible for the one measure of nearness, the restricted
//! Damerau-Levenshtein distance: a letter too many, too few or wrong, and two
//! neighbours swapped, count one each. It agrees with the automaton that looks
//! words up in the index, so that a word lights up exactly where it was found.

use std::str::Chars;

/// The most edits that are looked for: with more, most words are near most.
pub const MAX_EDITS: u8 = 2;

/// Whether at most `edits` edits lead from `form` to `other`; more than
/// [`MAX_EDITS`] are not looked for.
pub fn is_within(form: &str, other: &str, edits: u8) -> bool {
    let edits = edits.min(MAX_EDITS);
    let longer_by = form.chars().count().abs_diff(other.chars().count());
    longer_by <= usize::from(edits) && leads(form.chars(), other.chars(), edits)
}

/// How many edits lead from `form` to `other`; `None` above [`MAX_EDITS`].
pub fn between(form: &str, other: &str) -> Option<u8> {
    (0..=MAX_EDITS).find(|edits| is_within(form, other, *edits))
}

/// Walks over what both have in common and tries every edit where they part.
///
/// At most sixteen walks for two edits, most of which end at the next letter.
fn leads(mut from: Chars<'_>, mut to: Chars<'_>, edits: u8) -> bool {
    loop {
        let (here, there) = (from.clone(), to.clone());
        let (left, right) = match (from.next(), to.next()) {
            (None, None) => return true,
            (left, right) if left == right => continue,
            (left, right) => (left, right),
        };
        let Some(edits) = edits.checked_sub(1) else {
            return false;
        };
        let (mut after_left, mut after_right) = (from.clone(), to.clone());
        let are_swapped = right.is_some() && after_left.next() == right;
        return leads(from.clone(), to.clone(), edits)
            || leads(from, there, edits)
            || leads(here, to, edits)
            || (are_swapped
                && left.is_some()
                && after_right.next() == left
                && leads(after_left, after_right, edits));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: &str, other: &str, edits: Option<u8>) {
        assert_eq!(between(form, other), edits, "{form} {other}");
        assert_eq!(between(other, form), edits, "{other} {form}");
    }

    #[test]
    fn each_kind_of_typing_error_counts_one() {
        check("hotline", "hotline", Some(0));
        check("hotline", "hotlne", Some(1));
        check("hotline", "hotlline", Some(1));
        check("hotline", "hotlime", Some(1));
        check("moscow", "moscwo", Some(1));
        check("moscow", "omscwo", Some(2));
        check("moscow", "mocsowx", Some(2));
        check("moscow", "sochi", None);
        check("", "ab", Some(2));
        check("", "abc", None);
    }

    #[test]
    fn swapped_letters_are_not_edited_again() {
        check("ca", "abc", None);
    }

    #[test]
    fn letters_count_whatever_their_bytes() {
        check("москва", "мосвка", Some(1));
        check("a", "é", Some(1));
        check("北京", "東京", Some(1));
    }

    proptest::proptest! {
        #[test]
        fn it_agrees_with_the_automaton(
            form in "[abé北]{0,7}",
            other in "[abé北]{0,7}",
            edits in 0..=MAX_EDITS,
        ) {
            use levenshtein_automata::{Distance, LevenshteinAutomatonBuilder};
            use std::sync::LazyLock;
            static BUILDERS: LazyLock<[LevenshteinAutomatonBuilder; 3]> =
                LazyLock::new(|| [0, 1, 2].map(|edits| LevenshteinAutomatonBuilder::new(edits, true)));
            let automaton = BUILDERS[usize::from(edits)].build_dfa(&form);
            let is_found = matches!(automaton.eval(&other), Distance::Exact(_));
            proptest::prop_assert_eq!(is_within(&form, &other, edits), is_found);
        }
    }
}
