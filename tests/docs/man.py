# SPDX-License-Identifier: LGPL-2.1-or-later
"""The man pages say what --help says: each command and sub-command, each option, nothing that is gone; and they are well
formed, where mandoc or man can tell.

Usage: man.py TOOL
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
tool = sys.argv[1]
COMMON = root / "man/ctsec.1"
faults = []


def help_of(*words):
    return subprocess.run([tool, *words, "--help"], capture_output=True, text=True, check=True).stdout


def commands(text):
    return re.findall(r"^  ([a-z][a-z-]*) +\S", text, flags=re.M) if re.search(r"^Usage: .* COMMAND ", text, flags=re.M) else []


def options(text):
    return set(re.findall(r"^  (?:-\w, |    )--([a-z-]+)", text, flags=re.M))


def flags(page):
    """Long options of a page: .Fl -name, also after other words, and several behind one Fl."""
    found = set()
    for words in re.findall(r"\bFl ((?:(?!Fl)[\w-]+(?: , )?)+)", page):
        found |= {word[1:] for word in words.split(" , ") if re.fullmatch(r"-[a-z][a-z-]+", word)}
    return found


common = flags(COMMON.read_text())
for command in commands(help_of()):
    path = root / f"man/ctsec-{command}.1"
    if not path.exists():
        faults.append(f"{command}: no page")
        continue
    page = path.read_text()
    if f".Xr ctsec-{command} 1" not in COMMON.read_text():
        faults.append(f"ctsec.1 does not lead to ctsec-{command}")
    inner = commands(help_of(command))
    known = set()
    for sub in inner:
        if not re.search(rf"^\.(Ss|It|Nm|Ic|Cm).*\b{re.escape(sub)}\b", page, flags=re.M):
            faults.append(f"{path.name}: nothing about `{sub}'")
        known |= options(help_of(command, sub))
    if not inner:
        known = options(help_of(command))
    for option in sorted(known - flags(page) - common):
        faults.append(f"{path.name}: nothing about --{option}")
    # Options of other programs stand in examples only, which are literal.
    for option in sorted(flags(page) - known - common):
        faults.append(f"{path.name}: --{option} is no option")

pages = sorted((root / "man").glob("*.[1-8]"))
for program, words in (("mandoc", ["-Tlint", "-Wstyle"]), ("man", ["--warnings", "-l"])):
    if not shutil.which(program):
        print(f"{program} is not here")
        continue
    for path in pages:
        done = subprocess.run([program, *words, str(path)], capture_output=True, text=True, timeout=300,
                              env={**os.environ, "LC_ALL": "C.UTF-8", "MANPATH": str(root / "man")})
        for line in (done.stdout if program == "mandoc" else "").split("\n") + done.stderr.split("\n"):
            # Whether other pages are installed here, and how wide the source is, is not the point.
            if line and not re.search(r"referenced manual not found|outdated mandoc.db|longer than 80 bytes|mandoc.db", line):
                faults.append(f"{program}: {line}")

print("\n".join(faults) or f"{len(pages)} pages say what the program does")
sys.exit(1 if faults else 0)
