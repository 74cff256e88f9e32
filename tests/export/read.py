"""Reads a dataset of `wiregrade export` with pyarrow and DuckDB and prints, as JSON, the types that they see.

Usage: read.py DATASET. Exit status 77: one of the two is not installed.
"""

import json
import sys

try:
    import duckdb
    import pyarrow.dataset
except ImportError as missing:
    print(missing)
    sys.exit(77)

TABLES = ["messages", "exchanges", "sessions", "flows", "findings", "captures", "grades", "criteria"]
root = sys.argv[1]
seen = {}
for table in TABLES:
    files = pyarrow.dataset.dataset(f"{root}/{table}", format="parquet", partitioning="hive")
    rows = files.to_table()
    rows.validate(full=True)
    scan = f"read_parquet('{root}/{table}/**/*.parquet', hive_partitioning = true)"
    described = duckdb.sql(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    counted = duckdb.sql(f"SELECT count(*) FROM {scan}").fetchall()[0][0]
    nulls = {field.name: rows.column(field.name).null_count for field in rows.schema}
    seen[table] = {
        "pyarrow": {field.name: str(field.type) for field in rows.schema},
        "nulls": nulls,
        "rows": rows.num_rows,
        "duckdb": {row[0]: row[1] for row in described},
        "duckdb_rows": counted,
    }
scan = f"read_parquet('{root}/sessions/**/*.parquet', hive_partitioning = true)"
# Distributions merge by adding up: a percentile of all sessions from their histograms.
seen["merged"] = duckdb.sql(
    f"""WITH bucket AS (SELECT unnest(map_keys(latency_histogram)) AS le, unnest(map_values(latency_histogram)) AS n FROM {scan})
    SELECT sum(n)::BIGINT, (SELECT sum(latency_count)::BIGINT FROM {scan}) FROM bucket"""
).fetchall()[0]
print(json.dumps(seen))
