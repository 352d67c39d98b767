//! Words that tell what a form next to them means. Written by hand for this
//! project.

/// What a newspaper is called after its town: the Moscow Times.
pub(super) const NEWSPAPERS: [&str; 16] = [
    "Times",
    "Post",
    "Herald",
    "Journal",
    "Tribune",
    "Gazette",
    "Telegraph",
    "Chronicle",
    "Observer",
    "Globe",
    "Inquirer",
    "Enquirer",
    "Examiner",
    "Courier",
    "Dispatch",
    "Sentinel",
];

/// What a street is called: Paris Street.
pub(super) const STREETS: [&str; 9] = [
    "Street",
    "Avenue",
    "Ave",
    "Road",
    "Rd",
    "Lane",
    "Boulevard",
    "Blvd",
    "Drive",
];

/// What a company is called after a town it may have left: Oxford Industries.
pub(super) const COMPANIES: [&str; 16] = [
    "Inc",
    "Corp",
    "Co",
    "Cos",
    "Industries",
    "Energy",
    "Insurance",
    "Financial",
    "Petroleum",
    "Associates",
    "Group",
    "Partners",
    "Capital",
    "Technologies",
    "Systems",
    "Resources",
];

/// Words with a capital that follow a place and are no family name.
pub(super) const PUBLIC_WORDS: [&str; 76] = [
    "Stock",
    "Exchange",
    "Bourse",
    "Airport",
    "University",
    "Government",
    "Minister",
    "President",
    "King",
    "Queen",
    "Prime",
    "Foreign",
    "Parliament",
    "Embassy",
    "Airways",
    "Airlines",
    "Air",
    "Bank",
    "Central",
    "National",
    "International",
    "Police",
    "Court",
    "City",
    "Opera",
    "Festival",
    "Olympics",
    "Olympic",
    "Games",
    "Fashion",
    "Commune",
    "Metro",
    "Saint",
    "Club",
    "Summit",
    "Conference",
    "Treaty",
    "Peace",
    "Harbour",
    "Football",
    "Cup",
    "Marathon",
    "Army",
    "Navy",
    "Telecom",
    "Chamber",
    "Institute",
    "School",
    "Hospital",
    "Theatre",
    "Museum",
    "Mayor",
    "Governor",
    "Province",
    "Region",
    "Ministry",
    "Council",
    "Commission",
    "Board",
    "Declaration",
    "Valley",
    "Hotel",
    "Crown",
    "Prince",
    "Princess",
    "Royal",
    "Armed",
    "Security",
    "Defence",
    "Defense",
    "Interior",
    "Finance",
    "Trade",
    "Press",
    "Radio",
    "County",
];

/// Languages whose name is not also that of a people of one country.
pub(super) const LANGUAGES: [&str; 14] = [
    "Arabic",
    "Hebrew",
    "Latin",
    "Hindi",
    "Urdu",
    "Swahili",
    "Mandarin",
    "Cantonese",
    "Farsi",
    "Syriac",
    "Coptic",
    "Yiddish",
    "Sanskrit",
    "Aramaic",
];

/// Words before a language: fluent French.
pub(super) const VERBS_OF_SPEECH: [&str; 12] = [
    "speak", "speaks", "spoke", "speaking", "fluent", "learn", "learned", "learning", "learnt",
    "teach", "teaches", "taught",
];

/// Words after a language: the Spanish-speaking world.
pub(super) const WORDS_OF_LANGUAGE: [&str; 12] = [
    "language",
    "languages",
    "speaking",
    "speakers",
    "speaker",
    "lessons",
    "translation",
    "translator",
    "alphabet",
    "grammar",
    "subtitles",
    "dialect",
];

/// What English law, sport and land have: the language has none of it.
pub(super) const ENGLISH_THINGS: [&str; 22] = [
    "court",
    "courts",
    "club",
    "clubs",
    "city",
    "cities",
    "town",
    "towns",
    "village",
    "football",
    "cricket",
    "rugby",
    "side",
    "team",
    "captain",
    "county",
    "counties",
    "countryside",
    "coast",
    "league",
    "premier",
    "players",
];

/// Words before a place: in, from, near.
pub(super) const PREPOSITIONS: [&str; 16] = [
    "in",
    "from",
    "near",
    "at",
    "to",
    "outside",
    "across",
    "around",
    "between",
    "through",
    "via",
    "toward",
    "towards",
    "into",
    "inside",
    "throughout",
];

/// Words before one place, which no list has before its second: in Rome, the
/// mayor of Rome, a Rome hotel.
pub(super) const BEFORE_ONE_PLACE: [&str; 13] = [
    "in", "from", "near", "at", "to", "outside", "of", "toward", "into", "a", "an", "the", "around",
];

/// Words that the names of many places begin with: San Francisco, Hong Kong.
pub(super) const BEFORE_PLACE_NAMES: [&str; 15] = [
    "San", "Los", "Las", "New", "Hong", "Saint", "St", "Sao", "Buenos", "South", "North", "East",
    "West", "Santa", "El",
];

/// Signs of an article on the United States.
pub(super) const AMERICAN: [&str; 5] =
    ["U.S.", "US ", "United States", "Washington", "White House"];

/// What belongs to the republic of Georgia alone.
pub(super) const REPUBLIC_OF_GEORGIA: [&str; 6] = [
    "Tbilisi",
    "Abkhazia",
    "Ossetia",
    "Saakashvili",
    "Batumi",
    "GEORGIAN",
];

/// Towns of the republic of Georgia by their last word, the small ones that the
/// table of countries leaves out among them.
pub(super) const TOWNS_OF_THE_REPUBLIC: [&str; 34] = [
    "Tbilisi",
    "Tiflis",
    "Batumi",
    "Kutaisi",
    "Rustavi",
    "Gori",
    "Zugdidi",
    "Poti",
    "Sukhumi",
    "Sokhumi",
    "Tskhinvali",
    "Khashuri",
    "Samtredia",
    "Senaki",
    "Telavi",
    "Zestafoni",
    "Marneuli",
    "Kobuleti",
    "Mtskheta",
    "Akhaltsikhe",
    "Akhalkalaki",
    "Borjomi",
    "Bakuriani",
    "Ozurgeti",
    "Bolnisi",
    "Gudauri",
    "Kazbegi",
    "Stepantsminda",
    "Kvareli",
    "Sighnaghi",
    "Mestia",
    "Anaklia",
    "Supsa",
    "Vaziani",
];

/// What stands near the republic of Georgia.
pub(super) const NEAR_THE_REPUBLIC: [&str; 13] = [
    "Russia",
    "Armenia",
    "Azerbaijan",
    "Caucasus",
    "Soviet",
    "Moscow",
    "Kremlin",
    "Ukraine",
    "NATO",
    "European Union",
    "Turkey",
    "Moldova",
    "republic of",
];

/// What belongs to the American state of Georgia alone.
pub(super) const STATE_OF_GEORGIA: [&str; 6] = [
    "Atlanta",
    "Savannah",
    "Ga.",
    "Georgia State",
    "Augusta",
    "Macon",
];

/// What stands near the American state of Georgia.
pub(super) const NEAR_THE_STATE: [&str; 14] = [
    "Gov.",
    "Alabama",
    "Florida",
    "South Carolina",
    "Tennessee",
    "Mississippi",
    "Texas",
    "Republican",
    "Democrat",
    "county",
    "County",
    "sheriff",
    "Sheriff",
    "Senate",
];

/// Words before the bird: roast turkey.
pub(super) const BEFORE_THE_BIRD: [&str; 7] = [
    "a",
    "roast",
    "wild",
    "cold",
    "fried",
    "smoked",
    "thanksgiving",
];

/// Words after the bird: turkey farms.
pub(super) const AFTER_THE_BIRD: [&str; 17] = [
    "sandwich",
    "sandwiches",
    "breast",
    "dinner",
    "meat",
    "legs",
    "hunt",
    "hunting",
    "farm",
    "farms",
    "farmers",
    "trot",
    "burger",
    "burgers",
    "bacon",
    "stuffing",
    "shoot",
];

/// Dominicans of the order, not of the island.
pub(super) const RELIGIOUS: [&str; 11] = [
    "friar", "friars", "order", "nun", "nuns", "monk", "monks", "priest", "sister", "sisters",
    "convent",
];
