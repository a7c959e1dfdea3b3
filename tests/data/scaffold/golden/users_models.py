# From users.json. Needs pydantic. Parse and serialise with parse_users and serialize_users.
from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple

from pydantic import VERSION, BaseModel, Field, StrictBool, StrictInt, StrictStr


class ExactNumber(float):
    """A number that a float would respell; `text` keeps it."""

    text: str

    def __new__(cls, text: str) -> ExactNumber:
        self = super().__new__(cls, text)
        self.text = text
        return self


class _Checked:
    """A type with a check of its own, for either version of pydantic."""

    @classmethod
    def validate(cls, value: Any) -> Any:
        raise NotImplementedError

    @classmethod
    def __get_validators__(cls) -> Any:
        yield cls.validate

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(cls.validate)


class Number(_Checked):
    """An int, a float or an ExactNumber."""

    @classmethod
    def validate(cls, value: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        raise ValueError("expected a number")


class Model(BaseModel):
    """What the models here have in common: a key may be spelled unlike its field."""

    if VERSION.startswith("1."):

        class Config:
            allow_population_by_field_name = True
            arbitrary_types_allowed = True

    else:
        model_config = {"populate_by_name": True, "protected_namespaces": (), "arbitrary_types_allowed": True}


def _parse(kind: Any, value: Any) -> Any:
    if VERSION.startswith("1."):
        from pydantic import parse_obj_as

        return parse_obj_as(kind, value)
    from pydantic import TypeAdapter

    return TypeAdapter(kind).validate_python(value)


def _exact_float(text: str) -> float:
    value = float(text)
    return value if repr(value) == text else ExactNumber(text)


def _exact_int(text: str) -> Any:
    return ExactNumber(text) if text == "-0" else int(text)


def _write(value: Any) -> str:
    if isinstance(value, BaseModel):
        old = VERSION.startswith("1.")
        fields = value.__fields__ if old else type(value).model_fields
        given = value.__fields_set__ if old else value.model_fields_set
        keys = {name: name if field.alias is None else field.alias for name, field in fields.items()}
        value = {keys.get(name, name): getattr(value, name) for name in [*keys, *(given - set(keys))] if name in given}
    if isinstance(value, ExactNumber):
        return value.text
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_write(item) for item in value) + "]"
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}: {_write(v)}" for k, v in value.items())
        return "{" + ", ".join(members) + "}"
    return json.dumps(value, ensure_ascii=False)


class UserPage(Model):
    data: List[User] = Field(...)
    # e.g. abc
    next_cursor: Optional[StrictStr] = None
    # e.g. 4
    total: StrictInt = Field(...)


class User(Model):
    # e.g. 1
    id: StrictInt = Field(...)
    # e.g. Ada
    name: StrictStr = Field(...)
    # email; e.g. ada@example.com
    email: StrictStr = Field(...)
    role: StrictStr = Field(...)
    # date-time; e.g. 2024-03-02T08:30:00Z
    created_at: StrictStr = Field(...)
    # date; e.g. 2024-03-02
    day: StrictStr = Field(...)
    # uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
    uuid: StrictStr = Field(...)
    # decimal; e.g. 12.50
    balance: StrictStr = Field(...)
    active: StrictBool = Field(...)
    address: Address = Field(...)
    tags: List[StrictStr] = Field(...)


class Role:
    """The values that were in the sample; others are legal too."""

    ADMIN = "admin"
    USER = "user"


class Address(Model):
    # e.g. 1 Main
    street: StrictStr = Field(...)
    # e.g. Oslo
    city: StrictStr = Field(...)
    # e.g. 0150
    zip: StrictStr = Field(...)


for _model in (
    UserPage,
    User,
    Address,
):
    if VERSION.startswith("1."):
        _model.update_forward_refs()
    else:
        _model.model_rebuild()


def parse_users(text: str) -> UserPage:
    """Reads and checks; raises ValueError for text that is not JSON and for JSON that does not fit."""
    value = json.loads(text, parse_float=_exact_float, parse_int=_exact_int)
    return _parse(UserPage, value)


def serialize_users(value: UserPage) -> str:
    return _write(value)
