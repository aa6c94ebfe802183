# SPDX-License-Identifier: LGPL-2.1-or-later
"""The widths in syscalls.csv equal the types that the running x86-64 kernel declares in its event formats.

usage: kernel.py [DIRECTORY]: events/syscalls of a mounted tracefs, not always at its usual place."""
import csv
import pathlib
import platform
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
events = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/sys/kernel/tracing/events/syscalls")
BITS = {"umode_t": 16, "unsigned long": 64, "long": 64, "size_t": 64, "loff_t": 64, "off_t": 64, "aio_context_t": 64,
        "__u64": 64, "cap_user_header_t": 64, "cap_user_data_t": 64}
# The C functions behind these names.
NAMES = {"newstat": "stat", "newfstat": "fstat", "newlstat": "lstat", "newuname": "uname", "sendfile64": "sendfile",
         "umount": "umount2"}
lines = [line for line in (root / "libctsec/data/syscalls.csv").read_text("ascii").splitlines() if line[0] != "#"]
rows = {row["name"]: row["arguments"] for row in csv.DictReader(lines)}

if platform.machine() != "x86_64" or not events.is_dir():
    print("no event formats of an x86-64 kernel here")
    sys.exit(77)
wrong = compared = 0
for path in sorted(events.glob("sys_enter_*/format")):
    name = path.parent.name[len("sys_enter_"):]
    name = NAMES.get(name, name)
    theirs = []
    for kind, offset in re.findall(r"field:(.*?)\s*\w+;\s*offset:(\d+);", path.read_text()):
        if int(offset) < 16:
            continue
        kind = re.sub(r"\bconst\b", "", kind).strip()
        theirs.append(64 if "*" in kind else BITS.get(kind, 32))
    if rows.get(name, "?") == "?":
        continue
    ours = [] if rows[name] == "-" else [item.split(":") for item in rows[name].split(" ")]
    bits = [int(item[2].rstrip("w")) for item in ours]
    cut = [item[1] in ("fd", "pid") or item[0] == "clone_flags" for item in ours]
    compared += 1
    if len(bits) != len(theirs) or any(a != b and not (c and a == 32) for a, b, c in zip(bits, theirs, cut)):
        print(f"{name}: {bits}, the kernel {theirs}")
        wrong += 1
print(f"{compared} calls compared")
sys.exit(1 if wrong else 0 if compared > 300 else 77)
