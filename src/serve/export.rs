//! All that answers a request, as a file; the newest of it as a feed.
//!
//! An export is made in pages of two hundred, in the order of the page that
//! leads to it, while it is sent: neither the server nor a slow client makes the
//! other wait for all of it. What more than the limit answer is refused, not cut.

use std::fmt::Write as _;

use hyper::header::{CONTENT_DISPOSITION, HOST};

use super::api::printed;
use super::cite;
use super::parts::link::Link;
use super::parts::{hit, words};
use super::reply::{Content, Reply};
use super::routes::Call;
use crate::failure::{Failure, Result};
use crate::output::{self, AskedQuery, Format, IndexInfo, Style};
use crate::search::{self, Answer, Request, Sort};

/// The most articles of an export.
const MOST: usize = 10_000;

/// How many are searched for at once.
const STEP: usize = 200;

/// The entries of a feed.
const ENTRIES: usize = 30;

/// A kind of file, and how the articles of an answer become a part of it.
struct FileKind {
    name: &'static str,
    media: &'static str,
    ending: &'static str,
    /// What stands before, between and after the parts.
    frame: [&'static str; 3],
    part: fn(&Part<'_>) -> Result<Vec<u8>>,
}

/// A part of an export.
struct Part<'p> {
    request: &'p Request,
    answer: &'p Answer,
    info: &'p IndexInfo,
    /// How many articles came before.
    before: usize,
}

/// The kinds, the first unless asked otherwise.
const KINDS: [FileKind; 6] = [
    FileKind {
        name: "csv",
        media: "text/csv; charset=utf-8",
        ending: "csv",
        frame: ["", "", ""],
        part: |part| {
            printed(|out| {
                if part.before == 0 {
                    output::print_head(Format::Csv, false, out)?;
                }
                part.print(Format::Csv, out)
            })
        },
    },
    FileKind {
        name: "jsonl",
        media: "application/jsonl",
        ending: "jsonl",
        frame: ["", "", ""],
        part: |part| printed(|out| part.print(Format::JsonLines, out)),
    },
    FileKind {
        name: "paths",
        media: "text/plain; charset=utf-8",
        ending: "txt",
        frame: ["", "", ""],
        part: |part| printed(|out| part.print(Format::Paths, out)),
    },
    FileKind {
        name: "ris",
        media: "application/x-research-info-systems",
        ending: "ris",
        frame: ["", "", ""],
        part: |part| {
            let articles = part.answer.articles.iter();
            let text: String = articles.map(|found| cite::ris(&found.record)).collect();
            Ok(text.into_bytes())
        },
    },
    FileKind {
        name: "bib",
        media: "application/x-bibtex",
        ending: "bib",
        frame: ["", "", ""],
        part: |part| {
            let numbered = part.answer.articles.iter().zip(part.before + 1..);
            let text: String = numbered
                .map(|(found, number)| cite::bibtex(&found.record, number))
                .collect();
            Ok(text.into_bytes())
        },
    },
    FileKind {
        name: "csl",
        media: "application/vnd.citationstyles.csl+json",
        ending: "json",
        frame: ["[", ",\n", "]\n"],
        part: |part| {
            let articles = part.answer.articles.iter();
            let items: Vec<String> = articles
                .map(|found| cite::csl(&found.record).to_string())
                .collect();
            Ok(items.join(",\n").into_bytes())
        },
    },
];

/// How files are printed: for programs.
const STYLE: Style = Style {
    color: false,
    width: 80,
    is_terminal: false,
    null: false,
};

impl Part<'_> {
    fn print(&self, format: Format, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let asked = AskedQuery {
            id: None,
            text: &self.request.text,
        };
        output::print(format, &asked, self.answer, self.info, &STYLE, out)
    }
}

/// The names of the kinds.
pub(super) fn formats() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name).collect()
}

/// All that answers, as an attachment.
pub(super) fn all(call: &Call<'_>) -> Result<Reply> {
    let name = call.values.one("format").unwrap_or(KINDS[0].name);
    let kind = KINDS
        .iter()
        .find(|kind| kind.name == name)
        .unwrap_or(&KINDS[0]);
    let mut request = call.request()?;
    request.check_not_empty()?;
    (request.offset, request.limit) = (0, STEP);
    // The first part before the head is sent: what fails is told by a status.
    let answer = search::search(&call.commit.index, &request)?;
    let total = answer.total + answer.total_partial;
    if total > MOST {
        let what = format!("export: {total} articles match, the limit is {MOST}");
        return Err(Failure::new(what).help("add a filter, such as date=2011"));
    }
    let commit = std::sync::Arc::clone(&call.commit);
    let disposition = format!("attachment; filename=\"cybersearch.{}\"", kind.ending);
    let mut reply = Reply::of(kind.media, "").with(CONTENT_DISPOSITION, disposition);
    reply.content = Content::Stream(Box::new(move |put| {
        let [first, between, last] = kind.frame;
        let info = IndexInfo::of(&commit.index, None);
        let mut answer = answer;
        let (mut lead, mut rank) = (first, 0);
        loop {
            // A search counts the hits of its page; an export, all of them.
            for hit in answer.articles.iter_mut().flat_map(|found| &mut found.hits) {
                rank += 1;
                hit.rank = rank;
            }
            let part = Part {
                request: &request,
                answer: &answer,
                info: &info,
                before: request.offset,
            };
            let mut bytes = lead.as_bytes().to_vec();
            bytes.extend((kind.part)(&part)?);
            let is_last = answer.articles.len() < STEP;
            if is_last {
                bytes.extend(last.as_bytes());
            }
            if (!bytes.is_empty() && !put(bytes)) || is_last {
                return Ok(());
            }
            request.offset += STEP;
            answer = search::search(&commit.index, &request)?;
            lead = if answer.articles.is_empty() {
                ""
            } else {
                between
            };
        }
    }));
    Ok(reply)
}

/// The newest that answer, as Atom.
pub(super) fn feed(call: &Call<'_>) -> Result<Reply> {
    let mut request = call.request()?;
    request.check_not_empty()?;
    request.sort = Sort::Newest;
    (request.limit, request.passages, request.fold) = (ENTRIES, 1, true);
    let index = &call.commit.index;
    let answer = search::search(index, &request)?;
    let built = index.any().built_at();
    let own = format!("{}{}", base(call), Link::again("/feed", &call.values));
    let title = match request.text.trim() {
        "" => "cybersearch",
        text => text,
    };
    let mut feed = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    // A text can be written to.
    let _ = write!(
        feed,
        "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{}</title>\n<id>{}</id>\n\
         <link rel=\"self\" href=\"{}\"/>\n<updated>{}</updated>\n",
        xml(title),
        xml(&own),
        xml(&own),
        xml(built),
    );
    for found in &answer.articles {
        let record = &found.record;
        let link = format!("{}{}", base(call), hit::article(record));
        let day = record
            .published
            .earliest
            .map(|day| format!("{day}T00:00:00Z"));
        let passage = found.hits.first().and_then(|hit| hit.passage.as_ref());
        // A text can be written to.
        let _ = write!(
            feed,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<link href=\"{}\"/>\n\
             <author><name>{}</name></author>\n<updated>{}</updated>\n<summary>{}</summary>\n</entry>\n",
            xml(&record.title),
            xml(&link),
            xml(&link),
            xml(record.metadata.author.as_deref().unwrap_or("unknown")),
            xml(day.as_deref().unwrap_or(built)),
            xml(passage.map_or("", |passage| &passage.text)),
        );
    }
    feed.push_str("</feed>\n");
    Ok(Reply::of("application/atom+xml; charset=utf-8", feed))
}

/// What browsers need to search from their address bar.
#[expect(clippy::unnecessary_wraps, reason = "as the other addresses have it")]
pub(super) fn opensearch(call: &Call<'_>) -> Result<Reply> {
    let base = xml(&base(call));
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>cybersearch</ShortName>\n\
         <Description>Search the archive</Description>\n\
         <InputEncoding>UTF-8</InputEncoding>\n\
         <Url type=\"text/html\" template=\"{base}/search?q={{searchTerms}}\"/>\n\
         <Url type=\"application/atom+xml\" template=\"{base}/feed?q={{searchTerms}}\"/>\n\
         </OpenSearchDescription>\n"
    );
    Ok(Reply::of("application/opensearchdescription+xml", text))
}

/// Where the client reaches us: the host has been compared with ours.
fn base(call: &Call<'_>) -> String {
    let host = call.headers.get(HOST).and_then(|host| host.to_str().ok());
    host.map_or_else(
        || call.site.address.clone(),
        |host| format!("http://{host}"),
    )
}

/// `text` as XML may hold it, on one line.
fn xml(text: &str) -> String {
    let mut escaped = String::new();
    for c in words::line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_holds_any_text() {
        assert_eq!(
            xml("a<b & \"c\"\u{0}\u{1b}]]>"),
            "a&lt;b &amp; &quot;c&quot;\u{fffd}\u{fffd}]]&gt;"
        );
        assert_eq!(xml("\u{ffff}\n"), "\u{fffd} ");
    }
}
