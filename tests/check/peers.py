# SPDX-License-Identifier: LGPL-2.1-or-later
"""What other scanners miss or flag without cause, in every format that can say it: command line, inspect, OCI, pod, Compose.

Each case names options of `docker run`; the other descriptions are made from them here, by hand-written rules of what each
engine writes. A rule must be found, or must not be, in all of them.
"""
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

tool = sys.argv[1]
DEFAULT = ["CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP",
           "NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"]
SAFE_SYSCTLS = ["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
                "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
                "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
                "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
                "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"]


class Case:
    def __init__(self, name, found=(), silent=(), privileged=False, mounts=(), add=(), drop=(), user=None, sysctls=(),
                 security=(), host=(), env=(), folder=None, command=(), formats=("run", "inspect", "oci", "kubernetes", "compose")):
        self.__dict__.update(locals())


CASES = [
    Case("/etc read-only", found=["mount-etc"], mounts=[("/etc", "/x", "ro")]),
    Case("/etc with a slash", found=["mount-etc"], mounts=[("/etc/", "/x", "rw")]),
    Case("a child of /etc", found=["mount-etc-kubernetes"], mounts=[("/etc/kubernetes/pki", "/x", "ro")]),
    Case("/etc inside only", silent=["mount-etc"], mounts=[("/srv/data", "/etc", "rw")]),
    Case("/tmp to /etc", silent=["mount-etc", "mount-root"], mounts=[("/tmp", "/etc", "rw")]),
    Case("/lib as part of a name", silent=["mount-lib"], mounts=[("/opt/lib", "/x", "rw"), ("/library", "/y", "rw")]),
    Case("process data", silent=["mount-proc"], mounts=[("/opt/process-data", "/x", "rw"), ("/processes", "/y", "rw")]),
    Case("/var/run", found=["runtime-socket-parent"], mounts=[("/var/run", "/r", "rw")]),
    Case("/root", found=["mount-home-root"], mounts=[("/root", "/k", "rw")]),
    Case("/run/docker.sock", found=["runtime-socket"], mounts=[("/run/docker.sock", "/s", "rw")]),
    Case("a socket read-only", found=["runtime-socket"], mounts=[("/var/run/docker.sock", "/var/run/docker.sock", "ro")]),
    Case("containerd's socket", found=["runtime-socket"], mounts=[("/run/containerd/containerd.sock", "/c", "rw")]),
    Case("crio's socket", found=["runtime-socket"], mounts=[("/var/run/crio/crio.sock", "/c", "rw")]),
    Case("podman's socket", found=["runtime-socket"], mounts=[("/run/user/1000/podman/podman.sock", "/c", "rw")]),
    Case("a socket of another program", silent=["runtime-socket", "runtime-socket-parent"],
         mounts=[("/run/mysqld/mysqld.sock", "/m", "rw")]),
    Case("a socket at its place", found=["runtime-socket"], mounts=[("/srv/proxy.sock", "/var/run/docker.sock", "ro")]),
    Case("sockets of other engines", found=["runtime-socket"], mounts=[("/var/lib/lxd/unix.socket", "/l", "rw")]),
    Case("the system bus", found=["mount-run-systemd"], mounts=[("/var/run/dbus", "/d", "rw")]),
    Case("programs of the host", found=["mount-usr"], mounts=[("/bin", "/b", "rw")]),
    Case("/dev/null", silent=["mount-dev"], mounts=[("/dev/null", "/etc/app.conf", "rw")]),
    Case("a working directory outside", found=["workdir-fd"], folder="/proc/self/fd/8"),
    Case("a working directory", silent=["workdir-fd"], folder="/proc/self"),
    Case("a password for the shell", found=["secret-cmdline"], command=["sh", "-c", "exec redis-server --requirepass Tr0ub4dor"]),
    Case("a password from the environment", silent=["secret-cmdline"], command=["sh", "-c", "exec redis-server --requirepass $PASSWORD"]),
    Case("how long a token lives", silent=["secret-env"], env=["JWT_ACCESS_TOKEN_EXPIRE_MINUTES=30"]),
    Case("privileged", found=["privileged", "seccomp-implied-off"], privileged=True),
    Case("privileged and drop", found=["privileged", "cap-all", "privileged-drop-ignored"], privileged=True, drop=["ALL"],
         formats=("run", "inspect", "kubernetes", "compose")),
    Case("drop all in lower case", silent=["cap-drop-all-missing", "cap-net-raw", "cap-unknown"], drop=["all"]),
    Case("drop ALL", silent=["cap-drop-all-missing", "cap-net-raw"], drop=["ALL"]),
    Case("add and drop of the same", found=["cap-sys-time"], add=["SYS_TIME"], drop=["SYS_TIME"],
         formats=("run", "inspect", "compose")),
    Case("a prefix", found=["cap-sys-admin"], silent=["cap-unknown"], add=["CAP_SYS_ADMIN"]),
    Case("capabilities few speak of", found=["cap-sys-module", "cap-dac-read-search", "cap-sys-rawio", "cap-bpf"],
         add=["SYS_MODULE", "DAC_READ_SEARCH", "SYS_RAWIO", "BPF"]),
    Case("no capability", found=["cap-unknown"], add=["SYS_AMDIN"], formats=("run", "inspect", "kubernetes", "compose")),
    Case("another user's capabilities", found=["cap-noop-nonroot"], silent=["cap-sys-admin", "cap-net-raw"], user=1000,
         add=["SYS_ADMIN"]),
    Case("safe sysctls", silent=["sysctl-unsafe"], sysctls=[(name, "1") for name in SAFE_SYSCTLS]),
    Case("unsafe sysctl", found=["sysctl-unsafe"], sysctls=[("kernel.msgmax", "65536")]),
    Case("sysctl injection", found=["sysctl-unsafe"], sysctls=[("kernel.shm_rmid_forced", "1+kernel.core_pattern=|/x")]),
    Case("seccomp with a colon", found=["seccomp-unconfined"], security=["seccomp:unconfined"],
         formats=("run", "inspect", "compose")),
    Case("no_new_privs bare", silent=["no-new-privileges"], security=["no-new-privileges"], formats=("run", "inspect", "compose")),
    Case("no_new_privs off", found=["no-new-privileges"], security=["no-new-privileges:false"], formats=("run", "inspect", "compose")),
    Case("host namespaces", found=["host-pid", "host-net", "host-ipc"], host=["pid", "network", "ipc"]),
    Case("a path for a secret", silent=["secret-env"], env=["DB_PASSWORD_FILE=/run/secrets/db"]),
    Case("a secret", found=["secret-env"], env=["DB_PASSWORD=Tr0ub4dor-and-3"]),
    Case("nothing", silent=["privileged", "runtime-socket", "mount-root", "seccomp-unconfined", "host-pid", "host-net",
                            "sysctl-unsafe", "cap-unknown", "cap-sys-admin", "secret-env", "apparmor-unconfined"]),
]


def granted(case):
    """The capabilities that Docker gives."""
    plain = lambda names: [name.upper().removeprefix("CAP_") for name in names]
    if "ALL" in plain(case.drop):
        return plain(case.add)
    return [name for name in DEFAULT if name not in plain(case.drop)] + plain(case.add)


def run(case):
    words = ["docker", "run", "--name", "c"]
    words += ["--privileged"] * case.privileged
    words += [word for source, destination, mode in case.mounts for word in ("-v", f"{source}:{destination}:{mode}")]
    words += [f"--cap-add={name}" for name in case.add] + [f"--cap-drop={name}" for name in case.drop]
    words += [f"--sysctl={name}='{value}'" for name, value in case.sysctls] + [f"--security-opt={one}" for one in case.security]
    words += [f"--{kind}=host" for kind in case.host] + ([f"--user={case.user}"] if case.user else [])
    words += [word for one in case.env for word in ("-e", one)]
    words += ["-w", case.folder] if case.folder else []
    return "run.sh", " ".join(words + ["image:1", shlex.join(case.command)]) + "\n"


def inspect(case):
    host = {"Privileged": case.privileged, "CapAdd": list(case.add) or None, "CapDrop": list(case.drop) or None,
            "Binds": [":".join(mount) for mount in case.mounts] or None, "SecurityOpt": list(case.security) or None,
            "Sysctls": dict(case.sysctls) or None, "PidMode": "host" if "pid" in case.host else "",
            "IpcMode": "host" if "ipc" in case.host else "private",
            "NetworkMode": "host" if "network" in case.host else "default"}
    mounts = [{"Type": "bind", "Source": source, "Destination": destination, "Mode": mode, "RW": mode == "rw",
               "Propagation": "rprivate"} for source, destination, mode in case.mounts]
    config = {"User": str(case.user or ""), "Env": list(case.env), "Image": "image:1", "Cmd": list(case.command) or None,
              "WorkingDir": case.folder or ""}
    return "inspect.json", json.dumps([{"Id": "0" * 64, "Name": "/c", "HostConfig": host, "Mounts": mounts, "Config": config}])


def oci(case):
    caps = [f"CAP_{name}" for name in granted(case)]
    spaces = [{"type": kind} for kind in ("pid", "network", "ipc", "uts", "mount", "cgroup") if kind not in case.host]
    linux = {"namespaces": spaces, "sysctl": dict(case.sysctls),
             "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
             "seccomp": {"defaultAction": "SCMP_ACT_ERRNO",
                         "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"], "syscalls": []}}
    sets = {"bounding": caps, "effective": caps, "permitted": caps}
    if case.privileged:
        every = json.loads(subprocess.run([tool, "caps", "list", "--format", "json"], capture_output=True, check=True).stdout)
        sets = {name: [one["name"] for one in every["capabilities"]] for name in sets}
        linux.update(maskedPaths=[], readonlyPaths=[], resources={"devices": [{"allow": True, "access": "rwm"}]})
        del linux["seccomp"]
    process = {"cwd": case.folder or "/", "args": list(case.command) or ["a"], "user": {"uid": case.user or 0, "gid": 0}, "env": list(case.env),
               "capabilities": sets}
    mounts = [{"type": "bind", "source": source, "destination": destination, "options": ["rbind", mode]}
              for source, destination, mode in case.mounts]
    return "config.json", json.dumps({"ociVersion": "1.0.2", "process": process, "root": {"path": "rootfs"},
                                      "mounts": mounts, "linux": linux})


def kubernetes(case):
    volumes = [{"name": f"v{i}", "hostPath": {"path": source}} for i, (source, _, _) in enumerate(case.mounts)]
    mounts = [{"name": f"v{i}", "mountPath": destination, "readOnly": mode == "ro"}
              for i, (_, destination, mode) in enumerate(case.mounts)]
    context = {"privileged": case.privileged, "capabilities": {"add": list(case.add), "drop": list(case.drop)},
               "seccompProfile": {"type": "RuntimeDefault"}}
    if case.privileged:
        del context["seccompProfile"]
    if case.user:
        context["runAsUser"] = case.user
    container = {"name": "c", "image": "image:1", "securityContext": context, "volumeMounts": mounts,
                 "env": [dict(zip(("name", "value"), one.split("=", 1))) for one in case.env]}
    container |= {"workingDir": case.folder} if case.folder else {}
    container |= {"command": list(case.command)} if case.command else {}
    spec = {"volumes": volumes, "containers": [{"name": "other", "image": "image:1"}], "ephemeralContainers": [container],
            "securityContext": {"sysctls": [{"name": name, "value": value} for name, value in case.sysctls]},
            **{{"pid": "hostPID", "network": "hostNetwork", "ipc": "hostIPC"}[kind]: True for kind in case.host}}
    return "pod.json", json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})


def compose(case):
    """With the long form of mounts, which few read."""
    service = {"image": "image:1", "privileged": case.privileged, "cap_add": list(case.add), "cap_drop": list(case.drop),
               "volumes": [{"type": "bind", "source": source, "target": destination, "read_only": mode == "ro"}
                           for source, destination, mode in case.mounts],
               "sysctls": dict(case.sysctls), "security_opt": list(case.security),
               "environment": [one.replace("$", "$$") for one in case.env],
               **{{"pid": "pid", "network": "network_mode", "ipc": "ipc"}[kind]: "host" for kind in case.host}}
    if case.user:
        service["user"] = str(case.user)
    service |= {"working_dir": case.folder} if case.folder else {}
    service |= {"command": [word.replace("$", "$$") for word in case.command]} if case.command else {}
    return "compose.json", json.dumps({"services": {"c": service}})


faults, count = [], 0
with tempfile.TemporaryDirectory() as folder:
    for case in CASES:
        for form in case.formats:
            name, text = globals()[form](case)
            path = pathlib.Path(folder, name)
            path.write_text(text)
            done = subprocess.run([tool, "scan", "--format", "json", "--select",
                                   {"kubernetes": "Pod/default/p/c", "oci": "#1"}.get(form, "c"), str(path)],
                                  capture_output=True, text=True)
            if done.returncode not in (0, 1):
                faults.append(f"{case.name} as {form}: {done.stderr.strip()}")
                continue
            rules = {finding["rule"] for container in json.loads(done.stdout)["containers"] for finding in container["findings"]}
            count += len(case.found) + len(case.silent)
            faults += [f"{case.name} as {form}: no {rule}" for rule in case.found if rule not in rules]
            faults += [f"{case.name} as {form}: {rule}, though it must not" for rule in case.silent if rule in rules]
print("\n".join(faults) if faults else f"{count} expectations hold")
sys.exit(bool(faults))
