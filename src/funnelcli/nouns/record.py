"""What the rows of queries are made of.

A dataclass costs half a millisecond each when its module loads, and every command loads several;
a class of this kind costs a hundredth of that.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Record:
    """A row: its annotations are the query's columns, in order."""

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any) -> None:
        self.__dict__ = dict(zip(self.fields, values, strict=True))
        self.complete()

    def complete(self) -> None:
        """Turn what SQL can say into what the fields promise: 0 and 1 into bool, joined text
        into lists."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({values})"
