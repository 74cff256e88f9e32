//! Messages into exchanges, sessions and services: pairing, retransmission, conventions, membership. Written once for
//! every protocol; what differs between them is read from [`crate::protocol::Spec`].

pub mod report;
