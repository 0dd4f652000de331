//! A reader of JSON (RFC 8259) that borrows what it reads.
//!
//! It accepts what serde_json reads into a `Value`, and nothing else; a property test compares them. serde_json
//! itself leaves unescaped text, such as a password, in memory that it frees, and it is slower here.

use std::ops::Deref;

use zeroize::Zeroizing;

/// How many arrays and objects may be inside each other. It bounds the stack, and is serde_json's limit.
const GREATEST_DEPTH: u8 = 127;

/// A JSON value, of which only text is kept.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    Text(Raw<'a>),
    Other,
}

/// A JSON text between its quotes, with its escapes, which are known to be valid.
#[derive(Clone, Copy)]
pub(crate) struct Raw<'a> {
    text: &'a str,
    has_escape: bool,
}

/// The characters that a JSON text stands for. They are borrowed unless it has escapes.
pub(crate) enum Text<'a> {
    Borrowed(&'a str),
    Unescaped(Zeroizing<String>),
}

impl<'a> From<Raw<'a>> for Text<'a> {
    #[inline]
    fn from(raw: Raw<'a>) -> Self {
        if !raw.has_escape {
            return Self::Borrowed(raw.text);
        }
        // An escape is longer than its character, so this does not grow, which would leave a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(raw.text.len()));
        let mut rest = raw.text;
        while let Some((plain, escaped)) = rest.split_once('\\') {
            let mut reader = Reader::new(escaped);
            text.push_str(plain);
            text.extend(reader.escape());
            rest = &escaped[reader.at..];
        }
        text.push_str(rest);
        Self::Unescaped(text)
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Unescaped(text) => text,
        }
    }
}

/// Reads a text from its start. Each method reads one thing, and gives `None` if something else is there.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Reads the whole text as one object, whose keys and values it hands on.
    #[inline]
    pub(crate) fn document(mut self, mut member: impl FnMut(&str, Value<'a>)) -> Option<()> {
        self.space();
        self.byte(b'{')?;
        self.members(GREATEST_DEPTH, |key, value| member(&Text::from(key), value))?;
        self.space();
        (self.at == self.text.len()).then_some(())
    }

    /// The rest of an object, behind its brace.
    #[inline]
    fn members(&mut self, depth: u8, mut member: impl FnMut(Raw<'a>, Value<'a>)) -> Option<()> {
        self.items(depth, b'}', |reader, depth| {
            reader.byte(b'"')?;
            let key = reader.string()?;
            reader.space();
            reader.byte(b':')?;
            reader.space();
            member(key, reader.value(depth)?);
            Some(())
        })
    }

    /// The rest of an array or object: items between commas, and the bracket that ends it.
    #[inline]
    fn items(
        &mut self,
        depth: u8,
        end: u8,
        mut item: impl FnMut(&mut Self, u8) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.space();
        if self.byte(end).is_some() {
            return Some(());
        }
        loop {
            item(self, depth)?;
            self.space();
            if self.byte(end).is_some() {
                return Some(());
            }
            self.byte(b',')?;
            self.space();
        }
    }

    #[inline]
    fn value(&mut self, depth: u8) -> Option<Value<'a>> {
        match self.byte(b'"') {
            Some(()) => self.string().map(Value::Text),
            None => self.other_value(depth).map(|()| Value::Other),
        }
    }

    /// A value that is not a text.
    fn other_value(&mut self, depth: u8) -> Option<()> {
        match self.next()? {
            b'{' => self.members(depth, |_, _| {}),
            b'[' => self.items(depth, b']', |reader, depth| reader.value(depth).map(drop)),
            b't' => self.literal("rue"),
            b'f' => self.literal("alse"),
            b'n' => self.literal("ull"),
            _ => {
                self.at -= 1;
                self.number()
            }
        }
    }

    /// The rest of a text, behind its first quote.
    #[inline]
    fn string(&mut self) -> Option<Raw<'a>> {
        let (start, mut has_escape) = (self.at, false);
        loop {
            match self.next()? {
                b'"' => {
                    let text = &self.text[start..self.at - 1];
                    return Some(Raw { text, has_escape });
                }
                b'\\' => {
                    self.escape()?;
                    has_escape = true;
                }
                b'\0'..b' ' => return None,
                _ => {}
            }
        }
    }

    /// The rest of an escape, behind its backslash: the character that it stands for.
    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            c @ (b'"' | b'\\' | b'/') => c.into(),
            b'u' => {
                let unit = self.hex()?;
                if let Some(c) = char::from_u32(unit.into()) {
                    return Some(c);
                }
                // Half of a pair, of which the other half must follow.
                self.literal("\\u")?;
                char::decode_utf16([unit, self.hex()?]).next()?.ok()?
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u16> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + char::from(self.next()?).to_digit(16)? as u16;
        }
        Some(unit)
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        let _ = self.byte(b'-');
        if self.byte(b'0').is_none() {
            self.digits()?;
        }
        if self.byte(b'.').is_some() {
            self.digits()?;
        }
        if self.byte(b'e').or_else(|| self.byte(b'E')).is_some() {
            let _ = self.byte(b'+').or_else(|| self.byte(b'-'));
            self.digits()?;
        }
        // Some readers refuse what is over the range of a double, others read infinity.
        let number: f64 = self.text[start..self.at].parse().ok()?;
        number.is_finite().then_some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    #[inline]
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    #[inline]
    fn byte(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn literal(&mut self, literal: &str) -> Option<()> {
        self.text.as_bytes()[self.at..]
            .starts_with(literal.as_bytes())
            .then(|| self.at += literal.len())
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }
}
