"""The Spark job against one run on one machine: real Spark, several workers, one of them killed in the middle.

    python3 -m venv venv && venv/bin/pip install pyspark pyarrow duckdb     # and a JRE: apt-get install default-jre-headless
    cargo build --release --features export
    venv/bin/python contrib/spark/test.py target/release/wiregrade [CAPTURES]

CAPTURES (2000 by default) small captures of five protocols, garbage, and a capture in pieces. The tables must be equal
row by row. Exit status 77: PySpark, pyarrow, DuckDB or Java is not there.
"""

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
BINARY = os.path.abspath(sys.argv[1])
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
SPEAK = [["imp"], ["shen"], ["chatos"], ["c2w-g9"], ["c2w-g22"], ["imp", "--fault", "R001"], ["shen", "--fault", "A001"]]
TABLES = ["messages", "exchanges", "sessions", "flows", "findings", "captures"]


def synth(folder):
    """Writes the captures; answers their paths, those of one capture in pieces, and the count of bytes."""
    paths = []
    for number in range(COUNT):
        path = f"{folder}/team-{number % 40:02}/run-{number:05}.pcap"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if number % 100 == 99:
            with open(path, "wb") as garbage:
                garbage.write(b"garbage %d" % number)
        else:
            speak = SPEAK[number % len(SPEAK)]
            subprocess.run([BINARY, "synth", *speak, "--seed", str(number), "--file-format", "pcap", "-o", path], check=True)
        paths.append(path)
    with open(paths[0], "rb") as whole:
        head, rest = whole.read(24), whole.read()
    pieces, at = [], 0
    while at < len(rest):
        end = at
        for _ in range(9):
            if end < len(rest):
                end += 16 + int.from_bytes(rest[end + 8 : end + 12], "little")
        pieces.append(f"{folder}/split/trace.pcap{len(pieces) or ''}")
        os.makedirs(f"{folder}/split", exist_ok=True)
        with open(pieces[-1], "wb") as piece:
            piece.write(head + rest[at:end])
        at = end
    return paths, pieces


def job(listing, output, kill=False, master="local-cluster[2,1,1024]"):
    """Runs the job; with `kill`, one Python worker of an executor is killed once a part of the captures is done."""
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    submit = os.path.join(os.path.dirname(sys.executable), "spark-submit")
    command = [submit, "--master", master, "--conf", "spark.ui.enabled=false", f"{HERE}/wiregrade_spark.py"]
    log = tempfile.TemporaryFile("w+")
    running = subprocess.Popen(
        [*command, "--listing", listing, "--output", output, "--binary", BINARY],
        stdout=subprocess.PIPE, stderr=log, text=True, env=env, start_new_session=True,
    )
    killed = []

    def killer():
        while running.poll() is None and not killed:
            done = len(os.listdir(f"{output}/captures")) if os.path.isdir(f"{output}/captures") else 0
            for pid in filter(str.isdigit, os.listdir("/proc") if done > COUNT // 4 else []):
                try:
                    with open(f"/proc/{pid}/cmdline") as line:
                        ours = "CoarseGrainedExecutorBackend" in line.read()
                    # Only of the session that was started here.
                    if ours and os.getsid(int(pid)) == running.pid:
                        os.kill(int(pid), signal.SIGKILL)
                        killed.append(pid)
                        break
                except OSError:
                    pass
            time.sleep(0.05)

    if kill:
        threading.Thread(target=killer, daemon=True).start()
    began = time.monotonic()
    out, _ = running.communicate()
    log.seek(0)
    text = log.read()
    assert running.returncode == 0, text[-4000:]
    assert not kill or killed, "no executor was killed: too few captures"
    return json.loads(out.strip().splitlines()[-1]), time.monotonic() - began


def equal(one, other):
    for table in TABLES:
        of = lambda root: f"SELECT * FROM read_parquet('{root}/{table}/**/*.parquet', hive_partitioning = true)"
        a, b = of(one), of(other)
        rows = duckdb.sql(f"SELECT count(*) FROM ({a})").fetchall()[0][0]
        for left, right in [(a, b), (b, a)]:
            extra = duckdb.sql(f"SELECT count(*) FROM (({left}) EXCEPT ALL ({right}))").fetchall()[0][0]
            assert extra == 0, f"{table}: {extra} rows differ"
        print(f"  {table}: {rows} rows, equal")


with tempfile.TemporaryDirectory() as folder:
    paths, pieces = synth(f"{folder}/captures")
    size = sum(os.path.getsize(path) for path in paths + pieces)
    listing = f"{folder}/listing.txt"
    with open(listing, "w") as lines:
        lines.write("\n".join(paths + pieces[::-1]) + "\n")
    began = time.monotonic()
    single = f"{folder}/single"
    done = subprocess.run([BINARY, "export", "-q", "-o", single, *paths], capture_output=True)
    once = time.monotonic() - began
    assert done.returncode == 2, "the garbage is said"
    subprocess.run([BINARY, "export", "-q", "-o", single, "--joined", "--as", pieces[0], *pieces], check=True)
    print(f"one run: {len(paths)} captures, {size / 1e6:.1f} MB in {once:.2f} s: {len(paths) / once:.0f} captures/s, {size / 1e6 / once:.1f} MB/s")
    began = time.monotonic()
    for path in paths:
        subprocess.run([BINARY, "export", "-q", "--threads", "1", "-o", f"{folder}/loop", "--as", path, path], capture_output=True)
    loop = time.monotonic() - began
    print(f"plain loop, one process each: {loop:.2f} s: {len(paths) / loop:.0f} captures/s")
    counts, took = job(listing, f"{folder}/spark", kill=True)
    print(f"Spark, two workers, one killed: {took:.2f} s, {counts}")
    equal(single, f"{folder}/spark")
    counts, took = job(listing, f"{folder}/spark")
    assert counts["done before"] == counts["conversations"], counts
    print(f"Spark again: {took:.2f} s, nothing done twice")
    counts, took = job(listing, f"{folder}/whole")
    print(f"Spark, nobody killed: {took:.2f} s, {counts}")
    equal(single, f"{folder}/whole")
print("PASSED")
