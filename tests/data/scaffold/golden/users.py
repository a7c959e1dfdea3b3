# From users.json. Parse and serialise with parse_users and serialize_users.
from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Callable, Literal, NoReturn, TypeAlias, Union


class Absent(Enum):
    """The key is not there; None says that it is null."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
_Read = Callable[[Any, str], Any]


@dataclass(kw_only=True)
class UserPage:
    data: list[User]
    # e.g. abc
    next_cursor: str | None | Absent = ABSENT
    # e.g. 4
    total: int

    @classmethod
    def from_json(cls, value: Any, path: str = "$") -> UserPage:
        _object(value, path)
        return cls(
            data=_required(value, "data", path, _list(User.from_json)),
            next_cursor=_optional(value, "next_cursor", path, _or_none(_string), ABSENT),
            total=_required(value, "total", path, _integer),
        )

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        out["data"] = _plain(self.data)
        if self.next_cursor is not ABSENT:
            out["next_cursor"] = self.next_cursor
        out["total"] = self.total
        return out


@dataclass(kw_only=True)
class User:
    # e.g. 1
    id: int
    # e.g. Ada
    name: str
    # email; e.g. ada@example.com
    email: str
    role: Role
    # date-time; e.g. 2024-03-02T08:30:00Z
    created_at: str
    # date; e.g. 2024-03-02
    day: str
    # uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
    uuid: str
    # decimal; e.g. 12.50
    balance: str
    active: bool
    address: Address
    tags: list[str]

    @classmethod
    def from_json(cls, value: Any, path: str = "$") -> User:
        _object(value, path)
        return cls(
            id=_required(value, "id", path, _integer),
            name=_required(value, "name", path, _string),
            email=_required(value, "email", path, _string),
            role=_required(value, "role", path, _string),
            created_at=_required(value, "created_at", path, _string),
            day=_required(value, "day", path, _string),
            uuid=_required(value, "uuid", path, _string),
            balance=_required(value, "balance", path, _string),
            active=_required(value, "active", path, _boolean),
            address=_required(value, "address", path, Address.from_json),
            tags=_required(value, "tags", path, _list(_string)),
        )

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        out["id"] = self.id
        out["name"] = self.name
        out["email"] = self.email
        out["role"] = self.role
        out["created_at"] = self.created_at
        out["day"] = self.day
        out["uuid"] = self.uuid
        out["balance"] = self.balance
        out["active"] = self.active
        out["address"] = _plain(self.address)
        out["tags"] = self.tags
        return out


@dataclass(kw_only=True)
class Address:
    # e.g. 1 Main
    street: str
    # e.g. Oslo
    city: str
    # e.g. 0150
    zip: str

    @classmethod
    def from_json(cls, value: Any, path: str = "$") -> Address:
        _object(value, path)
        return cls(
            street=_required(value, "street", path, _string),
            city=_required(value, "city", path, _string),
            zip=_required(value, "zip", path, _string),
        )

    def to_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {}
        out["street"] = self.street
        out["city"] = self.city
        out["zip"] = self.zip
        return out


Role: TypeAlias = Union[
    Literal[
        "admin",
        "user",
    ],
    str,
]


def parse_users(text: str) -> UserPage:
    """Reads and checks; raises ValueError for text that is not JSON and TypeError, with
    the path, for JSON that does not fit."""
    return UserPage.from_json(json.loads(text), "$")


def serialize_users(value: UserPage) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def parse_users_row(text: str) -> User:
    """Reads and checks; raises ValueError for text that is not JSON and TypeError, with
    the path, for JSON that does not fit."""
    return User.from_json(json.loads(text), "$")


def serialize_users_row(value: User) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _fail(path: str, expected: str, value: Any) -> NoReturn:
    raise TypeError(f"{path}: expected {expected}, got {type(value).__name__}")


def _boolean(value: Any, path: str) -> Any:
    return value if isinstance(value, bool) else _fail(path, "boolean", value)


def _integer(value: Any, path: str) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _fail(path, "integer", value)


def _string(value: Any, path: str) -> Any:
    return value if isinstance(value, str) else _fail(path, "string", value)


def _object(value: Any, path: str) -> Any:
    return value if isinstance(value, dict) else _fail(path, "object", value)


def _or_none(read: _Read) -> _Read:
    return lambda value, path: None if value is None else read(value, path)


def _list(read: _Read) -> _Read:
    def convert(value: Any, path: str) -> Any:
        if not isinstance(value, list):
            _fail(path, "array", value)
        return [read(item, f"{path}[{i}]") for i, item in enumerate(value)]

    return convert


def _required(value: Any, key: str, path: str, read: _Read) -> Any:
    if key not in value:
        raise TypeError(f"{path}: the key {key!r} is missing")
    return read(value[key], f"{path}.{key}")


def _optional(value: Any, key: str, path: str, read: _Read, absent: Any) -> Any:
    return read(value[key], f"{path}.{key}") if key in value else absent


def _plain(value: Any) -> Any:
    """What json can write, from what from_json made."""
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value.to_json() if hasattr(value, "to_json") else value
