# SPDX-License-Identifier: LGPL-2.1-or-later
from __future__ import annotations

import pathlib

import pytest

import ctsec
from ctsec.fixes import Fixes, fix

COMPOSE = b"services:\n  web:\n    image: web  # kept\n    privileged: true\n"


def test_changes(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_bytes(COMPOSE)
    fixes = fix(path)
    assert b"privileged: true" not in bytes(fixes) and b"# kept" in bytes(fixes)
    listed = list(fixes)
    assert len(listed) == len(fixes)
    assert any(one.fixed and one.rule == "privileged" and one.line == 4 for one in listed)
    assert any(not one.fixed and one.reason for one in listed)
    assert fixes.diff().startswith(f"--- {path}") and fixes.to_text()
    document = fixes.document()
    assert len(document.fixed) + len(document.left) == len(fixes) and not document.extra
    path.write_bytes(bytes(fixes))
    assert not any(one.rule == "privileged" for one in ctsec.scan(path))


def test_what_is_not_changed() -> None:
    with pytest.raises(ctsec.Error) as caught:
        Fixes(ctsec.Findings(ctsec.Containers("docker run --privileged image")))
    assert caught.value.code == ctsec.E_UNSUPPORTED
