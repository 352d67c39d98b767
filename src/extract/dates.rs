//! Finds the dates an article mentions, and when it was published.
//!
//! `publication` decides the publication date, from the most certain source
//! down; then the expressions of the text are resolved against it. What the
//! text does not settle stays unresolved.
//!
//! Three passes over an article. `expression` reads each block into tokens of
//! time words and finds what is said (`TimeMeaning`). `publication` decides the
//! day of the article from metadata, address, date line, dateline, or two
//! expressions together. `resolve` turns each meaning into a value as TIMEX3
//! writes it, in the order of the text.
//!
//! Example, published on Tuesday, 2013-05-14: *three weeks ago last Tuesday* is
//! two expressions. *three weeks ago* is `Ago(Week, -3)`, the week of April 23,
//! `2013-W17`; *last Tuesday* is `Weekday(Tuesday, Last)`, the one before the
//! day of publication, `2013-05-07`. Without a publication date neither has a
//! value.
//!
//! Invariants: a date is never made up, so a mention without a value stays
//! among the mentions; mentions do not overlap and come in the order of the
//! text; the sections of a long article share what the first decided. Cost: one
//! pass over the text, whatever it says (`hostile_text_is_read_in_one_pass`);
//! memory for the tokens of one piece.

mod calendar_form;
mod clock;
mod expression;
mod feast;
mod part_of_year;
mod publication;
mod relative;
mod resolve;
mod shared_year;
mod tense;
mod token;
mod two_steps;
mod word;
mod years;

use self::resolve::TimeResolver;
use super::published::Published;
use super::{DateMention, Mention, MentionSource, ParsedArticle};
use crate::article::Metadata;
use crate::layout::{Block, BlockKind, Layout};

/// What is known of an article's time once its first section was read. Whoever
/// reads the sections of an article keeps one and hands it on.
pub(super) struct KnownTime {
    /// When it was published.
    pub(super) published: Published,
    resolver: TimeResolver,
}

/// The dates that `page` mentions, in order. `known` is what the sections
/// before it told, `None` for the first, which decides when the article was
/// published; `metadata` is what the source says apart from the text. Header
/// lines decide the publication and are no mentions.
pub(super) fn find(
    page: &ParsedArticle<'_>,
    metadata: &Metadata,
    known: &mut Option<KnownTime>,
) -> Vec<DateMention> {
    let expressions = expression::find(page);
    let KnownTime { resolver, .. } = known.get_or_insert_with(|| {
        let published = publication::decide(page, &expressions, metadata);
        let resolver = TimeResolver::new(&published);
        KnownTime {
            published,
            resolver,
        }
    });
    resolver.begin_section();
    expressions
        .iter()
        .filter(|expression| expression.in_body)
        .map(|expression| DateMention {
            mention: Mention::at(page.text, expression.span.clone()),
            value: resolver.value(expression),
        })
        .collect()
}

/// The dates that a title apart from the text mentions, resolved against what
/// the text told. A title alone does not date an article.
pub(super) fn in_title(title: &str, known: &mut Option<KnownTime>) -> Vec<DateMention> {
    let Some(KnownTime { resolver, .. }) = known else {
        return Vec::new();
    };
    let headline = Block {
        span: 0..title.len(),
        kind: BlockKind::Headline,
    };
    let layout = Layout {
        blocks: vec![headline],
        title: Some(0..title.len()),
    };
    resolver.begin_section();
    expression::find(&ParsedArticle::of(title, &layout))
        .iter()
        .map(|expression| DateMention {
            mention: Mention {
                source: MentionSource::Title,
                ..Mention::at(title, expression.span.clone())
            },
            value: resolver.value(expression),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The publication date and the mentions of `text`.
    fn read(text: &str, stated: Option<&str>) -> (Option<String>, Vec<(String, Option<String>)>) {
        let layout = Layout::of(text, Some("-"));
        let page = ParsedArticle::of(text, &layout);
        let metadata = Metadata {
            date: stated.map(str::to_owned),
            ..Metadata::default()
        };
        let mut known = None;
        let mentions = find(&page, &metadata, &mut known);
        let found = known.unwrap().published;
        let shown = mentions
            .into_iter()
            .map(|date| (date.mention.text, date.value))
            .collect();
        (found.value, shown)
    }

    fn check(
        text: &str,
        stated: Option<&str>,
        published: Option<&str>,
        dates: &[(&str, Option<&str>)],
    ) {
        let (found, mentions) = read(text, stated);
        assert_eq!(found.as_deref(), published, "{text}");
        let shown: Vec<(&str, Option<&str>)> = mentions
            .iter()
            .map(|(text, value)| (text.as_str(), value.as_deref()))
            .collect();
        assert_eq!(shown, dates, "{text}");
    }

    /// The mentions of a text of Tuesday, 14 May 2013; an empty value is none.
    fn check_in_may(text: &str, dates: &[(&str, &str)]) {
        let dates: Vec<(&str, Option<&str>)> = dates
            .iter()
            .map(|(text, value)| (*text, Some(*value).filter(|value| !value.is_empty())))
            .collect();
        check(text, Some("2013-05-14"), Some("2013-05-14"), &dates);
    }

    #[test]
    fn dates_are_resolved_against_the_publication() {
        check_in_may(
            "They met on Tuesday, last month and this summer, he said. In 2011 and on June 21-23 they agreed in October.",
            &[
                ("Tuesday", "2013-05-14"),
                ("last month", "2013-04"),
                ("this summer", "2013-SU"),
                ("2011", "2011"),
                ("June 21-23", "2013-06-21/2013-06-23"),
                ("October", "2012-10"),
            ],
        );
    }

    #[test]
    fn two_days_share_a_year() {
        check_in_may(
            "From 30 March to 2 April 2012, on March 5 and 6, 2011, and from December 30 to January 2, 2012.",
            &[
                ("30 March", "2012-03-30"),
                ("2 April 2012", "2012-04-02"),
                ("March 5", "2011-03-05"),
                ("6, 2011", "2011-03-06"),
                ("December 30", "2011-12-30"),
                ("January 2, 2012", "2012-01-02"),
            ],
        );
        check_in_may(
            "On 30 April they left. 2 April 2012 was quiet.",
            &[("30 April", "2013-04-30"), ("2 April 2012", "2012-04-02")],
        );
    }

    #[test]
    fn verbs_are_no_seasons_and_present_goes_on() {
        check_in_may(
            "Prices may fall in 2014, and the show runs through September. He will speak on Friday; on Thursday he spoke.",
            &[
                ("2014", "2014"),
                ("September", "2013-09"),
                ("Friday", "2013-05-17"),
                ("Thursday", "2013-05-09"),
            ],
        );
        check_in_may(
            "They met in the fall in 2011.",
            &[("the fall in 2011", "2011-FA")],
        );
    }

    #[test]
    fn without_a_publication_date_nothing_is_made_up() {
        check(
            "They may march on Tuesday in 24/7 mode, 5 years ago, on November 1, he said.",
            None,
            None,
            &[
                ("Tuesday", None),
                ("5 years ago", None),
                ("November 1", Some("XXXX-11-01")),
            ],
        );
        check(
            "Sales rose last week, in the third quarter and in October; a year earlier they fell this morning.",
            None,
            None,
            &[
                ("last week", None),
                ("the third quarter", None),
                ("October", Some("XXXX-10")),
                ("a year earlier", None),
                ("this morning", None),
            ],
        );
    }

    #[test]
    fn a_leap_day_belongs_to_no_common_year() {
        check_in_may(
            "He was born on Feb. 29. It lasted from February 28-29, and from Feb. 27-28.",
            &[
                ("Feb. 29", "XXXX-02-29"),
                ("February 28-29", "XXXX-02-28/XXXX-02-29"),
                ("Feb. 27-28", "2013-02-27/2013-02-28"),
            ],
        );
        check(
            "It ends on Feb. 29.",
            Some("2012-02-20"),
            Some("2012-02-20"),
            &[("Feb. 29", Some("2012-02-29"))],
        );
    }

    #[test]
    fn calendar_dates_are_read_in_every_order() {
        check_in_may(
            "On 16 May 1998, May 16th, 1998, 1998-05-16, 5/16/98, 16/05/1998, the 16th of May and May 16-18, 1998 they met.",
            &[
                ("16 May 1998", "1998-05-16"),
                ("May 16th, 1998", "1998-05-16"),
                ("1998-05-16", "1998-05-16"),
                ("5/16/98", "1998-05-16"),
                ("16/05/1998", "1998-05-16"),
                ("the 16th of May", "2013-05-16"),
                ("May 16-18, 1998", "1998-05-16/1998-05-18"),
            ],
        );
        check_in_may("It was dated 04/05/2013.", &[("04/05/2013", "2013")]);
    }

    #[test]
    fn years_decades_and_centuries_are_told_from_numbers() {
        check_in_may(
            "In the 1980s, the '90s, the nineties, the 20th century, mid-1995, fiscal 1989, 1989-90 and the 2004 Olympics it cost $1998 for 2000 people on Flight 1999 at 1922 GMT.",
            &[
                ("the 1980s", "198"),
                ("90s", "199"),
                ("the nineties", "199"),
                ("the 20th century", "19"),
                ("mid-1995", "1995"),
                ("fiscal 1989", "1989"),
                ("1989-90", "1989/1990"),
                ("2004", "2004"),
                ("1922 GMT", "2013-05-14T19:22"),
            ],
        );
        check_in_may(
            "Copyright 2019. A 24/7 line was opened after 9/11 at 1.2014 dollars.",
            &[],
        );
    }

    #[test]
    fn the_day_of_the_week_goes_with_the_tense() {
        check_in_may(
            "He said on Monday that he left last Tuesday. She will return on Monday. They go next Friday.",
            &[
                ("Monday", "2013-05-13"),
                ("last Tuesday", "2013-05-07"),
                ("Monday", "2013-05-20"),
                ("next Friday", "2013-05-17"),
            ],
        );
        check_in_may(
            "Buses run each Sunday. The Sun and Fri Sat Mar Dec wrote so.",
            &[],
        );
    }

    #[test]
    fn months_and_days_without_a_year_are_near_the_publication() {
        check_in_may(
            "It was agreed in December. It was paid on Dec. 31. The court will rule in January and on Jan. 2. It fell last June, from a June high.",
            &[
                ("December", "2012-12"),
                ("Dec. 31", "2012-12-31"),
                ("January", "2014-01"),
                ("Jan. 2", "2014-01-02"),
                ("last June", "2012-06"),
                ("June", "2013-06"),
            ],
        );
        check_in_may(
            "You may go. The march went on. April Smith and August Meyer met May Lee.",
            &[],
        );
    }

    #[test]
    fn spans_count_from_the_publication_or_the_text() {
        check_in_may(
            "Two years ago, ten days ago, three months ago, a week ago and several years ago they met on March 1, 2010. Five days later they left, the following year they wrote.",
            &[
                ("Two years ago", "2011"),
                ("ten days ago", "2013-05-04"),
                ("three months ago", "2013-02"),
                ("a week ago", "2013-W19"),
                ("several years ago", ""),
                ("March 1, 2010", "2010-03-01"),
                ("Five days later", "2010-03-06"),
                ("the following year", "2011"),
            ],
        );
        check_in_may(
            "They met over the weekend, earlier this year, late last week and yesterday; the next talks are due by the end of the year, or tomorrow.",
            &[
                ("the weekend", "2013-W19-WE"),
                ("earlier this year", "2013"),
                ("late last week", "2013-W19"),
                ("yesterday", "2013-05-13"),
                ("the end of the year", "2013"),
                ("tomorrow", "2013-05-15"),
            ],
        );
    }

    #[test]
    fn quarters_are_those_of_the_text() {
        check_in_may(
            "Profit rose in the first quarter. Sales for the quarter doubled from the year-earlier quarter, and from a year earlier. In the third quarter of 1984 and last year's fourth quarter they fell. The first half of 2012 was good, the first half of the game was not.",
            &[
                ("the first quarter", "2013-Q1"),
                ("the quarter", "2013-Q1"),
                ("the year-earlier quarter", "2012-Q1"),
                ("a year earlier", "2012-Q1"),
                ("the third quarter of 1984", "1984-Q3"),
                ("last year's fourth quarter", "2012-Q4"),
                ("The first half of 2012", "2012-H1"),
            ],
        );
    }

    #[test]
    fn seasons_need_a_word_that_says_so() {
        check_in_may(
            "In the winter of 1994 and by summer they met. Last spring it rained. The fall of the wall and a spring in a mattress are no seasons.",
            &[
                ("the winter of 1994", "1994-WI"),
                ("summer", "2013-SU"),
                ("Last spring", "2012-SP"),
            ],
        );
    }

    #[test]
    fn times_of_day_go_with_their_day() {
        check_in_may(
            "It began at 9:00 p.m. Monday, at noon on Friday, on Monday night, this morning, last night, yesterday at 4 p.m. EST and tonight. It ended at 7:15 a.m.; the score was 3:15.",
            &[
                ("9:00 p.m. Monday", "2013-05-13T21:00"),
                ("noon on Friday", "2013-05-10T12:00"),
                ("Monday night", "2013-05-13TNI"),
                ("this morning", "2013-05-14TMO"),
                ("last night", "2013-05-13TNI"),
                ("yesterday at 4 p.m. EST", "2013-05-13T16:00"),
                ("tonight", "2013-05-14TNI"),
                ("7:15 a.m.", "2013-05-14T07:15"),
            ],
        );
    }

    #[test]
    fn words_for_no_certain_time_have_no_value() {
        check_in_may(
            "Now, in recent years, currently and in the near future, as in the past, it is so.",
            &[
                ("Now", "PRESENT_REF"),
                ("recent years", ""),
                ("currently", "PRESENT_REF"),
                ("future", ""),
                ("the past", ""),
            ],
        );
    }

    /// Published on Tuesday, 14 May 2013.
    #[test]
    fn a_day_may_be_two_steps_away() {
        check_in_may(
            "He came the day before yesterday and leaves the day after tomorrow. They met the week before last, the year before last, the summer before last and the Friday before last.",
            &[
                ("the day before yesterday", "2013-05-12"),
                ("the day after tomorrow", "2013-05-16"),
                ("the week before last", "2013-W18"),
                ("the year before last", "2011"),
                ("the summer before last", "2011-SU"),
                ("the Friday before last", "2013-05-03"),
            ],
        );
        check_in_may(
            "It opens a week on Monday, or two weeks from Friday; a week today, Thursday week, the month after next. It shut a week ago Sunday, a fortnight ago and the night before last.",
            &[
                ("a week on Monday", "2013-05-27"),
                ("two weeks from Friday", "2013-05-31"),
                ("a week today", "2013-05-21"),
                ("Thursday week", "2013-05-23"),
                ("the month after next", "2013-07"),
                ("a week ago Sunday", "2013-05-05"),
                ("a fortnight ago", "2013-W18"),
                ("the night before last", "2013-05-12TNI"),
            ],
        );
        // Here "last" is about something else.
        check_in_may("He left the week before last season's final.", &[]);
    }

    #[test]
    fn feasts_have_their_own_rules() {
        check_in_may(
            "They met on Good Friday, on Easter Monday, at Easter 2010, at Christmas, on New Year's Eve and last Thanksgiving. They will meet on Labor Day and on Christmas Day. Memorial Day 2015 is far; Orthodox Easter was late.",
            &[
                ("Good Friday", "2013-03-29"),
                ("Easter Monday", "2013-04-01"),
                ("Easter 2010", "2010-04-04"),
                ("Christmas", "2012-12-25"),
                ("New Year's Eve", "2012-12-31"),
                ("last Thanksgiving", "2012-11-22"),
                ("Labor Day", "2013-09-02"),
                ("Christmas Day", "2013-12-25"),
                ("Memorial Day 2015", "2015-05-25"),
                ("Orthodox Easter", "2013-05-05"),
            ],
        );
        check_in_may(
            "A Christmas tree, Easter Island and Easter eggs, a good Friday, a boxing day and Eve Smith are none.",
            &[("Friday", "2013-05-10")],
        );
    }

    #[test]
    fn months_that_are_gone_through_lie_where_the_sentence_looks() {
        check_in_may(
            "Sales rose through June. Talks will go on through March.",
            &[("June", "2012-06"), ("March", "2014-03")],
        );
    }

    #[test]
    fn years_are_spelled_and_periods_are_those_of_the_year_before() {
        check_in_may(
            "In January nineteen ninety-seven and in the winter of nineteen ninety-four they spoke of the year two thousand, and of May two thousand and three. Two thousand men came.",
            &[
                ("January nineteen ninety-seven", "1997-01"),
                ("the winter of nineteen ninety-four", "1994-WI"),
                ("year two thousand", "2000"),
                ("May two thousand and three", "2003-05"),
            ],
        );
        check_in_may(
            "Profit rose in the first quarter from that of the same period last year. They sold it in April 2012; the following month they bought it again. It closes on Monday and Tuesday nights, by year's end and in the last few months. It was said on \"This Week\".",
            &[
                ("the first quarter", "2013-Q1"),
                ("period last year", "2012-Q1"),
                ("April 2012", "2012-04"),
                ("the following month", "2012-05"),
                ("year's end", "2013"),
                ("the last few months", ""),
            ],
        );
    }

    #[test]
    fn any_space_may_stand_in_a_date() {
        for space in ["\u{a0}", "\u{202f}", "\u{2009}", "\u{3000}", "\u{2002}"] {
            let text = "They met on 5 March 2012, on May 3, 2011, on March 4, last week, at 9 p.m. Monday, two years ago, in the third quarter of 1984 and in last year's fourth quarter.";
            let (_, expected) = read(text, Some("2013-05-14"));
            let (_, found) = read(&text.replace(' ', space), Some("2013-05-14"));
            let values = |found: Vec<(String, Option<String>)>| -> Vec<_> {
                found.into_iter().map(|(_, value)| value).collect()
            };
            assert_eq!(values(found), values(expected), "{space:?}");
        }
        check_in_may(
            "They met on May 3,\n2011, on the 5\r\nMarch 2012, last\nweek, and two\nyears ago.",
            &[
                ("May 3,\n2011", "2011-05-03"),
                ("the 5\r\nMarch 2012", "2012-03-05"),
                ("last\nweek", "2013-W19"),
                ("two\nyears ago", "2011"),
            ],
        );
    }

    #[test]
    fn what_only_looks_like_a_date_is_none() {
        check_in_may(
            "Prices are set to spring back. It cost 1966 dollars a head, and 1840 pounds. He may march on, and the fall was long.",
            &[],
        );
        check_in_may(
            "He wrote on 13-Apr-2012 and 13/Apr/12 of 1971-1972 and 1931-32.",
            &[
                ("13-Apr-2012", "2012-04-13"),
                ("13/Apr/12", "2012-04-13"),
                ("1971-1972", "1971/1972"),
                ("1931-32", "1931/1932"),
            ],
        );
    }

    #[test]
    fn other_languages_stay_undated() {
        for text in [
            "Le ministre est arrivé mardi à Paris.\n\nIl a quitté Moscou le 14 mars, en 2011, a-t-il dit.",
            "Der Minister traf am Dienstag ein. Er war seit 2011 im Amt und blieb bis Mai.",
            "El ministro llegó el martes. La reunión fue en mayo de 2011, dijo.",
            "部长于2013年5月14日抵达。",
        ] {
            assert_eq!(read(text, None).0, None, "{text}");
        }
        let dated = "2013-05-14\n\nDer Minister traf am Dienstag ein.";
        assert_eq!(read(dated, None).0.as_deref(), Some("2013-05-14"));
    }

    /// A megabyte of `unit`: a finder that is not linear would not come back.
    fn megabyte(unit: &str) -> String {
        unit.repeat((1 << 20) / unit.len() + 1)
    }

    #[test]
    fn hostile_text_is_read_in_one_pass() {
        for unit in [
            "May ",
            "7",
            "7 ",
            "a",
            "A",
            "A ",
            "\u{1}",
            "the past ",
            "2014 ",
            "2014-",
            "1/",
            ".",
            ". ",
            "é",
            "May é ",
            "last ",
            "on on on ",
            "第1月",
            "9:",
            "two ",
        ] {
            let (published, mentions) = read(&megabyte(unit), None);
            assert_eq!(published, None, "{unit:?}");
            assert!(mentions.len() <= 1 << 20, "{unit:?}");
        }
    }

    #[test]
    fn hostile_text_full_of_dates_is_read_in_one_pass() {
        let count = |unit: &str| read(&megabyte(unit), Some("2013-05-14")).1.len();
        // One at a cut of the text may be lost.
        assert!(count("in May ").abs_diff((1 << 20) / 7) <= 2);
        assert!(count("It ended in 2014. ").abs_diff((1 << 20) / 18) <= 2);
        let unknown = read(&megabyte("They met in 2014, then "), None);
        assert_eq!(unknown.0.as_deref(), Some("2014/.."));
        assert_eq!(read(&megabyte("MAY 14, 2013 "), None).0, None);
    }
}
