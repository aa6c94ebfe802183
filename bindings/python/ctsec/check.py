# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is wrong with a container, and the smallest change that ends it."""
from __future__ import annotations

import enum
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import _api
from ._library import Error, call, ffi, gather, lib, make, take
from .containers import Containers, Source, read
from .options import options


class Severity(enum.IntEnum):
    """How bad it is; they compare."""

    INFO = _api.SEVERITY_INFO
    LOW = _api.SEVERITY_LOW
    MEDIUM = _api.SEVERITY_MEDIUM
    HIGH = _api.SEVERITY_HIGH
    CRITICAL = _api.SEVERITY_CRITICAL


@dataclass(frozen=True)
class Finding:
    """One finding, as the document ``ctsec/findings/1`` has it. ``observed`` is never a secret."""

    rule: str
    severity: Severity
    title: str
    message: str
    container: str
    pointer: str | None
    line: int | None
    column: int | None
    observed: str | None
    remediation: dict[str, str | None] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    because: str | None = None
    fingerprint: str | None = None


def _findings(document: dict[str, Any]) -> Iterator[Finding]:
    for container in document["containers"]:
        for one in container["findings"]:
            yield Finding(rule=one["rule"], severity=Severity[one["severity"].upper()], title=one["title"],
                          message=one["message"], container=container["id"], pointer=one["pointer"],
                          line=one["line"], column=one["column"], observed=one["observed"],
                          remediation=one["remediation"], references=one["references"], because=one.get("because"),
                          fingerprint=one.get("fingerprint"))


class Findings:
    """The findings of one input: iterable, with a length; dangerous ones first."""

    def __init__(self, containers: Containers, **named: Any) -> None:
        self._pointer = make("ctsec_findings", lib.ctsec_findings_free, lib.ctsec_findings_check,
                             containers._pointer, options(**named))

    def __len__(self) -> int:
        return int(lib.ctsec_findings_count(self._pointer))

    def __iter__(self) -> Iterator[Finding]:
        return _findings(json.loads(self.to_json()))

    def to_json(self) -> str:
        """The document ``ctsec/findings/1``."""
        return take(lib.ctsec_findings_to_json, self._pointer)

    def to_text(self) -> str:
        """The report for people, in the language of the options."""
        return take(lib.ctsec_findings_to_text, self._pointer)


class Scan:
    """Many inputs, one report: feed them, then finish.

    ``format`` is ``json`` (one document), or one that :meth:`take` gives piece by piece: ``ndjson`` (a line a
    container), ``text``, ``sarif``, ``junit``, ``markdown``, ``html``; ``audit=True`` makes of the last two, and of text, the
    statement and checklist for an audit. An input that cannot be read is recorded in ``errors[]`` and collected in :attr:`errors`; the stream goes
    on.
    """

    def __init__(self, format: str = "json", **named: Any) -> None:
        self.errors: list[Error] = []
        self._pointer = make("ctsec_scan", lib.ctsec_scan_free, lib.ctsec_scan_new, options(**named), format.encode())

    def feed(self, source: Source, name: str | None = None) -> bool:
        """Adds one input; False where it could not be read."""
        try:
            raw, own = read(source)
        except OSError as error:
            return self.unread(name or str(source), error.errno or 0)
        return self._note(lib.ctsec_scan_feed, (name or own or "-").encode(), ffi.from_buffer(raw), len(raw))

    def files(self, named: Mapping[str, bytes]) -> None:
        """Files that the inputs to come may name, in place of those before: see :func:`ctsec.containers.find_files`."""
        call(lib.ctsec_scan_set_files, self._pointer, options(files=named))

    def waivers(self, source: Source, name: str | None = None) -> bool:
        """Findings that were accepted (YAML or JSON); before :meth:`feed`. False where one was malformed.

        Waivers that end on a day want the option ``now``, seconds since 1970 as a string.
        """
        raw, own = read(source)
        return self._note(lib.ctsec_scan_set_waivers, (name or own or "-").encode(), ffi.from_buffer(raw), len(raw))

    def baseline(self, source: Source, name: str | None = None) -> bool:
        """An earlier document ``ctsec/findings/1``: only what is new is reported. Before :meth:`feed`."""
        raw, own = read(source)
        return self._note(lib.ctsec_scan_set_baseline, (name or own or "-").encode(), ffi.from_buffer(raw), len(raw))

    def process(self, pid: int = 0, root: str = "/proc") -> bool:
        """Adds a live process: its id, 0 for this one, -1 for every container on the machine."""
        return self._note(lib.ctsec_scan_read, os.fsencode(root), pid)

    def unread(self, name: str, number: int) -> bool:
        """Records an input whose bytes could not be had; ``number`` is an errno."""
        return self._note(lib.ctsec_scan_set_unread, name.encode(), number)

    def _note(self, function: Any, *arguments: Any) -> bool:
        return gather(self.errors, function, self._pointer, *arguments)

    def count(self, severity: Severity = Severity.INFO) -> int:
        """How many findings so far are at or above a severity."""
        return int(lib.ctsec_scan_count(self._pointer, int(severity)))

    def take(self) -> str:
        """What is ready: whole lines."""
        return take(lib.ctsec_scan_take, self._pointer)

    def finish(self) -> str:
        """The rest: the document, or the summary."""
        return take(lib.ctsec_scan_finish, self._pointer)


def scan(*sources: Source, **named: Any) -> list[Finding]:
    """The findings of several inputs. Raises :class:`ctsec.Error` for the first that cannot be read.

    >>> import ctsec, pathlib
    >>> for finding in ctsec.scan(pathlib.Path("inspect.json"), lang="ja"):
    ...     print(finding.severity.name, finding.title)
    """
    stream = Scan(**named)
    for source in sources:
        if not stream.feed(source):
            raise stream.errors[0]
    return list(_findings(json.loads(stream.finish())))


def report(*sources: Source, format: str = "html", **named: Any) -> str:
    """The same as a report: ``html``, ``markdown``, ``sarif``, ``junit``, ``text``, ``json`` or ``ndjson``.

    Inputs that cannot be read are named in it. ``audit=True`` makes of ``html``, ``markdown`` and ``text`` the statement
    and checklist for an audit.
    """
    stream = Scan(format, **named)
    for source in sources:
        stream.feed(source)
    return stream.finish()


def rules_json(ids: Iterable[str] = (), **named: Any) -> str:
    """The rule catalogue, or the rules of these ids, as the document ``ctsec/rules/1``."""
    kept = [ffi.new("char[]", one.encode()) for one in ids]
    pointers = ffi.new("char *[]", kept) if kept else ffi.NULL
    return take(lib.ctsec_rules_to_json, pointers, len(kept), options(**named))


def rules(ids: Iterable[str] = (), **named: Any) -> list[dict[str, Any]]:
    """The same as dictionaries. Raises :class:`ctsec.Error` (``E_NOTFOUND``) for an id that is none."""
    document = json.loads(rules_json(ids, **named))
    listed: list[dict[str, Any]] = document["rules"]
    return listed


__all__ = ["Finding", "Findings", "Scan", "Severity", "report", "rules", "rules_json", "scan"]
