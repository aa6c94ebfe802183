# SPDX-License-Identifier: LGPL-2.1-or-later
"""ctsec in a container of runc, under its own profile, without any capability: it answers as outside, and what it does not
need is refused there."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(sys.argv[1]).resolve()
build = tool.parents[1]
runc = shutil.which("runc", path="/usr/sbin:/usr/bin:/sbin:/bin")
if not runc or os.geteuid() or os.uname().machine != "x86_64":
    print("runc, root and x86-64 are needed: skipped")
    sys.exit(77)
FOLDERS = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", str(root), str(build)]


def config(words):
    mounts = [{"destination": "/proc", "type": "proc", "source": "proc"}]
    for folder in dict.fromkeys(FOLDERS):
        if os.path.exists(folder):
            mounts.append({"destination": folder, "type": "bind", "source": os.path.realpath(folder), "options": ["rbind", "ro"]})
    return {
        "ociVersion": "1.0.2", "mounts": mounts, "root": {"path": "rootfs", "readonly": False},
        "process": {"user": {"uid": 0, "gid": 0}, "args": [str(word) for word in words], "cwd": "/", "noNewPrivileges": True,
                    "env": ["SOURCE_DATE_EPOCH=1700000000", f"LD_LIBRARY_PATH={build}/libctsec"], "capabilities": {}},
        "linux": {"namespaces": [{"type": kind} for kind in ("mount", "network", "uts", "pid", "ipc")],
                  "seccomp": json.loads((root / "share/seccomp/ctsec.json").read_text())},
    }


def run(folder, words):
    (folder / "config.json").write_text(json.dumps(config(words)))
    done = subprocess.run([runc, "--root", folder / "state", "run", "-b", folder, "own"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


with tempfile.TemporaryDirectory() as name:
    folder, faults = pathlib.Path(name), []
    (folder / "rootfs").mkdir()
    status, said, complaint = run(folder, [tool, "--version"])
    if status:
        print(f"runc starts no container here: {complaint.decode()[:300]}: skipped")
        sys.exit(77)
    inspect = root / "tests/recordings/docker/default/inspect.json"
    for words in (["caps", "decode", "a80425fb"], ["scan", "--format", "json", inspect], ["scan", "--jobs", "2", root / "tests/data/scan"],
                  ["why", inspect, "mount"], ["paths", inspect], ["seccomp", "show", "builtin:docker"], ["rules"],
                  ["seccomp", "simulate", "builtin:docker", "mount"], ["denials", root / "tests/data/denials/forms/log"]):
        inside = run(folder, [tool, *words])
        done = subprocess.run([tool, *words], capture_output=True, cwd="/", env={"SOURCE_DATE_EPOCH": "1700000000",
                                                                                "LD_LIBRARY_PATH": f"{build}/libctsec"})
        if inside != (done.returncode, done.stdout, done.stderr):
            faults.append(f"{words}: {inside[0]} {inside[2].decode()[:300]}, outside {done.returncode}")
    for words, error in ((["/usr/bin/unshare", "-n", "/bin/true"], b"Function not implemented"),
                         (["/bin/mount", "-t", "tmpfs", "none", "/proc"], b"")):
        status, said, complaint = run(folder, words)
        if not status or error not in complaint:
            faults.append(f"{words}: status {status}: {complaint.decode()[:300]}")
print("\n".join(faults) or "it answers under its own profile as without")
sys.exit(1 if faults else 0)
