//! Tells the leftovers of a web page from an article's own lines.
//!
//! Written from saved pages of news sites: stock phrases, names of style
//! classes, tag lines, and lines that hold nothing but a date.

use crate::text::after_head;
use crate::text::calendar;

/// Whole lines, in lower case without the punctuation around them.
const STOCK_LINES: [&str; 112] = [
    "about us",
    "accept all",
    "accept all cookies",
    "accept cookies",
    "ad",
    "advertisement",
    "advertisements",
    "advertisment",
    "afp",
    "afp photo",
    "all sections",
    "ap photo",
    "article continues below",
    "back to home",
    "back to top",
    "click here",
    "close",
    "close menu",
    "comments",
    "contact us",
    "continue reading",
    "cookie policy",
    "email",
    "email this",
    "email this article",
    "email this page",
    "end of document",
    "facebook",
    "featured",
    "file photo",
    "follow us",
    "for immediate release",
    "getty images",
    "home",
    "image",
    "images",
    "jump to content",
    "jump to navigation",
    "latest news",
    "latest podcasts",
    "latest stories",
    "leave a comment",
    "listen to this article",
    "load more",
    "log in",
    "login",
    "main menu",
    "main navigation",
    "media release",
    "menu",
    "more from",
    "more news",
    "more stories",
    "most popular",
    "most read",
    "my account",
    "navigation",
    "new update",
    "news release",
    "newsletter",
    "open menu",
    "photo",
    "popular",
    "press release",
    "primary menu",
    "print",
    "print page",
    "print this article",
    "print this page",
    "privacy policy",
    "read more",
    "recommended",
    "register",
    "related",
    "related articles",
    "related coverage",
    "related news",
    "related stories",
    "related topics",
    "reuters photo",
    "search",
    "see all",
    "share",
    "share this",
    "share this article",
    "share this page",
    "share this story",
    "show more",
    "show navigation",
    "sign in",
    "sign up",
    "site map",
    "sitemap",
    "skip navigation",
    "skip to article",
    "skip to content",
    "skip to main",
    "skip to main content",
    "skip to navigation",
    "skip to primary content",
    "slideshow",
    "sponsored",
    "subscribe",
    "subscribe now",
    "terms of use",
    "toggle menu",
    "toggle navigation",
    "toggle search",
    "trending",
    "updated on",
    "video",
    "view comments",
];

/// How lines begin that invite the reader elsewhere, in lower case.
const STOCK_BEGINNINGS: [&str; 39] = [
    "(follow ",
    "all rights reserved",
    "also read:",
    "article continues",
    "by continuing to use",
    "by using this site",
    "click here to",
    "copyright ©",
    "don't miss:",
    "follow us @",
    "follow us on",
    "getty images/",
    "have a tip?",
    "image credit",
    "javascript is ",
    "more on this story",
    "must read:",
    "photo credit",
    "please enable javascript",
    "please turn on javascript",
    "read also:",
    "read more:",
    "recommended:",
    "related:",
    "scroll to continue",
    "see all ",
    "share on ",
    "sign up for",
    "sign up to",
    "slideshow (",
    "story continues",
    "subscribe to",
    "this site uses cookies",
    "this website uses cookies",
    "we use cookies",
    "you are here:",
    "you need to enable javascript",
    "your browser does not",
    "© ",
];

/// No leftover is longer than this; longer lines need no closer look.
const MAX_FURNITURE_BYTES: usize = 200;

/// Stock lines and the names of desks are no longer than this.
const MAX_STOCK_BYTES: usize = 60;

/// What the line of an author without a name ends with.
const DESKS: [&str; 5] = ["bureau", "correspondent", "desk", "newsroom", "staff"];

/// Whether `line` (without its bullet) is a leftover of the page.
pub(super) fn is_boilerplate(line: &str) -> bool {
    if line.len() > MAX_FURNITURE_BYTES {
        return false;
    }
    let bare =
        line.trim_matches(|c: char| !c.is_alphanumeric() && c != '(' && c != '©' && c != ')');
    let may_be_listed = || may_open(&ENTRIES, bare) || may_be_desk(bare);
    if bare.len() <= MAX_STOCK_BYTES && may_be_listed() {
        let lower = bare.to_lowercase();
        if is_stock(&lower) || is_desk(&lower) {
            return true;
        }
    }
    if is_counting(line) || (opens_entry(line) && (is_menu(line) || is_breadcrumb(line))) {
        return true;
    }
    is_slug(line)
        || has_no_words(line)
        || (may_open(&BEGINNINGS, bare)
            && after_head(bare, &STOCK_BEGINNINGS).is_some()
            && line.split_whitespace().take(21).count() <= 20)
}

fn is_stock(lower: &str) -> bool {
    STOCK_LINES.binary_search(&lower).is_ok()
}

/// Whether a line at the start of a paragraph stands alone: the line after it
/// is no part of it, however the text is wrapped.
pub(super) fn stands_alone(line: &str) -> bool {
    if line.len() > MAX_FURNITURE_BYTES {
        return false;
    }
    if is_counting(line) {
        return true;
    }
    if !opens_entry(line) {
        return false;
    }
    let is_line = || {
        line.len() <= MAX_STOCK_BYTES
            && line.starts_with(|c: char| !c.is_lowercase())
            && is_stock(&line.to_lowercase())
    };
    is_line() || is_menu(line) || is_breadcrumb(line)
}

/// Whether the first word of a line opens a stock line or names a section: most
/// lines are told apart by it, without a copy.
fn opens_entry(line: &str) -> bool {
    // All of them begin with a letter.
    if !line.starts_with(|c: char| c.is_ascii_alphabetic()) || !may_open(&ENTRIES, line) {
        return false;
    }
    let word = line.split(' ').next().unwrap_or("").as_bytes();
    let mut lower = [0; 16];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    let lower = &*lower;
    let opens = |list: &[&str]| {
        let at = list.partition_point(|entry| entry.as_bytes() < lower);
        let rest = list
            .get(at)
            .and_then(|entry| entry.as_bytes().strip_prefix(lower));
        rest.is_some_and(|rest| rest.first().is_none_or(|byte| *byte == b' '))
    };
    opens(&STOCK_LINES) || opens(&SECTIONS)
}

/// How the texts of a list begin: for each first and second letter a bit for each
/// third one.
type Openings = [[u32; 26]; 26];

/// Of stock lines and sections.
const ENTRIES: Openings = openings(openings([[0; 26]; 26], &STOCK_LINES), &SECTIONS);

/// Of `STOCK_BEGINNINGS`.
const BEGINNINGS: Openings = openings([[0; 26]; 26], &STOCK_BEGINNINGS);

/// Adds how the texts of `list` begin.
const fn openings(mut openings: Openings, list: &[&str]) -> Openings {
    let mut at = 0;
    while at < list.len() {
        if let [first, second, third, ..] = *list[at].as_bytes()
            && let (Some(first), Some(second)) = (letter(first), letter(second))
            && let Some(third) = letter(third)
        {
            openings[first][second] |= 1 << third;
        }
        at += 1;
    }
    openings
}

/// Whether a line may begin as a text of the list does, as its first three letters
/// tell; true where it does not begin with three.
fn may_open(openings: &Openings, line: &str) -> bool {
    if let [first, second, third, ..] = *line.as_bytes()
        && let (Some(first), Some(second)) = (letter(first), letter(second))
        && let Some(third) = letter(third)
    {
        return openings[first][second] & (1 << third) != 0;
    }
    true
}

/// The number of a letter in the alphabet, from 0.
const fn letter(byte: u8) -> Option<usize> {
    let lower = byte.to_ascii_lowercase();
    if lower.is_ascii_lowercase() {
        Some((lower - b'a') as usize)
    } else {
        None
    }
}

/// Whether a line is the name of a section and nothing else.
pub(super) fn is_section(line: &str) -> bool {
    line.len() <= 16
        && SECTIONS
            .binary_search(&line.to_lowercase().as_str())
            .is_ok()
}

/// An author's line: `By Jane Doe`. The lines around it are none of it.
pub(super) fn is_byline(line: &str) -> bool {
    let Some(name) = line
        .strip_prefix("By ")
        .or_else(|| line.strip_prefix("BY "))
    else {
        return false;
    };
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase) && !calendar::is_name(&word.to_lowercase())
            || matches!(word, "and" | "de" | "van" | "von" | "in")
    };
    line.len() <= MAX_STOCK_BYTES
        && !line.ends_with(['.', ',', ';', ':', '"', '”'])
        && (2..=7).contains(&name.split(' ').count())
        && name.split(' ').all(is_name)
}

/// The words of an export's counting beside numbers, in small letters.
const COUNTED: [&str; 20] = [
    "article",
    "articles",
    "de",
    "document",
    "documents",
    "hit",
    "item",
    "items",
    "no",
    "of",
    "page",
    "pages",
    "record",
    "records",
    "result",
    "results",
    "sur",
    "story",
    "stories",
    "von",
];

/// The counting of an export: `Document 1 of 2`, `1 of 25 DOCUMENTS`, `Page 3`.
pub(super) fn is_counting(line: &str) -> bool {
    if line.len() > 40 || !line.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let (mut numbers, mut words) = (0, 0);
    for word in line.split(|c: char| !c.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            numbers += 1;
        } else if COUNTED.contains(&word.to_lowercase().as_str()) {
            words += 1;
        } else {
            return false;
        }
    }
    // A number alone is one of `has_no_words`.
    (1..=2).contains(&numbers) && (1..=3).contains(&words)
}

/// Names of sections that menus list beside stock lines, in small letters.
const SECTIONS: [&str; 40] = [
    "about",
    "africa",
    "americas",
    "arts",
    "asia",
    "business",
    "climate",
    "contact",
    "culture",
    "economy",
    "entertainment",
    "environment",
    "europe",
    "events",
    "football",
    "health",
    "help",
    "jobs",
    "lifestyle",
    "live",
    "local",
    "magazine",
    "markets",
    "media",
    "money",
    "more",
    "news",
    "opinion",
    "politics",
    "science",
    "sections",
    "shop",
    "sport",
    "sports",
    "tech",
    "technology",
    "travel",
    "tv",
    "weather",
    "world",
];

/// A menu in one line: at least two entries, one of which no headline has.
fn is_menu(line: &str) -> bool {
    if line.len() > MAX_FURNITURE_BYTES || line.ends_with(['.', ':', ',']) {
        return false;
    }
    let lower = line.to_lowercase();
    let is_mark = |word: &&str| !word.contains(char::is_alphanumeric);
    let words: Vec<&str> = lower
        .split_whitespace()
        .filter(|word| !is_mark(word))
        .collect();
    let (mut at, mut entries, mut stock) = (0, 0, 0);
    while at < words.len() {
        if let Some(length) = stock_words(&words[at..]) {
            stock += 1;
            at += length;
        } else if SECTIONS.contains(&words[at]) {
            at += 1;
        } else {
            return false;
        }
        entries += 1;
    }
    entries >= 2 && stock >= 1
}

/// How many words the longest stock line has that `words` begin with.
fn stock_words(words: &[&str]) -> Option<usize> {
    let first = words.first()?;
    let from = STOCK_LINES.partition_point(|line| line < first);
    let lines = STOCK_LINES[from..].iter();
    let alike = lines.take_while(|line| line.starts_with(first));
    let lengths = alike.filter_map(|line| {
        let length = line.split(' ').count();
        let own = words.get(..length)?.iter().copied();
        line.split(' ').eq(own).then_some(length)
    });
    lengths.max()
}

/// Where a page stands in its site: `Home > News > Europe`.
fn is_breadcrumb(line: &str) -> bool {
    if line.len() > 120 || line.ends_with(['.', '?', '!']) {
        return false;
    }
    [" > ", " » ", " › ", " / ", " | ", " :: ", " → "]
        .iter()
        .filter(|mark| line.contains(**mark))
        .any(|mark| {
            let mut parts = line.split(mark);
            let first = parts.next().unwrap_or("").trim().to_lowercase();
            let mut count = 1;
            let are_short = parts.all(|part| {
                count += 1;
                part.split_whitespace().count() <= 6 && part.contains(char::is_alphabetic)
            });
            let opens = is_stock(&first) || SECTIONS.contains(&first.as_str());
            opens && are_short && count >= 2
        })
}

/// Names of style classes and sections: `narrow-browser-and-phone`, `tech-news`.
fn is_slug(line: &str) -> bool {
    line.contains('-')
        && line.starts_with(|c: char| c.is_ascii_lowercase())
        && line.ends_with(|c: char| c.is_ascii_lowercase())
        && line
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Counters and rulers: `0 : 0`, `***`.
fn has_no_words(line: &str) -> bool {
    line.len() <= 32 && line.chars().count() <= 8 && !line.contains(char::is_alphabetic)
}

/// `CIOL Bureau`, `Reuters Staff`.
fn is_desk(lower: &str) -> bool {
    let mut words = lower.split_whitespace();
    words.clone().count() <= 3 && words.next_back().is_some_and(|last| DESKS.contains(&last))
}

/// Whether a line may be [`is_desk`] in small letters, as its last one tells.
fn may_be_desk(line: &str) -> bool {
    line.bytes().next_back().is_some_and(|last| {
        let is_last = |desk: &&str| desk.ends_with(char::from(last.to_ascii_lowercase()));
        // Some letters beyond ASCII have a small one of ASCII.
        !last.is_ascii() || DESKS.iter().any(is_last)
    })
}

/// Whether `line` is a list of tags or links at the end of an article.
pub(super) fn is_tag_line(line: &str) -> bool {
    let has_stop = line.ends_with(['.', '!', '?', '”', '"']);
    let first = line.split_whitespace().next().unwrap_or("");
    !has_stop
        && matches!(
            first.trim_end_matches(':'),
            "Tags" | "TAGS" | "Topics" | "Keywords" | "Filed"
        )
}

/// The words that a line of nothing but a date may hold beside numbers.
const DATE_WORDS: [&str; 67] = [
    "am",
    "pm",
    "a.m",
    "p.m",
    "ago",
    "at",
    "bst",
    "cdt",
    "cest",
    "cet",
    "created",
    "cst",
    "date",
    "day",
    "days",
    "edt",
    "edited",
    "est",
    "et",
    "filed",
    "first",
    "gmt",
    "hour",
    "hours",
    "ist",
    "jst",
    "last",
    "min",
    "minute",
    "minutes",
    "modified",
    "month",
    "months",
    "of",
    "on",
    "pdt",
    "posted",
    "pst",
    "pt",
    "published",
    "updated",
    "utc",
    "week",
    "weeks",
    "year",
    "years",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thurs",
    "fri",
    "sat",
    "sun",
];

/// The most bytes of a line of a date.
const MAX_DATE_BYTES: usize = 80;

/// Whether `line` holds nothing but a date: `May 14, 2013 / 11:41 PM`.
pub(super) fn is_header(line: &str) -> bool {
    // Most paragraphs are longer, and not headed.
    let begins = line.bytes().next().unwrap_or(0).to_ascii_lowercase();
    if line.len() > MAX_DATE_BYTES && !matches!(begins, b'f' | b'm' | b'n' | b'p') {
        return false;
    }
    let line = without_release(line);
    if line.len() > MAX_DATE_BYTES {
        return false;
    }
    let mut has_number = false;
    for word in line.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
        let lower = word.trim_matches('.').to_lowercase();
        if lower.is_empty() {
            continue;
        }
        if lower.starts_with(|c: char| c.is_ascii_digit()) {
            let rest = lower.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            // `2013-05-14T23:41:05Z`.
            let is_time = |rest: &str| {
                let hour = rest.strip_prefix('t').unwrap_or("-");
                hour.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !matches!(rest, "" | "st" | "nd" | "rd" | "th" | "am" | "pm" | "z") && !is_time(rest)
            {
                return false;
            }
            has_number = true;
        } else if !DATE_WORDS.contains(&lower.as_str()) && !calendar::is_name(&lower) {
            return false;
        }
    }
    has_number && line.contains(char::is_alphabetic) || is_numeric_date(line)
}

/// A line without the words that head a press release.
fn without_release(line: &str) -> &str {
    let heads = [
        "for immediate release",
        "press release",
        "news release",
        "media release",
    ];
    let rest = after_head(line, &heads);
    rest.map_or(line, |rest| {
        rest.trim_start_matches([' ', ':', '-', '–', '—', ',', '.'])
    })
}

/// `2013-05-14`, `14/05/2013`, `14.5.2013 11:41`.
fn is_numeric_date(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    (6..=14).contains(&digits)
        && line.contains(['-', '/', '.'])
        && line
            .chars()
            .all(|c| c.is_ascii_digit() || " -/.:TZ+".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leftovers_are_told_from_text() {
        for line in [
            "Advertisment",
            "narrow-browser-and-phone",
            "See all Hill.TV See all Video",
            "0 : 0",
            "ALSO READ: Australia has new Cyber Law",
            "Slideshow (3 Images)",
            "CIOL Bureau",
            "(Follow Reuters Summits on Twitter @Reuters_Summits)",
            "tech-news",
            "Updated On",
        ] {
            assert!(is_boilerplate(line), "{line}");
        }
        for line in [
            "Talks held",
            "Share prices fell",
            "Related parties met in Moscow.",
            "U.S.-Russia",
            "Regular exchanges of information on technical threats",
            "Statement:",
        ] {
            assert!(!is_boilerplate(line), "{line}");
        }
    }

    #[test]
    fn the_lists_are_sorted() {
        assert!(STOCK_LINES.is_sorted() && SECTIONS.is_sorted());
        assert!(STOCK_LINES.iter().all(|line| line.len() <= MAX_STOCK_BYTES));
        let entries = STOCK_LINES.iter().chain(&SECTIONS);
        assert!(entries.clone().all(|line| opens_entry(line)));
        assert!(
            entries
                .clone()
                .all(|line| opens_entry(&line.to_uppercase()))
        );
        assert!(
            STOCK_BEGINNINGS
                .iter()
                .all(|line| may_open(&BEGINNINGS, line))
        );
    }

    #[test]
    fn menus_are_told_from_headlines() {
        for line in [
            "Skip to main content Menu",
            "Home News Sport",
            "Menu Search Log in Subscribe",
            "Home › World › Europe",
            "News / Politics",
        ] {
            assert!(is_boilerplate(line), "{line}");
            assert!(stands_alone(line), "{line}");
        }
        for line in [
            "World News",
            "World Health",
            "Search for ship",
            "Home news from abroad",
            "China / Russia / Iran",
            "Sport: the harbour run",
            "Page 3 of the report says so",
        ] {
            assert!(!is_boilerplate(line), "{line}");
        }
        assert!(!stands_alone("menu"));
        assert!(is_byline("By Jane Doe") && is_byline("By Ana de Souza and Bo Li"));
        assert!(!is_byline("By Friday Night") && !is_byline("By the sea") && !is_byline("By Rail"));
    }

    #[test]
    fn date_lines_are_headers() {
        for line in [
            "May 14, 2013 / 11:41 PM / 5 years ago",
            "Friday, January 4, 2019",
            "2013-05-14",
            "2013-05-14T23:41:05Z",
            "Updated on 3rd March 2011 at 5pm GMT",
            "Date filed: 14 May 2013, 11:41 CEST",
        ] {
            assert!(is_header(line), "{line}");
        }
        for line in ["May 14 talks held in Moscow", "Friday", "1987", "24/7"] {
            assert!(!is_header(line), "{line}");
        }
    }
}
