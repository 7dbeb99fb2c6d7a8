"""How many statements a request makes, and how large its answer is: `python -m bench.probe`.

Reads requests as JSON from standard input, answers them inside this process, and writes for each kind the
median number of statements and bytes. The check of a kept connection (CONN_HEALTH_CHECKS) is not among them.
"""

import gzip
import json
import statistics
import sys
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

AROUND = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def main() -> None:
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    for asked in json.load(sys.stdin):
        _ask(asked)
        found.setdefault(asked["kind"], []).append(_ask(asked))
    names = ("queries", "round_trips", "bytes", "gzip_bytes")
    middle = {
        kind: dict(
            zip(names, (int(statistics.median(column)) for column in zip(*rows, strict=True)), strict=True)
        )
        for kind, rows in found.items()
    }
    json.dump(middle, sys.stdout)


def _ask(asked: dict[str, Any]) -> tuple[int, int, int, int]:
    client = Client(SERVER_NAME="localhost")
    client.cookies.load(asked["cookies"])
    with CaptureQueriesContext(connection) as captured:
        response = client.generic(
            asked["method"], asked["path"], asked["body"], content_type="application/x-www-form-urlencoded"
        )
    statements = [query["sql"] for query in captured]
    queries = [one for one in statements if not one.startswith(AROUND)]
    return len(queries), len(statements), len(response.content), len(gzip.compress(response.content, 6))


if __name__ == "__main__":
    main()
