//! The addresses: which there are, what each takes, and what answers it.

use std::sync::Arc;

use hyper::header::{HeaderMap, SET_COOKIE};

use super::archive::Commit;
use super::reply::{Refusal, Reply, Trouble};
use super::work::Weight;
use super::{Site, api, article, assets, export, pages};
use crate::failure::{Failure, Result};
use crate::mcp::LONGEST_MESSAGE;
use crate::search::parameters::{
    FACETS, MATCH, MEANING, Parameter, ParameterKind, QUERY, SHOWN, Values, names,
};
use crate::search::{By, FacetRequest, Request};
use crate::stop::Stop;

/// The address that the printed link leads to.
pub(super) const LOGIN: &str = "/login";

/// The address of agents.
pub(super) const MCP: &str = "/mcp";

/// How a failure of a route is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// As a page.
    Page,
    /// As JSON. Such a route refuses parameters that it does not know.
    Api,
    /// As two lines of text.
    File,
}

/// Which methods a route takes, and which types of content.
#[derive(Debug, Clone, Copy)]
pub(super) enum Takes {
    /// GET and HEAD.
    Reading,
    /// These, and POST of the form that is shown then.
    Form { kinds: &'static str, most: usize },
    /// POST alone.
    Posted { kinds: &'static str, most: usize },
}

/// What answers a route.
pub(super) enum Run {
    /// The same for every state of the archive; told the rest of the path.
    Fixed(fn(&str) -> std::result::Result<Reply, Trouble>),
    /// By asking the archive.
    Asked(fn(&Call<'_>) -> Result<Reply>),
}

/// An address.
pub(super) struct Route {
    /// Its path; one that ends with a slash, but for the start page, has one more
    /// part.
    pub(super) path: &'static str,
    /// A line about it.
    pub(super) about: &'static str,
    pub(super) takes: Takes,
    pub(super) face: Face,
    /// The parameters that it knows.
    pub(super) tables: &'static [&'static [Parameter]],
    pub(super) weight: fn(&Values) -> Weight,
    pub(super) run: Run,
}

/// A request that has come through the doors.
pub(super) struct Call<'c> {
    pub(super) site: &'c Site,
    /// The state of the archive that answers.
    pub(super) commit: Arc<Commit>,
    pub(super) values: Values,
    /// The last part of the path.
    pub(super) rest: String,
    pub(super) body: Vec<u8>,
    pub(super) headers: &'c HeaderMap,
    pub(super) stop: &'c Stop,
}

impl Call<'_> {
    /// The request that the parameters make; the article that others shall be
    /// like is looked up.
    pub(super) fn request(&self) -> Result<Request> {
        let (root, meaning) = (self.commit.root(), self.site.meaning.as_ref());
        let mut request = self.values.request(root, meaning, self.stop.clone())?;
        request.like = article::like(&self.commit, &self.values)?;
        Ok(request)
    }

    /// Which values of some facets are told, at most `limit` of each.
    pub(super) fn window(&self, by: impl IntoIterator<Item = By>, limit: usize) -> FacetRequest {
        let text = |name| self.values.one(name).map(str::to_owned);
        FacetRequest {
            offset: self.values.number("offset"),
            starts: text("starts"),
            contains: text("contains"),
            ..FacetRequest::of(by, limit)
        }
    }
}

/// Which article, by its id, and by its file where several share the id.
pub(super) const ARTICLE: [Parameter; 2] = [
    Parameter::once("id", ParameterKind::Text, "Id of the article"),
    Parameter::once(
        "path",
        ParameterKind::Text,
        "File of the article, where several articles share an id",
    ),
];

/// An article that others shall be like.
pub(super) const LIKE: [Parameter; 1] = [Parameter::once(
    "like",
    ParameterKind::Text,
    "Find articles about the same thing as this one (its id)",
)];

/// Which values of a facet are told.
pub(super) const WINDOW: [Parameter; 3] = [
    Parameter::once(
        "offset",
        ParameterKind::Number {
            default: 0,
            least: 0,
            most: 1_000_000,
        },
        "Number of values to skip first, of countries, people and sources",
    ),
    Parameter::once(
        "starts",
        ParameterKind::Text,
        "Only values that start with this text; case and accents are ignored",
    ),
    Parameter::once(
        "contains",
        ParameterKind::Text,
        "Only values that contain this text",
    ),
];

/// Which pairs to count.
pub(super) const PAIRS: [Parameter; 2] = [
    Parameter::once(
        "by",
        ParameterKind::Choice(|| vec!["person", "country", "main"]),
        "Count pairs of values that articles have together: of person, country or main",
    ),
    Parameter::once(
        "limit",
        ParameterKind::Number {
            default: 30,
            least: 1,
            most: 1000,
        },
        "Maximum number of pairs",
    ),
];

/// What to count by.
pub(super) const COUNT: [Parameter; 2] = [
    Parameter::once(
        "by",
        ParameterKind::Choices(names::<By>),
        "What to count by; several facets are counted in one pass",
    ),
    Parameter::once(
        "limit",
        ParameterKind::Number {
            default: 10,
            least: 0,
            most: 1000,
        },
        "Maximum number of values per facet, 0 for all; years and months are always all shown",
    ),
];

/// What is exported, and as what.
pub(super) const EXPORT: [Parameter; 1] = [Parameter::once(
    "format",
    ParameterKind::Choice(export::formats),
    "Output format",
)];

/// The passage of an article to mark.
pub(super) const PASSAGE: [Parameter; 1] = [Parameter::once(
    "b",
    ParameterKind::Text,
    "Bytes of the passage to mark, such as 70-412",
)];

/// The name of a person, as articles have it.
pub(super) const NAME: [Parameter; 1] = [Parameter::once(
    "name",
    ParameterKind::Text,
    "Name of the person",
)];

/// Queries to compare with.
pub(super) const VERSUS: [Parameter; 3] = [
    Parameter::many("vs", "Another query to compare with, up to four"),
    Parameter::once(
        "by",
        ParameterKind::Choice(pages::timeline::units),
        "Years or months",
    ),
    Parameter::once(
        "share",
        ParameterKind::Flag,
        "Shares of all articles of each time instead of articles",
    ),
];

/// The address of a path, and what comes after it.
pub(super) fn find(path: &str) -> Option<(&'static Route, &str)> {
    ROUTES.iter().find_map(|route| {
        let rest = path.strip_prefix(route.path)?;
        let has_rest = route.path.len() > 1 && route.path.ends_with('/');
        let fits = if has_rest {
            !rest.is_empty() && !rest.contains('/')
        } else {
            rest.is_empty()
        };
        fits.then_some((route, rest))
    })
}

/// How a failure at a path that is none is told.
pub(super) fn face(path: &str) -> Face {
    if path.starts_with("/api/") || path == MCP {
        Face::Api
    } else {
        Face::Page
    }
}

/// Lets in whoever has the token, and leads on to the start page: by a page, since
/// a browser that another site or a file sent here takes no cookie along when it
/// is redirected.
pub(super) fn login(site: &Site, query: &str) -> std::result::Result<Reply, Trouble> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let token = pairs.find(|(name, _)| name == "token");
    let token = token
        .map(|(_, token)| token.into_owned())
        .unwrap_or_default();
    let reply = pages::onward("/");
    if let Some(cookie) = site.doors.cookie_for(&token) {
        return Ok(reply.with(SET_COOKIE, cookie));
    }
    // Without a token there is nothing to log in to.
    if site.doors.is_let_in(&HeaderMap::new()) {
        return Ok(reply);
    }
    Err(Refusal::Token.into())
}

fn light(_: &Values) -> Weight {
    Weight::Light
}

fn heavy(_: &Values) -> Weight {
    Weight::Heavy
}

fn by_query(values: &Values) -> Weight {
    if values.one("like").is_some() || values.is_set(MEANING) {
        return Weight::Heavy;
    }
    Weight::of(values.one("q").unwrap_or_default())
}

/// A query, and what must hold beside it.
const ASKED: &[&[Parameter]] = &[&QUERY, &MATCH];

/// A search, with all that may be said of it.
const SEARCH: &[&[Parameter]] = &[&QUERY, &MATCH, &SHOWN, &LIKE, &FACETS];

const fn page(
    path: &'static str,
    about: &'static str,
    tables: &'static [&'static [Parameter]],
    weight: fn(&Values) -> Weight,
    run: fn(&Call<'_>) -> Result<Reply>,
) -> Route {
    Route {
        path,
        about,
        takes: Takes::Reading,
        face: Face::Page,
        tables,
        weight,
        run: Run::Asked(run),
    }
}

const fn api(
    path: &'static str,
    about: &'static str,
    tables: &'static [&'static [Parameter]],
    weight: fn(&Values) -> Weight,
    run: fn(&Call<'_>) -> Result<Reply>,
) -> Route {
    Route {
        face: Face::Api,
        ..page(path, about, tables, weight, run)
    }
}

const fn fixed(
    path: &'static str,
    about: &'static str,
    face: Face,
    run: fn(&str) -> std::result::Result<Reply, Trouble>,
) -> Route {
    Route {
        path,
        about,
        takes: Takes::Reading,
        face,
        tables: &[],
        weight: light,
        run: Run::Fixed(run),
    }
}

/// The most bytes of a text to extract from.
const EXTRACTED: usize = 1 << 20;

/// All addresses.
pub(super) static ROUTES: [Route; 29] = [
    page("/", "The archive at a glance", &[], light, pages::start),
    page(
        "/search",
        "Hits, facets and timeline",
        SEARCH,
        by_query,
        pages::search,
    ),
    page(
        "/article",
        "An article with its fields and what says so",
        &[&ARTICLE, &QUERY, &MATCH, &PASSAGE],
        light,
        pages::article,
    ),
    page(
        "/original",
        "The bytes that an article was read from",
        &[&ARTICLE],
        heavy,
        article::original,
    ),
    page(
        "/people",
        "The people of the archive",
        &[&QUERY, &MATCH, &WINDOW],
        by_query,
        pages::people,
    ),
    page(
        "/person",
        "A person",
        &[&NAME, &MATCH],
        light,
        pages::person,
    ),
    page(
        "/countries",
        "The countries of the archive",
        ASKED,
        by_query,
        pages::countries,
    ),
    page("/country/", "A country", &[&MATCH], light, pages::country),
    page(
        "/timeline",
        "Up to five queries over time",
        &[&QUERY, &MATCH, &VERSUS],
        by_query,
        pages::timeline,
    ),
    page(
        "/timeline.csv",
        "The numbers of a timeline",
        &[&QUERY, &MATCH, &VERSUS],
        by_query,
        pages::timeline_csv,
    ),
    page(
        "/together",
        "Who is named with whom",
        ASKED,
        heavy,
        pages::together,
    ),
    Route {
        takes: Takes::Form {
            kinds: "application/x-www-form-urlencoded",
            // Each letter of a form may be three.
            most: 3 * EXTRACTED + 64,
        },
        ..page(
            "/extract",
            "Who, where and when in a text",
            &[],
            heavy,
            pages::extract,
        )
    },
    page("/status", "What the index holds", &[], heavy, pages::status),
    fixed("/help", "How to ask", Face::Page, pages::help),
    page(
        "/export",
        "All that answers, as a file",
        &[&QUERY, &MATCH, &SHOWN, &LIKE, &EXPORT],
        heavy,
        export::all,
    ),
    page(
        "/feed",
        "The newest that answer, as Atom",
        ASKED,
        by_query,
        export::feed,
    ),
    page(
        "/opensearch.xml",
        "Search from the address bar",
        &[],
        light,
        export::opensearch,
    ),
    fixed("/a/", "Styles and script", Face::File, assets::asset),
    api(
        "/api/v1/search",
        "Search: a document of schema/search-2",
        SEARCH,
        by_query,
        api::search,
    ),
    api(
        "/api/v1/facets",
        "Count by the values of fields: schema/facets-2",
        &[&QUERY, &MATCH, &LIKE, &COUNT, &WINDOW],
        by_query,
        api::facets,
    ),
    api(
        "/api/v1/pairs",
        "Count the values that articles have together: schema/pairs-2",
        &[&QUERY, &MATCH, &LIKE, &PAIRS],
        heavy,
        api::pairs,
    ),
    api(
        "/api/v1/article",
        "An article with its fields and what says so, and what answers `q` in it: schema/show-2",
        &[&ARTICLE, &QUERY, &MATCH],
        light,
        api::article,
    ),
    api(
        "/api/v1/status",
        "What the index holds",
        &[],
        heavy,
        api::status,
    ),
    Route {
        takes: Takes::Posted {
            kinds: "text/plain, application/json",
            most: EXTRACTED,
        },
        ..api(
            "/api/v1/extract",
            "Who, where and when in a text, or in a record as JSON: schema/extract-2",
            &[],
            heavy,
            api::extract,
        )
    },
    api(
        "/api/v1/export",
        "All that answers, as a file",
        &[&QUERY, &MATCH, &SHOWN, &LIKE, &EXPORT],
        heavy,
        export::all,
    ),
    fixed(
        "/api/v1/schema/",
        "A schema by its name",
        Face::Api,
        api::schema,
    ),
    fixed(
        "/api/v1/openapi.json",
        "This description",
        Face::Api,
        api::openapi,
    ),
    Route {
        takes: Takes::Posted {
            kinds: "application/json",
            most: LONGEST_MESSAGE,
        },
        ..api(
            MCP,
            "The Model Context Protocol, a message a request",
            &[],
            heavy,
            api::mcp,
        )
    },
    fixed(
        "/favicon.ico",
        "The icon, where browsers look for it",
        Face::File,
        assets::icon,
    ),
];

/// What is told where a parameter is missing.
pub(super) fn missing(name: &str, help: &str) -> Failure {
    Failure::new(format!("{name}: not given")).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_address() {
        let path = |path: &str| find(path).map(|(route, rest)| (route.path, rest.to_owned()));
        assert_eq!(path("/"), Some(("/", String::new())));
        assert_eq!(path("/country/RU"), Some(("/country/", "RU".to_owned())));
        for none in [
            "",
            "/x",
            "/country/",
            "/country/RU/x",
            "/search/",
            "//",
            "/api/v1",
            "/a/../x",
        ] {
            assert_eq!(path(none), None, "{none}");
        }
        let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), ROUTES.len());
    }

    #[test]
    fn a_request_by_meaning_is_heavy() {
        let (route, _) = find("/api/v1/search").unwrap();
        let weight = |meaning: &str| {
            let pairs = [("q", "oil prices"), (MEANING, meaning)];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            (route.weight)(&Values::read(pairs, route.tables, true).unwrap())
        };
        assert_eq!(weight("1"), Weight::Heavy);
        assert_eq!(weight("0"), Weight::Light);
    }

    #[test]
    fn no_address_has_a_parameter_twice() {
        for route in &ROUTES {
            let mut names: Vec<&str> = route
                .tables
                .iter()
                .copied()
                .flatten()
                .map(|p| p.name)
                .collect();
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), all, "{}", route.path);
        }
    }
}
