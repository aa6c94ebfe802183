# SPDX-License-Identifier: LGPL-2.1-or-later
"""Source distribution and wheel: built without network, installed by pip in a virtual environment, used and tested there."""
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

root = pathlib.Path(__file__).resolve().parents[2]
environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
environment.update(PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1", SOURCE_DATE_EPOCH="1700000000")


def run(*command, **more):
    done = subprocess.run(list(map(str, command)), env={**environment, **more}, capture_output=True, text=True, timeout=600)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def build(folder):
    """A copy is built: the tree stays as it is."""
    shutil.copytree(root / "bindings/python", folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", ".hypothesis"))
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", folder)
    return sorted((folder / "dist").iterdir())


def main():
    if subprocess.run([sys.executable, "-c", "import build, setuptools, wheel, venv, ensurepip, cffi, pytest"],
                      capture_output=True).returncode:
        print("build, setuptools, wheel, venv, cffi or pytest is missing")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wheel, source = build(folder / "first")
        assert (wheel.suffix, source.suffix) == (".whl", ".gz"), (wheel, source)
        again, _ = build(folder / "second")
        assert wheel.read_bytes() == again.read_bytes(), "two builds of the wheel differ"
        names = zipfile.ZipFile(wheel).namelist()
        assert "ctsec/py.typed" in names and any(one.endswith("COPYING") for one in names), names
        assert not any(one.startswith("tests/") for one in names), names
        with tarfile.open(source) as archive:
            archive.extractall(folder)
        unpacked = folder / source.name[:-len(".tar.gz")]
        assert (unpacked / "tests/test_ctsec.py").exists() and (unpacked / "COPYING").is_file()
        # cffi comes from the system: there is no network.
        run(sys.executable, "-m", "venv", "--system-site-packages", folder / "venv")
        python = folder / "venv/bin/python"
        for package in (wheel, source):
            run(python, "-m", "pip", "install", "--no-build-isolation", "--force-reinstall", "--no-deps", package)
            where = run(python, "-c", "import ctsec; print(ctsec.__file__); print(ctsec.Caps(0x400))").split()
            assert where[0].startswith(str(folder / "venv")) and where[1] == "CAP_NET_BIND_SERVICE", where
            version = run(python, "-c", "import ctsec, importlib.metadata as m; print(m.version('ctsec') == ctsec.version())")
            assert version.strip() == "True", "the package and the library differ in version"
        alone = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", unpacked / "tests", CTSEC_SOURCE="")
        assert "passed" in alone and "skipped" in alone, alone
        whole = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", unpacked / "tests", CTSEC_SOURCE=str(root),
                    HYPOTHESIS_STORAGE_DIRECTORY=str(folder / "hypothesis"))
        assert "passed" in whole and "failed" not in whole, whole
        print(whole.strip().splitlines()[-1])
    return 0


sys.exit(main())
