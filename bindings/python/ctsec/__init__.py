# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a container can really do, which layer stops it, and what should change."""
from __future__ import annotations

from ._library import Error, lib, text

__all__ = ["Error", "version", "data_version"]


def version() -> str:
    """The version of the library in use."""
    return text(lib.ctsec_version()) or ""


def data_version() -> str:
    """The version of its built-in tables, a date."""
    return text(lib.ctsec_data_version()) or ""
