# SPDX-License-Identifier: LGPL-2.1-or-later
"""Capabilities: masks and names, what an engine gives, what the kernel leaves, what each one means."""
from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import _api
from ._api import Cap
from ._library import Error, Text, call, data, ffi, lib, make, take, text
from .options import options

if TYPE_CHECKING:
    from . import documents


class Set(enum.IntEnum):
    """The five sets of a process."""

    INHERITABLE = _api.SET_INHERITABLE
    PERMITTED = _api.SET_PERMITTED
    EFFECTIVE = _api.SET_EFFECTIVE
    BOUNDING = _api.SET_BOUNDING
    AMBIENT = _api.SET_AMBIENT


class Moment(enum.IntEnum):
    """When the sets are looked at."""

    CREATED = _api.MOMENT_CREATED
    AFTER_EXEC = _api.MOMENT_AFTER_EXEC
    AFTER_SETUID_ROOT = _api.MOMENT_AFTER_SETUID_ROOT


class Caps(int):
    """A set of capabilities: an int of 64 bits that knows the names of its bits. Operators of sets work on it, and on ints.

    >>> Caps.parse("a80425fb") & Caps("NET_RAW,SYS_ADMIN")
    Caps('CAP_NET_RAW')
    >>> Cap.NET_RAW in Caps.of(Cap.NET_RAW, Cap.KILL)
    True
    """

    def __new__(cls, value: int | str = 0) -> Caps:
        """From a mask, or from names as :meth:`encode` takes them."""
        if isinstance(value, str):
            return cls.encode(value)
        if not 0 <= value < 1 << 64:
            raise ValueError("a mask has 64 bits")
        return super().__new__(cls, value)

    @classmethod
    def of(cls, *numbers: int) -> Caps:
        """The set of these numbers, or members of :class:`Cap`."""
        mask = 0
        for number in numbers:
            mask |= 1 << number
        return cls(mask)

    @classmethod
    def parse(cls, mask: Text) -> Caps:
        """Reads hexadecimal digits, strictly. Raises :class:`ctsec.Error` with the offset of what is wrong."""
        raw = data(mask)
        out = ffi.new("uint64_t *")
        call(lib.ctsec_caps_parse, ffi.from_buffer(raw), len(raw), out)
        return cls(out[0])

    @classmethod
    def encode(cls, names: Text) -> Caps:
        """Names (with or without CAP_, any case) or numbers, separated by commas or white space."""
        raw = data(names)
        out = ffi.new("uint64_t *")
        call(lib.ctsec_caps_encode, ffi.from_buffer(raw), len(raw), out)
        return cls(out[0])

    @property
    def names(self) -> list[str]:
        """The names, and numbers for bits that have none."""
        buffer = ffi.new("char[]", _api.CAPS_TEXT)
        length = ffi.new("size_t *")
        call(lib.ctsec_caps_decode, int(self), buffer, _api.CAPS_TEXT, length)
        written = ffi.string(buffer).decode()
        names: list[str] = written.split(",") if written else []
        return names

    def __len__(self) -> int:
        """How many capabilities it has."""
        return bin(self).count("1")

    def __iter__(self) -> Iterator[int]:
        """The numbers of its bits."""
        return (bit for bit in range(64) if int(self) >> bit & 1)

    def __contains__(self, cap: int | str) -> bool:
        return bool(int(self) >> (find(cap) if isinstance(cap, str) else cap) & 1)

    def __or__(self, other: int) -> Caps:
        return Caps(int(self) | other)

    def __and__(self, other: int) -> Caps:
        return Caps(int(self) & other)

    def __xor__(self, other: int) -> Caps:
        return Caps(int(self) ^ other)

    def __sub__(self, other: int) -> Caps:
        return Caps(int(self) & ~int(other))

    def __invert__(self) -> Caps:
        """Every named capability that is not in it."""
        return Caps(~int(self) & ((1 << _api.CAP_LAST + 1) - 1))

    def __str__(self) -> str:
        return ",".join(self.names)

    def __repr__(self) -> str:
        return f"Caps({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(int(self), spec) if spec else str(self)

    def to_json(self) -> str:
        """The document ``ctsec/mask/1``."""
        return take(lib.ctsec_caps_to_json, int(self))

    def explain(self, **named: Any) -> list[dict[str, Any]]:
        """What each capability allows, gates, is used for and opens. Option: ``lang``."""
        document = json.loads(self.explain_json(**named))
        listed: list[dict[str, Any]] = document["capabilities"]
        return listed

    def to_text(self, **named: Any) -> str:
        """What each capability means, for people. Option: ``lang``."""
        return take(lib.ctsec_caps_to_text, int(self), options(**named))

    def explain_json(self, **named: Any) -> str:
        """The document ``ctsec/capabilities/1``."""
        return take(lib.ctsec_caps_explain, int(self), options(**named))


ALL = Caps((1 << _api.CAP_LAST + 1) - 1)


def name(number: int) -> str | None:
    """``CAP_CHOWN`` for 0; None for a number without a name."""
    return text(lib.ctsec_cap_name(number))


def find(cap: str) -> int:
    """The number of a name. Raises :class:`ctsec.Error` (``E_NOTFOUND``) that names the nearest."""
    raw = cap.encode()
    out = ffi.new("int32_t *")
    call(lib.ctsec_cap_find, ffi.from_buffer(raw), len(raw), out)
    return int(out[0])


class Resolution:
    """What an engine gives a container, as it creates it, after execve, and through a setuid-root program.

    Keywords are options: ``engine="docker@24.0"``, ``privileged=True``, ``user="1000"``, ``no_new_privileges=True``,
    ``cap_add=["NET_ADMIN"]``, ``cap_drop=["ALL"]``, ``facts={"host-caps": "1fffffffff"}``, ``lang="ja"``.
    """

    def __init__(self, **named: Any) -> None:
        self._pointer = make("ctsec_resolution", lib.ctsec_resolution_free, lib.ctsec_caps_resolve, options(**named))

    def __getitem__(self, key: tuple[Moment, Set]) -> Caps | None:
        """One set at one moment; None where it hangs on the image's user."""
        moment, which = key
        out = ffi.new("uint64_t *")
        state = lib.ctsec_resolution_set(self._pointer, int(moment), int(which), out)
        if state < 0:
            raise KeyError(key)
        return Caps(out[0]) if state == _api.STATE_SET else None

    @property
    def effective(self) -> Caps | None:
        """The effective set after execve of the entry program: what the container can really do."""
        return self[Moment.AFTER_EXEC, Set.EFFECTIVE]

    @property
    def remarks(self) -> list[str]:
        """Names that were ignored, capabilities without effect, versions that differ."""
        return [text(lib.ctsec_resolution_at(self._pointer, i)) or ""
                for i in range(lib.ctsec_resolution_count(self._pointer))]

    def document(self) -> documents.Caps:
        """The document ``ctsec/caps/1`` as dataclasses."""
        from . import documents

        return documents.Caps.from_dict(json.loads(self.to_json()))

    def to_json(self) -> str:
        """The document ``ctsec/caps/1``."""
        return take(lib.ctsec_resolution_to_json, self._pointer)

    def to_text(self) -> str:
        """The same for people, in the language of the options."""
        return take(lib.ctsec_resolution_to_text, self._pointer)


def resolve(**named: Any) -> Resolution:
    """The same as :class:`Resolution`. Raises :class:`ctsec.Error` where the engine refuses."""
    return Resolution(**named)


__all__ = ["ALL", "Cap", "Caps", "Error", "Moment", "Resolution", "Set", "find", "name", "resolve"]
