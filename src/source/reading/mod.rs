//! The one way from the bytes of a source file to its articles, whoever asks.
//!
//! An input is looked at (`kind`). A container opens (`open`) and hands each
//! member back as an input; a document is parsed (`parse`), cut apart where it is
//! an export of many articles (`split`), and handed on. `index`, `watch`,
//! `extract` and `show --raw` all read this way, so that they cannot differ.
//!
//! One `Reading` belongs to one source file: it counts its articles, keeps its
//! ids apart, collects what was left out and why, and pays for what is unpacked.
//!
//! Nothing that a file holds is an error. What the system refuses is told by the
//! reader of the outer file, which remembers it: a decoder above it cannot
//! tell a broken disk from a broken archive.

pub(in crate::source) mod budget;
pub(in crate::source) mod outcome;
pub(in crate::source) mod outer;
#[cfg(test)]
pub(in crate::source) mod trial;

use std::io::{self, Read, SeekFrom};
use std::path::Path;

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use self::budget::{Budget, MOST_DEPTH, SourceStream};
use self::outcome::{Listed, Outcome, ReadCount, Skip, SkipReason};
use crate::article::{Article, INSIDE, Lines, Metadata, Offsets, Origin, Place};
use crate::failure::plain_cause;
use crate::panics;
use crate::source::input::{About, BytesOf, Content, Document, Input};
use crate::source::kind::{self, SNIFFED, Sniffed, SourceFormat};
use crate::source::parse::{self, jsonl};
use crate::source::sidecar::{self, Sidecar};
use crate::source::split::{self, Record};
use crate::source::{MOST_REMARKS, Memory};

/// Why reading ends before the end.
#[derive(Debug)]
pub(in crate::source) enum Stop {
    /// No more articles are wanted.
    Unwanted,
    /// What is read is not as its format asks for, or the system refuses it.
    Broken(io::Error),
    /// It holds more than may be unpacked.
    Over(SkipReason),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Broken(error)
    }
}

/// What reading a part of a file comes to.
pub(in crate::source) type Result<T = ()> = std::result::Result<T, Stop>;

/// What is read of a file.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Limits {
    /// Members, texts and records above this many bytes are passed over.
    pub(in crate::source) max_bytes: u64,
    /// What an article may take where it is indexed.
    pub(in crate::source) memory: Option<Memory>,
    /// Whether everything is one plain text, whatever it looks like.
    pub(in crate::source) plain_text: bool,
}

impl Limits {
    /// Of at most so many bytes, where nothing is indexed.
    pub(in crate::source) fn of_bytes(max_bytes: u64) -> Limits {
        Limits {
            max_bytes,
            memory: None,
            plain_text: false,
        }
    }

    /// Why a text of so many bytes is passed over, if it is.
    pub(in crate::source) fn refuses(self, bytes: u64) -> Option<SkipReason> {
        if bytes > self.max_bytes {
            return Some(SkipReason::TooLarge(self.max_bytes));
        }
        self.memory.and_then(|memory| memory.refuses(bytes))
    }

    /// The longest record that is read.
    pub(in crate::source) fn longest_record(self) -> u64 {
        let memory = self.memory.map_or(u64::MAX, Memory::longest_record);
        self.max_bytes.min(memory)
    }

    /// Why a record of so many bytes, more than the longest, is passed over.
    pub(in crate::source) fn refuses_record(self, bytes: u64) -> SkipReason {
        let memory = self.memory.filter(|_| bytes <= self.max_bytes);
        memory
            .and_then(|memory| memory.refuses_record(bytes))
            .unwrap_or(SkipReason::TooLarge(self.max_bytes))
    }
}

/// Takes an article; says whether more are wanted.
pub(in crate::source) type Sink<'a> = dyn FnMut(Article) -> bool + 'a;

/// The reading of one source file.
pub(in crate::source) struct Reading<'a> {
    /// The key of the file.
    key: &'a str,
    pub(in crate::source) limits: Limits,
    pub(in crate::source) budget: Budget,
    sink: &'a mut Sink<'a>,
    /// What stands beside the file, good for all its articles.
    beside: Option<Sidecar>,
    ids: FxHashSet<u128>,
    articles: u64,
    /// Articles that are kept back while foreign code runs.
    held: Option<Vec<Article>>,
    /// Of the file as a whole, which come first.
    of_file: Vec<Skip>,
    skips: Listed,
    remarks: Listed,
    count: Option<&'a ReadCount>,
    /// The byte of the file before which nothing is to be handed on: it was
    /// before.
    pub(in crate::source) from: u64,
    /// Whether what was before does not end where it did.
    pub(in crate::source) must_restart: bool,
    /// The member at which the budget was exceeded.
    over: Option<String>,
    /// The member whose bytes are wanted instead of articles, and those.
    wanted: Option<(&'a str, Option<Vec<u8>>)>,
}

impl<'a> Reading<'a> {
    /// Of the file `key`, whose articles go to `sink`.
    pub(in crate::source) fn new(
        key: &'a str,
        limits: Limits,
        beside: Option<Sidecar>,
        sink: &'a mut Sink<'a>,
    ) -> Reading<'a> {
        Reading {
            key,
            limits,
            budget: Budget::default(),
            sink,
            beside,
            ids: FxHashSet::default(),
            articles: 0,
            held: None,
            of_file: Vec::new(),
            skips: Listed::default(),
            remarks: Listed::default(),
            count: None,
            from: 0,
            must_restart: false,
            over: None,
            wanted: None,
        }
    }

    /// Counts its members.
    pub(in crate::source) fn counting(mut self, count: Option<&'a ReadCount>) -> Reading<'a> {
        self.count = count;
        self
    }

    /// The bytes of the member `member` instead of articles.
    pub(in crate::source) fn wanting(mut self, member: &'a str) -> Reading<'a> {
        self.wanted = Some((member, None));
        self
    }

    /// The bytes that were wanted, if they were found.
    pub(in crate::source) fn into_wanted(self) -> Option<Vec<u8>> {
        self.wanted.and_then(|(_, bytes)| bytes)
    }

    /// The key of the source file.
    pub(in crate::source) fn key(&self) -> &'a str {
        self.key
    }

    /// Takes an id as given, of an article that is known from before.
    #[cfg(feature = "mail")]
    pub(in crate::source) fn note_id(&mut self, id: &str) {
        self.ids.insert(xxh3_128(id.as_bytes()));
    }

    /// Whether an article of the file has this id.
    #[cfg(feature = "mail")]
    pub(in crate::source) fn has_id(&self, id: &str) -> bool {
        self.ids.contains(&xxh3_128(id.as_bytes()))
    }

    /// Reads the file itself to its end, or as far as it can be read.
    pub(in crate::source) fn file(&mut self, content: Content<'_>, format: SourceFormat) {
        let about = About {
            format: Some(format),
            ..About::file(self.key)
        };
        match self.whole_file(about, content) {
            Ok(()) | Err(Stop::Unwanted) => {}
            Err(Stop::Broken(error)) => self.skip(None, &damaged(&error)),
            Err(Stop::Over(reason)) => {
                let member = self.over.take();
                self.skip(member.as_deref(), &reason);
            }
        }
    }

    /// Reads the file itself, whose bytes are what its members pay with.
    fn whole_file(&mut self, about: About, content: Content<'_>) -> Result {
        let mut counted;
        let content = match content {
            Content::Whole(bytes) => {
                self.budget.source(bytes.len() as u64);
                Content::Whole(bytes)
            }
            Content::File(file) => {
                self.budget.source(file.seek(SeekFrom::End(0))?);
                file.rewind()?;
                Content::File(file)
            }
            Content::Stream(stream) => {
                counted = SourceStream::new(stream, self.budget.clone());
                Content::Stream(&mut counted)
            }
        };
        self.input(Input { about, content })
    }

    /// What it came to; hash and state of the file are for the caller to add.
    pub(in crate::source) fn finish(self) -> Outcome {
        let mut skipped = self.of_file;
        skipped.extend(self.skips.finish("records", Skip::told));
        skipped.extend(self.remarks.finish("remarks", Skip::remark));
        if self.articles == 0 && skipped.is_empty() && self.from == 0 {
            skipped.push(Skip::file(&SkipReason::Empty));
        }
        Outcome {
            articles: self.articles,
            skipped,
            ..Outcome::default()
        }
    }

    /// Reads an input, whatever it is.
    pub(in crate::source) fn input(&mut self, input: Input<'_>) -> Result {
        let member = input.about.member.clone();
        let read = self.any(input).map_err(|stop| self.budget.stop(stop));
        // The innermost one is the first to know.
        if let (Err(Stop::Over(_)), None, Some(member)) = (&read, &self.over, member) {
            self.over = Some(member);
        }
        read
    }

    fn any(&mut self, input: Input<'_>) -> Result {
        let Input {
            mut about,
            mut content,
        } = input;
        if let Some((wanted, None)) = &self.wanted
            && let Some(member) = &about.member
        {
            if member == wanted {
                let wanted = *wanted;
                let bytes = all_of(content, u64::MAX)?;
                self.wanted = Some((wanted, Some(bytes)));
                return Err(Stop::Unwanted);
            }
            let inside = wanted.strip_prefix(member.as_str());
            if !inside.is_some_and(|way| way.starts_with(INSIDE)) {
                return Ok(());
            }
        }
        if about.depth > 0
            && let Some(count) = self.count
        {
            count.add_member();
        }
        if about.depth > MOST_DEPTH {
            let limit = format!("it lies deeper than {MOST_DEPTH} containers in each other");
            self.skip(about.member.as_deref(), &SkipReason::OverBudget(limit));
            return Ok(());
        }
        let Some(format) = self.format(&about, &mut content)? else {
            return Ok(());
        };
        about.format = Some(format);
        let is_open = match format {
            _ if self.limits.plain_text => false,
            _ => format.is_container() || matches!(format, SourceFormat::Eml | SourceFormat::Mhtml),
        };
        if is_open {
            return crate::source::open::open(format, Input { about, content }, self);
        }
        let Some(bytes) = self.whole(&about, content)? else {
            return Ok(());
        };
        if matches!(format, SourceFormat::Text | SourceFormat::Markdown) {
            return parse::parse(format, &about, bytes, self);
        }
        // Foreign formats are read by much code that is not ours. Its articles
        // are kept back meanwhile: a panic of whoever takes them is no fault of
        // the format.
        let outer = self.held.replace(Vec::new());
        let read = panics::caught(|| parse::parse(format, &about, bytes, self));
        let held = std::mem::replace(&mut self.held, outer).unwrap_or_default();
        for article in held {
            self.hand_on(article)?;
        }
        read.unwrap_or_else(|said| {
            let said = said.unwrap_or_else(|| "no reason given".to_owned());
            let why = format!("its reader failed ({said}); please report it");
            self.skip(about.member.as_deref(), &SkipReason::Damaged(why));
            Ok(())
        })
    }

    /// Hands an article to whoever takes it, now or later.
    fn hand_on(&mut self, article: Article) -> Result {
        if let Some(held) = &mut self.held {
            held.push(article);
            return Ok(());
        }
        self.articles += 1;
        if (self.sink)(article) {
            Ok(())
        } else {
            Err(Stop::Unwanted)
        }
    }

    /// What an input is; `None` for what is passed over.
    fn format(&mut self, about: &About, content: &mut Content<'_>) -> Result<Option<SourceFormat>> {
        if self.limits.plain_text {
            let is_markdown = about.format == Some(SourceFormat::Markdown);
            return Ok(Some(if is_markdown {
                SourceFormat::Markdown
            } else {
                SourceFormat::Text
            }));
        }
        let by_name = || SourceFormat::of(Path::new(&about.name));
        let named = about.format.or_else(by_name);
        let sniffed = match content {
            Content::Whole(bytes) => kind::sniff(named, &bytes[..bytes.len().min(SNIFFED)]),
            Content::Stream(stream) => kind::sniff(named, stream.fill_buf()?),
            Content::File(file) => {
                let mut head = Vec::new();
                file.by_ref().take(SNIFFED as u64).read_to_end(&mut head)?;
                file.rewind()?;
                kind::sniff(named, &head)
            }
        };
        Ok(match sniffed {
            Sniffed::Format(format) => Some(format),
            Sniffed::Nothing => named,
            Sniffed::Unread(why) => {
                self.skip(about.member.as_deref(), &SkipReason::Unread(why.to_owned()));
                None
            }
        })
    }

    /// All bytes of a document; `None`, and a skip, for one that is too large.
    pub(in crate::source) fn whole(
        &mut self,
        about: &About,
        content: Content<'_>,
    ) -> Result<Option<Vec<u8>>> {
        let bytes = all_of(content, self.limits.max_bytes)?;
        let Some(reason) = self.limits.refuses(bytes.len() as u64) else {
            return Ok(Some(bytes));
        };
        self.skip(about.member.as_deref(), &reason);
        Ok(None)
    }

    /// Hands on the articles of a document: one, or those of an export.
    pub(in crate::source) fn document(&mut self, about: &About, document: Document) -> Result {
        if !self.limits.plain_text
            && let Some(records) = split::split(&document)
        {
            for remark in document.remarks.into_iter().take(MOST_REMARKS) {
                self.remark(about.member.as_deref(), None, remark);
            }
            return self.records(about, records);
        }
        self.one(about, document)
    }

    /// Hands on an article of many that lie side by side in one input: number
    /// `number` of `of`, each with its own other names.
    pub(in crate::source) fn record(
        &mut self,
        about: &About,
        (number, of): (u64, u64),
        mut document: Document,
        aliases: Vec<String>,
    ) -> Result {
        let line = document.marks.at(0);
        for remark in std::mem::take(&mut document.remarks) {
            self.remark(about.member.as_deref(), line, remark);
        }
        let mut article = article(self.key, about, document);
        article.id = format!("{}#{number}", about.id);
        article.origin.aliases = aliases;
        article.origin.place.record = Some(number);
        article.origin.place.of = Some(of);
        self.article(article, false)
    }

    /// Hands on the articles of an export.
    pub(in crate::source) fn records(&mut self, about: &About, records: Vec<Record>) -> Result {
        // What is stated of all of it, as by the mail it came in, is not stated
        // of each.
        let about = About {
            title: None,
            metadata: Metadata {
                other: about.metadata.other.clone(),
                ..Metadata::default()
            },
            ..about.clone()
        };
        let of = records.len() as u64;
        for (number, record) in (1..).zip(records) {
            self.record(&about, (number, of), record.document, record.aliases)?;
        }
        Ok(())
    }

    /// Hands on the one article of a document, which is known to be no export.
    pub(in crate::source) fn one(&mut self, about: &About, mut document: Document) -> Result {
        let mut remarks = std::mem::take(&mut document.remarks);
        let mut article = article(self.key, about, document);
        article.origin.aliases.clone_from(&about.aliases);
        if about.member.is_none()
            && let Some(beside) = self.beside.take()
        {
            match sidecar::apply(&mut article, beside) {
                Ok(stated) => remarks.extend(stated),
                Err(skip) => self.of_file.push(skip),
            }
        }
        for remark in remarks.into_iter().take(MOST_REMARKS) {
            self.remark(about.member.as_deref(), None, remark);
        }
        self.article(article, about.member.is_none())
    }

    /// Hands on one of the articles of an input that holds several and is no
    /// export: a chapter.
    #[cfg_attr(
        not(feature = "default"),
        allow(dead_code, reason = "not every family of formats needs it")
    )]
    pub(in crate::source) fn part(&mut self, about: &About, mut document: Document) -> Result {
        for remark in std::mem::take(&mut document.remarks) {
            self.remark(about.member.as_deref(), None, remark);
        }
        self.article(article(self.key, about, document), false)
    }

    /// Hands on an article; of two with one id the first. `is_whole` is one that
    /// is all of an input, to which all that is stated beside the file applies.
    pub(in crate::source) fn article(&mut self, article: Article, is_whole: bool) -> Result {
        if self.wanted.is_some() {
            return Ok(());
        }
        // A file that is one article has nothing to be told from.
        if article.id != article.path {
            let hash = xxh3_128(article.id.as_bytes());
            if !self.ids.insert(hash) {
                let reason = format!(
                    "another article of the file has the same id, {}",
                    article.id
                );
                self.skip(
                    article.origin.member.as_deref(),
                    &SkipReason::BadRecord(reason),
                );
                return Ok(());
            }
            if self.is_of_a_row(&article.id) {
                let reason = format!("its id is the place of another record, {}", article.id);
                self.skip(
                    article.origin.member.as_deref(),
                    &SkipReason::BadRecord(reason),
                );
                return Ok(());
            }
        }
        self.with_beside(article, is_whole)
    }

    /// Whether an id that is stated is one that rows and records have by their
    /// line, which are not remembered one by one.
    fn is_of_a_row(&self, id: &str) -> bool {
        let inside = id.strip_prefix(self.key);
        let line = inside.and_then(|inside| inside.rsplit_once(':'));
        line.is_some_and(|(_, line)| {
            !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// Hands on an article of a table, whose id is that of its line and so no
    /// other's: the ids of a million rows are not remembered.
    pub(in crate::source) fn row(&mut self, about: &About, mut article: Article) -> Result {
        if self.wanted.is_some() {
            return Ok(());
        }
        if about.bytes == BytesOf::Nowhere {
            article.offsets = Offsets::Nowhere;
        }
        let metadata = stated(&about.metadata, article.metadata);
        let article = Article {
            metadata,
            ..article
        };
        self.with_beside(article, false)
    }

    /// Hands on an article with what is stated beside its file.
    fn with_beside(&mut self, mut article: Article, is_whole: bool) -> Result {
        if !is_whole && let Some(beside) = self.beside.clone() {
            // Its date can be that of one article alone.
            let own = (article.metadata.date.clone(), article.metadata.date_at);
            match sidecar::apply(&mut article, beside) {
                Ok(_) => (article.metadata.date, article.metadata.date_at) = own,
                Err(skip) => {
                    self.of_file.push(skip);
                    self.beside = None;
                }
            }
        }
        self.hand_on(article)
    }

    /// Hands on the records of JSON Lines.
    pub(in crate::source) fn json_lines(&mut self, about: &About, content: Content<'_>) -> Result {
        let limits = self.limits;
        let key = self.key;
        let mut take = |mut article: Article| {
            article.origin.member.clone_from(&about.member);
            let of_line = article.record_line.map(|line| format!("{key}:{line}"));
            if of_line.as_ref() != Some(&article.id) {
                return self.article(article, false);
            }
            if let (Some(_), Some(line)) = (&about.member, article.record_line) {
                article.id = format!("{}:{line}", about.id);
            }
            self.row(about, article)
        };
        let mut outcome = match content {
            Content::Whole(bytes) => jsonl::read(key, io::Cursor::new(bytes), limits, &mut take),
            Content::File(file) => jsonl::read(key, file, limits, &mut take),
            Content::Stream(stream) => jsonl::read(key, stream, limits, &mut take),
        }?;
        for skip in outcome.skipped.drain(..) {
            let skip = skip.of_member(about.member.as_deref());
            if skip.is_remark {
                self.remarks.add(|| skip);
            } else {
                self.skips.add(|| skip);
            }
        }
        match outcome.failed {
            None => Ok(()),
            Some(failed) => Err(Stop::Broken(io::Error::other(failed.why))),
        }
    }

    /// Says that a member, or a part of the file, was left out.
    pub(in crate::source) fn skip(&mut self, member: Option<&str>, reason: &SkipReason) {
        let skip = || Skip::file(reason).of_member(member);
        if member.is_none() {
            self.of_file.push(skip());
        } else {
            self.skips.add(skip);
        }
    }

    /// Says that the record on a line of a member was left out.
    pub(in crate::source) fn skip_line(
        &mut self,
        member: Option<&str>,
        line: u64,
        reason: &SkipReason,
    ) {
        self.skips
            .add(|| Skip::record(line, reason).of_member(member));
    }

    /// Says that a member could not be read to its end, and that the rest of its
    /// container can be.
    #[cfg_attr(
        not(feature = "default"),
        allow(dead_code, reason = "not every family of formats needs it")
    )]
    pub(in crate::source) fn damaged(&mut self, member: Option<&str>, error: &io::Error) {
        self.skip(member, &damaged(error));
    }

    /// Says what was not understood of an article.
    pub(in crate::source) fn remark(
        &mut self,
        member: Option<&str>,
        line: Option<u64>,
        remark: String,
    ) {
        let remark = || Skip::remark(line, remark).of_member(member);
        if member.is_none() && line.is_none() {
            self.of_file.push(remark());
        } else {
            self.remarks.add(remark);
        }
    }
}

/// What is told of content that broke off, or is none.
fn damaged(error: &io::Error) -> SkipReason {
    SkipReason::Damaged(plain_cause(error))
}

/// All bytes of an input; of a longer one more than `most` of them.
fn all_of(content: Content<'_>, most: u64) -> Result<Vec<u8>> {
    fn read(source: impl Read, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        source
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }
    match content {
        Content::Whole(bytes) => Ok(bytes),
        Content::File(file) => read(file, most),
        Content::Stream(stream) => read(stream, most),
    }
}

/// The article that is a document.
fn article(key: &str, about: &About, document: Document) -> Article {
    let Document {
        text,
        body_start,
        offsets,
        lines,
        marks,
        place,
        title,
        metadata,
        remarks: _,
    } = document;
    let offsets = match about.bytes {
        BytesOf::File(by) => offsets.moved(by),
        BytesOf::Member => offsets,
        BytesOf::Nowhere => Offsets::Nowhere,
    };
    let lines = match lines {
        Lines::From(_) if about.bytes == BytesOf::Nowhere => Lines::None,
        Lines::From(first) => Lines::From(first + about.first_line - 1),
        other => other,
    };
    Article {
        path: key.to_owned(),
        id: about.id.clone(),
        given_title: about.title.clone().or(title),
        text,
        body_start,
        offsets,
        record_line: None,
        origin: Origin {
            base: about.base(),
            member: about.member.clone(),
            aliases: Vec::new(),
            lines,
            place: join(&about.place, place),
            marks,
        },
        metadata: stated(&about.metadata, metadata),
    }
}

/// A place with what is known of it from outside.
fn join(outer: &Place, inner: Place) -> Place {
    let outer = outer.clone();
    Place {
        page: inner.page.or(outer.page),
        paragraph: inner.paragraph.or(outer.paragraph),
        chapter: inner.chapter.or(outer.chapter),
        message: inner.message.or(outer.message),
        record: inner.record.or(outer.record),
        of: inner.of.or(outer.of),
        offset: inner.offset.or(outer.offset),
        uri: inner.uri.or(outer.uri),
    }
}

/// What a document states, with what its container states, which goes before.
fn stated(container: &Metadata, own: Metadata) -> Metadata {
    let mut all = own;
    if container.date.is_some() {
        all.date_at = container.date_at;
    }
    let set = |field: &mut Option<String>, value: &Option<String>| {
        if value.is_some() {
            field.clone_from(value);
        }
    };
    set(&mut all.date, &container.date);
    set(&mut all.url, &container.url);
    set(&mut all.author, &container.author);
    set(&mut all.source, &container.source);
    for (key, value) in &container.other {
        all.other.insert(key.clone(), value.clone());
    }
    all
}
