#!/usr/bin/env python3
# From users.json: a server that behaves as the API that the sample is an answer of. For development and tests:
# it keeps its rows in memory and listens on this machine only. Standard library only.
#
# usage: python3 users_mock.py [--port 8080] [--token SECRET] [--fail-every N] [--delay MS] [--page-size N]
from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

PATH = "users"
SHAPE = "envelope"  # one, list, map or envelope
KEY: str | None = "id"
KEY_IS_NUMBER = True
PAGING = "cursor"  # link, cursor, url or number
CURSOR = "cursor"
LIMIT = "limit"
# The members of an envelope: where rows, cursor and counts go, and what never changes.
MEMBERS: list[tuple[str, str]] = [
    ("data", "@rows"),
    ("next_cursor", "@cursor"),
    ("total", "@total"),
]
REQUIRED: list[str] = ["id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags"]
# Rows as JSON texts, so that numbers stay as they are spelled; (key, row).
ROWS: list[tuple[str, str]] = [
    ("", "{\"id\":1,\"name\":\"Ada\",\"email\":\"ada@example.com\",\"role\":\"admin\",\"created_at\":\"2024-03-02T08:30:00Z\",\"day\":\"2024-03-02\",\"uuid\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"balance\":\"12.50\",\"active\":true,\"address\":{\"street\":\"1 Main\",\"city\":\"Oslo\",\"zip\":\"0150\"},\"tags\":[\"a\",\"b\"]}"),
    ("", "{\"id\":2,\"name\":\"Grace\",\"email\":\"grace@example.com\",\"role\":\"user\",\"created_at\":\"2024-03-03T09:15:30.125Z\",\"day\":\"2024-03-03\",\"uuid\":\"9b2d7c1e-1111-4222-8333-444455556666\",\"balance\":\"0.05\",\"active\":false,\"address\":{\"street\":\"2 High\",\"city\":\"Bergen\",\"zip\":\"5003\"},\"tags\":[]}"),
    ("", "{\"id\":3,\"name\":\"Linus\",\"email\":\"l@example.com\",\"role\":\"user\",\"created_at\":\"2024-03-04T00:00:00Z\",\"day\":\"2024-03-04\",\"uuid\":\"00000000-0000-4000-8000-000000000000\",\"balance\":\"100.00\",\"active\":true,\"address\":{\"street\":\"3 Low\",\"city\":\"Espoo\",\"zip\":\"02100\"},\"tags\":[\"c\"]}"),
    ("", "{\"id\":4,\"name\":\"Barbara\",\"email\":\"b@example.com\",\"role\":\"admin\",\"created_at\":\"2024-03-05T00:00:00Z\",\"day\":\"2024-03-05\",\"uuid\":\"00000000-0000-4000-8000-000000000001\",\"balance\":\"7.10\",\"active\":true,\"address\":{\"street\":\"4 Mid\",\"city\":\"Turku\",\"zip\":\"20100\"},\"tags\":[\"a\"]}"),
]


def key_of(row: str) -> str:
    value = json.loads(row)
    return str(value.get(KEY, "")) if KEY is not None and isinstance(value, dict) else ""


class Problem(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Store:
    """The rows, in order. Each method is one step for all threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rows = [(key if SHAPE == "map" else key_of(row), row) for key, row in ROWS]

    def find(self, key: str) -> int:
        for i, (k, _) in enumerate(self.rows):
            if k == key:
                return i
        raise Problem(404, f"there is no {PATH}/{key}")

    def page(self, start: int, limit: int) -> tuple[list[tuple[str, str]], int]:
        with self.lock:
            return self.rows[start : start + limit], len(self.rows)

    def get(self, key: str) -> str:
        with self.lock:
            return self.rows[self.find(key)][1]

    def put(self, key: str, row: str) -> None:
        with self.lock:
            if key_of(row) not in ("", key):
                raise Problem(422, f"the {KEY} in the body is not that of the address")
            if SHAPE == "map" and key not in (k for k, _ in self.rows):
                self.rows.append((key, row))
            else:
                self.rows[self.find(key)] = (key, row)

    def add(self, row: str) -> tuple[str, str]:
        with self.lock:
            key = key_of(row)
            if KEY is not None and key == "":
                number = 1 + max((int(k) for k, _ in self.rows if k.lstrip("-").isdigit()), default=0)
                key = str(number)
                row = json.dumps({KEY: number if KEY_IS_NUMBER else key, **json.loads(row)}, ensure_ascii=False)
            if KEY is not None and any(k == key for k, _ in self.rows):
                raise Problem(409, f"there is a {PATH}/{key} already")
            self.rows.append((key, row))
            return key, row

    def remove(self, key: str) -> None:
        with self.lock:
            del self.rows[self.find(key)]


def check(body: str) -> str:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise Problem(400, f"the body is not JSON: {error}") from error
    if REQUIRED:
        if not isinstance(value, dict):
            raise Problem(422, "the body is not an object")
        missing = [k for k in REQUIRED if k not in value and k != KEY]
        if missing:
            raise Problem(422, "missing: " + ", ".join(missing))
    return body.strip()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = Store()
    options: argparse.Namespace
    n_requests = 0

    def answer(self, status: int, body: str = "", headers: dict[str, str] | None = None) -> None:
        data = body.encode("utf-8")
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if status != 204 and self.command != "HEAD":
            self.wfile.write(data)

    def handle_request(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode("utf-8", "replace")
        Handler.n_requests += 1
        time.sleep(self.options.delay / 1000)
        try:
            if self.options.fail_every and Handler.n_requests % self.options.fail_every == 0:
                self.answer(503, '{"error": {"status": 503, "message": "try again"}}', {"Retry-After": "0"})
                return
            if self.options.token and self.headers.get("Authorization") != f"Bearer {self.options.token}":
                raise Problem(401, "the token is missing or wrong")
            self.route(body)
        except Problem as error:
            self.answer(error.status, json.dumps({"error": {"status": error.status, "message": str(error)}}))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_request

    def route(self, body: str) -> None:
        url = urlsplit(self.path)
        parts = [unquote(p) for p in url.path.strip("/").split("/")]
        method = "GET" if self.command == "HEAD" else self.command
        if parts[0] != PATH or len(parts) > 2:
            raise Problem(404, f"there is only /{PATH}")
        if SHAPE == "one":
            self.one(method, body)
        elif len(parts) == 2 and (KEY is not None or SHAPE == "map"):
            self.item(method, parts[1], body)
        elif len(parts) == 2:
            raise Problem(404, "rows have no key")
        elif method == "GET":
            self.list({k: v[-1] for k, v in parse_qs(url.query).items()})
        elif method == "POST" and SHAPE != "map":
            key, row = self.store.add(check(body))
            self.answer(201, row, {"Location": f"/{PATH}/{key}"} if KEY is not None else None)
        else:
            raise Problem(405, f"no {method} here")

    def one(self, method: str, body: str) -> None:
        if method == "GET":
            self.answer(200, self.store.rows[0][1])
        elif method == "PUT":
            self.store.rows[0] = ("", check(body))
            self.answer(204)
        else:
            raise Problem(405, f"no {method} here")

    def item(self, method: str, key: str, body: str) -> None:
        if method == "GET":
            self.answer(200, self.store.get(key))
        elif method == "PUT":
            self.store.put(key, check(body))
            self.answer(200, self.store.get(key))
        elif method == "DELETE":
            self.store.remove(key)
            self.answer(204)
        else:
            raise Problem(405, f"no {method} here")

    def list(self, query: dict[str, str]) -> None:
        try:
            limit = max(1, int(query.get(LIMIT, self.options.page_size)))
            start = max(0, int(query.get(CURSOR, 0)))
        except ValueError as error:
            raise Problem(400, f"{LIMIT} and {CURSOR} are numbers here") from error
        if PAGING == "number":
            start = max(0, start - 1) * limit
        rows, total = self.store.page(start, limit)
        more = start + limit < total
        following = str(start // limit + 2 if PAGING == "number" else start + limit)
        address = f"http://{self.headers.get('Host')}/{PATH}?" + urlencode({**query, CURSOR: following})
        headers = {"Link": f'<{address}>; rel="next"'} if PAGING == "link" and more else None
        if SHAPE == "map":
            self.answer(200, "{" + ",".join(f"{json.dumps(k)}:{row}" for k, row in rows) + "}", headers)
            return
        array = "[" + ",".join(row for _, row in rows) + "]"
        if SHAPE == "list":
            self.answer(200, array, headers)
            return
        values = {
            "@rows": array,
            "@cursor": json.dumps(following) if more else "null",
            "@url": json.dumps(address) if more else "null",
            "@total": str(total),
            "@page": str(start // limit + 1),
            "@pages": str(max(1, -(-total // limit))),
            "@limit": str(limit),
        }
        members = (f"{json.dumps(key)}:{values.get(text, text)}" for key, text in MEMBERS)
        self.answer(200, "{" + ",".join(members) + "}", headers)

    def log_message(self, format: str, *args: object) -> None:
        sys.stderr.write(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=f"A mock of the API of /{PATH}.")
    parser.add_argument("--port", type=int, default=8080, help="0: any that is free")
    parser.add_argument("--token", help="ask for `Authorization: Bearer TOKEN`")
    parser.add_argument("--fail-every", type=int, default=0, help="answer 503 to each Nth request")
    parser.add_argument("--delay", type=float, default=0, help="milliseconds before each answer")
    parser.add_argument("--page-size", type=int, default=20)
    Handler.options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", Handler.options.port), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}/{PATH}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
