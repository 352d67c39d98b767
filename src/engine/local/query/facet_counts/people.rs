//! Whom the names of each segment mean: looking all of them up takes longer than
//! most counts, so it is done once.

use std::sync::{Arc, OnceLock};

use tantivy::SegmentOrdinal;
use tantivy::columnar::StrColumn;

use crate::plan::people::ArchivePeople;

/// The people of an archive, and whom the names of each segment mean: looking
/// all of them up takes longer than most counts, so it is done once.
pub(crate) struct PersonNumbers {
    pub(super) people: Arc<ArchivePeople>,
    /// The number of the person by the ordinal of the name.
    segments: Vec<OnceLock<Arc<[u32]>>>,
}

/// No person.
const NOBODY: u32 = u32::MAX;

impl PersonNumbers {
    pub(crate) fn new(people: Arc<ArchivePeople>, segments: usize) -> PersonNumbers {
        PersonNumbers {
            people,
            segments: (0..segments).map(|_| OnceLock::new()).collect(),
        }
    }

    pub(crate) fn people(&self) -> &Arc<ArchivePeople> {
        &self.people
    }

    /// Whom the names of a segment mean.
    pub(super) fn in_segment(
        &self,
        segment: SegmentOrdinal,
        names: Option<&StrColumn>,
    ) -> tantivy::Result<NamedPeople> {
        let place = &self.segments[segment as usize];
        let numbers = match (place.get(), names) {
            (Some(known), _) => Arc::clone(known),
            (None, None) => Arc::default(),
            (None, Some(names)) => {
                let made = numbers_of(names, &self.people)?;
                Arc::clone(place.get_or_init(|| made))
            }
        };
        Ok(NamedPeople {
            people: Arc::clone(&self.people),
            numbers,
        })
    }
}

/// The people of an archive, by the names of a segment.
pub(super) struct NamedPeople {
    pub(super) people: Arc<ArchivePeople>,
    numbers: Arc<[u32]>,
}

impl NamedPeople {
    /// The number of the person whom a name stands for.
    pub(super) fn number(&self, name: u64) -> Option<usize> {
        let number = *self.numbers.get(usize::try_from(name).ok()?)?;
        (number != NOBODY).then_some(number as usize)
    }
}

/// The number of the person by the ordinal of the name.
fn numbers_of(names: &StrColumn, people: &ArchivePeople) -> tantivy::Result<Arc<[u32]>> {
    let mut numbers = Vec::with_capacity(names.num_terms());
    let ordinals: Vec<u64> = (0..names.num_terms() as u64).collect();
    let add = |name: &[u8]| {
        let name = std::str::from_utf8(name).ok();
        let number = name.and_then(|name| people.number(name));
        let number = number.and_then(|number| u32::try_from(number).ok());
        numbers.push(number.unwrap_or(NOBODY));
    };
    names.dictionary().sorted_ords_to_term_cb(&ordinals, add)?;
    Ok(numbers.into())
}
