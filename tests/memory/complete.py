# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every function that can fail appears in a scenario of the failing allocator."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
api = (root / "tests/abi/api.txt").read_text()
fallible = re.findall(r"^function .*?(\w+)\(.*ctsec_error \*\*err\)$", api, flags=re.M)
scenarios = "".join(path.read_text() for path in (root / "tests/memory").glob("scenarios*.c"))
missing = [name for name in fallible if not re.search(rf"\b{name}\b", scenarios)]
print("\n".join(f"{name}: in no scenario" for name in missing) or f"{len(fallible)} functions covered")
sys.exit(1 if missing else 0)
