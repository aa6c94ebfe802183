# SPDX-License-Identifier: LGPL-2.1-or-later
"""The filters that the runc of this machine loads, for random profiles, against what we say that it loads: call by call, over
all arguments. Profiles about which we claim nothing are passed over; of those that runc refuses we must know it."""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
seed = int(os.environ.get("CTSEC_SEED", time.time_ns() & 0xffffffff))
# What runc itself and a program that only waits call once the filter is there.
NEEDED = """execve execveat read write close openat open fstat newfstatat brk mmap munmap mprotect arch_prctl set_tid_address
set_robust_list rseq prlimit64 readlink readlinkat getrandom nanosleep clock_nanosleep exit exit_group futex rt_sigaction
rt_sigprocmask rt_sigreturn sigaltstack getpid gettid tgkill madvise prctl capset capget setuid setgid setgroups fchown fchownat
chdir fchdir lseek pread64 fcntl epoll_pwait epoll_ctl epoll_create1 pipe2 getppid sched_yield sched_getaffinity clone statfs
fstatfs stat lstat access faccessat getcwd getdents64 dup dup3 eventfd2 epoll_wait uname ioctl umask setresuid setresgid writev
getuid geteuid getgid getegid mincore ptrace wait4 kill unlinkat keyctl setsid getsockopt setsockopt sendto recvfrom recvmsg
sendmsg socket connect clock_gettime seccomp memfd_create clone3 membarrier close_range statx faccessat2 openat2 pselect6 ppoll
poll select restart_syscall""".split()
OTHERS = """mount umount2 bind listen accept accept4 getsockname sendmmsg semop semget shmat shmget msgget personality chown chown32
setuid32 statfs64 fchmodat2 cachestat futex_wait map_shadow_stack mseal nosuchcall acct swapon reboot init_module bpf
perf_event_open userfaultfd io_uring_setup iopl modify_ldt uselib sysfs getpmsg unshare setns add_key request_key quotactl
syslog settimeofday vhangup pivot_root chroot socketcall ipc""".split()


def profile(pick):
    default = pick.choice(["ALLOW", "ERRNO", "ERRNO", "LOG", "KILL", "TRAP", "KILL_PROCESS"])
    made = {"defaultAction": f"SCMP_ACT_{default}", "syscalls": []}
    if default not in ("ALLOW", "LOG"):
        made["syscalls"].append({"names": NEEDED, "action": "SCMP_ACT_ALLOW"})
    archs = pick.choice([["X86_64"], ["X86_64", "X86"], ["X86_64", "X86", "X32"], ["X32", "X86_64"], ["X86"], None])
    if archs:
        made["architectures"] = [f"SCMP_ARCH_{arch}" for arch in archs]
    for _ in range(pick.choice([1, 2, 5, 12, 20])):
        action = pick.choice(["ALLOW", "ERRNO", "LOG", "TRACE", "KILL", "KILL_PROCESS", "TRAP"])
        entry = {"names": pick.sample(OTHERS, pick.choice([1, 1, 2, 4])), "action": f"SCMP_ACT_{action}"}
        if action in ("ERRNO", "TRACE") and pick.random() < 0.5:
            entry["errnoRet"] = pick.choice([1, 2, 38, 100])
        if pick.random() < 0.5:
            entry["args"] = [{"index": pick.randrange(6), "value": pick.choice([0, 1, 38, 0x7e020000, 2**32 + 5, 2**64 - 1]),
                              "valueTwo": pick.choice([0, 1, 16]),
                              "op": "SCMP_CMP_" + pick.choice(["EQ", "EQ", "NE", "MASKED_EQ", "GE", "LT", "LE", "GT"])}
                             for _ in range(pick.choice([1, 1, 2]))]
        made["syscalls"].append(entry)
    return made


def runc(*words):
    return subprocess.run(["runc", *words], capture_output=True, text=True, timeout=20)


def start(bundle, name):
    """The container's process and its pid; no pid where it does not start."""
    process = subprocess.Popen(["runc", "run", "-b", bundle, name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for _ in range(100):
        time.sleep(0.05)
        if process.poll() is not None:
            break
        state = runc("state", name)
        if state.returncode == 0 and json.loads(state.stdout)["status"] == "running":
            return process, json.loads(state.stdout)["pid"]
    return process, None


def stop(process, name):
    runc("kill", name, "KILL")
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    runc("delete", "-f", name)


def configuration(folder, seccomp):
    if not (folder / "spec.json").exists():
        subprocess.run(["runc", "spec"], cwd=folder, check=True)
        (folder / "config.json").rename(folder / "spec.json")
    made = json.loads((folder / "spec.json").read_text())
    made["process"].update(args=["/wait"], terminal=False)
    caps = made["process"]["capabilities"]
    caps.update({name: [cap for cap in caps[name] if cap != "CAP_SYS_RESOURCE"] for name in caps})
    made["mounts"] = [mount for mount in made["mounts"] if mount["destination"] in ("/proc", "/dev")]
    made["linux"].update(resources={}, seccomp=seccomp, namespaces=[
        space for space in made["linux"]["namespaces"] if space["type"] not in ("network", "cgroup")])
    (folder / "config.json").write_text(json.dumps(made))


def skip(why):
    print(why)
    sys.exit(77)


if os.geteuid() or not shutil.which("runc") or not shutil.which("cc") or os.uname().machine != "x86_64":
    skip("needs root, runc and a compiler, on x86-64")
version = re.search(r"runc version ([\d.]+)", runc("--version").stdout)[1]
print(f"runc {version}, CTSEC_SEED={seed}")
counts = {"equal": 0, "refused": 0, "nothing claimed": 0}
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    (folder / "rootfs").mkdir()
    built = subprocess.run(["cc", "-O", "-static", "-x", "c", "-", "-o", folder / "rootfs/wait"], text=True,
                           input="#include <unistd.h>\nint main(void) { for (;;) sleep(1); }\n", capture_output=True)
    configuration(folder, {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["acct"], "action": "SCMP_ACT_ERRNO"}]})
    process, pid = start(folder, f"ctsec-{os.getpid()}-0") if not built.returncode else (None, None)
    if pid is None:
        skip("runc starts no container here")
    reads = subprocess.run([tool, "seccomp", "dump", "--format", "raw", str(pid)], capture_output=True)
    stop(process, f"ctsec-{os.getpid()}-0")
    if reads.returncode:
        skip("filters cannot be read here")
    for i in range(1, rounds + 1):
        made = profile(random.Random(seed + i))
        configuration(folder, made)
        ours = subprocess.run([tool, "seccomp", "compile", "--runtime", f"runc@{version}", "--libseccomp", "host", "-o",
                               folder / "ours.bpf", folder / "config.json"], capture_output=True, text=True)
        if "is not known" in ours.stderr:
            counts["nothing claimed"] += 1
            continue
        assert not ours.returncode or "refuses" in ours.stderr, ours.stderr
        container = f"ctsec-{os.getpid()}-{i}"
        process, pid = start(folder, container)
        try:
            if ours.returncode:
                assert pid is None, f"runc takes what we say it refuses: {ours.stderr}{json.dumps(made)}"
                counts["refused"] += 1
                continue
            assert pid, f"runc refuses what we say it takes: {process.stdout.read()}{json.dumps(made)}"
            diff = subprocess.run([tool, "seccomp", "diff", folder / "ours.bpf", f"pid:{pid}"], capture_output=True, text=True)
            assert diff.returncode == 0, f"{diff.stdout[:2000]}{diff.stderr}{json.dumps(made)}"
            counts["equal"] += 1
        finally:
            stop(process, container)
print(counts)
assert counts["equal"], "nothing was compared"
