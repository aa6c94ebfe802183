# SPDX-License-Identifier: LGPL-2.1-or-later
"""Folders of the shape of /proc: what engines make of control groups, user namespaces, labels, limits; what is missing or broken."""
import json
import os
import pathlib
import subprocess
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
ID = "0123456789abcdef" * 4
FIRST = {"pid": 4026531836, "ipc": 4026531839, "net": 4026531840, "uts": 4026531838, "user": 4026531837, "cgroup": 4026531835,
         "mnt": 4026531841}
OWN = {name: 4026540000 + i for i, name in enumerate(FIRST)}
OWN["user"] = FIRST["user"]
HOST_MOUNTS = """21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:20 / /proc rw,nosuid shared:2 - proc proc rw
23 21 0:21 / /sys rw,nosuid shared:3 - sysfs sysfs rw
24 21 0:22 / /run rw,nosuid shared:4 - tmpfs tmpfs rw
25 21 8:2 / /data rw shared:5 - xfs /dev/sda2 rw
26 23 0:23 / /sys/fs/cgroup rw shared:6 - cgroup2 cgroup2 rw
"""
MOUNTS = """100 90 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/x
101 100 0:51 / /proc rw,nosuid,nodev,noexec - proc proc rw
102 100 0:52 / /dev rw,nosuid - tmpfs tmpfs rw
103 100 0:53 / /sys ro,nosuid - sysfs sysfs ro
104 103 0:23 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw
105 101 0:51 /bus /proc/bus ro - proc proc rw
106 101 0:51 /fs /proc/fs ro - proc proc rw
107 101 0:51 /irq /proc/irq ro - proc proc rw
108 101 0:51 /sys /proc/sys ro - proc proc rw
109 101 0:51 /sysrq-trigger /proc/sysrq-trigger ro - proc proc rw
110 101 0:52 /null /proc/kcore rw - tmpfs tmpfs rw
"""


def status(uid=0, name="app", caps="00000000a80425fb", bounding="00000000a80425fb", seccomp=2, nnp=0, pids="50\t1", drop=()):
    lines = [f"Name:\t{name}", f"Pid:\t50", f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}", f"Gid:\t{uid}\t{uid}\t{uid}\t{uid}", "Groups:\t ",
             f"NSpid:\t{pids}", "CapInh:\t0000000000000000", f"CapPrm:\t{caps}", f"CapEff:\t{caps}", f"CapBnd:\t{bounding}",
             "CapAmb:\t0000000000000000", f"NoNewPrivs:\t{nnp}", f"Seccomp:\t{seccomp}", f"Seccomp_filters:\t{int(seccomp == 2)}"]
    return "".join(line + "\n" for line in lines if line.split(":")[0] not in drop)


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def process(folder, pid, inodes, without=(), **files):
    base = folder / "proc" / str(pid)
    contents = {"status": status(), "mountinfo": MOUNTS, "cgroup": f"0::/system.slice/docker-{ID}.scope\n", "cmdline": "/app\0",
                "uid_map": "         0          0 4294967295\n", "gid_map": "         0          0 4294967295\n", "environ": "A=b\0",
                "attr/current": "docker-default (enforce)\n", "stat": f"{pid} (a b) S 1 1 1 0 -1 4194560 " + "0 " * 12 + f"{pid} 0\n"}
    contents.update({name.replace("__", "/"): text for name, text in files.items()})
    for name, text in contents.items():
        if name not in without:
            put(base / name, text)
    for name, inode in inodes.items():
        if f"ns/{name}" not in without:
            (base / "ns").mkdir(parents=True, exist_ok=True)
            os.symlink(f"{name}:[{inode}]", base / "ns" / name)
    (base / "root/dev").mkdir(parents=True, exist_ok=True)


def machine(folder, **options):
    process(folder, 1, FIRST, mountinfo=HOST_MOUNTS, cgroup="0::/init.scope\n", status=status(pids="1", caps="000001ffffffffff",
            bounding="000001ffffffffff", seccomp=0), **options)
    for name in ("sysrq-trigger", "kcore", "irq", "bus"):
        put(folder / "proc" / name, "")


def scan(folder, *words, code=None, fmt="json"):
    done = subprocess.run([tool, "scan", "--format", fmt, "--proc-root", str(folder / "proc"), *words], capture_output=True,
                          text=True, timeout=300)
    if code is not None:
        assert done.returncode == code, (done.returncode, done.stderr, done.stdout[:500])
    return json.loads(done.stdout) if fmt == "json" and done.stdout else done


def rules(container):
    return {f["rule"] for f in container["findings"]}


def one(*words, code=None, host=None, **files):
    """A machine with one container, process 50, read alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        machine(folder, **(host or {}))
        inodes = files.pop("inodes", OWN)
        process(folder, 50, inodes, **files)
        return scan(folder, *(words or ("--pid", "50")), code=code)


def check_engines():
    pod = "0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9"
    cases = [
        (f"0::/system.slice/docker-{ID}.scope", ID, ID[:12]),
        (f"3:memory:/docker/{ID}\n1:cpu:/docker/{ID}", ID, ID[:12]),
        (f"0::/machine.slice/libpod-{ID}.scope/container", ID, ID[:12]),
        (f"0::/libpod_parent/libpod-{ID}", ID, ID[:12]),
        (f"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{ID}.scope", ID, ID[:12]),
        (f"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{pod}.slice/cri-containerd-{ID}.scope", ID, ID[:12]),
        (f"0::/kubepods.slice/kubepods-pod{pod}.slice/crio-{ID}.scope", ID, ID[:12]),
        (f"5:cpu:/kubepods/besteffort/pod{pod.replace('_', '-')}/{ID}", ID, ID[:12]),
        (f"0::/system.slice/containerd.service/kubepods-pod{pod}.slice:cri-containerd:{ID}", ID, ID[:12]),
        (f"0::/default/nerdctl-{ID}.scope", ID, ID[:12]),
        ("0::/lxc.payload.web/init.scope", None, "web"),
        ("4:pids:/lxc/web", None, "web"),
        ("0::/machine.slice/machine-deb.scope/payload", None, "deb"),
        ("0::/machine.slice/systemd-nspawn@deb.service/payload", None, "deb"),
        ("0::/default/hand-made", None, "#1"),
        (f"0::/docker/{ID}/docker/{'f' * 64}", "f" * 64, "f" * 12),
    ]
    for text, engine_id, name in cases:
        container = one("--host", cgroup=text + "\n")["containers"][0]
        assert (container["container_id"], container["id"]) == (engine_id, name), (text, container["id"], container["container_id"])
    # The supervisor of a container is none, whatever its group is called.
    assert one("--host", cgroup=f"0::/machine.slice/libpod-conmon-{ID}.scope\n", inodes=FIRST, mountinfo=HOST_MOUNTS)["containers"] == []
    assert one("--host", cgroup=f"0::/docker/{ID}\n", inodes=FIRST, mountinfo=HOST_MOUNTS)["containers"] == []
    # A service with mounts of its own is no container; one with processes of its own is.
    assert one("--host", cgroup="0::/system.slice/x.service\n", inodes={**FIRST, "mnt": 4026540001},
               status=status(pids="50"))["containers"] == []


def check_facts():
    container = one()["containers"][0]
    assert container["findings"] and "live-mounts" not in rules(container) and "live-lsm" not in rules(container), rules(container)
    assert "live-ns-shared" not in rules(container)
    for finding in container["findings"]:
        assert "/proc/50/" in finding["source"] and finding["line"] >= 1, finding
    places = {f["rule"]: (f["source"].rsplit("/proc/", 1)[1], f["line"]) for f in container["findings"]}
    assert places["root-user"] == ("50/status", 3), places
    assert places["no-new-privileges"] == ("50/status", 12)
    assert places["live-userns"] == ("50/uid_map", 1)
    assert places["rw-rootfs"] == ("50/mountinfo", 1)
    # Namespaces, one by one.
    for name in ("pid", "net", "ipc", "uts", "cgroup"):
        found = one(inodes={**OWN, name: FIRST[name]})["containers"][0]["findings"]
        shared = [f for f in found if f["rule"] == "live-ns-shared"]
        assert len(shared) == 1 and shared[0]["observed"] == f"{name}:[{FIRST[name]}]", (name, shared)
        assert shared[0]["severity"] == {"pid": "high", "net": "high", "ipc": "medium", "uts": "low", "cgroup": "info"}[name]
    # Those of process 1 cannot be read: kinds with a number of their own are told all the same.
    hidden = {"without": tuple(f"ns/{name}" for name in FIRST)}
    document = one(host=hidden, inodes={**OWN, "pid": FIRST["pid"], "net": FIRST["net"]})
    shared = [f["observed"] for f in document["containers"][0]["findings"] if f["rule"] == "live-ns-shared"]
    assert shared == [f"pid:[{FIRST['pid']}]"], shared
    assert any("net namespace" in d["message"] for d in document["diagnostics"]), document["diagnostics"]
    # Nor those of the process itself.
    document = one(without=tuple(f"ns/{name}" for name in FIRST))
    assert not any(f["rule"] == "live-ns-shared" for f in document["containers"][0]["findings"])
    assert sum("ns/" in d["message"] for d in document["diagnostics"]) == 7, document["diagnostics"]
    # Ids are those inside.
    mapped = one(status=status(uid=100000), uid_map="0 100000 65536\n", gid_map="0 100000 65536\n",
                 inodes={**OWN, "user": 4026549999})["containers"][0]
    by_rule = {f["rule"]: f for f in mapped["findings"]}
    assert by_rule["root-user"]["severity"] == "low" and "live-userns" not in by_rule
    inside = one(status=status(uid=101000), uid_map="0 100000 65536\n", gid_map="0 100000 65536\n",
                 inodes={**OWN, "user": 4026549999})["containers"][0]
    assert [f["observed"] for f in inside["findings"] if f["rule"] == "low-uid"] == ["uid 1000"]
    outside = one(status=status(uid=5), uid_map="0 100000 65536\n", inodes={**OWN, "user": 4026549999})
    assert not {"root-user", "low-uid"} & rules(outside["containers"][0])
    # Seccomp.
    assert "live-seccomp-mode" in rules(one(status=status(seccomp=0))["containers"][0])
    strict = one(status=status(seccomp=1))
    assert "live-seccomp-mode" not in rules(strict["containers"][0]) and not any("filter" in d["message"] for d in strict["diagnostics"])
    unread = one()
    assert any(d["rule"] == "seccomp-weak-profile" for d in unread["diagnostics"])
    old = one(status=status(drop=("Seccomp", "NoNewPrivs", "CapAmb")))
    assert not {"live-seccomp-mode", "no-new-privileges"} & rules(old["containers"][0])
    assert old["containers"][0]["caps"]["ambient"] is None and any(d["message"].startswith("Seccomp") for d in old["diagnostics"])
    # Labels.
    for label, confined in (("unconfined\n", False), ("docker-default (enforce)\n", True), ("docker-default (complain)\n", False),
                            ("system_u:system_r:container_t:s0:c1,c2\0", True), ("system_u:system_r:spc_t:s0\0", False),
                            ("", True), ("/usr/bin/x (enforce)", True)):
        assert ("live-lsm" in rules(one(attr__current=label)["containers"][0])) != confined, label
    assert "live-lsm" in rules(one(attr__apparmor__current="unconfined\n", attr__current="x:y:container_t:s0")["containers"][0])


def check_filters():
    """Filters that were recorded beside the other files are asked."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "open.json").write_text('{"defaultAction": "SCMP_ACT_ALLOW"}')
        for profile, weak in (("builtin:docker", False), (str(folder / "open.json"), True)):
            path = folder / "filter"
            subprocess.run([tool, "seccomp", "compile", "-o", path, profile], check=True)
            document = one(**{"filter.0": path.read_bytes()})
            assert not any("filter" in d["message"] for d in document["diagnostics"]), document["diagnostics"]
            assert ("seccomp-weak-profile" in rules(document["containers"][0])) == weak, (profile, rules(document["containers"][0]))
            # The strictest of several counts.
            subprocess.run([tool, "seccomp", "compile", "-o", folder / "strict", "builtin:docker"], check=True)
            document = one(**{"filter.0": path.read_bytes(), "filter.1": (folder / "strict").read_bytes()})
            assert "seccomp-weak-profile" not in rules(document["containers"][0])
        broken = one(**{"filter.0": b"123"})
        assert broken.returncode == 2 and "50/filter.0" in broken.stderr, broken


def check_mounts():
    def mounts(line, host=None):
        files = {"mountinfo": MOUNTS + line + "\n"}
        found = one(host=host, **files)["containers"][0]["findings"]
        return {f["rule"]: f for f in found if "mount" in f["rule"] or "socket" in f["rule"] or f["rule"] == "sa-token"}

    def expect(line, rule, observed, severity=None):
        found = mounts(line)
        assert rule in found and found[rule]["observed"] == observed, (line, {k: v["observed"] for k, v in found.items()})
        assert severity in (None, found[rule]["severity"]), found[rule]
        assert found[rule]["line"] == 12, found[rule]

    expect("120 100 8:1 /etc /hostetc ro - ext4 /dev/sda1 rw", "mount-etc", "/etc -> /hostetc (ro)", "medium")
    expect("120 100 0:22 /docker.sock /x.sock rw - tmpfs tmpfs rw", "runtime-socket", "/run/docker.sock -> /x.sock (rw)", "critical")
    expect("120 100 0:22 / /hostrun ro - tmpfs tmpfs rw", "runtime-socket-parent", "/run -> /hostrun (ro)")
    expect("120 100 8:1 / /host ro - ext4 /dev/sda1 rw", "mount-root", "/ -> /host (ro)")
    expect("120 100 8:2 / /d rw - xfs /dev/sda2 rw", "mount-rw-hostpath", "/data -> /d (rw)")
    expect("120 100 8:2 /a\\040b /d rw - xfs /dev/sda2 rw", "mount-rw-hostpath", "/data/a b -> /d (rw)")
    expect("120 100 8:2 /x//deleted /d rw - xfs /dev/sda2 rw", "mount-rw-hostpath", "/data/x -> /d (rw)")
    expect("120 100 0:20 / /hostproc rw - proc proc rw", "mount-proc", "/proc -> /hostproc (rw)", "high")
    expect("120 100 8:2 /p /d rw shared:5 - xfs /dev/sda2 rw", "mount-propagation", "/data/p -> /d (rw), propagation shared")
    expect("120 100 8:17 / /disk rw - ext4 /dev/sdb1 rw", "live-mounts", "/dev/sdb1 -> /disk (rw)", "high")
    expect("120 103 0:53 / /sys rw - sysfs sysfs rw", "live-mounts", "sysfs -> /sys (rw)", "high")
    expect("120 103 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup rw", "live-mounts", "cgroup2 -> /sys/fs/cgroup (rw)", "low")
    # A group of peers that the host does not have, what engines mount themselves, what a kubelet prepares.
    assert "mount-propagation" not in mounts("120 100 8:2 /p /d rw shared:99 - xfs /dev/sda2 rw")
    for line in (f"120 100 8:1 /var/lib/docker/containers/{ID}/hosts /etc/hosts rw - ext4 /dev/sda1 rw",
                 "120 100 8:1 /var/lib/docker/volumes/v/_data /v rw - ext4 /dev/sda1 rw",
                 "120 100 8:1 /var/lib/kubelet/pods/u/volumes/kubernetes.io~empty-dir/e /e rw - ext4 /dev/sda1 rw",
                 "120 102 0:77 / /dev/shm rw - tmpfs shm rw"):
        assert not mounts(line), (line, mounts(line))
    assert "sa-token" in mounts("120 100 0:88 / /run/secrets/kubernetes.io/serviceaccount ro - tmpfs tmpfs rw")
    bare = "".join(line + "\n" for line in MOUNTS.splitlines() if " /proc/" not in line)
    found = [f for f in one(mountinfo=bare)["containers"][0]["findings"] if f["rule"] == "live-mounts"]
    assert [f["observed"] for f in found] == ["/proc: /proc/sys, /proc/sysrq-trigger, /proc/irq, /proc/bus, /proc/kcore writable or unmasked"]
    everything = one(mountinfo=bare.replace("/sys ro,nosuid - sysfs sysfs ro", "/sys rw,nosuid - sysfs sysfs rw"),
                     status=status(caps="000001ffffffffff", bounding="000001ffffffffff", seccomp=0))["containers"][0]
    assert next(f for f in everything["findings"] if f["rule"] == "privileged")["severity"] == "critical"


def check_limits():
    group = f"/system.slice/docker-{ID}.scope"

    def limits(files):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            machine(folder)
            process(folder, 50, OWN, cgroup=f"0::{group}\n")
            for path, text in files.items():
                put(folder / "sys/fs/cgroup" / path.lstrip("/"), text)
            document = scan(folder, "--pid", "50")
            return {f["rule"]: f["observed"] for f in document["containers"][0]["findings"] if "limit" in f["rule"]}, document

    all_set = {f"{group}/memory.max": "1048576\n", f"{group}/pids.max": "100\n", f"{group}/cpu.max": "50000 100000\n"}
    assert limits(all_set)[0] == {}
    assert limits({path: "max\n" if "cpu" not in path else "max 100000\n" for path in all_set})[0] == {
        "mem-limit": "memory.max: max", "pids-limit": "pids.max: max", "cpu-limit": "cpu.max: max 100000"}
    # A limit of the group that it lies in is one too; without any file nothing is known.
    assert limits({**{path: "max\n" for path in all_set}, "/system.slice/memory.max": "4096\n"})[0].keys() == {"pids-limit", "cpu-limit"}
    found, document = limits({})
    assert not found and sum("sys/fs/cgroup" in d["message"] for d in document["diagnostics"]) == 3, document["diagnostics"]
    broken = limits({**all_set, f"{group}/memory.max": "lots\n"})
    assert "mem-limit" not in broken[0] and broken[1]["errors"][0]["source"].endswith("memory.max"), broken[1]["errors"]


def check_members():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        machine(folder)
        process(folder, 50, OWN)
        process(folder, 51, OWN, status=status(name="exec", caps="000001ffffffffff", bounding="000001ffffffffff", seccomp=0, pids="51\t9"))
        process(folder, 52, OWN, status=status(name="same", pids="52\t10"))
        put(folder / "proc/50/task/50/status", status())
        put(folder / "proc/50/task/53/status", status(name="thread", caps="00000000a8042dfb"))
        process(folder, 2, {}, status="Name:\tkthreadd\n", stat="2 (kthreadd) S 0 0 0 0 -1 2129984 0\n", cmdline="")
        document = scan(folder, "--host", code=1)
        assert len(document["containers"]) == 1
        found = [(f["rule"], f["source"].rsplit("/proc/", 1)[1]) for f in document["containers"][0]["findings"]
                 if f["rule"] in ("live-caps-vs-config", "live-seccomp-mode")]
        assert sorted(found) == [("live-caps-vs-config", "50/task/53/status"), ("live-caps-vs-config", "51/status"),
                                 ("live-seccomp-mode", "51/status")], found
        lines = scan(folder, "--host", fmt="ndjson").stdout.splitlines()
        assert len(lines) == 1 and json.loads(lines[0])["container_id"] == ID
        assert scan(folder, "--host", "--select", ID[:12], code=1)["containers"][0]["id"] == ID[:12]


def check_inside():
    """Seen from within a container, process 1 is its own: what is the host's cannot be told by it."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lines = MOUNTS + "120 100 8:1 /etc /e rw - ext4 /dev/sda1 rw\n121 100 0:22 /docker.sock /x.sock rw - tmpfs tmpfs rw\n122 100 8:2 / /d rw - xfs /dev/sda2 rw\n"
        process(folder, 1, {**OWN, "cgroup": FIRST["cgroup"]}, mountinfo=lines, status=status(pids="1"), cgroup=f"0::/docker/{ID}\n")
        os.symlink("1", folder / "proc/self")
        put(folder / "sys/fs/cgroup/memory.max", "1048576\n")
        put(folder / "sys/fs/cgroup/pids.max", "max\n")
        for words in (("--self",), ("--pid", "1")):
            document = scan(folder, *words)
            container = document["containers"][0]
            found = rules(container)
            assert container["container_id"] == ID and "runtime-socket" in found and "pids-limit" in found
            assert not {"mount-root", "mount-etc", "mount-rw-hostpath", "live-mounts", "mem-limit", "cpu-limit"} & found, found
            messages = [d["message"] for d in document["diagnostics"]]
            assert any("which paths of the host" in m for m in messages) and any("net namespace" in m for m in messages), messages
            shared = {f["observed"] for f in container["findings"] if f["rule"] == "live-ns-shared"}
            assert shared == {f"cgroup:[{FIRST['cgroup']}]"}, shared
        assert scan(folder, "--host", code=0)["containers"] == []


def check_recursive():
    """A folder that is bound with all below it is one finding, and one more where read-only ends."""
    below = "130 100 8:1 / /h {0} - ext4 /dev/sda1 rw\n131 130 0:20 / /h/proc rw - proc proc rw\n132 130 0:21 / /h/sys ro - sysfs sysfs rw\n" \
            "133 132 0:23 / /h/sys/fs/cgroup rw - cgroup2 cgroup2 rw\n134 130 8:2 / /h/data rw - xfs /dev/sda2 rw\n135 130 0:20 / /h/var/x/proc rw - proc proc rw\n"
    for access, expected in (("rw", {"mount-root"}), ("ro", {"mount-root", "mount-proc", "mount-sys-fs-cgroup", "mount-rw-hostpath"})):
        found = one(mountinfo=MOUNTS + below.format(access))["containers"][0]["findings"]
        names = [f["rule"] for f in found if f["rule"].startswith("mount-") and f["rule"] != "mount-nosuid"]
        assert sorted(names) == sorted(expected), (access, names)


def check_peers():
    """Two containers in one namespace, and a configuration that gives less than there is."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        machine(folder)
        process(folder, 50, OWN)
        joined = {**{key: inode + 100 for key, inode in OWN.items()}, "net": OWN["net"], "user": FIRST["user"]}
        process(folder, 70, joined, cgroup=f"0::/docker/{'e' * 64}\n", status=status(pids="70\t1"))
        containers = scan(folder, "--host", code=0)["containers"]
        found = [(f["observed"], f["source"].rsplit("/proc/", 1)[1]) for f in containers[1]["findings"] if f["rule"] == "join-other-ns"]
        assert found == [(f"network: container:{ID[:12]}", "70/ns/net")], found
        assert "join-other-ns" not in rules(containers[0])
        pod = "0::/kubepods.slice/kubepods-pod0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9.slice/cri-containerd-"
        put(folder / "proc/50/cgroup", pod + ID + ".scope\n")
        put(folder / "proc/70/cgroup", pod + "e" * 64 + ".scope\n")
        assert not any("join-other-ns" in rules(c) for c in scan(folder, "--host", code=0)["containers"])
        inspect = folder / "inspect.json"
        for drop, drifts in (([], False), (["NET_RAW"], True)):
            inspect.write_text(json.dumps({"Id": ID, "HostConfig": {"CapDrop": drop}}))
            container = next(c for c in scan(folder, str(inspect), "--host")["containers"] if c["format"] == "proc" and c["container_id"] == ID)
            found = [f["observed"] for f in container["findings"] if f["rule"] == "live-caps-vs-config"]
            assert found == (["CapPrm: CAP_NET_RAW; configured: 00000000a80405fb"] if drifts else []), found
            assert container["process"] == {"pid": 50, "program": "app"}


def check_hosts():
    document = one("--pid", "1", code=None)
    assert any("is in no container" in d["message"] for d in document["diagnostics"])
    assert not {"live-ns-shared", "live-userns", "live-mounts", "mem-limit", "rw-rootfs"} & rules(document["containers"][0])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        machine(folder)
        assert scan(folder, "--host", code=0)["containers"] == []
        # Nobody knows whether this one is a container.
        process(folder, 60, {}, without=("status", "mountinfo", "cgroup"))
        unclear = scan(folder, "--host", code=2)
        assert "cannot be told" in unclear.stderr and not unclear.stdout
    # Without process 1 others may be missing too.
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        process(folder, 50, OWN)
        document = scan(folder, "--host", code=2)
        assert "hidepid" in document["errors"][0]["message"] and len(document["containers"]) == 1


def check_secrets():
    document = one(environ="PATH=/bin\0DB_PASSWORD=correct-horse-battery\0LD_PRELOAD=/x.so\0", cmdline="/app\0--password=tr0ub4dor-horse\0")
    shown = json.dumps(document)
    assert "correct-horse" not in shown and "tr0ub4dor" not in shown
    by_rule = {f["rule"]: (f["source"].rsplit("/", 1)[1], f["line"]) for f in document["containers"][0]["findings"]}
    assert by_rule["secret-env"] == ("environ", 2) and by_rule["secret-cmdline"] == ("cmdline", 2) and "ld-preload-env" in by_rule


def check_broken():
    """Files that are missing, cut or filled with something else: refused with their place, or unknown, but never clean."""
    count = 0
    good = rules(one()["containers"][0])
    dangers = {"status": None, "mountinfo": "live-mounts", "cgroup": None, "uid_map": "live-userns", "environ": "secret-env",
               "cmdline": "secret-cmdline", "attr/current": "live-lsm"}
    for name, rule in dangers.items():
        document = one(without=(name,), code=None)
        count += 1
        if name == "status":
            assert not document or isinstance(document, subprocess.CompletedProcess) and document.returncode == 2
            continue
        assert any(name in d["message"] for d in document["diagnostics"]) or document["errors"], (name, document["diagnostics"])
        assert rule is None or not any(f["rule"] == rule for f in document["containers"][0]["findings"])
        assert rules(document["containers"][0]) <= good | {"root-user"}, name
    texts = [b"", b"\n", b"\0", b"\xff\xfe\xfd", b"garbage", b"0", b"1 2", b"-1 -1 -1", b"99999999999999999999 0 1\n", b":::::\n", b"a" * 70000]
    for name in ("mountinfo", "cgroup", "uid_map", "gid_map", "environ", "cmdline", "attr/current"):
        for text in texts:
            result = one(code=None, **{name.replace("/", "__"): text})
            count += 1
            assert isinstance(result, dict), (name, text, result.stderr)
            assert len(result["containers"]) == 1
            for error in result["errors"]:
                assert error["source"].endswith(f"50/{name}") and error["line"] >= 1 and error["code"] == "CTSEC_E_SYNTAX", error
    for text, line, column in (("CapEff:\tzz\n", 1, 9), ("Name:\tx\nCapEff:\t\n", 2, 9), ("Name:\tx\nCapPrm:\t00000000000000001\n", 2, 9),
                               ("", 1, 1), ("Name:\tx\n", 1, 1), ("\0\0\0", 1, 1), ("{}", 1, 1)):
        result = one(code=None, status=text)
        count += 1
        assert isinstance(result, subprocess.CompletedProcess) and result.returncode == 2 and not result.stdout, (text, result)
        assert f"50/status:{line}:{column}: " in result.stderr, result.stderr
    for value in ("x", "-5", "0", "99999999999", "1x", ""):
        done = subprocess.run([tool, "scan", "--pid", value], capture_output=True, text=True)
        count += 1
        assert done.returncode == 2 and not done.stdout, value
    for folder in ("/nonexistent", "/etc/passwd", tempfile.gettempdir() + "/ctsec-none"):
        for words in (["--host"], ["--pid", "1"], ["--self"]):
            done = subprocess.run([tool, "scan", "--proc-root", folder, *words], capture_output=True, text=True)
            count += 1
            assert done.returncode == 2 and done.stderr.startswith("ctsec: "), (folder, words, done)
    assert count >= 60, count


def check_recordings():
    """A container is the same, whether its engine describes it or its process does."""
    folder = root / "tests/data/proc/docker"
    live = {c["container_id"]: c for c in json.loads((folder / "expected.json").read_text())["containers"]}
    catalogue = json.loads(subprocess.run([tool, "rules", "--format", "json"], capture_output=True, check=True).stdout)["rules"]
    both = {r["id"] for r in catalogue if {"docker", "proc"} <= set(r["formats"]) and not r["id"].startswith("live-")}
    seen = 0
    for path in sorted((folder / "inspect").iterdir()):
        done = subprocess.run([tool, "scan", "--format", "json", "--fact", "userns=host", "--fact", "cgroup=v1", path], capture_output=True)
        described = json.loads(done.stdout)["containers"][0]
        running = live[described["container_id"]]
        assert described["caps"] == running["caps"], path
        pairs = [{(f["rule"], f["severity"]) for f in c["findings"] if f["rule"] in both} for c in (described, running)]
        assert pairs[0] == pairs[1], (path, pairs[0] ^ pairs[1])
        hosts = {f["rule"] for f in described["findings"]} & {"host-pid", "host-net", "host-ipc"}
        shared = {f["observed"].split(":")[0] for f in running["findings"] if f["rule"] == "live-ns-shared"} - {"cgroup"}
        assert {name.split("-")[1] for name in hosts} == shared, (hosts, shared)
        assert ("seccomp-unconfined" in {f["rule"] for f in described["findings"]}) == ("live-seccomp-mode" in rules(running))
        seen += 1
    assert seen == 3


for check in (check_engines, check_facts, check_filters, check_mounts, check_limits, check_members, check_inside, check_recursive, check_peers, check_hosts, check_secrets, check_broken,
              check_recordings):
    check()
print("read")
