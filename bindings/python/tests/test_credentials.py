# SPDX-License-Identifier: LGPL-2.1-or-later
from __future__ import annotations

import json
import os
import pathlib
import struct

import pytest

import ctsec
from ctsec import Cap, Caps, Credentials, FileCaps
from ctsec.caps import Set
from ctsec.credentials import CapText, Iab, Id, Secure


def test_our_own_are_those_of_proc() -> None:
    status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
    for own in (Credentials.of_thread(), Credentials.parse(pathlib.Path("/proc/self/status").read_bytes())):
        for which, name in ((Set.EFFECTIVE, "CapEff"), (Set.BOUNDING, "CapBnd"), (Set.AMBIENT, "CapAmb")):
            assert own[which] == int(status[name], 16)
        assert own.id() == os.geteuid() and own.seccomp == int(status["Seccomp"]) and own.name
        assert own.no_new_privileges is bool(int(status["NoNewPrivs"]))
    with pytest.raises(ctsec.Error):
        Credentials.parse("nothing")
    assert Credentials.parse("CapInh:\t0\nCapPrm:\t0\nCapEff:\t0\nCapBnd:\t0\n")[Set.AMBIENT] is None


def test_the_kernel_simulated() -> None:
    net = Caps.of(Cap.NET_ADMIN, Cap.NET_RAW)
    root = Credentials({Set.PERMITTED: net, Set.EFFECTIVE: net, Set.BOUNDING: net})
    user = root.setresuid(1000, 1000, 1000)
    assert user.effective == 0 and user[Set.BOUNDING] == net and user.id(Id.SAVED) == 1000
    assert root.execve().effective == net and user.execve().effective == 0
    assert user.execve(owner=0).effective == net
    kept = Credentials({Set.PERMITTED: net, Set.EFFECTIVE: net, Set.INHERITABLE: net, Set.BOUNDING: net}, {
        Id.REAL: 1000, Id.EFFECTIVE: 1000, Id.SAVED: 1000, Id.FILE_SYSTEM: 1000}, securebits=Secure.KEEP_CAPS)
    ambient = kept.raise_ambient(Cap.NET_RAW)
    assert ambient.execve().effective == Caps("NET_RAW") and ambient.lower_ambient(Cap.NET_RAW)[Set.AMBIENT] == 0
    assert kept.capset(inheritable=0, permitted=net, effective=0).effective == 0
    with pytest.raises(ctsec.Error) as caught:
        kept.drop(Cap.NET_RAW)
    assert caught.value.code == ctsec.E_PERM
    with pytest.raises(ctsec.Error):
        Credentials({Set.EFFECTIVE: net})
    assert root.setfsuid(5).id(Id.FILE_SYSTEM) == 5 and json.loads(root.to_json())["schema"] == "ctsec/credentials/1"


def test_file_capabilities(tmp_path: pathlib.Path) -> None:
    raw = struct.pack("<IIIIII", 0x03000001, 1 << Cap.NET_BIND_SERVICE, 0, 0, 0, 100000)
    caps = FileCaps(raw)
    assert caps.permitted == Caps("NET_BIND_SERVICE") and caps.effective and caps.version == 3 and caps.rootid == 100000
    assert caps.to_text() == "cap_net_bind_service=ep [rootid=100000]" and not caps.inheritable
    assert json.loads(caps.to_json())["rootid"] == 100000
    assert FileCaps(raw[:20].replace(b"\x03", b"\x02", 1) if raw[3] != 3 else struct.pack("<IIIII", 0x02000000, 1, 0, 0, 0)).rootid is None
    with pytest.raises(ctsec.Error) as caught:
        FileCaps(raw[:7])
    assert caught.value.code == ctsec.E_SYNTAX
    plain = tmp_path / "plain"
    plain.touch()
    with pytest.raises(ctsec.Error) as caught:
        FileCaps.of_file(plain)
    assert caught.value.code == ctsec.E_NOTFOUND


def test_texts_of_libcap() -> None:
    sets = CapText.parse("cap_chown,cap_kill=ep cap_net_raw+i")
    assert sets.permitted == Caps("CHOWN,KILL") and sets.inheritable == Caps("NET_RAW")
    assert CapText.parse(str(sets)) == sets and '"form": "libcap"' in CapText.json("=")
    iab = Iab.parse("!cap_sys_admin,^cap_net_raw")
    assert iab.dropped == Caps("SYS_ADMIN") and iab.ambient == Caps("NET_RAW")
    assert Iab.parse(str(iab)) == iab and '"form": "iab"' in Iab.json("cap_chown")
    with pytest.raises(ctsec.Error) as caught:
        CapText.parse("cap_chow=e")
    assert caught.value.offset is not None
    with pytest.raises(ctsec.Error):
        Iab(ambient=Caps("CHOWN")).encode()
