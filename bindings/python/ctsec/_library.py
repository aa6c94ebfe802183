# SPDX-License-Identifier: LGPL-2.1-or-later
"""Loads libctsec.so.0 and turns its calls into Python's: errors become exceptions, owned text becomes str."""
from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Union

import cffi

from . import _api

ffi: Any = cffi.FFI()
ffi.cdef(_api.DECLARATIONS)
lib: Any = ffi.dlopen(os.environ.get("CTSEC_LIBRARY", "libctsec.so.0"))

Text = Union[str, bytes, bytearray, memoryview]


class Error(Exception):
    """What the library refused, and where.

    Attributes: ``code`` (one of ``ctsec.E_*``), ``name`` ("CTSEC_E_SYNTAX"), ``message``, ``source``, ``offset``
    (bytes, from 0), ``line`` and ``column`` (from 1), ``pointer`` (JSON pointer) and ``errno``; those that do not
    apply are None. ``others`` are the errors that were met beside it in the same input. It can be pickled.
    """

    _json = "null"

    def __init__(self, code: int, message: str, *, source: str | None = None, offset: int | None = None,
                 line: int | None = None, column: int | None = None, pointer: str | None = None,
                 errno: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.name = text(lib.ctsec_error_name(code)) or str(code)
        self.message = message
        self.source = source
        self.offset = offset
        self.line = line
        self.column = column
        self.pointer = pointer
        self.errno = errno
        self.others: list[Error] = []

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.code, self.message, {**self.__dict__})

    def to_json(self) -> str:
        """The same as a member of ``errors[]`` of documents: source, code, message, offset, line, column, pointer."""
        return self._json

    def __str__(self) -> str:
        place = self.source or ""
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        return f"{place}: {self.message}" if place else self.message


def _again(kind: type[Error], code: int, message: str, members: dict[str, Any]) -> Error:
    made = kind(code, message)
    made.__dict__.update(members)
    return made


def text(pointer: Any) -> str | None:
    """A borrowed string, or None for NULL."""
    return None if pointer == ffi.NULL else ffi.string(pointer).decode()


def data(value: Text) -> bytes:
    """The bytes of an input."""
    return value.encode() if isinstance(value, str) else bytes(value)


def check(status: int, slot: Any) -> None:
    """Raises what `slot` (a ctsec_error **) holds where status says so."""
    if status >= 0:
        return
    error = slot[0]
    if error == ffi.NULL:
        raise Error(status, "no detail")
    try:
        raised = describe(error)
        raised.others = [describe(lib.ctsec_error_at(error, i)) for i in range(1, lib.ctsec_error_count(error))]
    finally:
        lib.ctsec_error_free(error)
    if raised.code == _api.E_NOMEM:
        raise MemoryError(raised.message) from raised
    raise raised


def describe(error: Any) -> Error:
    """The exception of a borrowed ctsec_error."""
    offset = lib.ctsec_error_offset(error)
    made = Error(lib.ctsec_error_code(error), text(lib.ctsec_error_message(error)) or "",
                 source=text(lib.ctsec_error_source(error)), offset=offset if offset >= 0 else None,
                 line=lib.ctsec_error_line(error) or None, column=lib.ctsec_error_column(error) or None,
                 pointer=text(lib.ctsec_error_pointer(error)), errno=lib.ctsec_error_errno(error) or None)
    out, length = ffi.new("char **"), ffi.new("size_t *")
    if lib.ctsec_error_to_json(error, out, length, ffi.NULL) == 0:
        made._json = taken(out, length)
    return made


def call(function: Any, *arguments: Any) -> int:
    """Calls a function whose last parameter is `ctsec_error **`; cffi releases the GIL meanwhile."""
    slot = ffi.new("ctsec_error **")
    status: int = function(*arguments, slot)
    check(status, slot)
    return status


def take(function: Any, *arguments: Any) -> str:
    """Calls a function that gives owned text through `char **, size_t *`, then takes the text."""
    out = ffi.new("char **")
    length = ffi.new("size_t *")
    call(function, *arguments, out, length)
    return taken(out, length)


def taken(out: Any, length: Any) -> str:
    """Owned text as str; frees it."""
    try:
        return bytes(ffi.buffer(out[0], length[0])).decode()
    finally:
        lib.ctsec_free(out[0])


def strings(words: Iterable[str]) -> tuple[Any, list[Any]]:
    """An array of strings for one call, and what keeps it alive."""
    kept = [ffi.new("char[]", word.encode()) for word in words]
    return (ffi.new("char *[]", kept) if kept else ffi.NULL), kept


def make(kind: str, free: Any, function: Any, *arguments: Any) -> Any:
    """Calls a constructor with an out-parameter `kind **`; the object is freed with its last Python reference."""
    out = ffi.new(f"{kind} **")
    call(function, *arguments, out)
    return ffi.gc(out[0], free)


def gather(errors: list[Error], function: Any, *arguments: Any) -> bool:
    """Calls a function of a stream, which goes on after an input that could not be read: its errors are kept, and False."""
    try:
        call(function, *arguments)
    except Error as error:
        errors += [error, *error.others]
        return False
    return True
