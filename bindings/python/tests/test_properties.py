# SPDX-License-Identifier: LGPL-2.1-or-later
"""What must hold for any input."""
from __future__ import annotations

from collections.abc import Callable

import pytest

import ctsec
from ctsec import Caps
from ctsec.seccomp import Filter, Profile, read_call

from tree import ROOT

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import given, settings, strategies  # noqa: E402

masks = strategies.integers(0, 2**64 - 1)
words = strategies.integers(0, 2**32 - 1)
anything = strategies.binary(max_size=300) | strategies.text(max_size=200)
EXAMPLE = (ROOT / "examples/docker-nginx-minimal.json").read_bytes()
settings.register_profile("quick", max_examples=60, deadline=None, database=None)
settings.load_profile("quick")


@given(masks, masks)
def test_capability_sets_are_sets(first: int, second: int) -> None:
    a, b = Caps(first), Caps(second)
    assert set(a | b) == set(a) | set(b) and set(a & b) == set(a) & set(b)
    assert set(a ^ b) == set(a) ^ set(b) and set(a - b) == set(a) - set(b)
    assert len(a) == len(set(a)) and Caps.of(*a) == a
    assert Caps.encode(str(a)) == a == Caps.parse(f"{a:x}")


@given(anything)
def test_no_input_gives_anything_but_an_error_with_a_code(source: str | bytes) -> None:
    readers: list[Callable[[str | bytes], object]] = [ctsec.Containers, Profile, Filter, Caps.parse, Caps.encode, Filter.assemble]
    for read in readers:
        try:
            read(source)
        except ctsec.Error as error:
            assert error.code < 0 and error.message and error.code != ctsec.E_INTERNAL


@given(strategies.integers(0, len(EXAMPLE) - 1), strategies.integers(0, 255))
def test_one_wrong_byte(at: int, byte: int) -> None:
    damaged = EXAMPLE[:at] + bytes([byte]) + EXAMPLE[at + 1:]
    try:
        ctsec.Containers(damaged)
    except ctsec.Error as error:
        assert error.offset is None or 0 <= error.offset <= len(damaged)
        assert error.line is None or 1 <= error.line <= damaged.count(b"\n") + 1


@given(strategies.lists(strategies.tuples(strategies.sampled_from([0xC000003E, 0x40000003, 0xC00000B7, 0]),
                                          strategies.integers(0, 600), strategies.tuples(*[masks] * 6)), max_size=30))
def test_policy_and_filter_agree(calls: list[tuple[int, int, tuple[int, ...]]]) -> None:
    policy = Profile.builtin("docker").resolve()
    filter = policy.compile()
    assert policy.simulate_batch(calls) == ctsec.seccomp.Stack([filter]).simulate_batch(calls)


@given(strategies.sampled_from(sorted(ctsec.syscalls.Arch("x86_64").calls())), strategies.lists(masks, max_size=6))
def test_calls_are_read_back(name: str, args: list[int]) -> None:
    call = read_call(" ".join(["x86_64", name, *(f"{one:#x}" for one in args)]))
    assert call.number == ctsec.syscalls.Arch("x86_64").number(name)
    assert list(call.args) == args + [0] * (6 - len(args)) and call.unknown == 0
