# SPDX-License-Identifier: LGPL-2.1-or-later
"""--confine is refused by a tool that was built for a machine on which the profile was not recorded."""
import subprocess
import sys

tool, processor, pointer = sys.argv[1:]
done = subprocess.run([tool, "caps", "decode", "--confine", "21"], capture_output=True, text=True)
if processor in ("x86_64", "AMD64", "amd64") and pointer == "8":
    # A machine may forbid filters, in words of its own.
    right = (done.returncode, done.stderr) == (0, "") or done.returncode == 2 and "--confine: seccomp: " in done.stderr
else:
    right = done.returncode == 2 and "recorded on x86_64 only" in done.stderr and not done.stdout
print("as it should be" if right else f"{processor}, pointers of {pointer} bytes: status {done.returncode}, {done.stderr}")
sys.exit(not right)
