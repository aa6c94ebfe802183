# SPDX-License-Identifier: LGPL-2.1-or-later
"""Containers, whatever describes them."""
from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Union, overload

from ._library import Error, Text, call, data, describe, ffi, lib, make, take, text
from .options import options

if TYPE_CHECKING:
    from . import documents

Source = Union[Text, "os.PathLike[str]", BinaryIO]


def read(source: Source) -> tuple[bytes, str | None]:
    """The bytes of a source and its name: text or bytes are themselves, a path or an open file is read."""
    if isinstance(source, os.PathLike):
        path = pathlib.Path(source)
        return path.read_bytes(), str(path)
    if isinstance(source, (str, bytes, bytearray, memoryview)):
        return data(source), None
    name = getattr(source, "name", None)
    return source.read(), name if isinstance(name, str) else None


def find_files(source: Source, /, **named: Any) -> list[str]:
    """Names of files that an input asks for and that the option ``files`` does not give yet.

    Compose files name others to extend, to include, and for variables; seccomp options name profiles. Names are relative
    to the input's folder, and an input may name more once it has these.
    """
    raw, name = read(source)
    if name is not None:
        named.setdefault("source", name)
    found = make("ctsec_files", lib.ctsec_files_free, lib.ctsec_files_find, ffi.from_buffer(raw), len(raw), options(**named))
    return [text(lib.ctsec_files_at(found, i)) or "" for i in range(lib.ctsec_files_count(found))]


class Container:
    """One container. Keeps the document that it came from alive."""

    def __init__(self, root: Containers, pointer: Any) -> None:
        self._root = root
        self._pointer = pointer

    @property
    def id(self) -> str:
        """What selects it: its name, or ``#1`` where it has none."""
        return text(lib.ctsec_container_id(self._pointer)) or ""

    @property
    def name(self) -> str | None:
        return text(lib.ctsec_container_name(self._pointer))

    @property
    def format(self) -> str:
        """``docker-inspect``, ``podman-inspect``, ``oci``..."""
        return text(lib.ctsec_container_format(self._pointer)) or ""

    def __repr__(self) -> str:
        return f"<ctsec.Container {self.id!r} ({self.format})>"


class Containers(Sequence[Container]):
    """Every container of one input, in its order.

    ``source`` is text, bytes, a :class:`pathlib.Path` or an open binary file. Keywords are options (see
    :func:`ctsec.options`). Raises :class:`ctsec.Error` with line and column where the input cannot be read; a part that
    could not be read beside others that could is in :attr:`errors`.
    """

    def __init__(self, source: Source, /, **named: Any) -> None:
        raw, name = read(source)
        if name is not None:
            named.setdefault("source", name)
        self._pointer = make("ctsec_containers", lib.ctsec_containers_free, lib.ctsec_containers_parse,
                             ffi.from_buffer(raw), len(raw), options(**named))

    @classmethod
    def of_process(cls, pid: int = 0, root: str = "/proc", **named: Any) -> Containers:
        """A live process: its id, 0 for this one, -1 for every container on the machine, from ``/proc`` alone."""
        made = cls.__new__(cls)
        made._pointer = make("ctsec_containers", lib.ctsec_containers_free, lib.ctsec_containers_read, os.fsencode(root), pid,
                             options(**named))
        return made

    def __len__(self) -> int:
        return int(lib.ctsec_containers_count(self._pointer))

    @overload
    def __getitem__(self, index: int) -> Container: ...

    @overload
    def __getitem__(self, index: slice) -> list[Container]: ...

    def __getitem__(self, index: int | slice) -> Container | list[Container]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        found = lib.ctsec_containers_at(self._pointer, index + len(self) if index < 0 else index)
        if index < -len(self) or found == ffi.NULL:
            raise IndexError(index)
        return Container(self, found)

    def __iter__(self) -> Iterator[Container]:
        return (self[i] for i in range(len(self)))

    def find(self, id: str) -> Container:
        """One by its id. Raises :class:`ctsec.Error` (``E_NOTFOUND``) that lists what there is."""
        raw = id.encode()
        out = ffi.new("const ctsec_container **")
        call(lib.ctsec_containers_find, self._pointer, ffi.from_buffer(raw), len(raw), out)
        return Container(self, out[0])

    @property
    def errors(self) -> list[Error]:
        """Why parts of the input could not be read, and where."""
        return [describe(lib.ctsec_containers_error_at(self._pointer, i))
                for i in range(lib.ctsec_containers_error_count(self._pointer))]

    def to_json(self) -> str:
        """The document ``ctsec/containers/1``: each field with its value, state and place."""
        return take(lib.ctsec_containers_to_json, self._pointer)

    def document(self) -> documents.Containers:
        """The document ``ctsec/containers/1`` as dataclasses."""
        from . import documents

        made: documents.Containers = documents.load(self.to_json())
        return made

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.to_json())
        return document


__all__ = ["Container", "Containers", "Error", "Source", "find_files", "read"]
