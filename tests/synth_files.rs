//! The captures `synth` writes: the same arguments give the same bytes, and other tools read them without a complaint.

#![allow(clippy::disallowed_methods, reason = "a test reads its files")]
#![allow(clippy::print_stderr, reason = "a test says what it skips")]

use assert_cmd::Command;
use wiregrade::protocol::Transport;
use wiregrade::synth::file::Form;
use wiregrade::synth::packet::Link;
use wiregrade::synth::{Plan, scenarios, simulate};

fn plan(protocol: &'static str, transport: Transport) -> Plan {
    let built_in = scenarios::find(protocol, "tour").expect("a scenario");
    Plan::new(protocol, transport, built_in.scenario().expect("its text"))
}

fn written(plan: &Plan) -> Vec<u8> {
    simulate(plan, Vec::new()).expect("memory takes everything").0
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let one = plan("imp", Transport::Udp);
    assert_eq!(written(&one), written(&one));
    assert_ne!(written(&one), written(&Plan { seed: 2, ..one.clone() }));
}

#[test]
fn tshark_reads_every_kind_of_file_without_a_complaint() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c");
    if std::process::Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("skipped: no tshark");
        return;
    }
    let links = Link::NAMES.map(|(name, link)| (name, link, Form::Pcapng));
    let forms = Form::NAMES.map(|(name, form)| (name, Link::Ethernet, form));
    for (name, link, form) in links.into_iter().chain(forms) {
        for ipv6 in [false, true] {
            for (protocol, transport, loopback) in
                [("c2w-g22", Transport::Tcp, false), ("c2w-g22", Transport::Udp, true)]
            {
                let mut plan = Plan { link, form, ipv6, loopback, ..plan(protocol, transport) };
                plan.weather.loss = 0.0;
                std::fs::write(&path, written(&plan)).expect("written");
                // Bad checksums, sequence gaps, malformed headers: whatever an expert would say of IP, UDP or TCP.
                let filter = "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || \
                              tcp.checksum.status == 0 || tcp.analysis.flags || _ws.expert.severity >= 6291456";
                let output = std::process::Command::new("tshark")
                    .args(["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"])
                    .args(["-o", "tcp.check_checksum:TRUE", "-d", "udp.port==1313,data", "-d", "tcp.port==1313,data"])
                    .args(["-Y", filter, "-r"])
                    .arg(&path)
                    .output()
                    .expect("tshark runs");
                let said = String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
                assert!(said.is_empty(), "{name} ipv6 {ipv6} {}:\n{said}", transport.name());
            }
        }
    }
}

#[test]
fn a_fault_is_told_in_the_capture_and_one_without_opportunity_is_an_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("c.pcapng");
    let run = |fault: &str| {
        let mut command = Command::cargo_bin("wiregrade").expect("the program");
        command.args(["synth", "imp", "--fault", fault, "-o"]).arg(&path).output().expect("it runs")
    };
    assert!(run("R001@1:client").status.success());
    let bytes = std::fs::read(&path).expect("a capture");
    let told = b"fault R001:client by a client, shows at frame ";
    assert_eq!(bytes.windows(told.len()).filter(|window| window == told).count(), 2, "at the frame, and at the end");
    let output = run("R001@999");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("had no opportunity"));
    let output = run("S001");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("S001 has no fault in imp"));
}
