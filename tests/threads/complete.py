# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every function that takes a shared result as const, or takes another ownership of one, is called by a hundred threads."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
api = (root / "tests/abi/api.txt").read_text()
# Streams are for one thread: what they take is not theirs to share, and what is asked of them is asked by that thread.
streams = {"denials", "recorder"}
called = (root / "tests/threads/test_shared.c").read_text()
wanted = []
for name, parameters in re.findall(r"^function .*?(\w+)\((.*)\)$", api, flags=re.M):
    taken = set(re.findall(r"const ctsec_(\w+) \*", parameters)) - {"options"}
    if (taken or name.endswith("_ref")) and name.split("_")[1] not in streams:
        wanted.append(name)
missing = [name for name in wanted if not re.search(rf"\b{name}\b", called)]
print("\n".join(f"{name}: in no thread" for name in missing) or f"{len(wanted)} functions covered")
sys.exit(1 if missing or not wanted else 0)
