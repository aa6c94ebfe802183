# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example in Rust, on declarations made of the headers: it must find what the tool finds. Usage: rust.py BUILD"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(sys.argv[1]).resolve()
# The distribution's compiler, and not one that would fetch itself.
rustc = "/usr/bin/rustc" if pathlib.Path("/usr/bin/rustc").exists() else shutil.which("rustc")
SEVERITIES = ["info", "low", "medium", "high", "critical"]


def run(*command, status=0):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert done.returncode == status, (command, done.returncode, done.stdout[-1000:], done.stderr[-3000:])
    return done.stdout, done.stderr


def main():
    if not rustc or subprocess.run([rustc, "--version"], capture_output=True).returncode:
        print("no rustc")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        declarations = folder / "ctsec_sys.rs"
        declarations.write_text(run(sys.executable, root / "scripts/gen-bindings", "--rust")[0])
        headers = "".join(path.read_text() for path in (root / "include/ctsec").glob("*.h"))
        declared = set(re.findall(r"CTSEC_API[^;(]*?\b(ctsec_\w+)\(", headers))
        assert set(re.findall(r"pub fn (ctsec_\w+)\(", declarations.read_text())) == declared, "functions are missing"
        os.environ.update(CTSEC_SYS=str(declarations), LD_LIBRARY_PATH=str(build / "libctsec"))
        program = folder / "scan"
        run(rustc, "-D", "warnings", "-L", build / "libctsec", "-l", "ctsec", "-o", program, root / "examples/rust/main.rs")

        for example, status in (("docker-dangerous.json", 1), ("docker-hardened.json", 0), ("compose-ten-services.yaml", 1)):
            path = root / "examples" / example
            found = json.loads(run(build / "tools/ctsec", "scan", "--format", "json", path, status=status)[0])
            expected = [f"{SEVERITIES.index(one['severity'])} {one['rule']} {one['line']}:{one['column']} {one['pointer']}"
                        for container in found["containers"] for one in container["findings"]]
            assert sorted(run(program, path, status=status)[0].splitlines()) == sorted(expected), example
        assert run(program, "caps", "400")[0] == "0000000000000400 CAP_NET_BIND_SERVICE\n"
        assert run(program, "simulate", "docker", "clone", "CLONE_NEWUSER|SIGCHLD", status=1)[0].startswith("errno 1\n")
        assert run(program, "simulate", "docker", "getpid")[0].startswith("allow\n")
        bad = folder / "bad.json"
        bad.write_text('[\n  {"Id": tru}\n]')
        out, complaint = run(program, bad, status=2)
        assert not out and complaint.startswith(f"{bad}:2:10: "), complaint
        assert "CTSEC_E" not in complaint and "(code -3)" in complaint
    return 0


sys.exit(main())
