//! Conversations made by hand, byte by byte, so that what a grader must find in them is known without asking it.

/// Datagrams with the time in milliseconds, as a pcap file.
#[derive(Default)]
pub(crate) struct Tape {
    frames: Vec<(u32, End, End, Vec<u8>)>,
    now: u32,
    /// Over a connection, opened before the first and closed after the last.
    stream: bool,
}

/// Time, from, to, flags (none for a datagram), payload.
type Segment<'t> = (u32, End, End, Option<u8>, &'t [u8]);

/// Address and port.
type End = ([u8; 4], u16);

/// The flag of a segment that acknowledges.
const ACK: u8 = 16;

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
        // Sequence numbers of client and server.
        let mut next = [1000_u32, 5000];
        for (at, src, dst, flags, payload) in self.segments() {
            let (header, carrier) = match flags {
                None => (8, 17),
                Some(_) => (20, 6),
            };
            let length = u16::try_from(20 + header + payload.len()).expect("short");
            let mut packet = vec![0x45, 0];
            packet.extend(length.to_be_bytes());
            packet.extend([0, 0, 0, 0, 64, carrier, 0, 0]);
            packet.extend(src.0.iter().chain(&dst.0));
            packet.extend(src.1.to_be_bytes());
            packet.extend(dst.1.to_be_bytes());
            match flags {
                None => {
                    packet.extend((length - 20).to_be_bytes());
                    packet.extend([0, 0]);
                }
                Some(flags) => {
                    let mine = usize::from(src == SERVER);
                    packet.extend(next[mine].to_be_bytes());
                    packet.extend(if flags & ACK == 0 { 0 } else { next[1 - mine] }.to_be_bytes());
                    packet.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
                    // SYN and FIN take a number each.
                    next[mine] += u32::try_from(payload.len()).expect("short") + u32::from(flags & 3 != 0);
                }
            }
            packet.extend(payload);
            let size = u32::try_from(packet.len()).expect("short");
            for word in [1_500_000_000 + at / 1000, at % 1000 * 1000, size, size] {
                out.extend(word.to_le_bytes());
            }
            out.extend(packet);
        }
        out
    }

    /// Datagrams as they are, or a connection with its handshake and its end.
    fn segments(&self) -> Vec<Segment<'_>> {
        let flags = self.stream.then_some(ACK | 8);
        let said = self.frames.iter().map(|(at, from, to, payload)| (*at, *from, *to, flags, payload.as_slice()));
        if !self.stream {
            return said.collect();
        }
        let end = self.now + 1;
        let mut all = vec![
            (1, CLIENT, SERVER, Some(2), &[][..]),
            (2, SERVER, CLIENT, Some(ACK | 2), &[]),
            (3, CLIENT, SERVER, Some(ACK), &[]),
        ];
        all.extend(said);
        all.extend([
            (end, CLIENT, SERVER, Some(ACK | 1), &[][..]),
            (end + 1, SERVER, CLIENT, Some(ACK | 1), &[]),
            (end + 2, CLIENT, SERVER, Some(ACK), &[]),
        ]);
        all
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
    /// This many messages of no type that there is are sent (F002, an error).
    #[allow(dead_code, reason = "each test binary uses what it needs")]
    pub(crate) unknown: usize,
    /// This many of the first are sent in another's name (P004, an error).
    #[allow(dead_code, reason = "each test binary uses what it needs")]
    pub(crate) forged: usize,
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

/// Logs in to a `c2w-g22` server, says `texts` things, leaves.
#[allow(dead_code, reason = "each test binary uses what it needs")]
pub(crate) fn c2w_g22(texts: usize, faults: Faults) -> Tape {
    let mut tape = Tape::default();
    let line = |time: usize, command: &str, data: &str| format!("{time}: {command}|bob|{data}\r\n").into_bytes();
    tape.up(line(1, "CONNECTION_REQUEST", ""));
    tape.down(line(1, "CONNECTION_GRANTED", ""));
    tape.up(line(1, "CONNECTION_RESPONSE_ACK", ""));
    for text in 0..texts {
        let (time, said) = (10 + text, format!("text {text:02}"));
        tape.up(line(time, "SEND_MESSAGE_REQUEST", &said));
        tape.down(line(time, "NEW_MESSAGE", &said));
        tape.up(line(time, "NEW_MESSAGE_RESPONSE_ACK", ""));
        if text < faults.unknown {
            tape.up(line(time, "NO_SUCH_COMMAND", "x"));
        }
    }
    tape.up(line(900, "LEAVE_SESSION_REQUEST", ""));
    tape.down(line(900, "LEAVE_SESSION_GRANTED", ""));
    tape.up(line(900, "LEAVE_SESSION_RESPONSE_ACK", ""));
    tape
}

/// Logs in to a `c2w-g9` server, says `texts` things, leaves.
#[allow(dead_code, reason = "each test binary uses what it needs")]
pub(crate) fn c2w_g9(texts: usize, faults: Faults) -> Tape {
    let mut tape = Tape::default();
    let message = |number: usize, kind: u8, data: &[u8]| {
        let mut bytes = vec![u8::try_from(number).expect("few"), kind];
        bytes.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        bytes.extend(data);
        bytes
    };
    tape.up(message(0, 0x01, b"bob"));
    tape.down(message(0, 0x00, &[0x00]));
    for text in 0..texts {
        let said = format!("text {text:02}");
        tape.up(message(text + 1, 0x05, said.as_bytes()));
        tape.down(message(text + 1, 0x03, said.as_bytes()));
        tape.up(message(text + 1, 0x81, b""));
        if text < faults.unknown {
            tape.up(message(text + 1, 0x42, b"x"));
        }
    }
    tape.up(message(texts + 1, 0x0a, b""));
    tape.down(message(texts + 1, 0x83, b""));
    tape
}

/// Logs in to a `chatos` server, says `texts` things, leaves.
#[allow(dead_code, reason = "each test binary uses what it needs")]
pub(crate) fn chatos(texts: usize, faults: Faults) -> Tape {
    let mut tape = Tape { stream: true, ..Tape::default() };
    let message = |opcode: u8, strings: &[&str]| {
        let mut bytes = vec![opcode];
        for text in strings {
            bytes.extend(u16::try_from(text.len()).expect("short").to_be_bytes());
            bytes.extend(text.bytes());
        }
        bytes
    };
    tape.up(message(1, &["alice"]));
    tape.down(vec![8, 1]);
    for text in 0..texts {
        let forged = text < faults.forged;
        tape.up(message(3, &[if forged { "mallory" } else { "alice" }, &format!("text {text:02}")]));
        tape.down(vec![8, if forged { 3 } else { 1 }]);
    }
    tape
}
