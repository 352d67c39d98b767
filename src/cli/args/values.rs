//! Values of options that are more than a word or a number.

use cybersearch::owner::assumable_year;

/// A year, or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearArg(pub(crate) Option<i16>);

/// Reads `1987` or `none`.
pub(super) fn parse_year(text: &str) -> Result<YearArg, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(YearArg(None));
    }
    let year = assumable_year(text).ok_or("a year is four digits, such as 1987")?;
    Ok(YearArg(Some(year)))
}

/// Reads `500K`, `64M`, `2G` or bytes.
pub(super) fn parse_size(text: &str) -> Result<u64, String> {
    let (digits, power) = match text.trim_end_matches(['B', 'b', 'i']) {
        rest if rest.ends_with(['K', 'k']) => (&rest[..rest.len() - 1], 10),
        rest if rest.ends_with(['M', 'm']) => (&rest[..rest.len() - 1], 20),
        rest if rest.ends_with(['G', 'g']) => (&rest[..rest.len() - 1], 30),
        rest => (rest, 0),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| "a size is a number with K, M or G, such as 64M".to_owned())?;
    number
        .checked_mul(1 << power)
        .filter(|size| *size > 0)
        .ok_or_else(|| "this size is out of range".to_owned())
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
        assert_eq!(parse_size("2GiB"), Ok(2 << 30));
        assert_eq!(parse_size("100"), Ok(100));
        for bad in ["", "M", "0", "-1", "99999999999G"] {
            assert!(parse_size(bad).is_err(), "{bad}");
        }
    }
}
