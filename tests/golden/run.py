# SPDX-License-Identifier: LGPL-2.1-or-later
"""Golden cases: a folder below tests/data with a file `command`, run through the tool, Python and Go.

command          the words after `ctsec`, quoted as in a shell; run in the case's folder
expected.json    what standard output must be, to the byte (expected.txt for text; .sarif, .xml, .md, .html)
status           the exit status where it is not 0
error.txt        what standard error must be; it must be empty where this file is missing

Cases with another file than expected.txt also run through the bindings, which must give the same bytes (unless a file `tool-only` says why
not): a driver is told the folders on its standard input, and answers each with a line `status length` and the bytes.

`confined' is the tool under its own seccomp profile (--confine), but for what lists processes.

Usage: run.py tool|confined|python|go|nocgo BUILD-FOLDER [--update] [CASE...]
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
way, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
update = "--update" in sys.argv
wanted = [word for word in sys.argv[3:] if word != "--update"]


def cases():
    found = sorted(path.parent for path in (root / "tests/data").rglob("command"))
    return [case for case in found if not wanted or any(word in str(case) for word in wanted)]


def environment():
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "GOFLAGS",
                                                                         "GOCACHE", "GOPATH", "ASAN_OPTIONS")}
    kept.update(SOURCE_DATE_EPOCH="1700000000", NO_COLOR="1", LC_ALL="C.UTF-8",
                CTSEC_LIBRARY=str(build / "libctsec/libctsec.so.0"), LD_LIBRARY_PATH=str(build / "libctsec"),
                PKG_CONFIG_PATH=str(build / "pkgconfig"), PYTHONPATH=str(root / "bindings/python"))
    return kept


def through_tool(folders):
    for folder in folders:
        words = shlex.split((folder / "command").read_text())
        if way == "confined":
            words.insert(2 if words[0] in ("caps", "seccomp") else 1, "--confine")
        done = subprocess.run([build / "tools/ctsec", *words], cwd=folder, env=environment(), capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=300)
        yield done.returncode, done.stdout, done.stderr


def through_driver(command, folders):
    listing = "".join(f"{folder}\t{(folder / 'command').read_text().strip()}\n" for folder in folders).encode()
    done = subprocess.run(command, input=listing, env=environment(), stdout=subprocess.PIPE, timeout=600, cwd=root)
    if done.returncode:
        sys.exit(f"the driver failed with status {done.returncode}")
    at = 0
    for _ in folders:
        end = done.stdout.index(b"\n", at)
        status, length = map(int, done.stdout[at:end].split())
        yield status, done.stdout[end + 1:end + 1 + length], None
        at = end + 1 + length


ENDINGS = {"--format sarif": "sarif", "--format junit": "xml", "--format markdown": "md", "--format html": "html",
           "json": "json"}


def expectation(case):
    for path in case.glob("expected.*"):
        return path
    command = (case / "command").read_text()
    return case / ("expected." + next((end for word, end in ENDINGS.items() if word in command), "txt"))


def main():
    folders = cases()
    if way == "confined":
        folders = [case for case in folders if not re.search("caps show|--host", (case / "command").read_text())]
    elif way != "tool":
        folders = [case for case in folders if expectation(case).suffix != ".txt" and not (case / "tool-only").exists()]
    if not folders:
        sys.exit("no case was found")
    if way in ("tool", "confined"):
        results = through_tool(folders)
    elif way == "python":
        results = through_driver([sys.executable, root / "tests/golden/driver.py"], folders)
    else:
        driver = build / f"golden-driver-{way}"
        folder, more = (root / "bindings/go/nocgo", {"CGO_ENABLED": "0"}) if way == "nocgo" else (root / "bindings/go", {})
        subprocess.run([os.environ.get("CTSEC_GO", "go"), "build", "-o", driver, "./internal/golden"],
                       cwd=folder, env={**environment(), **more}, check=True)
        results = through_driver([driver], folders)
    failed = 0
    for case, (status, output, complaint) in zip(folders, results):
        expected = expectation(case)
        if update and way == "tool":
            expected.write_bytes(output)
            for name, text in (("status", f"{status}\n".encode() if status else b""), ("error.txt", complaint)):
                (case / name).write_bytes(text) if text else (case / name).unlink(missing_ok=True)
            continue
        faults = []
        if status != (int((case / "status").read_text()) if (case / "status").exists() else 0):
            faults.append(f"status {status}")
        if output != (expected.read_bytes() if expected.exists() else b""):
            faults.append(f"output differs from {expected.name}:\n{output.decode(errors='replace')[:2000]}")
        if complaint is not None and complaint != ((case / "error.txt").read_bytes()
                                                   if (case / "error.txt").exists() else b""):
            faults.append(f"standard error: {complaint.decode(errors='replace')[:1000]}")
        if faults:
            failed += 1
            print(f"{case.relative_to(root)}: " + "; ".join(faults))
    print(f"{len(folders) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
