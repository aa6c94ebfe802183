# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports in every format over good, terrible, hostile and unreadable inputs: well-formed, true to their places, escaped.

Usage: formats.py TOOL SOURCE-FOLDER
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

tool, root = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
faults = []
EXAMPLES = ["docker-dangerous.json", "docker-hardened.json", "docker-nginx-minimal.json", "kubernetes-agent.yaml",
            "podman-socket-read-only.json"]
SECRET = "hunter2-s3cr3t"
NAME = "a\"><script>alert(1)</script>\x1b[31m\n\u202egnp\u2066|`*_[x](http://e.vil)<!--'&{0}"
HOSTILE = [{"Name": "/" + NAME, "Image": "sha256:1", "Config": {"Image": NAME, "User": NAME, "Env": [
    "PASSWORD=" + SECRET, NAME + "=x"], "Labels": {NAME: NAME}, "Cmd": ["sh", NAME, "--password=" + SECRET]},
    "HostConfig": {"Privileged": False, "CapAdd": ["SYS_ADMIN", NAME], "PidMode": "host", "SecurityOpt": [
        "seccomp=" + NAME, "apparmor=" + NAME, "label=type:" + NAME], "Sysctls": {NAME: NAME},
        "Devices": [{"PathOnHost": "/dev/" + NAME, "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}]},
    "Mounts": [{"Type": "bind", "Source": "/etc/" + NAME, "Destination": "/" + NAME, "RW": True}]}]


def fault(text):
    faults.append(text)


def scan(*words, cwd, status=None):
    done = subprocess.run([tool, "scan", *words], cwd=cwd, capture_output=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                               **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}})
    if done.returncode not in ((0, 1, 2) if status is None else (status,)):
        fault(f"{words}: status {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def lines_of(path):
    return path.read_bytes().decode("utf-8", "replace").split("\n")


def check_region(path, region, pointer):
    """An editor that selects the region has the value that the pointer names."""
    text = path.read_bytes().decode("utf-8", "replace")
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[:region["startLine"] - 1]) + region["startColumn"] - 1
    end = sum(len(line) + 1 for line in lines[:region["endLine"] - 1]) + region["endColumn"] - 1
    if (region["charOffset"], region["charLength"]) != (start, end - start):
        fault(f"{path.name} {pointer}: characters {region['charOffset']}+{region['charLength']} are not lines {start}+{end - start}")
    found = text[start:end]
    if not found.strip() or found != found.strip():
        fault(f"{path.name} {pointer}: the region is `{found}`")
    if path.suffix != ".json":
        return
    value = json.loads(text)
    for token in pointer.split("/")[1:]:
        token = token.replace("~1", "/").replace("~0", "~")
        value = value[int(token)] if isinstance(value, list) else value[token]
    if isinstance(value, dict):
        if not found.startswith("{"):
            fault(f"{path.name} {pointer}: `{found}` is no object")
    elif json.loads(found) != value:
        fault(f"{path.name} {pointer}: `{found}` is not {value!r}")


def check_sarif(text, folder):
    document = json.loads(text)
    if document["version"] != "2.1.0" or not document["$schema"].endswith("sarif-schema-2.1.0.json"):
        fault("sarif: version")
    [run] = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    catalogue = json.loads(subprocess.run([tool, "rules", "--format", "json"], capture_output=True).stdout)["rules"]
    if [rule["id"] for rule in rules] != [rule["id"] for rule in catalogue]:
        fault("sarif: rules are not the catalogue")
    for rule in rules:
        if not all(rule[key]["text"] for key in ("shortDescription", "fullDescription", "help")):
            fault(f"sarif: {rule['id']} lacks a text")
    prints = set()
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"] or result["suppressions"] != []:
            fault(f"sarif: {result['ruleId']}: index or suppressions")
        [place] = result["locations"]
        where = place["physicalLocation"]
        identity, pointer = (logical["fullyQualifiedName"] for logical in place["logicalLocations"])
        prints.add((where["artifactLocation"]["uri"], *result["partialFingerprints"].values()))
        uri = where["artifactLocation"]["uri"]
        path = folder / uri
        if path.exists():
            check_region(path, where["region"], pointer)
    if len(prints) != len(run["results"]):
        fault("sarif: fingerprints are not unique")
    [invocation] = run["invocations"]
    errors = [n for n in invocation["toolExecutionNotifications"] if n["level"] == "error"]
    if invocation["executionSuccessful"] != (not errors):
        fault("sarif: executionSuccessful")
    check_schema(document)
    return document


def check_schema(document):
    """The official schema is not part of this tree: point CTSEC_SARIF_SCHEMA at it."""
    path = os.environ.get("CTSEC_SARIF_SCHEMA")
    if not path:
        return
    import jsonschema
    for error in jsonschema.Draft4Validator(json.load(open(path))).iter_errors(document):
        fault(f"sarif: {error.json_path}: {error.message[:300]}")


def check_junit(text):
    suites = xml.fromstring(text)
    for suite in suites:
        cases = suite.findall("testcase")
        counted = {"tests": len(cases), "failures": len(suite.findall("testcase/failure")),
                   "errors": len(suite.findall("testcase/error")), "skipped": len(suite.findall("testcase/skipped"))}
        if {key: int(suite.get(key)) for key in counted} != counted or not cases:
            fault(f"junit: {suite.get('name')}: {suite.attrib} but {counted}")
    return suites


def check_text(text, what):
    """Nothing that a terminal or a reader could mistake for something else."""
    decoded = text.decode()
    for character in "\x1b\u202e\u2066":
        if character in decoded:
            fault(f"{what}: {character!r} comes through")
    if SECRET in decoded:
        fault(f"{what}: a secret")
    return decoded


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for example in EXAMPLES:
            (folder / example).write_bytes((root / "examples" / example).read_bytes())
        (folder / "hostile.json").write_text(json.dumps(HOSTILE, ensure_ascii=False))
        (folder / "wide.json").write_text(json.dumps([{"Name": "/\u30b3\u30f3\u30c6\u30ca\U0001f433" * 3000, "HostConfig": {
            "Privileged": True, "CapAdd": ["\u540d", "SYS_ADMIN"]}}], ensure_ascii=False, indent=1))
        bad_path = os.fsencode(folder) + b"/x\"><b>\xff\n.json"
        with open(bad_path, "wb") as file:
            file.write(b"{")
        run = ["--run", b"docker run --name '\xff\x1b]0;x' -v /etc:/e --privileged -e PASSWORD=" + SECRET.encode() + b" i\xfe"]
        good = scan("--format", "sarif", "docker-hardened.json", cwd=folder, status=0)
        check_sarif(good, folder)
        everything = [*EXAMPLES, "hostile.json", "wide.json", bad_path, "missing.json", *run]
        for lang in ("en", "ja", "zh"):
            document = check_sarif(scan("--lang", lang, "--format", "sarif", *everything, cwd=folder, status=2), folder)
            if len([n for n in document["runs"][0]["invocations"][0]["toolExecutionNotifications"] if n["level"] == "error"]) != 2:
                fault("sarif: not two errors")
            if SECRET in json.dumps(document):
                fault("sarif: a secret")
            for result in document["runs"][0]["results"]:
                if any(c in result["message"]["text"] for c in "\x1b\u202e\n"):
                    fault(f"sarif: {result['message']['text']!r}")
            suites = check_junit(check_text(scan("--lang", lang, "--format", "junit", *everything, cwd=folder, status=2), "junit"))
            if len(suites) != len(EXAMPLES) + 5 or len(suites.findall("testsuite/testcase/error")) != 2:
                fault(f"junit: {len(suites)} suites")
            check_text(scan("--lang", lang, *everything, cwd=folder, status=2), "text")
        strict = check_junit(scan("--format", "junit", "--fail-on", "info", "docker-hardened.json", cwd=folder, status=1))
        if not strict.findall("testsuite/testcase/failure"):
            fault("junit: --fail-on has no effect")
        for form in ("sarif", "junit"):
            if scan("--format", form, "missing.json", cwd=folder, status=2):
                fault(f"{form}: something for a single input that cannot be read")
            if scan("--format", form, "docker-hardened.json", cwd=folder, status=0) != \
                    scan("--format", form, "docker-hardened.json", cwd=folder, status=0):
                fault(f"{form}: differs from run to run")
    print("\n".join(faults[:30]) if faults else "every report is as it should be")
    return 1 if faults else 0


sys.exit(main())
