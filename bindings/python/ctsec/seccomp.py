# SPDX-License-Identifier: LGPL-2.1-or-later
"""Seccomp: profiles, what they mean for a target, filters, verdicts, differences."""
from __future__ import annotations

import enum
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Union

from . import _api
from ._library import call, ffi, lib, make, strings, take, text
from .containers import Source, read
from .options import options

if TYPE_CHECKING:
    from . import documents

Argument = Union[int, str, None]


class Relation(enum.IntEnum):
    """How two policies compare; see :attr:`Diff.relation`."""

    EQUAL = _api.DIFF_EQUAL
    SAME_ALLOWED = _api.DIFF_SAME_ALLOWED
    FIRST_ALLOWS_MORE = _api.DIFF_FIRST_ALLOWS_MORE
    SECOND_ALLOWS_MORE = _api.DIFF_SECOND_ALLOWS_MORE
    BOTH = _api.DIFF_BOTH


@dataclass(frozen=True)
class Call:
    """One call: the audit arch, the number, six arguments, and which of these are not known (bit i: argument i)."""

    audit: int
    number: int
    args: tuple[int, ...]
    unknown: int = 0


def read_call(line: str) -> Call:
    """Reads one line of a batch, ``ARCH SYSCALL A0 A1 A2 A3 A4 A5``; arguments that are not given are 0."""
    raw = line.encode()
    audit, number = ffi.new("uint32_t *"), ffi.new("int32_t *")
    values, unknown = ffi.new("uint64_t[6]"), ffi.new("uint32_t *")
    call(lib.ctsec_call_read, ffi.from_buffer(raw), len(raw), audit, number, values, unknown)
    return Call(audit[0], number[0], tuple(values), unknown[0])


def action_name(action: int) -> str:
    """An action (SECCOMP_RET_* with its data) as batches answer it: ``allow``, ``errno 1``."""
    written = ffi.new("char[32]")
    call(lib.ctsec_action_name, action, written, 32)
    return text(written) or ""


class Verdict:
    """What happens to one call, and why."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer

    @property
    def decided(self) -> bool:
        """False where unknown arguments leave several actions."""
        return bool(lib.ctsec_verdict_outcome(self._pointer) == _api.VERDICT_DECIDED)

    @property
    def actions(self) -> list[int]:
        """SECCOMP_RET_* with their data; one where it is decided."""
        found = []
        for index in range(lib.ctsec_verdict_count(self._pointer)):
            out = ffi.new("uint32_t *")
            call(lib.ctsec_verdict_at, self._pointer, index, out)
            found.append(int(out[0]))
        return found

    @property
    def allowed(self) -> bool | None:
        """True where the call goes through (ALLOW or LOG), False where not, None where it depends."""
        passes = {action & 0xFFFF0000 in (0x7FFF0000, 0x7FFC0000) for action in self.actions}
        return passes.pop() if len(passes) == 1 else None

    @property
    def rule(self) -> str | None:
        """JSON pointer of the rule, ``insn:N`` for raw BPF, None for the default action."""
        return text(lib.ctsec_verdict_rule(self._pointer))

    @property
    def why(self) -> str:
        """What decided, in the language of the options."""
        return text(lib.ctsec_verdict_why(self._pointer)) or ""

    @property
    def logged(self) -> bool | None:
        """Whether the kernel writes an audit record; None where that hangs on what is not known."""
        state = lib.ctsec_verdict_logged(self._pointer)
        return None if state == _api.LOGGED_UNKNOWN else bool(state == _api.LOGGED_YES)

    @property
    def agree(self) -> bool | None:
        """Whether the runtime's and the kernel's meaning equal the policy's; None where one is not known."""
        state = lib.ctsec_verdict_agree(self._pointer)
        return None if state < 0 else bool(state)

    def to_json(self) -> str:
        """The document ``ctsec/verdict/1``."""
        return take(lib.ctsec_verdict_to_json, self._pointer)

    def to_text(self) -> str:
        """The same for people, in the language of the options."""
        return take(lib.ctsec_verdict_to_text, self._pointer)

    def document(self) -> documents.Verdict:
        """The document ``ctsec/verdict/1`` as dataclasses."""
        from . import documents

        made: documents.Verdict = documents.load(self.to_json())
        return made

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.to_json())
        return document


def _parse_call(arch: str, syscall: str | int, arguments: Sequence[Argument]) -> tuple[int, int, Any, int]:
    pointers, kept = strings("?" if one is None else str(one) for one in arguments)
    audit, number = ffi.new("uint32_t *"), ffi.new("int32_t *")
    values, unknown = ffi.new("uint64_t[6]"), ffi.new("uint32_t *")
    call(lib.ctsec_call_parse, arch.encode(), str(syscall).encode(), pointers, len(kept), audit, number, values, unknown)
    return audit[0], number[0], values, unknown[0]


class Filter:
    """A filter: raw BPF, struct sock_filter. ``source`` is its bytes, or assembler text for :meth:`assemble`."""

    def __init__(self, source: Source, /, **named: Any) -> None:
        raw, name = read(source)
        if name is not None:
            named.setdefault("source", name)
        self._pointer = make("ctsec_filter", lib.ctsec_filter_free, lib.ctsec_filter_decode,
                             ffi.from_buffer("uint8_t[]", raw), len(raw), options(**named))

    @classmethod
    def _wrap(cls, pointer: Any) -> Filter:
        made = cls.__new__(cls)
        made._pointer = pointer
        return made

    @classmethod
    def assemble(cls, source: Source, /, **named: Any) -> Filter:
        """From assembler text, as :meth:`to_text` writes it."""
        raw, _ = read(source)
        return cls._wrap(make("ctsec_filter", lib.ctsec_filter_free, lib.ctsec_filter_parse, ffi.from_buffer(raw),
                              len(raw), options(**named)))

    def __len__(self) -> int:
        return int(lib.ctsec_filter_count(self._pointer))

    def __bytes__(self) -> bytes:
        out, length = ffi.new("uint8_t **"), ffi.new("size_t *")
        call(lib.ctsec_filter_encode, self._pointer, out, length)
        try:
            return bytes(ffi.buffer(out[0], length[0]))
        finally:
            lib.ctsec_free(out[0])

    @property
    def instructions(self) -> list[tuple[int, int, int, int]]:
        """code, jt, jf, k of each."""
        found = []
        for index in range(len(self)):
            parts = [ffi.new("uint32_t *") for _ in range(4)]
            call(lib.ctsec_filter_at, self._pointer, index, *parts)
            found.append((int(parts[0][0]), int(parts[1][0]), int(parts[2][0]), int(parts[3][0])))
        return found

    def simulate(self, syscall: str | int, *arguments: Argument, arch: str = "x86_64", **named: Any) -> Verdict:
        """As :meth:`Policy.simulate`."""
        return Stack([self]).simulate(syscall, *arguments, arch=arch, **named)

    def diff(self, other: Filter, **named: Any) -> Diff:
        """How the kernel would decide differently; ``policy.compile()`` makes a filter of a policy."""
        return Stack([self]).diff(Stack([other]), **named)

    def to_text(self) -> str:
        return take(lib.ctsec_filter_to_text, self._pointer)

    def to_json(self) -> str:
        """The document ``ctsec/filter/1``."""
        return take(lib.ctsec_filter_to_json, self._pointer)


def _columns(calls: Iterable[tuple[int, int, Sequence[int]]]) -> tuple[int, Any, Any, Any, Any]:
    rows = list(calls)
    arch, numbers = ffi.new("uint32_t[]", [row[0] for row in rows]), ffi.new("int32_t[]", [row[1] for row in rows])
    args = ffi.new("uint64_t[]", [value for row in rows for value in row[2]])
    if len(args) != 6 * len(rows):
        raise ValueError("each call has six arguments")
    return len(rows), arch, numbers, args, ffi.new("uint32_t[]", len(rows))


class Stack:
    """Filters that are loaded one after the other, the oldest first: all run, the strictest action wins."""

    def __init__(self, filters: Iterable[Filter]) -> None:
        self._filters = list(filters)

    def _array(self) -> Any:
        return ffi.new("ctsec_filter *[]", [one._pointer for one in self._filters])

    def simulate(self, syscall: str | int, *arguments: Argument, arch: str = "x86_64", **named: Any) -> Verdict:
        """As :meth:`Policy.simulate`."""
        audit, number, values, unknown = _parse_call(arch, syscall, arguments)
        return Verdict(make("ctsec_verdict", lib.ctsec_verdict_free, lib.ctsec_filter_simulate, self._array(),
                            len(self._filters), audit, number, values, unknown, options(arch=arch, **named)))

    def simulate_batch(self, calls: Iterable[tuple[int, int, Sequence[int]]]) -> list[int]:
        """As :meth:`Policy.simulate_batch`."""
        count, arch, numbers, args, actions = _columns(calls)
        call(lib.ctsec_filter_simulate_batch, self._array(), len(self._filters), count, arch, numbers, args, actions)
        return list(actions)

    def diff(self, other: Stack, **named: Any) -> Diff:
        """How the kernel would decide differently."""
        return Diff(make("ctsec_diff", lib.ctsec_diff_free, lib.ctsec_filter_diff, self._array(), len(self._filters),
                         other._array(), len(other._filters), options(**named)))


@dataclass(frozen=True)
class Difference:
    """A call, and what each side does with it: SECCOMP_RET_* with data."""

    call: Call
    first: int
    second: int


class Diff:
    """Every difference of two policies or filters, each with a call that shows it."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer

    def __len__(self) -> int:
        return int(lib.ctsec_diff_count(self._pointer))

    def __getitem__(self, index: int) -> Difference:
        if not 0 <= index < len(self):
            raise IndexError(index)
        audit, number, args = ffi.new("uint32_t *"), ffi.new("int32_t *"), ffi.new("uint64_t[6]")
        first, second = ffi.new("uint32_t *"), ffi.new("uint32_t *")
        call(lib.ctsec_diff_at, self._pointer, index, audit, number, args, first, second)
        return Difference(Call(audit[0], number[0], tuple(args)), first[0], second[0])

    @property
    def relation(self) -> Relation:
        """How the second compares to the first."""
        return Relation(lib.ctsec_diff_relation(self._pointer))

    def document(self) -> documents.Diff:
        """The document ``ctsec/diff/1`` as dataclasses."""
        from . import documents

        made: documents.Diff = documents.load(self.to_json())
        return made

    def to_json(self) -> str:
        return take(lib.ctsec_diff_to_json, self._pointer)

    def to_text(self) -> str:
        return take(lib.ctsec_diff_to_text, self._pointer)


class Policy:
    """A profile resolved for a target. Immutable."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer

    def simulate(self, syscall: str | int, *arguments: Argument, arch: str = "x86_64", **named: Any) -> Verdict:
        """What happens to a call. Arguments are numbers, ``"CLONE_NEWUSER|SIGCHLD"``, or None where unknown; those that
        are not given are unknown."""
        audit, number, values, unknown = _parse_call(arch, syscall, arguments)
        return Verdict(make("ctsec_verdict", lib.ctsec_verdict_free, lib.ctsec_policy_simulate, self._pointer, audit,
                            number, values, unknown, options(arch=arch, **named)))

    def simulate_batch(self, calls: Iterable[tuple[int, int, Sequence[int]]]) -> list[int]:
        """The actions (SECCOMP_RET_*) of many calls: (audit arch, number, six arguments) each."""
        count, arch, numbers, args, actions = _columns(calls)
        call(lib.ctsec_policy_simulate_batch, self._pointer, count, arch, numbers, args, actions)
        return list(actions)

    def compile(self) -> Filter:
        """The policy as a filter, proved equal to it."""
        return Filter._wrap(make("ctsec_filter", lib.ctsec_filter_free, lib.ctsec_policy_compile, self._pointer))

    def diff(self, other: Policy, **named: Any) -> Diff:
        return Diff(make("ctsec_diff", lib.ctsec_diff_free, lib.ctsec_policy_diff, self._pointer, other._pointer,
                         options(**named)))

    def to_json(self) -> str:
        """The intermediate form, ``ctsec/policy/1``."""
        return take(lib.ctsec_policy_to_json, self._pointer)


class Lint(dict[str, Any]):
    """What is wrong with a profile: the document ``ctsec/lint/1``."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer
        super().__init__(json.loads(self.to_json()))

    def count(self, severity: int) -> int:
        """How many diagnostics have this severity (``SEVERITY_*``) or a greater one."""
        return int(lib.ctsec_lint_count(self._pointer, severity))

    def to_json(self) -> str:
        return take(lib.ctsec_lint_to_json, self._pointer)

    def to_text(self) -> str:
        return take(lib.ctsec_lint_to_text, self._pointer)


class Profile:
    """A profile as it was written: OCI, Docker or Podman JSON, or a document that embeds one."""

    def __init__(self, source: Source, /, **named: Any) -> None:
        raw, name = read(source)
        if name is not None:
            named.setdefault("source", name)
        self._pointer = make("ctsec_profile", lib.ctsec_profile_free, lib.ctsec_profile_parse, ffi.from_buffer(raw),
                             len(raw), options(**named))

    @classmethod
    def builtin(cls, name: str) -> Profile:
        """``docker``, ``docker@20.10``, ``podman``, ``containerd``."""
        made = cls.__new__(cls)
        made._pointer = make("ctsec_profile", lib.ctsec_profile_free, lib.ctsec_profile_find, name.encode())
        return made

    def resolve(self, **named: Any) -> Policy:
        """What it means for a target: ``arch``, ``kernel``, ``caps``, ``engine``, ``runtime``, ``libseccomp``."""
        return Policy(make("ctsec_policy", lib.ctsec_policy_free, lib.ctsec_profile_resolve, self._pointer,
                           options(**named)))

    def lint(self, **named: Any) -> Lint:
        """What is wrong with it."""
        return Lint(make("ctsec_lint", lib.ctsec_lint_free, lib.ctsec_profile_lint, self._pointer, options(**named)))

    def encode(self, **named: Any) -> str:
        """linux.seccomp as the engine hands it to its runtime; ``null`` for an unconfined container."""
        return take(lib.ctsec_profile_encode, self._pointer, options(**named))

    def to_json(self, **named: Any) -> str:
        """Which entries are kept or dropped for a target, and why."""
        return take(lib.ctsec_profile_to_json, self._pointer, options(**named))

    def to_text(self, **named: Any) -> str:
        return take(lib.ctsec_profile_to_text, self._pointer, options(**named))


__all__ = ["Call", "Diff", "Difference", "Filter", "Lint", "Policy", "Profile", "Relation", "Stack", "Verdict",
           "action_name", "read_call"]
