//! The tables of `export`: what is in them, that they are the same every time, and that others read them.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test reads and writes files and says what it did not check"
)]

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wiregrade::report::columns::tables::{self, Kind};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");

fn wiregrade(arguments: &[&str]) -> (i32, Vec<u8>, String) {
    let output = assert_cmd::Command::cargo_bin("wiregrade").unwrap().args(arguments).output().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

fn exported(captures: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (status, out, trouble) =
        wiregrade(&[&["export", "-q", "-o", folder.path().to_str().unwrap()], captures].concat());
    assert_eq!((status, out.len()), (0, 0), "{trouble}");
    folder
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, bytes)| (path.join(below), bytes)));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found.into_iter().map(|(path, bytes)| (path.strip_prefix(folder).unwrap_or(&path).to_owned(), bytes)).collect()
}

/// The batches of a table, of all protocols.
fn read(folder: &Path, table: &str) -> Vec<RecordBatch> {
    let mut batches = Vec::new();
    for path in files(folder).keys().filter(|path| path.starts_with(table)) {
        let file = fs::File::open(folder.join(path)).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        batches.extend(reader.map(Result::unwrap));
    }
    batches
}

fn rows(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}

fn texts(batches: &[RecordBatch], column: &str) -> Vec<Option<String>> {
    let of = |batch: &RecordBatch| {
        let column = batch.column_by_name(column).unwrap().as_string::<i32>().clone();
        (0..column.len()).map(|row| column.is_valid(row).then(|| column.value(row).to_owned())).collect::<Vec<_>>()
    };
    batches.iter().flat_map(of).collect()
}

fn numbers(batches: &[RecordBatch], column: &str) -> Vec<Option<i64>> {
    let of = |batch: &RecordBatch| batch.column_by_name(column).unwrap().as_primitive::<Int64Type>().clone();
    batches.iter().flat_map(|batch| of(batch).iter().collect::<Vec<_>>()).collect()
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_slice(&wiregrade(arguments).1).unwrap()
}

#[test]
fn rows_say_what_the_other_commands_say() {
    let folder = exported(&[SAMPLES]);
    let of = |table| read(folder.path(), table);
    let check = json(&["check", "-f", "json", "--exchanges", SAMPLES]);
    let dissect = json(&["dissect", "-f", "json", SAMPLES]);
    let flows = json(&["flows", "-f", "json", SAMPLES]);
    let list = |document: &Value, key: &str| document[key].as_array().unwrap().clone();
    let column = |records: &[Value], key: &str| {
        sorted(records.iter().map(|record| record[key].as_str().map(str::to_owned)).collect())
    };
    let messages = list(&dissect, "messages");
    assert!(messages.len() > 100);
    assert_eq!(sorted(texts(&of("messages"), "name")), column(&messages, "name"));
    let read_back = |text: String| serde_json::from_str::<Value>(&text).unwrap().to_string();
    let fields = texts(&of("messages"), "fields").into_iter().flatten().map(read_back).collect();
    assert_eq!(
        sorted(fields),
        sorted(messages.iter().map(|message| message["fields"].to_string()).collect::<Vec<_>>())
    );
    let findings = list(&check, "findings");
    assert!(!findings.is_empty());
    assert_eq!(sorted(texts(&of("findings"), "message")), column(&findings, "message"));
    assert_eq!(sorted(texts(&of("exchanges"), "request")), column(&list(&check, "exchanges"), "request"));
    assert_eq!(sorted(texts(&of("sessions"), "client")), column(&list(&check, "sessions"), "client"));
    assert_eq!(sorted(texts(&of("flows"), "reason")), column(&list(&flows, "flows"), "reason"));
    assert_eq!(sorted(texts(&of("captures"), "capture")), column(&list(&check, "captures"), "path"));
    assert!(texts(&of("captures"), "error").iter().all(Option::is_none));
}

#[test]
fn histograms_hold_every_latency() {
    let folder = exported(&[SAMPLES]);
    let sessions = read(folder.path(), "sessions");
    let mut sums = Vec::new();
    for batch in &sessions {
        let histograms = batch.column_by_name("latency_histogram").unwrap().as_map().clone();
        for row in 0..histograms.len() {
            let entries = histograms.value(row);
            let counts = entries.column(1).as_primitive::<Int64Type>().clone();
            sums.push(Some(counts.iter().flatten().sum::<i64>()));
        }
    }
    assert!(sums.iter().flatten().sum::<i64>() > 0);
    assert_eq!(sums, numbers(&sessions, "latency_count"));
}

#[test]
fn the_same_captures_make_the_same_bytes() {
    let (first, second) = (exported(&[SAMPLES]), exported(&["--threads", "1", SAMPLES]));
    let expected = files(first.path());
    assert!(expected.keys().any(|path| path.starts_with("messages/protocol=imp")));
    assert!(expected.keys().all(|path| path.extension().is_some_and(|end| end == "parquet")));
    assert_eq!(files(second.path()), expected);
    let again = first.path().to_str().unwrap();
    assert_eq!(wiregrade(&["export", "-q", "-o", again, SAMPLES]).0, 0);
    assert_eq!(files(first.path()), expected);
}

#[test]
fn what_an_earlier_run_made_of_the_same_captures_goes() {
    let folder = exported(&["--part", "a", &format!("{SAMPLES}/imp.pcapng")]);
    let to = folder.path().to_str().unwrap();
    let chatos = format!("{SAMPLES}/chatos.pcapng");
    assert_eq!(wiregrade(&["export", "-q", "-o", to, "--part", "b", &chatos]).0, 0);
    assert_eq!(wiregrade(&["export", "-q", "-o", to, "--part", "a", "--as", "s3://x", &chatos]).0, 0);
    assert!(files(folder.path()).keys().all(|path| !path.to_str().unwrap().contains("imp")));
    assert_eq!(
        sorted(texts(&read(folder.path(), "captures"), "capture")),
        [Some(chatos.clone()), Some("s3://x".to_owned())]
    );
    let before = files(folder.path());
    assert_eq!(
        wiregrade(&["export", "-q", "-o", to, "--part", "a", "--as", "s3://x", "--table", "flows", &chatos]).0,
        0
    );
    assert_eq!(files(folder.path()), before, "tables that were not asked for stay");
}

#[test]
fn a_bad_capture_is_listed_and_the_others_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.pcap");
    fs::write(&bad, "no capture").unwrap();
    let (bad, to) = (bad.to_str().unwrap(), folder.path().join("dataset"));
    let (status, _, trouble) =
        wiregrade(&["export", "-o", to.to_str().unwrap(), bad, &format!("{SAMPLES}/shen.pcapng")]);
    assert_eq!(status, 2);
    assert!(trouble.contains("bad.pcap: is not a capture"), "{trouble}");
    let captures = read(&to, "captures");
    let errors: Vec<_> = texts(&captures, "error").into_iter().zip(texts(&captures, "capture")).collect();
    assert!(errors[0].0.as_deref().unwrap().starts_with("is not a capture"));
    assert_eq!((errors[0].1.as_deref(), &errors[1].0), (Some(bad), &None));
    assert!(rows(&read(&to, "messages")) > 0);
}

#[test]
fn a_stream_has_the_same_rows() {
    let folder = exported(&["--grade", SAMPLES]);
    for table in tables::ALL {
        let (status, out, trouble) = wiregrade(&["export", "-f", "arrow", "--table", table.name, "--grade", SAMPLES]);
        assert_eq!(status, 0, "{trouble}");
        let reader = arrow_ipc::reader::StreamReader::try_new(&out[..], None).unwrap();
        assert_eq!(reader.schema(), table.schema(true));
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        let files = read(folder.path(), table.name);
        assert_eq!(rows(&batches), rows(&files), "{}", table.name);
        let first = table.columns[0].name;
        assert!(rows(&files) > 0, "{}", table.name);
        assert_eq!(sorted(texts(&batches, first)), sorted(texts(&files, first)));
        if table.by_protocol && table.name != "flows" {
            assert!(texts(&batches, "protocol").iter().all(Option::is_some));
        }
    }
    assert_eq!(wiregrade(&["export", "-f", "arrow", SAMPLES]).0, 2, "a stream is of one table");
}

/// A class of three submissions, one of a single capture, one that holds none of our protocols.
fn class() -> tempfile::TempDir {
    let class = tempfile::tempdir().unwrap();
    for (to, from) in [
        ("a/one.pcapng", "imp.pcapng"),
        ("a/deep/two.pcapng", "imp-faulty.pcapng"),
        ("b/run.pcapng", "c2w-g9-tcp.pcapng"),
        ("c/faulty.pcapng", "imp-faulty.pcapng"),
    ] {
        let to = class.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(format!("{SAMPLES}/{from}"), to).unwrap();
    }
    fs::create_dir(class.path().join("d")).unwrap();
    fs::write(class.path().join("d/empty.pcap"), b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0")
        .unwrap();
    class
}

fn column<T: arrow_array::ArrowPrimitiveType>(batches: &[RecordBatch], column: &str) -> Vec<T::Native> {
    let of = |batch: &RecordBatch| batch.column_by_name(column).unwrap().as_primitive::<T>().clone();
    batches.iter().flat_map(|batch| of(batch).iter().map(Option::unwrap).collect::<Vec<_>>()).collect()
}

/// Every figure of `grades` and `criteria`, by the built-in rubric and by one of a file, is that of `grade`.
#[test]
fn grades_are_those_of_grade() {
    let class = class();
    let path = class.path().to_str().unwrap();
    let rubric = class.path().join("rubric.toml");
    fs::write(
        &rubric,
        "title = \"Two\"\nrole = \"client\"\n[[scenario]]\nname = \"deep\"\nfiles = [\"deep/*\"]\n\
         [[criterion]]\nid = \"all\"\ntitle = \"All\"\npoints = 7\nrules = [\"A\", \"R\", \"F\"]\ncost = \"kind\"\n\
         exercised = \"any\"\n\
         [[criterion]]\nid = \"deep\"\ntitle = \"Deep\"\npoints = 3\nscenarios = [\"deep\"]\nbonus = true\n",
    )
    .unwrap();
    let by_rubric = ["--rubric", rubric.to_str().unwrap()];
    for options in [&[][..], &by_rubric] {
        let expected = json(&[&["grade", "-f", "json", path], options].concat());
        let asked: &[&str] = if options.is_empty() { &["--grade"] } else { options };
        let folder = exported(&[asked, &[path]].concat());
        let (grades, criteria) = (read(folder.path(), "grades"), read(folder.path(), "criteria"));
        let title = expected["rubric"]["title"].as_str().unwrap();
        let reals = |batches: &[RecordBatch], name: &str| column::<arrow_array::types::Float64Type>(batches, name);
        let longs = |name: &str| column::<Int64Type>(&grades, name);
        let text = |batches: &[RecordBatch], name: &str| texts(batches, name);
        let mut seen: Vec<Value> = Vec::new();
        for row in 0..rows(&grades) {
            let name = text(&grades, "submission")[row].clone().unwrap();
            assert_eq!(text(&grades, "rubric")[row].as_deref(), Some(title));
            let of = |criterion: &usize| text(&criteria, "submission")[*criterion].as_deref() == Some(&name);
            let each = (0..rows(&criteria)).filter(of).map(|at| {
                let rules: Value = serde_json::from_str(text(&criteria, "rules")[at].as_ref().unwrap()).unwrap();
                serde_json::json!([
                    text(&criteria, "criterion")[at],
                    text(&criteria, "title")[at],
                    text(&criteria, "side")[at],
                    reals(&criteria, "points")[at],
                    reals(&criteria, "max")[at],
                    text(&criteria, "why")[at],
                    rules,
                ])
            });
            seen.push(serde_json::json!([
                name.strip_prefix(&format!("{path}/")),
                text(&grades, "status")[row],
                reals(&grades, "points")[row],
                reals(&grades, "max")[row],
                reals(&grades, "bonus")[row],
                longs("errors")[row],
                longs("warnings")[row],
                longs("infos")[row],
                longs("client_errors")[row],
                longs("client_warnings")[row],
                longs("server_errors")[row],
                longs("server_warnings")[row],
                longs("captures")[row],
                longs("sessions")[row],
                longs("messages")[row],
                each.collect::<Vec<_>>(),
            ]));
        }
        seen.sort_by_key(|row| row[0].as_str().unwrap().to_owned());
        let sum = |files: &Value, key: &str| {
            files.as_array().unwrap().iter().map(|file| file[key].as_i64().unwrap()).sum::<i64>()
        };
        let rules = |criterion: &Value| {
            let rules = criterion["rules"].as_array().unwrap().iter().map(|rule| {
                let kept = ["rule", "verdict", "checked", "violated", "excused", "share", "lost"];
                Value::Object(kept.iter().map(|key| ((*key).to_owned(), rule[key].clone())).collect())
            });
            Value::Array(rules.collect())
        };
        let expected: Vec<Value> = expected["submissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of| {
                let criteria = of["criteria"].as_array().unwrap().iter().map(|of| {
                    serde_json::json!([
                        of["id"],
                        of["title"],
                        of["role"],
                        of["points"],
                        of["max"],
                        of["why"],
                        rules(of)
                    ])
                });
                let [client, server] = [0, 1].map(|side| &of["sides"][side]["findings"]);
                serde_json::json!([
                    of["name"],
                    of["status"],
                    of["points"],
                    of["max"],
                    of["bonus"],
                    of["findings"]["error"],
                    of["findings"]["warning"],
                    of["findings"]["info"],
                    client["error"],
                    client["warning"],
                    server["error"],
                    server["warning"],
                    of["files"].as_array().unwrap().len(),
                    sum(&of["files"], "sessions"),
                    sum(&of["files"], "messages"),
                    criteria.collect::<Vec<_>>(),
                ])
            })
            .collect();
        assert_eq!(seen.len(), 4);
        assert_eq!(seen, expected);
        let owners = texts(&read(folder.path(), "captures"), "submission");
        let owner = |name: &str| Some(format!("{path}/{name}"));
        assert_eq!(owners, ["a", "a", "b", "c", "d"].map(owner));
    }
    assert_eq!(texts(&read(exported(&[path]).path(), "captures"), "submission"), [const { None }; 5]);
}

/// What the Spark job says of copies: their names, whose they are, and which are pieces of one capture. Their order does
/// not matter to grades.
#[test]
fn a_listing_names_what_is_a_copy() {
    let class = class();
    let at = |name: &str| class.path().join(name).to_str().unwrap().to_owned();
    let whole = fs::read(at("c/faulty.pcapng")).unwrap();
    fs::write(class.path().join("bad"), "no capture").unwrap();
    let line = |value: Value| format!("{value}\n");
    let lines = [
        line(
            serde_json::json!({"files": [at("a/deep/two.pcapng")], "names": ["s3://x/a/deep/two.pcapng"], "submission": "s3://x/a"}),
        ),
        "\n".to_owned(),
        line(serde_json::json!({"capture": "s3://x/b/t.pcap", "files": [at("bad"), at("b/run.pcapng")],
            "names": ["s3://x/b/t.pcap", "s3://x/b/t.pcap1"], "submission": "s3://x/b"})),
        line(
            serde_json::json!({"files": [at("a/one.pcapng")], "names": ["s3://x/a/one.pcapng"], "submission": "s3://x/a"}),
        ),
        format!("{}\n", at("c/faulty.pcapng")),
        line(serde_json::json!({"files": [at("gone"), at("bad")], "names": ["s3://x/g", "s3://x/g1"]})),
    ];
    let to = class.path().join("dataset");
    let export = |lines: &str| {
        let arguments = ["export", "--listing", "-", "--part", "p", "--grade", "-o", to.to_str().unwrap()];
        let run = assert_cmd::Command::cargo_bin("wiregrade").unwrap().args(arguments).write_stdin(lines).output();
        let run = run.unwrap();
        (run.status.code().unwrap(), String::from_utf8(run.stderr).unwrap())
    };
    let (status, trouble) = export(&lines.concat());
    assert_eq!(status, 2);
    assert!(trouble.contains("s3://x/b/t.pcap: is not a capture") && !trouble.contains(&at("bad")), "{trouble}");
    let captures = read(&to, "captures");
    let called =
        ["s3://x/a/deep/two.pcapng", "s3://x/b/t.pcap", "s3://x/a/one.pcapng", &at("c/faulty.pcapng"), "s3://x/g"];
    assert_eq!(texts(&captures, "capture"), called.map(|name| Some(name.to_owned())));
    let owners = ["s3://x/a", "s3://x/b", "s3://x/a", &at("c/faulty.pcapng"), "s3://x/g"];
    assert_eq!(texts(&captures, "submission"), owners.map(|name| Some(name.to_owned())));
    let errors = texts(&captures, "error");
    assert!(errors[1].as_deref().unwrap().starts_with("s3://x/b/t.pcap: is not a capture"), "{errors:?}");
    assert!(
        errors[4].as_deref().unwrap().contains("s3://x/g: ") && errors[4].as_deref().unwrap().contains("s3://x/g1: ")
    );
    assert_eq!((&errors[0], &errors[2], &errors[3]), (&None, &None, &None));
    let points = |folder: &Path| {
        let grades = read(folder, "grades");
        let points = column::<arrow_array::types::Float64Type>(&grades, "points");
        let names = texts(&grades, "submission").into_iter().flatten();
        names.map(|name| name.rsplit('/').next().unwrap().to_owned()).zip(points).collect::<BTreeMap<_, _>>()
    };
    let expected = points(exported(&["--grade", class.path().join("a").to_str().unwrap()]).path());
    assert_eq!(points(&to)["a"], expected["a"]);
    assert_eq!((points(&to)["g"], points(&to).len()), (0.0, 4));
    // Nothing of where the copies lay is in any table.
    assert!(texts(&read(&to, "messages"), "capture").iter().flatten().all(|name| called.contains(&name.as_str())));
    assert_eq!(whole, fs::read(at("c/faulty.pcapng")).unwrap());
    let before = files(&to);
    assert_eq!(export(&lines.concat()).0, 2);
    assert_eq!(files(&to), before, "the same bytes");
    let (status, trouble) = export("\n{\"files\":[\"x\"],\"nam\":1}\n");
    assert_eq!(status, 2);
    assert!(trouble.contains("-:2: unknown field `nam`"), "{trouble}");
    assert!(export("\n").1.contains("-: lists no capture"));
    assert_eq!(files(&to), before, "a listing that is refused changes nothing");
}

/// A run that cannot write one of its files leaves all as it was: no part of a part, no file that lies about.
#[test]
fn files_are_there_as_a_whole_or_not_at_all() {
    let folder = exported(&["--part", "a", &format!("{SAMPLES}/imp.pcapng")]);
    let before = files(folder.path());
    fs::write(folder.path().join("grades"), "a file where a folder is to be").unwrap();
    let to = folder.path().to_str().unwrap();
    let (status, _, trouble) = wiregrade(&["export", "-q", "--grade", "--part", "a", "-o", to, SAMPLES]);
    assert_eq!(status, 2);
    assert!(trouble.contains("grades") && trouble.contains("cannot be written"), "{trouble}");
    fs::remove_file(folder.path().join("grades")).unwrap();
    assert_eq!(files(folder.path()), before);
}

/// A change of a type, a name or an order changes this page. Queries stand on it: columns are added at the end.
#[test]
fn the_schema_is_the_documented_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/export.md");
    let page = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- generated: tables -->\n", "<!-- end of tables -->");
    let from = page.find(begin).expect("a place for them") + begin.len();
    let to = from + page[from..].find(end).expect("its end");
    let fresh = format!("\n{}\n\n", tables::markdown().trim());
    if std::env::var_os("WIREGRADE_BLESS").is_some() {
        fs::write(&path, format!("{}{fresh}{}", &page[..from], &page[to..])).unwrap();
    } else {
        assert_eq!(&page[from..to], fresh, "WIREGRADE_BLESS=1 writes it anew");
    }
    let folder = exported(&["--grade", SAMPLES]);
    for table in tables::ALL {
        for batch in read(folder.path(), table.name) {
            let columns: Vec<_> = batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
            let expected: Vec<_> = table.schema(false).fields().iter().map(|field| field.as_ref().clone()).collect();
            assert_eq!(columns, expected, "{}", table.name);
        }
    }
}

/// Runs a script of this test with what it prints; `None` (and why is said) where its Python lacks what it needs.
/// `WIREGRADE_PYTHON` names the Python that has `pyarrow` and `duckdb`.
fn python(script: &str, arguments: &[&Path]) -> Option<Vec<u8>> {
    let python = std::env::var_os("WIREGRADE_PYTHON").unwrap_or_else(|| "python3".into());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/export").join(script);
    let run = Command::new(&python).arg(script).args(arguments).output();
    match run {
        Ok(output) if output.status.code() != Some(77) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(output.stdout)
        }
        other => {
            let why = other.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
            println!("skipped: {} cannot read Parquet: {why:?}", Path::new(&python).display());
            None
        }
    }
}

/// The queries of the page, by DuckDB, over captures whose answers are known. Spark's are run by the test of the job.
#[test]
fn the_queries_of_the_page_answer_right() {
    let folder = tempfile::tempdir().unwrap();
    let Some(said) = python("queries.py", &[Path::new(env!("CARGO_BIN_EXE_wiregrade")), folder.path()]) else { return };
    for query in ["p95", "broken", "terms", "criteria"] {
        assert!(String::from_utf8_lossy(&said).lines().any(|line| line == query), "{query}");
    }
}

#[test]
fn pyarrow_and_duckdb_read_the_documented_types() {
    let folder = exported(&["--grade", SAMPLES]);
    let Some(said) = python("read.py", &[folder.path()]) else { return };
    let seen: Value = serde_json::from_slice(&said).unwrap();
    for table in tables::ALL {
        let seen = &seen[table.name];
        assert_eq!(seen["rows"], rows(&read(folder.path(), table.name)), "{}", table.name);
        assert_eq!(seen["rows"], seen["duckdb_rows"]);
        for column in table.columns {
            let (arrow, duckdb) = match column.kind {
                Kind::Text => ("string", "VARCHAR"),
                Kind::Flag => ("bool", "BOOLEAN"),
                Kind::Int => ("int32", "INTEGER"),
                Kind::Long => ("int64", "BIGINT"),
                Kind::Real => ("double", "DOUBLE"),
                Kind::Micros => ("timestamp[us, tz=UTC]", "TIMESTAMP WITH TIME ZONE"),
                Kind::Longs => ("list<item: int64>", "BIGINT[]"),
                Kind::Texts => ("list<item: string>", "VARCHAR[]"),
                Kind::Counts => ("map<int64, int64 ('latency_histogram')>", "MAP(BIGINT, BIGINT)"),
            };
            assert_eq!(seen["pyarrow"][column.name], arrow, "{}.{}", table.name, column.name);
            assert_eq!(seen["duckdb"][column.name], duckdb, "{}.{}", table.name, column.name);
            assert!(column.nullable || seen["nulls"][column.name] == 0, "{}.{}", table.name, column.name);
        }
        let partition = if table.by_protocol { "VARCHAR".into() } else { Value::Null };
        assert_eq!(seen["duckdb"]["protocol"], partition);
    }
    assert_eq!(seen["merged"][0], seen["merged"][1], "histograms add up to all latencies");
}
