"""Loads a run log into the table `run_p` the way one would without Smart ETL, and says how long it took.

usage: load_runs.py pandas|polars|copy FILE      (the database is named by the environment variable PG)

pandas and polars read the dirty log, clean it and COPY it; copy takes rows that are clean already. None of them
keeps refused rows, versions or an account of what was loaded. Imports and connecting are not timed.
"""

import io
import json
import os
import sys
import threading
import time
from queue import Queue

import psycopg

COLUMNS = "job, owner, host, run_id, started_at, ended_at, status, rows_read, rows_written, message"
COPY = f"copy run_p ({COLUMNS}) from stdin (format csv)"
FRENCH = "%d/%m/%Y %H:%M:%S"
STATUSES = {"OK": "succeeded", "KO": "failed"}
TEXTS = ["job_name", "owner", "host", "run_id", "start", "end", "status", "message"]
NUMBERS = ["rows_read", "rows_written"]
ORDER = ["job_name", "owner", "host", "run_id", "start", "end", "status", "rows_read", "rows_written", "message"]
BATCH_ROWS = 100_000
BLOCK_BYTES = 1 << 20


def peak_mb():
    """Largest resident memory of this program alone; ru_maxrss would count what started it as well."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except FileNotFoundError:
        pass
    import resource

    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def send(connection, blocks):
    """Sends CSV to the server while a thread makes the next blocks, three ahead at most."""
    waiting = Queue(maxsize=3)
    failures = []

    def produce():
        try:
            for block in blocks:
                waiting.put(block)
        except BaseException as failure:
            failures.append(failure)
        finally:
            waiting.put(None)

    producer = threading.Thread(target=produce, daemon=True)
    producer.start()
    with connection.cursor().copy(COPY) as copy:
        while (block := waiting.get()) is not None:
            copy.write(block)
        if failures:
            raise failures[0]


def load_pandas(connection, file):
    import pandas as pd

    def load():
        runs = pd.read_csv(file, sep=";", dtype={**{c: "str" for c in TEXTS}, **{c: "int32" for c in NUMBERS}})
        for column in ("start", "end"):
            runs[column] = pd.to_datetime(runs[column], format=FRENCH, utc=True)
        runs["status"] = runs["status"].map(STATUSES)
        runs = runs.drop_duplicates(["job_name", "run_id"])[ORDER]

        def blocks():
            for first in range(0, len(runs), BATCH_ROWS):
                text = runs.iloc[first : first + BATCH_ROWS].to_csv(index=False, header=False)
                yield text.encode()

        send(connection, blocks())

    return load


def load_polars(connection, file):
    import polars as pl

    types = {**{c: pl.String for c in TEXTS}, **{c: pl.Int32 for c in NUMBERS}}

    def load():
        runs = (
            pl.scan_csv(file, separator=";", schema_overrides=types)
            .with_columns(
                pl.col("start", "end").str.to_datetime(FRENCH, time_unit="ms", time_zone="UTC"),
                pl.col("status").replace(STATUSES),
            )
            .unique(["job_name", "run_id"], keep="first", maintain_order=True)
            .select(ORDER)
            .collect()
        )

        def blocks():
            for batch in runs.iter_slices(BATCH_ROWS):
                text = io.BytesIO()
                batch.write_csv(text, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S+00")
                yield text.getvalue()

        send(connection, blocks())

    return load


def load_copy(connection, file):
    def load():
        with connection.cursor().copy(COPY) as copy, open(file, "rb") as rows:
            while block := rows.read(BLOCK_BYTES):
                copy.write(block)

    return load


def main():
    contestant, file = sys.argv[1:]
    loaders = {"pandas": load_pandas, "polars": load_polars, "copy": load_copy}
    with psycopg.connect(os.environ["PG"], autocommit=True) as connection:
        load = loaders[contestant](connection, file)
        started = time.perf_counter()
        load()
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peakMb": peak_mb()}))


main()
