# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool by its words: usage that is refused, standard input, and what is said of inputs that are seldom met."""
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(sys.argv[1]).resolve()
folder = tempfile.TemporaryDirectory()
DOCKER = '{"Name":"/%s","HostConfig":{"Privileged":true}}'
FILES = {
    "one.json": "[" + DOCKER % "a" + "]",
    "two.json": "[" + DOCKER % "a" + "," + DOCKER % "b" + "]",
    "part.json": "[" + DOCKER % "a" + ',{"Name":"/c","HostConfig":{"Privileged":1}}]',
    "spec.json": '{"ociVersion":"1.0.2","process":{"user":{"uid":0}},"linux":{"seccomp":{"defaultAction":"NO"}}}',
    "profile.json": '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read","no_such"],"action":"SCMP_ACT_ALLOW"}]}',
    "bad.json": "{",
    "call.txt": "x86_64 read 0 0 0\n",
    "code.asm": "ret ALLOW\n",
    "bad.asm": "jump up\n",
    "kernel.log": "audit: type=1326 audit(1700000000.100:5): auid=1 uid=0 gid=0 ses=1 pid=9 comm=\"x\" exe=\"/x\" sig=31 arch=c000003e"
                  " syscall=165 compat=0 ip=0x7f code=0x80000000\n",
    "trace.txt": "1 read(0, \"\", 1) = 0\nno line\n",
    "tree/compose.yml": "services:\n  a: {image: x, privileged: true}\n",
    "tree/package.json": '{"name": "x"}',
    "plain.yml": "services:\n  a: {image: x}\n",
    "weird.asm": "ret #0x12340000\n",
    "proc/1/status": "Name:\tsh\nPid:\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\n"
                     "CapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n",
    "empty/nothing.txt": "text",
}

# (words, standard input, status, words that standard output or the complaints have)
ROWS = (
    ("", None, 2, "ctsec"),
    ("--help", None, 0, "Usage: ctsec COMMAND"),
    ("--version", None, 0, "(data "),
    ("scan --version", None, 0, "(data "),
    ("scan --format yaml one.json", None, 2, "`yaml' is none of text json"),
    ("scan -xjunk one.json", None, 2, "is no option"),
    ("scan -hx one.json", None, 2, "`-hx' is no option"),
    ("caps decode -", "3 0x10000000000\n", 0, "CAP_DAC_OVERRIDE"),
    ("caps decode -", " \n", 2, "no mask stands in standard input"),
    ("caps decode -", "3\0", 2, "standard input is not text"),
    ("caps decode " + " ".join(str(i) for i in range(70)), None, 0, "CAP_SETGID"),
    ("caps decode 3g", None, 2, "3g"),
    ("caps decode --status nothing", None, 2, "nothing: No such file or directory"),
    ("caps encode chown,CAP_KILL", None, 0, "0000000000000021"),
    ("caps encode --format json chown", None, 0, '"0000000000000001"'),
    ("caps encode --kernel 5.4 all=ep", None, 0, "0000003fffffffff"),
    ("caps encode nope", None, 2, "nope"),
    ("caps list", None, 0, " 0 CAP_CHOWN\n"),
    ("caps list --format json", None, 0, "CAP_CHECKPOINT_RESTORE"),
    ("caps resolve --kernel 5.4 --privileged", None, 0, "bounding"),
    ("caps resolve --engine nerdctl@0.17 --cap-add SYS_TIME", None, 0, "bounding"),
    ("caps resolve --engine nerdctl@2.0 --cap-drop CAP_CHOWN", None, 0, "bounding"),
    ("caps resolve --user app", None, 0, "unknown"),
    ("caps list -olist.txt", None, 0, ""),
    ("caps show abc", None, 2, "`abc' is no process id"),
    ("caps show 999999999", None, 2, "999999999"),
    ("caps show --file /dev/null", None, 2, "neither a file nor a folder"),
    ("caps show --file nothing", None, 2, "nothing"),
    ("denials --for two.json kernel.log", None, 2, "2 containers; --select one of:"),
    ("denials --for two.json --select b kernel.log", None, 1, "mount"),
    ("denials --for spec.json kernel.log", None, 1, "--profile gives it"),
    ("denials --profile filter.bpf kernel.log", None, 1, "mount"),
    ("denials nothing", None, 2, "nothing: cannot read: no such file or directory"),
    ("paths", None, 2, "name a file, or - for standard input"),
    ("paths part.json", None, 2, "`Privileged` must be a boolean"),
    ("scan part.json", None, 2, "`Privileged` must be a boolean"),
    ("paths --format json part.json", None, 2, '/1/HostConfig/Privileged'),
    ("paths --select z one.json", None, 2, "z"),
    ("scan -", FILES["one.json"], 1, "privileged"),
    ("scan nothing", None, 2, "nothing: cannot read: no such file or directory"),
    ("scan proc", None, 0, ""),
    ("scan --fix tree", None, 1, "privileged: false"),
    ("scan --fix empty", None, 2, "no file in this folder describes a container"),
    ("scan --fix part.json", None, 2, "part.json:1:"),
    ("scan --fix bad.json", None, 2, "bad.json:1:"),
    ("seccomp show nothing", None, 2, "nothing"),
    ("seccomp show filter.bpf", None, 0, "ret ALLOW"),
    ("seccomp show --format json filter.bpf", None, 0, '"schema"'),
    ("seccomp lint --fail-on never profile.json", None, 2, "`never' is none of info, low, medium, high, critical"),
    ("seccomp lint --fail-on info profile.json", None, 1, "no_such"),
    ("seccomp lint --fail-on critical profile.json", None, 0, "no_such"),
    ("seccomp lint filter.bpf", None, 2, "raw BPF has nothing to lint"),
    ("seccomp compile bad.json", None, 2, "bad.json:1:"),
    ("seccomp disasm filter.bpf", None, 0, "ret ALLOW"),
    ("seccomp disasm --format json filter.bpf", None, 0, '"schema"'),
    ("seccomp disasm one.json", None, 2, "one.json"),
    ("seccomp asm --format json code.asm", None, 0, '"schema"'),
    ("seccomp asm bad.asm", None, 2, "bad.asm:1:"),
    ("seccomp simulate weird.bpf read", None, 1, "KILL_PROCESS"),
    ("seccomp simulate profile.json 9999", None, 1, "9999"),
    ("seccomp simulate --batch - - ", None, 2, "cannot both be standard input"),
    ("seccomp simulate --batch call.txt profile.json", None, 0, "allow\n"),
    ("seccomp simulate --batch call.txt filter.bpf", None, 0, "allow\n"),
    ("seccomp simulate --batch call.txt --runtime runc --libseccomp 2.5.4 profile.json", None, 0, "allow\n"),
    ("seccomp simulate --libseccomp new --runtime runc profile.json read", None, 2, "libseccomp: `new` is no version"),
    ("seccomp from-trace --from gdb trace.txt", None, 2, "gdb"),
    ("seccomp from-trace nothing", None, 2, "nothing"),
    ("seccomp from-trace --against filter.bpf trace.txt", None, 2, "raw BPF: a profile is needed"),
    ("why --do list one.json", None, 0, "bind port N"),
    ("why --fact docker=20.10 --fact userns=host --fact lsm=none plain.yml mount", None, 1, "cap_add"),
    ("why --fact docker=20.10 --fact userns=host --fact lsm=none one.json 9999", None, 3, "9999"),
    ("why --pid x read", None, 2, "`x' is no process id"),
    ("why --pid 0 read", None, 2, "`0' is no process id"),
    ("why --do list", None, 0, "bind port N"),
    ("why part.json read", None, 2, "part.json:1:"),
    ("why --do mount one.json read", None, 2, "is one operand too many beside --do"),
    ("why --batch call.txt one.json read", None, 2, "is one operand too many beside --batch"),
    ("why --root nothing one.json read", None, 2, "nothing: No such file or directory"),
    ("why spec.json read", None, 2, "spec.json"),
    ("record -o out.txt -- ./no-such-program", None, 127, "no-such-program"),
    ("record -o /nothing/out.txt -- true", None, 2, "/nothing/out.txt"),
)

failed = 0
for name, text in FILES.items():
    path = pathlib.Path(folder.name, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
environment = dict(os.environ, LC_ALL="C.UTF-8", NO_COLOR="1")
for name, source in (("filter.bpf", "code.asm"), ("weird.bpf", "weird.asm")):
    pathlib.Path(folder.name, name).write_bytes(
        subprocess.run([tool, "seccomp", "asm", source], cwd=folder.name, capture_output=True, check=True).stdout)
# qemu-user starts no process that shares its table of files.
rows = [row for row in ROWS if not ("CTSEC_EMULATED" in os.environ and row[2] == 127)]
for words, given, status, wanted in rows:
    done = subprocess.run([tool, *words.split()], input=(given or "").encode(), cwd=folder.name, env=environment, capture_output=True,
                          timeout=120)
    said = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode != status or wanted not in said:
        failed += 1
        print(f"ctsec {words[:100]}: status {done.returncode}, not {status}; wanted {wanted!r} in:\n{said[:600]}")
    # One bad input, alone: nothing goes to standard output, but of one of which a part can be read.
    if done.returncode == 2 and status == 2 and done.stdout and "part.json" not in words:
        failed += 1
        print(f"ctsec {words[:100]}: fails, but prints:\n{done.stdout[:300]}")
print(f"{len(rows)} commands, {failed} wrong")
sys.exit(1 if failed else 0)
