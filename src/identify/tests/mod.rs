//! Streams and flows of made-up traffic, one decision at a time.

mod flows;
mod streams;
