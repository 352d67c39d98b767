//! Languages in Latin letters: the letters that each has beyond ASCII, and
//! words without such letters by which it is told.
//!
//! The words are the most frequent ones (articles, prepositions, forms of *to
//! be*) that are in ASCII, so that they are the same in every encoding.

/// A language.
pub(super) struct Language {
    /// Its letters beyond ASCII, in lower case.
    pub(super) letters: &'static str,
    /// Frequent words.
    pub(super) words: &'static str,
    /// Whether its quotations begin with „ and end with “ or ”.
    pub(super) has_low_quotes: bool,
}

const fn language(letters: &'static str, words: &'static str, has_low_quotes: bool) -> Language {
    Language {
        letters,
        words,
        has_low_quotes,
    }
}

/// The languages, the first going before in doubt.
pub(super) const LANGUAGES: [Language; 21] = [
    // English
    language(
        "",
        "the of and to in a is that was for it on with as he said by at from be has had his are this",
        false,
    ),
    // French
    language(
        "àâæçéèêëîïôœùûüÿ",
        "le la les de des du et est une un dans que qui pour sur pas en au aux il elle ce par plus sont",
        false,
    ),
    // German
    language(
        "äöüß",
        "der die das und ist nicht mit von den dem ein eine zu auf im in sich des auch es an als bei hat",
        true,
    ),
    // Spanish
    language(
        "áéíóúüñ",
        "el la los las de que en y del un una por con para se su al lo no es como ha",
        false,
    ),
    // Portuguese
    language(
        "ãõáâàéêíóôúç",
        "o a os as de que em do da um uma por com para se dos das no na ao foi mais",
        false,
    ),
    // Italian
    language(
        "àèéìòù",
        "il la le di che per una un del della non con sono dal nel alla gli lo si da ha",
        false,
    ),
    // Dutch
    language(
        "ëéïöèüó",
        "de het een van en dat is niet op te in zijn voor met die aan er ook bij om",
        false,
    ),
    // Swedish
    language(
        "åäöé",
        "och att det som en av den med till ett har inte om de var sig men",
        false,
    ),
    // Danish
    language(
        "æøåé",
        "og det at en som til er den af de med har ikke et var sig men om ble av ikke",
        false,
    ),
    // Finnish
    language(
        "äöåšž",
        "ja on ei oli se ett mutta kun joka ovat ole sen mukaan",
        false,
    ),
    // Icelandic
    language(
        "áðéíóúýþæö",
        "og er sem til um var ekki hann en af fyrir me",
        true,
    ),
    // Polish
    language(
        "ąćęłńóśźż",
        "w na z i do nie jest to od po o za przez dla jak ale co tak przy oraz tego",
        true,
    ),
    // Czech
    language(
        "áčďéěíňóřšťúůýž",
        "a v na se je to ve z do o po pro za od jako ale by podle",
        true,
    ),
    // Slovak
    language(
        "áäčďéíĺľňóôŕšťúýž",
        "a v na sa je to vo z do o po pre za od ako ale by pod bol",
        true,
    ),
    // Hungarian
    language(
        "áéíóöőúüű",
        "a az hogy nem is egy volt meg de ez azt csak mint szerint",
        true,
    ),
    // Romanian
    language(
        "ăâîşţșț",
        "de la cu un pe din o care nu se al ale pentru este au fost mai prin",
        true,
    ),
    // Croatian
    language(
        "čćđšž",
        "i u je na da se za su od s koji kao ne bi o iz",
        true,
    ),
    // Turkish
    language(
        "çğıöşüâî",
        "ve bir bu da de ile olarak olan daha en ne gibi dedi oldu",
        false,
    ),
    // Lithuanian
    language(
        "ąčęėįšųūž",
        "ir kad su yra buvo bet kaip tai apie po nuo o dar",
        true,
    ),
    // Latvian
    language(
        "āčēģīķļņšūž",
        "un ir no ar uz par ka bet vai to kas pie",
        true,
    ),
    // Estonian
    language(
        "äöõüšž",
        "ja on ei et oli ka see kui aga mis oma ning ta",
        true,
    ),
];

/// Letters with marks that names and loan words bring into any language.
pub(super) const FOREIGN: &str = "éèêëïöüäáíóúñçôâàåøãîûæß";
