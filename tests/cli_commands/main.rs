//! The commands as they are run: whole outcomes, exit statuses, attacks, faults of the system, schemas.

mod dissect;
mod attacks;
mod faults;
mod install;
mod judge;
mod knowledge;
mod policy;
mod progress;
mod run;
mod schemas;
mod support;
mod traffic;
#[path = "../xml/mod.rs"]
mod xml;
