"""What `export` and the Spark job take, on this machine: the figures of README.md beside this file.

    venv/bin/python contrib/spark/measure.py target/release/wiregrade [speed] [memory] [spark]

`speed`: five long captures; `memory`: captures of 3, 30 and 300 MB; `spark`: 1 to 2000 small captures, in one process, in
a plain loop of a process each, and in the job on two threads, which needs PySpark.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wiregrade_spark as job  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.path.abspath(sys.argv[1])
COUNTS = [1, 250, 500, 1000, 2000]
SPEAK = ["imp", "shen", "chatos", "c2w-g9", "c2w-g22"]


def run(*command, **options):
    """Seconds, processor seconds and the most memory in MiB that a command took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    child = subprocess.Popen(command, **options)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    assert child.returncode == 0, command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, spent, used.ru_maxrss / 1024


def synth(path, *speak):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    run(BINARY, "synth", *speak, "--file-format", "pcap", "-o", path)
    return os.path.getsize(path) / 1e6


def speed(folder):
    """MB/s, of long captures: each protocol is one, and all together are read three times."""
    paths = [f"{folder}/long/{name}.pcap" for name in SPEAK]
    size = sum(synth(path, name, "--clients", "5", "--messages", "200000") for path, name in zip(paths, SPEAK))
    for name, options in [("2 threads", []), ("1 thread", ["--threads", "1"]), ("2 threads, graded", ["--grade"])]:
        best = None
        for _ in range(3):
            shutil.rmtree(f"{folder}/to", ignore_errors=True)
            best = min(best or (1e9,), run(BINARY, "export", "-q", *options, "-o", f"{folder}/to", *paths))
        written = sum(os.path.getsize(f"{of}/{file}") for of, _, files in os.walk(f"{folder}/to") for file in files) / 1e6
        took, spent, most = best
        print(f"{size:.0f} MB into {written:.0f} MB, {name}: {took:.2f} s, {size / took:.1f} MB/s; ", end="")
        print(f"{spent:.2f} s of processor, {size / spent:.1f} MB/s of one; {most:.0f} MiB")


def memory(folder):
    """The most memory for conforming captures, each ten times as long as the one before."""
    for name in ["imp", "c2w-g9"]:
        line = []
        for messages in [40_000, 400_000, 4_000_000]:
            path = f"{folder}/memory/{name}.pcap"
            size = synth(path, name, "--clients", "5", "--messages", str(messages))
            _, _, most = run(BINARY, "export", "-q", "-o", f"{folder}/to", path)
            _, _, graded = run(BINARY, "export", "-q", "--grade", "-o", f"{folder}/to", path)
            line.append(f"{size:.1f} MB: {most:.0f} MiB, graded {graded:.0f} MiB")
            # For each table there is at most one row group of 32 MiB in the making.
            assert max(most, graded) < 256, line
        print(f"memory, {name}: {'; '.join(line)}")


def without_spark(folder, paths):
    """What the job does in an executor, in this process: seconds, processor seconds and the most memory of a process."""
    used = lambda: sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    began, before = time.monotonic(), used()
    for unit in job.units(paths):
        told = job.export(unit, BINARY, folder, job.Options([]), 60)
        assert told["status"] == "ok", told
    return time.monotonic() - began, used() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def spark(folder):
    """Small captures: one process for all, one for each, and the job."""
    env = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    submit = [os.path.join(os.path.dirname(sys.executable), "spark-submit"), "--master", "local[2]"]
    submit += ["--conf", "spark.ui.enabled=false", f"{HERE}/wiregrade_spark.py", "--binary", BINARY]
    paths = [f"{folder}/small/{number:05}.pcap" for number in range(2000)]
    sizes = [synth(path, SPEAK[number % 5], "--seed", str(number)) for number, path in enumerate(paths)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for count in COUNTS:
        some, size = paths[:count], sum(sizes[:count])
        with open(f"{folder}/listing", "w") as listing:
            listing.write("\n".join(some) + "\n")
        command = 'while read -r path; do "$0" export -q --threads 1 -o "$1" "$path"; done < "$2"'
        ways = {
            "one process": run(BINARY, "export", "-q", "--listing", f"{folder}/listing", "-o", f"{folder}/one-{count}"),
            "a process each": run("sh", "-c", command, BINARY, f"{folder}/loop-{count}", f"{folder}/listing"),
            "what an executor does, without Spark": without_spark(f"{folder}/bare-{count}", some),
            "the job (processor: without what its executors start)": run(
                *submit, "--listing", f"{folder}/listing", "--output", f"{folder}/job-{count}", env=env, **quiet
            ),
        }
        print(f"{count} captures, {size:.1f} MB, load {os.getloadavg()[0]:.1f}:", flush=True)
        for name, (took, spent, most) in ways.items():
            rate = f"{count / took:.0f} captures/s, {size / took:.1f} MB/s"
            print(f"  {name}: {took:.1f} s, {rate}; {spent:.1f} s of processor; {most:.0f} MiB", flush=True)


if __name__ == "__main__":
    print(json.dumps({"cores": os.cpu_count(), "load": os.getloadavg()[0]}))
    for name, what in [("speed", speed), ("memory", memory), ("spark", spark)]:
        if name in sys.argv[2:] or not sys.argv[2:]:
            with tempfile.TemporaryDirectory() as folder:
                what(folder)
