//! States and provinces that tell a town's country: Moscow, Idaho.
//!
//! New York, Washington and Georgia are left out: after a comma they are as
//! often a city or a country of their own.

/// Names and short forms of the states and provinces, by country. Written by
/// hand for this project.
const REGIONS: [(&str, &str); 3] = [
    (
        "US",
        "Alabama;Ala.;AL;Alaska;AK;Arizona;Ariz.;AZ;Arkansas;Ark.;AR;California;Calif.;Cal.;CA;\
         Colorado;Colo.;CO;Connecticut;Conn.;CT;Delaware;Del.;DE;Florida;Fla.;FL;Ga.;GA;Hawaii;HI;\
         Idaho;ID;Illinois;Ill.;IL;Indiana;Ind.;Iowa;IA;Kansas;Kan.;Kans.;KS;Kentucky;Ky.;KY;\
         Louisiana;La.;LA;Maine;Me.;Maryland;Md.;MD;Massachusetts;Mass.;MA;Michigan;Mich.;MI;\
         Minnesota;Minn.;MN;Mississippi;Miss.;MS;Missouri;Mo.;MO;Montana;Mont.;MT;Nebraska;Neb.;NE;\
         Nevada;Nev.;NV;New Hampshire;N.H.;NH;New Jersey;N.J.;NJ;New Mexico;N.M.;NM;N.Y.;NY;\
         North Carolina;N.C.;NC;North Dakota;N.D.;ND;Ohio;OH;Oklahoma;Okla.;OK;Oregon;Ore.;OR;\
         Pennsylvania;Pa.;Penn.;PA;Rhode Island;R.I.;RI;South Carolina;S.C.;SC;South Dakota;S.D.;SD;\
         Tennessee;Tenn.;TN;Texas;Tex.;TX;Utah;UT;Vermont;Vt.;VT;Virginia;Va.;VA;Wash.;WA;\
         West Virginia;W.Va.;W. Va.;WV;Wisconsin;Wis.;WI;Wyoming;Wyo.;WY",
    ),
    (
        "CA",
        "Ontario;Ont.;ON;Quebec;Que.;QC;British Columbia;B.C.;BC;Alberta;Alta.;AB;Manitoba;Man.;\
         Saskatchewan;Sask.;Nova Scotia;N.S.;New Brunswick;N.B.;Newfoundland;Nfld.",
    ),
    (
        "AU",
        "New South Wales;NSW;Queensland;Tasmania;Western Australia;South Australia",
    ),
];

/// The country's code and the region that `text` starts with.
///
/// Capitals throughout count as well, as in a dateline; the two letters of the
/// post only as they are.
pub(super) fn at_start(text: &str) -> Option<(&'static str, &'static str)> {
    if !text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    REGIONS.iter().find_map(|(code, names)| {
        let region = names.split(';').find(|name| starts_with(text, name))?;
        Some((*code, region))
    })
}

/// A short form may lack its full stop before a comma: "Mass, Oct 19".
fn starts_with(text: &str, region: &str) -> bool {
    let bare = region.strip_suffix('.').filter(|bare| bare.len() > 2);
    if bare.is_some_and(|bare| {
        let start = text.split_at_checked(bare.len());
        start.is_some_and(|(start, rest)| start == bare && rest.starts_with(','))
    }) {
        return true;
    }
    let Some((start, rest)) = text.split_at_checked(region.len()) else {
        return false;
    };
    let is_same = if region.len() == 2 {
        start == region
    } else {
        start.eq_ignore_ascii_case(region)
    };
    is_same && !rest.starts_with(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, &str)>) {
        assert_eq!(at_start(text), expected, "{text}");
    }

    #[test]
    fn a_region_is_known_by_name_and_by_short_form() {
        check("Idaho, where", Some(("US", "Idaho")));
        check("PA., March 3", Some(("US", "Pa.")));
        check("ME, a town", None);
        check("W. Va.", Some(("US", "W. Va.")));
        check("British Columbia", Some(("CA", "British Columbia")));
        check("Oregonians", None);
        check("or else", None);
        check("É", None);
    }
}
