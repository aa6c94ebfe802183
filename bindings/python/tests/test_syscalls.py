# SPDX-License-Identifier: LGPL-2.1-or-later
from __future__ import annotations

from collections.abc import Callable

import pytest

import ctsec
from ctsec.syscalls import Arch, archs, explain, explain_text, group, names


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
    refusals: list[Callable[[], object]] = [lambda: Arch("pdp11"), lambda: Arch(99), lambda: Arch().number("opne"),
                                            lambda: explain("opne")]
    for refused in refusals:
        with pytest.raises(ctsec.Error) as caught:
            refused()
        assert caught.value.code == ctsec.E_NOTFOUND


def test_knowledge() -> None:
    arch = Arch("x86_64")
    assert arch.since("mseal") == (6, 10, 0)
    assert [argument.bits for argument in arch.arguments("fchmodat") or []] == [32, 64, 16]
    assert arch.arguments("getpid") == [] and Arch("mips").arguments("syscall") is None
    assert arch.fallback("clone3") == "clone" and arch.fallback("read") is None
    assert arch.value("CLONE_NEWUSER|SIGCHLD") == 0x10000011
    assert group("pivot_root") == "mounts" and group("nonesuch") is None
    assert explain("clone3", lang="ja")["fallback"] == "clone"


def test_everything_else() -> None:
    assert Arch.from_audit(0xC000003E, 0x40000000) == "x32" and Arch.from_audit(0xC000003E).seccomp == "SCMP_ARCH_X86_64"
    assert Arch("x86").carrier("socket") == ("socketcall", 1) and Arch("x86_64").carrier("socket") is None
    assert Arch("mips").errno("ENOSYS") == 89 and Arch("mips").errno_name(89) == "ENOSYS"
    assert explain_text("bpf").startswith("bpf")
    assert "clone3" in names() and names() == sorted(names())


def test_stacks_and_calls() -> None:
    from ctsec import _api
    from ctsec.seccomp import Filter, Profile, Relation, Stack, action_name, read_call

    profile = Profile.builtin("docker")
    policy = profile.resolve(pid=0)
    loaded = policy.compile()
    strict = Filter.assemble(b"ret ERRNO(38)\n")
    assert strict.instructions == [(6, 0, 0, 0x50026)]
    call = read_call("x86_64 getpid")
    assert (call.audit, call.number, call.unknown) == (0xC000003E, 39, 0)
    row = (call.audit, call.number, call.args)
    assert [action_name(a) for a in Stack([loaded, strict]).simulate_batch([row])] == ["errno 38"]
    assert Stack([loaded]).simulate_batch([row]) == policy.simulate_batch([row])
    found = Stack([loaded]).diff(Stack([loaded, strict]))
    assert found.relation == Relation.FIRST_ALLOWS_MORE and found[0].second == 0x50026
    with pytest.raises(IndexError):
        found[len(found)]
    verdict = loaded.simulate("getpid")
    assert verdict.logged is False and verdict.agree is True
    assert strict.simulate("getpid").logged is None
    lint = profile.lint()
    assert lint["schema"] == "ctsec/lint/1" and lint.count(_api.SEVERITY_INFO) == len(lint["diagnostics"]) and lint.to_text()
    assert '"defaultAction"' in profile.encode()
    with pytest.raises(ctsec.Error):
        profile.resolve(pid=0x7FFFFFFF)

