# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a verdict says of other targets is what resolving for them says: each change that it names, and no capability missed."""
import os
import pathlib
import random
import sys
import time

root = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("CTSEC_LIBRARY", str(pathlib.Path(os.environ["CTSEC_BUILD"]) / "libctsec/libctsec.so.0"))
sys.path.insert(0, str(root / "bindings/python"))
try:
    import cffi  # noqa: F401
except ImportError:
    print("needs cffi")
    sys.exit(77)
import ctsec
from ctsec.seccomp import Profile
from ctsec.syscalls import Arch

seed = int(os.environ.get("CTSEC_SEED", time.time_ns() & 0xffffffff))
print("seed", seed)
pick = random.Random(seed)
profiles = {name: Profile.builtin(name) for name in ("docker", "docker@20.10", "podman", "containerd")}
profiles["own"] = Profile(b"""{"defaultAction": "SCMP_ACT_ERRNO", "archMap": [{"architecture": "SCMP_ARCH_X86_64"}], "syscalls": [
 {"names": ["mount", "bpf"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN", "CAP_BPF"]}},
 {"names": ["mount"], "action": "SCMP_ACT_KILL", "excludes": {"caps": ["CAP_SYS_CHROOT"]}},
 {"names": ["reboot"], "action": "SCMP_ACT_ALLOW", "excludes": {"caps": ["CAP_SYS_BOOT", "CAP_KILL"]}},
 {"names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "4.8", "caps": ["CAP_SYS_PTRACE"]}},
 {"names": ["acct"], "action": "SCMP_ACT_ALLOW", "excludes": {"minKernel": "5.0"}},
 {"names": ["swapon"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": ["CAP_SYS_ADMIN"]},
  "args": [{"index": 1, "op": "SCMP_CMP_EQ", "value": 7}]}]}""")
ALL, PASSES = (1 << 41) - 1, ("SCMP_ACT_ALLOW", "SCMP_ACT_LOG")
gated = ("mount bpf reboot ptrace acct swapon unshare setns clone clone3 perf_event_open syslog open_by_handle_at quotactl "
         "iopl settimeofday kcmp process_vm_readv chroot init_module sethostname umount2 mbind vhangup socket").split()


def ask(profile, name, args, caps, kernel, **named):
    policy = profile.resolve(caps=f"{caps:#x}", kernel=kernel, **named)
    return policy.simulate(name, *args, kernel=kernel).to_dict()


checked = wrong = 0
until = time.monotonic() + 2
while time.monotonic() < until and wrong < 5:
    label = pick.choice(sorted(profiles))
    profile = profiles[label]
    name = pick.choice(gated) if pick.random() < 0.8 else pick.choice(sorted(Arch("x86_64").calls()))
    args = [pick.choice((0, 7, 0x10000000, 38, None)) for _ in range(2)]
    caps = pick.choice((0, 0xa80425fb, ALL, pick.getrandbits(41), pick.getrandbits(41) & pick.getrandbits(41)))
    kernel = pick.choice((None, "4.4", "4.8", "6.1"))
    engine = pick.choice((None, "docker", "podman"))
    verdict = ask(profile, name, args, caps, kernel, engine=engine)
    where = (label, name, args, hex(caps), kernel, engine)
    for change in verdict["changes"]:
        other = caps
        for cap in change["add_capabilities"]:
            other |= ctsec.Caps.encode(cap)
        for cap in change["drop_capabilities"]:
            other &= ~ctsec.Caps.encode(cap)
        new = change["kernel_from"] or kernel
        if change["kernel_before"]:
            major, minor = map(int, change["kernel_before"].split("."))
            new = f"{major}.{minor - 1}" if minor else f"{major - 1}.99"
        would = ask(profile, name, args, other, new, engine=engine)
        checked += 1
        if (would["action"], would["errno"], would["rule"]) != (change["action"], change["errno"], change["rule"]):
            wrong += 1
            print("not so:", where, change, would["action"], would["rule"])
    if verdict["outcome"] == "decided" and verdict["action"] not in PASSES:
        for bit in (21, 39, 19, 18, 22):
            if caps >> bit & 1 or len(verdict["changes"]) == 4:
                continue
            name_of = ctsec.Caps(1 << bit).names[0]
            listed = [name_of] in [change["add_capabilities"] for change in verdict["changes"]]
            passes = ask(profile, name, args, caps | 1 << bit, kernel, engine=engine)["action"] in PASSES
            checked += 1
            if passes != listed:
                wrong += 1
                print("missed" if passes else "wrong:", where, name_of)
print(f"{checked} checked, {wrong} wrong")
sys.exit(1 if wrong or not checked else 0)
