//! Reads calls by cURL. The crate `shlex` splits them as a shell does.

use super::blocks::Code;
use super::differences::short;
use super::page::Unreadable;

/// A call. Each part has its line.
#[derive(Debug, Default)]
pub struct Call {
    /// The method in lower case, if an option names it.
    method: Option<(String, usize)>,
    pub url: Option<(String, usize)>,
    /// Names and values.
    pub headers: Vec<(String, String, usize)>,
    pub data: Option<Code>,
    pub line: usize,
}

/// The longest call that is read, in bytes. An open quotation is split again with each line that follows.
const MAX_SIZE: usize = 64 * 1024;

/// Options that do not change the request.
#[rustfmt::skip]
const SILENT: [&str; 14] = [
    "--compressed", "--fail", "--include", "--insecure", "--location", "--no-buffer", "--show-error", "--silent",
    "--verbose", "-L", "-i", "-k", "-s", "-v",
];

impl Call {
    pub fn read(code: &Code) -> Result<Self, Unreadable> {
        let mut words = words(code)?.into_iter();
        let Some((first, line)) = words.next() else {
            return Err((code.line, "the sample is empty".to_owned()));
        };
        if first != "curl" {
            return Err((line, format!("the sample starts with `{}`, not `curl`", short(&first))));
        }
        let mut call = Self { line, ..Self::default() };
        while let Some((word, line)) = words.next() {
            if SILENT.contains(&word.as_str()) {
                continue;
            }
            if !word.starts_with('-') {
                call.set(Part::Url, word, line)?;
                continue;
            }
            let Some((part, attached)) = option(&word) else {
                return Err((
                    line,
                    format!("the sample has the unknown option `{}`", short(&word)),
                ));
            };
            let attached = attached.map(|value| (value.to_owned(), line));
            let Some((value, line)) = attached.or_else(|| words.next()) else {
                return Err((line, format!("the option `{word}` of the sample has no value")));
            };
            call.set(part, value, line)?;
        }
        Ok(call)
    }

    fn set(&mut self, part: Part, value: String, line: usize) -> Result<(), Unreadable> {
        match part {
            Part::Method => self.method = Some((value.to_lowercase(), line)),
            Part::Url if self.url.is_some() => {
                return Err((line, format!("the sample has a second URL, `{}`", short(&value))));
            }
            Part::Url => self.url = Some((value, line)),
            Part::Header => {
                // A header without a value is written with a semicolon.
                let parts = value.split_once(':').or_else(|| value.split_once(';'));
                let Some((name, value)) = parts else {
                    let message = format!("the header `{}` has no colon", short(&value));
                    return Err((line, message));
                };
                self.headers.push((name.trim().to_owned(), value.trim().to_owned(), line));
            }
            Part::Data if value.starts_with('@') => {
                return Err((line, "the body of the sample is in a file".to_owned()));
            }
            Part::Data => self.add_data(value, line),
            Part::Encoded => {
                let encoded = |text: &str| -> String {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect()
                };
                let value = match value.split_once('=') {
                    Some((name, value)) => format!("{name}={}", encoded(value)),
                    None => encoded(&value),
                };
                self.add_data(value, line);
            }
        }
        Ok(())
    }

    /// Like curl, joins several options by `&`.
    fn add_data(&mut self, text: String, line: usize) {
        match &mut self.data {
            Some(data) => data.text = format!("{}&{text}", data.text),
            None => {
                self.data = Some(Code { info: String::new(), text, line, is_closed: true });
            }
        }
    }

    /// The method in lower case, and the line that it follows from.
    pub fn method(&self) -> (&str, usize) {
        match (&self.method, &self.data) {
            (Some((method, line)), _) => (method, *line),
            (None, Some(data)) => ("post", data.line),
            (None, None) => ("get", self.line),
        }
    }
}

/// Splits a URL without its query into the server and the path. The path has at most as many steps as another one.
pub fn server_and_path<'u>(address: &'u str, like: &str) -> (&'u str, &'u str) {
    let host = address.find("://").map_or(0, |place| place + 3);
    let path = &address[host..];
    let start = path.rmatch_indices('/').take(like.matches('/').count()).last();
    address.split_at(host + start.map_or(path.len(), |(place, _)| place))
}

/// The part of a request that an option sets.
#[derive(Clone, Copy)]
enum Part {
    Method,
    Url,
    Header,
    Data,
    /// Data that curl encodes as a form does.
    Encoded,
}

const OPTIONS: [(&str, Part); 11] = [
    ("--request", Part::Method),
    ("-X", Part::Method),
    ("--url", Part::Url),
    ("--header", Part::Header),
    ("-H", Part::Header),
    ("--data", Part::Data),
    ("--data-raw", Part::Data),
    ("--data-binary", Part::Data),
    ("--data-ascii", Part::Data),
    ("-d", Part::Data),
    ("--data-urlencode", Part::Encoded),
];

/// The part that an option sets, and the value that is attached to a short option.
fn option(word: &str) -> Option<(Part, Option<&str>)> {
    OPTIONS.iter().find_map(|(name, part)| match word.strip_prefix(name)? {
        "" => Some((*part, None)),
        value if name.len() == 2 => Some((*part, Some(value))),
        _ => None,
    })
}

/// The words of one command, each with the line that it starts on.
fn words(code: &Code) -> Result<Vec<(String, usize)>, Unreadable> {
    if code.text.len() > MAX_SIZE {
        return Err((code.line, "the sample is longer than 64 KiB".to_owned()));
    }
    let mut words = Vec::new();
    // Lines with an open quotation, and the number of the first of them.
    let mut open: Option<(String, usize)> = None;
    let mut has_ended = false;
    for (line, text) in (code.line..).zip(code.text.lines()) {
        let is_comment = words.is_empty() && text.trim_start().starts_with('#');
        if open.is_none() && (text.trim().is_empty() || is_comment) {
            continue;
        }
        if open.is_none() && has_ended {
            let message = "the sample goes on after a line that does not end in `\\`";
            return Err((line, message.to_owned()));
        }
        let (run, first) = match open.take() {
            Some((run, first)) => (format!("{run}\n{text}"), first),
            None => (text.to_owned(), line),
        };
        // In a quotation, a `\` at the end does not continue the line.
        let continued = run.strip_suffix('\\').and_then(shlex::split);
        has_ended = continued.is_none();
        match continued.or_else(|| shlex::split(&run)) {
            Some(found) => words.extend(found.into_iter().map(|word| (word, first))),
            None => open = Some((run, first)),
        }
    }
    match open {
        Some((_, line)) => Err((line, "a quotation in the sample does not end".to_owned())),
        None => Ok(words),
    }
}
