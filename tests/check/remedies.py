# SPDX-License-Identifier: LGPL-2.1-or-later
"""Remedies end what they are for: each is applied as it is written, in the words of its format, and the finding is gone.

docker: `remove FLAGS` takes flags away, other steps are flags to add. kubernetes, compose: YAML is merged into the container,
the service or the pod's spec, `# remove: KEY: VALUE` and `# remove from LIST: ITEM` take away. oci: JSON is merged. What is
said in words only is for people, and counted.
"""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("PyYAML is not here")
    sys.exit(77)

tool = sys.argv[1]
OPTIONS = {
    "privileged": "--privileged", "runtime-socket": "-v /run/docker.sock:/s", "runtime-socket-parent": "-v /run:/r",
    "tcp-daemon": "-e DOCKER_HOST=tcp://10.0.0.1:2375", "cap-all": "--cap-add=ALL", "cap-drop-all-missing": "",
    "privileged-drop-ignored": "--privileged --cap-drop=ALL", "cap-unknown": "--cap-add=SYS_AMDIN",
    "cap-case": "--cap-add=sys_time", "cap-noop-nonroot": "--user 1000 --cap-add=NET_ADMIN --security-opt no-new-privileges",
    "seccomp-unconfined": "--security-opt seccomp=unconfined", "seccomp-implied-off": "--privileged",
    "apparmor-unconfined": "--security-opt apparmor=unconfined", "selinux-disabled": "--security-opt label=disable",
    "no-new-privileges": "", "root-user": "", "low-uid": "--user 1000", "root-group": "--user 20000 --group-add 0",
    "userns-host": "--userns=host", "rw-rootfs": "", "host-pid": "--pid=host", "host-ipc": "--ipc=host",
    "host-net": "--network=host", "host-uts": "--uts=host", "host-cgroupns": "--cgroupns=host",
    "join-other-ns": "--pid=container:other", "mount-root": "-v /:/host", "mount-etc": "-v /etc:/e", "mount-home": "-v /home:/h",
    "mount-rw-hostpath": "-v /srv:/s", "mount-propagation": "-v /srv:/s:rshared", "device-host": "--device=/dev/sda",
    "device-cgroup-all": "--device-cgroup-rule='b *:* rwm'", "proc-unmasked": "--security-opt systempaths=unconfined",
    "sysctl-unsafe": "--sysctl=kernel.msgmax=65536", "secret-env": "-e DB_PASSWORD=Tr0ub4dor-and-3",
    "port-all-ifaces": "-p 8080:8080", "port-privileged": "-p 127.0.0.1:80:8080", "default-bridge": "",
    "host-aliases": "--add-host h:host-gateway", "mem-limit": "", "cpu-limit": "", "pids-limit": "",
    "mount-dev": "-v /dev:/d", "mount-proc": "-v /proc:/p", "mount-sys": "-v /sys:/y", "mount-boot": "-v /boot:/b",
    "mount-home-ssh": "-v /home/a/.ssh:/s", "secret-volume": "-v /srv/key.pem:/k", "ssh-port": "-p 127.0.0.1:2222:22",
    "ulimits": "--ulimit nofile=9:9", "oom-disable": "--oom-kill-disable", "cgroup-parent": "--cgroup-parent=/x",
    "restart-policy": "--restart=always", "healthcheck": "", "image-latest": "", "volumes-from": "--volumes-from=other",
    "runtime-unsafe": "--runtime=own", "workdir-fd": "-w /proc/self/fd/7", "annotations-runtime": "--annotation run.oci.keep_original_groups=1",
    "gpu-devices": "--gpus=all", "ld-preload-env": "-e LD_PRELOAD=/x.so", "stdin-tty": "-t",
    **{f"cap-{name.lower().replace('_', '-')}": f"--cap-add={name}" for name in
       "SYS_ADMIN SYS_MODULE SYS_PTRACE DAC_READ_SEARCH SYS_RAWIO SYS_BOOT SYS_TIME NET_ADMIN BPF PERFMON SYSLOG MAC_ADMIN "
       "MAC_OVERRIDE AUDIT_CONTROL LINUX_IMMUTABLE IPC_OWNER SYS_RESOURCE SYS_PACCT SYS_TTY_CONFIG SYS_NICE WAKE_ALARM "
       "BLOCK_SUSPEND LEASE CHECKPOINT_RESTORE".split()},
    **{f"cap-{name.lower().replace('_', '-')}": "" for name in "DAC_OVERRIDE NET_RAW MKNOD SETFCAP SYS_CHROOT".split()},
}
FACTS = ["--fact", "lsm=apparmor", "--fact", "cgroup=v2", "--fact", "userns=host"]


def facts_of(rule):
    # With userns=host the daemon is known to share it with whoever asks for nothing.
    return {"selinux-disabled": ["--fact", "lsm=selinux"], "userns-host": []}.get(rule, FACTS)


# Whose remedy is to think again: a value only its author knows.
IN_WORDS = {"docker": {"image-latest", "port-privileged", "ssh-port"}, "compose": set(), "kubernetes": set(), "oci": set()}


def text_of_input(name):
    return {"run.sh": "a command line", "pod.json": "a pod", "compose.json": "a Compose file"}.get(name, "an OCI configuration")


def scan(name, text, folder, facts=FACTS):
    path = pathlib.Path(folder, name)
    path.write_text(text)
    done = subprocess.run([tool, "scan", "--format", "json", *facts, str(path)], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise ValueError(f"{done.stderr.strip()} in:\n{text}")
    findings = [finding for container in json.loads(done.stdout)["containers"] for finding in container["findings"]]
    for finding in findings:
        for form, text in finding["remediation"].items():
            if re.search(r"\{(capability|capability_short|source|destination|device|name|value|sysctl)\}", text or ""):
                faults.append(f"{finding['rule']} as {form}: `{text}` is not filled in for {text_of_input(name)}")
    return findings


def spelt(words):
    """--name=value and --name value are one."""
    made = []
    for word in words:
        made += word.split("=", 1) if word.startswith("--") and "=" in word else [word]
    return ["--volume" if word == "-v" else "--env" if word == "-e" else "--publish" if word == "-p" else
            "--tty" if word == "-t" else word for word in made]


def take_away(words, flags):
    words, flags = spelt(words), spelt(flags)
    for at in range(len(words)):
        if words[at:at + len(flags)] == flags:
            return words[:at] + words[at + len(flags):]
        # `-e NAME` is the whole of `-e NAME=VALUE`, `-v A:B` of `-v A:B:MODE`.
        if len(flags) == 2 and words[at] == flags[0] and re.match(re.escape(flags[1]) + "[=:]", words[at + 1]):
            return words[:at] + words[at + 2:]
    raise ValueError(f"`remove {' '.join(flags)}` removes nothing")


def apply_docker(options, fix):
    words = shlex.split(options)
    for step in re.split(r"; (?:add |or )?", fix):
        step = re.sub(r",? (?:or|only where|unless|created with|if |mount only).*", "", step)
        if step.startswith("remove "):
            words = take_away(words, shlex.split(step.removeprefix("remove ")))
        elif step.startswith("-"):
            words += shlex.split(step)
    return " ".join(map(shlex.quote, words))


def merge(into, what):
    for key, value in what.items():
        if isinstance(value, dict):
            merge(into.setdefault(key, {}), value)
        else:
            into[key] = value


def take_out(holder, line):
    """`# remove: KEY: VALUE` and `# remove from LIST: ITEM`; False where it is said in other words."""
    match = re.match(r"# remove: (\w+)\b", line)
    if match:
        if match[1] not in holder:
            raise ValueError(f"`{line}` removes nothing")
        del holder[match[1]]
        return True
    match = re.match(r"# remove from ([\w.]+)[^:]*: (.*)", line)
    if not match:
        return False
    *path, last = match[1].split(".")
    for step in path:
        holder = holder[step]
    before, item = holder[last], match[2]
    if isinstance(before, dict):
        holder[last] = {key: value for key, value in before.items() if key != item}
    else:
        holder[last] = [one for one in before if not str(one).startswith(item)]
    if holder[last] == before:
        raise ValueError(f"`{line}` removes nothing from {before}")
    return True


def apply_yaml(holder, fix):
    done = False
    for line in fix.splitlines():
        if line.startswith("# remove"):
            done = take_out(holder, line) or done
    what = yaml.safe_load(fix)
    if isinstance(what, dict):
        merge(holder, what)
        done = True
    return done


def apply_pod(pod, fix):
    what = yaml.safe_load(fix)
    spec = pod["spec"]
    holder = spec if isinstance(what, dict) and any(key in ("hostPID", "hostIPC", "hostNetwork", "hostUsers",
                                                            "shareProcessNamespace", "automountServiceAccountToken")
                                                    for key in what) else spec["containers"][0]
    line = fix.splitlines()[0]
    if line.startswith("# remove from securityContext.sysctls"):
        name = line.split(": ")[1]
        context = spec["securityContext"]
        context["sysctls"] = [one for one in context["sysctls"] if one["name"] != name]
        return True
    return apply_yaml(holder, fix)


PODS = {
    "privileged": {"securityContext": {"privileged": True}}, "seccomp-implied-off": {"securityContext": {"privileged": True}},
    "seccomp-missing": {}, "seccomp-unconfined": {"securityContext": {"seccompProfile": {"type": "Unconfined"}}},
    "no-new-privileges": {}, "root-user": {}, "low-uid": {"securityContext": {"runAsUser": 5}}, "rw-rootfs": {}, "mem-limit": {},
    "cpu-limit": {}, "cap-drop-all-missing": {}, "cap-all": {"securityContext": {"capabilities": {"add": ["ALL"]}}},
    "cap-sys-admin": {"securityContext": {"capabilities": {"add": ["SYS_ADMIN"]}}}, "healthcheck": {},
    "apparmor-unconfined": {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}},
    "proc-unmasked": {"securityContext": {"procMount": "Unmasked"}}, "userns-host": {}, "sa-token": {},
    "windows-hostprocess": {"securityContext": {"windowsOptions": {"hostProcess": True}}}, "stdin-tty": {"tty": True},
    "host-pid": {"^hostPID": True}, "host-ipc": {"^hostIPC": True}, "host-net": {"^hostNetwork": True},
    "join-other-ns": {"^shareProcessNamespace": True}, "sysctl-unsafe": {"^securityContext": {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}},
    "selinux-disabled": {"securityContext": {"seLinuxOptions": {"type": "spc_t"}}},
    "cap-case": {"securityContext": {"capabilities": {"drop": ["all"]}}},
}


def pod_of(extra):
    container = {"name": "c", "image": "image:1", **{key: value for key, value in extra.items() if key[0] != "^"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
            "spec": {"containers": [container], **{key[1:]: value for key, value in extra.items() if key[0] == "^"}}}


COMPOSE = {
    "privileged": {"privileged": True}, "seccomp-unconfined": {"security_opt": ["seccomp=unconfined"]}, "no-new-privileges": {},
    "root-user": {}, "rw-rootfs": {}, "mem-limit": {}, "cpu-limit": {}, "pids-limit": {}, "cap-drop-all-missing": {},
    "cap-sys-admin": {"cap_add": ["SYS_ADMIN"]}, "cap-all": {"cap_add": ["ALL"]}, "host-pid": {"pid": "host"},
    "host-ipc": {"ipc": "host"}, "host-net": {"network_mode": "host"}, "userns-host": {"userns_mode": "host"},
    "runtime-socket": {"volumes": ["/run/docker.sock:/s"]}, "mount-root": {"volumes": ["/:/host"]},
    "tcp-daemon": {"environment": {"DOCKER_HOST": "tcp://1.2.3.4:2375"}}, "sysctl-unsafe": {"sysctls": {"kernel.msgmax": "1"}},
    "apparmor-unconfined": {"security_opt": ["apparmor=unconfined"]}, "ulimits": {"ulimits": {"nofile": 9}},
    "restart-policy": {"restart": "always"}, "cap-net-raw": {}, "stdin-tty": {"tty": True}, "host-uts": {"uts": "host"},
    "host-cgroupns": {"cgroup": "host"}, "volumes-from": {"volumes_from": ["d"]}, "runtime-unsafe": {"runtime": "own"},
}
OCI = {
    "no-new-privileges": {}, "rw-rootfs": {}, "root-user": {}, "mem-limit": {}, "cpu-limit": {}, "pids-limit": {},
    "low-uid": {"process": {"user": {"uid": 5, "gid": 5}}},
    "cap-all": {"process": {"capabilities": {"bounding": "ALL", "effective": "ALL", "permitted": "ALL"}}},
}
faults, count, words = [], 0, 0


def note(rule, form, apply, text_of, first, folder, facts=FACTS):
    """One remedy of one format."""
    global count, words
    name = {"docker": "run.sh", "kubernetes": "pod.json", "compose": "compose.json", "oci": "config.json"}[form]
    try:
        found = [finding for finding in scan(name, text_of(first), folder, facts) if finding["rule"] == rule]
        if not found:
            faults.append(f"{rule} as {form}: not found in {text_of(first)}")
            return
        fix = found[0]["remediation"][form]
        changed = apply(first, fix)
        if changed is None:
            words += 1
            if rule not in IN_WORDS[form]:
                faults.append(f"{rule} as {form}: `{fix}` is said in words only")
            return
        left = [finding for finding in scan(name, text_of(changed), folder, facts) if finding["rule"] == rule]
        count += 1
        if left:
            faults.append(f"{rule} as {form}: `{fix}` leaves {left[0]['observed']} in {text_of(changed)}")
    except (ValueError, KeyError, yaml.YAMLError) as error:
        faults.append(f"{rule} as {form}: {error}")


def docker(first, fix):
    changed = apply_docker(first, fix)
    return changed if shlex.split(changed) != shlex.split(first) else None


def copied(apply, inner):
    def run(first, fix):
        changed = json.loads(json.dumps(first))
        return changed if apply(inner(changed), fix) else None
    return run


def oci_of(extra):
    config = {"ociVersion": "1.0.2", "root": {"path": "r"}, "process": {"cwd": "/", "args": ["a"], "user": {"uid": 0, "gid": 0}},
              "linux": {"namespaces": [{"type": "pid"}]}}
    merge(config, json.loads(json.dumps(extra)))
    caps = config["process"].get("capabilities", {})
    for key in caps:
        if caps[key] == "ALL":
            every = json.loads(subprocess.run([tool, "caps", "list", "--format", "json"], capture_output=True, check=True).stdout)
            caps[key] = [one["name"] for one in every["capabilities"]]
    return config


def apply_oci(config, fix):
    if not fix.startswith("{"):
        return False
    merge(config, json.loads(fix))
    return True


with tempfile.TemporaryDirectory() as folder:
    for rule, options in OPTIONS.items():
        image = "image" if rule == "image-latest" else "image:1"
        note(rule, "docker", docker, lambda options, image=image: f"docker run {options} {image}\n", options, folder, facts_of(rule))
    for rule, extra in PODS.items():
        note(rule, "kubernetes", copied(apply_pod, lambda pod: pod), json.dumps, pod_of(extra), folder, facts_of(rule))
    for rule, extra in COMPOSE.items():
        first = {"services": {"c": {"image": "image:1", **extra}, **({"d": {"image": "image:1"}} if "volumes_from" in extra else {})}}
        note(rule, "compose", copied(apply_yaml, lambda file: file["services"]["c"]), json.dumps, first, folder, facts_of(rule))
    for rule, extra in OCI.items():
        note(rule, "oci", copied(apply_oci, lambda config: config), json.dumps, oci_of(extra), folder)
print("\n".join(faults) if faults else f"{count} remedies end their findings, {words} are said in words")
sys.exit(bool(faults))
