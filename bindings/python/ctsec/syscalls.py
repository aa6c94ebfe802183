# SPDX-License-Identifier: LGPL-2.1-or-later
"""System calls: numbers by architecture, arguments, releases, and what each is for."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import _api
from ._library import Error, call, data, ffi, lib, take, text
from .options import options


@dataclass(frozen=True)
class Argument:
    """One argument: the kernel's name and what it is (``_api.KIND_*``), and how many bits of it the kernel looks at
    (0: not known)."""

    name: str | None
    kind: int
    bits: int


class Arch(str):
    """An architecture, a table of numbers: its name, from any that people use.

    >>> Arch("arm64").number("openat")
    56
    """

    id: int

    def __new__(cls, name: str | int = "x86_64") -> Arch:
        if isinstance(name, int):
            found = name
        else:
            raw, out = data(name), ffi.new("int32_t *")
            call(lib.ctsec_arch_find, ffi.from_buffer(raw), len(raw), out)
            found = out[0]
        spelt = text(lib.ctsec_arch_name(found))
        if spelt is None:
            raise Error(_api.E_NOTFOUND, f"there is no architecture {found}")
        made = super().__new__(cls, spelt)
        made.id = found
        return made

    @classmethod
    def from_audit(cls, audit: int, number: int = 0) -> Arch:
        """The architecture of an AUDIT_ARCH_* value and a number, which tells x32 from x86_64."""
        out = ffi.new("int32_t *")
        call(lib.ctsec_arch_find_audit, audit, number, out)
        return cls(int(out[0]))

    @property
    def seccomp(self) -> str:
        """Its name in profiles, ``SCMP_ARCH_X86_64``."""
        return text(lib.ctsec_arch_seccomp_name(self.id)) or ""

    @property
    def audit(self) -> int:
        """AUDIT_ARCH_*, as seccomp data and audit records have it."""
        return int(lib.ctsec_arch_audit(self.id))

    @property
    def bits(self) -> int:
        """Bits of a pointer of its programs."""
        return int(lib.ctsec_arch_bits(self.id))

    @property
    def big_endian(self) -> bool:
        """Whether the most significant byte comes first."""
        return bool(lib.ctsec_arch_big_endian(self.id) == 1)

    def number(self, name: str) -> int:
        """The number of a call as filters see it; raises :class:`ctsec.Error` where this one lacks it."""
        raw, out = data(name), ffi.new("uint32_t *")
        call(lib.ctsec_syscall_find, ffi.from_buffer(raw), len(raw), self.id, out)
        return int(out[0])

    def name(self, number: int) -> str | None:
        """The name of a number, or None."""
        return text(lib.ctsec_syscall_name(self.id, number))

    def calls(self) -> dict[str, int]:
        """All calls, in the order of their numbers."""
        found, out = {}, ffi.new("uint32_t *")
        for index in range(lib.ctsec_syscall_count(self.id)):
            name = text(lib.ctsec_syscall_at(self.id, index, out)) or ""
            found[name] = int(out[0])
        return found

    def since(self, name: str) -> tuple[int, int, int] | None:
        """The release of Linux that brought the call; None where it is not known."""
        version = lib.ctsec_syscall_since(self.id, self.number(name))
        return (version >> 16, version >> 8 & 255, version & 255) if version > 0 else None

    def arguments(self, name: str) -> list[Argument] | None:
        """The arguments of a call; None where they are not known."""
        number = self.number(name)
        count = lib.ctsec_syscall_argument_count(self.id, number)
        if count < 0:
            return None
        return [Argument(text(lib.ctsec_syscall_argument_name(self.id, number, i)),
                         int(lib.ctsec_syscall_argument_kind(self.id, number, i)),
                         int(lib.ctsec_syscall_argument_bits(self.id, number, i))) for i in range(count)]

    def fallback(self, name: str) -> str | None:
        """The older call that C libraries turn to on ENOSYS; None where there is none."""
        raw = data(name)
        return text(lib.ctsec_syscall_fallback(self.id, ffi.from_buffer(raw), len(raw)))

    def carrier(self, name: str) -> tuple[str, int] | None:
        """The call that carries this one too, ``socketcall`` or ``ipc``, and its number there; None where there is none."""
        raw, subcall = data(name), ffi.new("uint32_t *")
        found = text(lib.ctsec_syscall_carrier(self.id, ffi.from_buffer(raw), len(raw), subcall))
        return None if found is None else (found, int(subcall[0]))

    def errno_name(self, number: int) -> str | None:
        """The name of an error number."""
        return text(lib.ctsec_errno_name(self.id, number))

    def errno(self, name: str) -> int:
        """The number of an error: 38 for ``ENOSYS`` on most, 89 on MIPS."""
        raw, out = data(name), ffi.new("uint32_t *")
        call(lib.ctsec_errno_find, ffi.from_buffer(raw), len(raw), self.id, out)
        return int(out[0])

    def value(self, words: str) -> int:
        """The value of names and numbers joined by |, ``CLONE_NEWUSER|SIGCHLD``."""
        raw, out = data(words), ffi.new("uint64_t *")
        call(lib.ctsec_constant_find, ffi.from_buffer(raw), len(raw), self.id, out)
        return int(out[0])


def archs() -> list[Arch]:
    """All architectures."""
    return [Arch(i) for i in range(lib.ctsec_arch_count())]


def group(name: str) -> str | None:
    """The group of a call, ``mounts``; None for an unknown name."""
    raw = data(name)
    return text(lib.ctsec_syscall_group(ffi.from_buffer(raw), len(raw)))


def explain_json(name: str, **named: Any) -> str:
    """The document ``ctsec/syscall/1``. Keywords: ``arch``, ``lang``."""
    raw = data(name)
    return take(lib.ctsec_syscall_explain, ffi.from_buffer(raw), len(raw), options(**named))


def explain(name: str, **named: Any) -> dict[str, Any]:
    """What a call is for, why engines block it, what it takes: ``ctsec/syscall/1`` as Python's objects."""
    document: dict[str, Any] = json.loads(explain_json(name, **named))
    return document


def explain_text(name: str, **named: Any) -> str:
    """The same for people."""
    raw = data(name)
    return take(lib.ctsec_syscall_to_text, ffi.from_buffer(raw), len(raw), options(**named))


def names() -> list[str]:
    """Every name over all architectures, in the order of their bytes."""
    return [text(lib.ctsec_syscall_at(-1, index, ffi.NULL)) or "" for index in range(lib.ctsec_syscall_count(-1))]
