# SPDX-License-Identifier: LGPL-2.1-or-later
"""Traces: which calls a program made, and the least profile and capabilities that it needs."""
from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ._library import Error, call, describe, ffi, lib, make, take
from .containers import Source, read
from .options import options
from .seccomp import Diff, Filter, Policy, Profile


@dataclass(frozen=True)
class TracedCall:
    """A distinct call; arguments that a trace does not keep, or did not show, are None."""

    audit: int
    number: int
    args: tuple[int | None, ...]
    times: int


class Trace:
    """Which calls were made: strace, perf trace, audit records, or a recording of ``ctsec record``.

    Lines that could not be read are in :attr:`problems`; ``from_`` names the format where it shall not be detected.
    """

    def __init__(self, trace: Source, *, from_: str | None = None, **named: Any) -> None:
        raw, own = read(trace)
        named.setdefault("source", own)
        if from_ is not None:
            named["from"] = from_
        stream = make("ctsec_trace_stream", lib.ctsec_trace_stream_free, lib.ctsec_trace_stream_new,
                      options(**named))
        call(lib.ctsec_trace_stream_feed, stream, ffi.from_buffer(raw), len(raw))
        self._pointer = make("ctsec_trace", lib.ctsec_trace_free, lib.ctsec_trace_stream_finish, stream)
        self.problems: list[Error] = []
        problem = ffi.new("ctsec_error **")
        while True:
            call(lib.ctsec_trace_stream_take, stream, problem)
            if problem[0] == ffi.NULL:
                break
            try:
                self.problems.append(describe(problem[0]))
            finally:
                lib.ctsec_error_free(problem[0])

    def __len__(self) -> int:
        return int(lib.ctsec_trace_count(self._pointer))

    def __iter__(self) -> Iterator[TracedCall]:
        return (self[index] for index in range(len(self)))

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


@dataclass(frozen=True)
class Notification:
    """What a listener of seccomp is told; see seccomp_unotify(2)."""

    id: int
    pid: int
    audit: int
    number: int
    args: tuple[int, ...]

    @classmethod
    def decode(cls, raw: bytes) -> Notification:
        """Reads a struct seccomp_notif, as SECCOMP_IOCTL_NOTIF_RECV fills it."""
        id, pid, audit = ffi.new("uint64_t *"), ffi.new("uint32_t *"), ffi.new("uint32_t *")
        number, args = ffi.new("int32_t *"), ffi.new("uint64_t[6]")
        call(lib.ctsec_notification_decode, ffi.from_buffer(raw), len(raw), id, pid, audit, number, args)
        return cls(id[0], pid[0], audit[0], number[0], tuple(args))


class Recorder:
    """Makes a recording of calls that the caller sees, as ``ctsec record`` does. Belongs to one thread.

    Load :meth:`filter`, ask :meth:`memory` of each call what to read, give it to :meth:`feed`, and write what
    :meth:`take` and :meth:`finish` give: a trace. Option: ``arch``.
    """

    def __init__(self, **named: Any) -> None:
        self._pointer = make("ctsec_recorder", lib.ctsec_recorder_free, lib.ctsec_recorder_new, options(**named))

    def set(self, name: str, value: str) -> None:
        """What stands in the head: ``kernel``, ``uid``, ``caps``, ``command`` (an argument each call), ``status``; ``all``."""
        raw = value.encode()
        call(lib.ctsec_recorder_set, self._pointer, name.encode(), ffi.from_buffer(raw), len(raw))

    def filter(self, action: int) -> Filter:
        """The filter to load: ``action`` (SECCOMP_RET_USER_NOTIF or SECCOMP_RET_TRACE) for each call that is looked at."""
        return Filter._wrap(make("ctsec_filter", lib.ctsec_filter_free, lib.ctsec_recorder_compile, self._pointer, action))

    def profile(self, listener: str) -> str:
        """The same as linux.seccomp of an OCI configuration, whose listener is handed to the socket."""
        return take(lib.ctsec_recorder_encode, self._pointer, listener.encode())

    def memory(self, audit: int, number: int, args: Sequence[int]) -> tuple[int, int] | None:
        """Address and length of what the caller's memory says more about a call; None where nothing is needed."""
        address, length = ffi.new("uint64_t *"), ffi.new("size_t *")
        call(lib.ctsec_recorder_find, self._pointer, audit, number, ffi.new("uint64_t[6]", list(args)), address, length)
        return (int(address[0]), int(length[0])) if length[0] else None

    def feed(self, audit: int, number: int, args: Sequence[int], memory: bytes = b"") -> None:
        """Counts one call; ``memory`` is what :meth:`memory` asked for."""
        call(lib.ctsec_recorder_feed, self._pointer, audit, number, ffi.new("uint64_t[6]", list(args)),
             ffi.from_buffer("uint8_t[]", memory) if memory else ffi.NULL, len(memory))

    def take(self) -> str:
        """What the recording has got since it was last taken."""
        return take(lib.ctsec_recorder_take, self._pointer)

    def finish(self) -> str:
        """The rest of the recording."""
        return take(lib.ctsec_recorder_finish, self._pointer)


__all__ = ["Least", "Notification", "Recorder", "Trace", "TracedCall"]
