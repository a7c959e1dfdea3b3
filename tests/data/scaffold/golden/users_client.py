# From users.json: a client of the HTTP API that it is an answer of. Standard library only.
# Guessed from the sample: the path and the names of parameters. Correct them here.
from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Mapping, TypeVar

import users as types

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
class UsersClient:
    base_url: str
    # Sent as `Authorization: Bearer ...`.
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    # How often a request is tried again after 429, 502, 503, 504 or no answer.
    retries: int = 3
    timeout_s: float = 30.0

    def page(self, query: Query | None = None) -> types.UserPage:
        """One page. `query` may have limit and what else the server understands."""
        url = self._url("users", query)
        text, _ = self._send("GET", url)
        return _read(text, url, types.parse_users)

    def all(self, query: Query | None = None) -> Iterator[types.User]:
        """All rows, page after page."""
        url: str | None = self._url("users", query)
        seen: set[str] = set()
        while url and url not in seen:
            seen.add(url)
            text, headers = self._send("GET", url)
            page = _read(text, url, types.parse_users)
            yield from page.data
            following = page.next_cursor
            more = isinstance(following, str) and following != ""
            url = self._url("users", {**(query or {}), "cursor": following}) if more else None

    def get(self, id: int | str) -> types.User:
        url = self._item(id)
        return _read(self._send("GET", url)[0], url, types.parse_users_row)

    def create(self, value: types.User) -> types.User:
        url = self._url("users")
        text, _ = self._send("POST", url, types.serialize_users_row(value))
        return _read(text, url, types.parse_users_row)

    def update(self, id: int | str, value: types.User) -> types.User:
        url = self._item(id)
        text, _ = self._send("PUT", url, types.serialize_users_row(value))
        return _read(text, url, types.parse_users_row)

    def remove(self, id: int | str) -> None:
        self._send("DELETE", self._item(id))

    def _item(self, id: int | str) -> str:
        return self._url("users/" + urllib.parse.quote(str(id), safe=""))

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
