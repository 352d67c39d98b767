//! The words by which `past` tells what happened from what is planned.
//!
//! Each row is a class with its words; a word may stand in several rows. The
//! rows were filled from the false bounds of UN speeches and BBC news (`past` has
//! the table of what they gained) and from the usual words of plans, forecasts
//! and expiries. A word that is missing costs a bound or, among the first two
//! classes, lets a false one through. Looked up by hash; the table is made once.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Looks ahead, wherever in the sentence it stands.
pub(super) const AHEAD: u16 = 1;
/// Tells of a plan, a wish, a doubt.
pub(super) const INTENT: u16 = 1 << 1;
/// A verb in the past tense that does not end in *ed*.
pub(super) const PAST: u16 = 1 << 2;
/// In the past tense, tells what happened.
pub(super) const HAPPENING: u16 = 1 << 3;
/// A verb in the present tense, or the first word of a perfect.
pub(super) const PRESENT: u16 = 1 << 4;
/// With a participle behind it: no past tense.
pub(super) const BE: u16 = 1 << 5;
/// A noun follows, and a participle between describes it.
pub(super) const DETERMINER: u16 = 1 << 6;
/// What can be planned, and have its date before it comes.
pub(super) const OCCASION: u16 = 1 << 7;
/// What can be held, won or lost in the past: the verb of an occasion.
pub(super) const OCCASION_VERB: u16 = 1 << 8;
/// Ends in *ed* and describes a thing.
pub(super) const DESCRIBING: u16 = 1 << 9;
/// Ends in *ing* and is no verb.
pub(super) const NOUN_ING: u16 = 1 << 10;
/// A verb of the present that ends in *s* like a noun, or has no *s* at all.
pub(super) const SETS_IN: u16 = 1 << 11;
/// Runs for a time that was fixed before.
pub(super) const TERM: u16 = 1 << 12;
/// What a term does at its end.
pub(super) const RUNS_OUT: u16 = 1 << 13;

/// The words by class; a word may have several. In small letters.
const TABLE: &[(u16, &str)] = &[
    (
        AHEAD,
        "will shall would ll may might could should must can cannot upcoming forthcoming next \
         future coming expected expects expect scheduled due deadline deadlines forecast forecasts \
         forecasters forecasting projected projections projection predicted predicts predict \
         prediction predictions anticipated likely planned plans plan target targets proposed \
         envisaged ahead agreed until till expire expires expired model models modelled scenario \
         scenarios simulation simulations novel fictional imagined feared fear fears assume assumed \
         assumes assumption assumptions if unless once postponed delayed slated earmarked mandated archived \
         scanned reprinted digitised digitized transcribed downloaded accessed retrieved uploaded",
    ),
    (
        INTENT,
        "expecting planning schedule targeted targeting anticipates anticipate anticipation \
         unlikely hope hopes hoped hopeful hopefully hoping aim aims aimed aiming goal goals intend \
         intends intended intention intentions proposal proposals propose proposes offer offers \
         offered bid bidding candidate candidates candidacy candidature prospect prospects \
         preparation preparations preparatory preparing prepare prepares prepared ready readiness \
         committed commitment commitments commit pledge pledged pledges promise promised promises \
         vow vowed vows invite invited invitation invitations forward tomorrow expiry expiration \
         maturity maturing mature matures eventual ensuing soon shortly poised tipped set bound \
         destined determined resolve resolved timetable milestone roadmap outlook vision envisage \
         envisages foresee foresees foreseen foreseeable wish wishes want wants wanted seek seeks \
         sought seeking need needs needed call calls called calling urge urged urges request \
         requested requests recommend recommended recommends recommendation demand demanded \
         welcome welcomes support supports let convening holding hosting launching awaiting await \
         awaits awaited eager confident optimistic whether agree agrees decided decide decides \
         decision decisions consider considers considered begins starts ends opens closes takes \
         retire retires retiring ensure ensures attempt celebrate commemorate mark marks possible \
         possibility entrusted mandate moved effort efforts course track budgeted estimate \
         estimates reopens lapses prospective copy",
    ),
    (
        PAST,
        "was were had said told met made began took held came went became won lost found left led \
         gave got ran saw wrote broke rose fell sent did hit spoke bought sold paid thought died \
         brought built caught chose drew drove fought flew grew heard kept knew laid meant shot \
         slid spent stood struck swept threw withdrew fled sank shook stole swore tore wore woke \
         sang sprang split spread shut hurt cut quit beat bore bred dealt dug fed felt forgot \
         forbade hung hid lent lit lay rode rang sat slept slew stuck stung swam swung taught \
         understood undertook underwent wound befell arose awoke arisen begun born broken chosen \
         driven eaten fallen flown forgotten given gone grown hidden known ridden risen seen shaken \
         shown spoken stolen sunk sworn taken thrown torn written overthrown overthrew undergone \
         undertaken sought",
    ),
    (
        HAPPENING,
        "held signed was adopted took made were fell rose came became won established entered \
         launched had joined reached issued declined led concluded submitted grew imposed went did \
         declared hosted started began published stood dropped stated occupied received met \
         convened followed achieved suffered visited lost broke proclaimed gained sent brought saw \
         elected experienced hit created gave carried addressed occurred caused opened played \
         ratified admitted initiated invaded died founded totalled totaled passed seized introduced \
         spoke presented recognized recognised decreased registered happened raised formed paid \
         inaugurated attacked reported sold bought emerged perpetrated handed condemned recorded \
         appeared spent represented turned attained conducted culminated arrived amounted struck \
         exceeded slowed produced born gathered earned found left released participated witnessed \
         removed cut inflicted resulted attended delivered organized organised destroyed regained \
         shot drew wrote told claimed settled recovered affirmed soared withdrew laid restored \
         abolished quit stepped topped annexed existed obtained triggered gunned freed resumed \
         risen severed emigrated murdered finished replaced killed arrested charged convicted \
         sentenced jailed married divorced escaped fled crashed sank exploded bombed captured \
         defeated beat scored debuted premiered directed starred merged acquired resigned \
         appointed promoted sacked fired hired graduated studied worked lived served moved returned \
         discovered invented built demolished collapsed burned burnt overthrew toppled seceded \
         acceded doubled tripled jumped plunged tumbled slumped climbed increased peaked \
         surrendered revolted erupted assassinated kidnapped abducted robbed stole injured wounded \
         fought ran drove flew threw knocked swept filed sued fined lifted unveiled commissioned \
         completed taken begun given shown seen enacted promulgated endorsed authorized deposited \
         amended revised drafted compiled printed pulled changed suspended helped challenged ousted \
         compared nominated sunk broken arisen said undertook underwent overthrown",
    ),
    (PRESENT, "is are am has have does do s re ve m says say"),
    (BE, "be being is are am been"),
    (
        DETERMINER,
        "the a an this that these those its their our his her my your such some any no all each \
         every",
    ),
    (
        OCCASION,
        "conference conferences summit summits session sessions meeting meetings election elections \
         referendum referendums poll polls vote votes congress review reviews decade anniversary \
         programme program agenda status period term campaign games cup olympics tournament \
         championship championships round talks negotiations forum assembly process reform reforms \
         launch release opening closure entry transfer withdrawal adoption accession graduation \
         membership presidency chairmanship retirement completion implementation event events \
         ceremony festival exhibition expo visit trip tour trial hearing treaty rollout flotation \
         float sale merger takeover budget celebrations celebration observance observances jubilee \
         day year centenary bicentenary concert construction ban return phase final finals right",
    ),
    (
        OCCASION_VERB,
        "held hosted attended won lost took began had was were ended started led gave saw hit died \
         killed left opened closed organized organised signed ratified participated visited met \
         acceded came became followed concluded completed finished lasted collapsed failed suffered \
         experienced survived invaded attacked joined celebrated commemorated elected adopted \
         established created founded formed proclaimed declared issued published released launched \
         introduced",
    ),
    (
        DESCRIBING,
        "developed united focused unprecedented based wicked naked sacred indeed speed concerned related limited \
         renewed detailed increased mixed armed advanced integrated led",
    ),
    (
        NOUN_ING,
        "during following meeting building buildings king spring working leading ruling outgoing \
         remaining existing neighbouring neighboring developing training banking mining trading \
         manufacturing engineering broadcasting publishing farming fishing shipping funding \
         spending lending killing bombing shooting hacking wedding painting founding standing \
         living boxing racing cycling skating skiing swimming nothing something anything \
         everything morning evening housing including according being concerning regarding ceiling \
         wing sterling",
    ),
    (
        SETS_IN,
        "opens reopens closes starts begins ends expires lapses returns reaches arrives resumes \
         comes goes runs rises falls retires leaves takes launches flies kicks hosts holds stages \
         matures reverts concludes steps enters joins becomes gets turns faces meets moves ships \
         debuts premieres airs lands stops quits doubles peaks hits drops grows gives makes wins \
         loses sees passes fall rise reopen return begin start end open close run come go",
    ),
    (
        TERM,
        "term terms lease leases contract contracts licence license licences licenses patent \
         patents mandate passport visa visas warranty concession programme program moratorium fund \
         guarantee deal scheme offer permit permits",
    ),
    (
        RUNS_OUT,
        "ended ran run closed lapsed finished exhausted terminated concluded completed out",
    ),
];

/// The classes of each word of the table.
pub(super) static CLASSES: LazyLock<FxHashMap<&str, u16>> = LazyLock::new(|| {
    let mut classes: FxHashMap<&str, u16> = FxHashMap::default();
    for (class, words) in TABLE {
        for word in words.split_ascii_whitespace() {
            *classes.entry(word).or_default() |= class;
        }
    }
    classes
});
