# SPDX-License-Identifier: LGPL-2.1-or-later
"""What holds whatever the kernel says: an unknown argument never promises more than each of its values keeps, one more
capability never takes away what the kernel gives, and no-new-privileges changes nothing but what asks for it."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
CAPS = [line.split(",")[1].strip() for line in (root / "libctsec/data/caps.def").read_text().splitlines()
        if line.startswith("CAP(")]
VALUES = {
    "unshare": ["0", "CLONE_NEWUSER", "CLONE_NEWNS", "CLONE_FS", "0x80"], "clone": ["17", "CLONE_NEWNET|SIGCHLD", "CLONE_NEWUSER"],
    "setns": ["3"], "ptrace": ["0", "1", "16", "0x4206"], "bpf": [str(i) for i in range(36)], "userfaultfd": ["0", "1"],
    "syslog": [str(i) for i in range(11)], "iopl": ["0", "3"], "setuid": ["0", "1", "1000"], "setgid": ["0", "5"],
    "fanotify_init": ["0", "0x200", "0x210", "0x10"], "personality": ["0", "8", "0x40000", "0xffffffff"],
    "setpriority": ["0"], "sched_setscheduler": ["0"], "clock_settime": ["0", "1"], "seccomp": ["0", "1", "2"],
    "timerfd_create": ["0", "8", "9"], "keyctl": ["0", "4"], "fsconfig": ["3"], "umount2": ["?"], "kill": ["1", "77"],
    "socket": ["1", "2", "10", "15", "16", "17", "38", "40", "44"], "prctl": ["22", "24", "28", "35", "38", "47", "67"],
    "mount": ["?"], "mknod": ["?"], "ioctl": ["3"], "ioprio_set": ["1"], "mbind": ["?"], "fcntl": ["3"],
    "setsockopt": ["3"], "open_by_handle_at": ["3"], "setresuid": ["0", "1000", "-1"], "mlockall": ["1"],
}
SECOND = {
    "setns": ["0", "0x20000", "0x40000000", "0x4000000"], "socket": ["1", "2", "3", "10"], "prctl": ["0", "2"],
    "mknod": ["0x21b6", "0x61b6", "0x11b6"], "ioctl": ["0x40086602", "0x5412", "0x8914", "0x5401"], "umount2": ["0", "1"],
    "fsconfig": ["1", "6"], "fcntl": ["1024", "1"], "setsockopt": ["0", "1"], "sched_setscheduler": ["0", "1", "6"],
    "setresuid": ["0", "1000", "-1"], "bpf": ["?"],
}


def ask(config, lines, facts=("kernel=6.18", "rt-group=no")):
    options = [word for fact in facts for word in ("--fact", fact)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file, tempfile.NamedTemporaryFile("w") as batch:
        json.dump(config, file)
        file.flush()
        batch.write("".join(f"x86_64 {line}\n" for line in lines))
        batch.flush()
        run = subprocess.run([tool, "why", *options, "--batch", batch.name, file.name], capture_output=True, text=True)
    answers = run.stdout.splitlines()
    if run.returncode or len(answers) != len(lines):
        sys.exit(f"status {run.returncode}: {run.stdout[-500:]}{run.stderr}")
    return answers


def container(caps, uid=0, seccomp=None, nnp=False):
    names = ["CAP_" + cap for cap in caps]
    sets = {kind: names for kind in ("bounding", "effective", "permitted")}
    if uid:
        sets |= {"inheritable": names, "ambient": names}
    linux = {"namespaces": [{"type": kind} for kind in ("mount", "network", "uts", "pid", "ipc")]}
    if seccomp:
        linux["seccomp"] = seccomp
    return {"ociVersion": "1.0.2", "root": {"readonly": False}, "linux": linux,
            "process": {"user": {"uid": uid, "gid": uid}, "capabilities": sets, "noNewPrivileges": nnp}}


def calls():
    for name, firsts in VALUES.items():
        for first in firsts:
            for second in SECOND.get(name, ["?"]):
                for third in ("0", "5", "19", "-5", "1"):
                    yield [name, first, second, third, "?", "?", "4"]


def weaker(call, chance):
    return [call[0]] + [word if chance.random() < 0.5 else "?" for word in call[1:]]


def main():
    chance = random.Random(5)
    docker = json.loads((root / "tests/recordings/docker/default/config.json").read_text())["linux"]["seccomp"]
    faults, count = [], 0
    exact = list(calls())
    vague = [weaker(call, chance) for call in exact]
    for trial in range(12):
        caps = chance.sample(CAPS, chance.choice([0, 1, 5, 20, len(CAPS)]))
        config = container(caps, chance.choice([0, 1000]), docker if trial % 3 == 0 else None)
        for call, said, open_call, promised in zip(exact, ask(config, [" ".join(c) for c in exact]), vague,
                                                   ask(config, [" ".join(c) for c in vague])):
            count += 1
            if promised.split()[0] in ("allow", "deny") and said.split()[0] != promised.split()[0]:
                faults.append(f"{' '.join(open_call)}: {promised}, yet {' '.join(call)}: {said}")
        config["linux"].pop("seccomp", None)
        before = ask(config, [" ".join(c) for c in exact])
        more = container(caps + chance.sample(CAPS, 6), config["process"]["user"]["uid"])
        for call, old, new in zip(exact, before, ask(more, [" ".join(c) for c in exact])):
            count += 1
            if old == "allow" and new != "allow":
                faults.append(f"{' '.join(call)}: {old} with {caps}, {new} with more")
        confined = container(caps, config["process"]["user"]["uid"], nnp=True)
        for call, old, new in zip(exact, before, ask(confined, [" ".join(c) for c in exact])):
            count += 1
            if old != new and call[0] not in ("seccomp", "prctl"):
                faults.append(f"{' '.join(call)}: {old}, {new} with no-new-privileges")
    print("\n".join(faults[:30]) or f"{count} comparisons hold")
    return 1 if faults else 0


sys.exit(main())
