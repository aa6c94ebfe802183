# SPDX-License-Identifier: LGPL-2.1-or-later
"""The golden documents as dataclasses, those of this library, and those of a later one."""
from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest

import ctsec
from ctsec import documents
from ctsec._documents import Part

from tree import EXAMPLES, ROOT



def golden() -> Iterator[dict[str, Any]]:
    """Every document that a golden case expects: one a file, or many."""
    decoder = json.JSONDecoder()
    for path in sorted((ROOT / "tests/data").rglob("expected.json")):
        rest = path.read_text().strip()
        while rest:
            value, end = decoder.raw_decode(rest)
            rest = rest[end:].lstrip()
            if isinstance(value, dict) and value.get("schema") is not None:
                yield value


def extras(value: object) -> list[str]:
    """Members that the dataclasses do not know."""
    if isinstance(value, tuple):
        return [name for one in value for name in extras(one)]
    if isinstance(value, dict):
        return [name for one in value.values() for name in extras(one)]
    if not isinstance(value, Part):
        return []
    found = [f"{type(value).__name__}.{name}" for name in value.extra]
    for name in value.__dataclass_fields__:
        found += extras(getattr(value, name)) if name != "extra" else []
    return found


def test_every_golden_document() -> None:
    seen = set()
    for value in golden():
        made = documents.load(value)
        assert not extras(made), value["schema"]
        seen.add(value["schema"])
    assert len(seen) > 10


def test_members_of_a_later_version() -> None:
    value = json.loads(ctsec.report(EXAMPLES / "docker-dangerous.json", format="json"))
    value["later"] = 1
    value["containers"][0]["findings"][0]["later"] = [2]
    made: documents.Findings = documents.load(value)
    assert made.extra == {"later": 1} and made.containers[0].findings[0].extra == {"later": [2]}


def test_what_is_no_document() -> None:
    for text in ("[]", "{}", '{"schema": "ctsec/findings/9"}', '{"schema": "ctsec/findings/1"}', "null", "3",
                 '{"schema": "ctsec/findings/1", "containers": 3, "summary": {}, "diagnostics": [], "errors": []}'):
        with pytest.raises(ValueError):
            documents.load(text)


def test_documents_are_frozen_and_typed() -> None:
    made = ctsec.Findings(ctsec.Containers(EXAMPLES / "docker-dangerous.json")).document()
    container = made.containers[0]
    assert container.caps is not None and isinstance(container.caps.effective, ctsec.Caps)
    assert "SYS_ADMIN" in container.caps.effective and container.findings[0].severity == "critical"
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(container, "id", "x")


def test_each_object_gives_its_document() -> None:
    containers = ctsec.Containers(EXAMPLES / "docker-dangerous.json")
    assert containers.document().containers[0].caps["created"].bounding is not None
    answer = ctsec.Confinement(containers, facts={"docker": "20.10", "userns": "host"}).why("mount")
    assert answer.document().outcome == answer.outcome.name.lower()
    policy = ctsec.seccomp.Profile.builtin("docker").resolve()
    verdict = policy.simulate("clone", "CLONE_NEWUSER|SIGCHLD").document()
    assert verdict.action == "SCMP_ACT_ERRNO" and verdict.errno == 1 and verdict.errno_name == "EPERM"
    older = ctsec.seccomp.Profile.builtin("docker@20.10").resolve()
    assert len(older.diff(policy).document().differences) == len(older.diff(policy))
    paths = ctsec.Paths()
    assert paths.feed(EXAMPLES / "docker-dangerous.json")
    assert any(one.status == "reachable" for one in paths.document().containers[0].paths)
    log = ctsec.denials.explain(EXAMPLES / "kernel-log.txt")
    assert log.groups and log.groups[0].count >= 1 and log.groups[0].why
    assert ctsec.caps.resolve(user="1000").document().after_exec.effective == 0
    assert ctsec.Credentials.of_thread().document().permitted is not None
