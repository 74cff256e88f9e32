//! Captures written byte by byte, for tests.

use super::fields::Order;

/// A capture under construction, in one byte order.
#[derive(Clone)]
pub(crate) struct Bytes {
    pub(super) order: Order,
    pub(crate) bytes: Vec<u8>,
}

impl Bytes {
    pub(super) fn new(order: Order) -> Bytes {
        Bytes { order, bytes: Vec::new() }
    }

    pub(super) fn u16(mut self, value: u16) -> Bytes {
        self.bytes.extend(if self.order == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() });
        self
    }

    pub(super) fn u32(mut self, value: u32) -> Bytes {
        self.bytes.extend(if self.order == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() });
        self
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Bytes {
        self.bytes.extend(bytes);
        self
    }

    fn padded(mut self) -> Bytes {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    /// A pcap file header.
    pub(super) fn pcap(order: Order, magic: u32, snaplen: u32, link: u32) -> Bytes {
        Bytes::new(order).u32(magic).u16(2).u16(4).u32(0).u32(0).u32(snaplen).u32(link)
    }

    /// A pcap record.
    pub(super) fn record(self, seconds: u32, fraction: u32, wire_len: u32, data: &[u8]) -> Bytes {
        self.u32(seconds).u32(fraction).u32(data.len() as u32).u32(wire_len).raw(data)
    }

    /// A pcapng block, framed and padded.
    pub(super) fn block(self, kind: u32, body: Bytes) -> Bytes {
        let body = body.padded();
        let length = body.bytes.len() as u32 + 12;
        self.u32(kind).u32(length).raw(&body.bytes).u32(length)
    }

    pub(super) fn option(self, code: u16, value: &[u8]) -> Bytes {
        self.u16(code).u16(value.len() as u16).raw(value).padded()
    }

    /// A section header block; what follows is in `order`.
    pub(super) fn section(mut self, order: Order) -> Bytes {
        self.order = order;
        self.block(0x0a0d_0d0a, Bytes::new(order).u32(0x1a2b_3c4d).u16(1).u16(0).raw(&[0xff; 8]))
    }

    /// An interface description block with its options.
    pub(super) fn interface(self, link: u16, snaplen: u32, options: Bytes) -> Bytes {
        let body = Bytes::new(self.order).u16(link).u16(0).u32(snaplen).raw(&options.bytes);
        self.block(1, body)
    }

    /// An enhanced packet block.
    pub(super) fn enhanced(self, interface: u32, ticks: u64, wire_len: u32, data: &[u8], options: Bytes) -> Bytes {
        let body = Bytes::new(self.order).u32(interface).u32((ticks >> 32) as u32).u32(ticks as u32);
        let body = body.u32(data.len() as u32).u32(wire_len).raw(data).padded().raw(&options.bytes);
        self.block(6, body)
    }
}

/// A pcap capture of these frames (time in nanoseconds, bytes), little-endian with nanoseconds.
pub(crate) fn capture(link: u32, frames: &[(i64, &[u8])]) -> Vec<u8> {
    let start = Bytes::pcap(Order::Little, 0xa1b2_3c4d, 0, link);
    let whole = frames.iter().fold(start, |capture, &(time, data)| {
        let (seconds, nanoseconds) = (time / 1_000_000_000, time % 1_000_000_000);
        capture.record(seconds as u32, nanoseconds as u32, data.len() as u32, data)
    });
    whole.bytes
}
