//! Web archives with their index: WACZ, a ZIP of WARCs.
//!
//! The archives lie in `archive/`, stored as they are, so that the offset of a
//! record is that in its WARC. `pages/pages.jsonl` lists the pages that somebody
//! wanted, with their titles; it is read first. A web page has a title of its own,
//! mostly without the name of the site behind it, so that the one of the list is
//! kept beside it (`page_title`); of other documents it is the title.
//!
//! Example: `crawl.wacz!/archive/data.warc.gz@81234`.

use std::io::{BufRead, Cursor};

use super::member::{Members, shown};
use super::warc::{Titles, Warc};
use super::zip;
use crate::source::input::{About, Content, Input, ReadSeek};
use crate::source::reading::budget::{MOST_DEPTH, Paying};
use crate::source::reading::{Reading, Result, Stop};

/// So many titles are remembered.
const MOST_TITLES: usize = 200_000;

/// The most that is read of a list of pages.
const MOST_PAGES: u64 = 64 << 20;

/// Hands the pages of all archives on.
pub(super) fn open(about: &About, content: Content<'_>, reading: &mut Reading<'_>) -> Result {
    let mut held;
    let file: &mut dyn ReadSeek = match content {
        Content::File(file) => file,
        other => match reading.whole(about, other)? {
            Some(bytes) => {
                held = Cursor::new(bytes);
                &mut held
            }
            None => return Ok(()),
        },
    };
    let titles = titles(about, file, reading)?;
    file.rewind()?;
    let paying = Paying::of_stream(about.depth);
    let mut members = Members::default();
    zip::each(
        about,
        Content::File(file),
        reading,
        |entry, archive, reading| {
            let name = zip::name_of(&entry);
            if !name.starts_with(b"archive/") {
                return Ok(());
            }
            let Some(member) = members.named(&name, about, reading) else {
                return Ok(());
            };
            zip::read_entry(member, paying, entry, archive, reading, |reading, input| {
                read_archive(input, paying, &titles, reading)
            })
        },
    )?;
    members.finish(about, reading);
    Ok(())
}

/// Hands the pages of one archive on. One that is broken is told, and the next
/// may be whole.
fn read_archive(
    input: Input<'_>,
    paying: Paying,
    titles: &Titles,
    reading: &mut Reading<'_>,
) -> Result {
    let Input { about, content } = input;
    if about.depth > MOST_DEPTH {
        // Its records would be told one by one.
        return reading.input(Input { about, content });
    }
    let read = Warc::new(&about, paying, titles, reading).read(content.into_stream());
    match read.map_err(|stop| reading.budget.stop(stop)) {
        Err(Stop::Broken(error)) => {
            reading.damaged(about.member.as_deref(), &error);
            Ok(())
        }
        other => other,
    }
}

/// The titles of the pages that an archive lists.
fn titles(about: &About, file: &mut dyn ReadSeek, reading: &mut Reading<'_>) -> Result<Titles> {
    let mut titles = Titles::default();
    zip::each(
        about,
        Content::File(file),
        reading,
        |entry, archive, reading| {
            let name = zip::name_of(&entry);
            if !name.starts_with(b"pages/") || !name.ends_with(b".jsonl") {
                return Ok(());
            }
            let list = about.member(&shown(&name));
            zip::read_entry(list, Paying::InFull, entry, archive, reading, |_, input| {
                read_titles(input.content.into_stream(), &mut titles);
                Ok(())
            })
        },
    )?;
    Ok(titles)
}

/// Reads a list of pages: a JSON object a line. What is none is no page.
fn read_titles(list: impl BufRead, titles: &mut Titles) {
    let mut list = list.take(MOST_PAGES);
    let mut line = Vec::new();
    while titles.len() < MOST_TITLES {
        line.clear();
        match list.read_until(b'\n', &mut line) {
            Ok(read) if read > 0 => {}
            // The archive is read all the same, and says what is wrong with it.
            _ => return,
        }
        let Ok(page) = serde_json::from_slice::<serde_json::Value>(&line) else {
            continue;
        };
        let text = |key: &str| page.get(key)?.as_str().map(str::trim);
        if let (Some(url), Some(title)) = (text("url"), text("title"))
            && !title.is_empty()
        {
            titles.insert(url.to_owned(), title.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source::open::trial::{gzip, ids, read, told, zip};

    /// A page of plain text.
    fn page(name: &str, text: &str) -> Vec<u8> {
        let length = text.len();
        format!(
            "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: https://example.org/{name}\r\n\
             Content-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{text}\r\n\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn a_wacz_is_its_archives_with_titles() {
        let parts = [
            gzip(&page("a", "Talks began.")),
            gzip(&page("b", "Talks ended.")),
        ];
        let pages = b"{\"format\":\"json-pages-1.0\"}\n{\"url\":\"https://example.org/b\",\"title\":\"The end\"}\nbad";
        let bytes = zip(&[
            ("archive/data.warc.gz", &parts.concat()),
            ("pages/pages.jsonl", pages),
            ("datapackage.json", b"{}"),
        ]);
        let (articles, skips) = read("a.wacz", &bytes);
        let way = "archive/data.warc.gz";
        let second = parts[0].len();
        let expected = [
            format!("a.wacz!/{way}@0"),
            format!("a.wacz!/{way}@{second}"),
        ];
        assert_eq!(ids(&articles), expected);
        let member = format!("{way}!/@{second}");
        assert_eq!(articles[1].origin.member.as_deref(), Some(&*member));
        let titles: Vec<_> = articles
            .iter()
            .map(|article| article.given_title.as_deref())
            .collect();
        assert_eq!(titles, [None, Some("The end")]);
        assert_eq!(told(&skips), [""; 0]);
    }
}
