//! A reader of JSON for types that derive serde's `Deserialize`, around serde_json's.
//!
//! serde takes an array for a struct, and says where a text is wrong by a line, not by the field. This reader does
//! neither, and needs no tree of the text for it.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_json::Value;

use crate::Reason;

/// The greatest integer below which each has a double of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Where the reader is, and what it has met.
#[derive(Default)]
pub(super) struct State {
    /// After an error, this leads to its place.
    steps: Vec<Step>,
    /// How many more objects other than structs the text may have.
    objects_left: usize,
    /// Whether serde has kept a part of the text and read it later, past this reader, as it does for some enums.
    pub(super) has_buffered: bool,
    /// What is known of the outermost object if some of its fields may be left out.
    outermost: Option<Outermost>,
}

enum Step {
    /// A field that the type has.
    Field(&'static str),
    /// A name that the text made up.
    Made,
    Item(usize),
}

#[derive(Default)]
struct Outermost {
    /// The field that the reader is at.
    at: Option<String>,
    left_out: Vec<LeftOut>,
}

struct LeftOut {
    name: String,
    /// Whether it is left out where it is repeated only.
    keeps_first: bool,
    is_met: bool,
}

impl Outermost {
    fn leaves_out(&mut self, name: &str) -> bool {
        let mut entries = self.left_out.iter_mut().rev();
        entries.find(|entry| entry.name == name).is_some_and(|entry| {
            let is_first = !std::mem::replace(&mut entry.is_met, true);
            !(is_first && entry.keeps_first)
        })
    }
}

impl State {
    pub(super) fn lenient() -> Self {
        Self { outermost: Some(Outermost::default()), ..Self::default() }
    }

    /// Leaves out the field that an error is in. The result is `false` if that is no field, or was left out before.
    pub(super) fn leave_out(&mut self) -> bool {
        // An error that is in none of its values is that the field is there twice.
        let keeps_first = self.steps.is_empty();
        self.steps.clear();
        self.has_buffered = false;
        let Some(outermost) = &mut self.outermost else { return false };
        let Some(name) = outermost.at.take() else { return false };
        outermost.left_out.iter_mut().for_each(|entry| entry.is_met = false);
        outermost.left_out.push(LeftOut { name, keeps_first, is_met: false });
        outermost.left_out.len() <= MAX_LEFT_OUT
    }

    /// Why a text was not read. The error's own message may quote it.
    pub(super) fn reason(&self, error: &serde_json::Error) -> Reason {
        let (line, column) = (error.line(), error.column());
        match error.is_data() {
            true => Reason::OtherShape { line, column, place: self.place() },
            false => Reason::NotJson { line, column },
        }
    }

    fn place(&self) -> String {
        let mut place = String::new();
        for step in &self.steps {
            let dot = if place.is_empty() { "" } else { "." };
            match step {
                Step::Field(name) => place.extend([dot, name]),
                Step::Made => place.extend([dot, "*"]),
                Step::Item(index) => place.push_str(&format!("[{index}]")),
            }
        }
        place
    }

    fn goes_on<T, E>(
        &mut self,
        step: Step,
        read: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let depth = self.steps.len();
        self.steps.push(step);
        let value = read(self)?;
        self.steps.truncate(depth);
        Ok(value)
    }
}

/// How many fields are left out of an object. Each makes the reader start again.
const MAX_LEFT_OUT: usize = 16;

/// How many bytes a text has for each object other than a struct, on average and at least. A list of `{"":0}` has as
/// many, and no use is known for less. In each other, `{"":{"":0}}` takes less, and an object of a free-form map takes
/// more than 600 bytes of memory.
const MIN_OBJECT: usize = 7;

/// Reads a text of JSON.
pub(super) fn read<T: DeserializeOwned>(
    text: &[u8],
    state: &mut State,
) -> Result<T, serde_json::Error> {
    state.objects_left = text.len() / MIN_OBJECT;
    let mut inner = serde_json::Deserializer::from_slice(text);
    let value = T::deserialize(Reader { inner: &mut inner, state })?;
    inner.end()?;
    Ok(value)
}

struct Reader<'s, D> {
    inner: D,
    state: &'s mut State,
}

/// Makes each method call that of the inner reader, with a visitor that remembers what it is for.
macro_rules! pass_on {
    ($($method:ident($($argument:ident: $of:ty),*) as $kind:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self $(, $argument: $of)*, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method($($argument,)* Visit { inner: visitor, state: self.state, kind: $kind })
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Reader<'_, D> {
    type Error = D::Error;

    /// Reads a value whose type the text decides: serde_json's own, or a part that serde keeps for later.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let is_kept = std::any::type_name::<V::Value>() != std::any::type_name::<Value>();
        self.state.has_buffered |= is_kept;
        let kind = if is_kept { Kind::Integer } else { Kind::Other };
        self.inner.deserialize_any(Visit { inner: visitor, state: self.state, kind })
    }

    pass_on! {
        deserialize_bool() as Kind::Other;
        deserialize_i8() as Kind::Integer;
        deserialize_i16() as Kind::Integer;
        deserialize_i32() as Kind::Integer;
        deserialize_i64() as Kind::Integer;
        deserialize_u8() as Kind::Integer;
        deserialize_u16() as Kind::Integer;
        deserialize_u32() as Kind::Integer;
        deserialize_u64() as Kind::Integer;
        deserialize_i128() as Kind::Other;
        deserialize_u128() as Kind::Other;
        deserialize_f32() as Kind::Other;
        deserialize_f64() as Kind::Other;
        deserialize_char() as Kind::Other;
        deserialize_str() as Kind::Other;
        deserialize_string() as Kind::Other;
        deserialize_bytes() as Kind::Other;
        deserialize_byte_buf() as Kind::Other;
        deserialize_option() as Kind::Other;
        deserialize_unit() as Kind::Other;
        deserialize_unit_struct(name: &'static str) as Kind::Other;
        deserialize_newtype_struct(name: &'static str) as Kind::Other;
        deserialize_seq() as Kind::Other;
        deserialize_tuple(length: usize) as Kind::Other;
        deserialize_tuple_struct(name: &'static str, length: usize) as Kind::Other;
        deserialize_map() as Kind::Other;
        deserialize_struct(name: &'static str, fields: &'static [&'static str]) as Kind::Struct(fields);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) as Kind::Other;
        deserialize_identifier() as Kind::Other;
        deserialize_ignored_any() as Kind::Other;
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// What a visitor makes of what it gets.
#[derive(Clone, Copy)]
enum Kind {
    Struct(&'static [&'static str]),
    /// An integer, or maybe one.
    Integer,
    Other,
}

struct Visit<'s, V> {
    inner: V,
    state: &'s mut State,
    kind: Kind,
}

macro_rules! pass_value {
    ($($method:ident($of:ty);)*) => {$(
        fn $method<E: Error>(self, value: $of) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Visit<'_, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    pass_value! {
        visit_bool(bool);
        visit_i64(i64);
        visit_i128(i128);
        visit_u64(u64);
        visit_u128(u128);
        visit_char(char);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    /// JSON has one kind of number: `167.0` is the integer 167.
    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        match self.kind {
            Kind::Integer if value.fract() == 0.0 && value.abs() <= EXACT => {
                self.inner.visit_i64(value as i64)
            }
            _ => self.inner.visit_f64(value),
        }
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Reader { inner, state: self.state })
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Reader { inner, state: self.state })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        match self.kind {
            Kind::Struct(_) => Err(A::Error::invalid_type(Unexpected::Seq, &"an object")),
            _ => self.inner.visit_seq(Items { inner, state: self.state, index: 0 }),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        let names = match self.kind {
            Kind::Struct(names) => Some(names),
            _ => None,
        };
        self.inner.visit_map(Fields { inner, state: self.state, names, at: None, is_empty: true })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(Variants { inner, state: self.state })
    }
}

struct Seed<'s, S> {
    inner: S,
    state: &'s mut State,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Seed<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Reader { inner, state: self.state })
    }
}

struct Items<'s, A> {
    inner: A,
    state: &'s mut State,
    index: usize,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Items<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let (inner, index) = (&mut self.inner, self.index);
        self.index += 1;
        self.state.goes_on(Step::Item(index), |state| {
            inner.next_element_seed(Seed { inner: seed, state })
        })
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Fields<'s, A> {
    inner: A,
    state: &'s mut State,
    /// The names of a struct's fields.
    names: Option<&'static [&'static str]>,
    at: Option<&'static str>,
    is_empty: bool,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let mut outermost = self.state.outermost.as_mut().filter(|_| self.state.steps.is_empty());
        if self.names.is_none() && outermost.is_none() {
            return self.inner.next_key_seed(seed);
        }
        loop {
            if let Some(outermost) = &mut outermost {
                outermost.at = None;
            }
            let name: Option<Cow<'static, str>> = match self.names {
                // A struct has no use for the other names.
                Some(names) => {
                    let name = self.inner.next_key_seed(OneOf(names))?;
                    self.at = name.flatten();
                    name.map(|name| name.unwrap_or(NO_NAME).into())
                }
                None => self.inner.next_key::<String>()?.map(Cow::Owned),
            };
            let Some(name) = name else { return Ok(None) };
            if let Some(outermost) = &mut outermost {
                if outermost.leaves_out(&name) {
                    self.inner.next_value::<IgnoredAny>()?;
                    continue;
                }
                outermost.at = Some(name.clone().into_owned());
            }
            return seed.deserialize(CowStrDeserializer::new(name)).map(Some);
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        if self.names.is_none() && std::mem::take(&mut self.is_empty) {
            let left = self.state.objects_left.checked_sub(1);
            self.state.objects_left = left.ok_or_else(|| A::Error::custom("too many objects"))?;
        }
        let inner = &mut self.inner;
        let step = self.at.map_or(Step::Made, Step::Field);
        self.state.goes_on(step, |state| inner.next_value_seed(Seed { inner: seed, state }))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// Stands for every name that a struct does not have.
const NO_NAME: &str = "\0";

/// Reads a name, which is nothing unless it is one of these.
struct OneOf(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for OneOf {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_str(self)
    }
}

impl Visitor<'_> for OneOf {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|known| *known == name))
    }
}

struct Variants<'s, A> {
    inner: A,
    state: &'s mut State,
}

impl<'s, 'de, A: EnumAccess<'de>> EnumAccess<'de> for Variants<'s, A> {
    type Error = A::Error;
    type Variant = Variants<'s, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (name, inner) = self.inner.variant_seed(seed)?;
        Ok((name, Variants { inner, state: self.state }))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Variants<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.inner.newtype_variant_seed(Seed { inner: seed, state: self.state })
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let visit = Visit { inner: visitor, state: self.state, kind: Kind::Other };
        self.inner.tuple_variant(length, visit)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let visit = Visit { inner: visitor, state: self.state, kind: Kind::Struct(fields) };
        self.inner.struct_variant(fields, visit)
    }
}
