//! Matches the entries of two lists.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use super::change::Sides;
use crate::openapi::references::Located;

/// The entries that are in both lists, and those that are in one.
pub(super) struct Matched<T> {
    pub(super) pairs: Vec<(T, T)>,
    pub(super) removed: Vec<T>,
    pub(super) added: Vec<T>,
}

impl<T> Matched<T> {
    pub(super) fn new(
        base: impl IntoIterator<Item = T>,
        head: impl IntoIterator<Item = T>,
    ) -> Self {
        let (removed, added) = (base.into_iter().collect(), head.into_iter().collect());
        Self { pairs: Vec::new(), removed, added }
    }

    /// Pairs the entries that are left and share a key, in their order.
    pub(super) fn by<K: Eq + Hash>(mut self, key: impl Fn(&T) -> Option<K>) -> Self {
        let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
        for (place, entry) in self.added.iter().enumerate() {
            if let Some(key) = key(entry) {
                places.entry(key).or_default().push_back(place);
            }
        }
        let mut added: Vec<Option<T>> = self.added.into_iter().map(Some).collect();
        let mut removed = Vec::new();
        for entry in self.removed {
            let place = key(&entry).and_then(|key| places.get_mut(&key)?.pop_front());
            match place.and_then(|place| added.get_mut(place)?.take()) {
                Some(twin) => self.pairs.push((entry, twin)),
                None => removed.push(entry),
            }
        }
        Self { pairs: self.pairs, removed, added: added.into_iter().flatten().collect() }
    }
    /// The entries that only one side has, with their places.
    pub(super) fn unmatched<'s, 'a: 's, E>(
        &'s self,
        entry: impl Fn(&'s T) -> (E, &'s Located<'a>),
    ) -> Vec<(E, Sides<'a>)> {
        let removed = self.removed.iter().map(&entry).map(|(entry, at)| (entry, Sides::base(at)));
        let added = self.added.iter().map(&entry).map(|(entry, at)| (entry, Sides::head(at)));
        removed.chain(added).collect()
    }
}
