//! The formats of values that the check knows. It accepts anything in other formats.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Number;

/// Whether a string is of a format.
pub(super) fn is_of(format: &str, text: &str) -> bool {
    match format {
        "date" => is_date(text),
        "date-time" => is_date_time(text),
        "uuid" => is_uuid(text),
        "email" => {
            text.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        }
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "uri" => is_uri(text),
        _ => true,
    }
}

/// Whether an integer is of a format, as the generator reads it.
pub(super) fn is_in_range(format: &str, number: &Number) -> bool {
    let (signed, unsigned) = (number.as_i64(), number.as_u64());
    match format {
        "int8" => signed.is_some_and(|number| i8::try_from(number).is_ok()),
        "int16" => signed.is_some_and(|number| i16::try_from(number).is_ok()),
        "int32" => signed.is_some_and(|number| i32::try_from(number).is_ok()),
        "int64" => signed.is_some(),
        "uint8" => unsigned.is_some_and(|number| u8::try_from(number).is_ok()),
        "uint16" => unsigned.is_some_and(|number| u16::try_from(number).is_ok()),
        "uint32" => unsigned.is_some_and(|number| u32::try_from(number).is_ok()),
        "uint64" => unsigned.is_some(),
        _ => true,
    }
}

/// Reads `length` digits and what follows them.
fn digits(text: &str, length: usize) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(length)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((digits.parse().ok().filter(|_| is_number)?, rest))
}

/// RFC 3339, section 5.6: `full-date`.
fn date(text: &str) -> Option<&str> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

fn is_date(text: &str) -> bool {
    date(text) == Some("")
}

/// Reads hours and minutes and what follows them.
fn hours_and_minutes(text: &str) -> Option<&str> {
    let (hour, rest) = digits(text, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    (hour < 24 && minute < 60).then_some(rest)
}

/// RFC 3339, section 5.6: `date-time`.
fn is_date_time(text: &str) -> bool {
    let offset = || {
        let rest = hours_and_minutes(date(text)?.strip_prefix(['T', 't', ' '])?)?;
        // 60 is a leap second.
        let (_, rest) = digits(rest.strip_prefix(':')?, 2).filter(|(second, _)| *second <= 60)?;
        let Some(fraction) = rest.strip_prefix('.') else {
            return Some(rest);
        };
        let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        (rest.len() < fraction.len()).then_some(rest)
    };
    match offset() {
        Some("Z" | "z") => true,
        Some(offset) => {
            offset.strip_prefix(['+', '-']).and_then(hours_and_minutes).is_some_and(str::is_empty)
        }
        None => false,
    }
}

/// RFC 9562, section 4.
fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// RFC 3986, section 3: a scheme, and no character that a URI cannot have.
fn is_uri(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
        && text.chars().all(|c| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c))
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn formats_are_told_apart() {
        for (format, right, wrong) in [
            ("date", "2024-02-29", "2023-02-29"),
            ("date", "2024-12-31", "2024-13-01"),
            ("date-time", "2024-02-29T23:59:60Z", "2024-02-29"),
            ("date-time", "2024-02-29t01:02:03.004+05:30", "2024-02-29T01:02:03.Z"),
            ("date-time", "2024-02-29T01:02:03-00:00", "2024-02-29T24:02:03Z"),
            ("uuid", "123e4567-e89b-12d3-a456-42661417400A", "123e4567e89b12d3a45642661417400A"),
            ("email", "a@b", "a.b"),
            ("ipv4", "127.0.0.1", "127.0.0.256"),
            ("ipv6", "::1", "127.0.0.1"),
            ("uri", "https://a.example/b?c#d", "/b"),
            ("uri", "urn:a", "https://a b"),
        ] {
            assert!(is_of(format, right), "{format}: {right}");
            assert!(!is_of(format, wrong), "{format}: {wrong}");
        }
        assert!(is_of("phone", "anything"));
    }
}
