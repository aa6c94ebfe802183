# SPDX-License-Identifier: LGPL-2.1-or-later
"""Credentials of processes, capabilities of files, and libcap's text forms of both."""
from __future__ import annotations

import enum
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _api
from ._library import Text, call, data, ffi, lib, make, take, text
from .caps import Caps, Set
from .options import options

if TYPE_CHECKING:
    from . import documents


class Id(enum.IntEnum):
    """The four user ids of a process."""

    REAL = _api.ID_REAL
    EFFECTIVE = _api.ID_EFFECTIVE
    SAVED = _api.ID_SAVED
    FILE_SYSTEM = _api.ID_FILE_SYSTEM


class Secure(enum.IntFlag):
    """The securebits that matter."""

    NOROOT = _api.SECURE_NOROOT
    NO_SETUID_FIXUP = _api.SECURE_NO_SETUID_FIXUP
    KEEP_CAPS = _api.SECURE_KEEP_CAPS
    NO_CAP_AMBIENT_RAISE = _api.SECURE_NO_CAP_AMBIENT_RAISE


class FileCaps:
    """Capabilities of a file: the bytes of its attribute ``security.capability``. Immutable."""

    def __init__(self, attribute: bytes) -> None:
        self._pointer = make("ctsec_filecaps", lib.ctsec_filecaps_free, lib.ctsec_filecaps_decode,
                             ffi.from_buffer(attribute), len(attribute))

    @classmethod
    def of_file(cls, path: str | os.PathLike[str]) -> FileCaps:
        """Those of a file, a symbolic link not followed. Raises :class:`ctsec.Error` (``E_NOTFOUND``) where it has none."""
        made = cls.__new__(cls)
        made._pointer = make("ctsec_filecaps", lib.ctsec_filecaps_free, lib.ctsec_filecaps_read, os.fsencode(path))
        return made

    @property
    def permitted(self) -> Caps:
        return Caps(lib.ctsec_filecaps_set(self._pointer, _api.SET_PERMITTED))

    @property
    def inheritable(self) -> Caps:
        return Caps(lib.ctsec_filecaps_set(self._pointer, _api.SET_INHERITABLE))

    @property
    def effective(self) -> bool:
        """The flag: one for all of its capabilities."""
        return bool(lib.ctsec_filecaps_effective(self._pointer))

    @property
    def version(self) -> int:
        """1 to 3."""
        return int(lib.ctsec_filecaps_version(self._pointer))

    @property
    def rootid(self) -> int | None:
        """The user id that is root in the user namespace for which they count; None but for version 3."""
        out = ffi.new("uint32_t *")
        return int(out[0]) if lib.ctsec_filecaps_rootid(self._pointer, out) == _api.STATE_SET else None

    def to_text(self) -> str:
        """As getcap writes it: ``cap_net_bind_service=ep``."""
        return take(lib.ctsec_filecaps_to_text, self._pointer)

    def to_json(self) -> str:
        """The document ``ctsec/filecaps/1``."""
        return take(lib.ctsec_filecaps_to_json, self._pointer)

    def __repr__(self) -> str:
        return f"<ctsec.FileCaps {self.to_text()}>"


class Credentials:
    """What a thread has: five sets, four user ids, no_new_privs; and what calls of the kernel leave of it. Immutable.

    ``sets`` by :class:`ctsec.caps.Set`, those that are missing are empty; ``ids`` by :class:`Id`, inside of the user
    namespace (0 is its root), one number for all four. Raises :class:`ctsec.Error` for sets that no process can have.
    """

    def __init__(self, sets: Mapping[Set, int] | None = None, ids: int | Mapping[Id, int] = 0, *,
                 securebits: int = 0, no_new_privileges: bool = False) -> None:
        masks = [int((sets or {}).get(one, 0)) for one in Set]
        numbers = [ids if isinstance(ids, int) else ids[one] for one in Id]
        self._pointer = make("ctsec_credentials", lib.ctsec_credentials_free, lib.ctsec_credentials_new,
                             ffi.new("uint64_t[5]", masks), ffi.new("uint32_t[4]", numbers), securebits,
                             int(no_new_privileges))

    @classmethod
    def parse(cls, status: Text, **named: Any) -> Credentials:
        """Reads the text of ``/proc/PID/status``; what an old kernel does not write there is None. Option: ``source``."""
        raw = data(status)
        return cls._wrap(lib.ctsec_credentials_parse, ffi.from_buffer(raw), len(raw), options(**named))

    @classmethod
    def of_thread(cls, pid: int | None = None, tid: int | None = None, root: str = "/proc") -> Credentials:
        """Those of a live thread: a process's first one where ``tid`` is None, our own where both are."""
        process = os.getpid() if pid is None else pid
        return cls._wrap(lib.ctsec_credentials_read, os.fsencode(root), process, process if tid is None else tid)

    @classmethod
    def _wrap(cls, function: Any, *arguments: Any) -> Credentials:
        made = cls.__new__(cls)
        made._pointer = make("ctsec_credentials", lib.ctsec_credentials_free, function, *arguments)
        return made

    def __getitem__(self, which: Set) -> Caps | None:
        """One set; None where it is not known."""
        out = ffi.new("uint64_t *")
        state = lib.ctsec_credentials_set(self._pointer, int(which), out)
        if state < 0:
            raise KeyError(which)
        return Caps(out[0]) if state == _api.STATE_SET else None

    @property
    def effective(self) -> Caps | None:
        return self[Set.EFFECTIVE]

    def id(self, which: Id = Id.EFFECTIVE) -> int | None:
        """One user id; None where it is not known."""
        out = ffi.new("uint32_t *")
        return int(out[0]) if lib.ctsec_credentials_id(self._pointer, int(which), out) == _api.STATE_SET else None

    @property
    def no_new_privileges(self) -> bool | None:
        out = ffi.new("int *")
        known = lib.ctsec_credentials_no_new_privileges(self._pointer, out) == _api.STATE_SET
        return bool(out[0]) if known else None

    @property
    def seccomp(self) -> int | None:
        """0 none, 1 strict, 2 filter; None where it is not known."""
        out = ffi.new("int *")
        return int(out[0]) if lib.ctsec_credentials_seccomp(self._pointer, out) == _api.STATE_SET else None

    @property
    def name(self) -> str | None:
        """The thread's name, with control characters made visible."""
        return text(lib.ctsec_credentials_name(self._pointer))

    def execve(self, filecaps: FileCaps | None = None, *, owner: int | None = None, **named: Any) -> Credentials:
        """What execve leaves: ``filecaps`` are the program's, ``owner`` that of a setuid program.

        Options: ``kernel``, ``facts={"userns-root": "100000"}``. Raises :class:`ctsec.Error` (``E_PERM``) where execve fails.
        """
        return self._wrap(lib.ctsec_credentials_simulate_exec, self._pointer, -1 if owner is None else owner,
                          ffi.NULL if filecaps is None else filecaps._pointer, options(**named))

    def setresuid(self, real: int | None = None, effective: int | None = None, saved: int | None = None) -> Credentials:
        """What setresuid leaves; None keeps an id. The call itself is taken as permitted."""
        kept = [0xFFFFFFFF if one is None else one for one in (real, effective, saved)]
        return self._wrap(lib.ctsec_credentials_simulate_setresuid, self._pointer, *kept)

    def setfsuid(self, id: int) -> Credentials:
        """What setfsuid leaves."""
        return self._wrap(lib.ctsec_credentials_simulate_setfsuid, self._pointer, id)

    def capset(self, *, inheritable: int, permitted: int, effective: int) -> Credentials:
        """What capset leaves. Raises :class:`ctsec.Error` (``E_PERM``) where the kernel refuses."""
        return self._wrap(lib.ctsec_credentials_simulate_capset, self._pointer, int(inheritable), int(permitted),
                          int(effective))

    def drop(self, cap: int) -> Credentials:
        """What prctl(PR_CAPBSET_DROP) leaves."""
        return self._wrap(lib.ctsec_credentials_simulate_drop, self._pointer, cap)

    def raise_ambient(self, cap: int) -> Credentials:
        """What prctl(PR_CAP_AMBIENT_RAISE) leaves."""
        return self._wrap(lib.ctsec_credentials_simulate_raise, self._pointer, cap)

    def lower_ambient(self, cap: int) -> Credentials:
        """What prctl(PR_CAP_AMBIENT_LOWER) leaves."""
        return self._wrap(lib.ctsec_credentials_simulate_lower, self._pointer, cap)

    def document(self) -> documents.Credentials:
        """The document ``ctsec/credentials/1`` as a dataclass."""
        from . import documents

        made: documents.Credentials = documents.load(self.to_json())
        return made

    def to_json(self) -> str:
        """The document ``ctsec/credentials/1``."""
        return take(lib.ctsec_credentials_to_json, self._pointer)


@dataclass(frozen=True)
class CapText:
    """Sets in libcap's text form, ``cap_chown,cap_kill=ep``; see cap_from_text(3).

    >>> CapText.parse("cap_chown=ep").permitted
    Caps('CAP_CHOWN')
    """

    inheritable: Caps = Caps(0)
    permitted: Caps = Caps(0)
    effective: Caps = Caps(0)

    @classmethod
    def parse(cls, words: Text, **named: Any) -> CapText:
        """Option: ``kernel``, for which capabilities ``all`` means."""
        raw = data(words)
        masks = [ffi.new("uint64_t *") for _ in range(3)]
        call(lib.ctsec_captext_parse, ffi.from_buffer(raw), len(raw), options(**named), *masks)
        return cls(*(Caps(one[0]) for one in masks))

    def encode(self, **named: Any) -> str:
        """As cap_to_text(3) writes it."""
        return take(lib.ctsec_captext_encode, int(self.inheritable), int(self.permitted), int(self.effective),
                    options(**named))

    def __str__(self) -> str:
        return self.encode()

    @staticmethod
    def json(words: Text, **named: Any) -> str:
        """The text as the document ``ctsec/capsets/1``."""
        raw = data(words)
        return take(lib.ctsec_captext_to_json, ffi.from_buffer(raw), len(raw), options(**named))


@dataclass(frozen=True)
class Iab:
    """Sets in libcap's IAB form, ``!cap_sys_admin,^cap_net_raw``; ``dropped`` are taken out of the bounding set."""

    inheritable: Caps = Caps(0)
    ambient: Caps = Caps(0)
    dropped: Caps = Caps(0)

    @classmethod
    def parse(cls, words: Text) -> Iab:
        raw = data(words)
        masks = [ffi.new("uint64_t *") for _ in range(3)]
        call(lib.ctsec_iab_parse, ffi.from_buffer(raw), len(raw), *masks)
        return cls(*(Caps(one[0]) for one in masks))

    def encode(self) -> str:
        """As cap_iab_to_text(3) writes it. Raises :class:`ctsec.Error` for an ambient bit that is not inheritable."""
        return take(lib.ctsec_iab_encode, int(self.inheritable), int(self.ambient), int(self.dropped))

    def __str__(self) -> str:
        return self.encode()

    @staticmethod
    def json(words: Text) -> str:
        """The text as the document ``ctsec/capsets/1``."""
        raw = data(words)
        return take(lib.ctsec_iab_to_json, ffi.from_buffer(raw), len(raw))


__all__ = ["CapText", "Credentials", "FileCaps", "Iab", "Id", "Secure"]
