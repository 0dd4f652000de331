//! Types, as a page and a spec write them.

use std::fmt;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldType {
    /// A type of OpenAPI. It is empty if the page's word for it is unknown.
    pub name: &'static str,
    pub format: Option<String>,
    /// The type of the items of an array, if it is known.
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
    /// The type of a name in OpenAPI.
    pub fn named(name: &str) -> Option<Self> {
        let names = ["string", "integer", "number", "boolean", "object", "array"];
        let name = names.into_iter().find(|known| *known == name)?;
        Some(Self { name, ..Self::default() })
    }

    /// The type of a word on a page. Some of the words are the names that OpenAPI 3.0.3 gives to formats.
    fn of_word(word: &str) -> Option<Self> {
        let (name, format) = match word {
            "string" | "integer" | "number" | "boolean" | "object" | "array" => (word, None),
            "uuid" | "date" | "date-time" | "email" | "uri" | "url" | "binary" | "byte" => {
                ("string", Some(word))
            }
            "datetime" => ("string", Some("date-time")),
            "int" => ("integer", None),
            "int32" | "int64" => ("integer", Some(word)),
            "long" => ("integer", Some("int64")),
            "decimal" => ("number", None),
            "float" | "double" => ("number", Some(word)),
            "bool" => ("boolean", None),
            "map" => ("object", None),
            "list" => ("array", None),
            _ => return None,
        };
        Some(Self { format: format.map(str::to_owned), ..Self::named(name)? })
    }

    /// The type of a word for several: `strings`.
    fn of_items(word: &str) -> Option<Self> {
        Self::of_word(word).or_else(|| Self::of_word(word.strip_suffix('s')?))
    }

    /// Whether the page's word for it is known.
    pub fn is_known(&self) -> bool {
        !self.name.is_empty()
    }

    /// The innermost array, unless the type of its items is known.
    fn open_array(&mut self) -> Option<&mut Self> {
        let mut inner = self;
        while inner.items.is_some() {
            inner = inner.items.as_deref_mut()?;
        }
        (inner.name == "array").then_some(inner)
    }

    /// Whether both say the same. A page need not say what the items of an array are.
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
    pub field_type: FieldType,
    pub is_required: bool,
    pub is_nullable: bool,
}

impl Marks {
    /// Reads them. The error is the first word that is neither a type nor a mark.
    pub fn read(text: &str) -> Result<Self, String> {
        let lower = text.trim().trim_end_matches(['.', ',', ';']).to_lowercase();
        // `string[]` is `string array`, and `array[string]` is `array<string>`.
        let lower = lower.replace("[]", " array");
        let is_between = |c: char| c.is_whitespace() || "()<>[],;|*_`$–—\\".contains(c);
        let mut words = lower.split(is_between).filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        let field_type = FieldType::of_word(first).ok_or(first)?;
        let mut marks = Self { field_type, ..Self::default() };
        let mut is_negated = false;
        for word in words {
            let field_type = &mut marks.field_type;
            match word {
                "-" | "of" => {}
                _ if is_required_mark(word) => marks.is_required = !is_negated,
                "not" => is_negated = true,
                "optional" => marks.is_required = false,
                "nullable" | "null" => marks.is_nullable = true,
                // `string array`
                "array" | "list" if field_type.name != "array" => {
                    let items = Some(Box::new(std::mem::take(field_type)));
                    *field_type = FieldType { name: "array", format: None, items };
                }
                _ if let Some(array) = field_type.open_array() => {
                    array.items = Some(Box::new(FieldType::of_items(word).ok_or(word)?));
                }
                _ if field_type.format.is_none() && FORMATS.contains(&word) => {
                    field_type.format = Some(word.to_owned());
                }
                _ => return Err(word.to_owned()),
            }
        }
        Ok(marks)
    }
}

pub fn is_required_mark(word: &str) -> bool {
    ["required", "mandatory"].contains(&word)
}

/// The formats of OpenAPI 3.0 and of its registry that a page may name.
#[rustfmt::skip]
const FORMATS: [&str; 17] = [
    "binary", "byte", "date", "date-time", "double", "email", "float", "hostname", "int32", "int64", "ipv4", "ipv6",
    "password", "time", "uri", "url", "uuid",
];
