//! Which key says what of an article.
//!
//! Exports, feeds and interfaces name the same things in many ways. A key is
//! known by its letters and digits alone, so that `published_at`, `publishedAt`
//! and `Published-At` are one.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a key says of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRole {
    Text,
    Title,
    Date,
    Url,
    Author,
    Source,
    Countries,
    People,
}

/// Each role with its keys, the surer ones first: letters and digits alone, in
/// lower case. Of texts the whole goes before what sums it up, and what is
/// plain before HTML.
const KEYS: [(KeyRole, &[&str]); 8] = [
    (
        KeyRole::Text,
        &[
            "text",
            "content",
            "body",
            "maintext",
            "articlebody",
            "bodytext",
            "articletext",
            "fulltext",
            "plaintext",
            "textcontent",
            "contenttext",
            "articlecontent",
            "maincontent",
            "fullcontent",
            "cleantext",
            "cleanedtext",
            "rawtext",
            "rawcontent",
            "paragraphs",
            "transcript",
            "speech",
            "storybody",
            "contentencoded",
            "contenthtml",
            "bodyhtml",
            "bodyxhtml",
            "html",
            "article",
            "story",
            "storytext",
            "message",
            "description",
            "summary",
            "abstract",
            "excerpt",
            "snippet",
            "standfirst",
        ],
    ),
    (
        KeyRole::Title,
        &[
            "title",
            "headline",
            "webtitle",
            "articletitle",
            "heading",
            "ogtitle",
            "hed",
        ],
    ),
    (
        KeyRole::Date,
        &[
            "date",
            "published",
            "publishedat",
            "publishedon",
            "publisheddate",
            "publishedtime",
            "publishedparsed",
            "publishdate",
            "publishtime",
            "datepublished",
            "datepublish",
            "pubdate",
            "publicationdate",
            "publicationtime",
            "publicationdatetime",
            "webpublicationdate",
            "firstpublished",
            "firstpublishedat",
            "firstpublicationdate",
            "firstpublishdate",
            "articlepublishedtime",
            "isodate",
            "dcdate",
            "dctermsissued",
            "dcissued",
            "issued",
            "dateissued",
            "datetime",
            "displaydate",
            "releasedate",
            "posted",
            "postedat",
            "postedon",
            "postdate",
            "dateposted",
            "firstcreated",
        ],
    ),
    (
        KeyRole::Url,
        &[
            "url",
            "link",
            "weburl",
            "articleurl",
            "canonicalurl",
            "permalink",
            "source",
        ],
    ),
    (
        KeyRole::Author,
        &["author", "authors", "byline", "creator", "dccreator"],
    ),
    // `source` itself is among the addresses, and may be either.
    (
        KeyRole::Source,
        &[
            "sourcename",
            "newspaper",
            "paper",
            "publication",
            "publicationtitle",
            "publicationname",
            "sitename",
            "ogsitename",
            "outlet",
            "newsagency",
            "publisher",
        ],
    ),
    (KeyRole::Countries, &["countries"]),
    (KeyRole::People, &["people"]),
];

/// The role of a key, and how sure its name is: 0 is surest.
pub(super) fn role(key: &str) -> Option<(KeyRole, usize)> {
    let mut letters = [0; 24];
    let mut length = 0;
    for byte in key.bytes().filter(u8::is_ascii_alphanumeric) {
        *letters.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    ROLES.get(&letters[..length]).copied()
}

/// The table of keys, to be looked up in: a record has ten keys.
static ROLES: LazyLock<FxHashMap<&'static [u8], (KeyRole, usize)>> = LazyLock::new(|| {
    let keys = KEYS.iter().flat_map(|(role, keys)| {
        let keys = keys.iter().enumerate();
        keys.map(move |(at, key)| (key.as_bytes(), (*role, at)))
    });
    keys.collect()
});

/// Whether a key has this role.
pub(super) fn is_of(key: &str, wanted: KeyRole) -> bool {
    role(key).is_some_and(|(role, _)| role == wanted)
}
