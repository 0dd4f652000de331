//! What is known of the vendor's server besides its document: phones are registered or not, and the rate is limited.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::operation::{Example, Operation};

/// The examples that an operation has if its server does this.
const NOT_REGISTERED: &str = "customer_not_found";
const RATE_LIMITED: &str = "rate_limited";
/// How many successes are kept. Beyond this the oldest is forgotten.
const MAX_SENT: usize = 100_000;

/// The phones that the server knows.
#[derive(Debug)]
pub(crate) struct Phones {
    /// Every phone is registered if this is empty.
    registered: HashSet<String>,
    /// The first that was registered.
    pub(crate) first: Option<String>,
    pub(crate) window: Duration,
    /// When each phone last had a success, by the hash of operation and phone, so that no number is kept.
    sent: HashMap<u64, Instant>,
    order: VecDeque<(Instant, u64)>,
    hasher: RandomState,
}

impl Phones {
    pub(crate) fn new(registered: Vec<String>, window: Duration) -> Self {
        let first = registered.first().cloned();
        let registered = registered.into_iter().collect();
        let (sent, order, hasher) = (HashMap::new(), VecDeque::new(), RandomState::new());
        Self { registered, first, window, sent, order, hasher }
    }

    /// The error that the server answers a call with, if the operation has it. A call without an error counts from
    /// then on.
    pub(crate) fn error<'a>(
        &mut self,
        operation: &'a Operation,
        body: Option<&Value>,
        now: Instant,
    ) -> Option<&'a Example> {
        let phone = body?.get("phone")?.as_str()?;
        if !self.registered.is_empty()
            && !self.registered.contains(phone)
            && let Some(example) = operation.own_example(NOT_REGISTERED)
        {
            return Some(example);
        }
        let limited = operation.own_example(RATE_LIMITED)?;
        self.forget(now);
        let call = self.hasher.hash_one((operation.method.as_str(), &operation.path, phone));
        if self.sent.contains_key(&call) {
            return Some(limited);
        }
        self.sent.insert(call, now);
        self.order.push_back((now, call));
        None
    }

    /// Forgets the calls that are outside of the window.
    fn forget(&mut self, now: Instant) {
        while let Some((then, call)) = self.order.front()
            && (now.saturating_duration_since(*then) >= self.window || self.order.len() >= MAX_SENT)
        {
            self.sent.remove(call);
            self.order.pop_front();
        }
    }
}
