# SPDX-License-Identifier: LGPL-2.1-or-later
"""A process that loads a compiled profile twice is dumped with both filters, unchanged, and compared with the profile."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
child = """
import ctypes, sys
libc = ctypes.CDLL(None)
data = open(sys.argv[1], "rb").read()
buffer = ctypes.create_string_buffer(data, len(data))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]
program = Program(len(data) // 8, ctypes.addressof(buffer))
libc.prctl(38, 1, 0, 0, 0)
print(*(libc.prctl(22, 2, ctypes.byref(program), 0, 0) for _ in range(2)), flush=True)
sys.stdin.read()
"""

if os.geteuid():
    print("needs root")
    sys.exit(77)
with tempfile.TemporaryDirectory() as folder:
    filter_path = os.path.join(folder, "filter")
    subprocess.run([tool, "seccomp", "compile", "-o", filter_path, "builtin:docker"], check=True)
    process = subprocess.Popen([sys.executable, "-c", child, filter_path], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    if process.stdout.readline().split() != ["0", "0"]:
        process.kill()
        print("no filter can be loaded here")
        sys.exit(77)
    raw = subprocess.run([tool, "seccomp", "dump", "--format", "raw", str(process.pid)], capture_output=True)
    document = subprocess.run([tool, "seccomp", "dump", "--format", "json", str(process.pid)], capture_output=True)
    equal = subprocess.run([tool, "seccomp", "diff", "--caps", "0xa80425fb", "builtin:docker", "--pid", str(process.pid)],
                           capture_output=True, text=True)
    differs = subprocess.run([tool, "seccomp", "diff", "--caps", "SYS_ADMIN", "builtin:docker", f"pid:{process.pid}"],
                             capture_output=True, text=True)
    denied = subprocess.run([tool, "seccomp", "simulate", f"pid:{process.pid}", "mount"], capture_output=True, text=True)
    process.stdin.close()
    process.wait()
    if raw.returncode == 2 and b"not permitted" in raw.stderr:
        print("the kernel does not let filters be read here")
        sys.exit(77)
    expected = pathlib.Path(filter_path).read_bytes()
    assert raw.returncode == 0, raw.stderr
    assert raw.stdout == 2 * expected
    threads = json.loads(document.stdout)["threads"]
    assert [(t["pid"], len(t["filters"])) for t in threads] == [(process.pid, 2)], threads
    assert threads[0]["mode"] == "filter"
    assert equal.returncode == 0, equal
    assert differs.returncode == 1 and "mount(" in differs.stdout, differs
    assert denied.returncode == 1 and "of filter" in denied.stdout, denied
    assert all(f["count"] == len(expected) // 8 for f in threads[0]["filters"])
print("dumped")
