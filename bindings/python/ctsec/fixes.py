# SPDX-License-Identifier: LGPL-2.1-or-later
"""Changes to a file that end what was found in it."""
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _api
from ._library import ffi, lib, make, take, text
from .check import Findings, Severity
from .containers import Containers, Source, read
from .options import options

if TYPE_CHECKING:
    from . import documents


@dataclass(frozen=True)
class Fix:
    """What became of one finding: ``reason`` is why it is left, None where it is fixed. The place is one of the input, or of
    the new text for what a fixed finding had hidden."""

    rule: str
    severity: Severity
    message: str
    container: str
    pointer: str
    line: int
    column: int
    reason: str | None

    @property
    def fixed(self) -> bool:
        return self.reason is None


class Fixes:
    """The changes to a Compose file, a Kubernetes manifest or an OCI configuration: iterable, with a length. Immutable.

    Each was proved by reading and checking the new text. Keywords are the options that ``findings`` was made with. Raises
    :class:`ctsec.Error` (``E_UNSUPPORTED``) for a format that is not changed.
    """

    def __init__(self, findings: Findings, **named: Any) -> None:
        self._pointer = make("ctsec_fixes", lib.ctsec_fixes_free, lib.ctsec_fixes_resolve, findings._pointer,
                             options(**named))

    def __len__(self) -> int:
        return int(lib.ctsec_fixes_count(self._pointer))

    def __iter__(self) -> Iterator[Fix]:
        for index in range(len(self)):
            one = lib.ctsec_fixes_at(self._pointer, index)
            found = lib.ctsec_fix_finding(one)
            fixed = lib.ctsec_fix_status(one) == _api.FIX_FIXED
            yield Fix(rule=text(lib.ctsec_finding_rule(found)) or "", severity=Severity(lib.ctsec_finding_severity(found)),
                      message=text(lib.ctsec_finding_message(found)) or "",
                      container=text(lib.ctsec_container_id(lib.ctsec_finding_container(found))) or "",
                      pointer=text(lib.ctsec_finding_pointer(found)) or "", line=int(lib.ctsec_finding_line(found)),
                      column=int(lib.ctsec_finding_column(found)),
                      reason=None if fixed else text(lib.ctsec_fix_reason(one)) or "")

    def __bytes__(self) -> bytes:
        """The whole text with its changes; the same bytes where there are none."""
        length = ffi.new("size_t *")
        start = lib.ctsec_fixes_text(self._pointer, length)
        return bytes(ffi.buffer(start, length[0]))

    def diff(self) -> str:
        """The changes as a unified diff, as ``patch -p0`` takes it; "" where there are none."""
        return take(lib.ctsec_fixes_diff, self._pointer)

    def document(self) -> documents.Fixes:
        """The document ``ctsec/fixes/1`` as dataclasses."""
        from . import documents

        return documents.Fixes.from_dict(json.loads(self.to_json()))

    def to_json(self) -> str:
        """The document ``ctsec/fixes/1``."""
        return take(lib.ctsec_fixes_to_json, self._pointer)

    def to_text(self) -> str:
        """For people, in the language of the options."""
        return take(lib.ctsec_fixes_to_text, self._pointer)


def fix(source: Source, /, **named: Any) -> Fixes:
    """The changes to one input.

    >>> import ctsec, pathlib
    >>> print(ctsec.fixes.fix(pathlib.Path("compose.yaml")).diff())
    """
    raw, name = read(source)
    if name is not None:
        named.setdefault("source", name)
    return Fixes(Findings(Containers(raw, **named), **named), **named)


__all__ = ["Fix", "Fixes", "fix"]
