//! The registry: one folder and one line each.

pub mod chatos;

use crate::protocol::Protocol;

/// Every protocol this program knows, in the order of output.
pub const ALL: &[&dyn Protocol] = &[&chatos::ChatOs];
