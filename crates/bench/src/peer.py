"""Loads pages of orders into SQLite with dlt, and says what it took.

Arguments: the folder of the pages, the file of the database, a folder to work in, how many pages to load.
"""

import glob
import json
import os
import resource
import sys
import time

pages, database, work, most = sys.argv[1:5]
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
os.environ["DLT_DATA_DIR"] = work

import dlt  # noqa: E402  (it reads the settings above as it is imported)

loaded = 0


@dlt.resource(name="orders", write_disposition="append")
def orders():
    global loaded
    for path in sorted(glob.glob(os.path.join(pages, "*.json")))[: int(most)]:
        with open(path, "rb") as file:
            nodes = json.load(file)["data"]["page"]["nodes"]
        loaded += len(nodes)
        yield nodes


def cpu():
    mine = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + children.ru_utime + children.ru_stime


begun, before = time.perf_counter(), cpu()
pipeline = dlt.pipeline(
    pipeline_name="orders",
    pipelines_dir=work,
    destination=dlt.destinations.sqlalchemy(f"sqlite:///{database}"),
    dataset_name="main",
)
pipeline.run(orders())
print(
    json.dumps(
        {
            "orders": loaded,
            "seconds": time.perf_counter() - begun,
            "cpu": cpu() - before,
            "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
    )
)
