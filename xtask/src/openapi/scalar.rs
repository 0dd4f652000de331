//! The values of unquoted scalars in YAML.

use super::tree::Value;

/// The value of an unquoted scalar, by the rules of the generator's reader of YAML.
pub(super) fn plain(text: &str) -> Option<Value> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if matches!(unsigned, ".inf" | ".Inf" | ".INF") => return None,
        ".nan" | ".NaN" | ".NAN" => return None,
        _ if is_too_long(unsigned) => return None,
        _ => number(text, unsigned)
            .map(Value::Number)
            .unwrap_or_else(|| Value::Text(text.to_owned())),
    })
}

/// Whether it is a whole number of more than 64 bits.
fn is_too_long(unsigned: &str) -> bool {
    unsigned.len() >= 19
        && unsigned.bytes().all(|byte| byte.is_ascii_digit())
        && !unsigned.starts_with('0')
        && unsigned.parse::<u64>().is_err()
}

fn number(text: &str, unsigned: &str) -> Option<serde_json::Number> {
    let is_negative = text.starts_with('-');
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = unsigned.strip_prefix(prefix) {
            let magnitude = u64::from_str_radix(digits, radix).ok()?;
            return match is_negative {
                true => Some((-i64::try_from(magnitude).ok()?).into()),
                false => Some(magnitude.into()),
            };
        }
    }
    let digits = unsigned.as_bytes();
    // `0123` is a string.
    if !digits.first().is_some_and(|c| c.is_ascii_digit() || *c == b'.')
        || digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit()
    {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    // The generator's reader refuses integers that do not fit.
    if digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    serde_json::Number::from_f64(text.parse().ok()?)
}
