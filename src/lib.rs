//! From a capture to a verdict:
//!
//! ```text
//! Frame → Packet → Datagram | Run → Message → Exchange → Finding → Report
//! capture   net         flow        protocols   session    rules     report
//! ```
//!
//! Modules are declared in reading order; none imports one below it.

pub mod bytes;
pub mod histogram;
pub mod limits;
pub mod owned;
pub mod parallel;
pub mod capture;
pub mod net;
pub mod flow;
pub mod protocol;
pub mod protocols;
pub mod policy;
pub mod identify;
pub mod session;
pub mod rules;
pub mod analysis;
pub mod grade;
pub mod synth;
pub mod record;
pub mod report;
pub mod cli;
