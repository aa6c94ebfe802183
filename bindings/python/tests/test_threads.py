# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls release the interpreter's lock, and objects may be shared."""
from __future__ import annotations

import gc
import json
import pathlib
import pickle
import threading
import time

import pytest

import ctsec
from ctsec import Container, Containers, Confinement
from ctsec.seccomp import Profile

from tree import EXAMPLES

DANGEROUS = EXAMPLES / "docker-dangerous.json"


def many(count: int) -> bytes:
    one = json.loads(DANGEROUS.read_text())[0]
    return json.dumps([{**one, "Id": f"{i:064x}", "Name": f"/c{i}"} for i in range(count)]).encode()


def test_others_run_meanwhile() -> None:
    """With the lock held, the ticker could not tick during one call: it would tick before and after only."""
    data = many(300)
    ticks: list[float] = []
    done = threading.Event()
    ready = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.monotonic())
            ready.set()
            time.sleep(0.0002)

    ticker = threading.Thread(target=tick)
    ticker.start()
    ready.wait()
    for _ in range(20):
        start = time.monotonic()
        Containers(data)
        end = time.monotonic()
        inside = [one for one in ticks if start < one < end]
        if len(inside) >= 3:
            break
    done.set()
    ticker.join()
    assert len(inside) >= 3


def test_many_threads_make_and_drop_objects() -> None:
    containers = Containers(DANGEROUS)
    policy = Profile.builtin("docker").resolve()
    confinement = Confinement(containers, facts={"docker": "20.10"})
    expected = (containers.to_json(), policy.to_json(), confinement.why("mount").to_json())
    failures: list[str] = []

    def work() -> None:
        for _ in range(20):
            found = (containers.to_json(), policy.to_json(), confinement.why("mount").to_json())
            if found != expected:
                failures.append("differs")
            own = Containers(DANGEROUS)
            child: Container = own[0]
            del own
            try:
                Containers("{")
            except ctsec.Error as error:
                if error.line != 1:
                    failures.append("the error of another thread")
            if not child.id:
                failures.append("gone")
            gc.collect(0)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_threads_give_the_same_report() -> None:
    sources = [pathlib.Path(path) for path in sorted(EXAMPLES.glob("*.json"))] + [pathlib.Path("/nonexistent")]
    reports = []
    for workers in (1, 2, 5):
        stream = ctsec.Scan("json")
        assert stream.feed_all(sources * 3, workers) is False
        assert stream.containers == 3 * (len(sources) - 1) and len(stream.errors) == 3
        reports.append(stream.finish())
    stream = ctsec.Scan("json")
    for source in sources * 3:
        stream.feed(source)
    assert {stream.finish()} == set(reports)


def test_jobs() -> None:
    stream = ctsec.Scan("ndjson")
    good, bad = stream.job(DANGEROUS), stream.job(b"{", "bad")
    good.check()
    assert stream.feed_job(bad) is False and stream.feed_job(good) is True
    with pytest.raises(ctsec.Error):
        if not stream.feed_job(good):
            raise stream.errors[-1]
    stream = ctsec.Scan("json")
    late = stream.job(b"", "compose.yaml")
    late.text(b"services:\n  web:\n    image: web\n    env_file: web.env\n")
    assert "web.env" in late.find_files()
    late.file("web.env", b"A=B\n")
    assert "web.env" not in late.find_files()
    late.check()
    with pytest.raises(ctsec.Error):
        late.text(b"")
    assert stream.feed_job(late) and stream.containers == 1
    stream = ctsec.Scan("json")
    stream.lenient()
    assert stream.feed('{"some": "document"}', "other") is True and stream.containers == 0


def test_errors_are_values() -> None:
    with pytest.raises(ctsec.Error) as caught:
        Containers('[\n  {"Id": tru}\n]', source="x.json")
    document = json.loads(caught.value.to_json())
    assert (document["line"], document["column"], document["source"]) == (2, 10, "x.json")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.line == 2 and again.to_json() == caught.value.to_json()


def test_iteration_reads_one_after_the_other() -> None:
    found = ctsec.check.iterate([DANGEROUS, b"{", DANGEROUS])
    assert next(found).severity == ctsec.Severity.CRITICAL
    with pytest.raises(ctsec.Error):
        list(found)
    assert {one.rule for one in ctsec.check.iterate([DANGEROUS])} == {one.rule for one in ctsec.scan(DANGEROUS)}


def test_the_catalogue() -> None:
    listed = ctsec.check.catalogue()
    assert [one.id for one in listed] == [one["id"] for one in ctsec.rules()]
    assert ctsec.check.find_rule("privileged").severity == ctsec.Severity.CRITICAL
    assert "privileged" in ctsec.check.rules_text(["privileged"])
    with pytest.raises(ctsec.Error):
        ctsec.check.find_rule("privilege")


def test_answers_in_one_call() -> None:
    confinement = Confinement(Containers(DANGEROUS), facts={"docker": "20.10", "userns": "host"})
    lines = ["x86_64 mount", "x86_64 getpid", "x86_64 kexec_load"]
    calls = [ctsec.seccomp.read_call(line) for line in lines]
    answers = confinement.check_batch(calls)
    for line, (outcome, _, _) in zip(confinement.check_lines(lines), answers):
        assert line.startswith(outcome.name.lower())
