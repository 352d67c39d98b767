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

mod files;

pub mod failure;
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

pub mod output;
pub mod search;
