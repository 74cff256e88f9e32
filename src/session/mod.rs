//! Messages into exchanges, sessions and services: pairing, retransmission, conventions, membership. Written once for
//! every protocol; what differs between them is read from [`crate::protocol::Spec`].
//!
//! [`Tracker`] takes the steps of recognized flows and tells a [`observation::Witness`] what it notices.

mod answers;
mod broadcast;
mod convention;
mod deadline;
mod desk;
mod direct;
mod effects;
mod exchange;
mod hand;
mod identity;
mod intent;
mod invitation;
mod latency;
mod member;
mod members;
mod notice;
mod numbering;
mod numbers;
pub mod observation;
mod overdue;
mod pairing;
mod passage;
mod passing;
mod printed;
mod relay;
pub mod report;
mod roster;
mod service;
mod tracker;
mod underway;

pub use latency::summarize;
pub use tracker::Tracker;
