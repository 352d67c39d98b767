//! Test collections: articles, queries, and judgments of which answers which.

use std::convert::Infallible;
use std::fs::{self, File};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use cybersearch::engine::local::Index;
use cybersearch::failure::Result as Outcome;
use cybersearch::library::Library;
use cybersearch::parallel;
use cybersearch::search::{PartialMatches, Request, rank};
use cybersearch::source::queries::{NamedQuery, Queries};
use cybersearch::update::{Update, update};
use tempfile::TempDir;

use crate::files;
use crate::measures::{Measures, Qrels, Run, by_query, mean};

/// A collection, indexed.
pub(crate) struct Collection {
    /// The name of its folder.
    pub(crate) name: String,
    index: Index,
    queries: Vec<NamedQuery>,
    qrels: Qrels,
    /// Where the index lies; removed in the end.
    _folder: TempDir,
}

/// What the queries of a collection are asked with: whole sentences, a thousand
/// articles deep.
pub(crate) fn template(partial: PartialMatches) -> Request {
    Request {
        plain: true,
        partial,
        limit: 1000,
        ..Request::default()
    }
}

impl Collection {
    /// The collections in the folders of `folder`, in order of their names.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Collection>> {
        let unreadable = || format!("cannot read {}", folder.display());
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder).with_context(unreadable)? {
            let path = entry.with_context(unreadable)?.path();
            let has = |name: &str| path.join(name).is_file();
            if has("docs.jsonl") && has("queries.tsv") && has("qrels.txt") {
                folders.push(path);
            }
        }
        folders.sort();
        let read = folders
            .iter()
            .map(|path| Self::read(path).with_context(|| format!("cannot use {}", path.display())));
        read.collect()
    }

    fn read(folder: &Path) -> Result<Collection> {
        let queries = Queries::new(File::open(folder.join("queries.tsv"))?)
            .map(|query| query.map_err(|bad| anyhow!("queries.tsv:{}: {}", bad.line, bad.why)))
            .collect::<Result<_>>()?;
        let qrels = files::qrels(&fs::read_to_string(folder.join("qrels.txt"))?);
        let place = tempfile::tempdir()?;
        let index = index(&fs::canonicalize(folder.join("docs.jsonl"))?, place.path())?;
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        Ok(Collection {
            name: name.to_string_lossy().into_owned(),
            index,
            queries,
            qrels: qrels.context("in qrels.txt")?,
            _folder: place,
        })
    }

    /// How good the ranking is that the queries get, asked with `template`.
    pub(crate) fn measure(&self, template: &Request) -> Result<Measures> {
        Ok(mean(&self.qrels, &self.run(template)?))
    }

    /// How good it is for each query, by its id.
    pub(crate) fn measure_each(&self, template: &Request) -> Result<Vec<(&str, Measures)>> {
        Ok(by_query(&self.qrels, &self.run(template)?))
    }

    /// The text of a query.
    pub(crate) fn text(&self, id: &str) -> &str {
        let query = self.queries.iter().find(|query| query.id == id);
        query.map_or("", |query| query.text.as_str())
    }

    fn run(&self, template: &Request) -> Result<Run> {
        run(&self.index, &self.queries, template)
    }
}

/// The index of the articles in `docs`, made in the folder `place`.
pub(crate) fn index(docs: &Path, place: &Path) -> Result<Index> {
    let place = fs::canonicalize(place)?;
    let library = Library::at(&place);
    let request = Update {
        add: vec![library.key(&place, docs)],
        ..Update::default()
    };
    update(&library, &request, &|_| {})?;
    Index::open(&library)?.context("the index that was made is not there")
}

/// The ranking of each query, asked with all of `template` but its text.
fn run(index: &Index, queries: &[NamedQuery], template: &Request) -> Result<Run> {
    let ranking = |query: &NamedQuery| -> Outcome<Vec<String>> {
        let request = Request {
            text: query.text.clone(),
            ..template.clone()
        };
        let articles = rank(index, &request)?.articles;
        Ok(articles.into_iter().map(|(id, _)| id).collect())
    };
    let mut rankings = Vec::with_capacity(queries.len());
    let Ok(()) = parallel::in_order(
        parallel::threads(),
        |send| {
            let mut queries = queries.iter();
            while queries.next().is_some_and(&mut *send) {}
        },
        ranking,
        |ranking| {
            rankings.push(ranking);
            Ok::<(), Infallible>(())
        },
    );
    let named = queries.iter().zip(rankings).map(|(query, ranking)| {
        let ranking = ranking.with_context(|| format!("query {}", query.id))?;
        Ok((query.id.clone(), ranking))
    });
    named.collect()
}
