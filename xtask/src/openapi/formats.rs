//! The formats of values that the check knows. It accepts anything in other formats.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Number;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime};
use url::Url;

pub(super) fn is_of(format: &str, text: &str) -> bool {
    match format {
        // A year of four digits and a month, as RFC 3339 has them: ISO 8601 also has weeks.
        "date" => {
            text.len() == 10 && !text.contains('W') && Date::parse(text, &Iso8601::DATE).is_ok()
        }
        "date-time" => OffsetDateTime::parse(text, &Rfc3339).is_ok(),
        "uuid" => is_uuid(text),
        "email" => {
            text.rsplit_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        }
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "uri" => Url::parse(text).is_ok() && !text.contains(' '),
        _ => true,
    }
}

/// Whether an integer is of a format, as the generator reads it.
pub(super) fn is_in_range(format: &str, number: &Number) -> bool {
    let (least, most) = match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint64" => (0, u64::MAX.into()),
        _ => return true,
    };
    number.as_i128().is_some_and(|number| (least..=most).contains(&number))
}

/// RFC 9562, section 4.
fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
