# SPDX-License-Identifier: LGPL-2.1-or-later
"""Containers that Docker really runs: their processes and their inspect output are the same to every rule that can ask both."""
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
IMAGE, PREFIX = "ctsec-test-busybox", f"ctsec-test-{os.getpid()}-"
CASES = {
    "plain": [],
    "added": ["--cap-add", "NET_ADMIN", "--cap-drop", "CHOWN"],
    "open": ["--network", "host", "--pid", "host", "--ipc", "host", "--security-opt", "seccomp=unconfined", "--security-opt",
             "systempaths=unconfined", "-v", "/etc:/hostetc:ro", "-v", "/var/run:/r", "-e", "DB_PASSWORD=correct-horse-battery"],
    "tight": ["--user", "1000:1000", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only", "--pids-limit", "50",
              "--cpus", "1", "--memory", "64m"],
}


def docker(*words, **more):
    return subprocess.run(["docker", *words], capture_output=True, timeout=120, **more)


def make_image():
    busybox = shutil.which("busybox")
    if not busybox:
        return False
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        folder = tarfile.TarInfo("bin")
        folder.type, folder.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(folder)
        archive.add(busybox, "bin/busybox")
        link = tarfile.TarInfo("bin/sleep")
        link.type, link.linkname = tarfile.SYMTYPE, "busybox"
        archive.addfile(link)
    return docker("import", "-", IMAGE, input=data.getvalue()).returncode == 0


def scan(*words):
    done = subprocess.run([tool, "scan", "--format", "json", *words], capture_output=True, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["containers"]


if not shutil.which("docker") or docker("info").returncode or os.geteuid():
    print("needs root and a Docker daemon")
    sys.exit(77)
if not make_image():
    print("no image can be made")
    sys.exit(77)
catalogue = json.loads(subprocess.run([tool, "rules", "--format", "json"], capture_output=True, check=True).stdout)["rules"]
both = {r["id"] for r in catalogue if {"docker", "proc"} <= set(r["formats"]) and not r["id"].startswith("live-")}
version = "v2" if os.path.exists("/sys/fs/cgroup/cgroup.controllers") else "v1"
names, seen = [], 0
try:
    for case, options in CASES.items():
        network = [] if "--network" in options else ["--network", "none"]
        done = docker("run", "-d", "--name", PREFIX + case, *network, *options, IMAGE, "/bin/sleep", "300")
        names.append(PREFIX + case)
        if done.returncode:
            print(f"{case}: not started here: {done.stderr.decode().strip()[:200]}")
            continue
        inspect = docker("inspect", PREFIX + case).stdout
        described = json.loads(subprocess.run([tool, "scan", "--format", "json", "--fact", "userns=host", "--fact", f"cgroup={version}", "-"],
                                              input=inspect, capture_output=True).stdout)["containers"][0]
        running = next(c for c in scan("--host") if c["container_id"] == described["container_id"])
        pid = str(json.loads(inspect)[0]["State"]["Pid"])
        assert scan("--pid", pid)[0]["findings"] == running["findings"] and running["source"] == f"/proc/{pid}"
        assert described["caps"] == running["caps"], (case, described["caps"], running["caps"])
        pairs = [{(f["rule"], f["severity"]) for f in c["findings"] if f["rule"] in both} for c in (described, running)]
        assert pairs[0] == pairs[1], (case, pairs[0] ^ pairs[1])
        hosts = {f["rule"].split("-")[1] for f in described["findings"] if f["rule"] in ("host-pid", "host-net", "host-ipc")}
        shared = {f["observed"].split(":")[0] for f in running["findings"] if f["rule"] == "live-ns-shared"} & {"pid", "net", "ipc"}
        assert hosts == shared, (case, hosts, shared)
        found = {f["rule"] for f in running["findings"]}
        assert ("live-seccomp-mode" in found) == ("seccomp-unconfined" in {f["rule"] for f in described["findings"]})
        assert ("live-mounts" in found) == ("proc-unmasked" in {f["rule"] for f in described["findings"]}), found
        assert "correct-horse" not in json.dumps(running)
        seen += 1
finally:
    if names:
        docker("rm", "-f", *names)
if not seen:
    sys.exit(77)
print(f"{seen} containers")
