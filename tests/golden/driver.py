# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs golden cases through the Python binding: reads `FOLDER<TAB>COMMAND` lines, answers `STATUS LENGTH` and the bytes."""
import errno
import os
import pathlib
import shlex
import sys

import ctsec
from ctsec.denials import Denials
from ctsec.check import Scan, Severity, rules_json
from ctsec.containers import find_files
from ctsec.paths import Paths, Status
from ctsec.seccomp import Profile
from ctsec.traces import Least, Trace
from ctsec.why import Confinement, Request

SWITCHES = {"fix", "trace", "privileged", "no-new-privileges", "host", "audit"}
REPEATED = {"cap-add", "cap-drop", "fact", "rule", "skip", "pid", "env", "override", "compose-profile"}


def parse(words, stop_after=0):
    """Options and operands of a command line, as the tool takes them."""
    options, operands = {}, []
    words = iter(words)
    for word in words:
        if stop_after and len(operands) >= stop_after:
            operands.append(word)
        elif word == "--":
            operands.extend(words)
        elif word.startswith("--") and len(word) > 2:
            name, equal, value = word[2:].partition("=")
            if name in SWITCHES:
                value = "true"
            elif not equal:
                value = next(words)
            if name in REPEATED:
                options.setdefault(name, []).append(value)
            else:
                options[name] = value
        else:
            operands.append(word)
    return options, operands


def library_options(options):
    kept = {name.replace("-", "_"): value for name, value in options.items()
            if name not in ("format", "fact", "status", "pid", "host", "proc-root")}
    if "fact" in options:
        kept["facts"] = dict(fact.split("=", 1) for fact in options["fact"])
    return kept


def beside(path, data, options):
    """The files that an input names, read from its folder."""
    named = {name: value for name, value in library_options(options).items() if name != "now"}
    found = {path: pathlib.Path(path).read_bytes() for path in options.get("override", [])}
    while True:
        names = [name for name in find_files(data, source=path, files=found, **named) if name not in found]
        names = [name for name in names if not name.startswith("/") and os.path.isfile(os.path.join(os.path.dirname(path), name))]
        if not names:
            return found
        found.update((name, pathlib.Path(os.path.dirname(path), name).read_bytes()) for name in names)


def fix(options, operands):
    text, status = "", 0
    for operand in operands:
        data = pathlib.Path(operand).read_bytes()
        named = dict(library_options(options), source=operand, files=beside(operand, data, options))
        try:
            made = ctsec.fixes.fix(data, **named)
        except ctsec.Error:
            status = 2
            continue
        text += made.to_json() if options["format"] == "json" else made.diff()
        given = ctsec.Findings(ctsec.Containers(data, **named), **named)
        if not status and any(one.severity >= Severity.HIGH for one in given):
            status = 1
    return status, text


def scan(options, operands):
    if options.pop("fix", None):
        return fix(dict(options, format=options.get("format", "text")), operands)
    accepted = {name: options.pop(name, None) for name in ("waivers", "baseline")}
    stream = Scan(options["format"], now=os.environ["SOURCE_DATE_EPOCH"], **library_options(options))
    for name, path in accepted.items():
        if path:
            with open(path, "rb") as file:
                getattr(stream, name)(file.read(), path)
    text = ""
    for operand in operands:
        if os.path.isdir(operand):
            stream.unread(operand, errno.EISDIR)
            continue
        try:
            with open(operand, "rb") as file:
                data = file.read()
            stream.files(beside(operand, data, options))
            stream.feed(data, operand)
        except OSError as error:
            stream.unread(operand, error.errno)
        text += stream.take()
    processes = [int(pid) for pid in options.get("pid", [])] + ([-1] if "host" in options else [])
    for pid in processes:
        stream.process(pid, options.get("proc-root", "/proc"))
        text += stream.take()
    text += stream.finish()
    if stream.errors:
        return 2, text if len(operands) + len(processes) > 1 or any(accepted.values()) else ""
    return int(stream.count(Severity[options.get("fail-on", "high").upper()]) > 0), text


def paths(options, operands):
    html = options.get("format") == "html"
    found = Paths(html=html, **library_options(options))
    for operand in operands:
        try:
            with open(operand, "rb") as file:
                found.feed(file.read(), operand)
        except OSError as error:
            found.unread(operand, error.errno)
    if found.errors:
        return 2, found.to_json() if len(operands) > 1 else ""
    return int(found.count(Status.REACHABLE) > 0), found.to_text() if html else found.to_json()


def rules(options, operands):
    return 0, rules_json(operands, **library_options(options))


def decode(options, operands):
    return 0, "".join(ctsec.Caps.parse(mask).to_json() for mask in operands)


def encode(options, operands):
    mask = ctsec.Caps(0)
    for names in operands:
        mask |= ctsec.Caps.encode(names)
    return 0, mask.to_json()


def explain(options, operands):
    mask = ctsec.Caps(0)
    for names in operands:
        mask |= ctsec.Caps.encode(names)
    return 0, (mask if operands else ctsec.caps.ALL).explain_json(**library_options(options))


def resolve(options, operands):
    return 0, ctsec.caps.resolve(**library_options(options)).to_json()


def why(options, operands):
    words, profile = options.pop("do", None), options.pop("profile", None)
    command = options.pop("run", None)
    named = library_options(options)
    if command:
        containers, rest = ctsec.Containers(command, source="--run", **named), operands
    else:
        with open(operands[0], "rb") as file:
            containers, rest = ctsec.Containers(file.read(), source=operands[0], **named), operands[1:]
    if len(containers) > 1:
        return 2, ""
    arch = named.get("arch", "x86_64")
    request = Request.do(words, arch) if words else Request(*rest, arch=arch)
    answer = Confinement(containers, load(profile) if profile else None, **named).check(request)
    return [0, 1, 3][answer.outcome], answer.to_json()


def load(name):
    if name.startswith("builtin:"):
        return Profile.builtin(name[8:])
    return Profile(open(name, "rb").read(), source=name)


def simulate(options, operands):
    named = library_options(options)
    arch = named.pop("arch", "x86_64")
    policy = load(operands[0]).resolve(arch=arch, **named)
    verdict = policy.simulate(operands[1], *operands[2:], arch=arch, **named)
    return {True: 0, False: 1, None: 3}[verdict.allowed if verdict.decided else None], verdict.to_json()


def show(options, operands):
    return 0, load(operands[0]).to_json(**library_options(options))


def diff(options, operands):
    found = load(operands[0]).resolve(**library_options(options)).diff(load(operands[1]).resolve(**library_options(options)),
                                                                     **library_options(options))
    return int(len(found) > 0), found.to_json()


def denials(options, operands):
    named = library_options(options)
    given, path = named.pop("profile", None), named.pop("for", None)
    container = profile = None
    if path:
        raw = open(path, "rb").read()
        container = ctsec.Containers(raw, source=path, **named)[0]
        profile = None if given else Profile(raw, source=path, **named)
    if given:
        profile = load(given)
    stream = Denials(options["format"], container=container, profile=profile, **named)
    for operand in operands:
        with open(operand, "rb") as file:
            stream.feed(file.read(), operand)
    text = stream.finish()
    if stream.failed and not stream.records:
        text = ""
    return 2 if stream.failed else 1 if stream.denied else 2 if stream.unparsed else 0, text


def explain_call(options, operands):
    return 0, ctsec.syscalls.explain_json(operands[0], **library_options(options))


def from_trace(options, operands):
    named = library_options(options)
    whole, against, form = named.pop("trace", None), named.pop("against", None), named.pop("from", None)
    traces = [Trace(open(name, "rb").read(), source=name, from_=form, **named) for name in operands]
    bad = 2 if any(trace.problems for trace in traces) else 0
    if whole:
        return bad, traces[0].to_json() if options["format"] == "json" else traces[0].to_recording()
    least = Least(traces, **named)
    if against:
        found = least.diff(load(against).resolve(source=against, **named), **named)
        return bad or int(len(found) > 0), found.to_json()
    return bad, least.to_json() if options["format"] == "json" else least.to_profile()


def lint(options, operands):
    found = load(operands[0]).lint(**library_options(options))
    return int(found.count(Severity[options.get("fail-on", "high").upper()]) > 0), found.to_json()


COMMANDS = {("seccomp", "from-trace"): from_trace, ("seccomp", "explain"): explain_call, ("seccomp", "lint"): lint, ("seccomp", "simulate"): simulate, ("seccomp", "show"): show, ("seccomp", "diff"): diff,
            ("denials",): denials, ("scan",): scan, ("paths",): paths, ("why",): why, ("rules",): rules, ("caps", "decode"): decode, ("caps", "encode"): encode,
            ("caps", "explain"): explain, ("caps", "list"): explain, ("caps", "resolve"): resolve}


def run(folder, command):
    os.chdir(folder)
    words = shlex.split(command)
    for length in (2, 1):
        function = COMMANDS.get(tuple(words[:length]))
        if function:
            try:
                return function(*parse(words[length:], {simulate: 2, why: 1 if "--run" in words else 2}.get(function, 0)))
            except ctsec.Error:
                return 2, ""
    raise SystemExit(f"the Python driver does not know `{command}`")


for line in sys.stdin:
    folder, command = line.rstrip("\n").split("\t", 1)
    status, text = run(folder, command)
    raw = text.encode()
    sys.stdout.buffer.write(f"{status} {len(raw)}\n".encode() + raw)
