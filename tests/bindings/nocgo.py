# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Go binding without cgo: its tests, examples and golden cases, where purego is in the module cache already: nothing is
fetched. Usage: nocgo.py BUILD"""
import os
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(sys.argv[1]).resolve()
go = os.environ.get("CTSEC_GO", "go")
environment = {**os.environ, "CGO_ENABLED": "0", "GOPROXY": "off", "GOTOOLCHAIN": "local",
               "CTSEC_LIBRARY": str(build / "libctsec/libctsec.so.0")}


def run(*words):
    return subprocess.run([go, *words], cwd=root / "bindings/go/nocgo", env=environment, capture_output=True, text=True)


def main():
    if run("list", "-deps", ".").returncode:
        print("purego is not at hand: `go mod download` in bindings/go/nocgo fetches it")
        return 77
    used = run("list", "-deps", "-f", "{{if .CgoFiles}}{{.ImportPath}}{{end}}", ".").stdout.split()
    assert not used, f"cgo is in use: {used}"
    for word in ("vet", "test"):
        done = run(word, "./...")
        if done.returncode:
            print(done.stdout + done.stderr)
            return 1
    return subprocess.run([sys.executable, root / "tests/golden/run.py", "nocgo", build], env=environment).returncode


sys.exit(main())
