# From @sample@: a client of the HTTP API that it is an answer of. Standard library only.
# Guessed from the sample: the path and the names of parameters. Correct them here.
from __future__ import annotations

import json
import random
@re@import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Mapping, TypeVar

import @module@ as types

T = TypeVar("T")
Query = Mapping[str, "str | int | bool | None"]


class ApiError(Exception):
    """The server answered with an error, or with something else than the sample.

    status is 0 when there was no answer."""

    def __init__(self, message: str, url: str, status: int, body: str) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.body = body


@dataclass(kw_only=True)
class @Client@:
    base_url: str
    # Sent as `Authorization: Bearer ...`.
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    # How often a request is tried again after 429, 502, 503, 504 or no answer.
    retries: int = 3
    timeout_s: float = 30.0

@methods@
    def _url(self, path: str, query: Query | None = None) -> str:
        pairs = {k: str(v) for k, v in (query or {}).items() if v is not None}
        tail = "?" + urllib.parse.urlencode(pairs) if pairs else ""
        return self.base_url.rstrip("/") + "/" + path + tail

    def _send(self, method: str, url: str, body: str | None = None) -> tuple[str, Mapping[str, str]]:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ApiError(f"{url}: not an HTTP address", url, 0, "")
        # A POST that got no answer may have been carried out: it is sent again only after 429.
        again = (429,) if method == "POST" else (429, 502, 503, 504)
        headers = {"Accept": "application/json", **self.headers}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        for attempt in range(self.retries + 1):
            request = urllib.request.Request(
                url, method=method, headers=headers, data=None if body is None else body.encode()
            )
            told = None
            try:
                with _opener.open(request, timeout=self.timeout_s) as answer:
                    return answer.read().decode("utf-8"), answer.headers
            except urllib.error.HTTPError as error:
                text = error.read().decode("utf-8", "replace")
                told = error.headers.get("Retry-After")
                problem = ApiError(f"{method} {url}: {error.code} {error.reason}: {text[:200]}", url, error.code, text)
                retry = error.code in again
            except OSError as error:
                problem = ApiError(f"{method} {url}: {error}", url, 0, "")
                retry = method != "POST"
            if not retry or attempt == self.retries:
                raise problem
            wait = float(told) if told and told.isdigit() else 2**attempt * 0.25 * random.uniform(0.5, 1.5)
            time.sleep(min(wait, 30.0))
        raise AssertionError("the last attempt returns or raises")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token must not go to whatever server an answer names."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _read(text: str, url: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(text)
    except (ValueError, TypeError) as error:
        raise ApiError(f"{url}: {error}", url, 200, text) from error
