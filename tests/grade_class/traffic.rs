//! Conversations made by hand, byte by byte, so that what a grader must find in them is known without asking it.

/// Datagrams with the time in milliseconds, as a pcap file.
#[derive(Default)]
pub(crate) struct Tape {
    frames: Vec<(u32, End, End, Vec<u8>)>,
    now: u32,
}

/// Address and port.
type End = ([u8; 4], u16);

const SERVER: End = ([10, 0, 0, 1], 1313);
const CLIENT: End = ([10, 0, 0, 2], 40001);

impl Tape {
    fn up(&mut self, payload: Vec<u8>) {
        self.now += 10;
        self.frames.push((self.now, CLIENT, SERVER, payload));
    }

    fn down(&mut self, payload: Vec<u8>) {
        self.now += 10;
        self.frames.push((self.now, SERVER, CLIENT, payload));
    }

    /// pcap, microseconds, little endian, raw IPv4.
    pub(crate) fn pcap(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 101] {
            out.extend(word.to_le_bytes());
        }
        for (at, (src, from), (dst, to), payload) in &self.frames {
            let length = u16::try_from(28 + payload.len()).expect("short");
            let mut packet = vec![0x45, 0];
            packet.extend(length.to_be_bytes());
            packet.extend([0, 0, 0, 0, 64, 17, 0, 0]);
            packet.extend(src.iter().chain(dst));
            packet.extend(from.to_be_bytes());
            packet.extend(to.to_be_bytes());
            packet.extend((length - 20).to_be_bytes());
            packet.extend([0, 0]);
            packet.extend(payload);
            let size = u32::try_from(packet.len()).expect("short");
            for word in [1_500_000_000 + at / 1000, at % 1000 * 1000, size, size] {
                out.extend(word.to_le_bytes());
            }
            out.extend(packet);
        }
        out
    }

    /// The same with answers that take so many times as long.
    #[allow(dead_code, reason = "each test binary uses what it needs")]
    pub(crate) fn slowed(mut self, times: u32) -> Tape {
        let mut now = 0;
        for (at, from, ..) in &mut self.frames {
            now += if *from == SERVER { 10 * times } else { 10 };
            *at = now;
        }
        self
    }

    /// What is said, one after the other: whether the client says it, and the bytes.
    #[allow(dead_code, reason = "each test binary uses what it needs")]
    pub(crate) fn script(&self) -> Vec<(bool, Vec<u8>)> {
        self.frames.iter().map(|(_, from, _, payload)| (*from == CLIENT, payload.clone())).collect()
    }

    /// How many messages.
    #[allow(dead_code, reason = "each test binary uses what it needs")]
    pub(crate) fn messages(&self) -> usize {
        self.frames.len()
    }
}

/// What is wrong with a conversation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    /// This many of the last messages have a reserved bit set (F005, a warning).
    pub(crate) reserved: usize,
    /// This many of the first are new under the number of the one before (S003, an error).
    pub(crate) reused: usize,
}

/// Logs in to an `imp` server, says `texts` things, leaves.
pub(crate) fn imp(texts: usize, faults: Faults) -> Tape {
    let mut tape = Tape::default();
    let header = |kind: u8, s: u8, ack: u8, source: u8, group: u8, length: u16| {
        let [high, low] = length.to_be_bytes();
        vec![kind << 3 | s << 1 | ack, source, group, high, low]
    };
    let mut request = header(0, 0, 0, 0, 0, 13);
    request.extend(b"alice   ");
    tape.up(request);
    let mut accept = header(1, 0, 0, 0, 0, 6);
    accept.push(1);
    tape.down(accept);
    tape.up(header(1, 0, 1, 1, 0, 5));
    let mut s = 0;
    for text in 0..texts {
        if text >= faults.reused {
            s ^= 1;
        }
        let mut data = header(5, s, 0, 1, 1, 7);
        data.extend([0, 7]);
        data.extend(format!("text {text:02}").bytes());
        if text + faults.reserved >= texts {
            data[0] |= 4;
        }
        tape.up(data);
        tape.down(header(5, s, 1, 0, 0, 5));
    }
    s ^= 1;
    tape.up(header(16, s, 0, 1, 0, 5));
    tape.down(header(16, s, 1, 0, 0, 5));
    tape
}

/// Logs in to a `shen` server, says `texts` things, leaves.
#[allow(dead_code, reason = "each test binary uses what it needs")]
pub(crate) fn shen(texts: usize, faults: Faults) -> Tape {
    let mut tape = Tape::default();
    let message = |number: u32, kind: u32, text: &[u8], last: u8| {
        let length = u32::try_from(text.len()).expect("short");
        let word = number << 22 | kind << 14 | length << 4 | u32::from(last);
        let mut bytes = word.to_be_bytes().to_vec();
        bytes.extend(text);
        bytes
    };
    tape.up(message(0, 1, b"bob\r\n", 0));
    tape.down(message(0, 8, b"", 0));
    let mut number = 0;
    for text in 0..texts {
        if text >= faults.reused {
            number += 1;
        }
        tape.up(message(number, 18, format!("text {text:02}\r\n").as_bytes(), 0));
        tape.down(message(number, 8, b"", u8::from(text + faults.reserved >= texts)));
    }
    number += 1;
    tape.up(message(number, 3, b"bob\r\n", 0));
    tape.down(message(number, 8, b"", 0));
    tape
}
