"""Classes whose fields are their annotations, as those of dataclasses and of the library's named
tuples are, but without code that is written and compiled for each: that takes a tenth to half a
millisecond where a module loads, and every command loads some fifty of them. What is made by the
thousand is a NamedTuple or has slots.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from funnelcli.typed import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:

    class _TupleOf(type):
        """Makes a class of named tuples of a class's annotations."""

        def __new__(mcs, name, bases, body):
            if tuple not in bases and NamedTuple in bases:
                fields = tuple(body.get("__annotations__", ()))
                body["_field_defaults"] = {key: body[key] for key in fields if key in body}
                body.update((key, property(itemgetter(at))) for at, key in enumerate(fields))
                body["_fields"] = body["__match_args__"] = fields
                body["__slots__"] = ()
            return super().__new__(mcs, name, bases, body)

    class NamedTuple(tuple, metaclass=_TupleOf):
        """What ``typing.NamedTuple`` is, which type checkers see in its place."""

        __slots__ = ()
        _fields = ()
        _field_defaults: ClassVar[dict[str, Any]] = {}

        def __new__(cls, *args, **values):
            if values or len(args) != len(cls._fields):
                rest = cls._fields[len(args) :]
                given = {**cls._field_defaults, **values}
                if not values.keys() <= {*rest} <= given.keys() or len(args) > len(cls._fields):
                    raise TypeError(f"{cls.__name__} is made of {', '.join(cls._fields)}")
                args += itemgetter(*rest)(given) if len(rest) > 1 else (given[rest[0]],)
            return tuple.__new__(cls, args)

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def _replace(self, **values):
            return type(self)(**{**self._asdict(), **values})

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            values = (f"{key}={value!r}" for key, value in self._asdict().items())
            return f"{type(self).__name__}({', '.join(values)})"


Kind = TypeVar("Kind")


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

    def _replace(self, **values: Any) -> Self:
        """A copy with other values of some fields."""
        if not values.keys() <= {*self._fields}:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, **values)
        return copy

    def _asdict(self) -> dict[str, Any]:
        """The values by the names of the fields."""
        return {name: getattr(self, name) for name in self._fields}
