# SPDX-License-Identifier: LGPL-2.1-or-later
"""Attack paths: how a container would be left, what each way needs, what blocks it, and which change ends most."""
from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from . import _api
from ._library import Error, ffi, gather, lib, make, take
from .containers import Containers, Source, read
from .options import options

if TYPE_CHECKING:
    from . import documents


class Status(enum.IntEnum):
    """What became of a path; they compare."""

    BLOCKED = _api.PATH_BLOCKED
    POSSIBLE = _api.PATH_POSSIBLE
    REACHABLE = _api.PATH_REACHABLE


@dataclass(frozen=True)
class Path:
    """One path of one container, as the document ``ctsec/paths/1`` has it.

    ``needs`` are keys for the option ``facts``; ``blocked_by`` are layers; ``steps`` are conditions with their status.
    Members that this version does not know are in ``extra``.
    """

    id: str
    title: str
    status: Status
    impact: str
    container: str
    needs: list[str]
    blocked_by: list[str]
    steps: list[dict[str, Any]]
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


_KNOWN = {one.name for one in fields(Path)} - {"status", "container", "extra"}


class Paths:
    """The paths of any number of inputs: feed them, then iterate.

    An input that cannot be read is recorded in ``errors[]`` of the document and collected in :attr:`errors`. Belongs to
    one thread.
    """

    def __init__(self, **named: Any) -> None:
        self.errors: list[Error] = []
        self._pointer = make("ctsec_paths", lib.ctsec_paths_free, lib.ctsec_paths_new, options(**named))

    def feed(self, source: Source, name: str | None = None) -> bool:
        """Adds the containers of one input; False where it could not be read."""
        try:
            raw, own = read(source)
        except OSError as error:
            return self.unread(name or str(source), error.errno or 0)
        return self._note(lib.ctsec_paths_feed, (name or own or "-").encode(), ffi.from_buffer(raw), len(raw))

    def take(self, containers: Containers) -> bool:
        """Adds containers that were parsed before."""
        return self._note(lib.ctsec_paths_take, containers._pointer)

    def unread(self, name: str, number: int) -> bool:
        """Records an input whose bytes could not be had; ``number`` is an errno."""
        return self._note(lib.ctsec_paths_set_unread, name.encode(), number)

    def _note(self, function: Any, *arguments: Any) -> bool:
        return gather(self.errors, function, self._pointer, *arguments)

    def count(self, status: Status) -> int:
        """How many paths have a status, over all containers."""
        return int(lib.ctsec_paths_count(self._pointer, int(status)))

    def __len__(self) -> int:
        return int(lib.ctsec_paths_count(self._pointer, -1))

    def __iter__(self) -> Iterator[Path]:
        for container in json.loads(self.to_json())["containers"]:
            for one in container["paths"]:
                yield Path(status=Status[one["status"].upper()], container=container["id"],
                           extra={key: value for key, value in one.items() if key not in _KNOWN and key != "status"},
                           **{key: value for key, value in one.items() if key in _KNOWN})

    def document(self) -> documents.Paths:
        """The document ``ctsec/paths/1`` as dataclasses."""
        from . import documents

        made: documents.Paths = documents.load(self.to_json())
        return made

    def to_json(self) -> str:
        """The document ``ctsec/paths/1``."""
        return take(lib.ctsec_paths_to_json, self._pointer)

    def to_text(self) -> str:
        """The report for people, in the language of the options; with the option ``html=True`` as a page."""
        return take(lib.ctsec_paths_to_text, self._pointer)
