//! The shipped document with its operation as often as one likes.

use super::{Fault, workspace};

/// The names that an operation has for itself.
const OWN: [&str; 4] =
    ["/phone/verify/resend", "resend_code", "ResendCodeRequest", "ResendCodeResponse"];

/// A document with this many operations, each with a path, a request and a response of its own.
pub fn document(operations: usize) -> Result<String, Fault> {
    let text = std::fs::read_to_string(workspace().join("spec/vault.yaml"))?;
    let cut = |text: &str, at: &str| -> Result<(String, String), Fault> {
        let (before, after) = text.split_once(at).ok_or_else(|| format!("no {at:?}"))?;
        Ok((format!("{before}{at}"), after.to_owned()))
    };
    let (head, rest) = cut(&text, "\npaths:\n")?;
    let (operation, rest) = rest.split_once("\ncomponents:\n").ok_or("no components")?;
    let (security, rest) = cut(rest, "\n  schemas:\n")?;
    let (schemas, shared) = rest.split_once("    ErrorBody:\n").ok_or("no error body")?;
    let all = |part: &str| (0..operations).map(|number| numbered(part, number)).collect::<String>();
    Ok(format!(
        "{head}{}\ncomponents:\n{security}{}    ErrorBody:\n{shared}",
        all(operation),
        all(schemas)
    ))
}

/// A part of the document, or a page, for the operation of this number. The first is the shipped one.
pub fn numbered(part: &str, number: usize) -> String {
    let mut part = part.to_owned();
    if number > 0 {
        for name in OWN {
            part = part.replace(name, &format!("{name}{number}"));
        }
    }
    part
}
