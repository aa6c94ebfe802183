# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs what README.md shows: each `$ ctsec ...` must print what stands below it (up to a line `...`), the C and Python
examples must compile, run, and print what is claimed."""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(sys.argv[1]).resolve()
library = build / "libctsec"
environment = {**os.environ, "LD_LIBRARY_PATH": str(library), "CTSEC_LIBRARY": str(library / "libctsec.so.0"),
               "PYTHONPATH": str(root / "bindings/python"), "NO_COLOR": "1"}
text = (root / "README.md").read_text()
blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.S | re.M)
faults, checked = [], 0


def run(words, **options):
    return subprocess.run(words, cwd=root, env=environment, capture_output=True, text=True, timeout=60, **options)


for kind, block in blocks:
    for command, shown in re.findall(r"^\$ (ctsec .*)\n((?:(?!\$ ).*\n)*)", block, flags=re.M):
        printed = run([str(build / "tools/ctsec"), *shlex.split(command)[1:]]).stdout
        expected = shown.rstrip("\n")
        whole = not expected.endswith("\n...")
        expected = expected if whole else expected[:-4]
        checked += 1
        if not (printed.rstrip("\n") == expected if whole else printed.startswith(expected)):
            faults.append(f"`{command}` prints something else:\n{printed}")

sources = {kind: block for kind, block in blocks if kind in ("c", "python")}
with tempfile.TemporaryDirectory() as folder:
    source, program = pathlib.Path(folder, "example.c"), pathlib.Path(folder, "example")
    source.write_text(sources["c"])
    compiled = run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", str(source), "-o", str(program),
                    f"-I{root}/include", f"-L{library}", "-lctsec"])
    claimed = re.search(r"/\* ([0-9a-f]{16}) \*/", sources["c"]).group(1)
    if compiled.returncode or run([str(program)]).stdout != claimed + "\n":
        faults.append(f"the C example: {compiled.stderr}")
    checked += 1

if run([sys.executable, "-c", "import cffi"]).returncode == 0:
    position = [block for _, block in blocks].index(sources["python"])
    done = run([sys.executable, "-"], input=sources["python"])
    if done.stdout != blocks[position + 1][1]:
        faults.append(f"the Python example: {done.stdout}{done.stderr}")
    checked += 1

print("\n".join(faults) or f"{checked} examples do what README.md says")
sys.exit(1 if faults else 0)
