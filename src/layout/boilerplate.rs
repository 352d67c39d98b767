//! Tells the leftovers of a web page from an article's own lines.
//!
//! Written from saved pages of news sites: stock phrases, names of style
//! classes, tag lines, and lines that hold nothing but a date.

use crate::text::calendar;

/// Whole lines, in lower case without the punctuation around them.
const STOCK_LINES: [&str; 62] = [
    "ad",
    "advertisement",
    "advertisements",
    "advertisment",
    "afp",
    "afp photo",
    "ap photo",
    "article continues below",
    "back to top",
    "click here",
    "comments",
    "continue reading",
    "email",
    "facebook",
    "featured",
    "file photo",
    "follow us",
    "getty images",
    "home",
    "image",
    "images",
    "latest news",
    "latest podcasts",
    "latest stories",
    "leave a comment",
    "load more",
    "log in",
    "login",
    "menu",
    "more from",
    "more news",
    "more stories",
    "most popular",
    "most read",
    "new update",
    "newsletter",
    "photo",
    "popular",
    "print",
    "read more",
    "recommended",
    "related",
    "related articles",
    "related coverage",
    "related news",
    "related stories",
    "related topics",
    "reuters photo",
    "see all",
    "share",
    "share this",
    "share this article",
    "show more",
    "sign in",
    "sign up",
    "skip to content",
    "slideshow",
    "sponsored",
    "subscribe",
    "trending",
    "updated on",
    "video",
];

/// How lines begin that invite the reader elsewhere, in lower case.
const STOCK_BEGINNINGS: [&str; 28] = [
    "(follow ",
    "all rights reserved",
    "also read:",
    "article continues",
    "click here to",
    "copyright ©",
    "don't miss:",
    "follow us on",
    "follow us @",
    "getty images/",
    "have a tip?",
    "image credit",
    "more on this story",
    "must read:",
    "photo credit",
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
    if bare.len() <= MAX_STOCK_BYTES {
        let lower = bare.to_lowercase();
        if STOCK_LINES.contains(&lower.as_str()) || is_desk(&lower) {
            return true;
        }
    }
    let begins = |stock: &str| {
        let opening = bare.as_bytes().get(..stock.len());
        opening.is_some_and(|opening| opening.eq_ignore_ascii_case(stock.as_bytes()))
    };
    is_slug(line)
        || has_no_words(line)
        || (STOCK_BEGINNINGS.iter().any(|stock| begins(stock))
            && line.split_whitespace().take(21).count() <= 20)
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

/// Whether `line` holds nothing but a date: `May 14, 2013 / 11:41 PM`.
pub(super) fn is_header(line: &str) -> bool {
    if line.len() > 80 {
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
