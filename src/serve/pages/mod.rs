//! The pages. Here each asks the archive what it shows; the files beside make
//! HTML of the answers and know neither the archive nor HTTP.

mod article;
mod countries;
mod entity;
mod extract;
mod help;
mod layout;
mod people;
mod search;
mod start;
mod status;
pub(super) mod timeline;
mod together;
pub(super) mod trouble;

use hyper::header::CONTENT_DISPOSITION;

use self::layout::Page;
use super::api;
use super::parts::link::Link;
use super::reply::{HTML, Reply, Trouble};
use super::routes::{Call, missing};
use crate::corrections::Owner;
use crate::failure::{Failure, FailureKind, Result};
use crate::gazetteer::countries::{code_of, name_of};
use crate::output::IndexInfo;
use crate::query::Filter;
use crate::search::parameters::{MEANING, Values};
use crate::search::{self as engine, Answer, By, Facet, FacetRequest, Request, Sort};

/// The values of a facet beside hits.
const BESIDE: usize = 8;

/// The hits of a page, at most.
const MOST_HITS: usize = 100;

/// A reply with a page.
fn reply(bytes: Vec<u8>) -> Reply {
    Reply::of(HTML, bytes)
}

/// A page that leads on to `path`, asked for by us.
pub(super) fn onward(path: &str) -> Reply {
    let page = Page {
        title: "Welcome",
        onward: Some(path),
        ..Page::default()
    };
    let content = maud::html! { p { a href=(path) { "Go on" } } };
    reply(layout::page(&page, &content))
}

/// The facets of an answer by what they count. One that was not asked for is
/// empty.
fn facet(facets: &[Facet], by: By) -> Facet {
    let found = facets.iter().find(|facet| facet.by == by).cloned();
    found.unwrap_or(Facet {
        by,
        values: Vec::new(),
        others: 0,
        unknown: 0,
    })
}

pub(super) fn start(call: &Call<'_>) -> Result<Reply> {
    if let Some(made) = call.commit.start.get() {
        return Ok(reply(made.clone()));
    }
    let index = &call.commit.index;
    let by = [By::Country, By::Person, By::Year, By::Month, By::Source];
    let request = Request {
        stop: call.stop.clone(),
        ..Request::default()
    };
    let counted = engine::facets(index, &request, &FacetRequest::of(by, 12))?;
    let made = start::page(&start::Start {
        info: &IndexInfo::of(index, None),
        name: call.site.archive.name(),
        total: counted.total,
        facets: &counted.facets,
    });
    Ok(reply(call.commit.start.get_or_init(|| made).clone()))
}

/// Answers `request` with the facets that stand beside hits.
fn with_facets(call: &Call<'_>, request: &mut Request) -> Result<Answer> {
    if request.limit > MOST_HITS {
        let what = format!("limit: a page shows at most {MOST_HITS} articles");
        return Err(Failure::new(what).help("use the export for more"));
    }
    let by = [By::Country, By::Person, By::Year, By::Month, By::Source];
    request.facets = Some(FacetRequest::of(by, BESIDE));
    engine::search(&call.commit.index, request)
}

pub(super) fn search(call: &Call<'_>) -> Result<Reply> {
    let mut request = call.request()?;
    if request.check_not_empty().is_err() {
        return Ok(reply(search::empty(&call.values)));
    }
    let answer = with_facets(call, &mut request)?;
    let has_model = call.site.meaning.is_some();
    Ok(reply(search::page(
        &call.values,
        &request,
        &answer,
        has_model,
    )))
}

pub(super) fn article(call: &Call<'_>) -> Result<Reply> {
    let whole = super::article::whole(call)?;
    let path = call.commit.shown(&whole.record.path);
    let marks = super::article::marks(call, &whole)?.unwrap_or_default();
    let shown = article::Shown {
        whole: &whole,
        marks: &marks,
        path: &path,
        values: &call.values,
    };
    Ok(reply(article::page(&shown)))
}

/// A page about the articles that `filter` lets through.
fn entity(call: &Call<'_>, subject: &entity::Subject<'_>, filter: Filter) -> Result<Reply> {
    let mut request = call.request()?;
    request.filters.push(filter);
    request.limit = 10;
    request.passages = 1;
    request.fold = true;
    request.sort = Sort::Newest;
    let answer = with_facets(call, &mut request)?;
    if answer.total == 0 && call.values.pairs().all(|(name, _)| name == "name") {
        let what = format!("no article names {}", subject.name);
        let help = "look for it among the people or countries of the archive";
        return Err(Failure::new(what).help(help).of(FailureKind::NotFound));
    }
    Ok(reply(entity::page(subject, &call.values, &answer)))
}

pub(super) fn person(call: &Call<'_>) -> Result<Reply> {
    let name = call
        .values
        .one("name")
        .ok_or_else(|| missing("name", "give a name"))?;
    let subject = entity::Subject {
        name,
        by: By::Person,
        parameter: "person",
        value: name,
    };
    entity(call, &subject, Filter::Name(name.to_owned()))
}

pub(super) fn country(call: &Call<'_>) -> Result<Reply> {
    let code = percent_encoding::percent_decode_str(&call.rest).decode_utf8_lossy();
    let known = code_of(name_of(&code)).filter(|known| *known == code);
    let code = known.ok_or_else(|| {
        let help = "give the code of a country, such as RU";
        Failure::new(format!("no such country: {code}"))
            .help(help)
            .of(FailureKind::NotFound)
    })?;
    let subject = entity::Subject {
        name: name_of(code),
        by: By::Country,
        parameter: "country",
        value: code,
    };
    entity(call, &subject, Filter::Country(Some(code.to_owned())))
}

pub(super) fn people(call: &Call<'_>) -> Result<Reply> {
    let wanted = call.window([By::Person], people::MOST);
    let answer = engine::facets(&call.commit.index, &call.request()?, &wanted)?;
    Ok(reply(people::page(&call.values, &wanted, &answer)))
}

pub(super) fn together(call: &Call<'_>) -> Result<Reply> {
    let request = call.request()?;
    let answer = engine::pairs(&call.commit.index, &request, By::Person, together::PAIRS)?;
    Ok(reply(together::page(&call.values, &answer)))
}

pub(super) fn countries(call: &Call<'_>) -> Result<Reply> {
    let wanted = FacetRequest::of([By::Country], 0);
    let answer = engine::facets(&call.commit.index, &call.request()?, &wanted)?;
    Ok(reply(countries::page(&call.values, &answer)))
}

/// The queries of a timeline, each with its counts.
fn lanes(call: &Call<'_>) -> Result<Vec<timeline::Lane>> {
    let versus = call.values.all("vs");
    if versus.len() > timeline::MOST - 1 {
        let what = format!(
            "vs: {} queries, the limit is {}",
            versus.len(),
            timeline::MOST - 1
        );
        return Err(Failure::new(what).help("compare fewer"));
    }
    let request = call.request()?;
    let texts = std::iter::once(request.text.clone()).chain(versus);
    texts.map(|text| lane(call, &request, text)).collect()
}

/// A query over time.
fn lane(call: &Call<'_>, request: &Request, text: String) -> Result<timeline::Lane> {
    let request = Request {
        text,
        ..request.clone()
    };
    let wanted = FacetRequest::of([timeline::unit(&call.values)], 0);
    let mut counted = engine::facets(&call.commit.index, &request, &wanted)?;
    Ok(timeline::Lane {
        query: request.text,
        total: counted.total,
        facet: counted.facets.remove(0),
    })
}

pub(super) fn timeline(call: &Call<'_>) -> Result<Reply> {
    let lanes = lanes(call)?;
    let all = timeline::is_share(&call.values)
        .then(|| lane(call, &call.request()?, String::new()))
        .transpose()?;
    Ok(reply(timeline::page(&call.values, &lanes, all.as_ref())))
}

pub(super) fn timeline_csv(call: &Call<'_>) -> Result<Reply> {
    let all = lane(call, &call.request()?, String::new())?;
    let content = timeline::csv(&lanes(call)?, &all);
    let content = content.map_err(|error| Failure::new(error.to_string()))?;
    let disposition = "attachment; filename=\"timeline.csv\"";
    let reply = Reply::of("text/csv; charset=utf-8", content);
    Ok(reply.with(CONTENT_DISPOSITION, disposition))
}

pub(super) fn extract(call: &Call<'_>) -> Result<Reply> {
    let mut pairs = form_urlencoded::parse(&call.body);
    let text = pairs
        .find(|(name, _)| name == "text")
        .map(|(_, text)| text.into_owned());
    let text = text.unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(reply(extract::form()));
    }
    if text.len() > extract::MOST {
        let what = format!("text: {} bytes, the limit is {}", text.len(), extract::MOST);
        return Err(Failure::new(what).help("paste less, or use `cybersearch extract`"));
    }
    let mut article = crate::article::Article {
        text,
        ..crate::article::Article::default()
    };
    let layout = article.layout();
    let unknown = Owner::default();
    let owner = call.commit.index.owner().unwrap_or(&unknown);
    let extraction = owner.extract(&mut article, &layout);
    Ok(reply(extract::page(&article, &extraction)))
}

pub(super) fn status(call: &Call<'_>) -> Result<Reply> {
    let text = api::status_as(call, true)?;
    let work = &call.site.work;
    let server = status::Server {
        address: &call.site.address,
        slots: work.slots(),
        // This one stands in a slot as well.
        running: work.running().saturating_sub(1),
        time: work.time(),
    };
    Ok(reply(status::page(
        &String::from_utf8_lossy(&text),
        &server,
    )))
}

#[expect(clippy::unnecessary_wraps, reason = "as the other addresses have it")]
pub(super) fn help(_: &str) -> std::result::Result<Reply, Trouble> {
    Ok(reply(help::page()))
}

/// A page with a title alone.
fn titled(title: &str) -> Page<'_> {
    Page {
        title,
        ..Page::default()
    }
}

/// The feed of a request.
fn feed(values: &Values) -> Link {
    const SHOWN_OTHERWISE: [&str; 7] = [
        "limit", "sort", "passages", "explain", "no-fold", "facets", MEANING,
    ];
    let again = Link::again("/feed", values);
    SHOWN_OTHERWISE.into_iter().fold(again, Link::without)
}
