# SPDX-License-Identifier: LGPL-2.1-or-later
"""Containers that fail, really started by runc: strace watches them, `ctsec denials` reads what it wrote, and the printed
fix, applied to the configuration, makes them work."""
import copy
import json
import os
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
DEFAULT = ("CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT "
           "KILL AUDIT_WRITE").split()
path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
runc, busybox, strace = (shutil.which(name, path=path) for name in ("runc", "busybox", "strace"))


def skip(why):
    print(f"{why}: skipped")
    sys.exit(77)


if not (runc and busybox and strace) or os.geteuid():
    skip("runc, busybox, strace and root are needed")
if b"statically linked" not in subprocess.run(["file", "-L", busybox], capture_output=True).stdout and \
        subprocess.run(["ldd", busybox], capture_output=True).returncode == 0:
    skip("busybox is not static")
docker = json.loads((root / "tests/recordings/docker/default/config.json").read_text())


def config_of(script, caps=DEFAULT, user=0):
    names = ["CAP_" + cap for cap in caps]
    sets = ("bounding", "effective", "permitted") if user == 0 else ("bounding",)
    mounts = [mount for mount in docker["mounts"]
              if mount["type"] not in ("bind", "cgroup") and mount["destination"] != "/dev/mqueue"]
    return {
        "ociVersion": docker["ociVersion"], "mounts": mounts, "root": {"path": "rootfs", "readonly": False},
        "process": {"user": {"uid": user, "gid": user}, "args": ["/bin/sh", "-c", script], "env": ["PATH=/bin"],
                    "cwd": "/", "capabilities": {kind: names for kind in sets}},
        "linux": {"namespaces": [{"type": kind} for kind in ("mount", "network", "uts", "pid", "ipc")],
                  "resources": {"devices": docker["linux"]["resources"]["devices"]},
                  "maskedPaths": docker["linux"]["maskedPaths"], "readonlyPaths": docker["linux"]["readonlyPaths"],
                  "seccomp": docker["linux"]["seccomp"]},
    }


def without(*caps):
    return [cap for cap in DEFAULT if cap not in caps]


# Name, configuration, the call that fails.
STORIES = [
    ("chown", config_of("touch /tmp/f && chown 1:1 /tmp/f", without("CHOWN")), "chown"),
    ("ping", config_of("ping -c 1 -w 2 127.0.0.1", without("NET_RAW")), "socket"),
    ("mount", config_of("mount -t tmpfs none /mnt"), "mount"),
    ("umount", config_of("umount /dev/shm"), "umount2"),
    ("unshare", config_of("unshare -n true"), "unshare"),
    ("nsenter", config_of("nsenter --net=/proc/self/ns/net true"), "setns"),
    ("hostname", config_of("hostname other"), "sethostname"),
    ("low port", config_of("httpd -p 80 -h /", DEFAULT, 1000), "bind"),
    ("chroot", config_of("chroot / true", without("SYS_CHROOT")), "chroot"),
    ("mknod", config_of("mknod /tmp/n c 1 3", without("MKNOD")), "mknodat"),
    ("priority", config_of("renice -n -5 $$"), "setpriority"),
    ("input and output", config_of("ionice -c 1 true"), "ioprio_set"),
    ("file capability", config_of("/bin/busybox-capable true"), "execve"),
    ("file capability of a user", config_of("/bin/busybox-capable true", DEFAULT, 1000), "execve"),
    ("kernel log", config_of("dmesg >/dev/null"), "syslog"),
]


# Programs with capabilities of their own, which `ctsec caps show --file` reads.
CAPABLE = {"/bin/busybox-capable": 1 << 12 | 1 << 13}


def file_facts(folder, log):
    """What the trace asks about: the file capabilities of a program that was refused."""
    refused = re.search(r'execve\("([^"]+)".* = -1 EPERM', log)
    if not refused:
        return []
    shown = subprocess.run([tool, "caps", "show", "--format", "json", "--file", f"{folder}/rootfs{refused.group(1)}"],
                           capture_output=True, text=True, timeout=60)
    return [f"--fact=file-caps={json.loads(shown.stdout)['files'][0]['text']}"]


def start(folder, config, name, watch=None):
    (folder / "config.json").write_text(json.dumps(config))
    words = [runc, "--root", str(folder / "state"), "run", "-b", str(folder), name]
    if watch:
        words = [strace, "-f", "-qq", "-o", str(watch), *words]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def of_container(text):
    """What the container's processes did: from the execve of its shell on, with their children."""
    found = re.search(r'^(\d+) +execve\("/bin/sh"', text, flags=re.M)
    if not found:
        return ""
    # Numbers that clone answers are those of the container's own namespace: whoever is newer belongs to it.
    lines = text[found.start():].splitlines(keepends=True)
    return "".join(line for line in lines if line.split(" ", 1)[0].isdigit() and int(line.split(" ", 1)[0]) >= int(found.group(1)))


def apply(config, change):
    words = shlex.split(change["value"] or "")
    if change["rule"] and change["kind"] == "seccomp-rule":
        config["linux"]["seccomp"]["syscalls"].append(change["rule"])
    while words:
        word = words.pop(0)
        option, equal, value = word.partition("=")
        value = value if equal else words.pop(0)
        if option == "--cap-add":
            for names in config["process"]["capabilities"].values():
                if "CAP_" + value not in names:
                    names.append("CAP_" + value)
        elif option == "--user":
            config["process"]["user"] = {"uid": int(value), "gid": int(value)}
            names = config["process"]["capabilities"]["bounding"]
            config["process"]["capabilities"] = {kind: list(names) for kind in ("bounding", "effective", "permitted")}
        elif option == "--sysctl":
            key, _, setting = value.partition("=")
            config["linux"].setdefault("sysctl", {})[key] = setting
        elif option != "--security-opt":
            raise ValueError(f"the test does not know {word}")


def tell(folder, name, config, call):
    number, said = start(folder, config, "fails")
    if number == 0:
        return "works already"
    tried = []
    for _ in range(3):
        log = folder / "log"
        start(folder, config, "watched", watch=log)
        log.write_text(of_container(log.read_text(errors="replace")))
        facts = [f"--fact=sysctl.{name}={pathlib.Path('/proc/sys', name.replace('.', '/')).read_text().strip()}"
                 for name in ("kernel.dmesg_restrict",)]
        facts += file_facts(folder, log.read_text())
        shown = subprocess.run([tool, "denials", *facts, "--format", "json", "--for", str(folder / "config.json"), str(log)],
                               capture_output=True, text=True, timeout=60)
        if not shown.stdout:
            return f"no answer: {shown.stderr}"
        groups = [group for group in json.loads(shown.stdout)["groups"] if group["changes"] and group["kind"] == "call"]
        if not tried and call not in [group["syscall"] for group in groups]:
            return f"{call} is not among {[(group['syscall'], group['why']) for group in json.loads(shown.stdout)['groups']]}"
        wanted = [group for group in groups if group["syscall"] == call] or groups
        config = copy.deepcopy(config)
        for group in wanted:
            for change in group["changes"]:
                apply(config, change)
                tried.append(change["value"] or change["rule"])
        number, said = start(folder, config, "fixed")
        if number == 0:
            print(f"{name}: {', '.join(map(str, tried))}")
            return None
        call = None
    return f"still fails with {tried}: {said.strip()}"


def main():
    failed = done = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o755)
        for part in ("bin", "tmp", "mnt", "proc", "sys", "dev"):
            (folder / "rootfs" / part).mkdir(parents=True)
        os.chmod(folder / "rootfs/tmp", 0o1777)
        shutil.copy(busybox, folder / "rootfs/bin/busybox")
        for applet in ("sh touch chown ping mount umount unshare nsenter true hostname httpd chroot mknod renice "
                       "ionice dmesg").split():
            (folder / "rootfs/bin" / applet).symlink_to("busybox")
        for program, caps in CAPABLE.items():
            shutil.copy(busybox, folder / f"rootfs{program}")
            os.setxattr(folder / f"rootfs{program}", "security.capability", struct.pack("<5I", 0x02000001, caps, 0, 0, 0))
        number, said = start(folder, config_of("true"), "plain")
        if number:
            skip(f"runc starts no container here: {said.strip()[:200]}")
        for story, config, call in STORIES:
            fault = tell(folder, story, copy.deepcopy(config), call)
            if fault == "works already":
                print(f"{story}: works here without a change")
                continue
            done += 1
            if fault:
                failed += 1
                print(f"{story}: {fault}")
    print(f"{done - failed} of {done} containers work after the printed fix")
    return 1 if failed else 0


sys.exit(main())
