# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a probe program in containers that runc starts: what the kernel answers there is what `ctsec why` says of them."""
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(os.environ["CTSEC_BUILD"])
tool, probe = build / "tools/ctsec", build / "tests/verdict/verdict-probe"
runc = shutil.which("runc") or shutil.which("runc", path="/usr/sbin:/usr/bin")
HOST_SYSCTLS = ["kernel.unprivileged_bpf_disabled", "kernel.perf_event_paranoid", "kernel.dmesg_restrict",
                "vm.unprivileged_userfaultfd", "kernel.io_uring_disabled", "user.max_user_namespaces",
                "kernel.yama.ptrace_scope", "dev.tty.legacy_tiocsti", "fs.protected_hardlinks"]
DEFAULT = ("CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT "
           "KILL AUDIT_WRITE").split()


def skip(why):
    print(f"{why}: skipped")
    sys.exit(77)


def caps_of_machine():
    status = pathlib.Path("/proc/self/status").read_text()
    mask = int([line.split()[1] for line in status.splitlines() if line.startswith("CapBnd")][0], 16)
    names = subprocess.run([tool, "caps", "decode", "--format", "json", f"{mask:x}"], capture_output=True, text=True, check=True)
    return [name.removeprefix("CAP_") for name in json.loads(names.stdout)["names"]]


def base():
    namespaces = [{"type": kind} for kind in ("mount", "network", "uts", "pid", "ipc")]
    docker = json.loads((root / "tests/recordings/docker/default/config.json").read_text())
    config = {key: docker[key] for key in ("ociVersion", "mounts")}
    config["mounts"] = [mount for mount in docker["mounts"]
                        if mount["type"] not in ("bind", "cgroup") and mount["destination"] != "/dev/mqueue"]
    config["mounts"].append({"destination": "/ro", "type": "tmpfs", "source": "tmpfs", "options": ["ro", "nosuid"]})
    config["root"] = {"path": "rootfs", "readonly": False}
    config["process"] = {"user": {"uid": 0, "gid": 0}, "args": ["/probe"], "env": ["PATH=/"], "cwd": "/"}
    config["linux"] = {"namespaces": namespaces, "resources": docker["linux"]["resources"],
                       "maskedPaths": docker["linux"]["maskedPaths"], "readonlyPaths": docker["linux"]["readonlyPaths"]}
    config["linux"]["resources"] = {"devices": docker["linux"]["resources"]["devices"]}
    return config, docker["linux"]["seccomp"]


def with_caps(config, caps, user=0):
    names = ["CAP_" + cap for cap in caps]
    sets = ("bounding", "effective", "permitted") if user == 0 else ("bounding",)
    config["process"]["capabilities"] = {kind: names for kind in sets}
    config["process"]["user"] = {"uid": user, "gid": user}


def cases(available):
    plain, seccomp = base()

    def case(name, caps, user=0, change=None):
        config = copy.deepcopy(plain)
        with_caps(config, [cap for cap in caps if cap in available], user)
        if change:
            change(config)
        yield name, config

    def filtered(config):
        config["linux"]["seccomp"] = seccomp

    def read_only(config):
        config["root"]["readonly"] = True

    def nnp(config):
        config["process"]["noNewPrivileges"] = True

    def shared(*kinds):
        def change(config):
            config["linux"]["namespaces"] = [one for one in config["linux"]["namespaces"] if one["type"] not in kinds]
            if "network" in kinds:
                config["mounts"] = [one for one in config["mounts"] if one["type"] != "sysfs"]
        return change

    def sysctl(**values):
        def change(config):
            config["linux"]["sysctl"] = {key.replace("__", "."): value for key, value in values.items()}
        return change

    def mapped(config):
        config["linux"]["namespaces"].append({"type": "user"})
        for kind in ("uidMappings", "gidMappings"):
            config["linux"][kind] = [{"containerID": 0, "hostID": 100000, "size": 65536}]
        config["linux"].pop("resources")
        config["mounts"] = [one for one in config["mounts"] if one["type"] != "sysfs"]
        for mount in config["mounts"]:
            mount["options"] = [option for option in mount["options"] if not option.startswith("gid=")]

    def both(*changes):
        def change(config):
            for one in changes:
                one(config)
        return change

    def ambient(config):
        for kind in ("effective", "permitted", "inheritable", "ambient"):
            config["process"]["capabilities"][kind] = config["process"]["capabilities"]["bounding"]

    yield from case("none", [])
    yield from case("default", DEFAULT)
    yield from case("all", available)
    for cap in available:
        yield from case("only-" + cap.lower(), [cap])
    yield from case("default-filter", DEFAULT, change=filtered)
    yield from case("all-filter", available, change=filtered)
    yield from case("none-filter", [], change=filtered)
    yield from case("read-only", DEFAULT, change=read_only)
    yield from case("read-only-none", [], change=read_only)
    yield from case("user", DEFAULT, 1000)
    yield from case("user-1", DEFAULT, 1)
    yield from case("user-none", [], 1000)
    yield from case("user-read-only", DEFAULT, 1000, read_only)
    yield from case("user-nnp", DEFAULT, 1000, nnp)
    yield from case("user-ambient", DEFAULT, 1000, ambient)
    yield from case("user-ambient-all", available, 1000, ambient)
    yield from case("nnp", DEFAULT, change=nnp)
    yield from case("all-nnp", available, change=nnp)
    yield from case("net-host", DEFAULT, change=shared("network"))
    yield from case("net-host-none", [], change=shared("network"))
    yield from case("pid-host", DEFAULT, change=shared("pid"))
    yield from case("pid-host-user", [], 1000, shared("pid"))
    yield from case("uts-ipc-host", [cap for cap in DEFAULT if cap != "SYS_ADMIN"], change=shared("ipc"))
    yield from case("ports", [], change=sysctl(net__ipv4__ip_unprivileged_port_start="0"))
    yield from case("ports-80", [], change=sysctl(net__ipv4__ip_unprivileged_port_start="81"))
    yield from case("ping", [], change=sysctl(net__ipv4__ping_group_range="0 2147483647"))
    yield from case("ping-one", [], 1000, sysctl(net__ipv4__ping_group_range="1000 1000"))
    yield from case("ping-other", [], 1000, sysctl(net__ipv4__ping_group_range="0 0"))
    yield from case("mapped-all", available, change=mapped)
    yield from case("mapped-default", DEFAULT, change=mapped)
    yield from case("mapped-none", [], change=mapped)
    yield from case("mapped-user", DEFAULT, 1000, mapped)
    yield from case("mapped-net-host", available, change=both(mapped, shared("network")))
    yield from case("mapped-ambient", available, 1000, both(mapped, ambient))


def rootfs(folder, owner):
    tree = folder / "rootfs"
    tree.mkdir()
    tree.chmod(0o755)
    for name in ("proc", "sys", "dev", "mnt", "ro", "tmp"):
        (tree / name).mkdir()
    shutil.copy(probe, tree / "probe")
    (tree / "probe").chmod(0o755)
    for name, mode in (("file", 0o644), ("secret", 0), ("victim", 0o644), ("old", 0o644)):
        (tree / name).write_text("x")
        (tree / name).chmod(mode)
    for path in [tree, *tree.iterdir()]:
        os.chown(path, owner, owner)


def start(name, config):
    owner = 100000 if "uidMappings" in config["linux"] else 0
    with tempfile.TemporaryDirectory(prefix="ctsec-live-", dir="/var/tmp") as text:
        folder = pathlib.Path(text)
        folder.chmod(0o755)
        rootfs(folder, owner)
        (folder / "config.json").write_text(json.dumps(config))
        run = subprocess.run([runc, "--root", str(folder / "state"), "run", "--bundle", str(folder), f"ctsec-why-{os.getpid()}"],
                             capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if run.returncode or "|" not in run.stdout:
        return None, (run.stderr or run.stdout).strip().splitlines()[-1:] or ["no output"]
    return [line.rsplit("|", 2) for line in run.stdout.splitlines() if line.count("|") >= 2], None


def ask(config, calls, facts):
    options = [word for fact in facts for word in ("--fact", fact)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file, tempfile.NamedTemporaryFile("w") as batch:
        json.dump(config, file)
        file.flush()
        batch.write("".join(f"x86_64 {call}\n" for call in calls))
        batch.flush()
        run = subprocess.run([tool, "why", *options, "--batch", batch.name, file.name], capture_output=True, text=True)
    answers = run.stdout.splitlines()
    if run.returncode or len(answers) != len(calls):
        sys.exit(f"status {run.returncode}: {run.stdout}{run.stderr}")
    return answers


def host_facts():
    facts = ["kernel=" + os.uname().release.split("-")[0], "ulimit.memlock=0"]
    # A group without time of its own is what refuses: whoever may set the policy tries it outside.
    lsms = pathlib.Path("/sys/kernel/security/lsm")
    if not lsms.exists() or not {"apparmor", "selinux"} & set(lsms.read_text().split(",")):
        facts.append("lsm=none")
    for name in HOST_SYSCTLS:
        path = pathlib.Path("/proc/sys") / name.replace(".", "/")
        if path.exists():
            facts.append(f"sysctl.{name}={min(int(path.read_text()), 2**31)}")
    return facts


def compare(name, config, rows, facts, report):
    about = {False: ["file-owner=0"], True: ["file-owner=0", "file-mode=0"]}
    for secret, more in about.items():
        mine = [row for row in rows if ('"/secret"' in row[0]) == secret]
        for (call, beyond, got), answer in zip(mine, ask(config, [row[0] for row in mine], facts + more)):
            wanted = "allow" if got == "ok" or got in beyond.split() else "deny " + got
            said = " ".join(answer.split()[:2]) if answer.startswith("deny") else answer
            # What the kernel was built without says nothing.
            if got == "ENOSYS" and not answer.startswith("deny ENOSYS"):
                report["left out"] += 1
            elif said == wanted or (said == "deny SIGSYS" and got == "SIGNAL"):
                report["right"] += 1
            elif answer.startswith("unknown"):
                report["unknown"] += 1
                report["open"].add(f"{call}: {answer}")
            else:
                report["wrong"].append(f"{name}: {call}: the kernel {got}, we {answer}")


def main():
    if os.geteuid() or not runc:
        skip("runc and root are needed")
    if not probe.exists():
        skip("the probe could not be linked")
    available, report = caps_of_machine(), {"right": 0, "unknown": 0, "left out": 0, "wrong": [], "open": set()}
    facts, started, only = host_facts(), 0, sys.argv[1:]
    for name, config in cases(available):
        if only and name not in only:
            continue
        rows, why = start(name, config)
        if rows is None:
            print(f"{name}: does not start: {why[0]}")
            continue
        started += 1
        compare(name, config, rows, facts, report)
    if not started:
        skip("no container starts on this machine")
    total = report["right"] + report["unknown"] + len(report["wrong"])
    print(f"{started} containers, {total} answers: {report['right']} right, {report['unknown']} unknown, "
          f"{len(report['wrong'])} wrong, {report['left out']} left out")
    print("\n".join(report["wrong"][:200]))
    print("\n".join(sorted(report["open"])))
    return 1 if report["wrong"] or report["unknown"] * 10 > total else 0


sys.exit(main())
