//! Types, as a page and a spec write them.

use std::fmt;

/// The type of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldType {
    /// One of OpenAPI's types; nothing, if it could not be read.
    pub name: &'static str,
    /// Its format.
    pub format: Option<String>,
    /// The type of an array's items, where it is said.
    pub items: Option<Box<FieldType>>,
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if let Some(format) = &self.format {
            write!(f, " ({format})")?;
        }
        match &self.items {
            Some(items) => write!(f, " of {items}"),
            None => Ok(()),
        }
    }
}

impl FieldType {
    /// A type of OpenAPI's by its name there.
    pub fn named(name: &str) -> Option<Self> {
        let names = ["string", "integer", "number", "boolean", "object", "array"];
        let name = names.into_iter().find(|known| *known == name)?;
        Some(Self { name, ..Self::default() })
    }

    /// Whether it could be read.
    pub fn is_known(&self) -> bool {
        !self.name.is_empty()
    }

    /// The innermost array, if nobody has said yet of what it is.
    fn open_list(&mut self) -> Option<&mut Self> {
        let mut kind = self;
        while kind.items.is_some() {
            kind = kind.items.as_deref_mut()?;
        }
        (kind.name == "array").then_some(kind)
    }

    /// Whether both may be meant: a page need not say of what an array is.
    pub fn agrees(&self, other: &Self) -> bool {
        let items = match (&self.items, &other.items) {
            (Some(one), Some(other)) => one.agrees(other),
            _ => true,
        };
        self.name == other.name && self.format == other.format && items
    }
}

/// What a page says behind the name of a field: `string (required)`.
#[derive(Debug, Default)]
pub struct Marks {
    /// The type.
    pub kind: FieldType,
    /// Whether it is marked as required.
    pub is_required: bool,
    /// Whether it may be `null`.
    pub is_nullable: bool,
}

impl Marks {
    /// Reads them; in the case of an error, gives the word that says nothing.
    pub fn read(text: &str) -> Result<Self, String> {
        let lower = text.trim().trim_end_matches(['.', ',', ';']).to_lowercase();
        let is_between = |c: char| c.is_whitespace() || "()<>,;|*_`$–—".contains(c);
        let mut words = lower.split(is_between).filter(|word| !word.is_empty());
        let Some(kind) = words.next() else {
            return Err(String::new());
        };
        let mut marks = Self { kind: kind_of(kind).ok_or(kind)?, ..Self::default() };
        let mut is_negated = false;
        for word in words {
            match word.trim_matches(['[', ']']) {
                // A dash sets it off.
                "-" => {}
                _ if is_mark(word) => marks.is_required = !is_negated,
                "not" => is_negated = true,
                "optional" => marks.is_required = false,
                "nullable" | "null" => marks.is_nullable = true,
                "of" => {}
                // `string array`
                "array" | "list" if marks.kind.name != "array" => {
                    marks.kind = FieldType {
                        name: "array",
                        format: None,
                        items: Some(Box::new(marks.kind)),
                    };
                }
                _ if let Some(list) = marks.kind.open_list() => {
                    let kind = kind_of(word).or_else(|| kind_of(word.strip_suffix('s')?));
                    list.items = Some(Box::new(kind.ok_or(word)?));
                }
                _ if marks.kind.format.is_none() && is_format(word) => {
                    marks.kind.format = Some(word.to_owned());
                }
                _ => return Err(word.to_owned()),
            }
        }
        Ok(marks)
    }
}

/// Whether a word says that something must be there.
pub fn is_mark(word: &str) -> bool {
    ["required", "mandatory"].contains(&word)
}

/// The formats of OpenAPI 3.0 and of its registry that a page may name.
fn is_format(word: &str) -> bool {
    let known = [
        "binary",
        "byte",
        "date",
        "date-time",
        "double",
        "email",
        "float",
        "hostname",
        "int32",
        "int64",
        "ipv4",
        "ipv6",
        "password",
        "time",
        "uri",
        "url",
        "uuid",
    ];
    known.contains(&word)
}

/// A type by the word that a page has for it.
fn kind_of(word: &str) -> Option<FieldType> {
    if let Some(items) = word.strip_suffix("[]") {
        return Some(FieldType {
            name: "array",
            format: None,
            items: Some(Box::new(kind_of(items).or_else(|| kind_of(items.strip_suffix('s')?))?)),
        });
    }
    if let Some((list, items)) = word.strip_suffix(']').and_then(|word| word.split_once('[')) {
        let mut kind = kind_of(list).filter(|kind| kind.name == "array")?;
        kind.items = Some(Box::new(kind_of(items)?));
        return Some(kind);
    }
    // Partly the names that OpenAPI itself gives to its formats (3.0.3, "Data Types").
    let (name, format) = match word {
        "string" => ("string", None),
        "uuid" | "date" | "date-time" | "email" | "uri" | "url" | "binary" | "byte" => {
            ("string", Some(word))
        }
        "datetime" => ("string", Some("date-time")),
        "integer" | "int" => ("integer", None),
        "int32" | "int64" => ("integer", Some(word)),
        "long" => ("integer", Some("int64")),
        "number" | "decimal" => ("number", None),
        "float" | "double" => ("number", Some(word)),
        "boolean" | "bool" => ("boolean", None),
        "object" | "map" => ("object", None),
        "array" | "list" => ("array", None),
        _ => return None,
    };
    Some(FieldType { name, format: format.map(str::to_owned), items: None })
}
