//! The library behind the program `cybersearch`: full-text search over an
//! archive of news, with each article's date, countries and people.
//!
//! Modules stand in the order in which an article passes through them:
//! a file becomes an [`article::Article`] ([`source`]), its page is read
//! ([`layout`], [`sentence`]), its words are analysed ([`analyze`]), its date,
//! countries and people found ([`extract`]), and all of it goes into the
//! [`index`] of a [`library`]; [`watch`] keeps that fresh. [`parallel`] spreads such work over the cores.

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
