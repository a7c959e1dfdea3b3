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
@extra1@
    else:
        model_config = {"populate_by_name": True, "protected_namespaces": (), "arbitrary_types_allowed": True@extra2@}


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


