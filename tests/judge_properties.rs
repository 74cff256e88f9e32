//! What must not matter to a verdict: how a stream is cut into segments, and what else goes on at the same time.

use std::path::Path;
use wiregrade::analysis::{self, Analysis};
use wiregrade::bytes::Time;
use wiregrade::capture::{Frame, Reader};
use wiregrade::policy::Policy;
use wiregrade::protocols::ALL;
use wiregrade::rules::script::{Line, Script};
use wiregrade::rules::{Finding, Judge, Judged, Options};
use wiregrade::session::Tracker;

fn samples() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// What stays of findings when frames are numbered otherwise.
fn gist<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<(String, String, String)> {
    let mut gist: Vec<_> = findings
        .into_iter()
        .map(|finding| (finding.rule.to_owned(), finding.actor.name().to_owned(), finding.spec.id.to_owned()))
        .collect();
    gist.sort();
    gist
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test may look at files")]
fn segments_change_no_finding() {
    for (name, id) in [("c2w-g9-tcp", "c2w-g9"), ("c2w-g22-tcp", "c2w-g22"), ("chatos", "chatos")] {
        let text = std::fs::read_to_string(samples().join("scripts").join(format!("{name}.script"))).expect("a script");
        let protocol = ALL.iter().find(|known| known.spec().id == id).expect("a protocol");
        let mut whole = Script::parse(&text, *protocol).expect("it can be read");
        // A script has no opaque relays: what they carry is cut where streams are.
        whole.lines.retain(|line| line.from.connection == 1 && line.to.connection == 1);
        let mut faulty = 0;
        // Without one of its messages each, a conforming conversation becomes many faulty ones.
        for missing in 0..whole.lines.len() {
            let mut script = whole.clone();
            script.lines.remove(missing);
            let wanted = gist(&script.judge().findings);
            faulty += usize::from(!wanted.is_empty());
            for size in [1, 3, 7] {
                let mut cut = script.clone();
                cut.lines = script.lines.iter().flat_map(|line| pieces(line, size)).collect();
                assert_eq!(gist(&cut.judge().findings), wanted, "{name} without line {missing}, in segments of {size}");
            }
        }
        assert!(faulty > 5, "{name}: only {faulty} of its mutilations are faulty");
    }
}

fn pieces(line: &Line, size: usize) -> Vec<Line> {
    match &line.bytes {
        None => vec![line.clone()],
        Some(bytes) => bytes.chunks(size).map(|piece| Line { bytes: Some(piece.to_vec()), ..line.clone() }).collect(),
    }
}

/// The frames of a sample: time, link, bytes.
#[allow(clippy::disallowed_methods, reason = "a test may look at files")]
fn frames(name: &str) -> Vec<(Time, u32, Vec<u8>)> {
    let file = std::fs::File::open(samples().join(name)).expect("a sample");
    let mut reader = Reader::new(Box::new(file)).expect("a capture");
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let frame = frame.expect("it is whole");
        frames.push((frame.time, frame.link, frame.data.to_vec()));
    }
    frames
}

fn judged(frames: &[(Time, u32, Vec<u8>)]) -> Judged {
    let policy = Policy::default();
    let (mut tracker, mut judge) = (Tracker::new(policy.clone()), Judge::new(&policy, Options::default()));
    let mut analysis = Analysis::new(analysis::Options::default());
    let mut end = Time(0);
    for ((time, link, data), number) in frames.iter().zip(1..) {
        end = end.max(*time);
        let frame = Frame {
            number,
            time: *time,
            link: *link,
            interface: 0,
            data,
            wire_len: data.len(),
            options: Default::default(),
        };
        analysis.frame(&frame, &mut |step| {
            tracker.step(&step, &mut judge);
        });
    }
    analysis.finish(&mut |step| {
        tracker.step(&step, &mut judge);
    });
    tracker.finish(end, &mut judge);
    judge.finish()
}

#[test]
fn independent_flows_in_any_interleaving_change_no_finding() {
    let faulty = frames("imp-faulty.pcapng");
    let alone = gist(&judged(&faulty).findings);
    assert_eq!(alone.len(), 2);
    for other in ["c2w-g9-tcp.pcapng", "c2w-g22-tcp.pcapng", "chatos.pcapng"] {
        let other = frames(other);
        for shift in [0, 137, 900, 2_500, 60_000] {
            let moved = other.iter().map(|(time, link, data)| (Time(time.0 + shift * 1_000_000), *link, data.clone()));
            let mut both: Vec<_> = faulty.iter().cloned().chain(moved).collect();
            both.sort_by_key(|(time, ..)| *time);
            assert_eq!(gist(&judged(&both).findings), alone, "shifted by {shift} ms");
        }
    }
}
