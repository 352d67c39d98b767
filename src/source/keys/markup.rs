//! Takes HTML out of the text of a record: tags go, character references become
//! what they stand for.
//!
//! Only where a text plainly is HTML: it begins with a tag, has an element that
//! is closed again, or a tag that needs no end. A `<` in plain text stays, and so
//! does a tag that a plain text mentions. References (`&amp;`) alone are taken
//! as such, since plain text has none.
//!
//! What is no text goes with its tags: scripts, styles, comments. The end of a
//! paragraph becomes a blank line, the end of a line, a row or an item a line
//! end. Nothing else is judged: menus and footers stay.
//!
//! One pass over the text. A `<` that begins no tag is text, and whether a tag
//! ends is looked for no further than to the next `<`, so that hostile text
//! takes linear time.

use memchr::{memchr, memchr2};

use super::entities;

/// The text without its markup; `None` where it has none.
pub(super) fn stripped(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    memchr2(b'<', b'&', bytes)?;
    // What a feed hands on as it was given.
    let raw = text.trim().strip_prefix("<![CDATA[");
    if let Some(inner) = raw.and_then(|text| text.strip_suffix("]]>")) {
        return Some(if is_html(inner) {
            strip(inner)
        } else {
            inner.to_owned()
        });
    }
    if is_html(text) {
        return Some(strip(text));
    }
    let plain = decoded(text)?;
    // What was escaped as a whole: "&lt;p&gt;The …".
    if is_html(&plain) {
        return Some(strip(&plain));
    }
    Some(plain)
}

/// What an element's tags are to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    /// A part of a line.
    Inline,
    /// A line, a row or an item.
    Line,
    /// A paragraph, a heading, a box.
    Block,
    /// The cell of a table.
    Cell,
    /// What holds no text of the article.
    Hidden,
    /// None of HTML's.
    Unknown,
}

/// The element with this name.
fn element(name: &str) -> Element {
    // The longest names are `blockquote` and `figcaption`.
    let mut lower = [0; 10];
    let Some(place) = lower.get_mut(..name.len()) else {
        return Element::Unknown;
    };
    place.copy_from_slice(name.as_bytes());
    place.make_ascii_lowercase();
    match std::str::from_utf8(place).unwrap_or_default() {
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "center" | "cite" | "code"
        | "data" | "del" | "dfn" | "em" | "font" | "i" | "img" | "ins" | "kbd" | "label"
        | "mark" | "picture" | "q" | "s" | "samp" | "small" | "source" | "span" | "strike"
        | "strong" | "sub" | "sup" | "time" | "tt" | "u" | "var" | "wbr" | "audio" | "video"
        | "button" | "input" | "embed" | "meta" | "link" => Element::Inline,
        "br" | "li" | "tr" | "dt" | "dd" | "option" | "caption" => Element::Line,
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table"
        | "thead" | "tbody" | "tfoot" | "blockquote" | "pre" | "hr" | "section" | "article"
        | "header" | "footer" | "aside" | "nav" | "main" | "figure" | "figcaption" | "address"
        | "details" | "summary" | "form" | "fieldset" | "html" | "body" => Element::Block,
        "td" | "th" => Element::Cell,
        "script" | "style" | "head" | "template" | "noscript" | "iframe" | "svg" | "math"
        | "object" | "canvas" | "select" | "textarea" | "title" => Element::Hidden,
        _ => Element::Unknown,
    }
}

/// A tag, or what else stands between `<` and `>`.
#[derive(Debug)]
struct Tag<'a> {
    name: &'a str,
    is_end: bool,
    /// Whether it has attributes, or closes itself.
    has_more: bool,
    /// Where it ends in the text.
    end: usize,
}

/// The tag that begins with the `<` at `at`.
fn tag_at(text: &str, at: usize) -> Option<Tag<'_>> {
    let bytes = text.as_bytes();
    let is_end = bytes.get(at + 1) == Some(&b'/');
    let start = at + 1 + usize::from(is_end);
    let length = bytes[start.min(bytes.len())..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':'))
        .count();
    if length == 0 || !bytes[start].is_ascii_alphabetic() {
        return None;
    }
    let name = &text[start..start + length];
    let mut end = start + length;
    loop {
        match bytes.get(end)? {
            b'>' => break,
            b'<' => return None,
            // A value may hold any character.
            quote @ (b'"' | b'\'') if bytes[end - 1] == b'=' => {
                let rest = &bytes[end + 1..];
                let rest = &rest[..rest.len().min(MOST_OF_A_VALUE)];
                end += 2 + memchr(*quote, rest)?;
            }
            _ => end += 1,
        }
    }
    Some(Tag {
        name,
        is_end,
        has_more: end > start + length,
        end: end + 1,
    })
}

/// The longest value of an attribute. Beyond it, a tag is taken as text; a page
/// saved with its pictures in it has longer ones, but is no record.
const MOST_OF_A_VALUE: usize = 1 << 12;

/// Where a comment, a declaration or a processing instruction at `at` ends.
fn remark_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with("<!--") {
        return rest.find("-->").map(|end| at + end + 3);
    }
    let is_declared = rest
        .get(..9)
        .is_some_and(|head| head.eq_ignore_ascii_case("<!doctype"));
    if is_declared || rest.starts_with("<?xml") {
        return rest.find('>').map(|end| at + end + 1);
    }
    None
}

/// The elements that are looked at to tell whether a text is HTML.
const MOST_OPEN: usize = 64;

/// Whether a text plainly is HTML.
fn is_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    let first = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let start = at + found;
        at = start + 1;
        let is_first = first == Some(start);
        if is_first && remark_end(text, start).is_some() {
            return true;
        }
        let Some(tag) = tag_at(text, start) else {
            continue;
        };
        let kind = element(tag.name);
        if kind == Element::Unknown {
            continue;
        }
        at = tag.end;
        let has = |name: &str| tag.name.eq_ignore_ascii_case(name);
        let stands_alone = has("br") || (tag.has_more && (has("img") || has("hr")));
        let is_closed = tag.is_end && open.iter().any(|name| has(name));
        if is_first || stands_alone || is_closed {
            return true;
        }
        if !tag.is_end && open.len() < MOST_OPEN {
            open.push(tag.name);
        }
    }
    false
}

/// A text that is being written without its markup.
struct Plain {
    text: String,
    /// How many line ends come before the next character.
    pending: usize,
}

impl Plain {
    /// Ends the line, and with 2 the paragraph.
    fn end_line(&mut self, count: usize) {
        self.pending = self.pending.max(count);
    }

    fn push(&mut self, piece: &str) {
        let piece = match self.pending {
            0 => piece,
            _ => piece.trim_start_matches([' ', '\t', '\n', '\r']),
        };
        if piece.is_empty() {
            return;
        }
        if self.pending > 0 {
            let kept = self.text.trim_end_matches([' ', '\t', '\n', '\r']).len();
            // A paragraph that the text itself has ended stays ended.
            let was = self.text[kept..]
                .bytes()
                .filter(|byte| *byte == b'\n')
                .count();
            self.text.truncate(kept);
            if kept > 0 {
                let count = self.pending.max(was).min(2);
                self.text.push_str(&"\n\n"[..count]);
            }
            self.pending = 0;
        }
        self.text.push_str(piece);
    }
}

fn strip(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Plain {
        text: String::with_capacity(text.len()),
        pending: 0,
    };
    let mut endless = UnclosedMarkup::default();
    let mut at = 0;
    while at < text.len() {
        let next = memchr2(b'<', b'&', &bytes[at..]).map_or(text.len(), |found| at + found);
        plain.push(&text[at..next]);
        at = next;
        match bytes.get(at) {
            Some(b'&') => {
                let (c, length) = reference(&text[at..]).unwrap_or(('&', 1));
                plain.push(c.encode_utf8(&mut [0; 4]));
                at += length;
            }
            Some(_) => at = past_markup(text, at, &mut plain, &mut endless),
            None => {}
        }
    }
    plain.text
}

/// What has no end from some place on, so that it is not looked for again.
#[derive(Default)]
struct UnclosedMarkup<'a> {
    are_remarks: bool,
    hidden: Vec<&'a str>,
}

/// Reads what the `<` at `at` begins; says where the text goes on.
fn past_markup<'a>(
    text: &'a str,
    at: usize,
    plain: &mut Plain,
    endless: &mut UnclosedMarkup<'a>,
) -> usize {
    if matches!(text.as_bytes().get(at + 1), Some(b'!' | b'?')) && !endless.are_remarks {
        match remark_end(text, at) {
            Some(end) => return end,
            None => endless.are_remarks = true,
        }
    }
    let Some(tag) = tag_at(text, at) else {
        plain.push("<");
        return at + 1;
    };
    let kind = element(tag.name);
    match kind {
        Element::Line => plain.end_line(1),
        Element::Block => plain.end_line(2),
        Element::Cell if !tag.is_end => plain.push(" "),
        Element::Hidden if !tag.is_end => return hidden_end(text, &tag, endless),
        // "<jane@example.org>" names no element.
        Element::Unknown if !is_element_name(tag.name) => {
            plain.push(&text[at..tag.end]);
        }
        _ => {}
    }
    tag.end
}

/// Whether a name may be that of an element nobody knows: `amp-img`, `o:p`.
fn is_element_name(name: &str) -> bool {
    name.contains(['-', ':']) && !name.ends_with(['-', ':'])
}

/// Where a hidden element ends: behind its end tag, or, without one, behind the
/// tag that begins it.
fn hidden_end<'a>(text: &str, tag: &Tag<'a>, endless: &mut UnclosedMarkup<'a>) -> usize {
    let is_same = |name: &&str| name.eq_ignore_ascii_case(tag.name);
    if text[..tag.end].ends_with("/>") || endless.hidden.iter().any(is_same) {
        return tag.end;
    }
    let bytes = text.as_bytes();
    let mut at = tag.end;
    // A page has few ends of other elements inside.
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let start = at + found;
        at = start + 1;
        if bytes.get(at) != Some(&b'/') {
            continue;
        }
        let name = bytes.get(at + 1..at + 1 + tag.name.len());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name.as_bytes())) {
            return memchr(b'>', &bytes[at..]).map_or(text.len(), |end| at + end + 1);
        }
    }
    // The rest of the text is not to be lost for a tag without end.
    endless.hidden.push(tag.name);
    tag.end
}

/// A text whose references are taken as what they stand for; `None` where it has
/// none.
fn decoded(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut at = 0;
    let mut from = 0;
    while let Some(found) = memchr(b'&', &text.as_bytes()[at..]) {
        let start = at + found;
        at = start + 1;
        if let Some((c, length)) = reference(&text[start..]) {
            plain.push_str(&text[from..start]);
            plain.push(c);
            at = start + length;
            from = at;
        }
    }
    if from == 0 {
        return None;
    }
    plain.push_str(&text[from..]);
    Some(plain)
}

/// The longest name of a character, or its number.
const MOST_OF_A_REFERENCE: usize = 10;

/// The character that `text` begins with a reference to: `&eacute;`, `&#233;`,
/// `&#xe9;`; and the length of the reference.
fn reference(text: &str) -> Option<(char, usize)> {
    let name = text.strip_prefix('&')?;
    let end = name
        .bytes()
        .take(MOST_OF_A_REFERENCE)
        .position(|byte| byte == b';')?;
    Some((character(&name[..end])?, end + 2))
}

/// The character that a reference with this name (`eacute`, `#233`, `#xe9`)
/// stands for.
pub(super) fn character(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => numbered(number),
        None => entities::named(name),
    }
}

/// The character with this number, in decimal or after `x` in hexadecimal.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16).ok()?,
        None => number.parse().ok()?,
    };
    // As browsers do: these numbers mean Windows-1252.
    if let Ok(byte) = u8::try_from(code)
        && (0x80..0xa0).contains(&byte)
    {
        return encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(&[byte])
            .0
            .chars()
            .next();
    }
    let c = char::from_u32(code)?;
    (!c.is_control() || c.is_whitespace()).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, plain: Option<&str>) {
        assert_eq!(stripped(text).as_deref(), plain, "{text}");
    }

    #[test]
    fn tags_go_and_references_are_characters() {
        check(
            "<p>The retailer said it would <b>cut</b>&nbsp;jobs.</p><p>The caf&eacute; stays.</p><script>var x=1;</script>",
            Some("The retailer said it would cut\u{a0}jobs.\n\nThe café stays."),
        );
        check("H&amp;M &quot;cuts&quot; jobs", Some("H&M \"cuts\" jobs"));
        check(
            "It&#8217;s &#x201c;here&#x201D;&#133;",
            Some("It’s “here”…"),
        );
        check("one<br>two<br/>three", Some("one\ntwo\nthree"));
        check(
            "<ul><li>one</li><li>two</li></ul>after",
            Some("one\ntwo\n\nafter"),
        );
        check(
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
            Some("a b\nc"),
        );
        check(
            "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><!-- no --><h1>Head</h1>\n<p class=\"a>b\">Text</p></body></html>",
            Some("Head\n\nText"),
        );
        check("a <em>big</em> fish", Some("a big fish"));
        check("<P>Loud</P>", Some("Loud"));
        check("<![CDATA[<p>Raw</p>]]>", Some("Raw"));
        check("<![CDATA[a < b]]>", Some("a < b"));
        check(
            "<amp-img src='x'></amp-img><p>Text</p>",
            Some("\n\nText".trim()),
        );
        check(
            "&lt;p&gt;Twice &amp;amp; more&lt;/p&gt;",
            Some("Twice & more"),
        );
        check("<p>5 &lt; 6 and <5> stay</p>", Some("5 < 6 and <5> stay"));
        check(
            "<p>write to <jane@example.org></p>",
            Some("write to <jane@example.org>"),
        );
        check("<p>one</p>\n\n<p>two\nlines</p>", Some("one\n\ntwo\nlines"));
        check("<p>a <script>never closed", Some("a never closed"));
    }

    #[test]
    fn plain_text_stays() {
        for text in [
            "5 < 6 and 7 > 6",
            "if a<b and c>d then",
            "The <p> tag begins a paragraph.",
            "He typed <b and waited",
            "AT&T, R&D; Q&A;",
            "http://example.org/?a=1&copy=2",
            "<3 you",
            "<Ctrl> and <Alt>",
            "I <strong",
            "no markup",
            "",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        for piece in [
            "<!-- ",
            "<!doctype ",
            "<? ",
            "</script",
            "<script></",
            "<a ",
            "<a b=\"",
            "<a b='x' ",
            "<!--",
            "<script>",
            "&",
            "&#",
            "<",
            "<p",
            "</",
            "<p><",
            "<a b=\"<a c='",
        ] {
            for head in ["", "<p>x</p>"] {
                let text = format!("{head}{}", piece.repeat(100_000));
                let started = std::time::Instant::now();
                let _ = stripped(&text);
                assert!(started.elapsed().as_secs() < 5, "{piece}");
            }
        }
    }
}
