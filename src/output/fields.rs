//! An article's fields with their evidence, as `show` and `extract` print them.

use std::path::Path;

use serde::Serialize;

use super::hits::json;
use crate::article::{Article, OffsetBase, Place};
use crate::extract::{Country, DateMention, Extraction, MentionSource, Person, Published};

/// Who, where and when, all offsets being those of the file, or of the title.
#[derive(Serialize)]
pub(super) struct Fields<'a> {
    version: u32,
    id: &'a str,
    path: String,
    /// The way to it inside the file.
    member: Option<&'a str>,
    /// Where all of it stands.
    place: Option<&'a Place>,
    /// The newspaper, agency or site that is stated.
    source: Option<&'a str>,
    /// What the offsets count in.
    offsets: OffsetBase,
    title: &'a str,
    published: Published,
    dates: Vec<DateMention>,
    countries: Vec<Country>,
    people: Vec<Person>,
}

impl<'a> Fields<'a> {
    /// The fields of `article`, whose file is shown as `path`. The offsets of
    /// `extraction` are those of the text.
    pub(super) fn new(
        article: &'a Article,
        path: &Path,
        title: &'a str,
        extraction: Extraction,
    ) -> Self {
        let Extraction {
            mut published,
            mut dates,
            mut countries,
            mut people,
        } = extraction;
        published.map_spans(|span| article.offsets.range_to_file(&span));
        let dated = dates.iter_mut().map(|date| &mut date.mention);
        let placed = countries
            .iter_mut()
            .flat_map(|country| &mut country.mentions)
            .map(|mention| &mut mention.mention);
        let named = people.iter_mut().flat_map(|person| &mut person.mentions);
        let all = dated.chain(placed).chain(named);
        // Those of a title apart from the text stand in no text of the file's.
        for mention in all.filter(|mention| mention.source == MentionSource::Text) {
            let file = article.offsets.range_to_file(&(mention.start..mention.end));
            (mention.start, mention.end) = (file.start, file.end);
        }
        Fields {
            version: json::VERSION,
            id: &article.id,
            path: path.to_string_lossy().into_owned(),
            member: article.origin.member.as_deref(),
            place: Some(&article.origin.place).filter(|place| !place.is_empty()),
            source: article.metadata.source.as_deref(),
            offsets: article.offsets.base(article.origin.base),
            title,
            published,
            dates,
            countries,
            people,
        }
    }
}
