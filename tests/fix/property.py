#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every change that --fix makes, over every file that can be had: the patch applies, what was called fixed is gone, what
is new was hidden before, nothing else in the file moved, and a second run finds nothing to do."""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None

tool = sys.argv[1]
folders = [pathlib.Path(name) for name in sys.argv[2:] if name != "--shared"]
if "--shared" in sys.argv:
    beside = pathlib.Path(os.environ.get("CTSEC_SHARED") or pathlib.Path(os.environ.get("CTSEC_SOURCE", "."), "..", "shared"), "data")
    folders += [beside] if beside.is_dir() else []
# Keys below which a change may show.
mine = {"privileged", "cap_add", "cap_drop", "security_opt", "pid", "ipc", "uts", "cgroup", "network_mode", "userns_mode",
        "device_cgroup_rules", "oom_kill_disable", "oom_score_adj", "sysctls", "volumes", "hostPID", "hostIPC", "hostNetwork",
        "securityContext", "annotations", "mountPropagation", "noNewPrivileges", "capabilities", "namespaces", "maskedPaths",
        "readonlyPaths", "devices", "oomScoreAdj", "disableOOMKiller", "post_start", "pre_stop", "options", "sysctl"}
faults = []
seen = collections.Counter()
appliers = [name for name in ("patch", "git") if shutil.which(name)]
if not appliers:
    print("neither patch nor git is here: skipped")
    sys.exit(77)


def run(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, **more)


def scan(path, *options):
    done = run(tool, "scan", *options, "--format", "json", str(path))
    return (json.loads(done.stdout), done) if done.stdout else (None, done)


def count(report):
    return collections.Counter((c["id"], f["rule"]) for c in report["containers"] for f in c["findings"])


class Loader(yaml.SafeLoader if yaml else object):
    pass


if yaml:
    def other(loader, suffix, node):
        kind = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
        return kind.get(type(node), loader.construct_mapping)(node)

    yaml.add_multi_constructor("!", other, Loader=Loader)
    yaml.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value, Loader=Loader)


def load(path):
    text = path.read_bytes().decode()
    if path.suffix == ".json":
        return [json.loads(text)]
    return list(yaml.load_all(text.lstrip("\ufeff"), Loader)) if yaml else None


def compare_list(key, old, new, where):
    old, new = [str(x) for x in old], [str(x) for x in new]
    added = [x for x in new if x not in old]
    removed = [x for x in old if x not in new]
    upper = {x.upper().removeprefix("CAP_") for x in old}
    fine = {"cap_add": lambda: all(x in upper for x in added),
            "add": lambda: not added,
            "cap_drop": lambda: all(x in upper | {"NET_RAW", "MKNOD", "SETFCAP", "ALL"} for x in added) and
                all(x.upper() in new for x in removed),
            "security_opt": lambda: set(added) <= {"no-new-privileges:true"} and
                all(any(word in x for word in ("unconfined", "label", "no-new-privileges")) for x in removed),
            "volumes": lambda: len(added) == len(removed) and all("slave" in x for x in added),
            "devices": lambda: len(added) == len(removed) and all("'allow': False" in x for x in added)}
    if key in fine and not fine[key]():
        faults.append(f"{where}: {key}: {old} became {new}")


def compare(old, new, trail, where):
    if trail and isinstance(old or new, list) and old != new:
        compare_list(trail[-1], old or [], new or [], where)
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            if key in mine and not isinstance(old.get(key), (dict, list)) and not isinstance(new.get(key), list):
                continue
            compare(old.get(key), new.get(key), trail + [key], where)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new)):
            compare(a, b, trail + [index], where)
    elif not mine & set(map(str, trail)):
        faults.append(f"{where}: {trail}: {old!r} became {new!r}")


def check(path, *options):
    where = str(path)
    before, done = scan(path, *options)
    if before is None or not before["containers"] or before["errors"]:
        return
    fixes, done = scan(path, "--fix", *options)
    if fixes is None:
        seen["not for these formats"] += 1
        if not any(word in done.stderr.decode() for word in ("only Compose files",)):
            faults.append(f"{where}: {done.stderr.decode()}")
        return
    seen["files"] += 1
    with tempfile.TemporaryDirectory() as folder:
        # Beside the original, so that files which it names are found again.
        for name in path.parent.iterdir():
            if name.is_file() and name.stat().st_size < 1 << 20:
                shutil.copy(name, folder)
        copy = pathlib.Path(folder, path.name)
        if fixes["patch"]:
            seen["patched"] += 1
            if "patch" in appliers:
                done = run("patch", "-s", "--binary", str(copy), input=fixes["patch"].encode())
                if done.returncode:
                    faults.append(f"{where}: patch: {done.stdout.decode()}")
                    return
            if "git" in appliers:
                shutil.copy(path, copy.with_suffix(".git"))
                short = pathlib.Path(folder, "git" + path.suffix)
                shutil.copy(path, short)
                text = fixes["patch"].split("\n", 2)
                lines = f"--- {short.name}\n+++ {short.name}\n" + text[2]
                done = run("git", "apply", "-p0", "-", input=lines.encode(), cwd=folder,
                           env={**os.environ, "GIT_CEILING_DIRECTORIES": str(pathlib.Path(folder).parent), "GIT_CONFIG_NOSYSTEM": "1"})
                if done.returncode:
                    faults.append(f"{where}: git apply: {done.stderr.decode()}")
                elif "patch" not in appliers:
                    shutil.copy(short, copy)
                elif short.read_bytes() != copy.read_bytes():
                    faults.append(f"{where}: patch and git apply differ")
        after, _ = scan(copy, *options)
        if after is None:
            faults.append(f"{where}: cannot be read after the patch")
            return
        left = collections.Counter((f["container"], f["rule"]) for f in fixes["left"])
        if count(after) != left:
            faults.append(f"{where}: left {left - count(after)}, found {count(after) - left}")
        if count(before) - collections.Counter((f["container"], f["rule"]) for f in fixes["fixed"]) != \
                collections.Counter((f["container"], f["rule"]) for f in fixes["left"] if not f["uncovered"]):
            faults.append(f"{where}: the sums of fixed and left are not what was found")
        for fix in fixes["fixed"]:
            seen["fixed " + fix["rule"]] += 1
        for fix in fixes["left"]:
            seen[fix["reason"].split(":")[0] if "SHOW" in os.environ else "left"] += 1
            if "did not end it" in fix["reason"]:
                faults.append(f"{where}: {fix['container']}: {fix['rule']}: {fix['reason']}")
        again, _ = scan(copy, "--fix", *options)
        if again["patch"]:
            faults.append(f"{where}: a second run changes more:\n{again['patch']}")
        if yaml or path.suffix == ".json":
            try:
                old = load(path)
            except (yaml.YAMLError, ValueError, TypeError, AttributeError):
                return
            compare(old, load(copy), [], where)


def inputs():
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".yaml", ".yml", ".json") and path.is_file() and path.stat().st_size < 1 << 20:
                yield path


wanted = [pathlib.Path(name) for name in os.environ.get("ONLY", "").split()] or list(inputs())
for path in wanted:
    check(path)
    if path.parent.name == "inputs" or "psa" in str(path):
        check(path, "--policy", "pss:restricted") if b"kind" in path.read_bytes() and b"services" not in path.read_bytes() else None
print("\n".join(faults[:60]))
for key, number in sorted(seen.items()):
    print(f"{number:6} {key}")
if not seen["patched"]:
    faults.append("nothing was changed at all")
sys.exit(1 if faults else 0)
