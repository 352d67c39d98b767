//! The keys of a JSON object that say something of an article.
//!
//! The table has the keys that are known, the surer names first. Of several keys
//! the first counts that holds what it should: `published: true` is no date, and
//! an empty `text` is none.
//!
//! What is stated and not understood is told: a date that is none, a country
//! that is none, a list of numbers. It stays among the other keys.

mod entities;
mod markup;
mod table;
mod values;

use serde_json::{Map, Value};

use self::table::{KeyRole, is_of, role};
pub(super) use self::values::StatedText;
use self::values::{StatedNames, author_of, cut, date_of, inner_text, plain_text, shown, text_of};
use crate::article::Metadata;
use crate::text::stated_date;

/// Keys that hold the whole record, one level down.
const WRAPPERS: [&str; 6] = [
    "_source",
    "fields",
    "attributes",
    "article",
    "document",
    "doc",
];

/// What an object states of an article.
#[derive(Debug, Default)]
pub(super) struct Stated {
    pub(super) title: Option<String>,
    pub(super) text: Option<StatedText>,
    pub(super) metadata: Metadata,
    /// What was stated and not understood, a line each.
    pub(super) remarks: Vec<String>,
}

/// What `fields`, which are no record, say of an article that has its text
/// elsewhere.
pub(super) fn take(fields: Map<String, Value>) -> Stated {
    let mut stated = Stated::default();
    let mut fields = StatedFields::of(fields);
    fields.take_title(&mut stated, str::to_owned);
    fields.take_metadata(&mut stated);
    stated
}

/// What the `fields` of a record say.
pub(super) fn take_record(fields: Map<String, Value>) -> Stated {
    let mut stated = Stated::default();
    let mut fields = StatedFields::of(unwrapped(fields));
    fields.take_text(&mut stated);
    fields.take_title(&mut stated, |title| {
        markup::stripped(title).unwrap_or_else(|| title.to_owned())
    });
    fields.take_metadata(&mut stated);
    if stated.text.is_none() {
        stated.remarks.extend(perhaps_text(&stated.metadata.other));
    }
    stated
}

/// Takes a string or number out of the record; blank counts as missing. A
/// value of another kind stays among the other keys.
pub(super) fn take_text(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let text = plain_text(fields.get(name)?)?;
    fields.remove(name);
    (!text.trim().is_empty()).then_some(text)
}

/// The text without its markup; `None` where it has none.
#[cfg(not(feature = "html"))]
pub(super) fn without_markup(text: &str) -> Option<String> {
    markup::stripped(text)
}

/// The character that a reference of HTML with this name (`eacute`, `#233`,
/// `#xe9`) stands for.
#[cfg(feature = "mail")]
pub(super) fn character(name: &str) -> Option<char> {
    markup::character(name)
}

/// Whether a key says something of an article, and whether what it says can be
/// an article by itself: a text or a title.
pub(super) fn is_known(key: &str) -> (bool, bool) {
    let role = role(key).map(|(role, _)| role);
    let is_article = matches!(role, Some(KeyRole::Text | KeyRole::Title));
    (role.is_some(), is_article)
}

/// A record that is held by another object, with what that says beside it.
fn unwrapped(mut fields: Map<String, Value>) -> Map<String, Value> {
    let has_text = |fields: &Map<String, Value>| {
        let mut keys = fields.iter();
        keys.any(|(key, value)| !value.is_object() && is_of(key, KeyRole::Text))
    };
    if has_text(&fields) {
        return fields;
    }
    let is_whole =
        |name: &&&str| matches!(fields.get(**name), Some(Value::Object(inner)) if has_text(inner));
    if let Some(name) = WRAPPERS.iter().find(is_whole)
        && let Some(Value::Object(inner)) = fields.remove(*name)
    {
        for (key, value) in inner {
            fields.entry(key).or_insert(value);
        }
    }
    fields
}

/// An object, and which of its keys have a role.
struct StatedFields {
    all: Map<String, Value>,
    /// Sorted by role and sureness.
    known: Vec<(KeyRole, usize, String)>,
}

impl StatedFields {
    fn of(all: Map<String, Value>) -> StatedFields {
        let known = all.keys();
        let known = known.filter_map(|key| role(key).map(|(role, at)| (role, at, key.clone())));
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(_, at, _)| *at);
        StatedFields { all, known }
    }

    /// The keys of a role, the surest first.
    fn keys(&self, wanted: KeyRole) -> Vec<String> {
        let known = self.known.iter().filter(|(role, ..)| *role == wanted);
        known.map(|(_, _, key)| key.clone()).collect()
    }

    /// The first value of a role that `read` understands, and its key.
    fn first<T>(&self, wanted: KeyRole, read: impl Fn(&Value) -> Option<T>) -> Option<(String, T)> {
        let mut keys = self.keys(wanted).into_iter();
        keys.find_map(|key| {
            let read = read(self.all.get(&key)?)?;
            Some((key, read))
        })
    }

    fn take_text(&mut self, stated: &mut Stated) {
        let found = self.first(KeyRole::Text, text_of);
        let is_blank = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
        if let Some((key, text)) = found {
            self.all.remove(&key);
            for key in self.keys(KeyRole::Text) {
                if self.all.get(&key).is_some_and(is_blank) {
                    self.all.remove(&key);
                }
            }
            stated.text = Some(text);
            return;
        }
        for key in self.keys(KeyRole::Text) {
            match self.all.get(&key) {
                Some(Value::Bool(_)) => {
                    stated.remarks.push(not_understood("text", &key, "no text"));
                }
                Some(Value::Object(_)) => {
                    stated
                        .remarks
                        .push(not_understood("text", &key, "an object"));
                }
                Some(Value::Array(items)) if !items.is_empty() => {
                    let what = "a list without text";
                    stated.remarks.push(not_understood("text", &key, what));
                }
                // Blank: nothing is stated.
                Some(Value::String(_) | Value::Null) => {
                    self.all.remove(&key);
                }
                _ => {}
            }
        }
    }

    fn take_title(&mut self, stated: &mut Stated, clean: impl Fn(&str) -> String) {
        let title = |value: &Value| match value {
            Value::Object(_) => inner_text(value).map(str::to_owned),
            value => plain_text(value).filter(|text| !text.trim().is_empty()),
        };
        if let Some((key, title)) = self.first(KeyRole::Title, title) {
            self.all.remove(&key);
            stated.title = Some(clean(&title)).filter(|title| !title.trim().is_empty());
        }
        for key in self.keys(KeyRole::Title) {
            match self.all.get(&key) {
                Some(Value::String(text)) if text.trim().is_empty() => {
                    self.all.remove(&key);
                }
                Some(Value::Null) => {
                    self.all.remove(&key);
                }
                Some(value) if stated.title.is_none() => {
                    let what = shown(value);
                    stated.remarks.push(not_understood("title", &key, &what));
                }
                _ => {}
            }
        }
    }

    fn take_metadata(&mut self, stated: &mut Stated) {
        self.take_date(stated);
        let url = self.first(KeyRole::Url, |value| {
            value
                .as_str()
                .map(str::trim)
                .filter(|url| !url.is_empty())
                .map(str::to_owned)
        });
        // `source` names a newspaper as often as an address.
        if let Some((key, url)) = url
            && (!key.eq_ignore_ascii_case("source") || url.contains("://"))
        {
            self.all.remove(&key);
            stated.metadata.url = Some(url);
        }
        self.take_source(stated);
        if let Some((key, author)) = self.first(KeyRole::Author, author_of) {
            self.all.remove(&key);
            stated.metadata.author = Some(author);
        }
        stated.metadata.countries = self.take_names(KeyRole::Countries, stated);
        stated.metadata.people = self.take_names(KeyRole::People, stated);
        stated.metadata.other = std::mem::take(&mut self.all);
    }

    /// The newspaper or site: a short name, or an object that has one.
    fn take_source(&mut self, stated: &mut Stated) {
        let name = |value: &Value| {
            let value = value.get("name").or(value.get("title")).unwrap_or(value);
            let name = value.as_str()?.trim();
            let is_name = !name.is_empty() && name.len() <= MOST_SOURCE && !name.contains("://");
            is_name.then(|| name.to_owned())
        };
        let mut keys = self.keys(KeyRole::Url).into_iter();
        let own = keys.find(|key| key.eq_ignore_ascii_case("source"));
        let own = own.and_then(|key| Some((name(self.all.get(&key)?)?, key)));
        let own = own.map(|(name, key)| (key, name));
        let Some((key, name)) = own.or_else(|| self.first(KeyRole::Source, name)) else {
            return;
        };
        if self.all.get(&key).is_some_and(Value::is_string) {
            self.all.remove(&key);
        }
        stated.metadata.source = Some(name);
    }

    fn take_date(&mut self, stated: &mut Stated) {
        let read = |value: &Value| {
            let text = date_of(value).filter(|text| stated_date::read(text).is_some());
            // Milliseconds and lists are kept as what they say.
            text.map(|text| (text, true))
        };
        if let Some((key, (date, _))) = self.first(KeyRole::Date, read) {
            self.all.remove(&key);
            stated.metadata.date = Some(date);
            return;
        }
        let unread = self.keys(KeyRole::Date).into_iter().find(|key| {
            let value = self.all.get(key);
            value.is_some_and(|value| says_a_date(key, value))
        });
        for key in self.keys(KeyRole::Date) {
            let is_blank =
                |value: &Value| plain_text(value).is_some_and(|text| text.trim().is_empty());
            if self.all.get(&key).is_some_and(is_blank) {
                self.all.remove(&key);
            }
        }
        let Some(key) = unread else {
            stated.remarks.extend(perhaps_date(&self.all));
            return;
        };
        let Some(value) = self.all.get(&key) else {
            return;
        };
        let what = shown(value);
        stated.remarks.push(not_understood("date", &key, &what));
        stated.metadata.date = Some(plain_text(value).unwrap_or(what));
        if plain_text(value).is_some() {
            self.all.remove(&key);
        }
    }

    /// The names that a key lists; `None` where it lists none that is
    /// understood, unless it is an empty list.
    fn take_names(&mut self, role: KeyRole, stated: &mut Stated) -> Option<Vec<String>> {
        let key = self.keys(role).into_iter().next()?;
        let value = self.all.get(&key)?;
        let mut names = StatedNames::default();
        let field = match role {
            KeyRole::Countries => "country",
            _ => "person",
        };
        names.read(value, role);
        let StatedNames { known, unknown } = names;
        if !unknown.is_empty() {
            let few: Vec<String> = unknown.iter().take(MOST_TOLD).cloned().collect();
            let more = match unknown.len().saturating_sub(MOST_TOLD) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let what = format!("{}{more}", few.join(", "));
            stated.remarks.push(not_understood(field, &key, &what));
        }
        let is_empty_list = matches!(value, Value::Array(items) if items.is_empty());
        let is_blank = unknown.is_empty() && known.is_empty();
        // What was not understood stays to be seen.
        if unknown.is_empty() && !value.is_null() {
            self.all.remove(&key);
        }
        (is_empty_list || !is_blank && !known.is_empty()).then_some(known)
    }
}

/// How long the name of a newspaper may be, in bytes.
const MOST_SOURCE: usize = 200;

/// So many names that were not understood are told of one list.
const MOST_TOLD: usize = 3;

/// Whether a value that cannot be read as a date was meant as one. `published:
/// true` says whether, not when.
fn says_a_date(key: &str, value: &Value) -> bool {
    let is_switch = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        matches!(
            text.as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "1" | "0"
        )
    };
    let is_date = key.eq_ignore_ascii_case("date");
    match value {
        Value::Null => false,
        Value::Bool(_) => is_date,
        Value::Array(items) => !items.is_empty(),
        Value::Object(_) => true,
        value => plain_text(value)
            .is_some_and(|text| !text.trim().is_empty() && (is_date || !is_switch(&text))),
    }
}

/// What of a title alone looks like a text under a key that is not known.
fn perhaps_text(other: &Map<String, Value>) -> Option<String> {
    let words = |value: &Value| {
        let text = value.as_str()?;
        let words = text.split_whitespace().take(MOST_WORDS).count();
        (words >= LEAST_WORDS).then_some(text.len())
    };
    let longest = other
        .iter()
        .filter_map(|(key, value)| Some((words(value)?, key)));
    let (_, key) = longest.max_by_key(|(length, _)| *length)?;
    Some(format!(
        "no text under a known key; “{}” may hold it",
        cut(key)
    ))
}

/// What of an article without a stated date looks like one under a key that is
/// not known: `created`, `timestamp`. That something was changed, fetched or
/// ends says nothing of when it was published.
pub(crate) fn perhaps_date(others: &Map<String, Value>) -> Option<String> {
    const WORDS: [&str; 6] = ["date", "time", "created", "publi", "issue", "posted"];
    const OTHER_DAYS: [&str; 20] = [
        "updat", "modif", "chang", "edit", "crawl", "download", "retriev", "access", "fetch",
        "scrap", "index", "import", "expir", "start", "end", "due", "deadline", "valid", "event",
        "birth",
    ];
    let (key, _) = others.iter().find(|(key, value)| {
        let name = key.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let is_date = |text: String| text.len() >= 8 && stated_date::read(&text).is_some();
        has(&WORDS) && !has(&OTHER_DAYS) && date_of(value).is_some_and(is_date)
    })?;
    Some(format!(
        "no date under a known key; “{}” may hold it",
        cut(key)
    ))
}

/// From so many words on, a string may be an article's text.
const LEAST_WORDS: usize = 8;

/// No more words are counted.
const MOST_WORDS: usize = 16;

/// `date not understood: “soon”`, with the key where it is named otherwise.
fn not_understood(what: &str, key: &str, value: &str) -> String {
    let key = if key.eq_ignore_ascii_case(what) {
        String::new()
    } else {
        format!(" (key “{}”)", cut(key))
    };
    format!("{what} not understood: {value}{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(json: &str) -> Stated {
        take_record(serde_json::from_str(json).unwrap())
    }

    fn check_date(json: &str, date: Option<&str>, remarks: &[&str]) {
        let stated = record(json);
        assert_eq!(stated.metadata.date.as_deref(), date, "{json}");
        assert_eq!(stated.remarks, remarks, "{json}");
    }

    fn check_text(json: &str, text: &str, is_changed: bool) {
        let expected = Some(StatedText {
            text: text.to_owned(),
            is_changed,
        });
        assert_eq!(record(json).text, expected, "{json}");
    }

    #[test]
    fn what_is_of_another_kind_stays() {
        let object = r#"{"title":" ","date":2013,"author":["A"],"people":"Ada Lovelace","countries":null,"x":1}"#;
        let stated = take(serde_json::from_str(object).unwrap());
        assert_eq!(stated.title, None);
        assert_eq!(stated.metadata.date.as_deref(), Some("2013"));
        assert_eq!(stated.metadata.author.as_deref(), Some("A"));
        assert_eq!(
            stated.metadata.people,
            Some(vec!["Ada Lovelace".to_owned()])
        );
        let left: Vec<&String> = stated.metadata.other.keys().collect();
        assert_eq!(left, ["countries", "x"]);
        assert_eq!(stated.remarks, [""; 0]);
    }

    #[test]
    fn the_first_key_that_holds_a_text_counts() {
        for key in [
            "text",
            "content",
            "body",
            "maintext",
            "articleBody",
            "bodyText",
            "description",
            "full_text",
            "Article-Text",
            "content:encoded",
        ] {
            check_text(&format!(r#"{{"title":"T","{key}":"A b."}}"#), "A b.", false);
        }
        check_text(
            r#"{"text":"","description":"Short.","content":"Long."}"#,
            "Long.",
            false,
        );
        check_text(r#"{"text":["One.","","Two."]}"#, "One.\n\nTwo.", true);
        check_text(
            r#"{"content":[{"type":"p","text":"One."},{"type":"img"},{"text":"Two."}]}"#,
            "One.\n\nTwo.",
            true,
        );
        check_text(r#"{"content":{"rendered":"<p>One.</p>"}}"#, "One.", true);
        check_text(r#"{"text":"a < b"}"#, "a < b", false);
        check_text(r#"{"_id":"7","_source":{"body":"One."}}"#, "One.", false);
        check_text(
            r#"{"webTitle":"T","fields":{"bodyText":"One."}}"#,
            "One.",
            false,
        );
    }

    #[test]
    fn what_is_no_text_is_told() {
        let stated = record(r#"{"title":"T","body":{"x":1}}"#);
        assert_eq!(stated.text, None);
        assert_eq!(
            stated.remarks,
            ["text not understood: an object (key “body”)"]
        );
        let long = record(
            r#"{"title":"T","artikel":"Ein Satz mit mehr als sieben Wörtern, der ein Text ist."}"#,
        );
        assert_eq!(
            long.remarks,
            ["no text under a known key; “artikel” may hold it"]
        );
        assert_eq!(
            record(r#"{"title":"T","section":"world news"}"#).remarks,
            [""; 0]
        );
    }

    #[test]
    fn dates_come_in_many_forms_and_under_many_keys() {
        for json in [
            r#"{"date":"2008-12-01T10:00:00Z"}"#,
            r#"{"date":"soon","publishedAt":"2008-12-01T10:00:00Z"}"#,
            r#"{"published":true,"pub_date":"2008-12-01T10:00:00Z"}"#,
            r#"{"datePublished":{"@value":"2008-12-01T10:00:00Z"}}"#,
            r#"{"published_at":{"$date":"2008-12-01T10:00:00Z"}}"#,
            r#"{"pubDate":{"$date":1228125600000}}"#,
            r#"{"date":{"$date":{"$numberLong":"1228125600000"}}}"#,
            r#"{"article:published_time":["2008-12-01T10:00:00Z"]}"#,
        ] {
            check_date(json, Some("2008-12-01T10:00:00Z"), &[]);
        }
        check_date(r#"{"date":[2008,12,1,10,0]}"#, Some("2008-12-01"), &[]);
        check_date(r#"{"date":1228125600}"#, Some("1228125600"), &[]);
        check_date(
            r#"{"date":{"$date":86400000}}"#,
            Some("1970-01-02T00:00:00Z"),
            &[],
        );
        check_date(r#"{"published":true}"#, None, &[]);
        check_date(r#"{"date":""}"#, None, &[]);
        check_date(r#"{"date":null,"updated_at":"2008-12-01"}"#, None, &[]);
        check_date(
            r#"{"date":{"year":2008,"month":12,"day":1}}"#,
            Some("2008-12-01"),
            &[],
        );
        check_date(
            r#"{"created_at":"2008-12-01","modified":"2009-01-01"}"#,
            None,
            &["no date under a known key; “created_at” may hold it"],
        );
    }

    #[test]
    fn dates_that_are_not_understood_are_told() {
        check_date(
            r#"{"date":"soon"}"#,
            Some("soon"),
            &["date not understood: “soon”"],
        );
        check_date(
            r#"{"date":true}"#,
            Some("true"),
            &["date not understood: true"],
        );
        check_date(
            r#"{"pubDate":"04/05/2013"}"#,
            Some("04/05/2013"),
            &["date not understood: “04/05/2013” (key “pubDate”)"],
        );
        check_date(
            r#"{"date":"9999-12-31"}"#,
            Some("9999-12-31"),
            &["date not understood: “9999-12-31”"],
        );
        check_date(
            r#"{"date":{"a":1}}"#,
            Some(r#"{"a":1}"#),
            &[r#"date not understood: {"a":1}"#],
        );
    }

    #[test]
    fn names_are_lists_however_they_are_written() {
        let countries = |json: &str| {
            let stated = record(json);
            (
                stated.metadata.countries.map(|names| names.join("+")),
                stated.remarks,
            )
        };
        let known = |names: &str| (Some(names.to_owned()), Vec::new());
        assert_eq!(
            countries(r#"{"countries":["RU","France"]}"#),
            known("RU+France")
        );
        assert_eq!(countries(r#"{"countries":"RU, US"}"#), known("RU+US"));
        assert_eq!(countries(r#"{"countries":[{"code":"RU"}]}"#), known("RU"));
        assert_eq!(countries(r#"{"countries":[]}"#), known(""));
        assert_eq!(countries(r#"{"countries":""}"#), (None, Vec::new()));
        assert_eq!(
            countries(r#"{"countries":["RU","Narnia",7]}"#),
            (
                Some("RU".to_owned()),
                vec!["country not understood: “Narnia”, 7 (key “countries”)".to_owned()]
            )
        );
        assert_eq!(
            countries(r#"{"countries":"Narnia"}"#),
            (
                None,
                vec!["country not understood: “Narnia” (key “countries”)".to_owned()]
            )
        );
        let people = record(r#"{"people":"Ada Lovelace; Alan Turing"}"#);
        assert_eq!(people.metadata.people.map(|names| names.len()), Some(2));
        let none = record(r#"{"people":7}"#);
        assert_eq!(none.metadata.people, None);
        assert_eq!(none.remarks, ["person not understood: 7 (key “people”)"]);
    }

    #[test]
    fn markup_goes_from_titles_too() {
        let stated = record(r#"{"title":"H&amp;M <b>cuts</b>","text":"x"}"#);
        assert_eq!(stated.title.as_deref(), Some("H&M cuts"));
        let beside = take(serde_json::from_str(r#"{"title":"a &amp; b","text":"x"}"#).unwrap());
        assert_eq!(beside.title.as_deref(), Some("a &amp; b"));
        assert_eq!(beside.metadata.other["text"], "x");
    }

    #[test]
    fn a_newspaper_is_no_address() {
        let stated = record(r#"{"text":"x","source":"The Times"}"#);
        assert_eq!(stated.metadata.url, None);
        assert_eq!(stated.metadata.source.as_deref(), Some("The Times"));
        let stated = record(r#"{"text":"x","source":{"name":"The Times"},"publication":"y"}"#);
        assert_eq!(stated.metadata.source.as_deref(), Some("The Times"));
    }
}
