//! Writes documents for an engine: an article, or a source file, as one item of
//! a `_bulk` request, two lines of JSON.
//!
//! The first line has the document's `_id`, a hash of its key, and the version
//! of the push: an engine keeps the document of the latest push, whichever
//! comes last (`external_gte`), so that an item may be sent any number of
//! times. The second line has the fields of the table under their own names, and
//! those of [`Extra`].
//!
//! Fields of words are our terms, in order, joined by spaces: `talk begin ¶ the
//! us|u.s talk`. `¶` stands where the local index leaves a position out. Terms
//! that share a position there (an abbreviation and the word that it may be, a
//! divided word and its other reading) are joined by `|`, and the engine's
//! analyzer gives them one position again (`mapping`): a search asks for the
//! very terms that it asks the local index for, with the same distances.
//!
//! What has the engine's types as its limit: terms longer than Lucene takes are
//! left out, as longer ones are of the local index. Numbers of 64 bits are kept
//! as texts, since JSON readers elsewhere may round them.
//!
//! Cost: one pass over the text, and a hash of each word. The item is some
//! three times as long as the text; it is written once, front to back.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Value, json};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::mapping::{Extra, GAP, SAME_PLACE, Shape, shape};
use crate::article::Article;
use crate::corrections::Owner;
use crate::document::field::{FIELDS, Field, FieldKind};
use crate::document::minhash::{Minhash, MinhashBuilder};
use crate::document::source_file::SourceEntry;
use crate::document::words::{WordPart, WordSink, each_word};
use crate::document::{DocumentWriter, WordCounts, write_article, write_source, year_of};
use crate::layout::Layout;
use crate::text::analyze::{Analyzer, Word};

/// The longest term that Lucene takes, in bytes. Shorter than what the local
/// index takes: what lies between is not found here.
const MAX_TERM: usize = 32_766;

/// A path of more names than this has too many runs to be written down; no
/// system of ours makes such paths by itself.
pub(crate) const MAX_NAMES: usize = 64;

/// A document, ready to be sent.
#[derive(Debug)]
pub(crate) struct Item {
    /// Path and id of the article, or the key of the source file.
    pub(crate) key: String,
    /// Two lines, each with its end.
    pub(crate) bytes: Vec<u8>,
    /// How many words an article has; none of a source file.
    pub(crate) words: WordCounts,
}

/// The item of an article that a push writes, which began at `push`
/// milliseconds since 1970.
pub(crate) fn article_item(
    analyzer: &mut Analyzer,
    owner: &Owner,
    article: Article,
    push: u64,
) -> Item {
    let file = article.path.clone();
    let mut writer = JsonWriter::new(analyzer);
    write_article(&mut writer, owner, article);
    writer.finish(&file, "", push)
}

/// The item of a source file, which was read with what hashes to `made`.
pub(crate) fn source_item(
    analyzer: &mut Analyzer,
    source: &SourceEntry,
    made: &str,
    push: u64,
) -> Item {
    let mut writer = JsonWriter::new(analyzer);
    write_source(&mut writer, source);
    if !made.is_empty() {
        writer.object.value(Extra::Made.name(), &json!(made));
    }
    writer.finish(&source.key, "source\0", push)
}

/// The `_id` of an article with this key; of a source file with `source\0`
/// before it.
pub(crate) fn document_id(key: &str) -> String {
    format!("{:032x}", xxh3_128(key.as_bytes()))
}

/// An object of JSON under construction.
#[derive(Debug)]
struct Object(Vec<u8>);

impl Object {
    fn value(&mut self, name: &str, value: &Value) {
        self.name(name);
        // Writing to memory does not fail, nor do texts and numbers.
        let written = serde_json::to_writer(&mut self.0, value);
        debug_assert!(written.is_ok());
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.json(text);
    }

    fn texts<'t>(&mut self, name: &str, texts: impl Iterator<Item = &'t str>) {
        let mut separator = b'[';
        for text in texts {
            if separator == b'[' {
                self.name(name);
            }
            self.0.push(separator);
            self.json(text);
            separator = b',';
        }
        if separator == b',' {
            self.0.push(b']');
        }
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        self.json(name);
        self.0.push(b':');
    }

    fn json(&mut self, text: &str) {
        let written = serde_json::to_writer(&mut self.0, text);
        debug_assert!(written.is_ok());
    }
}

/// Writes one document as JSON.
struct JsonWriter<'a> {
    analyzer: &'a mut Analyzer,
    object: Object,
    words: WordCounts,
    /// Of each field of terms and texts its values, in order.
    values: [Vec<String>; FIELDS.len()],
    days: Option<Range<i64>>,
}

impl<'a> JsonWriter<'a> {
    fn new(analyzer: &'a mut Analyzer) -> Self {
        JsonWriter {
            analyzer,
            object: Object(Vec::new()),
            words: WordCounts::default(),
            values: [const { Vec::new() }; FIELDS.len()],
            days: None,
        }
    }

    fn values(&self, field: Field) -> &[String] {
        &self.values[field.number()]
    }

    /// The item of a document of `file`; `before` goes before its key where
    /// another document may have the same.
    fn finish(mut self, file: &str, before: &str, push: u64) -> Item {
        let key = self.values(Field::Key).concat();
        let id = document_id(&format!("{before}{key}"));
        let mut object = std::mem::replace(&mut self.object, Object(Vec::new()));
        for (line, values) in FIELDS.iter().zip(&self.values) {
            match line.kind {
                FieldKind::Texts if line.field != Field::Name => {
                    object.text_if_any(line.name, values);
                }
                _ => object.texts(line.name, values.iter().map(String::as_str)),
            }
        }
        if before.is_empty() {
            object.texts(Extra::PathRun.name(), runs(file));
        }
        let days = self.days.as_ref();
        if let Some(days) = days {
            let pair = format!("{} {}", days.start, days.end);
            object.text(Extra::Days.name(), &pair);
        }
        let year = days.and_then(|days| year_of(days.start, days.end));
        let year = year.map_or_else(String::new, |year| year.to_string());
        let names = self.values(Field::Name).iter();
        let names: Vec<String> = names.map(|name| format!("{year}\0{name}")).collect();
        object.texts(Extra::NameYear.name(), names.iter().map(String::as_str));
        object.text(Extra::File.name(), file);
        object.value(Extra::Push.name(), &json!(push));
        let action = json!({"index": {"_id": id, "version": push, "version_type": "external_gte"}});
        let mut bytes = format!("{action}\n").into_bytes();
        bytes.append(&mut object.0);
        bytes.extend_from_slice(b"}\n");
        Item {
            key,
            bytes,
            words: self.words,
        }
    }
}

impl Object {
    /// The only value of a field that has one at most.
    fn text_if_any(&mut self, name: &str, values: &[String]) {
        if let Some(value) = values.first() {
            self.text(name, value);
        }
    }
}

/// Every run of whole names of a path that is short enough to be a term.
fn runs(path: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    let starts: Vec<usize> = starts.take(MAX_NAMES).collect();
    starts.into_iter().flat_map(move |start| {
        let rest = &path[start..];
        let ends = rest
            .match_indices('/')
            .map(|(at, _)| at)
            .chain([rest.len()]);
        ends.take(MAX_NAMES)
            .map(move |end| &rest[..end])
            .filter(|run| run.len() <= MAX_TERM)
    })
}

impl DocumentWriter for JsonWriter<'_> {
    fn analyzer(&mut self) -> &mut Analyzer {
        self.analyzer
    }

    fn words(&mut self, article: &Article, layout: &Layout, title: &str) -> Option<Minhash> {
        let mut sink = JoinedTerms::with_room(article.text.len());
        each_word(self.analyzer, article, layout, title, &mut sink);
        let JoinedTerms {
            text,
            title,
            boilerplate,
            forms,
            minhash,
        } = sink;
        self.words = WordCounts {
            text: text.count,
            title: title.count,
        };
        let object = &mut self.object;
        for (field, terms) in [
            (Field::Text, &text),
            (Field::Title, &title),
            (Field::Boilerplate, &boilerplate),
        ] {
            if terms.count > 0 {
                object.text(field.name(), &terms.joined);
            }
        }
        object.texts(Field::Form.name(), forms.iter().map(|form| &**form));
        object.value(Field::Words.name(), &json!(text.count));
        object.value(Field::TitleWords.name(), &json!(title.count));
        minhash.finish()
    }

    fn term(&mut self, field: Field, term: &str) {
        debug_assert!(
            matches!(field.kind(), FieldKind::Terms | FieldKind::CountedTerms),
            "{field:?} is declared without terms"
        );
        if term.len() <= MAX_TERM {
            self.values[field.number()].push(term.to_owned());
        }
    }

    fn text(&mut self, column: Field, text: &str) {
        debug_assert!(
            matches!(column.kind(), FieldKind::Texts | FieldKind::CountedTerms),
            "{column:?} is declared as no column of texts"
        );
        // Terms that are counted came as terms: one field is both.
        if column.kind() == FieldKind::Texts {
            self.values[column.number()].push(text.to_owned());
        }
    }

    /// The sums of a source file's words are those of its articles, which have
    /// their own: here they would be added twice.
    fn number(&mut self, column: Field, number: u64) {
        debug_assert_eq!(column.kind(), FieldKind::Number, "{column:?}");
        let value = match column {
            Field::Words | Field::TitleWords => return,
            Field::MinhashA | Field::MinhashB | Field::Hash => json!(number.to_string()),
            _ => json!(number),
        };
        self.object.value(column.name(), &value);
    }

    fn time(&mut self, column: Field, time: i64) {
        debug_assert_eq!(column.kind(), FieldKind::Time, "{column:?}");
        match (column, &mut self.days) {
            (Field::Earliest, days) => *days = Some(time..time),
            (Field::Latest, Some(days)) => days.end = time,
            _ => {}
        }
        self.object.value(column.name(), &json!(time));
    }

    fn store(&mut self, field: Field, text: &str) {
        debug_assert_eq!(shape(field), Shape::Kept, "{field:?}");
        self.object.text(field.name(), text);
    }
}

/// The terms of a field, joined.
#[derive(Debug, Default)]
struct Terms {
    joined: String,
    /// How many terms there are.
    count: u64,
}

impl Terms {
    fn gap(&mut self) {
        if !self.joined.is_empty() {
            self.joined.push(' ');
            self.joined.push(GAP);
        }
    }

    fn push(&mut self, term: &str, is_same_place: bool) {
        if is_same_place {
            self.joined.push(SAME_PLACE);
        } else if !self.joined.is_empty() {
            self.joined.push(' ');
        }
        self.joined.push_str(term);
        self.count += 1;
    }

    /// A word, with what stands at its position.
    fn word(&mut self, word: &Word<'_>) {
        self.push(word.term(), word.is_alternative());
        if let Some(capital) = word.capital().filter(|_| !word.is_alternative()) {
            self.push(capital, true);
        }
    }
}

/// Takes the words of one article.
#[derive(Debug, Default)]
struct JoinedTerms {
    text: Terms,
    title: Terms,
    boilerplate: Terms,
    /// Each distinct form once.
    forms: BTreeSet<Box<str>>,
    minhash: MinhashBuilder,
}

impl JoinedTerms {
    /// With room for the terms of a text of so many bytes, which are hardly
    /// longer than the text.
    fn with_room(bytes: usize) -> JoinedTerms {
        let text = Terms {
            joined: String::with_capacity(bytes),
            count: 0,
        };
        JoinedTerms {
            text,
            ..JoinedTerms::default()
        }
    }
}

impl WordSink for JoinedTerms {
    fn block(&mut self, part: WordPart) {
        if part.is_text() {
            self.text.gap();
        } else {
            self.boilerplate.gap();
        }
    }

    fn word(&mut self, part: WordPart, word: &Word<'_>) {
        match part {
            WordPart::TitleAlone => return self.title.word(word),
            WordPart::Boilerplate => self.boilerplate.word(word),
            WordPart::Headline | WordPart::Body => {
                self.text.word(word);
                if !word.is_alternative() {
                    self.minhash.push(xxh3_64(word.term().as_bytes()));
                }
                if part == WordPart::Headline {
                    self.title.word(word);
                }
            }
        }
        if !self.forms.contains(word.form()) {
            self.forms.insert(word.form().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::document::source_file::FileEntry;
    use crate::engine::local::segment::terms::TermReader;
    use crate::engine::local::segment::vocabulary::SharedVocabulary;
    use crate::source::Stat;

    fn item(article: Article) -> Item {
        let owner = Owner::default();
        article_item(&mut Analyzer::default(), &owner, article, 1_700_000_000_123)
    }

    fn lines(item: &Item) -> [Value; 2] {
        let text = std::str::from_utf8(&item.bytes).unwrap();
        let (action, document) = text.split_once('\n').unwrap();
        assert!(document.ends_with('\n') && document.matches('\n').count() == 1);
        [action, document].map(|line| serde_json::from_str(line).unwrap())
    }

    #[test]
    fn an_article_is_two_lines_with_its_fields() {
        let article = Article {
            path: "seeds/a/1.txt".to_owned(),
            id: "seeds/a/1.txt".to_owned(),
            text: "Talks of talks\n\nThe US told us in Paris on 14 May 2013 that Xi Jinping will \
                   meet the cyber-\nsecurity board of the town.\n"
                .to_owned(),
            ..Article::default()
        };
        let item = item(article);
        let [action, document] = lines(&item);
        assert_eq!(item.key, "seeds/a/1.txt");
        assert_eq!(
            action,
            json!({"index": {"_id": document_id("seeds/a/1.txt"), "version": 1_700_000_000_123_u64,
                   "version_type": "external_gte"}})
        );
        assert_eq!(document["title"], "talk of talk");
        let text = document["text"].as_str().unwrap();
        assert!(text.starts_with("talk of talk ¶ the us|u.s tell us in pari on 14 may 2013"));
        assert!(
            text.ends_with("the cyber|cybersecur secur board of the town"),
            "{text}"
        );
        assert_eq!(document["words"], item.words.text);
        assert_eq!(document["country"], json!(["FR", "US"]));
        assert_eq!(
            document["path_run"],
            json!(["seeds", "seeds/a", "seeds/a/1.txt", "a", "a/1.txt", "1.txt"])
        );
        assert_eq!(document["file"], "seeds/a/1.txt");
        assert_eq!(document["name"], json!(["Xi Jinping"]));
        assert!(
            document["form"]
                .as_array()
                .unwrap()
                .contains(&json!("talks"))
        );
        assert!(
            document["flag"]
                .as_array()
                .unwrap()
                .contains(&json!("article"))
        );
        assert!(document.get("id").is_none() && document.get("source").is_none());
    }

    #[test]
    fn names_have_the_year_of_an_article_that_has_one() {
        let article = |date: Option<&str>| {
            let mut article = Article {
                text: "Talks\n\nMr Xi Jinping spoke of the talks yesterday.\n".to_owned(),
                ..Article::default()
            };
            article.metadata.date = date.map(str::to_owned);
            lines(&item(article))[1].clone()
        };
        let dated = article(Some("2013-05-14"));
        assert_eq!(dated["days"], "15839 15839");
        assert_eq!(dated["name_year"], json!(["2013\0Xi Jinping"]));
        let undated = article(None);
        assert_eq!(undated["name_year"], json!(["\0Xi Jinping"]));
        assert!(undated.get("days").is_none() && undated.get("earliest").is_none());
    }

    #[test]
    fn a_source_file_is_told_from_its_article_and_keeps_all_64_bits() {
        let source = SourceEntry {
            key: "seeds/a.txt".to_owned(),
            file: FileEntry {
                stat: Stat { size: 9, mark: 7 },
                hash: u64::MAX,
                read_at: 1_700_000_000_000_000_000,
                articles: 3,
                words: WordCounts { text: 5, title: 1 },
                ..FileEntry::default()
            },
            skips: Vec::new(),
        };
        let item = source_item(&mut Analyzer::default(), &source, "c0ffee", 5);
        let [action, document] = lines(&item);
        assert_eq!(action["index"]["_id"], document_id("source\0seeds/a.txt"));
        assert_eq!(
            document,
            json!({"source": ["seeds/a.txt"], "key": "seeds/a.txt", "size": 9, "mark": 7,
                   "hash": u64::MAX.to_string(), "articles": 3, "skips": 0,
                   "read_at": 1_700_000_000_000_000_000_i64, "made": "c0ffee",
                   "file": "seeds/a.txt", "push": 5})
        );
    }

    #[test]
    fn what_is_too_long_for_a_term_is_left_out() {
        let mut article = Article {
            text: "Talks\n".to_owned(),
            path: format!("a/{}", "b".repeat(MAX_TERM)),
            ..Article::default()
        };
        article.id.clone_from(&article.path);
        let [_, document] = lines(&item(article));
        assert_eq!(document["path_run"].as_array().unwrap().len(), 2);
        assert!(document.get("path").is_none());
        let deep = "a/".repeat(200) + "b";
        let most = runs(&deep).count();
        assert_eq!(most, MAX_NAMES * MAX_NAMES);
    }

    proptest! {
        #[test]
        fn an_engine_gets_as_many_terms_as_the_local_index(
            text in "(([A-Z]?[a-z]{1,5}|US|U\\.S\\.|har-\nbour|cyber-\nsecurity|¶|a\\|b|\\PC)[ ,\n]{1,2}){0,30}"
        ) {
            let article = Article { text: text.clone(), ..Article::default() };
            let layout = article.layout();
            let title = article.title(&layout);
            let mut sink = JoinedTerms::default();
            each_word(&mut Analyzer::default(), &article, &layout, &title, &mut sink);
            let mut reader = TermReader::new(Arc::new(SharedVocabulary::default()));
            let local = reader.read(&article, &layout, &title);
            for (sent, kept) in [
                (&sink.text, &local.text),
                (&sink.title, &local.title),
                (&sink.boilerplate, &local.boilerplate),
            ] {
                prop_assert_eq!(sent.count, u64::from(kept.len()));
                // As the engine's analyzer takes it apart.
                let tokens = sent.joined.split_whitespace().filter(|token| *token != "¶");
                let terms = tokens.flat_map(|token| token.split(SAME_PLACE));
                let terms: Vec<&str> = terms.filter(|term| !term.is_empty()).collect();
                prop_assert_eq!(terms.len() as u64, sent.count, "{:?}", sent.joined);
            }
            prop_assert_eq!(sink.forms.len(), local.forms.len() as usize);
            prop_assert_eq!(sink.minhash.finish(), local.minhash());
        }
    }
}
