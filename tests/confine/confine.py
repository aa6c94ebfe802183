# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ctsec gives up by itself, what --confine forbids it, and that the shipped profile does so."""
import ctypes
import errno
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parents[2]
tool = sys.argv[1]
profile = root / "share/seccomp/ctsec.json"
faults = []
FILES, SYSLOG, SYS_ADMIN = 1 << 1 | 1 << 2, 1 << 34, 1 << 21
if platform.machine() != "x86_64":
    print("the profile was recorded on x86-64: skipped")
    sys.exit(77)


def check(what, holds):
    if not holds:
        faults.append(what)


def status_of(words, folder):
    """/proc/PID/status of ctsec while it follows a file, and what simulate answers for its filters."""
    grows = folder / "log"
    grows.write_text("")
    child = subprocess.Popen([tool, *words, "-f", grows], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    status = {}
    for _ in range(100):
        time.sleep(0.05)
        lines = pathlib.Path(f"/proc/{child.pid}/status").read_text().splitlines()
        status = {line.split(":")[0]: line.split(":")[1].strip() for line in lines}
        if child.poll() is not None or status.get("NoNewPrivs") == "1" and \
                os.readlink(f"/proc/{child.pid}/exe").endswith("ctsec") and str(grows) in \
                [os.readlink(path) for path in pathlib.Path(f"/proc/{child.pid}/fd").iterdir()]:
            break
    answers = {call: subprocess.run([tool, "seccomp", "simulate", f"pid:{child.pid}", *call.split()], capture_output=True).returncode
               for call in ("socket 1 1 0", "execve ? ? ?", "openat ? ? ?", "read ? ? ?")} if os.geteuid() == 0 else {}
    child.terminate()
    child.wait(10)
    return status, answers


def child_of(action):
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        os._exit(action())
    except BaseException:
        os._exit(99)


def outside(raw):
    """Loads the filter, and makes calls that are not in the profile, and one that is."""
    libc = ctypes.CDLL(None, use_errno=True)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    buffer = ctypes.create_string_buffer(raw)
    program = Program(len(raw) // 8, ctypes.addressof(buffer))
    libc.prctl(38, 1, 0, 0, 0)
    if libc.syscall(317, 1, 0, ctypes.byref(program)):
        return 77
    wrong = 0
    # socket, connect, mount, unshare, ptrace(PTRACE_TRACEME), setuid, kill, bpf
    for call in ((41, 1, 1, 0), (42, 0, 0, 0), (165, 0, 0, 0, 0, 0), (272, 0), (101, 0, 0, 0, 0), (105, 0), (62, 0, 0), (321, 0, 0, 0)):
        wrong += libc.syscall(*call) != -1 or ctypes.get_errno() != errno.ENOSYS
    wrong += libc.syscall(39) < 1
    return wrong


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    status, _ = status_of(["denials"], folder)
    check(f"no_new_privs is not set: {status}", status["NoNewPrivs"] == "1")
    check(f"kept: {status['CapPrm']}", not int(status["CapPrm"], 16) & ~(FILES | SYSLOG | SYS_ADMIN))
    status, answers = status_of(["denials", "--confine"], folder)
    if status.get("Seccomp") == "0":
        print("no filter can be loaded here: skipped")
        sys.exit(77)
    check(f"no filter: {status}", status["Seccomp"] == "2")
    check(f"the filters say {answers}", not answers or list(answers.values()) == [1, 1, 0, 0])

    # What is refused, and that nothing is where it is not asked for.
    for words in (["record", "--confine", "-o", folder / "r", "--", "true"], ["scan", "--confine", "--self"],
                  ["seccomp", "simulate", "--confine", "--pid", "self", "builtin:docker", "mount"]):
        done = subprocess.run([tool, *words], capture_output=True)
        check(f"{words}: status {done.returncode}", done.returncode == 2 and b"--confine" in done.stderr)
    own = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())["CapEff"].strip()
    shown = subprocess.run([tool, "caps", "show", "--format", "json", "self"], capture_output=True, text=True).stdout
    check(f"our own sets are {own}, shown: {shown}", f'"effective": "{own}"' in shown)
    if os.geteuid() == 0:
        (folder / "private").mkdir(mode=0o700)
        (folder / "private/run.txt").write_text("docker run --privileged x\n")
        os.chmod(folder / "private/run.txt", 0o600)
        for path in (folder / "private/run.txt", folder / "private"):
            os.chown(path, 65534, 65534)
        for words in ([], ["--confine"]):
            done = subprocess.run([tool, "scan", *words, folder / "private/run.txt"], capture_output=True)
            check(f"a file of another's: {done.stderr}", done.returncode == 1)
            done = subprocess.run([tool, "scan", *words, "-o", folder / "private/out", folder / "private/run.txt"], capture_output=True)
            check(f"a folder of another's: {done.stderr}", done.returncode == 1 and (folder / "private/out").exists())

    subprocess.run([tool, "seccomp", "compile", "-o", folder / "bpf", profile], check=True)
    raw = (folder / "bpf").read_bytes()
    wrong = child_of(lambda: outside(raw))
    if wrong == 77:
        print("no filter can be loaded here: skipped")
        sys.exit(77)
    check(f"{wrong} calls outside the profile are not refused", not wrong)

print("\n".join(faults) or "what is not needed is given up; under --confine nothing else can be called")
sys.exit(1 if faults else 0)
