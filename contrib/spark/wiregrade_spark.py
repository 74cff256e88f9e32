"""A Spark job: many captures into the tables of `wiregrade export` (docs/export.md), graded by the same rubric.

    spark-submit wiregrade_spark.py --listing captures.txt --output DATASET [--binary wiregrade] [-- EXPORT OPTIONS]

Each line of the listing is a path or a URI. Every conversation, or with --submission every submission, is exported by
the binary on an executor as a part of its own. A part that is complete is not made again: a job that failed goes on
where it was. Files among the export options (--rubric FILE, --policy FILE) are those of the machine that submits.
"""

import argparse
import collections
import glob
import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time

# What tcpdump -C makes of `trace.pcap`: trace.pcap1, trace.pcap2 ... belong to trace.pcap, and so where -z packs each.
PIECES = r"^(.*\.p?cap(?:ng)?)\d+(\.(?:gz|zst|lz4))?$"
# What the dataset was made by. Engines pass over names that begin with an underscore.
TERMS = "_wiregrade.json"

# What is exported by one process: a submission, or a conversation by itself (`submission` is None then).
# `captures` are pairs of a conversation's name and its files; `stale` are parts of an earlier listing.
Unit = collections.namedtuple("Unit", "key part captures submission stale")


def digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def units(paths, pieces=PIECES, submission=None, there=()):
    """What there is to do, by name. The pieces of one rotation stay together, and so do the captures of a submission.

    A part is named after what it is of and after its files: with more files in the listing it is made anew."""
    rotations = collections.defaultdict(set)
    for path in paths:
        match = re.match(pieces, path)
        rotations["".join(filter(None, match.groups())) if match else path].add(path)
    owners = collections.defaultdict(list)
    for capture, files in sorted(rotations.items()):
        match = submission and re.match(submission, capture)
        owners[(match.group(1) if match else capture, bool(match))].append((capture, sorted(files)))
    known = collections.defaultdict(list)
    for name in there:
        known[name.rsplit("-", 1)[0]].append(name.removesuffix(".parquet"))
    work = []
    for (key, owned), captures in sorted(owners.items()):
        of = "part-" + digest("submission" if owned else "capture", key)[:16]
        part = f"{of}-{digest(*(path for _, files in captures for path in files))[:8]}"
        stale = [name for name in known[of] if name != part]
        work.append(Unit(key, part, captures, key if owned else None, stale))
    return work


def elsewhere(path):
    """Whether a path is a URI. Hadoop lists local files as `file:/path`."""
    return re.match(r"[a-z][a-z0-9+.-]+:/", path) is not None


def filesystem(uri):
    """The filesystem of a URI, and the path in it (s3, gs, hdfs, abfs, file)."""
    from pyarrow import fs

    return fs.FileSystem.from_uri(re.sub(r"^file:/(?!/)", "file:///", re.sub(r"^s3[an]://", "s3://", uri)))


class Folder:
    """A dataset in a folder that all executors share. The binary writes there, each file as a whole."""

    def __init__(self, root):
        self.root = os.path.abspath(root)

    def parts(self):
        folder = os.path.join(self.root, "captures")
        return os.listdir(folder) if os.path.isdir(folder) else []

    def has(self, part):
        return os.path.exists(os.path.join(self.root, "captures", part + ".parquet"))

    def remove(self, part):
        # What is not listed in `captures` is not there: that goes first.
        for pattern in ["captures", "*", "*/protocol=*"]:
            for path in glob.glob(os.path.join(glob.escape(self.root), pattern, part + ".parquet")):
                os.remove(path)

    def export(self, part, run):
        return run(self.root)

    def terms(self, text=None):
        path = os.path.join(self.root, TERMS)
        if text is not None:
            os.makedirs(self.root, exist_ok=True)
            with open(path, "w") as file:
                file.write(text)
        elif os.path.exists(path):
            with open(path) as file:
                return file.read()
        return text

    def sweep(self, seconds):
        """What processes that were killed left half written; no process lives longer than that."""
        for pattern in ["captures", "*/protocol=*"]:
            for path in glob.glob(os.path.join(glob.escape(self.root), pattern, ".wiregrade-*.tmp")):
                if time.time() - os.path.getmtime(path) > seconds:
                    os.remove(path)


class Store:
    """A dataset anywhere that pyarrow can write. The binary writes to a local folder, which is then copied."""

    def __init__(self, uri):
        self.uri = uri

    def open(self):
        files, root = filesystem(self.uri)
        return files, root.rstrip("/")

    def parts(self):
        from pyarrow import fs

        files, root = self.open()
        found = files.get_file_info(fs.FileSelector(f"{root}/captures", allow_not_found=True))
        return [info.base_name for info in found if not info.base_name.startswith(".")]

    def has(self, part):
        files, root = self.open()
        return files.get_file_info(f"{root}/captures/{part}.parquet").is_file

    def remove(self, part):
        from pyarrow import fs

        files, root = self.open()
        tables = files.get_file_info(fs.FileSelector(root, allow_not_found=True))
        inside = [f"{root}/captures"]
        for table in tables:
            if not table.is_file and table.base_name != "captures":
                inside += [info.path for info in files.get_file_info(fs.FileSelector(table.path)) if not info.is_file]
        for info in files.get_file_info([f"{folder}/{part}.parquet" for folder in inside]):
            if info.is_file:
                files.delete_file(info.path)

    def export(self, part, run):
        with tempfile.TemporaryDirectory() as local:
            done = run(local)
            written = glob.glob(f"{glob.escape(local)}/**/*.parquet", recursive=True)
            for path in sorted(written, key=lambda path: (f"{local}/captures/" in path, path)):
                self.put(path, os.path.relpath(path, local))
        return done

    def put(self, path, name):
        from pyarrow import fs

        files, root = self.open()
        target = f"{root}/{name}"
        folder, base = os.path.split(target)
        # An object is there as a whole or not at all; a file elsewhere is once it has its name.
        direct = files.type_name in ("s3", "gcs", "abfs")
        if not direct:
            files.create_dir(folder, recursive=True)
        to = target if direct else f"{folder}/.{base}.{os.getpid()}.tmp"
        fs.copy_files(path, to, source_filesystem=fs.LocalFileSystem(), destination_filesystem=files)
        if not direct:
            files.move(to, target)

    def terms(self, text=None):
        files, root = self.open()
        if text is not None:
            with tempfile.TemporaryDirectory() as folder:
                with open(f"{folder}/terms", "w") as file:
                    file.write(text)
                self.put(f"{folder}/terms", TERMS)
        elif files.get_file_info(f"{root}/{TERMS}").is_file:
            with files.open_input_stream(f"{root}/{TERMS}") as file:
                return file.read().decode()
        return text

    def sweep(self, seconds):
        """Nothing half written is in objects, and elsewhere nobody reads what begins with a dot."""


def dataset(output):
    return Store(output) if elsewhere(output) else Folder(output)


def fetched(path, folder, number):
    """A capture as a local file: one that lies elsewhere is copied. Where it is not there, the binary will say so."""
    if not elsewhere(path):
        return path
    from pyarrow import fs

    files, inside = filesystem(path)
    local = os.path.join(folder, f"{number:06}-{os.path.basename(inside)}")
    if files.get_file_info(inside).is_file:
        fs.copy_files(inside, local, source_filesystem=files, destination_filesystem=fs.LocalFileSystem())
    return local


class Options:
    """Options of `wiregrade export`. Files among them go with the job."""

    def __init__(self, options):
        self.options, self.files = options, {}
        for at, option in enumerate(options):
            name, equals, value = option.partition("=")
            if not equals:
                name, value = options[at - 1] if at else "", option
            if name in ("--rubric", "--policy") and os.path.isfile(value):
                with open(value, encoding="utf-8") as file:
                    self.files[at] = (name + "=" if equals else "", os.path.basename(value), file.read())

    def terms(self):
        """What they say, wherever the files lie."""
        texts = {at: f"{option}sha256:{digest(text)[:16]}" for at, (option, _, text) in self.files.items()}
        return [texts.get(at, option) for at, option in enumerate(self.options)]

    def local(self, folder):
        """The options, with the files in this folder."""
        options = list(self.options)
        for at, (option, name, text) in self.files.items():
            path = os.path.join(folder, f"option-{at}-{name}")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            options[at] = option + path
        return options


def export(unit, binary, output, options, timeout):
    """Exports a unit. Answers what became of it; never raises, so that it cannot fail the others."""
    told = {"unit": unit.key, "captures": len(unit.captures)}
    try:
        to = dataset(output)
        if to.has(unit.part):
            return {**told, "status": "done before"}
        for part in unit.stale:
            to.remove(part)
        with tempfile.TemporaryDirectory() as folder:
            lines, number = [], itertools.count()
            for capture, files in unit.captures:
                local = [fetched(path, folder, next(number)) for path in files]
                line = {"capture": capture, "files": local, "names": files}
                lines.append({**line, "submission": unit.submission} if unit.submission else line)
            listing = "".join(json.dumps(line) + "\n" for line in lines)
            fixed = ["export", "-q", "--threads", "1", "--listing", "-", "--part", unit.part]

            def run(root):
                return subprocess.run(
                    [binary, *fixed, "-o", root, *options.local(folder)],
                    input=listing, capture_output=True, text=True, timeout=timeout,
                )  # fmt: skip

            done = to.export(unit.part, run)
        why = done.stderr.strip()
        if not to.has(unit.part):
            return {**told, "status": "failed", "why": why or f"exit status {done.returncode}"}
        return {**told, "status": "ok"} if done.returncode == 0 else {**told, "status": "bad", "why": why}
    except Exception as error:  # whatever it is, it is this unit's
        return {**told, "status": "failed", "why": f"{type(error).__name__}: {error}"}


def version(binary):
    """What the binary of an executor is, and what is wrong with it."""
    try:
        said = subprocess.run([binary, "-V"], capture_output=True, text=True, timeout=60)
        able = subprocess.run([binary, "export", "--help"], capture_output=True, text=True, timeout=60)
        return said.stdout.strip(), None if able.returncode == 0 else able.stderr.strip()
    except (OSError, subprocess.SubprocessError) as error:
        return None, str(error)


def otherwise(before, terms):
    """In what a dataset was made otherwise than it would be now, if anything."""
    other = [name for name, now in terms.items() if before.get(name, now) != now]
    return "; ".join(f"{name}: {before[name]!r}, now {terms[name]!r}" for name in other)


def listed(path):
    """The lines of the listing."""
    if elsewhere(path):
        files, inside = filesystem(path)
        with files.open_input_stream(inside) as file:
            text = file.read().decode()
    else:
        with open(path) as file:
            text = file.read()
    return [line.strip() for line in text.splitlines() if line.strip()]


def main():
    options = []
    arguments = sys.argv[1:]
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listing", required=True, help="a file with a capture a line: a path or a URI")
    parser.add_argument("--output", required=True, help="the dataset: a folder that all executors share, or a URI")
    parser.add_argument("--binary", default="wiregrade", help="the program, built with --features export")
    parser.add_argument("--pieces", default=PIECES, help="files with equal groups are one capture [%(default)s]")
    parser.add_argument("--submission", help="captures of equal first group are graded together; else each by itself")
    parser.add_argument("--slices", type=int, default=0, help="tasks; by default of at most 20 units each")
    parser.add_argument("--timeout", type=float, default=3600, help="seconds for one unit")
    args = parser.parse_args(arguments)

    to, options = dataset(args.output), Options(options)
    binary, timeout = args.binary, args.timeout
    output = args.output if elsewhere(args.output) else os.path.abspath(args.output)
    work = units(listed(args.listing), args.pieces, args.submission, to.parts())
    # A dataset is of one kind: what was done before is not done again, also where the options would have it otherwise.
    terms = {"options": options.terms(), "pieces": args.pieces, "submission": args.submission}
    before = json.loads(to.terms() or "{}")
    if refused := otherwise(before, terms):
        print(f"{args.output}: was made otherwise ({refused}): name another --output", file=sys.stderr)
        return 2
    there = set(to.parts())
    left = [unit for unit in work if unit.part + ".parquet" not in there]
    counts = collections.Counter({"captures": sum(len(unit.captures) for unit in work), "units": len(work)})
    counts["done before"] = len(work) - len(left)
    if not left:
        print(json.dumps(counts))
        return 0

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.appName("wiregrade").getOrCreate()
    context = spark.sparkContext
    said, wrong = context.parallelize([binary], 1).map(version).collect()[0]
    terms["made by"] = said
    wrong = wrong and f"{binary}: {wrong}"
    if refused := otherwise(before, terms):
        wrong = wrong or f"{args.output}: was made otherwise ({refused}): name another --output"
    if wrong:
        spark.stop()
        print(wrong, file=sys.stderr)
        return 2
    if not before:
        to.terms(json.dumps(terms, indent=1) + "\n")
    to.sweep(timeout)
    # Small enough that little is done again where an executor dies, and that all have some.
    slices = args.slices or max(len(left) // 20, min(len(left), 4 * context.defaultParallelism))
    tasks = context.parallelize(left, slices)
    for outcome in tasks.map(lambda unit: export(unit, binary, output, options, timeout)).collect():
        counts[outcome["status"]] += 1
        if outcome["status"] in ("bad", "failed"):
            print(json.dumps(outcome), file=sys.stderr)
    spark.stop()
    print(json.dumps(counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
