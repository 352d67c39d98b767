//! States and provinces that tell a town's country: Moscow, Idaho.
//!
//! New York, Washington, Georgia and England are cities or countries of their
//! own as well, and what stands after a comma may be the next of a list; they
//! are told apart ([`Region::is_ambiguous`]) and need more around them.

use std::sync::LazyLock;

/// Names and short forms of the states and provinces, by country. Written by
/// hand for this project.
const REGIONS: [(&str, &str); 4] = [
    (
        "US",
        "Alabama;Ala.;AL;Alaska;AK;Arizona;Ariz.;AZ;Arkansas;Ark.;AR;California;Calif.;Cal.;CA;\
         Colorado;Colo.;CO;Connecticut;Conn.;CT;Delaware;Del.;DE;Florida;Fla.;FL;Georgia;Ga.;GA;\
         Hawaii;HI;Idaho;ID;Illinois;Ill.;IL;Indiana;Ind.;Iowa;IA;Kansas;Kan.;Kans.;KS;Kentucky;\
         Ky.;KY;Louisiana;La.;LA;Maine;Me.;Maryland;Md.;MD;Massachusetts;Mass.;MA;Michigan;Mich.;\
         MI;Minnesota;Minn.;MN;Mississippi;Miss.;MS;Missouri;Mo.;MO;Montana;Mont.;MT;Nebraska;\
         Neb.;NE;Nevada;Nev.;NV;New Hampshire;N.H.;NH;New Jersey;N.J.;NJ;New Mexico;N.M.;NM;\
         New York;N.Y.;NY;North Carolina;N.C.;NC;North Dakota;N.D.;ND;Ohio;OH;Oklahoma;Okla.;OK;\
         Oregon;Ore.;OR;Pennsylvania;Pa.;Penn.;PA;Rhode Island;R.I.;RI;South Carolina;S.C.;SC;\
         South Dakota;S.D.;SD;Tennessee;Tenn.;TN;Texas;Tex.;TX;Utah;UT;Vermont;Vt.;VT;Virginia;\
         Va.;VA;Washington;Wash.;WA;West Virginia;W.Va.;W. Va.;WV;Wisconsin;Wis.;WI;Wyoming;\
         Wyo.;WY",
    ),
    (
        "CA",
        "Ontario;Ont.;ON;Quebec;Québec;Que.;QC;British Columbia;B.C.;BC;Alberta;Alta.;AB;Manitoba;\
         Man.;MB;Saskatchewan;Sask.;SK;Nova Scotia;N.S.;NS;New Brunswick;N.B.;NB;Newfoundland;\
         Nfld.;Prince Edward Island;P.E.I.",
    ),
    (
        "AU",
        "New South Wales;N.S.W.;NSW;Queensland;Qld.;Tasmania;Victoria;Vic.;Western Australia;\
         South Australia",
    ),
    (
        "GB",
        "England;Scotland;Wales;Northern Ireland;Bedfordshire;Berkshire;Buckinghamshire;\
         Cambridgeshire;Cheshire;Cornwall;Cumbria;Derbyshire;Devon;Dorset;Essex;Gloucestershire;\
         Greater Manchester;Hampshire;Herefordshire;Hertfordshire;Kent;Lancashire;Leicestershire;\
         Lincolnshire;Merseyside;Norfolk;North Yorkshire;Northamptonshire;Northumberland;\
         Nottinghamshire;Oxfordshire;Shropshire;Somerset;South Yorkshire;Staffordshire;Suffolk;\
         Surrey;Sussex;Tyne and Wear;Warwickshire;West Midlands;West Sussex;West Yorkshire;\
         Wiltshire;Worcestershire",
    ),
];

/// Regions whose name is also that of a city or a country.
const AMBIGUOUS: [&str; 20] = [
    "Norfolk",
    "Suffolk",
    "Kent",
    "Essex",
    "Sussex",
    "Surrey",
    "Cornwall",
    "Devon",
    "Dorset",
    "Somerset",
    "Cheshire",
    "Hampshire",
    "New York",
    "Georgia",
    "Washington",
    "Victoria",
    "England",
    "Scotland",
    "Wales",
    "Northern Ireland",
];

/// A region by one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    /// The code of its country.
    pub(super) code: &'static str,
    /// As the table writes it.
    name: &'static str,
    /// How many bytes of the text name it.
    pub(super) length: usize,
}

impl Region {
    /// Whether the name may as well be the next place of a list.
    pub(super) fn is_ambiguous(&self) -> bool {
        AMBIGUOUS.contains(&self.name)
    }

    /// Whether it is the two letters of the post.
    pub(super) fn is_postal(&self) -> bool {
        self.name.len() == 2
    }

    /// Whether it is a short form, as nobody writes in a list of countries.
    pub(super) fn is_short(&self) -> bool {
        self.name.ends_with('.') || self.is_postal()
    }
}

/// The names by their first letter, the longer ones first.
static BY_LETTER: LazyLock<[Vec<(&'static str, &'static str)>; 26]> = LazyLock::new(|| {
    let mut letters: [Vec<_>; 26] = Default::default();
    for (code, names) in REGIONS {
        for name in names.split(';') {
            let letter = usize::from(name.as_bytes()[0] - b'A');
            letters[letter].push((name, code));
        }
    }
    for names in &mut letters {
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }
    letters
});

/// The region that `text` starts with.
///
/// Capitals throughout count as well, as in a dateline; the two letters of the
/// post only as they are.
pub(super) fn at_start(text: &str) -> Option<Region> {
    let first = text.bytes().next().filter(u8::is_ascii_uppercase)?;
    let names = &BY_LETTER[usize::from(first - b'A')];
    names.iter().find_map(|(name, code)| {
        let length = start_length(text, name)?;
        Some(Region { code, name, length })
    })
}

/// How many bytes of `text` name `region`, if it starts with it.
///
/// A short form may lack its full stop before a mark: "Mass, Oct 19", "Va)".
fn start_length(text: &str, region: &str) -> Option<usize> {
    let starts = |name: &str| {
        let start = text.get(..name.len())?;
        let is_same = if region.len() == 2 {
            start == name
        } else {
            start.eq_ignore_ascii_case(name)
        };
        let rest = &text[name.len()..];
        (is_same && !rest.starts_with(char::is_alphanumeric)).then_some(name.len())
    };
    let bare = region.strip_suffix('.').filter(|bare| !bare.contains('.'));
    starts(region).or_else(|| {
        let length = starts(bare?)?;
        text[length..].starts_with([',', ')']).then_some(length)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = at_start(text);
        let shown = found.map(|region| (region.code, &text[..region.length]));
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn a_region_is_known_by_name_and_by_short_form() {
        check("Idaho, where", Some(("US", "Idaho")));
        check("PA., March 3", Some(("US", "PA.")));
        check("Mass, Oct 19", Some(("US", "Mass")));
        check("Va, March 3", Some(("US", "Va")));
        check("N.S.W. farmers", Some(("AU", "N.S.W.")));
        check("ME, a town", Some(("US", "ME")));
        check("Me and you", None);
        check("W. Va.", Some(("US", "W. Va.")));
        check("West Virginia", Some(("US", "West Virginia")));
        check("British Columbia", Some(("CA", "British Columbia")));
        check("Québec.", Some(("CA", "Québec")));
        check("NEW YORK, March 3", Some(("US", "NEW YORK")));
        check("Oregonians", None);
        check("or else", None);
        check("É", None);
    }

    #[test]
    fn some_regions_may_be_the_next_of_a_list() {
        let is_ambiguous = |text: &str| at_start(text).is_some_and(|region| region.is_ambiguous());
        assert!(is_ambiguous("Georgia, where"));
        assert!(is_ambiguous("NEW YORK"));
        assert!(!is_ambiguous("Ga., where") && !is_ambiguous("New Mexico"));
    }
}
