# SPDX-License-Identifier: LGPL-2.1-or-later
"""A scan takes less than 4 MB of resident memory beyond a program that does nothing; a thousand documents as ndjson no more."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(sys.argv[1]) / "tools/ctsec"
example = root / "examples/docker-dangerous.json"


def most(*words):
    """The most resident memory of a program, in kB; the least of five runs."""
    return min(int(subprocess.run([sys.argv[2], *words], check=True, capture_output=True, text=True).stdout)
               for _ in range(5))


with tempfile.TemporaryDirectory() as folder:
    copies = []
    for number in range(1000):
        copies.append(os.path.join(folder, f"{number}.json"))
        shutil.copy(example, copies[-1])
    nothing = most("/bin/true")
    one = most(str(tool), "scan", "--format", "json", str(example))
    line = most(str(tool), "scan", "--format", "ndjson", str(example))
    thousand = most(str(tool), "scan", "--format", "ndjson", *copies)
print(f"nothing {nothing} kB, one document {one} kB, one as ndjson {line} kB, a thousand {thousand} kB")
sys.exit(0 if one - nothing < 4096 and thousand - line < 512 else 1)
