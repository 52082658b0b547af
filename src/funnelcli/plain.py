"""Classes whose fields are their annotations, as those of dataclasses are, but without code that is
written and compiled for each: that takes a tenth to half a millisecond where a module loads, and
every command loads a dozen of them. What is made by the thousand is a NamedTuple or has slots.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform

Kind = TypeVar("Kind")
Made = TypeVar("Made", bound="Plain")


class _Maker:
    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def made(*, factory: Callable[[], Kind]) -> Kind:
    """The default of a field that each object has of its own, by what makes it."""
    return cast(Kind, _Maker(factory))


@dataclass_transform(eq_default=False, field_specifiers=(made,))
class Plain:
    """An object that is made of the values of its fields, in their order or by name; what a class
    gives a field is its default."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _makers: ClassVar[dict[str, Callable[[], Any]]] = {}
    _needed: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls) -> None:
        own = vars(cls)
        cls._fields = (*cls._fields, *own.get("__annotations__", ()))
        makers = {name: found.make for name, found in own.items() if isinstance(found, _Maker)}
        for name in makers:
            delattr(cls, name)
        cls._makers = {**cls._makers, **makers}
        cls._needed = frozenset(
            name for name in cls._fields if name not in cls._makers and not hasattr(cls, name)
        )

    def __init__(self, *args: Any, **values: Any) -> None:
        fields = self._fields
        own = self.__dict__
        own.update(zip(fields, args, strict=False))
        twice = own.keys() & values.keys()
        own.update(values)
        if len(args) > len(fields) or twice or not self._needed <= own.keys() <= {*fields}:
            raise TypeError(f"{type(self).__name__} is made of {', '.join(fields)}")
        for name, make in self._makers.items():
            if name not in own:
                own[name] = make()

    def _replace(self: Made, **values: Any) -> Made:
        """A copy with other values of some fields."""
        if not values.keys() <= {*self._fields}:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **values)
        return copy

    def _asdict(self) -> dict[str, Any]:
        """The values by the names of the fields."""
        return {name: getattr(self, name) for name in self._fields}
