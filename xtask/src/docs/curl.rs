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
    pub headers: Vec<(String, String, usize)>,
    pub data: Option<Code>,
    pub line: usize,
}

/// Options that do not change the request.
#[rustfmt::skip]
const SILENT: [&str; 14] = [
    "--compressed", "--fail", "--include", "--insecure", "--location", "--no-buffer", "--show-error", "--silent",
    "--verbose", "-L", "-i", "-k", "-s", "-v",
];

impl Call {
    pub fn read(code: &Code) -> Result<Self, Unreadable> {
        let mut words = words(code)?.into_iter();
        let line = match words.next() {
            Some((first, line)) if first == "curl" => line,
            _ => return Err((code.line, "the sample does not start with `curl`".to_owned())),
        };
        let mut call = Self { line, ..Self::default() };
        while let Some((word, line)) = words.next() {
            if SILENT.contains(&word.as_str()) {
                continue;
            }
            // The value of a short option can follow without a space.
            let (option, attached) = match word.strip_prefix('-') {
                None => ("--url", Some(word.as_str())),
                Some(rest) if rest.starts_with('-') || rest.chars().count() < 2 => (&*word, None),
                Some(_) => word.split_at_checked(2).map_or((&*word, None), |(o, v)| (o, Some(v))),
            };
            let (value, line) = match attached {
                Some(value) => (value.to_owned(), line),
                None => words.next().unwrap_or((String::new(), line)),
            };
            call.set(option, value, line)?;
        }
        Ok(call)
    }

    fn set(&mut self, option: &str, value: String, line: usize) -> Result<(), Unreadable> {
        let problem = |message: String| Err((line, message));
        match option {
            "-X" | "--request" => self.method = Some((value.to_lowercase(), line)),
            "--url" if self.url.is_some() => {
                return problem(format!("the sample has a second URL, `{}`", short(&value)));
            }
            "--url" => self.url = Some((value, line)),
            "-H" | "--header" => {
                // A header without a value is written with a semicolon.
                let Some((name, value)) = value.split_once(':').or_else(|| value.split_once(';'))
                else {
                    return problem(format!("the header `{}` has no colon", short(&value)));
                };
                self.headers.push((name.trim().to_owned(), value.trim().to_owned(), line));
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" => {
                if value.starts_with('@') {
                    return problem("the body of the sample is in a file".to_owned());
                }
                self.add_data(value, line);
            }
            "--data-urlencode" => {
                let (name, value) = value.split_once('=').unwrap_or(("", &value));
                let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
                self.add_data(
                    if name.is_empty() { value } else { format!("{name}={value}") },
                    line,
                );
            }
            _ => return problem(format!("the sample has the unknown option `{}`", short(option))),
        }
        Ok(())
    }

    /// Like curl, joins several options by `&`.
    fn add_data(&mut self, text: String, line: usize) {
        match &mut self.data {
            Some(data) => data.text = format!("{}&{text}", data.text),
            None => self.data = Some(Code { text, line, ..Code::default() }),
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

/// The words of a command, each with the line that it starts on.
fn words(code: &Code) -> Result<Vec<(String, usize)>, Unreadable> {
    let lines: Vec<&str> = code.text.lines().collect();
    let is_cut = |pair: &[&str]| pair[1].trim_start().starts_with("--") && !pair[0].ends_with('\\');
    if let Some(index) = lines.windows(2).position(is_cut) {
        let message = "the sample goes on after a line that does not end in `\\`";
        return Err((code.line + index + 1, message.to_owned()));
    }
    // Of the same length, so that places stay the same.
    let text = code.text.replace("\\\n", " \n");
    let mut shell = shlex::Shlex::new(&text);
    let (mut words, mut line, mut end) = (Vec::new(), code.line, 0);
    for word in shell.by_ref() {
        // A word with escapes is not in the text as it is; it has the line of the word before.
        let start = word.lines().next().and_then(|first| text[end..].find(first));
        if let Some(start) = start {
            line += text[end..end + start].matches('\n').count();
            end += start;
        }
        words.push((word, line));
    }
    match shell.had_error {
        true => Err((line, "a quotation in the sample does not end".to_owned())),
        false => Ok(words),
    }
}
