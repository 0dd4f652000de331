//! Everything this workspace promises that is seen only when its parts work together.

mod client;
mod example;
mod failures;
mod generator;
mod raw_server;
mod redaction;
mod schemas;
mod signing;
mod spec;
mod support;
mod wire;
