# SPDX-License-Identifier: LGPL-2.1-or-later
"""A container called `"><script>` with terminal escapes, and a secret: through every command and format, to either stream.

Usage: hostile.py TOOL
"""
import html.parser
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

tool = str(pathlib.Path(sys.argv[1]).resolve())
SECRET = "hunter2-s3cr3t"
NAME = "\"><script>alert(1)</script>\x1b[31m\x1b]0;t\x07\n\r\u202e\u2066\u200b\x7f\x9b|`*_[x](http://e.vil)<!--'&{0}%s"
INSPECT = [{"Id": "0123", "Name": "/" + NAME, "Config": {"Image": NAME, "User": NAME, "Env": ["PASSWORD=" + SECRET, NAME + "=x"],
            "Labels": {NAME: NAME}, "Cmd": [NAME, "--password=" + SECRET]},
            "HostConfig": {"CapAdd": ["SYS_ADMIN", NAME], "PidMode": "host", "SecurityOpt": ["apparmor=" + NAME, "label=type:" + NAME],
                           "Sysctls": {NAME: NAME}, "Devices": [{"PathOnHost": "/dev/" + NAME, "PathInContainer": "/x", "CgroupPermissions": "rwm"}]},
            "Mounts": [{"Type": "bind", "Source": "/etc/" + NAME, "Destination": "/" + NAME, "RW": True},
                       {"Type": "bind", "Source": "/var/run/docker.sock", "Destination": "/" + NAME, "RW": False}]}]
PROFILE = {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"], NAME: 1, "syscalls": [
    {"names": ["read", NAME], "action": "SCMP_ACT_ALLOW", "comment": NAME, NAME: 2}, {"names": ["write"], "action": "SCMP_ACT_ALLOW", "includes": {"caps": [NAME]}}]}
BAD_PROFILE = {"defaultAction": NAME}
COMPOSE = "services:\n  " + json.dumps(NAME) + ":\n    image: " + json.dumps(NAME) + "\n    privileged: true\n    environment:\n      PASSWORD: " + SECRET + "\n    " + json.dumps(NAME) + ": 1\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + json.dumps(NAME) + "\nspec:\n  hostPID: true\n  containers:\n  - name: " + json.dumps(NAME) + "\n    image: " + json.dumps(NAME) + "\n    env:\n    - {name: PASSWORD, value: " + SECRET + "}\n"
DOCKERFILE = "FROM x\nENV PASSWORD=" + SECRET + "\nUSER a\x1b[31m\u202e\"><script>\n"
LINE = NAME.replace("\n", "").replace("\r", "")
LOG = (f'[ 1.0] audit: type=1326 audit(1700000000.104:31): pid=3 comm="{LINE}" exe="/{LINE}" sig=0 arch=c000003e syscall=165 compat=0 ip=0x7f code=0x50000\n'
       f'[ 1.1] audit: type=1400 audit(1700000000.112:32): apparmor="DENIED" operation="open" profile="{LINE}" name="/{LINE}" pid=3 comm="{LINE}" requested_mask="w" denied_mask="w"\n'
       + "[ 1.2] audit: type=1326 audit(1700000000.204:33): pid=4 comm=" + NAME.encode().hex().upper() + " sig=0 arch=c000003e syscall=166 compat=0 ip=0x7f code=0x50000\n")
TRACE = 'execve("/' + LINE + '", ["x"], 0x1) = 0\nchown("' + LINE + '", 1, 1) = -1 EPERM (Operation not permitted)\n' + LINE + "\n"
faults = []


class Page(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        if tag in ("script", "img", "iframe", "a") and (tag != "a" or not dict(attributes).get("href", "").startswith("#")):
            faults.append(f"html: <{tag} {attributes}>")


def check(words, done, form):
    for stream, data in (("output", done.stdout), ("errors", done.stderr)):
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            faults.append(f"{words}: {stream}: {error}")
            continue
        for character in text:
            # Of the controls only what lays text out, and nothing that turns its direction.
            if (ord(character) < 32 and character != "\n") or 127 <= ord(character) < 160 or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f":
                faults.append(f"{words}: {stream}: {character!r} in {text[max(0, text.index(character) - 60):][:120]!r}")
                break
        # A patch has the lines of the file that it is for.
        if SECRET in text and not ("--fix" in words and stream == "output"):
            faults.append(f"{words}: {stream}: the secret")
        if stream == "errors" and any(line and not line.startswith(("ctsec: ", "ctsec ", "Try `", "  ")) and "--fix" not in words for line in text.split("\n")):
            faults.append(f"{words}: a line of errors begins otherwise: {text[:300]!r}")
    if done.returncode < 0 or done.returncode > 3 and words[0] != "record":
        faults.append(f"{words}: status {done.returncode}")
    # Lines of a batch are lines in every format.
    if not done.stdout or "--batch" in words:
        return
    try:
        if form in ("json", "sarif"):
            json.loads(done.stdout)
        elif form == "ndjson":
            [json.loads(line) for line in done.stdout.decode().split("\n") if line]
        elif form == "junit":
            xml.fromstring(done.stdout)
        elif form == "html":
            Page().feed(done.stdout.decode())
    except ValueError as error:
        faults.append(f"{words}: {error}")


def formats_of(*words):
    text = subprocess.run([tool, *words, "--help"], capture_output=True, text=True, check=True).stdout
    return text.split("\nFormats: ")[1].split("\n")[0].split() if "\nFormats: " in text else ["text"]


count, said = 0, 0
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    bad = 'x\x1b[31m"><script>\n\u202e.json'
    for file, content in {"inspect.json": json.dumps(INSPECT), "raw.json": json.dumps(INSPECT, ensure_ascii=False), "compose.yaml": COMPOSE, "pod.yaml": POD, "Dockerfile": DOCKERFILE,
                          "profile.json": json.dumps(PROFILE), "bad-profile.json": json.dumps(BAD_PROFILE), "log": LOG, "trace": TRACE,
                          "run.sh": "docker run --name '" + NAME.replace("'", "") + "' --privileged -e PASSWORD=" + SECRET + " 'i\x1b[31m'\n",
                          bad: "{", "lines": f"x86_64 {LINE}\nx86_64 mount\n"}.items():
        (folder / file).write_text(content)
    fact = ["--fact", "lsm=apparmor", "--fact", "userns=host"]
    containers = ["inspect.json", "compose.yaml", "pod.yaml", "Dockerfile", "run.sh"]
    commands = [("scan",), ("scan", "--audit"), ("scan", "--policy", "cis-docker"), ("scan", "--fix"), ("paths",)]
    calls = [[*command, *fact, file] for command in commands for file in [*containers, bad]]
    calls += [["scan", "--run", "docker run --name 'a\x1b[31m' -v '/etc/\u202e\"><script>:/x' i"], ["scan", "--select", NAME, "inspect.json"],
              ["scan", "--rule", NAME, "inspect.json"], ["scan", "--fact", NAME + "=" + NAME, "inspect.json"], ["scan", "--" + NAME, "inspect.json"],
              ["scan", *containers, bad], ["scan", "--policy", "pss:restricted", "pod.yaml"], ["scan", "--waivers", bad, "inspect.json"],
              ["scan", "--baseline", "profile.json", "inspect.json"], [NAME], ["caps", NAME]]
    calls += [["why", *fact, file, "mount"] for file in containers]
    calls += [["why", *fact, "inspect.json", NAME], ["why", *fact, "inspect.json", "openat", "AT_FDCWD", "'" + NAME + "'", "O_WRONLY"], ["why", "inspect.json", "--do", NAME],
              ["why", "--batch", "lines", "inspect.json"], ["why", bad, "mount"], ["why", "--profile", "bad-profile.json", "inspect.json", "mount"]]
    calls += [["denials", "log"], ["denials", "--for", "inspect.json", "log"], ["denials", "--for", "inspect.json", "--profile", "profile.json", "log", "trace"], ["denials", bad]]
    calls += [["seccomp", "show", "profile.json"], ["seccomp", "lint", "profile.json"], ["seccomp", "lint", "bad-profile.json"], ["seccomp", "simulate", "profile.json", "read"],
              ["seccomp", "simulate", "profile.json", NAME], ["seccomp", "simulate", "profile.json", "read", NAME], ["seccomp", "simulate", "--batch", "lines", "profile.json"],
              ["seccomp", "diff", "profile.json", "builtin:docker"], ["seccomp", "compile", "profile.json"], ["seccomp", "explain", NAME], ["seccomp", "from-trace", "trace"],
              ["seccomp", "from-trace", "log"], ["seccomp", "show", "builtin:" + NAME], ["seccomp", "asm", "log"], ["seccomp", "disasm", "log"], ["seccomp", "dump", NAME]]
    calls += [["caps", "decode", NAME], ["caps", "encode", NAME], ["caps", "explain", NAME], ["caps", "resolve", "--cap-add", NAME, "--user", NAME], ["caps", "decode", "--status", "log"],
              ["caps", "show", "--file", bad], ["rules", NAME], ["record", "--method", NAME, "true"], ["record", "-o", "/dev/null", "/" + LINE]]
    known = {}
    for words in calls:
        key = tuple(words[:2]) if words[0] in ("seccomp", "caps") and words[1] != NAME else tuple(words[:1])
        if key not in known:
            known[key] = formats_of(*key) if NAME not in key else ["text"]
        for form in known[key]:
            for lang in ("en", "zh") if form in ("text", "html") else ("en",):
                more = [] if NAME in key else ["--format", form, "--lang", lang]
                words_now = [*words[:len(key)], *more, *words[len(key):]]
                done = subprocess.run([tool, *words_now], cwd=folder, capture_output=True, timeout=300, stdin=subprocess.DEVNULL,
                                      env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **{k: v for k, v in os.environ.items() if "SAN_OPTIONS" in k}})
                check(words_now, done, form)
                count += 1
                said += b"script" in done.stdout + done.stderr

# What is shown must be there to be escaped.
if said < count // 2:
    faults.append(f"only {said} of {count} outputs show the name")
print("\n".join(faults[:40]) if faults else f"{count} outputs, {said} of which show the name, escaped")
sys.exit(1 if faults else 0)
