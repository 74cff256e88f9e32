//! What others read: schemas and field rules of the formats, and how the command answers mistakes.

use super::traffic::{Faults, imp};
use super::{Class, class};
use serde_json::Value;
use std::fs;

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

fn schema(class: &Class) -> jsonschema::Validator {
    let mut command = assert_cmd::Command::cargo_bin("wiregrade").expect("the program");
    let output = command.current_dir(class.folder.path()).args(["schema", "grade"]).output().expect("it runs");
    let schema = json(&output.stdout);
    jsonschema::draft202012::meta::validate(&schema).expect("a schema");
    jsonschema::draft202012::new(&schema).expect("a schema")
}

#[test]
fn json_fits_its_schema() {
    let class = class();
    let validator = schema(&class);
    let pairs = class.folder.path().join("pairs");
    fs::create_dir(&pairs).expect("a folder");
    fs::write(pairs.join("ada--grace.pcap"), imp(3, Faults::default()).pcap()).expect("a file");
    for arguments in [&["submissions"][..], &["submissions", "--rubric", "rubric.toml"], &["--matrix", "pairs"]] {
        let document = json(&class.graded(&[arguments, &["-f", "json"]].concat()));
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{arguments:?}");
        for key in ["schema_version", "tool", "captures", "summary"] {
            assert!(!document[key].is_null(), "{key}");
        }
    }
}

#[test]
fn gradescope_is_given_what_it_documents() {
    let class = class();
    let results = json(&class.graded(&["submissions/group-05", "--rubric", "rubric.toml", "-f", "gradescope"]));
    assert_eq!(results["score"].as_f64(), Some(class.expected["group-05"]));
    let tests = results["tests"].as_array().expect("an array");
    assert_eq!(tests.len(), 8);
    let (mut score, mut most) = (0.0, 0.0);
    for test in tests {
        score += test["score"].as_f64().expect("a number");
        most += test["max_score"].as_f64().expect("a number");
        assert!(["passed", "failed"].contains(&test["status"].as_str().expect("a text")));
        assert!(
            ["text", "html", "simple_format", "md", "ansi"].contains(&test["output_format"].as_str().expect("a text"))
        );
        // A hidden test would hide the total.
        assert_eq!(test["visibility"], "visible");
        assert!(test["number"].is_string() && test["name"].is_string());
    }
    assert!((score - class.expected["group-05"]).abs() < 1e-9);
    assert_eq!(most, 93.0);
    let output = class.grade(&["submissions", "-f", "gradescope"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is for one submission, and there are 60"));
}

#[test]
fn classroom_is_given_what_it_documents() {
    let class = class();
    let line = class.graded(&["submissions/group-05", "--rubric", "rubric.toml", "-f", "classroom"]);
    let line = String::from_utf8(line).expect("ASCII");
    let coded = line.strip_prefix("result=").expect("an output").trim_end();
    let result = json(&decoded(coded));
    assert_eq!(
        (&result["version"], &result["status"], &result["max_score"]),
        (&1.into(), &"pass".into(), &93.0.into())
    );
    for test in result["tests"].as_array().expect("an array") {
        for key in ["name", "status", "score", "message", "test_code", "filename", "line_no", "duration"] {
            assert!(!test[key].is_null(), "{key}");
        }
    }
}

/// Base64, read the slow way.
fn decoded(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = String::new();
    for c in text.trim_end_matches('=').chars() {
        bits.push_str(&format!("{:06b}", letters.find(c).expect("a letter")));
    }
    (0..bits.len() / 8).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).expect("bits")).collect()
}

#[test]
fn junit_has_a_suite_a_submission_and_counts_right() {
    let class = class();
    let text =
        String::from_utf8(class.graded(&["submissions", "--rubric", "rubric.toml", "-f", "junit"])).expect("UTF-8");
    assert_eq!(text.matches("<testsuite ").count(), 60);
    assert_eq!(text.matches("<testcase ").count(), 480);
    let stated = |name: &str| -> usize {
        let all = text.split("<testsuite ").skip(1);
        all.map(|suite| {
            let from = suite.find(&format!("{name}=\"")).expect(name) + name.len() + 2;
            suite[from..].split('"').next().expect("a value").parse::<usize>().expect("a number")
        })
        .sum()
    };
    assert_eq!(stated("failures"), text.matches("<failure").count());
    assert_eq!(stated("skipped"), text.matches("<skipped").count());
    assert!(!text.contains("<script"));
}

#[test]
fn moodle_is_given_back_its_worksheet() {
    let class = class();
    let sheet = "Identifier,Full name,Grade,Maximum grade,Feedback comments\n\
                 Participant 1,group-05,,93,\nParticipant 2,Nobody Here,,93,keep\n";
    fs::write(class.folder.path().join("sheet.csv"), sheet).expect("a file");
    let arguments = ["submissions", "--rubric", "rubric.toml", "-f", "moodle", "--worksheet", "sheet.csv"];
    let text = String::from_utf8(class.graded(&arguments)).expect("UTF-8");
    let grade = class.expected["group-05"];
    assert!(text.contains(&format!("\nParticipant 1,group-05,{grade},93,")), "{text}");
    assert!(text.ends_with("\nParticipant 2,Nobody Here,,93,keep\n"), "{text}");
    let arguments = ["submissions", "--rubric", "rubric.toml", "-f", "moodle", "--moodle-key", "username"];
    let text = String::from_utf8(class.graded(&arguments)).expect("UTF-8");
    assert!(text.contains(&format!("\ngroup-05,{grade},")) && !text.contains("cmd"), "{text}");
}

#[test]
fn mistakes_are_answered_with_what_to_do() {
    let class = class();
    let said = |arguments: &[&str]| {
        let output = class.grade(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    fs::write(class.folder.path().join("bad.toml"), "[[criterion]]\nid = \"a\"\npionts = 3\n").expect("a file");
    assert!(
        said(&["submissions", "--rubric", "bad.toml"])
            .contains("bad.toml:3:1: there is no key `pionts`: `points` is meant?")
    );
    assert!(said(&["no/such"]).contains("no/such: cannot be listed"));
    assert!(said(&["submissions", "-f", "moodle"]).contains("--worksheet"));
    assert!(said(&["submissions", "--moodle-key", "email"]).contains("-f moodle"));
    assert!(said(&["submissions/garbage-1/run.pcap"]).contains("is not a capture"));
    assert!(said(&["--init", "irc"]).contains("irc"));
}

#[test]
fn a_rubric_to_start_from_grades_as_the_built_in_one() {
    let class = class();
    let text = class.graded(&["--init", "imp"]);
    fs::write(class.folder.path().join("mine.toml"), text).expect("a file");
    let points = |arguments: &[&str]| {
        let document = json(&class.graded(&[&["submissions/mixed-0", "-f", "json"], arguments].concat()));
        document["submissions"][0]["points"].as_f64().expect("points")
    };
    assert_eq!(points(&["--rubric", "mine.toml"]), points(&[]));
}

#[test]
fn each_side_of_a_pairing_has_its_own_verdict() {
    let class = class();
    let pairs = class.folder.path().join("pairs");
    fs::create_dir(&pairs).expect("a folder");
    fs::write(pairs.join("ada--grace.pcap"), imp(4, Faults::default()).pcap()).expect("a file");
    fs::write(pairs.join("alan--grace.pcap"), imp(4, Faults { reused: 2, ..Faults::default() }).pcap())
        .expect("a file");
    let silent = super::traffic::Tape::default();
    fs::write(pairs.join("ada--alan.pcap"), silent.pcap()).expect("a file");
    let output = class.grade(&["--matrix", "pairs", "-f", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let matrix = &json(&output.stdout)["matrix"];
    let verdicts: Vec<String> = matrix["pairings"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|pair| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            let (client, server) = (text(&pair["client_side"]["verdict"]), text(&pair["server_side"]["verdict"]));
            format!(
                "{}--{} {} ({client}, {server})",
                text(&pair["client"]),
                text(&pair["server"]),
                text(&pair["verdict"])
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            "ada--alan inconclusive (inconclusive, inconclusive)",
            "ada--grace pass (pass, pass)",
            "alan--grace fail (fail, pass)"
        ]
    );
    let table = String::from_utf8(class.graded(&["--matrix", "pairs"])).expect("UTF-8");
    assert!(table.contains("fail (client)") && table.contains("S003"), "{table}");
}

/// The values of an attribute in a page.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    page.split(&format!(" {attribute}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

#[test]
fn the_class_is_a_page_that_sorts_and_leads_to_a_page_for_each() {
    let class = class();
    let arguments = ["submissions", "--rubric", "rubric.toml", "--feedback", "out", "--feedback-format", "html"];
    let shown = String::from_utf8(class.graded(&[&arguments[..], &["-f", "html"]].concat())).expect("UTF-8");
    let out = class.folder.path().join("out");
    let index = fs::read_to_string(out.join("index.html")).expect("the class");
    assert!(values(&shown, "href").iter().all(|link| link.starts_with('#')), "nobody knows where this page lies");
    assert_eq!(shown.matches("<th scope=\"row\">").count(), 60);
    // Nothing that a student named anything runs, styles or leads anywhere.
    assert_eq!(index.matches("<script").count(), 1);
    assert!(index.contains("script-src 'sha256-") && index.contains("default-src 'none'"));
    assert!(!index.contains("javascript:") || !index.contains("href=\"javascript"));
    assert_eq!(index.matches("<th scope=\"row\">").count(), 60);
    assert!(index.contains("&lt;script&gt;alert(1)&lt;") && index.contains("aria-label=\"0 to 10 %: "));
    let mut pages = 0;
    for link in values(&index, "href") {
        if let Some(file) = link.strip_prefix("./") {
            assert!(!file.contains('/') && out.join(file).is_file(), "{link}");
            pages += 1;
        } else {
            assert!(link.starts_with('#'), "{link}");
        }
    }
    assert_eq!(pages, 60);
    let mut checks = 0;
    for path in super::files(&out) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        assert!(path.parent() == Some(&out) || path.parent() == Some(&out.join("captures")), "{path:?}");
        assert!(!text.contains("<script>alert"), "{path:?}");
        if path.parent() == Some(&out) && !path.ends_with("index.html") {
            assert_eq!(text.matches("<script").count(), 1, "{path:?}");
            for link in values(&text, "href") {
                assert!(out.join(link).is_file(), "{path:?}: {link}");
                checks += 1;
            }
        }
    }
    // Those with a capture in them, and only those.
    assert_eq!(checks, 44);
    let again = class.graded(&[&arguments[..], &["-f", "html"]].concat());
    assert_eq!(String::from_utf8(again).expect("UTF-8"), shown);
    assert_eq!(fs::read_to_string(out.join("index.html")).expect("the class"), index);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_feedback_folder_is_not_followed() {
    let class = class();
    let out = class.folder.path().join("out");
    fs::create_dir(&out).expect("a folder");
    let outside = class.folder.path().join("outside");
    fs::create_dir(&outside).expect("a folder");
    std::os::unix::fs::symlink(&outside, out.join("captures")).expect("a link");
    std::os::unix::fs::symlink(outside.join("x"), out.join("mixed-0.md")).expect("a link");
    for format in ["markdown", "html"] {
        let output = class.grade(&["submissions/mixed-0", "--feedback", "out", "--feedback-format", format]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("it is a link"));
    }
    assert_eq!(super::files(&outside).len(), 0);
}

#[test]
fn each_side_can_be_graded_apart() {
    let class = class();
    let put = |name: &str, faults| fs::write(class.folder.path().join(name), imp(6, faults).pcap()).expect("a file");
    put("one.pcap", Faults { reused: 2, ..Faults::default() });
    put("good.pcap", Faults::default());
    let graded = |file: &str, role: &str| {
        let arguments = [file, "-f", "json", "--role", role];
        let document = json(&class.graded(&arguments));
        let one = &document["submissions"][0];
        (one["points"].as_f64().expect("points"), one["findings"]["error"].clone(), one["sides"].clone())
    };
    let (client, server) = (graded("one.pcap", "client"), graded("one.pcap", "server"));
    assert_eq!((&client.1, &server.1), (&2.into(), &0.into()), "the client did it");
    assert!(client.0 < graded("good.pcap", "client").0, "and it costs the client's points");
    assert_eq!(server.0, graded("good.pcap", "server").0, "not the server's");
    // Both verdicts are there, whichever side is graded.
    assert_eq!(client.2, server.2);
    assert_eq!((&client.2[0]["verdict"], &client.2[1]["verdict"]), (&"fail".into(), &"pass".into()));
    fs::write(
        class.folder.path().join("server.toml"),
        "[[criterion]]\nid = \"a\"\npoints = 3\nrules = [\"F\"]\nrole = \"server\"\n",
    )
    .expect("a file");
    let output = class.grade(&["one.pcap", "--rubric", "server.toml", "--role", "client"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no points for the client"));
}

/// The recipes of the documentation, run where they would run: `/autograder` is a folder of this test.
#[cfg(unix)]
#[test]
fn the_recipes_of_the_documentation_run() {
    let page =
        fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/grade.md")).expect("a page");
    let recipes: Vec<&str> =
        page.split("## Recipes").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("recipes").lines().collect();
    let text = recipes.join("\n").replace(" \\\n", " ");
    let lines: Vec<&str> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("run: "))
        .filter(|line| line.starts_with("wiregrade "))
        .collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let class = class();
    let root = class.folder.path();
    for folder in ["autograder/submission", "autograder/source", "autograder/results", "captures"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    for folder in ["autograder/submission", "captures"] {
        fs::copy(root.join("submissions/mixed-0/good.pcap"), root.join(folder).join("good.pcap")).expect("a copy");
    }
    fs::copy(root.join("rubric.toml"), root.join("autograder/source/rubric.toml")).expect("a copy");
    fs::write(root.join("worksheet.csv"), "Identifier,Full name,Grade\nParticipant 1,mixed-0,\n").expect("a file");
    let bin = assert_cmd::cargo::cargo_bin("wiregrade");
    let path = std::env::join_paths(
        std::iter::once(bin.parent().expect("a folder").to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").expect("a path"))),
    );
    for line in lines {
        let line = line.replace("/autograder", &root.join("autograder").display().to_string());
        let mut shell = std::process::Command::new("sh");
        shell.args(["-eu", "-c", &line]).current_dir(root).env("PATH", path.as_ref().expect("a path"));
        let output = shell.env("GITHUB_OUTPUT", root.join("output")).output().expect("a shell");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let results = json(&fs::read(root.join("autograder/results/results.json")).expect("results"));
    assert_eq!(results["score"].as_f64(), Some(class.expected["mixed-0"]));
    assert!(fs::read_to_string(root.join("output")).expect("an output").starts_with("result="));
    let filled = fs::read_to_string(root.join("filled.csv")).expect("a sheet");
    assert!(filled.contains(&format!("Participant 1,mixed-0,{}", class.expected["mixed-0"])), "{filled}");
}
