# SPDX-License-Identifier: LGPL-2.1-or-later
"""May this container make this call? Every layer's answer, the deciding one, the smallest change."""
from __future__ import annotations

import enum
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Union

from . import _api
from ._library import call, ffi, lib, make, strings, take, text
from .containers import Container, Containers
from .options import options
from .seccomp import Call, Profile

if TYPE_CHECKING:
    from . import documents

Argument = Union[int, str, None]


class Outcome(enum.IntEnum):
    """What becomes of a call."""

    ALLOW = _api.ANSWER_ALLOW
    DENY = _api.ANSWER_DENY
    UNKNOWN = _api.ANSWER_UNKNOWN


class Layer(enum.IntEnum):
    """What stands between a process and a call."""

    NONE = 0
    SECCOMP = _api.LAYER_SECCOMP
    CAPABILITY = _api.LAYER_CAPABILITY
    CREDENTIALS = _api.LAYER_CREDENTIALS
    FILE = _api.LAYER_FILE
    MOUNT = _api.LAYER_MOUNT
    DEVICE = _api.LAYER_DEVICE
    NAMESPACE = _api.LAYER_NAMESPACE
    SYSCTL = _api.LAYER_SYSCTL
    LSM = _api.LAYER_LSM


class Request:
    """A call that is asked about: ``Request("mount", '"tmpfs"', None, '"tmpfs"')``; None is what is not known."""

    def __init__(self, syscall: str | int, *arguments: Argument, arch: str = "x86_64") -> None:
        pointers, kept = strings("?" if one is None else str(one) for one in arguments)
        self._pointer = make("ctsec_request", lib.ctsec_request_free, lib.ctsec_request_parse, arch.encode(),
                             str(syscall).encode(), pointers, len(kept))

    @classmethod
    def do(cls, words: str, arch: str = "x86_64") -> Request:
        """The typical call behind everyday words, ``bind port 80``; see :func:`shorthands`."""
        raw = words.encode()
        return cls._wrap(make("ctsec_request", lib.ctsec_request_free, lib.ctsec_request_find, arch.encode(),
                              ffi.from_buffer(raw), len(raw)))

    @classmethod
    def read(cls, line: str) -> Request:
        """One line of a batch, ``ARCH SYSCALL A0 A1 A2 A3 A4 A5``; arguments that are not given are 0."""
        raw = line.encode()
        return cls._wrap(make("ctsec_request", lib.ctsec_request_free, lib.ctsec_request_read, ffi.from_buffer(raw),
                              len(raw)))

    @classmethod
    def _wrap(cls, pointer: Any) -> Request:
        made = cls.__new__(cls)
        made._pointer = pointer
        return made


class Answer:
    """What became of one request."""

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer

    @property
    def outcome(self) -> Outcome:
        return Outcome(lib.ctsec_answer_outcome(self._pointer))

    @property
    def layer(self) -> Layer:
        """The layer that decides; ``Layer.NONE`` unless denied."""
        return Layer(lib.ctsec_answer_layer(self._pointer))

    @property
    def errno(self) -> int | None:
        """What the call gets, a number of its arch; None unless denied, and where it is killed."""
        return int(lib.ctsec_answer_errno(self._pointer)) or None

    @property
    def needs(self) -> list[str]:
        """Facts that are missing: keys for the option ``facts``."""
        return [text(lib.ctsec_answer_need_at(self._pointer, i)) or ""
                for i in range(lib.ctsec_answer_need_count(self._pointer))]

    def to_json(self) -> str:
        """The document ``ctsec/why/1``."""
        return take(lib.ctsec_answer_to_json, self._pointer)

    def to_text(self) -> str:
        return take(lib.ctsec_answer_to_text, self._pointer)

    def document(self) -> documents.Why:
        """The document ``ctsec/why/1`` as dataclasses."""
        from . import documents

        made: documents.Why = documents.load(self.to_json())
        return made

    def to_dict(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.to_json())
        return document

    def __repr__(self) -> str:
        return f"<ctsec.Answer {self.outcome.name} {self.layer.name}>"


class Confinement:
    """One container with everything that confines it, resolved for a target.

    ``profile`` stands for a seccomp profile that the input only names. Keywords are options (see
    :func:`ctsec.options`): ``facts={"docker": "20.10"}``, ``arch``, ``kernel``, ``runtime``, ``libseccomp``.
    """

    def __init__(self, container: Container | Containers, profile: Profile | None = None, **named: Any) -> None:
        one = container[0] if isinstance(container, Containers) else container
        self._pointer = make("ctsec_confinement", lib.ctsec_confinement_free, lib.ctsec_confinement_resolve,
                             one._pointer, ffi.NULL if profile is None else profile._pointer, options(**named))

    def check(self, request: Request) -> Answer:
        """The answer in full."""
        return Answer(make("ctsec_answer", lib.ctsec_answer_free, lib.ctsec_confinement_check, self._pointer,
                           request._pointer))

    def why(self, syscall: str | int, *arguments: Argument, arch: str = "x86_64") -> Answer:
        """``check(Request(...))``."""
        return self.check(Request(syscall, *arguments, arch=arch))

    def check_batch(self, calls: Iterable[Call]) -> list[tuple[Outcome, Layer, int | None]]:
        """Many calls at once: what becomes of each, the layer that decides, and the errno; see :func:`ctsec.seccomp.read_call`."""
        rows = list(calls)
        arch, numbers = ffi.new("uint32_t[]", [row.audit for row in rows]), ffi.new("int32_t[]", [row.number for row in rows])
        args = ffi.new("uint64_t[]", [value for row in rows for value in row.args])
        if len(args) != 6 * len(rows):
            raise ValueError("each call has six arguments")
        unknown = ffi.new("uint32_t[]", [row.unknown for row in rows])
        outcomes, layers = ffi.new("uint8_t[]", len(rows)), ffi.new("uint8_t[]", len(rows))
        errnos = ffi.new("int32_t[]", len(rows))
        call(lib.ctsec_confinement_check_batch, self._pointer, len(rows), arch, numbers, args, unknown, outcomes, layers, errnos)
        return [(Outcome(outcomes[i]), Layer(layers[i]), int(errnos[i]) or None) for i in range(len(rows))]

    def check_lines(self, lines: str | Iterable[str]) -> list[str]:
        """Many calls at once, each ``ARCH SYSCALL A0...``: ``allow``, ``deny EPERM capability``, ``unknown userns``."""
        raw = (lines if isinstance(lines, str) else "\n".join(lines)).encode()
        out, length, errors = ffi.new("char **"), ffi.new("size_t *"), ffi.new("size_t *")
        call(lib.ctsec_confinement_check_lines, self._pointer, ffi.from_buffer(raw), len(raw), out, length, errors)
        try:
            return bytes(ffi.buffer(out[0], length[0])).decode().splitlines()
        finally:
            lib.ctsec_free(out[0])


def shorthands() -> dict[str, str]:
    """Everyday words, and the call that each stands for."""
    return {text(lib.ctsec_shorthand_at(i)) or "": text(lib.ctsec_shorthand_name(i)) or ""
            for i in range(lib.ctsec_shorthand_count())}


__all__ = ["Answer", "Confinement", "Layer", "Outcome", "Request", "shorthands"]
