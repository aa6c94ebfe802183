# SPDX-License-Identifier: LGPL-2.1-or-later
"""Inputs at each limit that docs/limits.md names, and one past it: read, or refused with the message that stands there.

Usage: limits.py TOOL
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = str(pathlib.Path(sys.argv[1]).resolve())
text = (root / "docs/limits.md").read_text()
rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n") if line.startswith("| ")]
moved = {row[0]: row for row in rows if row[0].startswith("CTSEC_LIMIT_")}
fixed = {row[0]: row for row in rows if len(row) == 3 and row[1].isdigit()}
header = (root / "include/ctsec/options.h").read_text()
faults = []

for default, name in re.findall(r"\[(\d+)\]\. \*/\n#define (CTSEC_LIMIT_\w+)", header):
    said = moved[name][1] if name in moved else re.search(rf"{name} \((\d+)\)", text).group(1)
    if said != default:
        faults.append(f"{name}: {said} here, {default} in the header")

INSPECT = '[{"Id":"x","Name":"/web","Config":{"Image":"web"},"HostConfig":{}%s}]'
COMPOSE = "services:\n  web:\n    image: nginx\n"


def pad(start, length, comment="#"):
    return start + comment + "x" * (length - len(start) - len(comment) - 1) + "\n"


def numbers(count):
    return ",".join(["1"] * count)


def bytes_of(n):
    base = INSPECT % ""
    return {"x.json": base + " " * (n - len(base)), "x.yaml": pad(COMPOSE, n), "x.sh": pad("docker run nginx\n", n),
            "Dockerfile": pad("FROM alpine\nUSER 1\n", n)}


def depth_of(n):
    # An array and an object hold the first; the root, services and web hold the second.
    return {"x.json": INSPECT % (',"X":' + "[" * (n - 2) + "]" * (n - 2)),
            "x.yaml": COMPOSE + "    x-a: " + "[" * (n - 3) + "]" * (n - 3) + "\n"}


def nodes_of(n):
    # Eight values beside the numbers here; there keys count too.
    return {"x.json": INSPECT % (',"X":[' + numbers(n - 8) + "]"), "x.yaml": COMPOSE + "x-a: [" + numbers(n - 9) + "]\n"}


def aliases_of(n):
    whole, rest = divmod(n, 100)
    return {"x.yaml": COMPOSE + "x-a: &a [" + numbers(99) + "]\nx-c: &c 1\nx-b: [" + ",".join(["*a"] * whole + ["*c"] * rest) + "]\n"}


def rules_of(n):
    entry = '{"names":["read"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":%d,"op":"SCMP_CMP_EQ"}]}'
    return {"x.json": '{"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],"syscalls":[' +
            ",".join(entry % i for i in range(n)) + "]}"}


def containers_of(n):
    return {"x.json": "[" + ",".join('{"Id":"%d","HostConfig":{}}' % i for i in range(n)) + "]"}


def instructions_of(n):
    return {"x.bpf": struct.pack("<HBBI", 6, 0, 0, 0x7FFF0000) * n}


def log_of(n):
    record = ('[  1.0] audit: type=1326 audit(1700000000.104:31): pid=3 comm="mount" sig=0 arch=c000003e syscall=165 '
              "compat=0 ip=0x7f code=0x50000 x=")
    return {"x.log": record + "x" * (n - len(record)) + "\n"}


def trace_of(n):
    head, tail = 'chown("', '", 1, 1) = -1 EPERM (Operation not permitted)'
    return {"x.txt": 'execve("/x", ["x"], 0x1) = 0\n' + head + "x" * (n - len(head) - len(tail)) + tail + "\n"}


PROBES = [
    ("CTSEC_LIMIT_BYTES", bytes_of, ["scan", "--min", "critical"]),
    ("CTSEC_LIMIT_DEPTH", depth_of, ["scan", "--min", "critical"]),
    ("CTSEC_LIMIT_NODES", nodes_of, ["scan", "--min", "critical"]),
    ("CTSEC_LIMIT_ALIASES", aliases_of, ["scan", "--min", "critical"]),
    ("CTSEC_LIMIT_RULES", rules_of, ["seccomp", "show"]),
    ("CTSEC_LIMIT_CONTAINERS", containers_of, ["scan", "--format", "json"]),
    ("instructions of a seccomp filter, as the kernel has it", instructions_of, ["seccomp", "disasm"]),
    ("bytes of a line of a log", log_of, ["denials"]),
    ("bytes of a line of a trace", trace_of, ["seccomp", "from-trace"]),
    ("digits of a capability mask", None, ["caps", "decode"]),
]
if {name for name, _, _ in PROBES} != set(moved) | set(fixed):
    faults.append(f"not probed, or not written: {set(moved) ^ set(fixed) ^ {name for name, _, _ in PROBES}}")

# The child tells its own peak, so that one input's does not hide another's.
RUN = ("import resource, subprocess, sys\n"
       "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)\n"
       "sys.stderr.write(done.stderr.decode('utf-8', 'replace')[-4000:])\n"
       "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n")
with tempfile.TemporaryDirectory() as folder:
    for name, make, words in PROBES:
        row = moved.get(name) or fixed[name]
        limit = int(row[1])
        for past in (0, 1):
            inputs = make(limit + past) if make else {"": "0" * (limit + past)}
            for file, content in inputs.items():
                operand = content
                if make:
                    path = pathlib.Path(folder, file)
                    path.write_bytes(content if isinstance(content, bytes) else content.encode())
                    operand = str(path)
                done = subprocess.run([sys.executable, "-c", RUN, tool, *words, operand], capture_output=True, text=True)
                if done.returncode:
                    faults.append(f"{name}, {file}: no end: {done.stderr[-300:]}")
                    continue
                status, peak = (int(word) for word in done.stdout.split())
                if past and (status != 2 or row[-1] not in done.stderr):
                    faults.append(f"{name}, {file}, one past: status {status}: {done.stderr[-300:]}")
                if not past and status == 2:
                    faults.append(f"{name}, {file}, at the limit: {done.stderr[-300:]}")
                if name in moved and peak > int(row[3].split()[0]) * 1000:
                    faults.append(f"{name}, {file}: {peak} kB")

print("\n".join(faults) or f"{len(PROBES)} limits hold")
sys.exit(1 if faults else 0)
