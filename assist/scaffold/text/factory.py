# From @sample@: values to test with.
from __future__ import annotations

import dataclasses
from typing import Any

import @types@ as types

# The first row of the sample.
ROW = @row@


def make_@item@(**changes: Any) -> @Type@:
    """A new value each time, as in the sample but for `changes`."""
    value = types.parse_@rowName@(ROW)
    return dataclasses.replace(value, **changes) if dataclasses.is_dataclass(value) else value
@many@
