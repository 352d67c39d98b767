//! Plain text and Markdown: one article a file.

use super::{SkipReason, SourceFormat, decode};
use crate::article::{Article, Metadata};

/// The article in the `bytes` of the file `key`.
pub(super) fn article(
    key: &str,
    format: SourceFormat,
    bytes: Vec<u8>,
) -> Result<Article, SkipReason> {
    let decoded = decode::decode(bytes)?;
    let mut article = Article {
        path: key.to_owned(),
        id: key.to_owned(),
        text: decoded.text,
        offsets: decoded.offsets,
        ..Article::default()
    };
    if format == SourceFormat::Markdown {
        read_front_matter(&mut article);
    }
    Ok(article)
}

/// Reads the `key: value` lines between two lines of `---` at the very start.
///
/// Only flat values are read: a quoted or plain string, or a list in square
/// brackets; other keys are kept as strings.
fn read_front_matter(article: &mut Article) {
    let Some((block, body_start)) = front_matter(&article.text) else {
        return;
    };
    let mut metadata = Metadata::default();
    let mut title = None;
    for line in block.lines() {
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = unquote(value.trim()).to_owned();
        match key.trim().to_ascii_lowercase().as_str() {
            "title" | "headline" => title = Some(value),
            "date" | "published" => metadata.date = Some(value),
            "author" | "byline" => metadata.author = Some(value),
            "url" | "source" | "link" => metadata.url = Some(value),
            "countries" => metadata.countries = Some(list(&value)),
            "people" => metadata.people = Some(list(&value)),
            other if !other.is_empty() && !value.is_empty() => {
                metadata.other.insert(key.trim().to_owned(), value.into());
            }
            _ => {}
        }
    }
    article.given_title = title.filter(|title| !title.is_empty());
    article.metadata = metadata;
    article.body_start = body_start;
}

/// The front matter of `text` and the offset at which the article follows.
fn front_matter(text: &str) -> Option<(&str, usize)> {
    let start = ["---\n", "---\r\n"]
        .iter()
        .find_map(|mark| text.strip_prefix(mark).map(|_| mark.len()))?;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some((&text[start..at], at + line.len()));
        }
        at += line.len();
    }
    None
}

fn unquote(value: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

fn list(value: &str) -> Vec<String> {
    let inner = value.trim_start_matches('[').trim_end_matches(']');
    let items = inner.split(',').map(|item| unquote(item.trim()).to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_metadata() {
        let text = "---\ntitle: \"Talks in Moscow\"\ndate: 2013-05-14\ncountries: [RU, US]\nslug: talks\n---\n# Other\n\nText.";
        let article = article("a.md", SourceFormat::Markdown, text.into()).unwrap();
        assert_eq!(article.given_title.as_deref(), Some("Talks in Moscow"));
        assert_eq!(article.metadata.date.as_deref(), Some("2013-05-14"));
        assert_eq!(
            article.metadata.countries.as_deref(),
            Some(&["RU".to_owned(), "US".to_owned()][..])
        );
        assert_eq!(article.metadata.other["slug"], "talks");
        assert!(article.text[article.body_start..].starts_with("# Other"));
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        let article = article(
            "a.md",
            SourceFormat::Markdown,
            "---\nText without an end".into(),
        )
        .unwrap();
        assert_eq!(article.body_start, 0);
    }
}
