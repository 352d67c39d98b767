//! The time of day that stands beside a stated date.

use super::{Exactness, number};

/// `23:41:00 GMT`, `11:41 PM` and `11:41pm` as ISO 8601 writes them. `is_mail`
/// says that the date is written as in mail and feeds.
pub(super) fn clock(words: &[&str], is_mail: bool) -> Option<String> {
    let (first, mut rest) = words.split_first()?;
    let dotted: String;
    let (hour, past) = if let Some(parts) = first.split_once(':') {
        parts
    } else {
        // "10.30 GMT", "10.30.12"
        dotted = first.replace('.', ":");
        dotted.split_once(':').filter(|(_, past)| past.len() >= 2)?
    };
    let hour = number(hour)?;
    // "11:41pm" in one word.
    let marked = past.len().checked_sub(2).filter(|at| {
        let mark = past.as_bytes()[*at..].to_ascii_lowercase();
        mark == b"am" || mark == b"pm"
    });
    let (past, half) = match marked {
        Some(at) => (&past[..at], Some(past[at..].to_ascii_lowercase())),
        None => (past, rest.first().map(|word| word.to_ascii_lowercase())),
    };
    let hour = match half.as_deref() {
        Some("am" | "a.m.") if (1..=12).contains(&hour) => hour % 12,
        Some("pm" | "p.m.") if (1..=12).contains(&hour) => hour % 12 + 12,
        _ => hour,
    };
    let is_half = half.is_some_and(|half| matches!(half.as_str(), "am" | "pm" | "a.m." | "p.m."));
    if is_half && marked.is_none() {
        rest = &rest[1..];
    }
    let zone = match rest {
        [] => "",
        ["GMT" | "UTC" | "UT" | "Z" | "z" | "+0000" | "-0000"] => "Z",
        [offset] | [offset, "UTC" | "GMT"] if offset.starts_with(['+', '-']) => offset,
        // What a browser writes: "GMT+0200".
        [offset] if offset.starts_with("GMT") || offset.starts_with("UTC") => &offset[3..],
        // In mail and feeds these mean nothing else.
        [zone] if is_mail && american(zone).is_some() => american(zone)?,
        // A zone by name is kept out: its offset would be a guess.
        [zone] if zone.bytes().all(|byte| byte.is_ascii_uppercase()) => "",
        _ => return None,
    };
    Some(format!("{hour:02}:{past}{zone}"))
}

/// The zones that RFC 822 names, for mail and feeds.
fn american(zone: &str) -> Option<&'static str> {
    Some(match zone {
        "EDT" => "-04:00",
        "EST" | "CDT" => "-05:00",
        "CST" | "MDT" => "-06:00",
        "MST" | "PDT" => "-07:00",
        "PST" => "-08:00",
        _ => return None,
    })
}

/// `23:41`, `23:41:05Z`, `23:41:05.123+0200`, `23:41+02:00[Europe/Paris]`: as
/// ISO 8601 writes it.
pub(super) fn read_time(text: &str) -> Option<(String, Exactness)> {
    let text = text.split('[').next().unwrap_or(text);
    let zone_at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = (text[..zone_at].trim_end(), &text[zone_at..]);
    let parts: Vec<&str> = clock.split(':').take(4).collect();
    let in_range =
        |part: &str, limit: i16| part.len() == 2 && number(part).is_some_and(|value| value < limit);
    let exactness = match parts[..] {
        [hour, minute] if in_range(hour, 25) && in_range(minute, 60) => Exactness::Minute,
        [hour, minute, second] if in_range(hour, 25) && in_range(minute, 60) => {
            let (whole, part) = second.split_once(['.', ',']).unwrap_or((second, "0"));
            (in_range(whole, 61) && number(part.get(..4).unwrap_or(part)).is_some())
                .then_some(Exactness::Second)?
        }
        _ => return None,
    };
    let digits = zone.trim_start_matches(['+', '-']).replace(':', "");
    let zone = match (zone, digits.len()) {
        ("" | "Z", _) => zone.to_owned(),
        ("z", _) => "Z".to_owned(),
        (_, 2) => format!("{}{digits}:00", &zone[..1]),
        (_, 4) => format!("{}{}:{}", &zone[..1], &digits[..2], &digits[2..]),
        _ => return None,
    };
    let is_zone = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'Z' | b'z'));
    let clock = clock.replace(',', ".");
    is_zone.then(|| (format!("{clock}{zone}"), exactness))
}
