//! Reads calls by cURL. The crate `shlex` splits them as a shell would.

use super::blocks::Code;
use super::finding::short;

/// A call, each part with its line.
#[derive(Debug, Default)]
pub struct Call {
    /// The method, in lower case, where it is said.
    pub method: Option<(String, usize)>,
    /// The URL.
    pub url: Option<(String, usize)>,
    /// The headers: name and value.
    pub headers: Vec<(String, String, usize)>,
    /// The body.
    pub data: Option<Code>,
    /// The line of the call itself.
    pub line: usize,
}

/// How many bytes a call has at most.
const MAX_SIZE: usize = 64 * 1024;

/// Options that change nothing of the request.
const SILENT: [&str; 14] = [
    "--compressed",
    "--fail",
    "--include",
    "--insecure",
    "--location",
    "--no-buffer",
    "--show-error",
    "--silent",
    "--verbose",
    "-L",
    "-i",
    "-k",
    "-s",
    "-v",
];

impl Call {
    /// Reads a call; in the case of an error, gives the line, too.
    pub fn read(code: &Code) -> Result<Self, (usize, String)> {
        let words = words(code)?;
        let mut words = words.into_iter();
        let mut call = match words.next() {
            Some((word, line)) if word == "curl" => Self { line, ..Self::default() },
            Some((word, line)) => {
                return Err((
                    line,
                    format!("the sample starts with `{}` and not with `curl`", short(&word)),
                ));
            }
            None => return Err((code.line, "the sample is empty".to_owned())),
        };
        while let Some((word, line)) = words.next() {
            if SILENT.contains(&word.as_str()) {
                continue;
            }
            if ["&&", "||", "|", ";", "&", ">"].contains(&word.as_str()) {
                return Err((line, format!("the sample goes on with `{word}`")));
            }
            let Some((option, attached)) = option(&word) else {
                match word.starts_with('-') {
                    true => {
                        return Err((
                            line,
                            format!("the option `{}` of the sample is unknown here", short(&word)),
                        ));
                    }
                    false => call.set_url(word, line)?,
                }
                continue;
            };
            let (value, line) = match attached {
                Some(value) => (value.to_owned(), line),
                None => words.next().ok_or_else(|| {
                    (line, format!("the option `{word}` of the sample has no value"))
                })?,
            };
            call.set(option, value, line)?;
        }
        Ok(call)
    }

    fn set(&mut self, option: Opt, value: String, line: usize) -> Result<(), (usize, String)> {
        match option {
            Opt::Method => self.method = Some((value.to_lowercase(), line)),
            Opt::Url => self.set_url(value, line)?,
            Opt::Header => {
                // A header without a value is written with a semicolon.
                let (name, value) =
                    value.split_once(':').or_else(|| value.split_once(';')).ok_or_else(|| {
                        (line, format!("the header `{}` of the sample has no colon", short(&value)))
                    })?;
                self.headers.push((name.trim().to_owned(), value.trim().to_owned(), line));
            }
            Opt::Data if value.starts_with('@') => {
                return Err((line, "the sample's body is in a file".to_owned()));
            }
            Opt::Data | Opt::Encoded => {
                let value = match (option, value.split_once('=')) {
                    (Opt::Encoded, Some((name, value))) => format!("{name}={}", encoded(value)),
                    (Opt::Encoded, None) => encoded(&value),
                    _ => value,
                };
                match &mut self.data {
                    // So does curl.
                    Some(data) => data.text = format!("{}&{value}", data.text),
                    None => {
                        self.data =
                            Some(Code { info: String::new(), text: value, line, is_closed: true });
                    }
                }
            }
        }
        Ok(())
    }

    fn set_url(&mut self, url: String, line: usize) -> Result<(), (usize, String)> {
        match &self.url {
            Some(_) => Err((line, format!("the sample has a second URL, `{}`", short(&url)))),
            None => {
                self.url = Some((url, line));
                Ok(())
            }
        }
    }

    /// The method, with the line that it follows from.
    pub fn method(&self) -> (&str, usize) {
        match (&self.method, &self.data) {
            (Some((method, line)), _) => (method, *line),
            (None, Some(data)) => ("post", data.line),
            (None, None) => ("get", self.line),
        }
    }
}

/// The server and the path of a URL without its query. The path has at most as many steps as another one; what is
/// before that belongs to the server.
pub fn server_and_path<'u>(address: &'u str, like: &str) -> (&'u str, &'u str) {
    let host = address.find("://").map_or(0, |place| place + 3);
    let count = like.matches('/').count();
    let path = &address[host..];
    let start = path.rmatch_indices('/').take(count).last();
    address.split_at(host + start.map_or(path.len(), |(place, _)| place))
}

#[derive(Clone, Copy)]
enum Opt {
    Method,
    Url,
    Header,
    Data,
    Encoded,
}

/// A value as a form has it.
fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// An option that says something of the request, and the value that is written together with it.
fn option(word: &str) -> Option<(Opt, Option<&str>)> {
    let option = match word {
        "--request" => Opt::Method,
        "--url" => Opt::Url,
        "--header" => Opt::Header,
        "--data-urlencode" => Opt::Encoded,
        "--data" | "--data-raw" | "--data-binary" | "--data-ascii" => Opt::Data,
        _ => {
            let option = match word.get(..2)? {
                "-X" => Opt::Method,
                "-H" => Opt::Header,
                "-d" => Opt::Data,
                _ => return None,
            };
            return Some((option, word.get(2..).filter(|value| !value.is_empty())));
        }
    };
    Some((option, None))
}

/// The words of one command, each with the line that it starts on.
fn words(code: &Code) -> Result<Vec<(String, usize)>, (usize, String)> {
    if code.text.len() > MAX_SIZE {
        return Err((code.line, "the sample is longer than 64 KiB".to_owned()));
    }
    let mut words = Vec::new();
    // Lines that belong together because a quotation goes on, and the line of the first of them.
    let mut open: Option<(String, usize)> = None;
    let mut has_ended = false;
    for (number, text) in code.text.lines().enumerate() {
        let line = code.line + number;
        let is_before = words.is_empty() && open.is_none();
        if is_before && (text.trim().is_empty() || text.trim_start().starts_with('#')) {
            continue;
        }
        if has_ended && open.is_none() {
            match text.trim().is_empty() {
                true => continue,
                false => {
                    return Err((
                        line,
                        "the sample goes on after a line without a `\\` at its end".to_owned(),
                    ));
                }
            }
        }
        let (run, first) = open.take().map_or_else(
            || (text.to_owned(), line),
            |(run, first)| (format!("{run}\n{text}"), first),
        );
        let joined = run.trim_end().strip_suffix('\\').filter(|_| run.ends_with('\\'));
        // Inside of a quotation, what looks like a continued line is not one.
        let split = joined.and_then(shlex::split);
        has_ended = split.is_none();
        match split.or_else(|| shlex::split(&run)) {
            Some(found) => words.extend(found.into_iter().map(|word| (word, first))),
            None => open = Some((run, first)),
        }
    }
    match open {
        Some((_, line)) => Err((line, "a quotation in the sample does not end".to_owned())),
        None => Ok(words),
    }
}
