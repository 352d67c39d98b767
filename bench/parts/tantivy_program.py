"""A search program on tantivy's Python package, as its user would write it.

    tantivy_program.py build INDEX FOLDER
    tantivy_program.py query|count INDEX '[WORDS, PHRASE?, SINCE, UNTIL]'

Dates are the files' times; SINCE and UNTIL are seconds, or null.
"""

import datetime
import json
import os
import sys

import tantivy


def schema():
    """Path, time and stemmed text of a file; all stored."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("path", stored=True, tokenizer_name="raw")
    builder.add_date_field("date", stored=True, indexed=True, fast=True)
    builder.add_text_field("body", stored=True, tokenizer_name="en_stem")
    return builder.build()


def build(place, folder):
    """Indexes every file of a folder."""
    os.makedirs(place)
    index = tantivy.Index(schema(), path=place)
    writer = index.writer(heap_size=100_000_000, num_threads=os.cpu_count() or 1)
    for parent, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(parent, name)
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            when = moment(os.stat(path).st_mtime)
            writer.add_document(tantivy.Document(path=path, date=when, body=text))
    writer.commit()
    writer.wait_merging_threads()


def moment(seconds):
    """A Unix time as the date that tantivy takes."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)


def found(index, asked):
    """The query of the words and the range."""
    words, phrase, since, until = asked
    text = f'"{" ".join(words)}"' if phrase else " ".join(words)
    query = index.parse_query(text, ["body"], conjunction_by_default=True)
    if since is None:
        return query
    when = tantivy.Query.range_query(
        index.schema,
        "date",
        tantivy.FieldType.Date,
        moment(since),
        moment(until),
        include_upper=False,
    )
    both = [(tantivy.Occur.Must, query), (tantivy.Occur.Must, when)]
    return tantivy.Query.boolean_query(both)


def answer(place, asked):
    """Prints the first ten with their passages."""
    index = tantivy.Index.open(place)
    query = found(index, asked)
    searcher = index.searcher()
    cutter = tantivy.SnippetGenerator.create(searcher, query, index.schema, "body")
    for score, address in searcher.search(query, 10, count=False).hits:
        document = searcher.doc(address)
        print(f"{score:.3f}", document["path"][0])
        print("   ", cutter.snippet_from_doc(document).to_html())


def count(place, asked):
    """Prints how many documents answer."""
    index = tantivy.Index.open(place)
    print(index.searcher().search(found(index, asked), 1, count=True).count)


def main():
    """Reads the command line."""
    verb, place, what = sys.argv[1:]
    if verb == "build":
        build(place, what)
    elif verb == "query":
        answer(place, json.loads(what))
    else:
        count(place, json.loads(what))


main()
