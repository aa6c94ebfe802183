# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reports in every format over good, terrible, hostile and unreadable inputs: well-formed, true to their places, escaped.

Usage: formats.py TOOL SOURCE-FOLDER
"""
import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

tool, root = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
faults = []
EXAMPLES = ["docker-dangerous.json", "docker-hardened.json", "docker-nginx-minimal.json", "kubernetes-agent.yaml",
            "podman-socket-read-only.json", "compose-ten-services.yaml"]
SECRET = "hunter2-s3cr3t"
NAME = "a\"><script>alert(1)</script>\x1b[31m\n\u202egnp\u2066|`*_[x](http://e.vil)<!--'&{0}"
# The same as reports show it.
VISIBLE = "a\"><script>alert(1)</script>\\x1b[31m\\x0a\\u{202e}gnp\\u{2066}|`*_[x](http://e.vil)<!--'&{0}"
HOSTILE = [{"Name": "/" + NAME, "Image": "sha256:1", "Config": {"Image": NAME, "User": NAME, "Env": [
    "PASSWORD=" + SECRET, NAME + "=x"], "Labels": {NAME: NAME}, "Cmd": ["sh", NAME, "--password=" + SECRET]},
    "HostConfig": {"Privileged": False, "CapAdd": ["SYS_ADMIN", NAME], "PidMode": "host", "SecurityOpt": [
        "seccomp=" + NAME, "apparmor=" + NAME, "label=type:" + NAME], "Sysctls": {NAME: NAME},
        "Devices": [{"PathOnHost": "/dev/" + NAME, "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}]},
    "Mounts": [{"Type": "bind", "Source": "/etc/" + NAME, "Destination": "/" + NAME, "RW": True}]}]


def fault(text):
    faults.append(text)


def scan(*words, cwd, status=None, command="scan"):
    done = subprocess.run([tool, command, *words], cwd=cwd, capture_output=True, timeout=300,
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


VOID = {"meta", "rect", "path"}
OPTIONAL = {"html", "head", "body", "p", "li", "dt", "dd", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"lang", "charset", "name", "content", "http-equiv", "class", "href", "id", "aria-labelledby", "aria-label",
              "tabindex", "role", "scope", "viewbox", "x", "y", "width", "height", "rx", "text-anchor", "d"}


class Page(html.parser.HTMLParser):
    """Elements that must be closed are, in order; nothing is loaded from anywhere; anchors lead somewhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.targets, self.words, self.tags = [], [], [], [], []
        self.feed(text)
        self.close()
        for target in self.targets:
            if target not in self.ids:
                fault(f"html: nothing has the id {target}")
        if len(set(self.ids)) != len(self.ids) or self.open:
            fault(f"html: ids that repeat, or open elements {self.open}")
        for tag in ("main", "nav", "header", "footer", "title", "svg", "h1"):
            if tag not in self.tags:
                fault(f"html: no <{tag}>")

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name not in ATTRIBUTES or "://" in (value or "") or (name == "href" and not value.startswith("#")):
                fault(f"html: <{tag} {name}={value}>")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.targets.append(value[1:])
            if name == "aria-labelledby":
                self.targets.append(value)
        if tag == "th" and not {"scope"} <= {name for name, _ in attributes}:
            fault("html: <th> without scope")
        if tag not in VOID | OPTIONAL:
            self.open.append(tag)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag in OPTIONAL:
            return
        if not self.open or self.open.pop() != tag:
            fault(f"html: </{tag}> out of order at {self.getpos()}")

    def handle_data(self, data):
        self.words.append(data)


def check_html(text):
    page = Page(text)
    if set(page.tags) & {"script", "img", "link", "iframe", "object", "b"}:
        fault(f"html: {set(page.tags)}")
    try:
        import html5lib
    except ImportError:
        return page
    try:
        html5lib.HTMLParser(strict=True).parse(text)
    except html5lib.html5parser.ParseError as error:
        fault(f"html: {error}")
    return page


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)] if len(colour) == 7 else [int(c * 2, 16) / 255 for c in colour[1:]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_contrast(text):
    """WCAG AA: 4.5 to 1 of every colour of text, on both grounds, in both schemes and in print."""
    schemes = [dict(re.findall(r"--(\w):(#\w+)", block)) for block in re.findall(r":root\{([^}]*)\}", text)]
    if len(schemes) != 3:
        fault(f"html: {len(schemes)} schemes of colours")
    for scheme in schemes:
        for name in "fmypnk":
            for ground in "bg":
                light, dark = sorted((luminance(scheme[name]), luminance(scheme[ground])), reverse=True)
                if (light + 0.05) / (dark + 0.05) < 4.5:
                    fault(f"html: {scheme[name]} on {scheme[ground]}: {(light + 0.05) / (dark + 0.05):.2f}")


def check_markdown(text, containers):
    lines = text.split("\n")
    if not lines[0].startswith("# ") or sum(line.startswith("## ") for line in lines) != containers + 1:
        fault(f"markdown: {sum(line.startswith('## ') for line in lines)} sections")
    columns = 0
    for line in lines:
        if re.fullmatch(r"(\|---)+\|", line):
            columns = line.count("|")
        elif line.startswith("|") and columns and len(re.findall(r"(?<!\\)\|", line)) != columns:
            fault(f"markdown: a row of another width: {line[:200]}")
        elif not line.startswith("|"):
            columns = 0
        if re.search(r"<(?!/?(code|pre)>|!-- -->)", line):
            fault(f"markdown: an element: {line[:200]}")
    if re.search(r"(?<!\\)\]\(|(?<!<code>)://|www\.", re.sub(r"<pre>.*?</pre>", "", text, flags=re.S)):
        fault("markdown: a link")


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
            if len(suites) != len(EXAMPLES) + 9 + 5 or len(suites.findall("testsuite/testcase/error")) != 2:
                fault(f"junit: {len(suites)} suites")
            check_text(scan("--lang", lang, *everything, cwd=folder, status=2), "text")
            for audit in ([], ["--audit"]):
                markup = check_text(scan("--lang", lang, "--format", "html", *audit, *everything, cwd=folder, status=2), "html")
                page = check_html(markup)
                check_contrast(markup)
                if page.tags.count("section") != len(EXAMPLES) + 9 + 3 or page.tags.count("svg") != len(EXAMPLES) + 9 + 3:
                    fault(f"html: {page.tags.count('section')} sections")
                if VISIBLE not in "".join(page.words):
                    fault("html: the name of the hostile container is not shown as it is")
                check_markdown(check_text(scan("--lang", lang, "--format", "markdown", *audit, *everything, cwd=folder,
                                               status=2), "markdown"), len(EXAMPLES) + 9 + 3)
            check_text(scan("--lang", lang, "--audit", *everything, cwd=folder, status=2), "text")
            page = check_html(check_text(scan("--lang", lang, "--format", "html", *everything, cwd=folder, status=2, command="paths"), "html"))
            # A picture for each path of each container.
            if page.tags.count("svg") != 42 * page.tags.count("section") or page.tags.count("section") < len(EXAMPLES) + 9:
                fault(f"html: {page.tags.count('svg')} paths of {page.tags.count('section')} containers")
            if VISIBLE not in "".join(page.words):
                fault("html: the name of the hostile container is not shown as it is among its paths")
        benchmark = scan("--format", "html", "--policy", "cis-docker", "docker-dangerous.json", cwd=folder, status=1).decode()
        if "CIS Docker Benchmark" not in "".join(check_html(benchmark).words):
            fault("html: no controls of the benchmark")
        check_markdown(scan("--format", "markdown", "--policy", "cis-docker", "docker-dangerous.json", cwd=folder, status=1)
                       .decode(), 1)
        for form in ("sarif", "junit", "markdown", "html", "text"):
            if not scan("--format", form, *(["--audit"] if form == "text" else []), "--self", cwd=folder):
                fault(f"{form}: nothing of a live process")
        deployment = root / "tests/data/scan/kubernetes/app.yaml"
        (folder / "app.yaml").write_bytes(deployment.read_bytes())
        check_sarif(scan("--format", "sarif", "app.yaml", cwd=folder, status=1), folder)
        check_junit(scan("--format", "junit", "app.yaml", cwd=folder, status=1))
        if "Deployment/" not in "".join(check_html(scan("--format", "html", "app.yaml", cwd=folder, status=1).decode()).words):
            fault("html: no deployment")
        ten = check_html(scan("--format", "html", "compose-ten-services.yaml", cwd=folder, status=1).decode())
        if ten.tags.count("section") != 10:
            fault("html: not ten services")
        strict = check_junit(scan("--format", "junit", "--fail-on", "info", "docker-hardened.json", cwd=folder, status=1))
        if not strict.findall("testsuite/testcase/failure"):
            fault("junit: --fail-on has no effect")
        for form in ("sarif", "junit", "markdown", "html"):
            if scan("--format", form, "missing.json", cwd=folder, status=2):
                fault(f"{form}: something for a single input that cannot be read")
            if scan("--format", form, "docker-hardened.json", cwd=folder, status=0) != \
                    scan("--format", form, "docker-hardened.json", cwd=folder, status=0):
                fault(f"{form}: differs from run to run")
    print("\n".join(faults[:30]) if faults else "every report is as it should be")
    return 1 if faults else 0


sys.exit(main())
