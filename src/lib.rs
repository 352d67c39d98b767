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
pub mod library;
pub mod trust;

pub mod source;

pub mod article;
pub mod layout;
pub mod sentence;

pub mod analyze;
pub mod calendar;
pub mod extract;
pub mod owner;
pub mod timex;

pub mod index;
pub mod query;
pub mod watch;

pub mod distance;
pub mod matching;
pub mod passage;
pub mod proximity;
pub mod search;
pub mod small_words;
pub mod stop;

pub mod output;
pub mod parallel;
