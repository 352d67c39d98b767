//! What a page states of itself as JSON-LD, the vocabulary of schema.org.
//!
//! Of all objects of all scripts, those of the type of an article are asked
//! first, a web page next. A script that is no JSON, as many are, is asked for
//! single values that stand behind their key.
//!
//! Example: `{"@type": "NewsArticle", "headline": "Talks", "author": [{"name":
//! "Ann Lee"}]}` states a title and an author.

use serde_json::Value;

/// What JSON-LD states of a page.
#[derive(Debug, Default)]
pub(super) struct Stated {
    pub(super) headline: Option<String>,
    /// Of an article.
    pub(super) published: Option<String>,
    /// Of a page, or of something else.
    pub(super) published_otherwise: Option<String>,
    pub(super) created: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) author: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) section: Option<String>,
    pub(super) language: Option<String>,
    pub(super) url: Option<String>,
}

/// How many objects are asked.
const MOST_OBJECTS: usize = 1000;

/// Reads the scripts of a page.
pub(super) fn read(scripts: &[String]) -> Stated {
    let mut stated = Stated::default();
    for script in scripts {
        let script = cleaned(script);
        match serde_json::from_str::<Value>(script) {
            Ok(value) => {
                let mut objects = Vec::new();
                collect(&value, &mut objects);
                for wanted in [ObjectKind::Article, ObjectKind::Page] {
                    for (kind, object) in &objects {
                        if *kind == wanted {
                            stated.take(object, wanted == ObjectKind::Article);
                        }
                    }
                }
            }
            Err(_) => stated.take_loosely(script),
        }
    }
    stated
}

/// A script without the comment marks around it.
fn cleaned(script: &str) -> &str {
    let script = script.trim();
    let inner = script
        .strip_prefix("<!--")
        .or_else(|| script.strip_prefix("//<![CDATA["))
        .or_else(|| script.strip_prefix("<![CDATA["))
        .unwrap_or(script);
    let inner = inner.trim_end();
    let ends = ["-->", "//]]>", "]]>"];
    let end = ends.iter().find_map(|end| inner.strip_suffix(end));
    end.unwrap_or(inner).trim().trim_end_matches(';')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ObjectKind {
    Article,
    Page,
    Other,
}

/// All objects inside a value, with their kinds.
fn collect<'v>(value: &'v Value, objects: &mut Vec<(ObjectKind, &'v Value)>) {
    if objects.len() >= MOST_OBJECTS {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, objects)),
        Value::Object(fields) => {
            objects.push((kind(fields.get("@type")), value));
            for (key, inner) in fields {
                // What is about something else has dates of its own.
                let is_inside = matches!(&**key, "@graph" | "mainEntity" | "mainEntityOfPage");
                if is_inside || key == "itemListElement" && fields.len() <= 3 {
                    collect(inner, objects);
                }
            }
        }
        _ => {}
    }
}

fn kind(stated: Option<&Value>) -> ObjectKind {
    let of = |name: &str| {
        let is_article = name.ends_with("Article")
            || matches!(
                name,
                "BlogPosting"
                    | "LiveBlogPosting"
                    | "Report"
                    | "SocialMediaPosting"
                    | "Review"
                    | "Recipe"
                    | "CreativeWork"
                    | "DiscussionForumPosting"
            );
        match name {
            _ if is_article => ObjectKind::Article,
            "WebPage" | "ItemPage" | "AboutPage" | "MedicalWebPage" => ObjectKind::Page,
            _ => ObjectKind::Other,
        }
    };
    match stated {
        Some(Value::String(name)) => of(name),
        Some(Value::Array(names)) => {
            let kinds = names.iter().filter_map(Value::as_str).map(of);
            kinds
                .min_by_key(|kind| *kind as u8)
                .unwrap_or(ObjectKind::Other)
        }
        _ => ObjectKind::Other,
    }
}

/// The text of a value: itself, its name, or those of a list.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => super::references::decoded(text),
        Value::Number(number) => number.to_string(),
        Value::Object(fields) => return text(fields.get("name").or(fields.get("@id"))?),
        Value::Array(items) => {
            let names: Vec<String> = items.iter().take(20).filter_map(text_of_name).collect();
            names.join(", ")
        }
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The text of a value in a list, which is no list.
fn text_of_name(value: &Value) -> Option<String> {
    (!value.is_array()).then(|| text(value))?
}

fn set(place: &mut Option<String>, value: Option<String>) {
    if place.is_none() {
        *place = value;
    }
}

impl Stated {
    fn take(&mut self, object: &Value, is_article: bool) {
        let of = |key: &str| object.get(key).and_then(text);
        if is_article {
            set(&mut self.headline, of("headline").or_else(|| of("name")));
            set(&mut self.published, of("datePublished"));
            set(&mut self.created, of("dateCreated"));
            set(&mut self.author, of("author").or_else(|| of("creator")));
            set(&mut self.section, of("articleSection"));
        } else {
            set(&mut self.published_otherwise, of("datePublished"));
        }
        set(&mut self.modified, of("dateModified"));
        set(&mut self.publisher, of("publisher"));
        set(&mut self.language, of("inLanguage"));
        set(&mut self.url, object.get("url").and_then(text));
    }

    /// Single values of a script that is no JSON.
    fn take_loosely(&mut self, script: &str) {
        let value = |key: &str| {
            let at = script.find(&format!("\"{key}\""))?;
            let rest = &script[at + key.len() + 2..];
            let rest = rest.trim_start().strip_prefix(':')?.trim_start();
            let rest = rest.strip_prefix('"')?;
            let value = &rest[..rest.find('"')?];
            (value.len() < 200 && !value.contains('\\')).then(|| value.to_owned())
        };
        set(&mut self.published, value("datePublished"));
        set(&mut self.modified, value("dateModified"));
        set(&mut self.headline, value("headline"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_goes_before_its_page() {
        let stated = read(&[r#"{"@graph":[
            {"@type":"WebPage","datePublished":"2013-01-01","name":"Page"},
            {"@type":["NewsArticle"],"headline":"Talks &amp; more","datePublished":"2013-05-14",
             "author":[{"@type":"Person","name":"Ann Lee"},{"name":"Bo Ek"}],
             "publisher":{"name":"Herald"}}]}"#
            .to_owned()]);
        assert_eq!(stated.headline.as_deref(), Some("Talks & more"));
        assert_eq!(stated.published.as_deref(), Some("2013-05-14"));
        assert_eq!(stated.published_otherwise.as_deref(), Some("2013-01-01"));
        assert_eq!(stated.author.as_deref(), Some("Ann Lee, Bo Ek"));
        assert_eq!(stated.publisher.as_deref(), Some("Herald"));
    }

    #[test]
    fn what_is_no_json_is_read_loosely() {
        let stated =
            read(&["<!-- {\"headline\": \"A\",, \"datePublished\" : \"2013-05-14\" -->".into()]);
        assert_eq!(stated.published.as_deref(), Some("2013-05-14"));
    }
}
