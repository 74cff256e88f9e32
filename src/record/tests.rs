//! The relay's decisions and what it writes down, without sockets.

mod datagrams;
mod judged;
mod streams;
mod world;
