# SPDX-License-Identifier: LGPL-2.1-or-later
"""Dockerfiles: what is read, and bad ones refused at their place."""
import json
import os
import pathlib
import subprocess

tool = pathlib.Path(os.environ["CTSEC_BUILD"]) / "tools/ctsec"


def run(text, *words, fmt="json"):
    data = text if isinstance(text, bytes) else text.encode()
    return subprocess.run([tool, "scan", "--format", fmt, "--from", "dockerfile", *words, "-"], input=data, capture_output=True, timeout=300)


def scan(text, *words):
    done = run(text, *words)
    assert done.returncode in (0, 1), (text, done.stderr)
    document = json.loads(done.stdout)
    assert len(document["containers"]) == 1 and document["containers"][0]["format"] == "dockerfile"
    return document


def found(text, *words):
    return {(f["rule"], f["line"], f["column"]): f for f in scan(text, *words)["containers"][0]["findings"]}


def rules(text, *words):
    return {rule for rule, _, _ in found(text, *words)}


GOOD = "USER 10001:10001\nHEALTHCHECK CMD x\n"


def check_users():
    assert ("root-user", 1, 6) in found("FROM a:1\n")
    assert any(d["rule"] == "root-user" and d["needs"] == ["uid"] for d in scan("FROM a:1\n")["diagnostics"])
    assert "root-user" not in rules("FROM a:1\n", "--fact", "uid=20000")
    assert "root-user" in rules("FROM scratch\n") and not scan("FROM scratch\n")["diagnostics"]
    assert ("root-user", 2, 6) in found("FROM a:1\nUSER root\n")
    assert "root-user" not in rules("FROM a:1\nUSER app\n") and scan("FROM a:1\nUSER app\n")["diagnostics"]
    assert "root-user" not in rules("FROM gcr.io/distroless/static:nonroot\n")
    assert ("low-uid", 3, 6) in found("FROM a:1\nUSER root\nUSER 1000\n")
    assert ("low-uid", 3, 6) in found("FROM a:1\nARG U=1000\nUSER ${U}\n")
    assert not {"root-user", "low-uid"} & rules("FROM a:1\nARG U\nUSER $U\n")
    assert "low-uid" in rules("FROM a:1\nUSER ${NOBODY:-12}\n")
    assert "root-group" in rules("FROM a:1\nUSER 10001:0\n")


def check_stages():
    text = "FROM a:1 AS base\nUSER 10001\nENV PASSWORD=hunter2hunter2\nFROM b:1 AS other\nUSER 0\nFROM base\n"
    assert rules(text) == {"secret-env", "healthcheck"}
    assert ("root-user", 5, 6) in found(text, "--target", "other") and ("root-user", 5, 6) in found(text, "--target", "1")
    assert rules(text, "--target", "BASE") == {"secret-env", "healthcheck"}
    assert run(text, "--target", "none").returncode == 2 and run(text, "--target", "9").returncode == 2
    assert scan(text, "--target", "other")["containers"][0]["id"] == "other"
    assert scan(text)["containers"][0]["image"] == "a:1"
    assert ("image-latest", 1, 6) in found("FROM a AS x\nFROM x\n" + GOOD)
    assert "image-latest" in rules("FROM a:latest\n" + GOOD) and "image-latest" in rules("ARG T=latest\nFROM a:$T\n" + GOOD)
    for image in ("a:1", "a@sha256:" + "0" * 64, "scratch", "${X}", "localhost:5000/a:1", "--platform=linux/amd64 a:2"):
        text = f"ARG X\nFROM {image}\n" + GOOD
        assert "image-latest" not in rules(text), image
    assert scan("ARG X\nFROM ${X}\n" + GOOD)["containers"][0]["image"] is None


def check_secrets():
    text = ("FROM a:1\n" + GOOD + "ENV A=b API_TOKEN=correct-horse \\\n  # remark\n  DB_PASSWORD=\"battery staple\"\nARG SECRET_KEY=tr0ub4dor\n"
            "ENV OLD_PASSWORD correct horse battery\nARG PASSWORD\nENV LD_PRELOAD=/x.so DOCKER_HOST=tcp://h:2375\n"
            "ENTRYPOINT [\"/a\", \"--password=correct-horse\"]\nCMD --token correct-horse-staple\n")
    places = found(text)
    for place in (("secret-env", 4, 9), ("secret-env", 6, 3), ("secret-env", 7, 5), ("secret-env", 8, 5), ("ld-preload-env", 10, 5),
                  ("tcp-daemon", 10, 22), ("secret-cmdline", 11, 19)):
        assert place in places, (place, sorted(places))
    assert sum(rule == "secret-env" for rule, _, _ in places) == 4
    for fmt in ("json", "text", "ndjson", "sarif", "junit"):
        shown = run(text, fmt=fmt).stdout.decode()
        for value in ("correct-horse", "battery", "tr0ub4dor", "correct horse"):
            assert value not in shown, (fmt, value)


def check_instructions():
    assert ("ssh-port", 2, 11) in found("FROM a:1\nEXPOSE 80 22\n") and "ssh-port" in rules("FROM a:1\nCMD [\"/usr/sbin/sshd\", \"-D\"]\n")
    low = found("FROM a:1\nUSER 10001\nEXPOSE 80 8080/tcp\n")
    assert ("port-privileged", 3, 8) in low and low[("port-privileged", 3, 8)]["reason"]
    assert "port-privileged" not in rules("FROM a:1\nEXPOSE 80\n")
    assert "healthcheck" not in rules("FROM a:1\nHEALTHCHECK --interval=5s CMD x\n")
    assert ("healthcheck", 2, 13) in found("FROM a:1\nHEALTHCHECK NONE\n")
    assert "healthcheck" in rules("FROM a:1\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n")
    # What nobody can tell from it is not said.
    only = {"root-user", "low-uid", "root-group", "secret-env", "secret-cmdline", "healthcheck", "image-latest", "ssh-port",
            "port-privileged", "ld-preload-env", "tcp-daemon"}
    wide = "FROM a\nUSER 0:0\nVOLUME /var/run\nEXPOSE 22\nENV LD_PRELOAD=x PASSWORD=hunter22 DOCKER_HOST=tcp://x:1\nCMD --password=hunter22222\n"
    assert rules(wide) <= only, rules(wide)
    assert set(scan(wide)["containers"][0]["caps"].values()) == {None}
    notes = [d["message"] for d in scan("FROM a:1\nRUN apt && setcap 'cap_net_raw+ep' /bin/ping; chmod u+s /bin/su\nRUN <<E\nchmod 4755 /b\nE\n")["diagnostics"]]
    assert sum("/bin/ping (cap_net_raw+ep)" in note for note in notes) == 1 and sum("/bin/su (u+s)" in note for note in notes) == 1
    assert sum("/b (4755)" in note for note in notes) == 1
    assert not any("(" in d["message"] for d in scan("FROM a:1\nRUN chmod 755 /a; chmod +x /b; chmod 0644 /c\n")["diagnostics"])
    # Forms, case, escapes, here-documents, comments, line ends.
    assert ("low-uid", 5, 8) in found("# escape=`\nFROM a:1\nRUN a `\n  b\n  user 1000\n")
    assert ("low-uid", 2, 6) in found("\ufeffFROM a:1\r\nUSER 1000\r\n")
    assert ("low-uid", 6, 6) in found("FROM a:1\nRUN <<EOF cat <<-\"B\"\nUSER 0\nEOF\n\tB\nUSER 7\n")
    assert ("low-uid", 5, 2) in found("FROM a:1\nUSER \\\n\n # c\n 9\n")
    assert ("low-uid", 3, 6) in found("FROM a:1\nRUN echo \"<<EOF\" && cat <<< x\nUSER 5\n")
    assert ("low-uid", 3, 6) in found("#syntax=x\nFROM a:1\nUSER 5")
    assert rules("# a remark\n# escape=x\nFROM a:1\n" + GOOD) == set()
    assert rules("FROM a:1\nONBUILD USER root\nCOPY [\"a\", \"b c\"]\nADD --chown=1:1 https://x/y /z\nMAINTAINER x y\nSTOPSIGNAL 9\nWORKDIR /w\n"
                 "SHELL [\"/bin/bash\", \"-c\"]\nLABEL a=b \"c d\"='e f'\nVOLUME a b\n" + GOOD) == set()


def check_detection():
    for name, text, format in (("Dockerfile", "FROM a:1\n", "dockerfile"), ("x", "# c\n\nfrom a:1\n", "dockerfile"),
                               ("Containerfile", "ARG A=1\nFROM a:$A\n", "dockerfile"), ("web.Dockerfile", "FROM a:1\nRUN docker run x\n", "dockerfile"),
                               ("r.sh", "docker run x\n", "run")):
        path = pathlib.Path(os.environ["CTSEC_BUILD"]) / f"detect-{os.getpid()}"
        path.mkdir(exist_ok=True)
        (path / name).write_text(text)
        done = subprocess.run([tool, "scan", "--format", "json", path / name], capture_output=True)
        assert json.loads(done.stdout)["containers"][0]["format"] == format, name
        if name != "x" and name != "r.sh":
            assert json.loads(subprocess.run([tool, "scan", "--format", "json", path], capture_output=True).stdout)["containers"]
        (path / name).unlink()
        path.rmdir()


BAD = [
    ("", 1, 1, "no FROM"), ("\n\n", 1, 1, "no FROM"), ("# only\n", 1, 1, "no FROM"), ("ARG A=1\n", 1, 1, "no FROM"),
    ("RUN x\nFROM a\n", 1, 1, "before the first FROM"), ("ARG A\nENV B=1\nFROM a\n", 2, 1, "before the first FROM"),
    ("\nUSER 1\n", 2, 1, "before the first FROM"), ("FORM a\n", 1, 1, "no instruction"), ("FROM a\nRUNX y\n", 2, 1, "no instruction"),
    ("FROM a\n  {\n", 2, 3, "no instruction"), ("FROM a\n\"RUN\" x\n", 2, 1, "no instruction"), ("FROM a\nRUN\n", 2, 1, "needs an argument"),
    ("FROM\n", 1, 1, "needs an argument"), ("FROM a\nUSER   \n", 2, 1, "needs an argument"), ("FROM a\nENV\n", 2, 1, "needs an argument"),
    ("FROM a\nEXPOSE\n", 2, 1, "needs an argument"), ("FROM a\nCOPY\n", 2, 1, "needs an argument"), ("FROM a\nADD\n", 2, 1, "needs an argument"),
    ("FROM a\nLABEL\n", 2, 1, "needs an argument"), ("FROM a\nARG\n", 2, 1, "needs an argument"), ("FROM a\nVOLUME\n", 2, 1, "needs an argument"),
    ("FROM a\nWORKDIR\n", 2, 1, "needs an argument"), ("FROM a\nSHELL\n", 2, 1, "needs an argument"), ("FROM a\nHEALTHCHECK\n", 2, 1, "needs an argument"),
    ("FROM a\nONBUILD\n", 2, 1, "needs an argument"), ("FROM a\nSTOPSIGNAL\n", 2, 1, "needs an argument"), ("FROM a\nRUN \\\n", 2, 1, "needs an argument"),
    ("FROM a\nENV A\n", 2, 5, "has no value"), ("FROM a\nENV A=1 B\n", 2, 9, "no NAME=VALUE"), ("FROM a\nENV A=1 \\\n B\n", 3, 2, "no NAME=VALUE"),
    ("FROM a\nLABEL a=1 b\n", 2, 11, "no NAME=VALUE"), ("FROM a\nLABEL a\n", 2, 7, "has no value"), ("FROM a b\n", 1, 8, "FROM takes"),
    ("FROM a AS\n", 1, 8, "FROM takes"), ("FROM a AS b c\n", 1, 8, "FROM takes"), ("FROM a OF b\n", 1, 8, "FROM takes"),
    ("FROM --platform=x\n", 1, 1, "FROM takes"), ("FROM a\nHEALTHCHECK x\n", 2, 13, "CMD or NONE"), ("FROM a\nHEALTHCHECK --interval=1s x\n", 2, 27, "CMD or NONE"),
    ("FROM a\nSHELL /bin/sh\n", 2, 7, "JSON array"), ("FROM a\nSHELL [\"/bin/sh\"\n", 2, 7, "JSON array"), ("FROM a\nSHELL ['sh']\n", 2, 7, "JSON array"),
    ("FROM a\nRUN <<EOF\nx\n", 2, 5, "no end"), ("FROM a\nCOPY <<A <<B /x\nA\n", 2, 10, "no end"), ("FROM a\nRUN <<-E\n\tx\n", 2, 5, "no end"),
    ("FROM a\nRUN \\\n  <<\"E\"\n", 3, 3, "no end"), ("# escape=x\nFROM a\n", 1, 10, "escape character"), ("#escape=\nFROM a\n", 1, 9, "escape character"),
    ("# escape=\\\\\nFROM a\n", 1, 10, "escape character"), ("# escape=`\n# escape=`\nFROM a\n", 2, 3, "twice"), ("# syntax=a\n# syntax=b\nFROM a\n", 2, 3, "twice"),
    ("FROM a\0b\n", 1, 7, "NUL"), ("\0", 1, 1, "NUL"), ("FROM a\nUSER x\n\0", 3, 1, "NUL"), (b"\xff\xfe\nFROM a\n", 1, 1, "no instruction"),
    ("FROM a\nRUN x\n\u00e9\u00e9 \u00e9\n", 3, 1, "no instruction"), ("services:\n  a: {}\n", 1, 1, "no instruction"), ("[]", 1, 1, "no instruction"),
    ("{\"HostConfig\": {}}", 1, 1, "no instruction"), ("<html>\n", 1, 1, "no instruction"), ("FROM a\n\t\tx y\n", 2, 3, "no instruction"),
    ("FROM a AS b\nFROM b b\n", 2, 8, "FROM takes"), ("from a\nhealthcheck\n", 2, 1, "needs an argument"),
]


def check_bad():
    assert len(BAD) >= 60, len(BAD)
    for text, line, column, part in BAD:
        done = run(text)
        assert done.returncode == 2 and not done.stdout, (text, done)
        assert done.stderr.decode().startswith(f"ctsec: -:{line}:{column}: "), (text, done.stderr)
        assert part in done.stderr.decode(), (text, done.stderr)
    # Cut anywhere, it is read or refused.
    text = "# escape=`\nARG A=1\nFROM a:$A AS b\nENV X=\"y z\" W='v' \\\nRUN <<EOF\nx\nEOF\nCMD [\"a\", \"b\"]\nUSER ${U:-1}\n".encode()
    for cut in range(len(text)):
        assert run(text[:cut]).returncode in (0, 1, 2), text[:cut]
    huge = run("FROM a\n" + "RUN x\n" * 200000 + "USER 5\n", "--rule", "low-uid")
    assert json.loads(huge.stdout)["containers"][0]["findings"][0]["line"] == 200002
    assert run("FROM a\nRUN x " + "\\\n" * 100000 + "y\n").returncode in (0, 1)
    assert run("FROM a\nENV " + "A=1 " * 100000 + "\n").returncode in (0, 1)


for check in (check_users, check_stages, check_secrets, check_instructions, check_detection, check_bad):
    check()
print("read")
