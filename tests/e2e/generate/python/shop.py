from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, Optional, TypeVar

T = TypeVar("T")


class Color(Enum):
    RED = 1
    GREEN = 2
    класс = 3


class User:
    """A user of the shop."""

    name: str
    age: int = 3
    tags: list[str] = []
    _secret: Optional[str] = None


@dataclass
class Point(Generic[T]):
    x: int
    y: float = 0.5
    names: set[str] = None
    open: bool = False


class Store(ABC):
    @abstractmethod
    def load(self, key: str) -> bytes: ...

    @abstractmethod
    def save(self, key: str, value: bytes = b"", *more: int) -> None: ...

    def both(self):
        return self.load("a"), 2


class Disk(Store):
    def load(self, key: str) -> bytes:
        return key.encode()


class Plain:
    def __init__(self, a, _b=2):
        self.a = a
        self._b = _b


class Job:
    def __init__(self, code: int, *rest, key: str = "k"):
        self.code = code
        self.key = key
        self.total = 0


@dataclass
class Batch:
    size: int
    items: "list[int]" = field(default_factory=list)


def price(count: int, label: str, color: Color, discount: float = 0.0) -> float:
    if count < -1000:
        raise ValueError("count")
    return count * (1 - discount)


def paint(color: Color) -> None:
    return None
