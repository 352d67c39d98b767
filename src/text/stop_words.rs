//! Words that hold a sentence together and say nothing of its matter.
//!
//! A query's stop words need not stand in an article and do not weigh, as
//! long as it has other words. Indexing keeps them all: a phrase and an exact
//! word (`=the`) find them.

/// Articles, pronouns, prepositions, conjunctions, auxiliary verbs, question
/// words. *May* and *might* are left out: they are a month, a name, power.
const SMALL: &str = "a about above after again against all also am among an and any are as at be \
    because been before being below between both but by can could did do does down during each few \
    for from had has have he her here him his how however i if in into is it its just me more most \
    must my no nor not of off on once only or other our out over own per same shall she should so \
    some such than that the their them then there these they this those through to too under until \
    up upon very via was we were what when where which while who whom whose why will with within \
    without would you your";

/// Words with which people ask for articles, and not what these are about.
const ASKING: &str = "anything article articles concerning dealing describe described describes \
    describing discuss discussed discusses discussing document documents etc find get give given \
    interested involve involved involves involving know like paper papers regarding related relating \
    something want written";

/// A query with as many words as this is a sentence that asks: `ASKING` words
/// of it are small too. In a shorter one they may be its matter (`white paper`).
pub const SENTENCE: usize = 8;

fn is_in(list: &str, form: &str) -> bool {
    list.split_ascii_whitespace().any(|word| word == form)
}

/// Whether an unstemmed word is a small one.
pub fn is_stop_word(form: &str) -> bool {
    is_in(SMALL, form)
}

/// Whether an unstemmed word only asks, in a long query.
pub fn is_asking(form: &str) -> bool {
    is_in(ASKING, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_alone_are_small() {
        assert!(
            is_stop_word("the")
                && is_stop_word("who")
                && !is_stop_word("he r")
                && !is_stop_word("th")
        );
        assert!(!is_stop_word("may") && !is_stop_word("us"));
        assert!(is_asking("papers") && !is_asking("interest"));
    }
}
