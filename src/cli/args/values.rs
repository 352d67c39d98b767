//! Values of options that are more than a word or a number.

use std::ffi::OsStr;
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command};
use cybersearch::corrections::assumable_year;
use cybersearch::named::Named;
use cybersearch::source::{MOST_MAX_BYTES, memory};

/// A value by its name: the library's own list, with what it says of each.
pub(crate) fn named<T: Named>() -> NamedParser<T> {
    NamedParser(PhantomData)
}

/// See [`named`]. The list is made where it is shown, not at every start.
pub(crate) struct NamedParser<T>(PhantomData<fn() -> T>);

impl<T> Clone for NamedParser<T> {
    fn clone(&self) -> Self {
        NamedParser(PhantomData)
    }
}

impl<T: Named> NamedParser<T> {
    fn values() -> impl Iterator<Item = PossibleValue> {
        let values = T::ALL.iter();
        values.map(|(_, name, about)| PossibleValue::new(*name).help(*about))
    }
}

impl<T: Named> TypedValueParser for NamedParser<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        if let Some(named) = value.to_str().and_then(T::named) {
            return Ok(named);
        }
        let listed = PossibleValuesParser::new(Self::values());
        let listed = listed.try_map(|name| T::named(&name).ok_or("no such value"));
        listed.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Self::values()))
    }
}

/// A year, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearArg(pub(crate) Option<i16>);

/// Reads `1987` or `none`.
pub(super) fn parse_year(text: &str) -> Result<YearArg, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(YearArg(None));
    }
    let year = assumable_year(text).ok_or("expected a four-digit year, such as 1987, or none")?;
    Ok(YearArg(Some(year)))
}

/// Reads a number of threads that a machine may have.
pub(super) fn parse_threads(text: &str) -> Result<NonZeroUsize, String> {
    let threads = text.parse().ok().filter(|threads| *threads <= MAX_THREADS);
    threads
        .and_then(NonZeroUsize::new)
        .ok_or_else(|| format!("must be from 1 to {MAX_THREADS}"))
}

/// The most threads that may be asked for.
const MAX_THREADS: usize = 64;

/// Reads the size of a file: `500K`, `64M`, `1G` or bytes.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    Some(parse_bytes(text)?)
        .filter(|size| (1..=MOST_MAX_BYTES).contains(size))
        .ok_or_else(|| "must be at least 1 byte and at most 1G".to_owned())
}

/// Reads an amount of memory: `512M`, `4G`.
pub(super) fn parse_memory(text: &str) -> Result<u64, String> {
    Some(parse_bytes(text)?)
        .filter(|size| *size >= memory::LEAST)
        .ok_or_else(|| "must be at least 64M".to_owned())
}

/// Reads `500K`, `64M`, `2G` or bytes; what is more than a number holds is as
/// much as it holds.
fn parse_bytes(text: &str) -> Result<u64, String> {
    let (digits, power) = match text.trim_end_matches(['B', 'b', 'i']) {
        rest if rest.ends_with(['K', 'k']) => (&rest[..rest.len() - 1], 10),
        rest if rest.ends_with(['M', 'm']) => (&rest[..rest.len() - 1], 20),
        rest if rest.ends_with(['G', 'g']) => (&rest[..rest.len() - 1], 30),
        rest => (rest, 0),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| "expected a size such as 500K, 64M or 1G".to_owned())?;
    Ok(number.saturating_mul(1 << power))
}

/// Reads `200ms`, `0.5s`, `5m`, `2h` or `1d`.
pub(super) fn parse_time(text: &str) -> Result<Duration, String> {
    // The longer ending first: `ms` ends with `s` too.
    let units = [
        ("ms", 0.001),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3600.0),
        ("d", 86400.0),
    ];
    let wrong = "expected a number with a unit, such as 200ms, 0.5s or 5m";
    let (number, unit) = units
        .iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .ok_or(wrong)?;
    let is_plain = |c: char| c.is_ascii_digit() || c == '.';
    let number = Some(number).filter(|number| number.chars().all(is_plain));
    let number: f64 = number.and_then(|number| number.parse().ok()).ok_or(wrong)?;
    Duration::try_from_secs_f64(number * unit).map_err(|_| "out of range".to_owned())
}

/// Reads `2` or `0.5`, which are seconds, or a time with its unit.
pub(super) fn parse_seconds(text: &str) -> Result<Duration, String> {
    if text.ends_with(|c: char| c.is_ascii_digit()) {
        return parse_time(&format!("{text}s"))
            .map_err(|_| "expected a number of seconds, such as 2 or 0.5".to_owned());
    }
    parse_time(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_read() {
        assert_eq!(parse_year("1987"), Ok(YearArg(Some(1987))));
        assert_eq!(parse_year("None"), Ok(YearArg(None)));
        for bad in ["", "87", "+987", "19870"] {
            assert!(parse_year(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(parse_size("64M"), Ok(64 << 20));
        assert_eq!(parse_size("1GiB"), Ok(1 << 30));
        assert_eq!(parse_size("100"), Ok(100));
        for bad in ["", "M", "0", "-1", "1025M", "99999999999G"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn seconds_need_no_unit() {
        assert_eq!(parse_seconds("2"), Ok(Duration::from_secs(2)));
        assert_eq!(parse_seconds("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_seconds("0"), Ok(Duration::ZERO));
        assert_eq!(parse_seconds("200ms"), Ok(Duration::from_millis(200)));
        for bad in ["", "-1", "x", "1e9", "2 2"] {
            assert!(parse_seconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn memory_has_a_least() {
        assert_eq!(parse_memory("64M"), Ok(64 << 20));
        assert_eq!(parse_memory("6G"), Ok(6 << 30));
        for bad in ["", "63M", "-1", "much"] {
            assert!(parse_memory(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_read() {
        let millis = Duration::from_millis;
        assert_eq!(parse_time("200ms"), Ok(millis(200)));
        assert_eq!(parse_time("0.5s"), Ok(millis(500)));
        assert_eq!(parse_time("5m"), Ok(millis(300_000)));
        assert_eq!(parse_time("1d"), Ok(millis(86_400_000)));
        for bad in [
            "",
            "5",
            "s",
            "-1s",
            "1e3s",
            "inf s",
            "nans",
            "1 s",
            "9999999999999999999999d",
        ] {
            assert!(parse_time(bad).is_err(), "{bad}");
        }
    }
}
