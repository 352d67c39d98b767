//! Feeds and news items in XML.
//!
//! A file is read twice. The first reading tells by the root what the file is,
//! counts its items, and finds the title of a feed; the second builds the tree of
//! each item ([`tree`]), has it read by its format ([`feed`], [`nitf`],
//! [`newsml`], [`factiva`]), and hands it on. So one item is held at a time,
//! beside the text of the file.
//!
//! A file that is one news item is one article with the file's id; of several,
//! and of a feed, each has `KEY#n`. Text leads to its bytes, references and
//! CDATA undone. XML that is none of these is one skip.
//!
//! Example: the third `<item>` of `world.xml` is `world.xml#3`, with the title of
//! the feed as its source.

mod factiva;
mod feed;
mod flow;
mod newsml;
mod nitf;
mod tree;

use quick_xml::events::Event;

use self::tree::{Element, Fault, MOST_DEPTH, Names, next, reader, too_deep};
use crate::article::{Lines, Marks, Metadata, Offsets, Unit};
use crate::source::input::{About, Content, Document, Input};
use crate::source::kind::SourceFormat;
use crate::source::lines::LineIndex;
use crate::source::mapped::{Mapped, compose};
use crate::source::reading::outcome::SkipReason;
use crate::source::reading::{Reading, Result};
use crate::source::{decode, html};
use crate::text::stated_date;

/// What a file of XML is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rss,
    Atom,
    Nitf,
    NewsMl1,
    NewsMlG2,
    Factiva,
    /// A web page.
    Page,
    /// A list of news items that lie elsewhere.
    Package,
}

impl Kind {
    /// By the root's local name.
    fn of(root: &str) -> Option<Kind> {
        Some(match root {
            "rss" | "RDF" => Kind::Rss,
            "feed" | "entry" => Kind::Atom,
            "nitf" => Kind::Nitf,
            "NewsML" => Kind::NewsMl1,
            "newsItem" | "newsMessage" | "itemSet" => Kind::NewsMlG2,
            "PPSResponse" | "ppsArticleResponse" => Kind::Factiva,
            "html" => Kind::Page,
            "packageItem" | "conceptItem" | "knowledgeItem" | "catalogItem" => Kind::Package,
            _ => return None,
        })
    }

    /// The name of its items.
    fn item(self) -> &'static str {
        match self {
            Kind::Rss => "item",
            Kind::Atom => "entry",
            Kind::Nitf => "nitf",
            Kind::NewsMl1 => "NewsItem",
            Kind::NewsMlG2 => "newsItem",
            Kind::Factiva => "article",
            Kind::Page | Kind::Package => "",
        }
    }

    /// Whether an item is one of many even where it is alone.
    fn is_list(self) -> bool {
        matches!(self, Kind::Rss | Kind::Atom | Kind::Factiva)
    }
}

/// What the first reading finds.
#[derive(Debug)]
struct Survey {
    kind: Kind,
    items: u64,
    /// What the feed is called, and its language.
    title: Option<String>,
    language: Option<String>,
}

/// What is stated by an item.
#[derive(Debug, Default)]
struct Item {
    title: Option<String>,
    text: Mapped,
    /// Where the way back ends before the source.
    is_lost: bool,
    metadata: Metadata,
    aliases: Vec<String>,
    remarks: Vec<String>,
}

/// Hands on the articles of a file of XML.
pub(super) fn parse(about: &About, bytes: Vec<u8>, reading: &mut Reading<'_>) -> Result {
    let member = about.member.as_deref();
    let label = declared(&bytes);
    let decoded = match decode::decode_as(bytes, label.as_deref().as_slice()) {
        Ok(decoded) => decoded,
        Err(reason) => {
            reading.skip(member, &reason);
            return Ok(());
        }
    };
    let survey = match survey(&decoded.text) {
        Ok(Some(survey)) => survey,
        Ok(None) => {
            let why = "not a feed or news item".to_owned();
            reading.skip(member, &SkipReason::Unread(why));
            return Ok(());
        }
        Err(fault) => {
            let reason = told(&fault, &LineIndex::of(decoded.text.as_bytes()));
            reading.skip(member, &reason);
            return Ok(());
        }
    };
    match survey.kind {
        Kind::Package => {
            let why = "a package of news items that lie elsewhere, without text of its own";
            reading.skip(member, &SkipReason::Unread(why.to_owned()));
            Ok(())
        }
        Kind::Page => page(about, decoded, reading),
        _ => items(about, &survey, &decoded, reading),
    }
}

/// A page in XML goes to the reader of pages.
fn page(about: &About, decoded: decode::Decoded, reading: &mut Reading<'_>) -> Result {
    use crate::source::input::BytesOf;

    if !SourceFormat::Html.family().is_built() {
        let why = "a web page, which this program was built without".to_owned();
        reading.skip(about.member.as_deref(), &SkipReason::Unread(why));
        return Ok(());
    }
    let mut about = about.clone();
    about.format = Some(SourceFormat::Html);
    about.charset = Some("utf-8".to_owned());
    about.bytes = match (about.bytes, decoded.offsets) {
        (BytesOf::File(by), Offsets::Shift(mark)) => BytesOf::File(by + mark),
        (BytesOf::Member, Offsets::Shift(0)) => BytesOf::Member,
        _ => BytesOf::Nowhere,
    };
    reading.input(Input {
        about,
        content: Content::Whole(decoded.text.into_bytes()),
    })
}

/// Hands on the items of a file.
fn items(
    about: &About,
    survey: &Survey,
    decoded: &decode::Decoded,
    reading: &mut Reading<'_>,
) -> Result {
    let text = decoded.text.as_str();
    let index = LineIndex::of(text.as_bytes());
    let member = about.member.as_deref();
    let mut reader = reader(text);
    let mut names = None;
    let mut number = 0;
    let fault = loop {
        let (start, range) = match next(&mut reader) {
            Ok((Event::Start(start), range)) => (start, range),
            Ok((Event::Eof, _)) => break None,
            Ok(_) => continue,
            Err(fault) => break Some(fault),
        };
        let names = names.get_or_insert_with(|| Names::of(&start));
        if names.canonical(start.name().as_ref()) != survey.kind.item() {
            continue;
        }
        let (element, fault) = tree::element(&mut reader, &start, range, names);
        number += 1;
        let item = read_item(survey, text, &element);
        let line = index.line(element.range.start);
        match document(item, line, &index, &decoded.offsets) {
            None => reading.skip_line(member, line, &SkipReason::Empty),
            Some((document, aliases)) if survey.kind.is_list() || survey.items > 1 => {
                reading.record(about, (number, survey.items.max(number)), document, aliases)?;
            }
            Some((document, aliases)) => {
                let mut about = about.clone();
                about.aliases.extend(aliases);
                reading.one(&about, document)?;
            }
        }
        if fault.is_some() {
            break fault;
        }
    };
    if let Some(fault) = fault {
        reading.skip(member, &told(&fault, &index));
    } else if number == 0 {
        reading.skip(member, &SkipReason::Empty);
    }
    Ok(())
}

fn read_item(survey: &Survey, text: &str, element: &Element) -> Item {
    let mut item = match survey.kind {
        Kind::Rss => feed::rss(text, element),
        Kind::Atom => feed::atom(text, element),
        Kind::Nitf => nitf::read(text, element),
        Kind::NewsMl1 => newsml::first(text, element),
        Kind::NewsMlG2 => newsml::second(text, element),
        Kind::Factiva => factiva::read(text, element),
        Kind::Page | Kind::Package => Item::default(),
    };
    let source = &mut item.metadata.source;
    *source = source.take().or_else(|| survey.title.clone());
    if let Some(language) = &survey.language {
        item.set("language", Some(language.clone()));
    }
    item
}

/// The document that an item is; `None` where it has neither title nor text.
fn document(
    item: Item,
    line: u64,
    index: &LineIndex<'_>,
    way: &Offsets,
) -> Option<(Document, Vec<String>)> {
    let (text, offsets) = item.text.finish();
    let (text, offsets) = trimmed(&text, offsets);
    if text.is_empty() && item.title.is_none() {
        return None;
    }
    let mut marks = Marks::of(Unit::Line);
    if item.is_lost || text.is_empty() {
        marks.push(0, line);
    } else {
        marks = index.marks(&text, &offsets);
    }
    let offsets = if item.is_lost {
        Offsets::Nowhere
    } else {
        compose(offsets, way, text.len())
    };
    let document = Document {
        text,
        offsets,
        lines: Lines::Marked,
        marks,
        title: item.title,
        metadata: item.metadata,
        remarks: item.remarks,
        ..Document::default()
    };
    Some((document, item.aliases))
}

/// A text without white space around it.
fn trimmed(text: &str, offsets: Offsets) -> (String, Offsets) {
    let start = text.len() - text.trim_start().len();
    let end = start + text.trim().len();
    let offsets = match start {
        0 => offsets,
        _ => offsets.slice(start, end),
    };
    (text.get(start..end).unwrap_or_default().to_owned(), offsets)
}

impl Item {
    /// States the date, the first of these that is one.
    fn date(&mut self, stated: &[(&str, Option<String>)]) {
        let given = stated
            .iter()
            .filter_map(|(key, date)| Some((key, date.as_ref()?)));
        for (key, written) in given.clone() {
            if let Some(date) = date_of(written) {
                self.metadata.date = Some(date);
                for (other, written) in given {
                    if other != key {
                        self.set(other, Some(written.clone()));
                    }
                }
                return;
            }
        }
        if let Some((key, written)) = given.into_iter().next() {
            let shown: String = written.chars().take(MOST_SHOWN).collect();
            self.remarks
                .push(format!("date not understood: “{shown}” (key “{key}”)"));
            self.metadata.date = Some(written.clone());
        }
    }

    /// Keeps what else is stated.
    fn set(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            let other = &mut self.metadata.other;
            other
                .entry(key.to_lowercase())
                .or_insert_with(|| value.into());
        }
    }

    /// Keeps a list of what is stated.
    fn set_all(&mut self, key: &str, values: impl Iterator<Item = String>) {
        let mut values: Vec<String> = values.take(MOST_VALUES).collect();
        values.dedup();
        if !values.is_empty() {
            self.metadata.other.insert(key.to_owned(), values.into());
        }
    }

    fn alias(&mut self, name: Option<String>) {
        self.aliases
            .extend(name.filter(|name| name.len() <= MOST_ALIAS));
    }

    /// Takes the text of some markup that stands in the source.
    fn take_markup(&mut self, markup: &Mapped) {
        let page = html::text(&markup.text);
        let way = compose(page.offsets, &markup.offsets(), page.text.len());
        self.is_lost = way == Offsets::Nowhere;
        self.text = Mapped::with(page.text, way);
    }
}

/// So many characters of what is not understood are told.
const MOST_SHOWN: usize = 60;

/// So many subjects of an item are kept.
const MOST_VALUES: usize = 200;

/// A longer name is none that anybody asks for.
const MOST_ALIAS: usize = 500;

/// A date as it is understood; one of mail whose weekday is wrong is as well.
pub(super) fn date_of(written: &str) -> Option<String> {
    let written = written.trim();
    if stated_date::read(written).is_some() {
        return Some(written.to_owned());
    }
    let is_mail = written.contains(',') && written.len() <= MOST_SHOWN;
    let parsed = is_mail.then(|| mail_parser::DateTime::parse_rfc822(written))??;
    let iso = parsed.to_rfc3339();
    (parsed.is_valid() && stated_date::read(&iso).is_some()).then_some(iso)
}

/// What a broken document is told as.
fn told(fault: &Fault, index: &LineIndex<'_>) -> SkipReason {
    match fault {
        Fault::Syntax(why, at) => SkipReason::Damaged(format!("line {}: {why}", index.line(*at))),
        Fault::Over(limit) => SkipReason::OverBudget(limit.clone()),
    }
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    let head = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(head, b"?>")?;
    let text = std::str::from_utf8(head.get(..end)?).ok()?;
    let (_, after) = text.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..]
        .split_once(quote)
        .map(|(name, _)| name.to_owned())
}

/// Looks through a document; `None` for one that holds no news.
fn survey(text: &str) -> std::result::Result<Option<Survey>, Fault> {
    let mut reader = reader(text);
    let mut names: Option<Names> = None;
    let mut found: Option<Survey> = None;
    let mut path = Path::default();
    loop {
        let (event, range) = match next(&mut reader) {
            Ok(next) => next,
            // What comes before the fault is read; the second reading tells it.
            Err(fault) => return found.map(Some).ok_or(fault),
        };
        let (start, is_empty) = match event {
            Event::Eof => return Ok(found),
            Event::End(end) => {
                let names = names.get_or_insert_with(Names::default);
                path.close(&names.canonical(end.name().as_ref()));
                continue;
            }
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            _ => continue,
        };
        let names = names.get_or_insert_with(|| Names::of(&start));
        let name = names.canonical(start.name().as_ref());
        if found.is_none() {
            found = Survey::of(&name);
        }
        let Some(survey) = &mut found else {
            return Ok(None);
        };
        if matches!(survey.kind, Kind::Page | Kind::Package) {
            return Ok(found);
        }
        if is_empty {
            continue;
        }
        if path.item.is_none() && name == survey.kind.item() {
            survey.items += 1;
            path.item = Some(path.open.len());
        } else if path.is_of_feed() && matches!(name.as_str(), "title" | "language") {
            let (element, _) = tree::element(&mut reader, &start, range, names);
            let line = element.line(text).map(|line| feed::unmarked(&line));
            let field = match name.as_str() {
                "title" => &mut survey.title,
                _ => &mut survey.language,
            };
            *field = field.take().or(line);
            continue;
        }
        if path.open.len() == MOST_DEPTH {
            return Err(too_deep());
        }
        path.open.push(name);
    }
}

impl Survey {
    /// Nothing yet, of a document whose root has this name; `None` where that is
    /// none of news.
    fn of(root: &str) -> Option<Survey> {
        let local = root.rsplit(':').next().unwrap_or(root);
        Some(Survey {
            kind: Kind::of(local)?,
            items: 0,
            title: None,
            language: None,
        })
    }
}

/// The elements that are open.
#[derive(Default)]
struct Path {
    open: Vec<String>,
    /// How many are open outside the item that is open.
    item: Option<usize>,
}

impl Path {
    /// Closes the innermost element of this name, and those inside it.
    fn close(&mut self, name: &str) {
        if let Some(open) = self.open.iter().rposition(|open| open == name) {
            self.open.truncate(open);
        }
        self.item = self.item.filter(|item| *item < self.open.len());
    }

    /// Whether what follows is said of a feed as a whole.
    fn is_of_feed(&self) -> bool {
        let last = self.open.last().map(String::as_str);
        self.item.is_none() && matches!(last, Some("channel" | "feed"))
    }
}

#[cfg(test)]
mod tests;
