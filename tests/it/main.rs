//! Everything this workspace promises that is seen only when its parts work together.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod callers;
mod cancel;
mod client;
mod connect;
mod docs;
mod errors;
mod example;
mod failures;
mod forms;
mod framing;
mod front_pages;
mod generator;
mod middleware;
mod mutants;
mod oracle;
mod raw_server;
mod redaction;
mod reuse;
mod review;
mod sandbox;
mod schemas;
mod second_opinion;
mod signing;
mod spans;
mod spec;
mod support;
mod telemetry;
mod tls;
mod wire;
