# SPDX-License-Identifier: LGPL-2.1-or-later
"""The arguments in syscalls.csv are as wide as those of the functions __do_sys_* that the running kernel's BTF describes."""
import csv
import os
import pathlib
import struct
import sys

root = pathlib.Path(__file__).resolve().parents[2]
path = pathlib.Path("/sys/kernel/btf/vmlinux")
if os.uname().machine != "x86_64" or not os.access(path, os.R_OK):
    print("no BTF of an x86-64 kernel here")
    sys.exit(77)
data = path.read_bytes()
magic, _, _, head, types_at, types_size, strings_at, strings_size = struct.unpack_from("<HBBIIIII", data)
if magic != 0xEB9F:
    print("no BTF")
    sys.exit(77)
strings = data[head + strings_at:head + strings_at + strings_size]
INT, POINTER, ENUM, FUNCTION, ENUM64 = 1, 2, 6, 12, 19
# What follows a type: bytes, and bytes for each of its members.
TAIL = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8), 13: (0, 8), 14: (4, 0), 15: (0, 12), 17: (4, 0),
        19: (0, 12)}


def text(offset):
    return strings[offset:strings.index(b"\0", offset)].decode()


types, at = [None], head + types_at
while at < head + types_at + types_size:
    name, info, size = struct.unpack_from("<III", data, at)
    kind, members = info >> 24 & 31, info & 0xFFFF
    types.append((kind, name, size, members, at + 12))
    fixed, each = TAIL.get(kind, (0, 0))
    at += 12 + fixed + each * members


def bits(index):
    while types[index][0] not in (INT, POINTER, ENUM, ENUM64):
        index = types[index][2]
    return 64 if types[index][0] == POINTER else types[index][2] * 8


def parameters(function):
    _, _, _, count, first = types[types[function][2]]
    found = [struct.unpack_from("<II", data, first + 8 * i) for i in range(count)]
    # SYSCALL_DEFINE0 leaves one parameter that nobody reads.
    return [] if found and text(found[0][0]) == "__unused" else [bits(kind) for _, kind in found]


lines = [line for line in (root / "libctsec/data/syscalls.csv").read_text("ascii").splitlines() if line[0] != "#"]
rows = {row["name"]: row["arguments"] for row in csv.DictReader(lines) if row["x86_64"]}
# The functions behind these names, whose namesakes are others.
NAMES = {"newstat": "stat", "newfstat": "fstat", "newlstat": "lstat", "newuname": "uname", "umount": "umount2",
         "stat": None, "fstat": None, "lstat": None, "uname": None}
faults, compared = [], 0
for index, entry in enumerate(types):
    if not entry or entry[0] != FUNCTION or not text(entry[1]).startswith("__do_sys_"):
        continue
    function = text(entry[1])[len("__do_sys_"):]
    name = NAMES.get(function, function)
    if rows.get(name, "?") == "?":
        continue
    items = [] if rows[name] == "-" else [item.split(":") for item in rows[name].split(" ")]
    theirs = parameters(index)
    compared += 1
    # Wider than what is looked up in the end: descriptors, ids of processes, the flags of clone.
    cut = [item[1] in ("fd", "pid") or item[0] == "clone_flags" for item in items]
    ours = [int(item[2]) for item in items]
    if len(ours) != len(theirs) or any(a != b and not (c and a == 32) for a, b, c in zip(ours, theirs, cut)):
        faults.append(f"{name}: {ours}, the kernel has {theirs}")
print("\n".join(faults) or f"{compared} calls are as the kernel has them")
sys.exit(1 if faults else 0 if compared else 77)
