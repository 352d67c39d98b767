//! Takes off what Arabic joins to the beginning of a word: *and*, *the*, and
//! prepositions before *the*.
//!
//! *Wa-akkada* (and he confirmed) is written as one word, and so are
//! *al-qahira* (Cairo) and *bil-qahira* (in Cairo). As the light stemmers do
//! (Larkey, Ballesteros and Connell 2002), these are cut off where three letters
//! are left, again and again, so that the word with and without them comes to
//! the same. Some words lose a letter of their own (*wazir*, a minister),
//! wherever they stand; they still find themselves.

/// *The*, with what may stand before it.
const ARTICLES: [&str; 5] = ["ال", "بال", "كال", "فال", "لل"];

/// *And*.
const AND: char = 'و';

/// The fewest letters that are left.
const FEWEST_LETTERS: usize = 3;

/// How words begin of which something is cut off.
pub(super) const BEGINNINGS: [&str; 6] = ["ا", "ب", "ك", "ف", "ل", "و"];

/// Whether a folded word begins with an Arabic letter.
pub(super) fn is_arabic(form: &str) -> bool {
    form.starts_with(|c| matches!(c, '\u{620}'..='\u{64a}' | '\u{671}'..='\u{6d3}'))
}

/// A folded word without what is joined to its beginning.
pub(super) fn bare(form: &str) -> &str {
    let mut word = form;
    loop {
        let articles = ARTICLES
            .iter()
            .filter_map(|article| word.strip_prefix(article));
        let mut shorter = word.strip_prefix(AND).into_iter().chain(articles);
        match shorter.find(|rest| rest.chars().count() >= FEWEST_LETTERS) {
            Some(rest) => word = rest,
            None => return word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_to_a_word_is_cut_off() {
        for (form, expected) in [
            ("واكد", "اكد"),
            ("اكد", "اكد"),
            ("القاهره", "قاهره"),
            ("والقاهره", "قاهره"),
            ("بالقاهره", "قاهره"),
            ("للقاهره", "قاهره"),
            // The same with and without.
            ("وزير", "زير"),
            ("الوزير", "زير"),
            ("والوزير", "زير"),
            // Nothing would be left.
            ("ولد", "ولد"),
            ("الى", "الى"),
            ("و", "و"),
        ] {
            assert_eq!(bare(form), expected, "{form}");
        }
        assert!(is_arabic("واكد") && !is_arabic("abc") && !is_arabic("123"));
    }
}
