# SPDX-License-Identifier: LGPL-2.1-or-later
from __future__ import annotations

import pytest

import ctsec
from ctsec.syscalls import Arch, archs, explain, group


def test_numbers_both_ways() -> None:
    assert len(archs()) == 23
    for arch in archs():
        assert Arch(str(arch)).id == arch.id
        calls = arch.calls()
        assert len(calls) > 300
        for name, number in calls.items():
            assert arch.number(name) == number
            assert arch.name(number)
    assert Arch("amd64").number("clone3") == 435
    assert Arch("X32").number("execve") == 0x40000000 + 520
    assert Arch("x86_64").audit == 0xC000003E and Arch("s390x").big_endian and Arch("386").bits == 32
    assert Arch().name(100000) is None


def test_unknown_is_refused() -> None:
    for refused in (lambda: Arch("pdp11"), lambda: Arch(99), lambda: Arch().number("opne"), lambda: explain("opne")):
        with pytest.raises(ctsec.Error) as caught:
            refused()
        assert caught.value.code == ctsec.E_NOTFOUND


def test_knowledge() -> None:
    arch = Arch("x86_64")
    assert arch.since("mseal") == (6, 10, 0)
    assert [argument.bits for argument in arch.arguments("fchmodat") or []] == [32, 64, 16]
    assert arch.arguments("getpid") == [] and arch.arguments("tuxcall") is None
    assert arch.fallback("clone3") == "clone" and arch.fallback("read") is None
    assert arch.value("CLONE_NEWUSER|SIGCHLD") == 0x10000011
    assert group("pivot_root") == "mounts" and group("nonesuch") is None
    assert explain("clone3", lang="ja")["fallback"] == "clone"
