//! A relay in a thread, servers that echo, and captures read back.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tempfile::TempDir;
use wiregrade::capture::Reader;
use wiregrade::limits::Limits;
use wiregrade::net::{Decoder, Transport};
use wiregrade::record::io::{Guide, Outcome, Output, Relay, Trouble};
use wiregrade::record::{Carrier, Impairments, Mapping};

/// Nothing on loopback takes that long unless it does not come at all.
pub(crate) const SOON: Duration = Duration::from_secs(5);

/// A relay at work.
pub(crate) struct Bench {
    pub(crate) listen: SocketAddr,
    over: Arc<AtomicBool>,
    troubles: Arc<Mutex<Vec<String>>>,
    relay: JoinHandle<Outcome>,
    folder: TempDir,
}

/// What a relay left behind.
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    pub(crate) troubles: Vec<String>,
    pub(crate) capture: PathBuf,
    _folder: TempDir,
}

struct Watch {
    over: Arc<AtomicBool>,
    troubles: Arc<Mutex<Vec<String>>>,
}

impl Guide for Watch {
    fn is_over(&mut self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn trouble(&mut self, trouble: &Trouble) {
        self.troubles.lock().unwrap().push(trouble.to_string());
    }
}

impl Bench {
    pub(crate) fn new(carrier: Carrier, server: SocketAddr, impairments: Impairments) -> Bench {
        let any = SocketAddr::new(server.ip(), 0);
        Bench::at(carrier, any, server, impairments, &Limits::default())
    }

    pub(crate) fn at(
        carrier: Carrier,
        listen: SocketAddr,
        server: SocketAddr,
        impairments: Impairments,
        limits: &Limits,
    ) -> Bench {
        let relay = Relay::bind(&[Mapping { carrier, listen, server }], impairments, limits).unwrap();
        let listen = relay.mappings()[0].listen;
        let folder = tempfile::tempdir().unwrap();
        let output = Output::File(File::create(folder.path().join("run.pcapng")).unwrap());
        let (over, troubles) = (Arc::default(), Arc::default());
        let mut watch = Watch { over: Arc::clone(&over), troubles: Arc::clone(&troubles) };
        let relay = thread::spawn(move || relay.run(output, "a test", &mut watch));
        Bench { listen, over, troubles, relay, folder }
    }

    /// Ends the relay; everybody has had time to speak.
    pub(crate) fn end(self) -> Done {
        thread::sleep(Duration::from_millis(30));
        self.over.store(true, Ordering::Relaxed);
        let outcome = self.relay.join().unwrap();
        let troubles = std::mem::take(&mut *self.troubles.lock().unwrap());
        Done { outcome, troubles, capture: self.folder.path().join("run.pcapng"), _folder: self.folder }
    }
}

/// A server that sends every datagram back, in capitals; it lives as long as the test.
pub(crate) fn echo_datagrams(ip: &str) -> SocketAddr {
    let socket = UdpSocket::bind((ip, 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..length].to_ascii_uppercase(), from);
        }
    });
    address
}

/// A server that sends everything back, in capitals, until its client is done.
pub(crate) fn echo_streams() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let mut buffer = [0; 65_536];
                while let Ok(length @ 1..) = stream.read(&mut buffer) {
                    if stream.write_all(&buffer[..length].to_ascii_uppercase()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

/// A client's socket.
pub(crate) fn client(to: SocketAddr) -> UdpSocket {
    let socket = UdpSocket::bind(SocketAddr::new(to.ip(), 0)).unwrap();
    socket.connect(to).unwrap();
    socket.set_read_timeout(Some(SOON)).unwrap();
    socket
}

/// One packet of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) outbound: bool,
    pub(crate) src: SocketAddr,
    pub(crate) dst: SocketAddr,
    pub(crate) payload: Vec<u8>,
    pub(crate) reset: bool,
    pub(crate) id: Option<u64>,
    pub(crate) comment: String,
    pub(crate) time: i64,
}

/// Every packet of a capture.
pub(crate) fn packets(capture: &Path) -> Vec<Seen> {
    let mut reader = Reader::new(Box::new(File::open(capture).unwrap())).unwrap();
    assert!(reader.comments()[0].starts_with("wiregrade-record/1 "));
    assert!(reader.comments()[0].ends_with("\na test"));
    let mut decoder = Decoder::new(&Limits::default());
    let mut seen = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let frame = frame.unwrap();
        let packet = decoder.decode(&frame).unwrap();
        let (payload, reset) = match packet.transport {
            Transport::Udp(payload) => (payload, false),
            Transport::Tcp(segment) => (segment.payload, segment.rst),
        };
        seen.push(Seen {
            outbound: frame.options.outbound().unwrap(),
            src: packet.src,
            dst: packet.dst,
            payload: payload.to_vec(),
            reset,
            id: frame.options.packet_id(),
            comment: frame.options.comments().map(String::from_utf8_lossy).collect(),
            time: frame.time.0,
        });
    }
    seen
}
