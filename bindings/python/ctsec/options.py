# SPDX-License-Identifier: LGPL-2.1-or-later
"""Options of a question: the target, the language, facts about the host, limits."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._library import call, ffi, lib, make


def options(*, limits: Mapping[int, int] | None = None, facts: Mapping[str, str] | None = None,
            files: Mapping[str, bytes] | None = None, pid: int | None = None, proc: str = "/proc",
            **named: str | bool | Iterable[str] | None) -> Any:
    """Makes a ctsec_options object.

    Keywords are the long options of the command line with ``_`` for ``-``: ``engine="docker@24.0"``,
    ``cap_add=["NET_ADMIN"]``, ``privileged=True``; None leaves one at its default. ``limits`` maps ``LIMIT_*`` to
    numbers. ``files`` are those that an input may name, by the names it has for them (see
    :func:`ctsec.containers.find_files`). ``pid`` fills from this machine what is left open: arch, kernel, and as caps the bounding set of that process
    (0: our own; 1 stands for the machine). Raises :class:`ctsec.Error` for an unknown name or a value that does not fit.
    """
    made = make("ctsec_options", lib.ctsec_options_free, lib.ctsec_options_new)
    for name, value in named.items():
        if value is None:
            continue
        if isinstance(value, bool):
            values: Iterable[str] = ["true" if value else "false"]
        elif isinstance(value, str):
            values = [value]
        else:
            values = value
        for one in values:
            raw = one.encode()
            call(lib.ctsec_options_set, made, name.replace("_", "-").encode(), ffi.from_buffer(raw), len(raw))
    for key, fact in (facts or {}).items():
        raw = f"{key}={fact}".encode()
        call(lib.ctsec_options_set, made, b"fact", ffi.from_buffer(raw), len(raw))
    for name, content in (files or {}).items():
        call(lib.ctsec_options_set_file, made, name.encode(), ffi.from_buffer(content), len(content))
    for limit, number in (limits or {}).items():
        call(lib.ctsec_options_set_limit, made, limit, number)
    if pid is not None:
        call(lib.ctsec_options_read, made, proc.encode(), pid)
    return made
