//! Feeds and news items through the whole way of reading.

use super::*;
use crate::article::{Article, OffsetBase};
use crate::source::reading::outcome::Outcome;
use crate::source::trial;

fn read(bytes: &[u8]) -> (Vec<Article>, Outcome) {
    trial::read("a.xml", Content::Whole(bytes.to_vec()), 10 << 20)
}

/// The bytes of the file that stand for `part` of the article's text.
fn in_file<'b>(bytes: &'b [u8], article: &Article, part: &str) -> &'b [u8] {
    let at = article.text.find(part).unwrap();
    assert_eq!(article.offsets.base(article.origin.base), OffsetBase::File);
    &bytes[article.offsets.range_to_file(&(at..at + part.len()))]
}

fn reasons(outcome: &Outcome) -> Vec<&str> {
    outcome
        .skipped
        .iter()
        .map(|skip| skip.reason.as_str())
        .collect()
}

const RSS: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:x="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>World &amp; News</title><language>en</language>
<item><title>Talks &amp;amp; more</title><media:title>Picture</media:title><link>https://news.example.org/1</link><guid isPermaLink="false">n-1</guid>
<pubDate>Tue, 14 May 2013 23:41:00 GMT</pubDate><x:creator>Ann Lee</x:creator>
<description>Plain text: R&amp;D talks.

They began.</description></item>
<item><title>Second</title><guid>https://news.example.org/2</guid><pubDate>Wed, 14 May 2013 10:00:00 +0200</pubDate><author>desk@example.org (Bob Ray)</author>
<description>Short.</description><content:encoded><![CDATA[<p>The <b>whole</b> text.</p>]]></content:encoded></item>
<item/>
<item><description> </description></item>
</channel></rss>"#;

#[test]
fn an_item_of_rss_is_an_article() {
    let (articles, outcome) = read(RSS.as_bytes());
    assert_eq!(articles.len(), 2);
    let first = &articles[0];
    assert_eq!(first.id, "a.xml#1");
    assert_eq!(first.origin.aliases, ["n-1"]);
    assert_eq!(first.given_title.as_deref(), Some("Talks & more"));
    assert_eq!(first.metadata.source.as_deref(), Some("World & News"));
    assert_eq!(first.metadata.author.as_deref(), Some("Ann Lee"));
    assert_eq!(
        first.metadata.url.as_deref(),
        Some("https://news.example.org/1")
    );
    assert_eq!(first.metadata.other["language"], "en");
    let date = first.metadata.date.as_deref();
    assert_eq!(date, Some("Tue, 14 May 2013 23:41:00 GMT"));
    assert_eq!(
        (first.origin.place.record, first.origin.place.of),
        (Some(1), Some(3))
    );
    assert!(first.text.starts_with("Plain text: R&D talks."));
    let second = &articles[1];
    assert_eq!(second.text.trim(), "The whole text.");
    if second.offsets != Offsets::Nowhere {
        assert_eq!(in_file(RSS.as_bytes(), second, "whole"), b"whole");
        assert_eq!(
            in_file(RSS.as_bytes(), second, "The whole text."),
            b"The <b>whole</b> text."
        );
    }
    assert_eq!(second.metadata.author.as_deref(), Some("Bob Ray"));
    assert_eq!(
        second.metadata.url.as_deref(),
        Some("https://news.example.org/2")
    );
    // Its weekday is wrong.
    assert_eq!(
        second.metadata.date.as_deref(),
        Some("2013-05-14T10:00:00+02:00")
    );
    assert_eq!(reasons(&outcome), ["empty"]);
    assert_eq!(outcome.skipped[0].line, Some(12));
}

#[test]
fn plain_text_of_an_item_leads_to_its_bytes() {
    let text = RSS.replace("R&amp;D talks.", "R&#x26;D <![CDATA[talks]]>.");
    let text = text
        .replace("They began", "Th\u{e9}y began")
        .replace("1.0\"?>\n<rss", "1.0\" encoding='ISO-8859-1'?>\n<rss");
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let (articles, _) = read(&bytes);
    let article = &articles[0];
    assert!(
        article.text.contains("R&D talks.\n\nThéy began."),
        "{}",
        article.text
    );
    assert_eq!(in_file(&bytes, article, "Théy began."), b"Th\xe9y began.");
    assert_eq!(in_file(&bytes, article, "&D t"), b"&#x26;D <![CDATA[t");
    let at = article.text.find("Th").unwrap();
    assert_eq!(article.origin.marks.at(at), Some(8));
}

#[test]
fn an_entry_of_atom_is_an_article() {
    let text = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>News</title>
<entry><id>tag:1</id><title type="html">Talks &amp;lt;b&amp;gt;on&amp;lt;/b&amp;gt;</title><link rel="self" href="https://example.org/feed/1"/><link href="https://example.org/1?a=1&amp;b=2"/>
<updated>2013-05-20T10:00:00Z</updated><published>2013-05-14T10:00:00Z</published><author><name>Ann Lee</name></author><author><name>Bob Ray</name></author>
<category term="world"/><summary>Short.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Whole.</p></div></content></entry>
<entry><id>tag:2</id><title>Quoted</title><updated>2013-05-21T10:00:00Z</updated><content type="html">&amp;lt;p&amp;gt;Twice escaped.&amp;lt;/p&amp;gt;</content></entry></feed>"#;
    let (articles, outcome) = read(text.as_bytes());
    let first = &articles[0];
    assert_eq!(
        first.metadata.url.as_deref(),
        Some("https://example.org/1?a=1&b=2")
    );
    assert_eq!(first.metadata.date.as_deref(), Some("2013-05-14T10:00:00Z"));
    assert_eq!(first.metadata.other["updated"], "2013-05-20T10:00:00Z");
    assert_eq!(first.metadata.author.as_deref(), Some("Ann Lee; Bob Ray"));
    assert_eq!(first.text.trim(), "Whole.");
    assert_eq!(first.origin.aliases[0], "tag:1");
    assert_eq!(articles[1].text.trim(), "Twice escaped.");
    for (article, part) in [(first, "Whole."), (&articles[1], "Twice escaped.")] {
        if article.offsets != Offsets::Nowhere {
            assert_eq!(in_file(text.as_bytes(), article, part), part.as_bytes());
        }
    }
    assert_eq!(
        articles[1].metadata.date.as_deref(),
        Some("2013-05-21T10:00:00Z")
    );
    assert!(outcome.skipped.is_empty());
}

#[test]
fn items_of_rdf_lie_beside_the_channel() {
    let text = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/"><title>News</title></channel><item rdf:about="https://example.org/1"><title>Talks</title><link>https://example.org/1</link><description>They began.</description><dc:date>2013-05-14</dc:date></item></rdf:RDF>"#;
    let (articles, _) = read(text.as_bytes());
    assert_eq!(articles[0].metadata.source.as_deref(), Some("News"));
    assert_eq!(articles[0].metadata.date.as_deref(), Some("2013-05-14"));
    assert_eq!(articles[0].origin.aliases, ["https://example.org/1"]);
    assert_eq!(in_file(text.as_bytes(), &articles[0], "began"), b"began");
}

const NITF: &str = r#"<nitf><head><title>T</title><docdata><doc-id id-string="n1" regsrc="AG"/><date.issue norm="20130514T101500Z"/></docdata><pubdata name="The Paper" ex-ref="https://example.org/n1"/></head>
<body><body.head><hedline><hl1>Talks &amp; more</hl1><hl2>A start</hl2></hedline><byline>By Ann Lee</byline><dateline><location>MOSCOW</location>, May 14</dateline></body.head>
<body.content><p>The <em>talks</em>
 began &lt;early&gt;.</p><media><media-caption>No text.</media-caption></media><p>They ended.</p></body.content></body></nitf>"#;

#[test]
fn a_news_item_in_nitf_is_an_article() {
    let (articles, _) = read(NITF.as_bytes());
    let article = &articles[0];
    assert_eq!(article.id, "a.xml");
    assert_eq!(article.origin.aliases, ["n1"]);
    assert_eq!(article.given_title.as_deref(), Some("Talks & more"));
    assert_eq!(
        article.text,
        "MOSCOW, May 14\n\nThe talks began <early>.\n\nThey ended."
    );
    assert_eq!(article.metadata.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.metadata.source.as_deref(), Some("The Paper"));
    assert_eq!(article.metadata.date.as_deref(), Some("20130514T101500Z"));
    assert_eq!(
        article.metadata.url.as_deref(),
        Some("https://example.org/n1")
    );
    let bytes = NITF.as_bytes();
    assert_eq!(
        in_file(bytes, article, "began <early>."),
        b"began &lt;early&gt;."
    );
    assert_eq!(in_file(bytes, article, "MOSCOW"), b"MOSCOW");
    let ended = article.text.find("They").unwrap();
    assert_eq!(article.origin.marks.at(ended), Some(4));
}

#[test]
fn a_lead_that_is_given_twice_is_read_once() {
    let text = NITF.replace(
        "<body.content>",
        "<body.content><block class=\"lead_paragraph\"><p>Lead.</p></block><block class=\"full_text\"><p>Lead.</p><p>Rest.</p></block>",
    );
    let (articles, _) = read(text.as_bytes());
    assert_eq!(articles[0].text, "MOSCOW, May 14\n\nLead.\n\nRest.");
}

#[test]
fn a_message_of_g2_holds_items() {
    let text = r#"<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet><packageItem guid="p"/>
<newsItem guid="urn:1"><itemMeta><provider literal="Agency"/><versionCreated>2013-05-15T10:00:00Z</versionCreated></itemMeta><contentMeta><contentCreated>2013-05-14T10:00:00Z</contentCreated><by>By Ann Lee</by><headline>Talks</headline><language tag="en"/></contentMeta><contentSet><inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>They began.</p><p>They ended.</p></body></html></inlineXML></contentSet></newsItem>
<newsItem guid="urn:2"><contentMeta><headline>Plain</headline></contentMeta><contentSet><inlineData>One &amp; two.</inlineData></contentSet></newsItem></itemSet></newsMessage>"#;
    let (articles, outcome) = read(text.as_bytes());
    let first = &articles[0];
    assert_eq!(
        (first.id.as_str(), first.origin.aliases[0].as_str()),
        ("a.xml#1", "urn:1")
    );
    assert_eq!(first.text, "They began.\n\nThey ended.");
    assert_eq!(first.metadata.author.as_deref(), Some("Ann Lee"));
    assert_eq!(first.metadata.source.as_deref(), Some("Agency"));
    assert_eq!(first.metadata.date.as_deref(), Some("2013-05-14T10:00:00Z"));
    assert_eq!(articles[1].text, "One & two.");
    assert_eq!(articles[1].origin.place.of, Some(2));
    assert!(outcome.skipped.is_empty());
}

#[test]
fn an_item_of_version_one_wraps_a_text() {
    let text = format!(
        "<NewsML><NewsItem><Identification><NewsIdentifier><DateId>20130514</DateId><PublicIdentifier>urn:9</PublicIdentifier></NewsIdentifier></Identification><NewsManagement><FirstCreated>20130514T100000Z</FirstCreated></NewsManagement><NewsComponent><NewsLines><HeadLine>Talks</HeadLine><ByLine>Bob Ray</ByLine></NewsLines><AdministrativeMetadata><Provider><Party FormalName=\"Agency\"/></Provider></AdministrativeMetadata><ContentItem><MediaType FormalName=\"Text\"/><DataContent>{NITF}</DataContent></ContentItem></NewsComponent></NewsItem></NewsML>"
    );
    let (articles, _) = read(text.as_bytes());
    let article = &articles[0];
    assert_eq!(article.given_title.as_deref(), Some("Talks"));
    assert_eq!(article.origin.aliases, ["urn:9"]);
    assert_eq!(article.metadata.author.as_deref(), Some("Bob Ray"));
    assert_eq!(article.metadata.source.as_deref(), Some("Agency"));
    assert_eq!(article.metadata.date.as_deref(), Some("20130514T100000Z"));
    assert!(article.text.ends_with("They ended."));
}

#[test]
fn articles_of_factiva_are_records() {
    let text = "<PPSResponse><ppsArticleResponse xmlns=\"x\"><ppsarticle><article><accessionNo>ABC1</accessionNo><headline><paragraph><hlt>Talks</hlt> on</paragraph></headline><leadParagraph><paragraph>Lead.</paragraph></leadParagraph><publicationDate><dateTime>2012-01-09T01:35:58Z</dateTime></publicationDate><sourceName>Paper</sourceName><newsSubject code=\"a\"><name>Politics</name></newsSubject><tailParagraphs><paragraph>Rest.</paragraph></tailParagraphs></article></ppsarticle></ppsArticleResponse></PPSResponse>";
    let (articles, _) = read(text.as_bytes());
    let article = &articles[0];
    assert_eq!(
        (article.id.as_str(), article.origin.aliases[0].as_str()),
        ("a.xml#1", "ABC1")
    );
    assert_eq!(article.given_title.as_deref(), Some("Talks on"));
    assert_eq!(article.text, "Lead.\n\nRest.");
    assert_eq!(
        article.metadata.date.as_deref(),
        Some("2012-01-09T01:35:58Z")
    );
    assert_eq!(
        article.metadata.other["subject"],
        serde_json::json!(["Politics"])
    );
}

#[test]
fn what_is_no_news_is_one_skip() {
    for text in [
        "<project><a/></project>",
        "<?xml version=\"1.0\"?><urlset><url/></urlset>",
        "text",
    ] {
        let (articles, outcome) = read(text.as_bytes());
        assert!(articles.is_empty());
        assert_eq!(reasons(&outcome), ["not a feed or news item"], "{text}");
    }
    let (_, outcome) = read(b"<packageItem/>");
    assert!(reasons(&outcome)[0].starts_with("a package"));
    assert_eq!(reasons(&read(b"<rss><channel/></rss>").1), ["empty"]);
}

#[test]
fn what_was_read_before_a_fault_stays() {
    let cut = RSS.find("<b>whole").unwrap();
    let (articles, outcome) = read(&RSS.as_bytes()[..cut]);
    assert_eq!(articles.len(), 2);
    assert!(
        reasons(&outcome)[0].starts_with("damaged: line "),
        "{:?}",
        reasons(&outcome)
    );
    let deep = format!(
        "<rss><channel><item><title>A</title></item>{}",
        "<a>".repeat(100_000)
    );
    let (articles, outcome) = read(deep.as_bytes());
    assert!(articles.len() <= 1);
    assert!(
        reasons(&outcome)[0].contains("deeper than 256"),
        "{:?}",
        reasons(&outcome)
    );
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
    assert_eq!(
        read(bomb.as_bytes()).0[0].given_title.as_deref(),
        Some("&b;")
    );
}

#[cfg(feature = "html")]
#[test]
fn a_page_in_xml_goes_to_the_reader_of_pages() {
    let page = format!(
        "<?xml version=\"1.0\"?><!--{}--><html><body><p>The talks.</p></body></html>",
        "x".repeat(3000)
    );
    let (articles, outcome) = read(page.as_bytes());
    let is_html = articles
        .first()
        .is_some_and(|article| article.text.contains("talks"));
    // Told by the reader of pages, where it is not there yet.
    assert!(is_html || !reasons(&outcome).contains(&"not a feed or news item"));
}

proptest::proptest! {
    #[test]
    fn any_feed_is_read_without_panic(words in proptest::collection::vec("(<rss>|<channel>|<item>|</item>|<title>|</title>|<description>|</description>|<feed>|<entry>|<nitf>|<body>|<body.content>|<p>|</p>|<NewsML>|<newsItem>|<!\\[CDATA\\[|\\]\\]>|&amp;|&lt;p&gt;|&amp;lt;p&amp;gt;|&#233;|\u{e9}|[ a-z<>&\n])", 0..60)) {
        for root in ["<rss><channel><item>", "<feed><entry><content>", "<nitf><body><body.content>", ""] {
            let text = format!("{root}{}", words.concat());
            let (articles, _) = read(text.as_bytes());
            for article in articles {
                let range = article.offsets.range_to_file(&(0..article.text.len()));
                proptest::prop_assert!(article.offsets == Offsets::Nowhere || range.end <= text.len());
            }
        }
    }
}
