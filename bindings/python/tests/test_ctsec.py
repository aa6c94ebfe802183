# SPDX-License-Identifier: LGPL-2.1-or-later
from __future__ import annotations

import gc
import io
import json
import pathlib
import random
import threading

import pytest

import ctsec
from ctsec.caps import ALL, Moment, Set

from tree import EXAMPLES, ROOT

DANGEROUS = EXAMPLES / "docker-dangerous.json"


def test_versions() -> None:
    assert ctsec.version().count(".") == 2
    assert len(ctsec.data_version()) == len("2026-11-24")


def test_masks_round_trip() -> None:
    generator = random.Random(1)
    for mask in [0, 1, 0xA80425FB, int(ALL), 2**64 - 1] + [generator.getrandbits(64) for _ in range(500)]:
        caps = ctsec.Caps(mask)
        assert ctsec.Caps.encode(str(caps)) == mask
        assert ctsec.Caps.parse(f"{mask:x}") == mask
        document = json.loads(caps.to_json())
        assert int(document["mask"], 16) == mask
        assert len(document["names"]) + len(document["unknown_bits"]) == bin(mask).count("1")


def test_masks_behave_like_sets() -> None:
    caps = ctsec.Caps("CHOWN,net_raw")
    assert "CAP_NET_RAW" in caps and 0 in caps and "KILL" not in caps
    assert list(caps) == [0, 13]
    assert repr(caps - ctsec.Caps("chown")) == "Caps('CAP_NET_RAW')"
    assert ~ctsec.Caps(0) == ALL and f"{caps:016x}" == "0000000000002001"
    with pytest.raises(ValueError):
        ctsec.Caps(2**64)


@pytest.mark.parametrize("text, offset", [("", 0), ("zz", 0), ("25fb,xx", 4), ("-1", 0), ("1" * 17, 16)])
def test_bad_masks_say_where(text: str, offset: int) -> None:
    with pytest.raises(ctsec.Error) as caught:
        ctsec.Caps.parse(text)
    assert caught.value.offset == offset


def test_names() -> None:
    assert ctsec.caps.name(21) == "CAP_SYS_ADMIN" and ctsec.caps.name(99) is None
    with pytest.raises(ctsec.Error, match="CAP_SYS_ADMIN") as caught:
        ctsec.caps.find("SYS_ADMN")
    assert caught.value.code == ctsec.E_NOTFOUND and caught.value.name == "CTSEC_E_NOTFOUND"


def test_resolution() -> None:
    resolution = ctsec.caps.resolve(engine="docker@20.10.24", user="1000", cap_add=["NET_ADMIN"])
    assert resolution.effective == 0
    assert resolution[Moment.CREATED, Set.BOUNDING] == 0xA80425FB | 1 << 12
    assert any("CAP_NET_ADMIN" in remark for remark in resolution.remarks)
    assert ctsec.caps.resolve(user="www-data").effective is None
    with pytest.raises(ctsec.Error):
        ctsec.caps.resolve(engine="podman", cap_add=["CHOWN"], cap_drop=["CHOWN"])
    with pytest.raises(ctsec.Error):
        ctsec.caps.resolve(no_such_option="x")


def test_explanations_in_three_languages() -> None:
    texts = {lang: ctsec.Caps("SYS_ADMIN").explain(lang=lang)[0]["allows"] for lang in ("en", "ja", "zh")}
    assert len(set(texts.values())) == 3


def test_containers_and_their_lifetime() -> None:
    containers = ctsec.Containers(DANGEROUS)
    assert len(containers) == 1 and containers[-1].format == "docker-inspect" and not containers.errors
    with pytest.raises(IndexError):
        containers[1]
    first = containers.find(containers[0].id)
    del containers
    gc.collect()
    assert first.name and first.id


def test_sources() -> None:
    text = DANGEROUS.read_text()
    with DANGEROUS.open("rb") as file:
        sources: list[ctsec.containers.Source] = [text, text.encode(), bytearray(text.encode()),
                                                  io.BytesIO(text.encode()), file]
        documents = [ctsec.Containers(source).to_dict()["containers"] for source in sources]
    assert all(len(one) == 1 for one in documents)


def test_errors_of_one_input_come_together() -> None:
    stream = ctsec.Scan()
    assert not stream.feed("docker run a\ndocker run --nope b\ndocker run -v : c\n", "s.sh")
    assert [(error.line, error.column) for error in stream.errors] == [(2, 12), (3, 15)]
    assert stream.errors[0].others == stream.errors[1:] and stream.containers == 1


def test_errors_have_places() -> None:
    with pytest.raises(ctsec.Error) as caught:
        ctsec.Containers('[\n  {"Id": tru}\n]', source="x.json")
    error = caught.value
    assert (error.line, error.column, error.source, error.code) == (2, 10, "x.json", ctsec.E_SYNTAX)
    assert str(error).startswith("x.json:2:10: ")


def test_findings() -> None:
    findings = ctsec.scan(DANGEROUS)
    worst = [finding.rule for finding in findings if finding.severity == ctsec.Severity.CRITICAL]
    assert {"privileged", "mount-root", "runtime-socket"} <= set(worst)
    assert all(finding.line and finding.column for finding in findings)
    again = ctsec.Findings(ctsec.Containers(DANGEROUS))
    assert len(again) == len(findings) and [one.rule for one in again] == [one.rule for one in findings]
    assert "privileged" in again.to_text()


def test_secrets_are_never_given() -> None:
    inspect = [{"Id": "x", "Config": {"Env": ["DB_PASSWORD=hunter2verysecret"]}, "HostConfig": {}}]
    stream = ctsec.Scan()
    stream.feed(json.dumps(inspect))
    document = stream.finish()
    assert "secret-env" in document and "hunter2" not in document


def test_a_stream_goes_on_after_bad_input(tmp_path: pathlib.Path) -> None:
    stream = ctsec.Scan("ndjson")
    assert stream.feed(DANGEROUS)
    assert not stream.feed(b"{", "bad.json")
    assert not stream.feed(tmp_path / "missing.json")
    assert len(stream.take().splitlines()) == 3
    assert [error.source for error in stream.errors] == ["bad.json", str(tmp_path / "missing.json")]
    assert stream.count(ctsec.Severity.CRITICAL) > 0


def test_reports() -> None:
    page = ctsec.report(DANGEROUS, lang="ja")
    assert page.startswith("<!doctype html>") and "<html lang=ja>" in page and "quizzical_ishizaka" in page
    assert "CHOWN" in ctsec.report(EXAMPLES / "docker-nginx-minimal.json", format="markdown", audit=True)
    assert json.loads(ctsec.report(DANGEROUS, format="sarif"))["version"] == "2.1.0"
    with pytest.raises(ctsec.Error):
        ctsec.report(DANGEROUS, format="sarif", audit=True)


def test_rules() -> None:
    assert len(ctsec.rules()) > 100
    assert ctsec.rules(["privileged"], lang="ja")[0]["severity"] == "critical"
    with pytest.raises(ctsec.Error):
        ctsec.rules(["no-such-rule"])


def test_many_threads_read_one_object() -> None:
    containers = ctsec.Containers(DANGEROUS)
    expected, failures = containers.to_json(), []

    def read() -> None:
        for _ in range(50):
            if containers.to_json() != expected:
                failures.append(1)

    threads = [threading.Thread(target=read) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_seccomp_policies() -> None:
    policy = ctsec.seccomp.Profile.builtin("docker").resolve()
    verdict = policy.simulate("clone", "CLONE_NEWUSER|SIGCHLD")
    assert verdict.decided and verdict.allowed is False and verdict.rule is None and "args[0]" in verdict.why
    assert policy.simulate("read").allowed is True and policy.simulate("clone").allowed is None
    assert ctsec.seccomp.Profile.builtin("docker").resolve(caps="SYS_ADMIN").simulate("mount").allowed is True
    with pytest.raises(ctsec.Error):
        policy.simulate("no_such_call")
    with pytest.raises(ctsec.Error):
        ctsec.seccomp.Profile.builtin("lxc")


def test_seccomp_filters_decide_as_their_policy() -> None:
    policy = ctsec.seccomp.Profile.builtin("podman").resolve()
    filter = policy.compile()
    again = ctsec.seccomp.Filter.assemble(filter.to_text())
    assert bytes(again) == bytes(filter) and len(filter) * 8 == len(bytes(filter))
    calls = [(0xC000003E, number, [1, 2, 3, 4, 5, 6]) for number in range(500)]
    for action, (_, number, args) in zip(policy.simulate_batch(calls), calls):
        assert filter.simulate(number, *args).actions == [action]
    assert len(policy.diff(policy)) == 0
    assert len(policy.compile().diff(policy.compile())) == 0
    newer, older = (ctsec.seccomp.Profile.builtin(name).resolve() for name in ("docker", "docker@20.10"))
    assert len(older.diff(newer)) > 10 and older.diff(newer).relation == ctsec.seccomp.Relation.BOTH


def test_malformed_profiles_say_where() -> None:
    with pytest.raises(ctsec.Error) as caught:
        ctsec.seccomp.Profile('{\n "defaultAction": "SCMP_ACT_ALLOW",\n "syscalls": [null]\n}')
    assert caught.value.line == 3 and caught.value.pointer == "/syscalls/0"


def test_processes() -> None:
    recorded = ROOT / "tests/data/proc/docker/proc"
    listed = ctsec.containers.Containers.of_process(-1, str(recorded))
    assert [container.format for container in listed] == ["proc"] * 3 and listed[0].id == "d1ba9f175162"
    stream = ctsec.Scan("json")
    assert stream.process(26675, str(recorded)) and not stream.process(1 << 30, str(recorded))
    assert len(stream.errors) == 1
    found = json.loads(stream.finish())["containers"][0]["findings"]
    assert "live-seccomp-mode" in {finding["rule"] for finding in found} and "hunter2" not in json.dumps(found)
    own = ctsec.containers.Containers.of_process()
    assert len(own) == 1 and own[0].format == "proc"


def test_why() -> None:
    containers = ctsec.Containers("docker run --cap-add SYS_ADMIN image")
    confinement = ctsec.Confinement(containers, facts={"docker": "20.10", "userns": "host", "lsm": "apparmor"})
    answer = confinement.why("mount", None, '"/mnt"')
    assert answer.outcome is ctsec.Outcome.DENY and answer.layer is ctsec.Layer.LSM and answer.errno == 13
    assert answer.to_dict()["schema"] == "ctsec/why/1" and "AppArmor" in answer.to_text()
    open_answer = ctsec.Confinement(containers[0], facts={"docker": "20.10"}).check(ctsec.Request.do("set time"))
    assert open_answer.outcome is ctsec.Outcome.DENY and not open_answer.needs
    assert ctsec.Confinement(containers).check(ctsec.Request("mount")).needs
    assert confinement.check_lines(["x86_64 umount2", "x86_64 nothing"])[0] == "allow"
    assert ctsec.why.shorthands()["mount"].startswith("mount")
    with pytest.raises(ctsec.Error):
        ctsec.Request("no_such_call")
