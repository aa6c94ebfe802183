# SPDX-License-Identifier: LGPL-2.1-or-later
"""A child is killed, recorded and refused by real filters; the kernel's log of it is read back and must say so."""
import ctypes
import json
import os
import platform
import subprocess
import sys
import time

tool = sys.argv[1]
if platform.machine() != "x86_64":
    print("x86-64 only: skipped")
    sys.exit(77)
try:
    os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))
except OSError as error:
    print(f"/dev/kmsg: {error}: skipped")
    sys.exit(77)

SETHOSTNAME, RET_ALLOW = 170, 0x7FFF0000
libc = ctypes.CDLL(None, use_errno=True)


class Fprog(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def insn(code, jt, jf, k):
    return code.to_bytes(2, "little") + bytes([jt, jf]) + k.to_bytes(4, "little")


def child(action, flags, name):
    """Runs sethostname(NULL, 0) below a filter with an action for it."""
    pid = os.fork()
    if pid:
        return pid, os.waitpid(pid, 0)[1]
    libc.prctl(15, name.encode(), 0, 0, 0)
    libc.prctl(38, 1, 0, 0, 0)
    program = insn(0x20, 0, 0, 0) + insn(0x15, 0, 1, SETHOSTNAME) + insn(6, 0, 0, action) + insn(6, 0, 0, RET_ALLOW)
    buffer = ctypes.create_string_buffer(program)
    if libc.syscall(317, 1, flags, ctypes.byref(Fprog(4, ctypes.addressof(buffer)))):
        os._exit(77)
    libc.syscall(SETHOSTNAME, None, 0)
    os._exit(0)


# 10 messages in 5 seconds are let through, whoever makes them: the others are tried again later.
cases = {"ct kill": (0x80000000, 0, "SCMP_ACT_KILL_PROCESS"), "ct log": (0x7FFC0000, 0, "SCMP_ACT_LOG"),
         "ct errno": (0x00050001, 2, "SCMP_ACT_ERRNO")}
silent = child(0x00050001, 0, "ct silent")[0]
found = {}
for attempt in range(6):
    pids = {child(action, flags, name)[0]: name for name, (action, flags, _) in cases.items() if name not in found}
    time.sleep(0.3)
    done = subprocess.run([tool, "denials", "--format", "json", "--profile", "builtin:docker"], capture_output=True, timeout=60)
    document = json.loads(done.stdout)
    for group in document["groups"]:
        if group["comm"] in cases and group["pid"] in pids:
            found[group["comm"]] = group
    if len(found) == len(cases):
        break
    time.sleep(5)
faults = []
for group in document["groups"]:
    if group["comm"] == "ct silent" and group["pid"] == silent:
        faults.append("an error without the flag for it was recorded")
for name, group in found.items():
    if (group["syscall"], group["number"], group["arch"], group["action"]) != ("sethostname", SETHOSTNAME, "x86_64", cases[name][2]):
        faults.append(f"{name}: {group}")
if not found:
    print("the kernel recorded nothing, or its log was too busy: skipped")
    sys.exit(77)
print("\n".join(faults) or f"{len(found)} of {len(cases)} actions were read back")
sys.exit(1 if faults else 0)
