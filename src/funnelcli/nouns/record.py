"""What the rows of queries are made of.

A dataclass costs half a millisecond each when its module loads, and every command loads several;
a class of this kind costs a hundredth of that.

Names that end in ``_at`` are instants in UTC seconds; ``_on``, ``due``, ``_until`` and
``expected_close`` are plain dates as ISO text in the user's zone; amounts are integer minor units
of the ``currency`` beside them. Field names are what ``--json`` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from funnelcli.nouns.field import Derived, Field
from funnelcli.typed import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from funnelcli.render.model import Column


class Record:
    """A row: its annotations are the query's columns by name. Those that are declared with
    :func:`funnelcli.nouns.field.field` are what lists and ``--json`` show."""

    names: ClassVar[frozenset[str]] = frozenset()
    declared: ClassVar[dict[str, Field]] = {}
    """By name, in the order that lists and ``--json`` have."""
    _takes: ClassVar[tuple[tuple[str, Callable[[Any], Any]], ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.names = frozenset(
            name
            for base in cls.__mro__
            if base is not Record and issubclass(base, Record)
            for name in base.__annotations__
        )
        cls.declared = {}
        for name, value in list(vars(cls).items()):
            found = value.field if isinstance(value, Derived) else value
            if isinstance(found, Field):
                found.name = name
                cls.declared[name] = found
                if found is value:
                    # What a query does not give must be missed, not be a declaration.
                    delattr(cls, name)
        cls._takes = tuple(
            (name, found.type.take)
            for name, found in cls.declared.items()
            if found.type.take is not None and name in cls.names
        )

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """How a list shows the declared fields."""
        return tuple(field.column() for field in cls.declared.values())

    @classmethod
    def reader(cls, names: Sequence[str], *, whole: bool = True) -> Callable[[Sequence[Any]], Self]:
        """What makes records of rows whose columns are called ``names``. Raises TypeError where
        they are not the record's own, or, if it is to be ``whole``, not all of them; what others
        lack cannot be read."""
        own = cls.names if whole else cls.names.intersection(names)
        if own != frozenset(names) or len(names) != len(own):
            odd = sorted(own ^ frozenset(names))
            raise TypeError(f"the query of {cls.__name__} differs in {odd}")
        takes = cls._takes if whole else [one for one in cls._takes if one[0] in own]
        new = cls.__new__

        def read(row: Sequence[Any]) -> Any:
            made = new(cls)
            values = made.__dict__
            values.update(zip(names, row, strict=True))
            for name, take in takes:
                values[name] = take(values[name])
            return made

        return read

    @classmethod
    def made(cls, **values: Any) -> Self:
        """A record with these values, all that it has."""
        return cls.reader(tuple(values))(tuple(values.values()))

    @property
    def over(self) -> bool:
        """Whether it is over and done with, so that a screen lets it stand back."""
        return False

    def data(self) -> dict[str, Any]:
        """What ``--json`` prints of it, as a list of such records has it."""
        from funnelcli.render.columns import data_columns
        from funnelcli.values.moneyformat import Minor

        found = {}
        for column in data_columns(self.columns()):
            value = getattr(self, column.key)
            if column.kind == "money":
                value = Minor(value, getattr(self, column.currency))
            found[column.key] = value
        own = self.__dict__.get("own_columns")
        if own:
            from funnelcli.render.columns import OWN, members

            (nested,) = members(own, [OWN.removesuffix(".")])
            (found[nested.name],) = nested.read((self,))
        return found

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({values})"
