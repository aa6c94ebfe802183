# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a probe program got from the kernel in real containers is what `ctsec why` says of them: no answer may be wrong."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
recordings = root / "tests/recordings/docker"
# What the machine of the recordings had; the engine's version is all that an inspect lacks.
ENGINE = ["docker=20.10"]
HOST = ENGINE + ["kernel=6.18", "lsm=none", "sysctl.kernel.unprivileged_bpf_disabled=2",
                 "sysctl.kernel.perf_event_paranoid=2", "sysctl.kernel.dmesg_restrict=1", "ulimit.memlock=0"]


def probes():
    for line in (root / "tests/verdict/probes.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, facts, rest = line.split("|", 2)
            # Flags are joined by the same sign.
            call, beyond, reason = rest.rsplit("|", 2)
            yield name, facts, call, beyond.split(), reason


def unconfined(text, kind):
    document = json.loads(text)
    if kind == "config.json":
        document["linux"].pop("seccomp", None)
    else:
        document[0]["HostConfig"]["SecurityOpt"] = [
            option for option in document[0]["HostConfig"].get("SecurityOpt") or [] if not option.startswith("seccomp")
        ] + ["seccomp=unconfined"]
    return json.dumps(document)


def ask(path, lines, facts):
    options = [word for fact in facts for word in ("--fact", fact)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as batch:
        batch.write("".join(f"x86_64 {line}\n" for line in lines))
        batch.flush()
        run = subprocess.run([tool, "why", *options, "--batch", batch.name, path], capture_output=True, text=True)
    answers = run.stdout.splitlines()
    if run.returncode or len(answers) != len(lines):
        sys.exit(f"{path}: status {run.returncode}: {run.stdout}{run.stderr}")
    return answers


def truths(path):
    return dict(line.split() for line in path.read_text().splitlines())


def compare(facts, show):
    rows = list(probes())
    right = unknown = 0
    wrong, open_ones = [], {}
    for truth_path in sorted(recordings.glob("*/probe*.txt")):
        truth = truths(truth_path)
        for kind in ("inspect.json", "config.json"):
            text = (truth_path.parent / kind).read_text()
            if truth_path.name == "probe-unconfined.txt":
                text = unconfined(text, kind)
            with tempfile.NamedTemporaryFile("w", suffix=".json") as described:
                described.write(text)
                described.flush()
                owner = "1000" if truth["chown_file"] == "ok" else "0"
                groups = {"-": [], "foreign": ["file-owner=1000", "file-mode=0"], "own": [f"file-owner={owner}"]}
                for group, about in groups.items():
                    mine = [row for row in rows if row[1] == group]
                    answers = ask(described.name, [row[2] for row in mine], facts + about)
                    for (name, _, _, beyond, reason), answer in zip(mine, answers):
                        if reason:
                            continue
                        got = truth[name]
                        wanted = "allow" if got == "ok" or got in beyond else "deny " + got
                        said = " ".join(answer.split()[:2]) if answer.startswith("deny") else answer
                        where = f"{truth_path.parent.name}/{truth_path.name} {kind} {name}: the kernel {got}, we {answer}"
                        if said == wanted:
                            right += 1
                        elif answer.startswith("unknown"):
                            unknown += 1
                            open_ones.setdefault(f"{name}: {answer}", []).append(where)
                        else:
                            wrong.append(where)
    total = right + unknown + len(wrong)
    print(f"with {' '.join(facts)}: {total} answers, {right} right, {unknown} unknown, {len(wrong)} wrong")
    print("\n".join(wrong[:40]))
    if show:
        for key, places in sorted(open_ones.items()):
            print(f"  {key} ({len(places)})")
    return not wrong and total > 3000 and unknown * 10 <= total


show = "--show" in sys.argv
fine = [compare(ENGINE, show), compare(HOST, show)]
sys.exit(0 if all(fine) else 1)
