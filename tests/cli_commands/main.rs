//! The commands as they are run: whole outcomes, exit statuses, escaping, schemas.

mod dissect;
mod escaping;
mod faults;
mod install;
mod judge;
mod knowledge;
mod policy;
mod run;
mod schemas;
mod support;
mod traffic;
