"""A Spark job: many captures into the tables of `wiregrade export` (docs/export.md).

    spark-submit wiregrade_spark.py --listing captures.txt --output DATASET [--binary wiregrade] [-- EXPORT OPTIONS]

Each line of the listing is a path or a URI. Every conversation is exported by the binary, on an executor, as a part of
its own; a part that is complete is not made again, so a job that failed goes on where it was.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

# What tcpdump -C makes of `trace.pcap`: trace.pcap1, trace.pcap2 ... belong to trace.pcap.
PIECES = r"^(.*\.p?cap(?:ng)?)\d+$"


def groups(paths, pieces):
    """Paths by conversation, and in order: the pieces of one rotation stay together."""
    found = {}
    for path in paths:
        match = re.match(pieces, path)
        found.setdefault(match.group(1) if match else path, []).append(path)
    return sorted((key, sorted(set(members))) for key, members in found.items())


def part(key):
    """The name of a conversation's files: the same in every run, so that a retry replaces and never adds."""
    return "part-" + hashlib.sha256(key.encode()).hexdigest()[:16]


def fetched(path, folder, number):
    """A capture as a local file: one that lies elsewhere is copied through pyarrow (s3, gs, hdfs, ...)."""
    path = path.removeprefix("file://")
    if "://" not in path:
        return path
    from pyarrow import fs

    source, inside = fs.FileSystem.from_uri(path)
    local = os.path.join(folder, f"{number:06}-{os.path.basename(inside)}")
    fs.copy_files(inside, local, source_filesystem=source, destination_filesystem=fs.LocalFileSystem())
    return local


def export(group, binary, output, options, timeout):
    """One conversation. Answers what became of it; never raises, so that it cannot fail the others."""
    key, members = group
    if os.path.exists(os.path.join(output, "captures", part(key) + ".parquet")):
        return {"capture": key, "status": "done before"}
    try:
        with tempfile.TemporaryDirectory() as folder:
            files = [fetched(path, folder, number) for number, path in enumerate(members)]
            joined = ["--joined"] if len(files) > 1 else []
            command = [binary, "export", "-q", "--threads", "1", "-o", output, "--as", key, "--part", part(key)]
            done = subprocess.run(
                [*command, *joined, *options, "--", *files], capture_output=True, text=True, timeout=timeout
            )
    except Exception as error:  # whatever it is, it is this capture's
        return {"capture": key, "status": "failed", "why": str(error)}
    if os.path.exists(os.path.join(output, "captures", part(key) + ".parquet")):
        return {"capture": key, "status": "ok" if done.returncode == 0 else "bad", "why": done.stderr.strip()}
    return {"capture": key, "status": "failed", "why": done.stderr.strip() or f"exit status {done.returncode}"}


def main():
    options = []
    arguments = sys.argv[1:]
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listing", required=True, help="a file with a capture a line")
    parser.add_argument("--output", required=True, help="the dataset: a folder that all executors share")
    parser.add_argument("--binary", default="wiregrade", help="the program, built with --features export")
    parser.add_argument("--pieces", default=PIECES, help="names of equal first group are one capture [%(default)s]")
    parser.add_argument("--slices", type=int, default=0, help="tasks; by default 20 conversations each")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for one conversation")
    args = parser.parse_args(arguments)

    from pyspark.sql import SparkSession

    with open(args.listing) as listing:
        work = groups([line.strip() for line in listing if line.strip()], args.pieces)
    output = os.path.abspath(args.output)
    os.makedirs(os.path.join(output, "captures"), exist_ok=True)
    there = set(os.listdir(os.path.join(output, "captures")))
    left = [group for group in work if part(group[0]) + ".parquet" not in there]
    binary, timeout = args.binary, args.timeout
    spark = SparkSession.builder.appName("wiregrade").getOrCreate()
    outcomes = []
    if left:
        slices = args.slices or max(1, len(left) // 20)
        tasks = spark.sparkContext.parallelize(left, slices)
        outcomes = tasks.map(lambda group: export(group, binary, output, options, timeout)).collect()
    spark.stop()
    counts = {"conversations": len(work), "done before": len(work) - len(left)}
    for outcome in outcomes:
        counts[outcome["status"]] = counts.get(outcome["status"], 0) + 1
        if outcome["status"] in ("bad", "failed"):
            print(json.dumps(outcome), file=sys.stderr)
    print(json.dumps(counts))
    return 1 if counts.get("failed") else 0


if __name__ == "__main__":
    sys.exit(main())
