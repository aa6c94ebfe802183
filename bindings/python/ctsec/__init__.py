# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a container can really do, which layer stops it, and what should change.

>>> import ctsec, pathlib
>>> for finding in ctsec.scan(pathlib.Path("inspect.json")):
...     print(finding.severity.name, finding.rule, finding.message)
"""
from __future__ import annotations

from . import caps, check, containers, credentials, denials, fixes, paths, seccomp, syscalls, traces, why
from ._api import (E_ARG, E_INTERNAL, E_IO, E_KERNEL, E_LIMIT, E_NOMEM, E_NOTFOUND, E_PERM, E_SCHEMA, E_SYNTAX,
                   E_UNSUPPORTED)
from ._library import Error, lib, text
from .caps import Cap, Caps
from .check import Finding, Findings, Scan, Severity, report, rules, scan
from .containers import Container, Containers
from .credentials import Credentials, FileCaps
from .denials import Denials
from .fixes import Fixes
from .options import options
from .paths import Path, Paths, Status
from .traces import Least, Recorder, Trace
from .why import Answer, Confinement, Layer, Outcome, Request

__all__ = [
    "Answer", "Cap", "Caps", "caps", "check", "Confinement", "Container", "Containers", "containers", "Credentials",
    "credentials", "data_version", "Denials", "denials", "E_ARG", "E_INTERNAL", "E_IO", "E_KERNEL", "E_LIMIT",
    "E_NOMEM", "E_NOTFOUND", "E_PERM", "E_SCHEMA", "E_SYNTAX", "E_UNSUPPORTED", "Error", "FileCaps", "Finding",
    "Findings", "Fixes", "fixes", "Layer", "Least", "options", "Outcome", "Path", "Paths", "paths", "Recorder",
    "report", "Request", "rules", "Scan", "scan", "seccomp", "Severity", "Status", "syscalls", "Trace", "traces",
    "version", "why",
]


def version() -> str:
    """The version of the library in use."""
    return text(lib.ctsec_version()) or ""


def data_version() -> str:
    """The version of its built-in tables, a date."""
    return text(lib.ctsec_data_version()) or ""
