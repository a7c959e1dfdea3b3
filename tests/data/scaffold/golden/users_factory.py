# From users.json: values to test with.
from __future__ import annotations

import dataclasses
from typing import Any

import users as types

# The first row of the sample.
ROW = "{\"id\":1,\"name\":\"Ada\",\"email\":\"ada@example.com\",\"role\":\"admin\",\"created_at\":\"2024-03-02T08:30:00Z\",\"day\":\"2024-03-02\",\"uuid\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"balance\":\"12.50\",\"active\":true,\"address\":{\"street\":\"1 Main\",\"city\":\"Oslo\",\"zip\":\"0150\"},\"tags\":[\"a\",\"b\"]}"


def make_user(**changes: Any) -> types.User:
    """A new value each time, as in the sample but for `changes`."""
    value = types.parse_users_row(ROW)
    return dataclasses.replace(value, **changes) if dataclasses.is_dataclass(value) else value


def make_many_users(count: int) -> list[types.User]:
    """`count` values whose keys differ."""
    return [make_user(id=i + 1) for i in range(count)]

