# SPDX-License-Identifier: LGPL-2.1-or-later
"""The numbers in syscalls.csv equal those of this machine's asm/unistd*.h."""
import csv
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
lines = [line for line in (root / "libctsec/data/syscalls.csv").read_text("ascii").splitlines() if line[0] != "#"]
rows = {row["name"]: row for row in csv.DictReader(lines)}
FILES = {"unistd_64.h": "x86_64", "unistd_32.h": "x86", "unistd_x32.h": "x32"}
wrong = compared = 0
for path in pathlib.Path("/usr/include").glob("*/asm/unistd*.h"):
    if "x86_64" not in str(path) or path.name not in FILES:
        continue
    column = FILES[path.name]
    for name, number in re.findall(r"#define __NR_(\w+)\s+\(?(?:__X32_SYSCALL_BIT \+ )?(\d+)\)?$", path.read_text(), re.M):
        compared += 1
        if name not in rows or rows[name][column] != number:
            print(f"{path}: {name} is {number}, not {rows.get(name, {}).get(column)}")
            wrong += 1
print(f"{compared} numbers compared")
sys.exit(1 if wrong else 0 if compared else 77)
