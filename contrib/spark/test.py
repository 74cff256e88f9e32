"""The Spark job against one run on one machine: real Spark, several workers, one of them killed in the middle.

    apt-get install default-jre-headless
    python3 -m venv venv && venv/bin/pip install pyspark pyarrow duckdb
    cargo build --release --features export
    venv/bin/python contrib/spark/test.py target/release/wiregrade [CAPTURES]

CAPTURES (2000 by default) small captures of five protocols, garbage, and a capture in pieces, of several submissions.
All tables must be equal row by row, and the grades those of `wiregrade grade`. Exit status 77: PySpark, pyarrow, DuckDB
or Java is not there.
"""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

try:
    import duckdb
    import pyarrow  # noqa: F401
    import pyspark  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
if not shutil.which("java"):
    print("skipped: there is no java")
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../../tests/export")]
import queries  # noqa: E402
import wiregrade_spark as theirs  # noqa: E402

BINARY = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
FAULTY = [["imp", "--fault", "R001"], ["shen", "--fault", "A001"]]
SPEAK = [["imp"], ["shen"], ["chatos"], ["c2w-g9"], ["c2w-g22"], *FAULTY]
TABLES = ["messages", "exchanges", "sessions", "flows", "findings", "captures", "grades", "criteria"]
SUBMISSION = r"^(.*/team-\d+)/"
# Two executors, each a process that can be killed; and threads of one process, where none is.
CLUSTER, THREADS = "local-cluster[2,1,1024]", "local[2]"
RUBRIC = """\
title = "The term's rubric"
round = 0.5
[[criterion]]
id = "answers"
title = "Answers"
points = 12
rules = ["A", "R"]
exercised = "any"
cost = "occurrence"
each = 2
[[criterion]]
id = "client"
title = "The client's messages"
points = 8
rules = ["F", "S"]
role = "client"
cost = "kind"
exercised = "any"
"""


def speaks(number):
    return SPEAK[number % len(SPEAK)]


def one(path, number):
    """Writes a capture; every hundredth is none."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if number % 100 == 99:
        with open(path, "wb") as garbage:
            garbage.write(b"garbage %d" % number)
    else:
        said = ["--seed", str(number), "--file-format", "pcap", "-o", path]
        subprocess.run([BINARY, "synth", *speaks(number), *said], check=True)


def synth(folder):
    """Writes the captures, five a submission; answers their paths, and those of one capture in pieces."""
    paths = [f"{folder}/team-{number // 5:04}/run-{number:05}.pcap" for number in range(COUNT)]
    for number, path in enumerate(paths):
        one(path, number)
    with open(paths[0], "rb") as whole:
        head, rest = whole.read(24), whole.read()
    pieces, at = [], 0
    os.makedirs(f"{folder}/split")
    while at < len(rest):
        end = at
        for _ in range(9):
            if end < len(rest):
                end += 16 + int.from_bytes(rest[end + 8 : end + 12], "little")
        pieces.append(f"{folder}/split/trace.pcap{len(pieces) or ''}")
        with open(pieces[-1], "wb") as piece:
            piece.write(head + rest[at:end])
        at = end
    return paths, pieces


def submit(listing, output, options, log, master):
    """Starts the job, in a session of its own."""
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [os.path.join(os.path.dirname(sys.executable), "spark-submit"), "--master", master]
    command += ["--conf", "spark.ui.enabled=false", f"{HERE}/wiregrade_spark.py", "--binary", BINARY]
    command += ["--listing", listing, "--output", output, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=env, start_new_session=True)


def kill_one(session, parts):
    """Kills an executor of a session once so many parts are there; answers its process."""
    while session.poll() is None:
        done = len(os.listdir(parts)) if os.path.isdir(parts) else 0
        for pid in filter(str.isdigit, os.listdir("/proc") if done > COUNT // 5 // 4 else []):
            try:
                with open(f"/proc/{pid}/cmdline") as line:
                    executor = "CoarseGrainedExecutorBackend" in line.read()
                # Only of the session that was started here.
                if executor and os.getsid(int(pid)) == session.pid:
                    os.kill(int(pid), signal.SIGKILL)
                    return pid, done
            except OSError:
                pass
        time.sleep(0.02)
    return None


def job(listing, output, options=(), kill=False, status=0, master=THREADS):
    """Runs the job; answers its counts, how long it took, and what it said."""
    killed = []
    with tempfile.TemporaryFile("w+") as log:
        began = time.monotonic()
        running = submit(listing, output, options, log, CLUSTER if kill else master)
        if kill:
            watch = lambda: killed.append(kill_one(running, f"{output}/captures"))
            threading.Thread(target=watch, daemon=True).start()
        out, _ = running.communicate()
        took = time.monotonic() - began
        log.seek(0)
        text = log.read()
    assert running.returncode == status, out + text[-4000:]
    if kill:
        assert killed and killed[0], "no executor was killed: too few captures"
        assert "Lost executor" in text, "Spark has not noticed"
        print(f"  executor {killed[0][0]} killed when {killed[0][1]} parts were there")
    counts = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    # spark-submit puts all that the job says on standard output.
    return counts[-1] if counts else None, took, out + text


def rows(root, table):
    return f"SELECT * FROM read_parquet('{root}/{table}/**/*.parquet', hive_partitioning = true)"


def equal(one, other):
    counted = []
    for table in TABLES:
        a, b = rows(one, table), rows(other, table)
        count = duckdb.sql(f"SELECT count(*) FROM ({a})").fetchall()[0][0]
        assert count > 0, table
        for left, right in [(a, b), (b, a)]:
            extra = duckdb.sql(f"SELECT count(*) FROM (({left}) EXCEPT ALL ({right}))").fetchall()[0][0]
            assert extra == 0, f"{table}: {extra} rows differ"
        counted.append(f"{table} {count}")
    print(f"  equal row by row: {', '.join(counted)}")


def whole(dataset, capture, split):
    """A capture in pieces has the rows of the whole, but for its name."""
    count = lambda text: duckdb.sql(f"SELECT count(*) FROM ({text})").fetchall()[0][0]
    for table in ["messages", "exchanges", "sessions", "flows", "findings"]:
        of = lambda name: f"SELECT * EXCLUDE (capture) FROM ({rows(dataset, table)}) WHERE capture = '{name}'"
        assert count(of(capture)) > 0 or table == "findings", table
        assert count(f"({of(capture)}) EXCEPT ALL ({of(split)})") == 0, table
        assert count(f"({of(split)}) EXCEPT ALL ({of(capture)})") == 0, table
    pieces = duckdb.sql(f"SELECT len(pieces) FROM ({rows(dataset, 'captures')}) WHERE capture = '{split}'").fetchall()
    print(f"  the capture in {pieces[0][0]} pieces has the rows of the whole")


def same_bytes(folder, listing, dataset, rubric):
    """What Spark wrote for a unit, one process writes again to the last byte."""
    for unit in theirs.units(theirs.listed(listing), submission=SUBMISSION)[:20]:
        told = theirs.export(unit, BINARY, f"{folder}/bytes", theirs.Options(["--rubric", rubric]), 60)
        assert told["status"] in ("ok", "bad"), told
    written = glob.glob(f"{folder}/bytes/**/*.parquet", recursive=True)
    for path in written:
        with open(path, "rb") as one, open(path.replace(f"{folder}/bytes", dataset), "rb") as other:
            assert one.read() == other.read(), path
    print(f"  {len(written)} of its files written again, the same to the last byte")


def left_over(root):
    return [name for _, _, names in os.walk(root) for name in names if not name.endswith(".parquet")]


def single(folder, paths, pieces, to, rubric):
    """One process over all captures, and one over the pieces."""
    lines = [json.dumps({"files": [path], "submission": os.path.dirname(path)}) for path in paths]
    graded = [BINARY, "export", "-q", "--rubric", rubric, "-o", to]
    done = subprocess.run([*graded, "--listing", "-"], input="\n".join(lines), capture_output=True, text=True)
    assert done.returncode == 2, "the garbage is said"
    subprocess.run([*graded, "--joined", "--as", pieces[0], *pieces], check=True)


def graded(folder, dataset, rubric):
    """The grades of the dataset are those of `wiregrade grade`, which was given the folders."""
    command = [BINARY, "grade", "-q", "-f", "json", "--layout", "class", "--rubric", rubric, folder]
    done = json.loads(subprocess.run(command, stdout=subprocess.PIPE).stdout)
    expected = {f"{folder}/{each['name']}": each for each in done["submissions"] if each["name"] != "split"}
    text = f"SELECT submission, criterion, side, c.points, g.points, g.status FROM ({rows(dataset, 'criteria')}) c "
    text += f"JOIN ({rows(dataset, 'grades')}) g USING (submission) WHERE submission NOT LIKE '%/split/%'"
    found = duckdb.sql(text).fetchall()
    assert len(found) == 2 * len(expected) > 0, (len(found), len(expected))
    for submission, criterion, side, points, total, status in found:
        of = expected[submission]
        known = next(each for each in of["criteria"] if each["id"] == criterion)
        assert (side, points, total, status) == (known["role"], known["points"], of["points"], of["status"]), submission
    assert len({row[4] for row in found}) > 1, "not all have the same points"
    print(f"  grades of {len(expected)} submissions are those of `wiregrade grade`, criterion by criterion")


def elsewhere(folder, paths, pieces, rubric):
    """What lies elsewhere, in and out: through URIs. Only `file:` can be tested without a service."""
    some = [*paths[:12], *pieces]
    # As others write them, and as Hadoop lists them.
    uris = [f"file://{path}" for path in some] + ["file:/gone.pcap"]
    with open(f"{folder}/uris.txt", "w") as lines:
        lines.write("\n".join(uris) + "\n")
    output = f"{folder}/elsewhere"
    options = ["--submission", SUBMISSION, "--", "--rubric", rubric]
    counts, _, text = job(f"file://{folder}/uris.txt", f"file://{output}", options)
    assert counts["bad"] == 1 and "file:/gone.pcap" in text, counts
    names = lambda path: f"file://{path}"
    command = [BINARY, "export", "-q", "--rubric", rubric, "-o", f"{folder}/expected"]
    called = lambda path: {"names": [names(path)], "submission": names(os.path.dirname(path))}
    lines = [{"files": [path], **called(path)} for path in paths[:12]]
    lines.append({"files": pieces, "names": list(map(names, pieces)), "capture": names(pieces[0])})
    done = subprocess.run([*command, "--listing", "-"], input="\n".join(map(json.dumps, lines)), text=True)
    assert done.returncode == 0
    for table in TABLES:
        bad = "WHERE capture != 'file:/gone.pcap'" if table == "captures" else ""
        bad = "WHERE submission != 'file:/gone.pcap'" if table in ("grades", "criteria") else bad
        a, b = rows(f"{folder}/expected", table), f"{rows(output, table)} {bad}"
        assert duckdb.sql(f"SELECT count(*) FROM (({a}) EXCEPT ALL ({b}))").fetchall() == [(0,)], table
        assert duckdb.sql(f"SELECT count(*) FROM (({b}) EXCEPT ALL ({a}))").fetchall() == [(0,)], table
    assert left_over(output) == ["_wiregrade.json"]
    assert job(f"file://{folder}/uris.txt", f"file://{output}", options)[0]["done before"] == counts["units"]
    print(f"by URI, in and out: {len(uris)} files, equal")


def asked(folder):
    """The queries of docs/export.md, by Spark SQL and by DuckDB: over what is known, and both alike over the archive."""
    from pyspark.sql import SparkSession

    os.makedirs(f"{folder}/known")
    expected = queries.make(BINARY, f"{folder}/known")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    known = {"spark.sql.session.timeZone": "UTC", "spark.sql.shuffle.partitions": "4"}
    spark = SparkSession.builder.master(THREADS).config(map={**quiet, **known}).getOrCreate()
    for name, found in queries.spark_rows(spark, f"{folder}/known").items():
        queries.hold(name, found, expected[name])
        print(f"  Spark SQL, {name}: {len(found)} rows as known")
    os.symlink(f"{folder}/spark", f"{folder}/dataset")
    by_duckdb, by_spark = queries.duckdb_rows(folder), queries.spark_rows(spark, folder)
    spark.stop()
    for name, found in by_duckdb.items():
        number = lambda cell: round(float(cell), 6) if isinstance(cell, float) else str(cell)[:19]
        alike = lambda found: sorted([tuple(map(number, row)) for row in found])
        assert alike(found) == alike(by_spark[name]), name
        print(f"  DuckDB and Spark SQL agree over the archive, {name}: {len(found)} rows")


def grouped():
    """What is a unit, without Spark."""
    of = lambda *paths, **how: [(unit.key, unit.captures) for unit in theirs.units(paths, **how)]
    assert of("b/t.pcap10", "b/t.pcap", "a", "b/t.pcap2") == [
        ("a", [("a", ["a"])]),
        ("b/t.pcap", [("b/t.pcap", ["b/t.pcap", "b/t.pcap10", "b/t.pcap2"])]),
    ]
    packed = of("t.pcap1.gz", "t.pcap.gz", "t.pcap", "u.pcapng.zst")
    assert [(key, len(captures[0][1])) for key, captures in packed] == [("t.pcap", 1), ("t.pcap.gz", 2), ("u.pcapng.zst", 1)]
    by_minute = of("trace-1200.pcap", "trace-1205.pcap", "x.pcap", pieces=r"^(.*)-\d{4}\.pcap$")
    assert [key for key, _ in by_minute] == ["trace", "x.pcap"]
    owned = theirs.units(["y/t1/a.pcap", "y/t1/b/a.pcap", "z.pcap"], submission="^(y/[^/]+)/")
    assert [(unit.key, unit.submission, len(unit.captures)) for unit in owned] == [("y/t1", "y/t1", 2), ("z.pcap", None, 1)]
    # More files: another part, and the earlier one is to go. The same files in another order: the same part.
    first, second = theirs.units(["t.pcap"])[0], theirs.units(["t.pcap1", "t.pcap"])[0]
    assert first.part != second.part == theirs.units(["t.pcap", "t.pcap1"])[0].part
    there = [f"{first.part}.parquet", "part-0123456789abcdef-01234567.parquet"]
    assert theirs.units(["t.pcap", "t.pcap1"], there=there)[0].stale == [first.part]


def troubled(folder, path):
    """A process that dies, or never ends, fails its unit, which is then done by the next run, and leaves nothing behind."""
    nothing = theirs.Options([])
    binary = f"{folder}/dies"
    with open(binary, "w") as script:
        script.write('#!/bin/sh\ncase "$DIES" in slow) exec sleep 60;; *) kill -9 $$;; esac\n')
    os.chmod(binary, 0o755)
    unit = theirs.units([path])[0]
    for output in [f"{folder}/troubled", f"file://{folder}/troubled-elsewhere"]:
        of = lambda binary, timeout=60: theirs.export(unit, binary, output, nothing, timeout)["status"]
        assert of(binary) == "failed" and of("/no/such/binary") == "failed"
        os.environ["DIES"] = "slow"
        assert of(binary, 0.2) == "failed"
        del os.environ["DIES"]
        assert not theirs.dataset(output).parts()
        assert (of(BINARY), of(BINARY)) == ("ok", "done before")
        assert theirs.dataset(output).parts() == [unit.part + ".parquet"]
        # Where the listing has more of it, what was made of less goes.
        later = theirs.units([path, path + "1"], there=theirs.dataset(output).parts())[0]
        shutil.copy(path, path + "1")
        assert theirs.export(later, BINARY, output, nothing, 60)["status"] == "ok"
        os.remove(path + "1")
        root = output.removeprefix("file://")
        left = {os.path.basename(path) for path in glob.glob(f"{root}/**/*.parquet", recursive=True)}
        assert left == {later.part + ".parquet"}, left
    half = f"{folder}/troubled/captures/.wiregrade-1-0.tmp"
    with open(half, "w"):
        os.utime(half, (1, 1))
    theirs.dataset(f"{folder}/troubled").sweep(60)
    assert not os.path.exists(half)
    print("processes that die or never end fail their unit only")


with tempfile.TemporaryDirectory() as folder:
    began = time.monotonic()
    grouped()
    captures, rubric = f"{folder}/captures", f"{folder}/rubric.toml"
    paths, pieces = synth(captures)
    with open(rubric, "w") as file:
        file.write(RUBRIC)
    listing = f"{folder}/listing.txt"
    with open(listing, "w") as lines:
        lines.write("\n".join(paths + pieces[::-1]) + "\n")
    size = sum(os.path.getsize(path) for path in paths + pieces)
    print(f"{COUNT} captures and one in {len(pieces)} pieces, {size / 1e6:.1f} MB: {time.monotonic() - began:.1f} s")
    options = ["--submission", SUBMISSION, "--", "--rubric", rubric]

    began = time.monotonic()
    single(captures, paths, pieces, f"{folder}/single", rubric)
    print(f"one machine: {time.monotonic() - began:.1f} s")
    graded(captures, f"{folder}/single", rubric)
    troubled(folder, paths[1])

    counts, took, _ = job(listing, f"{folder}/spark", options, kill=True)
    print(f"Spark, two workers, one killed: {took:.1f} s, {counts}")
    units = counts["units"]
    assert units == (COUNT + 4) // 5 + 1 and counts["captures"] == COUNT + 1
    assert counts["ok"] + counts["bad"] + counts["done before"] == units, counts
    equal(f"{folder}/single", f"{folder}/spark")
    graded(captures, f"{folder}/spark", rubric)
    whole(f"{folder}/spark", paths[0], pieces[0])
    same_bytes(folder, listing, f"{folder}/spark", rubric)

    made = {path: os.stat(path).st_mtime_ns for path in glob.glob(f"{folder}/spark/**/*.parquet", recursive=True)}
    counts, took, _ = job(listing, f"{folder}/spark", options)
    assert counts["done before"] == units, counts
    assert all(os.stat(path).st_mtime_ns == time for path, time in made.items())
    print(f"again: {took:.1f} s, nothing was done twice, {len(made)} files untouched")

    # The archive grows: a submission has one capture more, and there is a new one.
    more = [f"{captures}/team-0001/run-late.pcap", f"{captures}/team-{COUNT}/run-new.pcap"]
    for number, path in enumerate(more):
        one(path, number)
    with open(listing, "a") as lines:
        lines.write("\n".join(more) + "\n")
    counts, took, _ = job(listing, f"{folder}/spark", options)
    assert (counts["done before"], counts["ok"]) == (units - 1, 2), counts
    shutil.rmtree(f"{folder}/single")
    single(captures, paths + more, pieces, f"{folder}/single", rubric)
    print(f"two captures more: {took:.1f} s, {counts['ok']} units done")
    equal(f"{folder}/single", f"{folder}/spark")
    _, _, text = job(listing, f"{folder}/spark", ["--submission", SUBMISSION, "--", "--grade"], status=2)
    assert "was made otherwise (options: ['--rubric', 'sha256:" in text, text[-2000:]
    print("another rubric: refused")
    elsewhere(folder, paths, pieces, rubric)
    asked(folder)
print("PASSED")
