# SPDX-License-Identifier: LGPL-2.1-or-later
"""Processes that are started here with known capabilities, namespaces and filters are read as the kernel has them."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
started = []


def scan(*words, prefix=()):
    done = subprocess.run([*prefix, tool, "scan", "--format", "json", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1), (words, done.returncode, done.stderr)
    return json.loads(done.stdout)


def children(pid):
    return [int(child) for task in os.listdir(f"/proc/{pid}/task")
            for child in pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split()]


def start(*command):
    """The process `sleep` at the end of a chain of programs that make it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    started.append(process)
    for _ in range(200):
        pids = [process.pid]
        for pid in pids:
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text() == "sleep\n":
                    return pid
                pids.extend(children(pid))
            except OSError:
                pass
        if process.poll() is not None:
            break
        time.sleep(0.02)
    return None


def status(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split(":", 1)[1].strip() for line in lines}


def rules(container):
    return {finding["rule"] for finding in container["findings"]}


def check_sets():
    pid = start("unshare", "-mpf", "--mount-proc", "setpriv", "--bounding-set", "-all,+chown,+net_raw", "--inh-caps", "-all", "--no-new-privs",
                "sleep", "300")
    if not pid:
        print("no namespace can be made here")
        sys.exit(77)
    container = scan("--pid", str(pid))["containers"][0]
    kernel = status(pid)
    for name, key in (("inheritable", "CapInh"), ("permitted", "CapPrm"), ("effective", "CapEff"), ("bounding", "CapBnd"), ("ambient", "CapAmb")):
        assert container["caps"][name] == kernel[key], (name, container["caps"], kernel)
    assert container["caps"]["bounding"] == "0000000000002001"
    shared = {f["observed"].split(":")[0] for f in container["findings"] if f["rule"] == "live-ns-shared"}
    assert "pid" not in shared and {"net", "ipc"} <= shared, shared
    assert {"live-seccomp-mode", "mount-root", "live-userns"} <= rules(container) and "no-new-privileges" not in rules(container)
    blocks = [name for name in os.listdir("/dev") if pathlib.Path("/dev", name).is_block_device()]
    assert not blocks or "device-host" in rules(container), blocks
    done = subprocess.run([tool, "paths", "--format", "json", "--pid", str(pid)], capture_output=True, timeout=60)
    known = json.loads(done.stdout)["containers"][0]
    assert done.returncode == 1 and known["source"] == f"/proc/{pid}", known
    assert any(path["status"] == "reachable" and path["id"] == "AP14" for path in known["paths"]), [p["id"] for p in known["paths"]]
    listed = scan("--host")
    sources = {c["source"] for c in listed["containers"]}
    assert f"/proc/{pid}" in sources and f"/proc/{os.getpid()}" not in sources and "/proc/2" not in sources
    # The parent made the namespaces for its child only.
    assert f"/proc/{started[-1].pid}" not in sources
    return pid


def check_users():
    pid = start("unshare", "-Umpf", "--mount-proc", "--map-user=7", "sleep", "300")
    if not pid:
        return
    document = scan("--pid", str(pid))
    container = document["containers"][0]
    assert "live-userns" not in rules(container) or os.geteuid() == 7
    assert ("low-uid", "uid 7") in {(f["rule"], f["observed"]) for f in container["findings"]}, container["findings"]


def check_filters():
    child = """
import ctypes, os, sys
libc = ctypes.CDLL(None)
data = open(sys.argv[1], "rb").read()
buffer = ctypes.create_string_buffer(data, len(data))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
program = Program(len(data) // 8, ctypes.addressof(buffer))
libc.prctl(38, 1, 0, 0, 0)
print(libc.prctl(22, 2, ctypes.byref(program), 0, 0), flush=True)
sys.stdin.read()
"""
    with tempfile.TemporaryDirectory() as folder:
        for profile, weak in (("builtin:docker", False), ('{"defaultAction":"SCMP_ACT_ALLOW"}', True)):
            path = os.path.join(folder, "filter")
            if profile.startswith("{"):
                source = os.path.join(folder, "profile.json")
                pathlib.Path(source).write_text(profile)
                profile = source
            subprocess.run([tool, "seccomp", "compile", "-o", path, profile], check=True)
            process = subprocess.Popen([sys.executable, "-c", child, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            loaded = process.stdout.readline().split() == ["0"]
            plain, asked = scan("--pid", str(process.pid)), scan("--filters", "--pid", str(process.pid))
            asked_why = subprocess.run([tool, "why", "--filters", "--pid", str(process.pid), "keyctl", "0"], capture_output=True, text=True)
            alive = process.poll() is None
            process.stdin.close()
            assert process.wait() == 0 and alive
            if not loaded:
                return
            assert any(d["rule"] == "seccomp-weak-profile" for d in plain["diagnostics"])
            assert "live-seccomp-mode" not in rules(plain["containers"][0])
            if any(d["rule"] == "seccomp-weak-profile" for d in asked["diagnostics"]):
                print("the kernel does not let filters be read here")
                return
            assert ("seccomp     EPERM" in asked_why.stdout) != weak and ("seccomp     allow" in asked_why.stdout) == weak, asked_why
            assert ("seccomp-weak-profile" in rules(asked["containers"][0])) == weak, (profile, rules(asked["containers"][0]))


def check_strangers(pid):
    """Another user may see less, and is told so."""
    if os.geteuid():
        return
    prefix = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps", "-all")
    document = scan("--pid", str(pid), prefix=prefix)
    unread = {d["rule"] for d in document["diagnostics"]}
    assert {"live-ns-shared", "secret-env", "device-host"} <= unread, document["diagnostics"]
    found = rules(document["containers"][0])
    assert not {"secret-env", "device-host"} & found and document["containers"][0]["caps"]["bounding"] == "0000000000002001"
    done = subprocess.run([*prefix, tool, "scan", "--format", "json", "--host"], capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 1, 2) and f"/proc/{pid}" in {c["source"] for c in json.loads(done.stdout)["containers"]}, done.stderr


def check_races():
    """Containers that end while they are looked at are left out, or unknown in part."""
    short = subprocess.Popen(["sh", "-c", "while :; do unshare -mpf --mount-proc sleep 0.01; done"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(25):
            done = subprocess.run([tool, "scan", "--format", "ndjson", "--host"], capture_output=True, text=True, timeout=60)
            assert done.returncode in (0, 1), done.stderr
    finally:
        os.killpg(short.pid, signal.SIGKILL)
        short.wait()
    done = subprocess.run([tool, "scan", "--pid", str(short.pid)], capture_output=True, text=True)
    assert done.returncode == 2 and not done.stdout and str(short.pid) in done.stderr


def main():
    try:
        pid = check_sets()
        check_users()
        check_filters()
        check_strangers(pid)
        check_races()
        own = scan("--self")["containers"][0]
        assert own["caps"]["effective"] == status("self")["CapEff"]
    finally:
        for process in started:
            for child in (children(process.pid) if process.poll() is None else []):
                os.kill(child, signal.SIGKILL)
            process.kill()
            process.wait()
    print("read")


main()
