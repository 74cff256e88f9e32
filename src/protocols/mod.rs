//! The registry: one folder and one line each.

pub mod c2w_g9;
pub mod c2w_g22;
pub mod imp;
pub mod shen;
pub mod chatos;

use crate::protocol::Protocol;

/// Every protocol this program knows, in the order of output.
pub const ALL: &[&dyn Protocol] = &[&c2w_g9::C2wG9, &c2w_g22::C2wG22, &imp::Imp, &shen::Shen, &chatos::ChatOs];
