//! The relay between real sockets on loopback: what clients and server get, and what the capture says of it.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests of a program that lives in real time, some of which need others to be installed"
)]

#[path = "record_relay/bench.rs"]
mod bench;
#[path = "record_relay/command.rs"]
mod command;
#[path = "record_relay/datagrams.rs"]
mod datagrams;
#[path = "record_relay/streams.rs"]
mod streams;
