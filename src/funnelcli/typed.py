"""What annotations are written with, without the library's ``typing``, which takes as long to load
as a tenth of a whole command. Type checkers see that; a program that runs needs its names alone,
for annotations are not evaluated, but for those of a command's parameters
(:mod:`funnelcli.cli.declaring`)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO as IO
    from typing import Annotated as Annotated
    from typing import Any as Any
    from typing import BinaryIO as BinaryIO
    from typing import ClassVar as ClassVar
    from typing import Generic as Generic
    from typing import Literal as Literal
    from typing import Protocol as Protocol
    from typing import Self as Self
    from typing import TextIO as TextIO
    from typing import TypeVar as TypeVar
    from typing import assert_never as assert_never
    from typing import cast as cast
    from typing import dataclass_transform as dataclass_transform
else:

    class Any:
        """Whatever there is."""

        def __class_getitem__(cls, _of):
            return cls

    IO = BinaryIO = ClassVar = Generic = Literal = Protocol = Self = TextIO = Any

    class Annotated:
        """A type, and what is said of it, as the library's has them."""

        __slots__ = ("__metadata__", "__origin__")

        def __class_getitem__(cls, given):
            made = cls()
            made.__origin__, *said = given
            made.__metadata__ = tuple(said)
            return made

    def TypeVar(_name, *_constraints, **_how):  # noqa: N802 - the library's name
        """A type that is not known yet."""
        return Any

    def cast(_kind, thing):
        """The thing, of which the type is said."""
        return thing

    def assert_never(thing):
        """Raise AssertionError: here no value comes."""
        raise AssertionError(f"{thing!r} came where nothing was to come")

    def dataclass_transform(**_how):
        """Let a class be as it is."""
        return lambda cls: cls
