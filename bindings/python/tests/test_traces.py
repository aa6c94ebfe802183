# SPDX-License-Identifier: LGPL-2.1-or-later
from __future__ import annotations

import struct

import pytest

import ctsec
from ctsec.seccomp import Profile
from ctsec.traces import Least, Notification, Recorder, Trace

from tree import ROOT

DATA = ROOT / "tests/data/trace"


def test_a_trace() -> None:
    trace = Trace((DATA / "strace-f.txt").read_bytes())
    assert not trace.problems
    mount = next(call for call in trace if call.number == 165)
    assert mount.audit == 0xC000003E and mount.args == (None, None, None, 6, None, None) and mount.times == 1
    again = Trace(trace.to_recording())
    assert len(again) == len(trace)
    assert '"format": "strace"' in trace.to_json()


def test_problems_have_places() -> None:
    trace = Trace('read(0, "", 1) = 0\nread(0, "\n', source="t")
    assert [(p.line, p.column, p.message, p.source) for p in trace.problems] == [(2, 10, "the call has no end", "t")]
    with pytest.raises(ctsec.Error) as caught:
        Trace("")
    assert caught.value.name == "CTSEC_E_SYNTAX"
    with pytest.raises(ctsec.Error):
        Trace("read(0) = 0\n", from_="nothing")


def test_the_least() -> None:
    traces = [Trace((DATA / name).read_bytes()) for name in ("strace-f.txt", "perf.txt")]
    least = Least(traces)
    assert least.capabilities == ["CAP_SYS_ADMIN"]
    policy = least.profile.resolve()
    assert policy.simulate("mount", "?", "?", "?", "MS_NOSUID|MS_NODEV", "?").allowed is True
    assert policy.simulate("swapon").allowed is False
    assert len(least.diff(policy)) == 0
    assert len(least.diff(Profile.builtin("docker").resolve())) > 100
    assert len(Least(traces, no_new_privileges=True).diff(policy)) > 0
    with pytest.raises(ctsec.Error):
        Least([])


def test_a_recording_of_ones_own() -> None:
    recorder = Recorder()
    recorder.set("command", "true")
    recorder.set("kernel", "6.1")
    assert len(recorder.filter(0x7FC00000)) > 10 and '"listenerPath"' in recorder.profile("/run/agent.sock")
    raw = struct.pack("=QIIiIQ6Q", 7, 99, 0, 56, 0xC000003E, 0, *range(6))
    told = Notification.decode(raw)
    assert (told.id, told.pid, told.audit, told.number, told.args) == (7, 99, 0xC000003E, 56, (0, 1, 2, 3, 4, 5))
    assert recorder.memory(0xC000003E, 39, [0] * 6) is None
    place = recorder.memory(0xC000003E, 435, [0x1000, 88, 0, 0, 0, 0])
    assert place is not None and place[0] == 0x1000
    recorder.feed(0xC000003E, 435, [0x1000, 88, 0, 0, 0, 0], struct.pack("=Q", 0x10000000) + bytes(place[1] - 8))
    recorder.feed(0xC000003E, 165, [0] * 6)
    trace = Trace(recorder.take() + recorder.finish())
    assert {165, 435} <= {call.number for call in trace} and not trace.problems
