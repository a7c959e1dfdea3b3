# From users.json: types for the values that json.loads returns.
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, Union


UserPage = TypedDict(
    "UserPage",
    {
        "data": "list[User]",
        # e.g. abc
        "next_cursor": NotRequired["str | None"],
        # e.g. 4
        "total": "int",
    },
)
User = TypedDict(
    "User",
    {
        # e.g. 1
        "id": "int",
        # e.g. Ada
        "name": "str",
        # email; e.g. ada@example.com
        "email": "str",
        "role": "Role",
        # date-time; e.g. 2024-03-02T08:30:00Z
        "created_at": "str",
        # date; e.g. 2024-03-02
        "day": "str",
        # uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
        "uuid": "str",
        # decimal; e.g. 12.50
        "balance": "str",
        "active": "bool",
        "address": "Address",
        "tags": "list[str]",
    },
)
Role: TypeAlias = Union[
    Literal[
        "admin",
        "user",
    ],
    str,
]
Address = TypedDict(
    "Address",
    {
        # e.g. 1 Main
        "street": "str",
        # e.g. Oslo
        "city": "str",
        # e.g. 0150
        "zip": "str",
    },
)
