//! The labels of LexisNexis and Nexis Uni in English, German and French.
//!
//! A label stands at the start of a line, with a colon after it: in capitals in
//! the older exports (`LENGTH: 355 words`), with one capital and a hard space in
//! the newer ones (`Length:\u{a0}355 words`). Which language it is in is that of
//! the user's screen, not that of the article, and some labels stay English in
//! all of them. Only labels of this table count: any word may stand before a
//! colon in a text.
//!
//! Example: `LÄNGE: 355 Wörter` states the field `Other("length")`, `355 Wörter`.

/// What a label states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The title.
    Title,
    /// Who wrote it.
    Author,
    /// The newspaper.
    Source,
    /// The day.
    Date,
    /// The text, which begins there.
    Body,
    /// Captions of pictures, which may take many lines.
    Graphic,
    /// Its address.
    Url,
    /// Its number in the database.
    Accession,
    /// What else, kept under a key of this name.
    Other(&'static str),
}

use Field::{Accession, Author, Body, Date, Graphic, Other, Source, Title, Url};

/// The labels, in small letters, with hyphens for spaces.
const LABELS: &[(Field, &[&str])] = &[
    (
        Title,
        &[
            "headline",
            "title",
            "überschrift",
            "titel",
            "titre",
            "titular",
        ],
    ),
    (
        Author,
        &["byline", "author", "autor", "auteur", "verfasser"],
    ),
    (Source, &["publication", "zeitung", "journal"]),
    (Date, &["date", "datum"]),
    (
        Body,
        &[
            "body",
            "text",
            "volltext",
            "haupttext",
            "texte",
            "corps",
            "corps-du-texte",
        ],
    ),
    (
        Graphic,
        &[
            "graphic",
            "grafik",
            "abbildung",
            "abbildungen",
            "graphique",
            "illustration",
        ],
    ),
    (Url, &["url"]),
    (
        Accession,
        &["acc-no", "accession-no", "accession-number", "dok-nr"],
    ),
    (
        Other("section"),
        &["section", "rubrik", "rubrique", "ressort", "sección"],
    ),
    (
        Other("length"),
        &["length", "länge", "laenge", "longueur", "longitud"],
    ),
    (
        Other("dateline"),
        &[
            "dateline",
            "ort",
            "datumszeile",
            "lieu",
            "lieu-de-publication",
        ],
    ),
    (
        Other("highlight"),
        &[
            "highlight",
            "insert",
            "encart",
            "einschub",
            "highlights",
            "hervorhebung",
            "blickfang",
            "kernaussage",
        ],
    ),
    (Other("series"), &["series", "serie", "série"]),
    (Other("distribution"), &["distribution"]),
    (Other("edition"), &["edition", "ausgabe", "édition"]),
    (Other("page"), &["page", "seite", "pages"]),
    (
        Other("language"),
        &["language", "sprache", "langue", "idioma"],
    ),
    (
        Other("subject"),
        &[
            "subject",
            "schlagwort",
            "schlagwörter",
            "schlagworte",
            "thema",
            "themen",
            "sujet",
            "sujets",
        ],
    ),
    (Other("pub-subject"), &["pub-subject"]),
    (
        Other("geographic"),
        &[
            "geographic",
            "geo-localization",
            "geografie",
            "geographie",
            "localisation-geo",
            "localisation-géo",
            "region",
            "geographisch",
            "geografisch",
            "géographie",
        ],
    ),
    (
        Other("company"),
        &[
            "company",
            "firma",
            "firmen",
            "unternehmen",
            "société",
            "societe",
            "entreprise",
        ],
    ),
    (
        Other("person"),
        &["person", "personen", "personne", "personnes"],
    ),
    (
        Other("organization"),
        &[
            "organization",
            "organisation",
            "organisationen",
            "organisations",
        ],
    ),
    (
        Other("ticker"),
        &[
            "ticker",
            "stock-symbol",
            "symbole-boursier",
            "börsenkürzel",
            "tickersymbol",
            "tickersymbol(e)",
        ],
    ),
    (
        Other("industry"),
        &[
            "industry",
            "branche",
            "branchen",
            "activity-sector",
            "secteur-activite",
            "secteur-activité",
            "secteur-d'activité",
            "industrie",
        ],
    ),
    (Other("city"), &["city", "stadt", "ville"]),
    (Other("state"), &["state", "bundesland"]),
    (Other("country"), &["country", "land", "pays"]),
    (
        Other("publication-type"),
        &[
            "publication-type",
            "type-publication",
            "publikationstyp",
            "zeitungstyp",
            "publikation-typ",
            "type-de-publication",
        ],
    ),
    (
        Other("document-type"),
        &[
            "document-type",
            "dokumententyp",
            "dokumenttyp",
            "type-document",
            "type-de-document",
            "doc-type",
        ],
    ),
    (
        Other("journal-code"),
        &[
            "journal-code",
            "code-revue",
            "zeitschriftencode",
            "journalcode",
            "zeitungskürzel",
            "pub-code",
        ],
    ),
    (
        Other("load-date"),
        &[
            "load-date",
            "ladedatum",
            "lade-datum",
            "update",
            "date-chargement",
            "date-de-chargement",
            "upload-datum",
        ],
    ),
    (Other("correction-date"), &["correction-date"]),
    (Other("correction"), &["correction", "korrektur"]),
    (
        Other("notes"),
        &["notes", "note", "anmerkungen", "anmerkung", "hinweise"],
    ),
    (
        Other("photographer"),
        &["photographer", "fotograf", "photographe"],
    ),
    (Other("type"), &["type"]),
    (Other("name"), &["name"]),
    (Other("issn"), &["issn"]),
    (Other("keywords"), &["keywords", "mots-clés"]),
    (
        Other("classification"),
        &["classification", "klassifizierung", "klassifikation"],
    ),
];

/// How a label is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In capitals: LexisNexis to 2019.
    Capitals,
    /// With one capital: Nexis Uni, Lexis+.
    Title,
}

/// The longest label, in bytes.
const MOST_BYTES: usize = 32;

/// The field that a line states, and where its value begins in the line.
pub(super) fn read(line: &str, style: Style) -> Option<(Field, usize)> {
    let head = line.as_bytes().get(..line.len().min(MOST_BYTES))?;
    let colon = memchr::memchr(b':', head)?;
    let label = line.get(..colon)?.trim_end();
    let field = field(label, style)?;
    let value = line.get(colon + 1..)?;
    // `Section:A` is no label of the newer kind, and `12:30` none at all.
    if style == Style::Title && !value.is_empty() && !value.starts_with(char::is_whitespace) {
        return None;
    }
    Some((field, line.len() - value.trim_start().len()))
}

/// The field that a heading on a line of its own names: `Body`, `Graphic`.
pub(super) fn heading(line: &str) -> Option<Field> {
    if line.len() > MOST_BYTES {
        return None;
    }
    field(line.trim_end_matches(':'), Style::Title)
}

/// The field of a label.
fn field(label: &str, style: Style) -> Option<Field> {
    let mut letters = label.chars().filter(|c| c.is_alphabetic());
    let first = letters.next()?;
    let is_styled = match style {
        Style::Capitals => label.len() > 1 && !label.chars().any(char::is_lowercase),
        Style::Title => letters.any(char::is_lowercase),
    };
    if !first.is_uppercase() || !is_styled {
        return None;
    }
    let lower: String = label.to_lowercase().replace([' ', '_', '\u{a0}'], "-");
    let found = LABELS.iter().find(|(_, names)| names.contains(&&*lower));
    found.map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_those_of_the_table() {
        let check = |line: &str, style: Style, expected: Option<(Field, &str)>| {
            let found = read(line, style).map(|(field, at)| (field, &line[at..]));
            assert_eq!(found, expected, "{line}");
        };
        let capitals = Style::Capitals;
        check(
            "LENGTH: 355 words",
            capitals,
            Some((Other("length"), "355 words")),
        );
        check(
            "LÄNGE: 70 Wörter",
            capitals,
            Some((Other("length"), "70 Wörter")),
        );
        check(
            "SYMBOLE-BOURSIER: X",
            capitals,
            Some((Other("ticker"), "X")),
        );
        check("BODY:", capitals, Some((Body, "")));
        check("Length: 355 words", capitals, None);
        check("POLICE: they came", capitals, None);
        let title = Style::Title;
        check(
            "Length:\u{a0}1238 words",
            title,
            Some((Other("length"), "1238 words")),
        );
        check(
            "Journal Code:\u{a0}WEBGNS",
            title,
            Some((Other("journal-code"), "WEBGNS")),
        );
        check(
            "Ladedatum: 3. Mai 2020",
            title,
            Some((Other("load-date"), "3. Mai 2020")),
        );
        check("LENGTH: 3", title, None);
        check("He said: no", title, None);
        assert_eq!(heading("Body"), Some(Body));
        assert_eq!(heading("Graphic"), Some(Graphic));
        assert_eq!(heading("A long line that is none of the headings"), None);
    }
}
