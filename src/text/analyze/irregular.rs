//! Forms of English words that no rule makes of the word: *said* of *say*,
//! *women* of *woman*.
//!
//! A stemmer cuts endings off; a word that changes inside stays apart from its
//! other forms. Here stands for each such form the word that it is a form of,
//! which is then stemmed as any other. The table is our own, written from
//! grammar; the same place serves the plurals that Latin and Greek words keep.
//!
//! Left out are forms that are more often another word, since one word would
//! then answer for two: *saw* (a tool), *left* (a side), *lay* (of the laity),
//! *bore*, *wound*, *ground*, *rose*, *bound*, *bit*, *fed* (the Federal
//! Reserve), *leaves*, *lives*, *media*, *dove*, *rung*, *lent*, *smelt*,
//! *spat*, *shed*, *born*, *axes*, *bases*. *Matrices* is left out because
//! mathematicians write of them and of *a matrix* in other articles (nDCG@10 of
//! CACM .538 with it, .549 without). Auxiliary verbs are stop words and need
//! none.

use super::table::{FormTable, WithForms};

/// A word, then its forms, on each line.
static VERBS: FormTable = FormTable::new(
    "
arise arose arisen
awake awoke awoken
bear borne
beat beaten
become became
befall befell befallen
beget begot begotten
begin began begun
behold beheld
bend bent
beseech besought
bid bade bidden
bite bitten
bleed bled
blow blew blown
break broke broken
breed bred
bring brought
build built
burn burnt
buy bought
catch caught
choose chose chosen
cling clung
come came
creep crept
deal dealt
dig dug
draw drew drawn
dream dreamt
drink drank drunk
drive drove driven
eat ate eaten
fall fell fallen
feel felt
fight fought
find found
flee fled
fling flung
fly flew flown
forbid forbade forbidden
forego forewent foregone
foresee foresaw foreseen
foretell foretold
forget forgot forgotten
forgive forgave forgiven
forgo forwent forgone
forsake forsook forsaken
foreswear foreswore foresworn
forswear forswore forsworn
freeze froze frozen
get got gotten
ghostwrite ghostwrote ghostwritten
give gave given
go went gone
grow grew grown
hang hung
hamstring hamstrung
hear heard
hide hid hidden
hold held
keep kept
kneel knelt
know knew known
lay laid
lead led
lean leant
leap leapt
learn learnt
lie lain
light lit
lose lost
make made
mean meant
meet met
mishear misheard
mislay mislaid
mislead misled
misspell misspelt
misspend misspent
mistake mistook mistaken
misunderstand misunderstood
mow mown
outdo outdid outdone
outgrow outgrew outgrown
outrun outran
outsell outsold
outshine outshone
overcome overcame
overdo overdid overdone
overdraw overdrew overdrawn
overeat overate overeaten
overfly overflew overflown
overhang overhung
overhear overheard
override overrode overridden
overrun overran
oversee oversaw overseen
oversell oversold
oversleep overslept
overspend overspent
overtake overtook overtaken
overthrow overthrew overthrown
overwrite overwrote overwritten
partake partook partaken
pay paid
plead pled
prepay prepaid
prove proven
rebuild rebuilt
redo redid redone
redraw redrew redrawn
regrow regrew regrown
relearn relearnt
remake remade
repay repaid
resell resold
retake retook retaken
retell retold
rethink rethought
rewrite rewrote rewritten
ride rode ridden
ring rang
rise risen
run ran
say said
see seen
seek sought
sell sold
send sent
sew sewn
shake shook shaken
shear shorn
shine shone
shoot shot
show shown
shrink shrank shrunk shrunken
sing sang sung
sink sank sunk sunken
sit sat
slay slew slain
sleep slept
slide slid
sling slung
slink slunk
smite smote smitten
sneak snuck
sow sown
speak spoke spoken
speed sped
spell spelt
spend spent
spill spilt
spin spun
spoil spoilt
spring sprang sprung
stand stood
steal stole stolen
stick stuck
sting stung
stink stank stunk
stride strode stridden
strike struck stricken
string strung
strive strove striven
swear swore sworn
sweep swept
swell swollen
swim swam swum
swing swung
take took taken
teach taught
tear tore torn
tell told
think thought
throw threw thrown
tread trod trodden
undergo underwent undergone
underlie underlay underlain
underpay underpaid
understand understood
undertake undertook undertaken
underwrite underwrote underwritten
undo undid undone
uphold upheld
wake woke woken
waylay waylaid
wear wore worn
weave wove woven
weep wept
win won
withdraw withdrew withdrawn
withhold withheld
withstand withstood
wring wrung
write wrote written
",
);

/// A word, then its plurals.
static NOUNS: FormTable = FormTable::new(
    "
addendum addenda
airman airmen
alderman aldermen
alga algae
alumnus alumni alumna alumnae
analysis analyses
anchorman anchormen
antenna antennae
antithesis antitheses
appendix appendices
artilleryman artillerymen
assemblyman assemblymen
assemblywoman assemblywomen
automaton automata
bacillus bacilli
backwoodsman backwoodsmen
bacterium bacteria
bronchus bronchi
bureau bureaux
businessman businessmen
businesswoman businesswomen
cactus cacti
calf calves
cameraman cameramen
candelabrum candelabra
cavalryman cavalrymen
cerebellum cerebella
chairman chairmen
chairwoman chairwomen
chateau chateaux
child children
clansman clansmen
clergyman clergymen
coachman coachmen
codex codices
committeeman committeemen
congressman congressmen
congresswoman congresswomen
cornea corneae
cortex cortices
councilman councilmen
councilwoman councilwomen
countryman countrymen
countrywoman countrywomen
craftsman craftsmen
crewman crewmen
crisis crises
criterion criteria
curriculum curricula
datum data
diagnosis diagnoses
doorman doormen
draughtsman draughtsmen
dustman dustmen
dwarf dwarves
elf elves
ellipsis ellipses
embolus emboli
emphasis emphases
englishman englishmen
erratum errata
exegesis exegeses
femur femora
ferryman ferrymen
fireman firemen
fisherman fishermen
flagellum flagella
focus foci
foot feet
foreman foremen
formula formulae
frenchman frenchmen
freeman freemen
frontiersman frontiersmen
frontman frontmen
fungus fungi
ganglion ganglia
gentleman gentlemen
genus genera
glomerulus glomeruli
goose geese
gunman gunmen
half halves
handyman handymen
hangman hangmen
helmsman helmsmen
henchman henchmen
herdsman herdsmen
hitman hitmen
hoof hooves
horseman horsemen
housewife housewives
huntsman huntsmen
hypothesis hypotheses
index indices
infantryman infantrymen
irishman irishmen
journeyman journeymen
juryman jurymen
knife knives
larva larvae
lawman lawmen
layman laymen
lemma lemmata
lifeboatman lifeboatmen
lineman linemen
loaf loaves
locus loci
longshoreman longshoremen
louse lice
lumen lumina
madman madmen
man men
marksman marksmen
medulla medullae
memorandum memoranda
merchantman merchantmen
metamorphosis metamorphoses
metastasis metastases
middleman middlemen
midwife midwives
militiaman militiamen
millennium millennia
minimum minima
maximum maxima
mitochondrion mitochondria
mouse mice
nebula nebulae
nemesis nemeses
neurosis neuroses
newsman newsmen
newspaperman newspapermen
newspaperwoman newspaperwomen
nobleman noblemen
nucleus nuclei
oarsman oarsmen
oasis oases
oilman oilmen
ombudsman ombudsmen
optimum optima
ovum ova
ox oxen
paralysis paralyses
parenthesis parentheses
patrolman patrolmen
phenomenon phenomena
plateau plateaux
policeman policemen
policewoman policewomen
postman postmen
prognosis prognoses
prosthesis prostheses
psychosis psychoses
quantum quanta
quarryman quarrymen
radius radii
referendum referenda
repairman repairmen
rifleman riflemen
roof rooves
salesman salesmen
saleswoman saleswomen
scarf scarves
schema schemata
schoolchild schoolchildren
scotsman scotsmen
seaman seamen
self selves
septum septa
serum sera
serviceman servicemen
servicewoman servicewomen
sheaf sheaves
shelf shelves
showman showmen
signalman signalmen
snowman snowmen
spectrum spectra
spokesman spokesmen
spokeswoman spokeswomen
sportsman sportsmen
sportswoman sportswomen
stadium stadia
statesman statesmen
stepchild stepchildren
stigma stigmata
stimulus stimuli
stratum strata
stuntman stuntmen
superman supermen
swordsman swordsmen
syllabus syllabi
symposium symposia
synopsis synopses
synthesis syntheses
tableau tableaux
taxman taxmen
thesis theses
thief thieves
thrombus thrombi
titmouse titmice
tooth teeth
townsman townsmen
trachea tracheae
tradesman tradesmen
tribesman tribesmen
tribeswoman tribeswomen
trauma traumata
tympanum tympana
vacuum vacua
vertebra vertebrae
vertex vertices
villus villi
virtuoso virtuosi
vortex vortices
warehouseman warehousemen
watchman watchmen
weatherman weathermen
welshman welshmen
werewolf werewolves
wharf wharves
wife wives
wolf wolves
woman women
woodsman woodsmen
workman workmen
yachtsman yachtsmen
yachtswoman yachtswomen
yeoman yeomen
",
);

/// The word that a folded form is an irregular form of.
pub(super) fn word_of(form: &str) -> Option<&'static str> {
    VERBS.get(form).or_else(|| NOUNS.get(form))
}

/// Whether a folded form stands in the table, be it as a word or as a form.
pub(super) fn is_known(form: &str) -> bool {
    let initial = form.bytes().next().unwrap_or(0);
    word_of(form).is_some() || of_initial(initial).any(|(word, _)| word == form)
}

/// The words that begin with a letter, each with its forms.
pub(super) fn of_initial(initial: u8) -> impl Iterator<Item = WithForms> {
    VERBS.of_initial(initial).chain(NOUNS.of_initial(initial))
}

/// The words of the table, each with one of its forms.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    VERBS.all().chain(NOUNS.all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_belongs_to_one_word_that_is_no_form_itself() {
        let mut seen = std::collections::BTreeSet::new();
        for (word, form) in all() {
            assert!(word_of(word).is_none(), "{word} is a form");
            assert!(seen.insert(form), "{form} stands twice");
            assert_eq!(word_of(form), Some(word), "{form}");
            assert!(form.bytes().all(|byte| byte.is_ascii_lowercase()), "{form}");
        }
        assert!(seen.len() > 400, "{}", seen.len());
        assert_eq!(word_of("women"), Some("woman"));
        assert_eq!(word_of("woman"), None);
    }
}
