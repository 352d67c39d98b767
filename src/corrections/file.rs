//! The owner's file: corrections, one a line.
//!
//! ```text
//! # Names: the left is what was found, the right what it should be.
//! Xi = Xi Jinping
//! Getty Images = -
//! # Articles: a path (or an id, or path:line), perhaps with *
//! date: seeds/000_x.txt = 2013-05-20
//! countries: seeds/wire/* = US, RU
//! year: seeds/wire/* = 1987
//! ```
//!
//! What is wrong is told with its line and what to do; nothing is guessed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use super::line::{Action, Trouble, read_line, without_comment};
use crate::article::Article;
use crate::text::analyze::fold;

/// One correction.
#[derive(Debug)]
pub struct Rule {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What it is about, as written.
    pub subject: String,
    action: Action,
    /// Whether it has applied to anything.
    applied: AtomicBool,
}

impl Rule {
    /// Writes down that it has applied.
    pub(super) fn apply(&self) {
        self.applied.store(true, Ordering::Relaxed);
    }

    /// Whether two rules say the same, wherever they stand.
    fn says_as(&self, other: &Rule) -> bool {
        (&self.subject, &self.action) == (&other.subject, &other.action)
    }
}

/// How many corrections there are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct RuleCounts {
    /// Names merged, renamed or hidden.
    pub people: u64,
    /// Articles, or patterns of articles, with a date.
    pub dates: u64,
    /// The same with countries.
    pub countries: u64,
    /// The same with the year of dates that have none.
    pub years: u64,
}

/// A line that is no correction.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Wrong {
    /// The line, from 1.
    pub line: u64,
    /// Why it is none.
    pub why: String,
    /// What to write instead.
    pub help: String,
}

/// The corrections of one file.
#[derive(Debug, Default)]
pub struct Corrections {
    rules: Vec<Rule>,
    /// Rules on people, by the key of the name.
    people: HashMap<String, usize>,
    /// The owner's spelling of the names that people get, by their key.
    spellings: HashMap<String, String>,
    /// Rules on one article, by its path or id.
    articles: HashMap<String, Vec<usize>>,
    /// Rules on many articles.
    patterns: Vec<usize>,
}

impl Corrections {
    /// Reads the text of an owner's file.
    ///
    /// # Errors
    /// All lines that are wrong.
    pub fn parse(text: &str) -> Result<Corrections, Vec<Wrong>> {
        let mut corrections = Corrections::default();
        let mut wrong = Vec::new();
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            let line = without_comment(line).trim();
            let read = (!line.is_empty()).then(|| read_line(line));
            let added = read.map(|read| {
                read.and_then(|(subject, action)| corrections.add(number, subject, action))
            });
            if let Some(Err((why, help))) = added {
                wrong.push(Wrong {
                    line: number,
                    why,
                    help: help.to_owned(),
                });
            }
        }
        wrong.extend(corrections.circles());
        if wrong.is_empty() {
            Ok(corrections)
        } else {
            wrong.sort_by_key(|wrong| wrong.line);
            Err(wrong)
        }
    }

    /// All corrections, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether both say the same, whatever their comments.
    pub fn say_as(&self, other: &Corrections) -> bool {
        self.rules.len() == other.rules.len()
            && self
                .rules
                .iter()
                .zip(&other.rules)
                .all(|(a, b)| a.says_as(b))
    }

    /// How many there are of each kind.
    pub fn counts(&self) -> RuleCounts {
        let mut counts = RuleCounts::default();
        for rule in &self.rules {
            *match rule.action {
                Action::Rename(_) | Action::Hide => &mut counts.people,
                Action::Date(_) => &mut counts.dates,
                Action::Countries(_) => &mut counts.countries,
                Action::Year(_) => &mut counts.years,
            } += 1;
        }
        counts
    }

    /// The places, among all rules, of those that have not applied so far.
    pub fn never_applied(&self) -> Vec<usize> {
        let never = |at: &usize| !self.rules[*at].applied.load(Ordering::Relaxed);
        (0..self.rules.len()).filter(never).collect()
    }

    /// Whether any is about people.
    pub(super) fn have_people(&self) -> bool {
        !self.people.is_empty()
    }

    /// What to do with the person of this name, at the end of all renamings.
    pub(super) fn of_person(&self, name: &str) -> Option<&Action> {
        let mut found = None;
        let mut key = compared(name);
        while let Some(at) = self.people.get(&key) {
            let rule = &self.rules[*at];
            rule.apply();
            found = Some(&rule.action);
            match &rule.action {
                // A name that is only spelled anew is at its end.
                Action::Rename(new) if compared(new) != key => key = compared(new),
                _ => break,
            }
        }
        found
    }

    /// The owner's spelling of `name`, if it stands on the right of a rule.
    pub(super) fn spelling(&self, name: &str) -> Option<&str> {
        self.spellings.get(&compared(name)).map(String::as_str)
    }

    /// What is said of `article`: patterns first, what names it itself last.
    pub(super) fn of_article(&self, article: &Article) -> Vec<(&Rule, &Action)> {
        if self.articles.is_empty() && self.patterns.is_empty() {
            return Vec::new();
        }
        let place = article
            .record_line
            .map(|line| format!("{}:{line}", article.path));
        let mut names = vec![article.path.as_str()];
        names.extend((article.id != article.path).then_some(article.id.as_str()));
        names.extend(place.as_deref().filter(|place| *place != article.id));
        let fits = |at: &&usize| {
            let pattern = self.rules[**at].subject.as_str();
            names.iter().any(|name| matches(pattern, name))
        };
        let patterns = self.patterns.iter().filter(fits);
        let exact = names.iter().filter_map(|name| self.articles.get(*name));
        patterns
            .chain(exact.flatten())
            .map(|at| (&self.rules[*at], &self.rules[*at].action))
            .collect()
    }

    /// Adds a rule; one that contradicts an earlier one is wrong.
    fn add(&mut self, line: u64, subject: String, action: Action) -> Result<(), Trouble> {
        let at = self.rules.len();
        if let Action::Rename(name) = &action {
            self.spellings
                .entry(compared(name))
                .or_insert_with(|| name.clone());
        }
        let earlier = match &action {
            Action::Rename(_) | Action::Hide => self.people.insert(compared(&subject), at),
            _ if subject.contains('*') => {
                self.patterns.push(at);
                None
            }
            _ => {
                let same_kind = |at: &&usize| {
                    let known = &self.rules[**at].action;
                    std::mem::discriminant(known) == std::mem::discriminant(&action)
                };
                let rules = self.articles.entry(subject.clone()).or_default();
                let earlier = rules.iter().find(same_kind).copied();
                rules.push(at);
                earlier
            }
        };
        let contradicted = earlier.map(|earlier| &self.rules[earlier]);
        let contradicted = contradicted
            .filter(|earlier| earlier.action != action)
            .map(|earlier| earlier.line);
        self.rules.push(Rule {
            line,
            subject,
            action,
            applied: AtomicBool::new(false),
        });
        contradicted.map_or(Ok(()), |line| {
            Err((
                format!("it contradicts line {line}"),
                "remove one of the two lines",
            ))
        })
    }

    /// The renamings that lead back to where they began.
    fn circles(&self) -> Vec<Wrong> {
        let next = |at: usize| match &self.rules[at].action {
            Action::Rename(new) => self.people.get(&compared(new)).copied(),
            _ => None,
        };
        let leads_back = |start: usize| {
            let mut at = next(start).filter(|at| *at != start);
            for _ in 0..self.rules.len() {
                match at {
                    Some(here) if here == start => return true,
                    Some(here) => at = next(here),
                    None => return false,
                }
            }
            false
        };
        let mut starts: Vec<usize> = self.people.values().copied().collect();
        starts.sort_unstable();
        let circle = starts.into_iter().filter(|start| leads_back(*start)).max();
        circle
            .map(|at| Wrong {
                line: self.rules[at].line,
                why: format!(
                    "renaming “{}” leads back to the same name",
                    self.rules[at].subject
                ),
                help: "use the correct name only on the right of “=”".to_owned(),
            })
            .into_iter()
            .collect()
    }
}

/// A name as it is compared: without case, accents, and hyphens.
pub(crate) fn compared(name: &str) -> String {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑');
    let words = name.split(is_between).filter(|word| !word.is_empty());
    words.map(fold).collect::<Vec<_>>().join(" ")
}

/// Whether `name` is as `pattern` says, where `*` stands for any characters.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or("")) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let last = parts.pop();
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(line: &str, expected: &Action) {
        let corrections = Corrections::parse(line).unwrap();
        assert_eq!(corrections.rules.len(), 1, "{line}");
        assert_eq!(&corrections.rules[0].action, expected, "{line}");
    }

    #[test]
    fn lines_are_read() {
        let rename = Action::Rename("Xi Jinping".to_owned());
        check("Xi = Xi Jinping", &rename);
        check(
            "\u{feff}  Person :Xi=Xi Jinping   # the president\r\n",
            &rename,
        );
        check("person: Getty Images = -", &Action::Hide);
        let date = |date: &str| Action::Date(date.to_owned());
        check("date: ./seeds/a=b#1.txt = 2013-05 # May", &date("2013-05"));
        check("date: https://example.com/?a=b = 2013", &date("2013"));
        let codes = |codes: &[&str]| Action::Countries(codes.iter().map(|&c| c.into()).collect());
        check(
            "country: seeds/a.txt = us, Russia,US",
            &codes(&["RU", "US"]),
        );
        check("countries: seeds/* = -", &codes(&[]));
        check("year: seeds/wire/* = 1987", &Action::Year(1987));
        assert_eq!(
            Corrections::parse("# only\n\n  # comments")
                .unwrap()
                .rules
                .len(),
            0
        );
    }

    /// The wrong lines of `text`: their numbers, and the beginning of the why.
    fn check_wrong(text: &str, expected: &[(u64, &str)]) {
        let wrong = Corrections::parse(text).unwrap_err();
        let shown: Vec<(u64, &str)> = wrong
            .iter()
            .map(|wrong| (wrong.line, wrong.why.as_str()))
            .collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        check_wrong(
            "Xi\n\nXi =\n= Xi Jinping\nA = 7\ndat: a.txt = 2013",
            &[
                (1, "it has no “=”"),
                (3, "nothing after “=”"),
                (4, "nothing before “=”"),
                (5, "invalid name “7”"),
                (
                    6,
                    "unknown kind “dat”: expected person, date, countries or year",
                ),
            ],
        );
        check_wrong(
            "date: a.txt = some time in May\ncountries: a.txt = Freedonia\nseeds/a.txt = 2013-05-20\nyear: a.txt = 87",
            &[
                (1, "invalid date “some time in May”"),
                (2, "unknown country “Freedonia”"),
                (
                    3,
                    "“seeds/a.txt” looks like an article, but the line has no kind",
                ),
                (4, "invalid year “87”"),
            ],
        );
        check_wrong(
            "Xi = Xi Jinping\nXI = Xi Zhongxun\nXi = Xi Zhongxun\ndate: a = 2013\ndate: a = 2014\ndate: a = 2014",
            &[
                (2, "it contradicts line 1"),
                (5, "it contradicts line 4"),
                (6, "it contradicts line 4"),
            ],
        );
        check_wrong(
            "A = B\nB = C\nC = a\nZ = A",
            &[(3, "renaming “C” leads back to the same name")],
        );
    }

    #[test]
    fn the_same_said_twice_and_a_new_spelling_are_no_contradiction() {
        let twice = Corrections::parse("Xi = Xi Jinping\nXi = Xi Jinping").unwrap();
        assert_eq!(twice.counts().people, 2);
        let spelled = Corrections::parse("JOSE MARTI = José Martí").unwrap();
        assert_eq!(
            spelled.of_person("Jose Marti"),
            Some(&Action::Rename("José Martí".to_owned()))
        );
    }

    #[test]
    fn comments_change_nothing() {
        let one = Corrections::parse("A = B\ndate: x = 2013").unwrap();
        let commented = Corrections::parse("# why\nA = B # so\n\ndate: x = 2013").unwrap();
        let other = Corrections::parse("A = B\ndate: x = 2014").unwrap();
        assert!(one.say_as(&commented) && !one.say_as(&other));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_told_and_names_come_to_an_end(text in r"((date: |year: |-)?[ab#*:/ ]{0,3}=[ab -]{0,2}\n|[=:#ab]{0,4}\n){0,8}") {
            match Corrections::parse(&text) {
                Ok(corrections) => {
                    for name in ["a", "b", "ab", "a b"] {
                        corrections.of_person(name);
                    }
                }
                Err(wrong) => prop_assert!(wrong.iter().all(|wrong| wrong.line > 0)),
            }
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, expected) in [
            ("seeds/*", "seeds/wire/a.txt", true),
            ("seeds/*/a.txt", "seeds/wire/a.txt", true),
            ("*.txt", "a.txt", true),
            ("*a*a*", "banana", true),
            ("seeds/*.txt", "seeds/a.md", false),
            ("a*a", "a", false),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn records_go_by_file_line_and_id() {
        let article = Article {
            path: "seeds/a.jsonl".to_owned(),
            id: "x7".to_owned(),
            record_line: Some(3),
            ..Article::default()
        };
        let rules = "date: x7 = 2001\ndate: seeds/a.jsonl:3 = 2002\ndate: seeds/a.jsonl = 2003\ndate: seeds/* = 2004\ndate: x8 = 2005";
        let corrections = Corrections::parse(rules).unwrap();
        let lines: Vec<u64> = corrections
            .of_article(&article)
            .iter()
            .map(|(rule, _)| rule.line)
            .collect();
        // The last one counts: what is nearest to the record.
        assert_eq!(lines, [4, 3, 1, 2]);
    }
}
