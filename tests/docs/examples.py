# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs what README.md and docs/*.md show.

In a fenced block a line `$ COMMAND` is run by the shell, from the top of the tree, and must print what stands below it, up
to a line `...`. A block whose fence names a file (```c scan.c) is written under that name first; the commands of one
document run one after the other in one folder. README.md's C and Python examples must compile, run, and print what is
claimed. What needs a tool that is not here (go, cffi, a static library) is passed over, and said.

Usage: examples.py BUILD [FILE...]; with CTSEC_PREFIX, an installed tree, the library and its pkg-config file are taken
from there.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(sys.argv[1]).resolve()
documents = [pathlib.Path(name) for name in sys.argv[2:]] or [root / "README.md", *sorted((root / "docs").glob("*.md"))]
prefix = pathlib.Path(os.environ["CTSEC_PREFIX"]).resolve() if "CTSEC_PREFIX" in os.environ else None
library = prefix / "lib" if prefix else build / "libctsec"
environment = {**os.environ, "LD_LIBRARY_PATH": str(library), "CTSEC_LIBRARY": str(library / "libctsec.so.0"),
               "PYTHONPATH": str(root / "bindings/python"), "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
               "PATH": f"{prefix / 'bin' if prefix else build / 'tools'}:{os.environ['PATH']}",
               "PKG_CONFIG_PATH": str(library / "pkgconfig" if prefix else build / "pkgconfig"),
               "CMAKE_PREFIX_PATH": str(prefix or "")}
environment.pop("MAKEFLAGS", None)
faults, passed_over, checked = [], {}, 0


def run(words, cwd=root, **options):
    return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, **options)


def lacks(command):
    """What a command needs and this machine does not have."""
    has_cffi = run([sys.executable, "-c", "import cffi"]).returncode == 0
    for word, present in ((r"^python3 ", has_cffi), (r"^go ", shutil.which("go")), (r"libctsec\.a", prefix and (library / "libctsec.a").exists()),
                          (r"^cmake ", prefix), (r"^c\+\+ ", shutil.which("c++"))):
        if re.search(word, command) and not present:
            return word.strip("^ ").replace("\\", "")
    return None


def blocks_of(text):
    return re.findall(r"^```(\w*)(?: ([\w.-]+))?\n(.*?)^```$", text, flags=re.S | re.M)


def check_commands(document, blocks, folder):
    global checked
    # Whatever a command writes stays out of the tree.
    for entry in root.iterdir():
        if entry.name != "build" and not entry.name.startswith("."):
            (folder / entry.name).symlink_to(entry)
    missing = None
    for _, name, block in blocks:
        if name:
            (folder / name).unlink(missing_ok=True)
            (folder / name).write_text(block)
            continue
        for command, shown in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.M):
            lacking = lacks(command)
            # What was not built cannot be run.
            if lacking or (missing and command.startswith("./")):
                missing = lacking or missing
                passed_over[missing] = passed_over.get(missing, 0) + 1
                continue
            missing = None
            done = run(["sh", "-c", command], folder)
            printed, expected = done.stdout.rstrip("\n"), shown.rstrip("\n")
            whole = expected != "..." and not expected.endswith("\n...")
            expected = expected if whole else expected[:-3]
            checked += 1
            if not (printed == expected if whole else (printed + "\n").startswith(expected)):
                faults.append(f"{document.name}: `{command}` prints something else:\n{printed}\n{done.stderr}")
            if document.parent.name == "docs" and done.returncode not in (0, 1, 3) and "; echo $?" not in command:
                faults.append(f"{document.name}: `{command}` fails: {done.stderr}")


def check_readme(blocks):
    global checked
    sources = {kind: block for kind, _, block in blocks if kind in ("c", "python")}
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "example.c"), pathlib.Path(folder, "example")
        source.write_text(sources["c"])
        compiled = run(["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", str(source), "-o", str(program),
                        f"-I{root}/include", f"-L{library}", "-lctsec"])
        claimed = re.search(r"/\* ([0-9a-f]{16}) \*/", sources["c"]).group(1)
        if compiled.returncode or run([str(program)]).stdout != claimed + "\n":
            faults.append(f"the C example: {compiled.stderr}")
        checked += 1
    if not lacks("python3 -"):
        position = [block for _, _, block in blocks].index(sources["python"])
        done = run([sys.executable, "-"], input=sources["python"])
        if done.stdout != blocks[position + 1][2]:
            faults.append(f"the Python example: {done.stdout}{done.stderr}")
        checked += 1


for document in documents:
    found = blocks_of(document.read_text())
    with tempfile.TemporaryDirectory() as folder:
        check_commands(document, found, pathlib.Path(folder))
    if document == root / "README.md":
        check_readme(found)

for reason, count in passed_over.items():
    print(f"passed over, {count}: {reason}")
print("\n".join(faults) or f"{checked} examples do what is written")
sys.exit(1 if faults else 0)
