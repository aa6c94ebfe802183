# SPDX-License-Identifier: LGPL-2.1-or-later
"""Traces: which calls a program made, and the least profile and capabilities that it needs."""
from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ._library import Error, call, check, ffi, lib, make, take
from .containers import Source, read
from .options import options
from .seccomp import Diff, Policy, Profile


@dataclass(frozen=True)
class TracedCall:
    """A distinct call; arguments that a trace does not keep, or did not show, are None."""

    audit: int
    number: int
    args: tuple[int | None, ...]
    times: int


def _note(problems: list[Error], problem: Any) -> None:
    slot = ffi.new("ctsec_error **")
    slot[0] = problem
    try:
        check(lib.ctsec_error_code(problem), slot)
    except Error as error:
        problems.append(error)


class Trace:
    """Which calls were made: strace, perf trace, audit records, or a recording of ``ctsec record``.

    Lines that could not be read are in :attr:`problems`; ``from_`` names the format where it shall not be detected.
    """

    def __init__(self, trace: Source, *, from_: str | None = None, **named: Any) -> None:
        raw, own = read(trace)
        named.setdefault("source", own)
        stream = make("ctsec_trace_stream", lib.ctsec_trace_stream_free, lib.ctsec_trace_stream_new,
                      options(**{"from": from_}, **named))
        call(lib.ctsec_trace_stream_feed, stream, ffi.from_buffer(raw), len(raw))
        self._pointer = make("ctsec_trace", lib.ctsec_trace_free, lib.ctsec_trace_stream_finish, stream)
        self.problems: list[Error] = []
        problem = ffi.new("ctsec_error **")
        while True:
            call(lib.ctsec_trace_stream_take, stream, problem)
            if problem[0] == ffi.NULL:
                break
            _note(self.problems, problem[0])

    def __len__(self) -> int:
        return int(lib.ctsec_trace_count(self._pointer))

    def __getitem__(self, index: int) -> TracedCall:
        if not 0 <= index < len(self):
            raise IndexError(index)
        audit, number, args = ffi.new("uint32_t *"), ffi.new("int32_t *"), ffi.new("uint64_t[6]")
        known, times = ffi.new("uint32_t *"), ffi.new("uint64_t *")
        call(lib.ctsec_trace_at, self._pointer, index, audit, number, args, known, times)
        kept = tuple(int(value) if known[0] >> i & 1 else None for i, value in enumerate(args))
        return TracedCall(audit[0], number[0], kept, times[0])

    def to_json(self) -> str:
        """The document ``ctsec/trace/1``."""
        return take(lib.ctsec_trace_to_json, self._pointer)

    def to_text(self) -> str:
        return take(lib.ctsec_trace_to_text, self._pointer)

    def to_recording(self) -> str:
        """The trace as ``ctsec record`` writes it."""
        return take(lib.ctsec_trace_encode, self._pointer)


class Least:
    """The least that traces together need; ``no_new_privileges=True`` where the container is started with it."""

    def __init__(self, traces: Iterable[Trace], **named: Any) -> None:
        kept = list(traces)
        array = ffi.new("ctsec_trace *[]", [trace._pointer for trace in kept])
        self._pointer = make("ctsec_least", lib.ctsec_least_free, lib.ctsec_trace_resolve, array, len(kept),
                             options(**named))

    @property
    def profile(self) -> Profile:
        """The profile, as a profile of its own."""
        return Profile(self.to_profile())

    @property
    def capabilities(self) -> list[str]:
        """Names of those that it needs for certain."""
        return [one["name"] for one in json.loads(self.to_json())["capabilities"] if one["needed"] == "yes"]

    def diff(self, against: Policy, **named: Any) -> Diff:
        """What a policy (the first side) lacks or allows beyond need."""
        return Diff(make("ctsec_diff", lib.ctsec_diff_free, lib.ctsec_least_diff, self._pointer, against._pointer,
                         options(**named)))

    def to_profile(self) -> str:
        """The profile as JSON that Docker, Podman and OCI configurations take."""
        return take(lib.ctsec_least_encode, self._pointer)

    def to_json(self) -> str:
        """The document ``ctsec/least/1``."""
        return take(lib.ctsec_least_to_json, self._pointer)

    def to_text(self) -> str:
        return take(lib.ctsec_least_to_text, self._pointer)
