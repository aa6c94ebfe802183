# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every fixture of the Pod Security Standards gets the verdict of its folder, and a failing one the check of its name."""
import json
import os
import pathlib
import re
import subprocess
import sys

tool, source = sys.argv[1], pathlib.Path(sys.argv[2])
folders = [source / "tests/data/psa"]
shared = pathlib.Path(os.environ.get("CTSEC_SHARED", source.parent / "shared")) / "data/psa"
if shared.is_dir():
    folders.append(shared)


def expected_check(level, minor, name):
    """The check that a file is about: at restricted, some stand in for those of baseline."""
    check = re.sub(r"\d+\.yaml$", "", name)
    if level == "restricted":
        replaced = {
            "hostpathvolumes": (0, "restrictedvolumes"),
            "capabilities_baseline": (22, "capabilities_restricted"),
            "seccompprofile_baseline": (19, "seccompprofile_restricted"),
            "procmount": (35, "procmount_restricted"),
        }
        since, other = replaced.get(check, (99, ""))
        if minor >= since:
            check = other
    return check


count = 0
faults = []
for folder in folders:
    for path in sorted(folder.rglob("*.yaml")):
        level, version, verdict = path.parts[-4:-1]
        policy = f"pss:{level}@{version}"
        done = subprocess.run([tool, "scan", "--policy", policy, "--format", "json", str(path)], capture_output=True, text=True)
        count += 1
        if done.returncode != (0 if verdict == "pass" else 1):
            faults.append(f"{path}: status {done.returncode} {done.stderr}")
            continue
        findings = [finding for container in json.loads(done.stdout)["containers"] for finding in container["findings"]]
        if verdict == "pass":
            if findings:
                faults.append(f"{path}: findings")
        elif expected_check(level, int(version.split(".")[1]), path.name) not in {f["check"].lower() for f in findings}:
            faults.append(f"{path}: {[f['check'] for f in findings]}")
print(f"{count} fixtures, {len(faults)} wrong")
print("\n".join(faults[:20]))
sys.exit(1 if faults or count < 30 else 0)
