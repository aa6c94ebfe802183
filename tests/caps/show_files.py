#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ctsec caps show --file: trees in the order of their paths, each version of the xattr, what cannot be read."""
import json
import os
import struct
import subprocess
import sys
import tempfile

TOOL = sys.argv[1]
NET_BIND_SERVICE, NET_RAW = 1 << 10, 1 << 13


def version2(permitted, effective):
    return struct.pack("<5I", 0x02000000 | effective, permitted, 0, 0, 0)


def version3(permitted, rootid):
    return struct.pack("<6I", 0x03000001, permitted, permitted, 0, 0, rootid)


def show(*words):
    done = subprocess.run([TOOL, "caps", "show", *words], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


def main():
    with tempfile.TemporaryDirectory(prefix="ctsec-files-") as root:
        os.mkdir(f"{root}/m")
        marks = {"z": version2(NET_BIND_SERVICE, 0), "b": version2(NET_BIND_SERVICE, 1), "m/k": version3(NET_RAW, 100000),
                 "a\nb": version2(NET_BIND_SERVICE, 1), "none": None}
        for name, mark in marks.items():
            with open(f"{root}/{name}", "wb"):
                pass
            try:
                if mark:
                    os.setxattr(f"{root}/{name}", "security.capability", mark)
            except OSError as error:
                print(f"file capabilities cannot be set here ({error.strerror}): skipped")
                return 77
        os.symlink(f"{root}/m", f"{root}/link")

        status, out, err = show("--file", root)
        assert (status, err) == (0, ""), (status, err)
        assert out.splitlines() == [
            f"{root}/a\\x0ab cap_net_bind_service=ep",
            f"{root}/b cap_net_bind_service=ep",
            f"{root}/m/k cap_net_raw=eip [rootid=100000]",
            f"{root}/z cap_net_bind_service=p",
        ], out

        status, out, err = show("--format", "json", "--file", f"{root}/link", "--file", root)
        assert (status, err) == (0, ""), (status, err)
        files = json.loads(out)["files"]
        assert [os.path.relpath(item["path"], root) for item in files] == ["m/k", "a\nb", "b", "m/k", "z"], out
        assert files[0]["version"] == 3 and files[0]["rootid"] == 100000 and files[2]["rootid"] is None
        assert files[0]["permitted"] == f"{NET_RAW:016x}" and files[4]["effective"] is False

        status, out, err = show("--file", f"{root}/none")
        assert (status, out) == (0, f"{root}/none: no capabilities\n"), out

        status, out, err = show("--file", f"{root}/gone", "--file", f"{root}/b")
        assert status == 2 and out == f"{root}/b cap_net_bind_service=ep\n" and "gone: No such file" in err, (out, err)
    return 0


sys.exit(main())
