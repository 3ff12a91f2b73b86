"""Loads a run log into the table `run_p` the way one would without Smart ETL, and says how long it took.

usage: load_runs.py copy|pandas|polars|pandas-overlapped|polars-overlapped FILE
       (the database is named by the environment variable PG)

pandas and polars read the dirty log, clean it and COPY it, one step after the other; overlapped, a thread prepares
the next rows while the server takes the last ones. copy sends rows that are clean already. None of them keeps
refused rows, versions or an account of what was loaded. Imports and connecting are not timed.
"""

import io
import json
import os
import sys
import threading
import time
from queue import Queue

import psycopg

from peak_memory import peak_mb

COLUMNS = "job, owner, host, run_id, started_at, ended_at, status, rows_read, rows_written, message"
COPY = f"copy run_p ({COLUMNS}) from stdin (format csv)"
FRENCH = "%d/%m/%Y %H:%M:%S"
ISO = "%Y-%m-%d %H:%M:%S+00"
STATUSES = {"OK": "succeeded", "KO": "failed"}
TEXTS = ["job_name", "owner", "host", "run_id", "start", "end", "status", "message"]
NUMBERS = ["rows_read", "rows_written"]
ORDER = ["job_name", "owner", "host", "run_id", "start", "end", "status", "rows_read", "rows_written", "message"]
BATCH_ROWS = 100_000
BLOCK_BYTES = 1 << 20


def ahead(blocks):
    """The same blocks, made by a thread, three ahead at most."""
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

    threading.Thread(target=produce, daemon=True).start()
    while (block := waiting.get()) is not None:
        yield block
    if failures:
        raise failures[0]


def send(connection, blocks):
    with connection.cursor().copy(COPY) as copy:
        for block in blocks:
            copy.write(block)


def pandas_blocks(file):
    import pandas as pd

    types = {**{c: "str" for c in TEXTS}, **{c: "int32" for c in NUMBERS}}

    def blocks():
        runs = pd.read_csv(file, sep=";", engine="pyarrow", dtype=types)
        for column in ("start", "end"):
            runs[column] = pd.to_datetime(runs[column], format=FRENCH, utc=True)
        runs["status"] = runs["status"].map(STATUSES)
        runs = runs.drop_duplicates(["job_name", "run_id"])[ORDER]
        for first in range(0, len(runs), BATCH_ROWS):
            batch = runs.iloc[first : first + BATCH_ROWS]
            # With a format of its own a date is written twice as fast as without.
            yield batch.to_csv(index=False, header=False, date_format=ISO).encode()

    return blocks


def polars_blocks(file):
    import polars as pl

    types = {**{c: pl.String for c in TEXTS}, **{c: pl.Int32 for c in NUMBERS}}

    def blocks():
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
        for batch in runs.iter_slices(BATCH_ROWS):
            text = io.BytesIO()
            batch.write_csv(text, include_header=False, datetime_format=ISO)
            yield text.getvalue()

    return blocks


def clean_blocks(file):
    def blocks():
        with open(file, "rb") as rows:
            while block := rows.read(BLOCK_BYTES):
                yield block

    return blocks


def main():
    contestant, file = sys.argv[1:]
    kind, _, way = contestant.partition("-")
    blocks = {"pandas": pandas_blocks, "polars": polars_blocks, "copy": clean_blocks}[kind](file)
    with psycopg.connect(os.environ["PG"], autocommit=True) as connection:
        started = time.perf_counter()
        send(connection, ahead(blocks()) if way == "overlapped" else blocks())
        seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peakMb": peak_mb()}))


main()
