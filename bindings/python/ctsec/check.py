# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is wrong with a container, and the smallest change that ends it."""
from __future__ import annotations

import enum
import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from . import _api
from ._library import Error, call, ffi, gather, lib, make, strings, take, text
from .containers import Containers, Source, read
from .options import options

if TYPE_CHECKING:
    from . import documents


class Severity(enum.IntEnum):
    """How bad it is; they compare."""

    INFO = _api.SEVERITY_INFO
    LOW = _api.SEVERITY_LOW
    MEDIUM = _api.SEVERITY_MEDIUM
    HIGH = _api.SEVERITY_HIGH
    CRITICAL = _api.SEVERITY_CRITICAL


@dataclass(frozen=True)
class Finding:
    """One finding, as the document ``ctsec/findings/1`` has it. ``observed`` is never a secret.

    ``pointer`` (JSON pointer), ``line`` and ``column`` (from 1) are its place in the input. Members that this version does
    not know are in ``extra``. ``paths`` are the attack paths that it enables: ``id``, ``status``, and ``blocked_by`` where it is
    blocked.
    """

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
    paths: list[dict[str, Any]] = field(default_factory=list)
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)


_KNOWN = {one.name for one in fields(Finding)} - {"severity", "container", "extra"}


def _findings(containers: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    for container in containers:
        for one in container["findings"]:
            known = {key: value for key, value in one.items() if key in _KNOWN}
            extra = {key: value for key, value in one.items() if key not in _KNOWN and key != "severity"}
            yield Finding(severity=Severity[one["severity"].upper()], container=container["id"], extra=extra, **known)


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue; texts are in :func:`rules`."""

    id: str
    severity: Severity


class Findings:
    """The findings of one input: iterable, with a length; dangerous ones first. Immutable."""

    def __init__(self, containers: Containers, **named: Any) -> None:
        self._pointer = make("ctsec_findings", lib.ctsec_findings_free, lib.ctsec_findings_check,
                             containers._pointer, options(**named))

    def __len__(self) -> int:
        return int(lib.ctsec_findings_count(self._pointer))

    def __iter__(self) -> Iterator[Finding]:
        return _findings(json.loads(self.to_json())["containers"])

    def document(self) -> documents.Findings:
        """The document ``ctsec/findings/1`` as dataclasses."""
        from . import documents

        made: documents.Findings = documents.load(self.to_json())
        return made

    def to_json(self) -> str:
        """The document ``ctsec/findings/1``."""
        return take(lib.ctsec_findings_to_json, self._pointer)

    def to_text(self) -> str:
        """The report for people, in the language of the options."""
        return take(lib.ctsec_findings_to_text, self._pointer)


class Job:
    """One input of a :class:`Scan` that any thread may read and check, which is nearly all of the work; see :meth:`Scan.job`.

    Belongs to one thread at a time. Keeps its scan alive.
    """

    def __init__(self, scan: Scan, pointer: Any, kept: bytes) -> None:
        self._pointer = pointer
        self._kept = (scan, kept)

    def text(self, source: Source) -> None:
        """Another text for a job that is not checked yet."""
        raw, _ = read(source)
        call(lib.ctsec_job_set_text, self._pointer, ffi.from_buffer(raw), len(raw))
        self._kept = (self._kept[0], raw)

    def find_files(self) -> list[str]:
        """Names of files that the input asks for and that it has not got yet: see :func:`ctsec.containers.find_files`."""
        found = make("ctsec_files", lib.ctsec_files_free, lib.ctsec_job_find_files, self._pointer)
        return [text(lib.ctsec_files_at(found, i)) or "" for i in range(lib.ctsec_files_count(found))]

    def file(self, name: str, content: bytes) -> None:
        """Gives the job one more file."""
        call(lib.ctsec_job_set_file, self._pointer, name.encode(), ffi.from_buffer(content), len(content))

    def check(self) -> None:
        """Reads and checks the input, and writes its part of the report. What is wrong with it is said when it is fed."""
        lib.ctsec_job_check(self._pointer)


class Scan:
    """Many inputs, one report: feed them, then finish. Belongs to one thread.

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

    def job(self, source: Source, name: str | None = None) -> Job:
        """A job of one input, with what the stream is set to now; :meth:`feed_job` takes it."""
        raw, own = read(source)
        pointer = make("ctsec_job", lib.ctsec_job_free, lib.ctsec_job_new, self._pointer, (name or own or "-").encode(),
                       ffi.from_buffer(raw), len(raw))
        return Job(self, pointer, raw)

    def feed_job(self, job: Job) -> bool:
        """Adds what a job found, once; checks it where nobody did. False where its input could not be read."""
        return self._note(lib.ctsec_scan_feed_job, job._pointer)

    def feed_all(self, sources: Iterable[Source], workers: int | None = None) -> bool:
        """Adds many inputs in their order, checked by several threads; False where one could not be read.

        At most four inputs a worker are in memory at a time.
        """
        good = True
        count = workers or os.cpu_count() or 1
        with ThreadPoolExecutor(count) as pool:
            waiting: deque[tuple[Job, Future[None]]] = deque()

            def feed_next() -> bool:
                job, checked = waiting.popleft()
                checked.result()
                return self.feed_job(job)

            for source in sources:
                try:
                    job = self.job(source)
                except OSError as error:
                    while waiting:
                        good = feed_next() and good
                    good = self.unread(str(source), error.errno or 0) and good
                    continue
                waiting.append((job, pool.submit(job.check)))
                if len(waiting) >= 4 * count:
                    good = feed_next() and good
            while waiting:
                good = feed_next() and good
        return good

    def lenient(self, on: bool = True) -> None:
        """Inputs that describe no container at all are passed over from now on, instead of being errors."""
        call(lib.ctsec_scan_set_lenient, self._pointer, int(on))

    @property
    def containers(self) -> int:
        """How many containers there were so far."""
        return int(lib.ctsec_scan_containers(self._pointer))

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
    return list(iterate(sources, **named))


def iterate(sources: Iterable[Source], **named: Any) -> Iterator[Finding]:
    """The findings of many inputs, each read when the one before is done: nothing piles up in memory.

    Raises :class:`ctsec.Error` for an input that cannot be read, when its turn comes.
    """
    stream = Scan("ndjson", **named)
    for source in sources:
        good = stream.feed(source)
        lines = stream.take().splitlines()
        if not good:
            raise stream.errors[0]
        yield from _findings(json.loads(line) for line in lines)


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
    pointers, kept = strings(ids)
    return take(lib.ctsec_rules_to_json, pointers, len(kept), options(**named))


def rules_text(ids: Iterable[str] = (), **named: Any) -> str:
    """The same for people. Options: ``lang``."""
    pointers, kept = strings(ids)
    return take(lib.ctsec_rules_to_text, pointers, len(kept), options(**named))


def _rule(pointer: Any) -> Rule:
    return Rule(text(lib.ctsec_rule_id(pointer)) or "", Severity(lib.ctsec_rule_severity(pointer)))


def catalogue() -> list[Rule]:
    """Every rule, without its texts."""
    return [_rule(lib.ctsec_rules_at(index)) for index in range(lib.ctsec_rules_count())]


def find_rule(id: str) -> Rule:
    """One rule. Raises :class:`ctsec.Error` (``E_NOTFOUND``) that names the nearest."""
    raw = id.encode()
    out = ffi.new("const ctsec_rule **")
    call(lib.ctsec_rules_find, ffi.from_buffer(raw), len(raw), out)
    return _rule(out[0])


def rules(ids: Iterable[str] = (), **named: Any) -> list[dict[str, Any]]:
    """The same as dictionaries. Raises :class:`ctsec.Error` (``E_NOTFOUND``) for an id that is none."""
    document = json.loads(rules_json(ids, **named))
    listed: list[dict[str, Any]] = document["rules"]
    return listed


__all__ = ["Finding", "Findings", "Job", "Rule", "Scan", "Severity", "catalogue", "find_rule", "iterate", "report", "rules",
           "rules_json", "rules_text", "scan"]
