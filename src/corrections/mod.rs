//! What the owner of a library knows better than its texts, which goes before
//! whatever is found in them.
//!
//! Pure: `file` holds the owner's file, read from its text by `line`; `year`
//! completes dates; here both are applied to an article and to what was found in
//! it. Imports `extract` and what lies below it. Must not read the file itself.

mod file;
mod line;
mod year;

pub(crate) use self::file::compared;
pub use self::file::{Corrections, Rule, RuleCounts, Wrong};
use self::line::Action;
pub use self::line::assumable_year;
pub use self::year::is_assumed;
use crate::article::Article;
use crate::extract::{self, Country, Extraction, Mention, Person, Role, places};
use crate::layout::Layout;

/// What the owner knows.
#[derive(Debug, Default)]
pub struct Owner {
    /// Corrections to what is found.
    pub corrections: Corrections,
    /// The year of dates that come without one.
    pub assumed_year: Option<i16>,
}

impl Owner {
    /// Reads `article` for who, where and when, as the owner would have it: a
    /// date that the owner knows becomes the article's stated one.
    pub fn extract(&self, article: &mut Article, layout: &Layout) -> Extraction {
        self.extract_first(article, layout, usize::MAX)
    }

    /// The same for about the first `most` bytes of a long article.
    pub fn extract_first(&self, article: &mut Article, layout: &Layout, most: usize) -> Extraction {
        let corrections = &self.corrections;
        let (mut countries, mut year) = (None, self.assumed_year);
        for (rule, action) in corrections.of_article(article) {
            rule.apply();
            match action {
                Action::Date(date) => {
                    article.metadata.date = Some(date.clone());
                    article.metadata.date_at = None;
                }
                Action::Countries(codes) => countries = Some(codes),
                Action::Year(assumed) => year = Some(*assumed),
                Action::Rename(_) | Action::Hide => {}
            }
        }
        let mut extraction = extract::extract_first(article, layout, most);
        if let Some(year) = year {
            year::assume(article, layout, &mut extraction, year, most);
        }
        correct_people(&mut extraction.people, corrections);
        if let Some(codes) = countries {
            extraction.countries = corrected_countries(extraction.countries, codes);
        }
        extraction
    }
}

/// Renames and hides people; those whom the owner gives one name become one.
fn correct_people(people: &mut Vec<Person>, corrections: &Corrections) {
    if !corrections.have_people() {
        return;
    }
    let mut corrected: Vec<Person> = Vec::with_capacity(people.len());
    for mut person in people.drain(..) {
        match corrections.of_person(&person.name) {
            Some(Action::Hide) => continue,
            Some(Action::Rename(name)) => person.name.clone_from(name),
            _ => {}
        }
        let spelling = corrections.spelling(&person.name);
        let mut known = None;
        if let Some(spelling) = spelling {
            spelling.clone_into(&mut person.name);
            known = corrected.iter_mut().find(|known| known.name == person.name);
        }
        match known {
            Some(known) => unite(known, person),
            None => corrected.push(person),
        }
    }
    *people = corrected;
}

/// Makes one person of two of the same name, who keeps the first's place.
fn unite(known: &mut Person, other: Person) {
    known.mentions.extend(other.mentions);
    known.mentions.sort_by_key(Mention::order);
    known.mentions.dedup();
    known.title = known.title.take().or(other.title);
    if other.role == Role::Subject {
        known.role = Role::Subject;
    }
}

/// The countries that the owner names, each with what was found of it.
fn corrected_countries(found: Vec<Country>, codes: &[String]) -> Vec<Country> {
    let mut countries = places::stated(codes);
    for country in found {
        if let Some(known) = countries
            .iter_mut()
            .find(|known| known.code == country.code)
        {
            known.mentions = country.mentions;
        }
    }
    countries
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Xi met Howard Schmidt in Moscow on Tuesday. Xi Jinping of China left with Getty Images on Monday, Schmidt said.";

    fn read(rules: &str) -> (Extraction, Vec<u64>) {
        let owner = Owner {
            corrections: Corrections::parse(rules).unwrap(),
            assumed_year: None,
        };
        let mut article = Article {
            path: "seeds/a.txt".to_owned(),
            id: "seeds/a.txt".to_owned(),
            text: TEXT.to_owned(),
            ..Article::default()
        };
        article.metadata.people = Some(
            ["Xi", "Howard Schmidt", "Xi Jinping", "Getty Images"]
                .map(str::to_owned)
                .to_vec(),
        );
        let layout = article.layout();
        let extraction = owner.extract(&mut article, &layout);
        let unused = owner.corrections.never_applied();
        let rules = owner.corrections.rules();
        (
            extraction,
            unused.into_iter().map(|at| rules[at].line).collect(),
        )
    }

    /// The people that `rules` leave, and the lines that apply to nothing.
    fn check(rules: &str, people: &[&str], unused: &[u64]) {
        let (extraction, never) = read(rules);
        let names: Vec<&str> = extraction
            .people
            .iter()
            .map(|person| person.name.as_str())
            .collect();
        assert_eq!(
            (names.as_slice(), never.as_slice()),
            (people, unused),
            "{rules}"
        );
    }

    #[test]
    fn people_are_merged_renamed_and_hidden() {
        check(
            "xi = Xi Jinping\nGETTY IMAGES = -\nSchmidt = H. Schmidt",
            &["Xi Jinping", "Howard Schmidt"],
            &[3],
        );
        check(
            "person: Howard-Schmidt = Schmidt\nSchmidt = Howard A. Schmidt",
            &["Xi", "Howard A. Schmidt", "Xi Jinping", "Getty Images"],
            &[],
        );
    }

    #[test]
    fn an_articles_date_and_countries_are_the_owners() {
        let (extraction, never) = read(
            "date: seeds/*.txt = 2013-05-22\ncountries: seeds/a.txt = russia, FR\ndate: seeds/b.txt = 2001",
        );
        assert_eq!(extraction.published.value.as_deref(), Some("2013-05-22"));
        // Resolved against the owner's date.
        assert_eq!(extraction.dates[0].value.as_deref(), Some("2013-05-21"));
        let shown: Vec<(&str, usize)> = extraction
            .countries
            .iter()
            .map(|country| (country.code.as_str(), country.mentions.len()))
            .collect();
        assert_eq!(shown, [("FR", 0), ("RU", 1)]);
        assert_eq!(never, [3]);
    }

    #[test]
    fn united_mentions_stand_in_order() {
        let person = |name: &str, starts: &[usize]| Person {
            name: name.to_owned(),
            title: None,
            role: Role::Subject,
            mentions: starts
                .iter()
                .map(|start| Mention::at(TEXT, *start..start + 2))
                .collect(),
        };
        let mut people = vec![person("Xi", &[0, 44]), person("Xi Jinping", &[20])];
        let corrections = Corrections::parse("Xi = Xi Jinping").unwrap();
        correct_people(&mut people, &corrections);
        assert_eq!(people, [person("Xi Jinping", &[0, 20, 44])]);
        // The owner's spelling holds; of others nothing is said.
        let mut people = ["XI JINPING", "Xi", "Ada", "ADA"]
            .map(|name| person(name, &[0]))
            .to_vec();
        correct_people(&mut people, &corrections);
        let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Xi Jinping", "Ada", "ADA"]);
    }
}
