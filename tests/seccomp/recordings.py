# SPDX-License-Identifier: LGPL-2.1-or-later
"""Filters that runc loaded for real containers: what we say that it loads is the same call by call, over all arguments,
from the configuration that it was given and from what `docker inspect` prints of the container."""
import os
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"
runtime = ["--runtime", "runc", "--libseccomp", "2.5.4"]


def differs(filter_path, profile, *options):
    done = subprocess.run([tool, "seccomp", "diff", *runtime, *options, profile, filter_path], capture_output=True, text=True)
    if done.returncode == 0:
        return 0
    print(f"{profile} and {filter_path}: status {done.returncode}\n{done.stdout[:600]}{done.stderr[:600]}")
    return 1


shared = pathlib.Path(os.environ.get("CTSEC_SHARED", root.parent / "shared"))
wrong = compared = 0
for folder in [root / "tests/data/docker", shared / "data/docker"]:
    for loaded in sorted(folder.glob("*/filter.0")):
        compared += 1
        wrong += differs(loaded, loaded.parent / "config.json")
        inspect = root / "tests/recordings/docker" / loaded.parent.name / "inspect.json"
        if inspect.exists():
            wrong += differs(loaded, inspect, "--engine", "docker@20.10.24", "--kernel", "6.18")
# What the profile says is not what is loaded: the comparison can tell.
default = root / "tests/data/docker/default"
done = subprocess.run([tool, "seccomp", "diff", default / "config.json", default / "filter.0"], capture_output=True, text=True)
assert done.returncode == 1 and "cachestat" in done.stdout, done
print(f"{compared} filters compared, {wrong} comparisons wrong")
sys.exit(1 if wrong or not compared else 0)
