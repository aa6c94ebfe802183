# SPDX-License-Identifier: LGPL-2.1-or-later
"""The source tree of libctsec, whose recordings tests read; a module that wants it is skipped where it is not at hand."""
from __future__ import annotations

import os
import pathlib

import pytest

ROOT = pathlib.Path(os.environ.get("CTSEC_SOURCE") or pathlib.Path(__file__).resolve().parents[3])
EXAMPLES = ROOT / "examples"
if not (EXAMPLES / "docker-dangerous.json").exists():
    pytest.skip("no source tree of libctsec: CTSEC_SOURCE names it", allow_module_level=True)
