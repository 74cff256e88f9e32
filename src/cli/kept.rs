//! Messages kept until it is known whose they are: only `--user` needs that.

use crate::bytes::Time;
use crate::flow::{FlowId, Side};
use crate::identify::{Content, Unit};
use crate::protocol::{Choices, Direction, Protocol, Transport};
use std::net::SocketAddr;

/// A unit with its bytes, and its session.
pub(super) struct Kept {
    pub(super) session: Option<u32>,
    frame: u64,
    frames: Box<[u64]>,
    time: Time,
    flow: FlowId,
    from: Side,
    transport: Transport,
    src: SocketAddr,
    dst: SocketAddr,
    direction: Direction,
    protocol: &'static dyn Protocol,
    choices: Choices,
    cut: usize,
    bytes: Box<[u8]>,
    content: Content,
}

impl Kept {
    /// A copy of a unit.
    pub(super) fn new(unit: &Unit<'_>, session: Option<u32>) -> Kept {
        Kept {
            session,
            frame: unit.frame,
            frames: unit.frames.into(),
            time: unit.time,
            flow: unit.flow,
            from: unit.from,
            transport: unit.transport,
            src: unit.src,
            dst: unit.dst,
            direction: unit.direction,
            protocol: unit.protocol,
            choices: unit.choices,
            cut: unit.cut,
            bytes: unit.bytes.into(),
            content: unit.content,
        }
    }

    /// The unit.
    pub(super) fn unit(&self) -> Unit<'_> {
        Unit {
            frame: self.frame,
            frames: &self.frames,
            time: self.time,
            flow: self.flow,
            from: self.from,
            transport: self.transport,
            src: self.src,
            dst: self.dst,
            direction: self.direction,
            protocol: self.protocol,
            choices: self.choices,
            cut: self.cut,
            bytes: &self.bytes,
            content: self.content,
        }
    }
}
