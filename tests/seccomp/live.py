# SPDX-License-Identifier: LGPL-2.1-or-later
"""This machine as a target: what /proc says stands in the target that the tool and the bindings echo."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(os.environ["CTSEC_BUILD"])
tool = build / "tools/ctsec"


def ask(*words, status=0):
    done = subprocess.run([tool, "seccomp", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == status, (words, done)
    return done


def bounding(pid):
    return re.search(r"^CapBnd:\s*(\w+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)[1]


release = re.match(r"\d+\.\d+(\.[1-9]\d*)?", os.uname().release)[0]
for option, pid in (["--self"], "self"), (["--host"], 1), (["--pid", str(os.getpid())], "self"):
    target = json.loads(ask("show", "--format", "json", *option, "builtin:docker").stdout)["target"]
    assert target["caps"] == bounding(pid), target
    assert target["kernel"] in (release, ".".join(release.split(".")[:2])), target
    assert target["arch"] == {"i686": "x86", "armv7l": "arm"}.get(os.uname().machine, os.uname().machine), target
# What is said beside it counts.
target = json.loads(ask("show", "--format", "json", "--self", "--arch", "s390x", "--kernel", "4.4", "--caps", "CHOWN",
                        "builtin:docker").stdout)["target"]
assert (target["arch"], target["kernel"], target["caps"]) == ("s390x", "4.4", "0000000000000001"), target
for words, complaint in ((["dump"], "PID is missing"), (["dump", "x"], "`x' is no process id"), (["dump", "0"], "no process id"),
                         (["dump", "--format", "json", "2147483647"], "there is none"),
                         (["show", "--pid", "2147483647", "builtin:docker"], "there is none"),
                         (["show", "--self", "--host", "builtin:docker"], "one process"),
                         (["show", "--pid", "1x", "builtin:docker"], "no process id"),
                         (["diff", "builtin:docker"], "two profiles are needed"),
                         (["diff", f"pid:{os.getpid()}"], "two profiles are needed")):
    done = ask(*words, status=2)
    assert complaint in done.stderr and not done.stdout, done
if bounding("self") and re.search(r"^Seccomp:\s*0", pathlib.Path("/proc/self/status").read_text(), re.M):
    thread, = json.loads(ask("dump", "--self", "--format", "json").stdout)["threads"]
    assert thread["mode"] == "none" and thread["filters"] == [], thread
    done = ask("simulate", "pid:self", "mount")
    assert "runs under no filter" in done.stderr and ": ALLOW" in done.stdout, done

os.environ.setdefault("CTSEC_LIBRARY", str(build / "libctsec/libctsec.so.0"))
sys.path.insert(0, str(root / "bindings/python"))
try:
    import cffi  # noqa: F401
except ImportError:
    sys.exit(0)
import ctsec
from ctsec.seccomp import Profile

assert json.loads(Profile.builtin("docker").to_json(pid=os.getpid()))["target"]["caps"] == bounding("self")
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "7").mkdir()
    (folder / "sys/kernel").mkdir(parents=True)
    (folder / "sys/kernel/arch").write_text("riscv64\n")
    (folder / "sys/kernel/osrelease").write_text("6.6.1-test\n")
    status = folder / "7/status"
    status.write_text("Name:\tx\nCapInh:\t0000000000000000\nCapBnd:\t00000000000000ff\n")
    target = json.loads(Profile.builtin("docker").to_json(pid=7, proc=name))["target"]
    assert (target["arch"], target["kernel"], target["caps"]) == ("riscv64", "6.6.1", "00000000000000ff"), target
    for text, code in (("", -4), ("CapBnd:\tx\n", -3), ("CapEff:\t0000000000000000\n", -4)):
        status.write_text(text)
        try:
            Profile.builtin("docker").to_json(pid=7, proc=name)
            raise AssertionError(text)
        except ctsec.Error as error:
            assert error.code == code, (text, error)
