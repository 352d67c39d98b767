//! The library behind the program `cybersearch`: full-text search for a folder
//! of news articles, with each article's date, countries and people.
//!
//! Modules stand in the order in which an article passes through them: a file
//! becomes an [`article::Article`] ([`source`]), its page is read ([`layout`]),
//! its words are analysed ([`text`]), its date, countries and people found
//! ([`extract`]) and [corrected](corrections), and the [`document`] of it is kept
//! by an [`engine`]. [`update`] keeps the index of a [`library`] fresh; a
//! [`query`] is answered by [`search`], and the answer printed by [`output`].
//!
//! Every function that can fail gives a [`failure::Failure`].
//!
//! # The ten things that are done first
//!
//! A library is a folder with articles; its index lies in it. Here it is made in
//! a temporary folder.
//!
//! Index it, and open the index:
//!
//! ```
//! use cybersearch::engine::local::Index;
//! use cybersearch::library::Library;
//! use cybersearch::update::{Update, update};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # std::fs::create_dir(folder.path().join("seeds"))?;
//! # std::fs::write(folder.path().join("seeds/a.txt"), "Talks in Moscow\n\nMay 3, 2013\n\nA hotline was agreed on by Russia and China.\n")?;
//! # std::fs::write(folder.path().join("seeds/b.txt"), "A hotline\n\nPresident Barack Obama spoke of a hotline.\n")?;
//! let library = Library::at(folder.path());
//! let report = update(&library, &Update::default(), &|_| {})?;
//! assert_eq!((report.added, report.articles), (2, 2));
//! let index = Index::open(&library)?.expect("it was made just now");
//! #
//! // Search, and page on.
//! use cybersearch::search::{Request, search};
//!
//! let mut request = Request {
//!     text: "hotline".to_owned(),
//!     limit: 1,
//!     passages: 1,
//!     ..Request::default()
//! };
//! let first = search(&index, &request)?;
//! assert_eq!((first.total, first.articles.len()), (2, 1));
//! let passage = first.articles[0].hits[0].passage.as_ref().expect("it has a text");
//! assert!(passage.text.contains("hotline"));
//! request.offset = 1;
//! let second = search(&index, &request)?;
//! assert_ne!(first.articles[0].record.id, second.articles[0].record.id);
//!
//! // Count what answers by country.
//! use cybersearch::search::{By, FacetRequest, facets};
//!
//! let wanted = FacetRequest::of([By::Country], 10);
//! let counted = facets(&index, &request, &wanted)?;
//! assert!(counted.facets[0].values.iter().any(|value| value.value == "RU"));
//!
//! // Show an article: what the index keeps of it, and its text.
//! let (record, text) = index.articles_named("seeds/a.txt", "seeds/a.txt")?.remove(0);
//! assert_eq!(record.published.value.as_deref(), Some("2013-05-03"));
//! assert!(text.starts_with("Talks in Moscow"));
//!
//! // Keep the index fresh: until the queue is told to stop, or the teller breaks.
//! use cybersearch::update::watch::{EventQueue, Pace, QUIET, watch};
//! use std::ops::ControlFlow;
//!
//! let queue = std::sync::Arc::new(EventQueue::default());
//! let pace = Pace { quiet: QUIET, poll: None };
//! watch(&library, Update::default(), pace, &queue, &|_| {}, &mut |_| ControlFlow::Break(()))?;
//! # Ok(())
//! # }
//! ```
//!
//! Find who, where and when in any text, without an index:
//!
//! ```
//! use cybersearch::article::Article;
//! use cybersearch::extract::extract;
//!
//! let article = Article {
//!     text: "Talks\n\nMay 3, 2013\n\nBarack Obama spoke in Moscow.\n".to_owned(),
//!     ..Article::default()
//! };
//! let found = extract(&article, &article.layout());
//! assert_eq!(found.published.value.as_deref(), Some("2013-05-03"));
//! assert_eq!(found.countries[0].code, "RU");
//! assert_eq!(found.people[0].name, "Barack Obama");
//! ```
//!
//! Read a query, and print it so that it reads back as itself:
//!
//! ```
//! use cybersearch::query::parse;
//!
//! let parsed = parse("(hotline OR \"hot line\") -China country:Russia");
//! assert_eq!(parsed.query.to_string(), "(hotline OR \"hot line\") -China country:RU");
//! assert_eq!(parse(&parsed.query.to_string()).query, parsed.query);
//! ```
//!
//! Correct what was found:
//!
//! ```
//! use cybersearch::corrections::Corrections;
//!
//! let corrections = Corrections::parse("Xi = Xi Jinping\n").expect("it is well formed");
//! assert_eq!(corrections.counts().people, 1);
//! assert!(Corrections::parse("Xi\n").is_err());
//! ```

mod files;

pub mod failure;
pub mod named;
pub mod panics;
pub mod parallel;
pub mod stop;

pub mod text;

pub mod article;
pub mod gazetteer;
pub mod layout;
pub mod source;

pub mod corrections;
pub mod extract;

pub mod matching;
mod plan;
pub mod query;

pub mod document;
pub mod engine;
pub mod library;
pub mod update;

#[cfg(feature = "remote")]
pub mod push;

pub mod mcp;
#[cfg(feature = "meaning")]
pub mod meaning;
pub mod output;
pub mod search;

#[cfg(feature = "serve")]
pub mod serve;
