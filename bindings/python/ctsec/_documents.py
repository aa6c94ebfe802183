# SPDX-License-Identifier: LGPL-2.1-or-later
"""How :mod:`ctsec.documents` is read from JSON."""
from __future__ import annotations

import json
import keyword
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from .caps import Caps

Made = TypeVar("Made", bound="Part")
Read = Callable[[Any], Any]


class Part:
    """What the dataclasses have in common."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    SCHEMA: ClassVar[str | None] = None
    READ: ClassVar[Mapping[str, Read]] = {}
    extra: Mapping[str, Any]

    @classmethod
    def from_dict(cls: type[Made], value: Mapping[str, Any]) -> Made:
        """From what :func:`json.loads` gives. Raises :class:`ValueError` where a member is missing, or is something else."""
        fields = set(cls.__dataclass_fields__)
        known: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        try:
            for member, one in value.items():
                if member == "schema" and one == cls.SCHEMA:
                    continue
                name = member + "_" if keyword.iskeyword(member) else member
                if name not in fields or name == "extra":
                    extra[member] = one
                else:
                    read = cls.READ.get(member)
                    known[name] = one if read is None or one is None else read(one)
            make: Callable[..., Made] = cls
            return make(**known, extra=extra)
        except (AttributeError, TypeError) as error:
            raise ValueError(f"no {cls.__name__}: {error}") from error


def to_each(read: Read) -> Read:
    """Reads a list."""
    return lambda value: tuple(None if one is None else read(one) for one in value)


def to_values(read: Read) -> Read:
    """Reads the values of an object."""
    return lambda value: {key: None if one is None else read(one) for key, one in value.items()}


def to_mask(value: str) -> Caps:
    """A mask of 16 hexadecimal digits."""
    return Caps(int(value, 16))


def to_number(value: int | str) -> int:
    """A number, which is a text above 2^53."""
    return int(value, 0) if isinstance(value, str) else value


def loader(*kinds: type[Part]) -> Callable[[str | bytes | Mapping[str, Any]], Any]:
    """The function that reads a document by its schema."""

    roots = {kind.SCHEMA: kind for kind in kinds}

    def load(document: str | bytes | Mapping[str, Any]) -> Any:
        """A document as the dataclass of its ``schema``. Raises :class:`ValueError` for one that this version does not know."""
        value = document if isinstance(document, Mapping) else json.loads(document)
        schema = value.get("schema") if isinstance(value, Mapping) else None
        if not isinstance(schema, str) or schema not in roots:
            raise ValueError(f"no document of this version: schema {schema!r}")
        return roots[schema].from_dict(value)

    return load
