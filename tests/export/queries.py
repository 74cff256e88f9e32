"""The queries of docs/export.md over captures whose answers are known from elsewhere: `check`, `grade` and arithmetic.

Usage: queries.py BINARY FOLDER. Makes an archive and a dataset in FOLDER and runs the queries for DuckDB. The test of
the Spark job uses the rest. Exit status 77: DuckDB is not installed.
"""

import collections
import datetime
import json
import math
import os
import re
import struct
import subprocess
import sys

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/export.md")
# By year and implementation: what its runs are, and in which weeks.
ARCHIVE = {
    ("2025", "lyon-3"): [(["imp"], 10), (["imp", "--jitter", "4ms"], 10), (["imp", "--fault", "R001"], 11)],
    ("2025", "nice-1"): [(["shen", "--fault", "A001"], 10), (["c2w-g9", "--delay", "40ms"], 10)],
    ("2026", "lyon-3"): [(["imp", "--delay", "9ms"], 9), (["imp"], 9)],
    ("2026", "metz-2"): [(["shen"], 12), (["shen", "--fault", "A001"], 12), (["shen", "--fault", "A001"], 13)],
}


def queries(engine):
    """The queries of the page for an engine, by name."""
    with open(PAGE, encoding="utf-8") as page:
        found = re.findall(r"<!-- query: (\w+) (\w+) -->\n```sql\n(.*?)```", page.read(), re.S)
    assert len(found) == 6, "each query of the page is run"
    return {name: text.strip().rstrip(";") for name, of, text in found if of in (engine, "both")}


def moved(bytes, seconds):
    """The same pcap capture at another time."""
    bytes, at = bytearray(bytes), 24
    while at < len(bytes):
        time, _, length, _ = struct.unpack_from("<IIII", bytes, at)
        struct.pack_into("<I", bytes, at, time + seconds)
        at += 16 + length
    return bytes


def make(binary, folder):
    """Writes the archive and its dataset; answers what the queries must say."""
    exchanges, findings, sessions, criteria = [], [], [], []
    for number, ((year, name), runs) in enumerate(ARCHIVE.items()):
        os.makedirs(f"{folder}/archive/{year}/{name}")
        for run, (speak, week) in enumerate(runs):
            path = f"{folder}/archive/{year}/{name}/run-{run}.pcap"
            command = [binary, "synth", *speak, "--seed", str(number * 10 + run), "--file-format", "pcap", "-o", "-"]
            bytes = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
            begin = datetime.datetime.fromisocalendar(int(year), week, 3).replace(tzinfo=datetime.timezone.utc)
            with open(path, "wb") as file:
                file.write(moved(bytes, int(begin.timestamp()) - struct.unpack_from("<I", bytes, 24)[0]))
            done = subprocess.run([binary, "check", "-f", "json", "--exchanges", path], stdout=subprocess.PIPE)
            seen = json.loads(done.stdout)
            protocol = seen["sessions"][0]["protocol"]
            monday = datetime.date.fromisocalendar(int(year), week, 1)
            exchanges += [(name, monday, each["latency_ms"]) for each in seen["exchanges"]]
            sessions += [(protocol, int(year)) for _ in seen["sessions"]]
            findings += [(protocol, int(year), each, path) for each in seen["findings"] if not each["caveat"]]
    for year in {year for year, _ in ARCHIVE}:
        done = subprocess.run([binary, "grade", "-f", "json", f"{folder}/archive/{year}"], stdout=subprocess.PIPE)
        for each in json.loads(done.stdout)["submissions"]:
            criteria += [(each["protocol"], of["id"], of["points"], of["max"]) for of in each["criteria"]]
    done = ["--grade", "-o", f"{folder}/dataset", f"{folder}/archive/2025", f"{folder}/archive/2026"]
    subprocess.run([binary, "export", "-q", *done], check=True)
    planted = collections.Counter(speak[2] for runs in ARCHIVE.values() for speak, _ in runs if "--fault" in speak)
    assert planted == collections.Counter(finding["rule"] for _, _, finding, _ in findings), findings
    return {
        "p95": p95(exchanges),
        "broken": broken(findings),
        "terms": terms(findings, sessions),
        "criteria": of_criteria(criteria),
    }


def p95(exchanges):
    latencies = collections.defaultdict(list)
    for name, week, latency in exchanges:
        if latency is not None:
            latencies[name, week].append(latency)
    of = lambda sorted: sorted[math.ceil(0.95 * len(sorted)) - 1]
    return [(name, str(week), of(sorted(found)), len(found)) for (name, week), found in sorted(latencies.items())]


def broken(findings):
    of = collections.defaultdict(list)
    for protocol, _, finding, path in findings:
        of[protocol, finding["rule"], finding["name"]].append(path)
    rows = [(*rule, len(paths), len(set(paths))) for rule, paths in of.items()]
    return sorted(rows, key=lambda row: (-row[3], row[0], row[1]))


def terms(findings, sessions):
    counted = collections.Counter((protocol, finding["rule"], year) for protocol, year, finding, _ in findings)


    def share(key, year):
        found = counted[*key, year]
        return 100.0 * found / sessions.count((key[0], year)) if found else None

    return [(*key, share(key, 2025), share(key, 2026)) for key in sorted({key[:2] for key in counted})]


def of_criteria(criteria):
    of = collections.defaultdict(list)
    for protocol, name, points, most in criteria:
        of[protocol, name].append((points, most))
    rows = []
    for key, found in of.items():
        points, most = (sum(each) for each in zip(*found))
        rows.append((*key, len(found), most - points, 100 * points / most))
    return sorted(rows, key=lambda row: (round(row[4], 9), row[0], row[1]))


def hold(name, rows, expected):
    """Asserts what an engine answered. A latency is in a bucket that is at most 1/128 wider than it."""
    assert len(rows) == len(expected) > 0, (name, rows, expected)
    if name == "criteria":
        # Sums of fractions: what is equal but for its last digit may stand either way.
        rows, expected = sorted(rows), sorted(expected)
    for row, known in zip(rows, expected):
        assert len(row) == len(known), (name, row, known)
        for at, (got, want) in enumerate(zip(row, known)):
            if name == "p95" and at == 2:
                same = want <= float(got) + 1e-9 and float(got) <= want * (1 + 1 / 128)
            elif isinstance(want, float):
                same = got is not None and abs(float(got) - want) < 1e-6
            elif name == "p95" and at == 1:
                same = str(got)[:10] == want
            else:
                same = got == want
            assert same, (name, row, known)


def duckdb_rows(folder):
    """Each query's rows by DuckDB, over `dataset` in a folder."""
    import duckdb

    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'")
    rows, here = {}, os.getcwd()
    os.chdir(folder)
    try:
        for name, text in queries("duckdb").items():
            if name == "views":
                engine.execute(text)
                continue
            columns = [column[0] for column in engine.sql(text).description]
            shown = ", ".join(f"CAST({of} AS VARCHAR) AS {of}" if of == "week" else of for of in columns)
            rows[name] = engine.sql(f"SELECT {shown} FROM ({text})").fetchall()
    finally:
        os.chdir(here)
    return rows


def spark_rows(spark, folder):
    """The same by Spark SQL; a moment as text."""
    rows = {}
    for table in ["sessions", "findings", "criteria"]:
        spark.read.parquet(f"{folder}/dataset/{table}").createOrReplaceTempView(table)
    for name, text in queries("spark").items():
        found = spark.sql(text)
        shown = [f"CAST({of} AS STRING)" if of == "week" else of for of in found.columns]
        rows[name] = [tuple(row) for row in found.selectExpr(*shown).collect()]
    return rows


if __name__ == "__main__":
    try:
        import duckdb  # noqa: F401
    except ImportError as missing:
        print(missing)
        sys.exit(77)
    expected = make(sys.argv[1], sys.argv[2])
    answered = duckdb_rows(sys.argv[2])
    assert answered.keys() == expected.keys()
    for name, rows in answered.items():
        hold(name, rows, expected[name])
        print(name, *rows, sep="\n  ")
