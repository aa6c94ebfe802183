# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each system call of the table is in exactly one group, and no group names another."""
import collections
import csv
import pathlib
import re
import sys

data = pathlib.Path(__file__).resolve().parents[2] / "libctsec/data"
lines = [line for line in (data / "syscalls.csv").read_text("ascii").splitlines() if line[0] != "#"]
calls = {row["name"] for row in csv.DictReader(lines)}
groups = re.findall(r'^G\(\w+, "[a-z-]+",(.*?)\)$', (data / "groups.def").read_text("ascii"), re.M | re.S)
seen = collections.Counter(word for group in groups for text in re.findall(r'"([^"]*)"', group) for word in text.split())
wrong = [f"{name}: in no group" for name in sorted(calls - set(seen))]
wrong += [f"{name}: no system call" for name in sorted(set(seen) - calls)]
wrong += [f"{name}: in {count} groups" for name, count in sorted(seen.items()) if count > 1]
print("\n".join(wrong) or f"{len(calls)} calls in {len(groups)} groups")
sys.exit(1 if wrong or not groups else 0)
