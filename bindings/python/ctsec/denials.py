# SPDX-License-Identifier: LGPL-2.1-or-later
"""What logs say about refused calls: decoded, grouped, explained."""
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from . import _api
from ._library import Error, call, describe, ffi, lib, make, take
from .containers import Container, Source, read
from .options import options
from .seccomp import Filter, Profile

if TYPE_CHECKING:
    from . import documents


class Denials:
    """A stream of log lines in any envelope: feed it, then finish.

    ``format`` is ``json`` (one document), or one that :meth:`take` gives piece by piece: ``ndjson`` (a line a group) and
    ``text``. Lines that cannot be read are counted, and described in :attr:`errors`.
    """

    def __init__(self, format: str = "json", *, container: Container | None = None,
                 profile: Profile | Filter | None = None, **named: Any) -> None:
        self._pointer = make("ctsec_denials", lib.ctsec_denials_free, lib.ctsec_denials_new, options(**named),
                             format.encode())
        if container is not None:
            self._set(lib.ctsec_denials_set_container, container._pointer)
        if isinstance(profile, Filter):
            self._set(lib.ctsec_denials_set_filter, profile._pointer)
        elif profile is not None:
            self._set(lib.ctsec_denials_set_profile, profile._pointer)

    def _set(self, function: Any, *arguments: Any) -> None:
        call(function, self._pointer, *arguments)

    def feed(self, source: Source, name: str | None = None) -> bool:
        """Adds bytes of a log, which may end inside of a line; another name ends the source before. False where the
        source cannot hold lines (it is compressed, say)."""
        try:
            raw, own = read(source)
        except OSError as error:
            return self.unread(name or str(source), error.errno or 0)
        return self._note(lib.ctsec_denials_feed, (name or own or "-").encode(), ffi.from_buffer(raw), len(raw))

    def unread(self, name: str, number: int) -> bool:
        """Records a source whose bytes could not be had; ``number`` is an errno."""
        return self._note(lib.ctsec_denials_set_unread, name.encode(), number)

    def _note(self, function: Any, *arguments: Any) -> bool:
        try:
            self._set(function, *arguments)
        except Error as error:
            if error.code == _api.E_ARG:
                raise
            return False
        return True

    def _count(self, what: int) -> int:
        return int(lib.ctsec_denials_count(self._pointer, what))

    @property
    def groups(self) -> int:
        return self._count(_api.DENIALS_GROUPS)

    @property
    def denied(self) -> int:
        """Events that were refused something, or killed."""
        return self._count(_api.DENIALS_DENIED)

    @property
    def records(self) -> int:
        return self._count(_api.DENIALS_RECORDS)

    @property
    def duplicates(self) -> int:
        return self._count(_api.DENIALS_DUPLICATES)

    @property
    def unparsed(self) -> int:
        """Lines that could not be read."""
        return self._count(_api.DENIALS_UNPARSED)

    @property
    def lost(self) -> int:
        """Serial numbers that are missing between records."""
        return self._count(_api.DENIALS_LOST)

    @property
    def failed(self) -> int:
        """Sources that could not be read at all."""
        return self._count(_api.DENIALS_FAILED)

    @property
    def errors(self) -> list[Error]:
        """The first hundred lines and sources that could not be read."""
        return [describe(lib.ctsec_denials_error_at(self._pointer, index))
                for index in range(lib.ctsec_denials_error_count(self._pointer))]

    def take(self) -> str:
        """What is ready: lines for groups not told before."""
        return take(lib.ctsec_denials_take, self._pointer)

    def finish(self) -> str:
        """The rest: the document, or the summary."""
        return take(lib.ctsec_denials_finish, self._pointer)


def explain(*sources: Source, **named: Any) -> documents.Denials:
    """The document ``ctsec/denials/1`` of one or more logs, as dataclasses.

    >>> import ctsec, pathlib
    >>> for group in ctsec.denials.explain(pathlib.Path("/var/log/audit/audit.log")).groups:
    ...     print(group.count, group.syscall, group.exe, group.why)
    """
    from . import documents

    return documents.Denials.from_dict(denials(*sources, **named))


def denials(*sources: Source, **named: Any) -> dict[str, Any]:
    """The same as dictionaries."""
    stream = Denials(**named)
    for number, source in enumerate(sources):
        stream.feed(source, None if hasattr(source, "name") else f"#{number + 1}")
    document: dict[str, Any] = json.loads(stream.finish())
    return document


__all__ = ["Denials", "denials", "explain"]
