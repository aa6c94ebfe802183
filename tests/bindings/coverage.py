# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python and Go call every function of the headers, but for those named here, with the reason."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]

OWNERS = "the garbage collectors own objects: one reference an object of theirs is enough"
DOCUMENT = "a member of the document, which is read in one call and holds more"
NOT_PYTHON = {
    r"_ref$": OWNERS,
    r"^ctsec_options_find$": "options are made for one call from what the caller has",
    r"^ctsec_findings_at$|^ctsec_finding_": DOCUMENT,
    r"^ctsec_paths_at$|^ctsec_path_": DOCUMENT,
}
NOT_GO = {
    r"_ref$": OWNERS,
    r"^ctsec_options_find$": "options are made for one call from what the caller has",
}


def declared():
    names = set()
    for header in (root / "include/ctsec").glob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        names.update(re.findall(r"\b(ctsec_\w+)\(", text))
    return names


def called(folder, pattern, prefix, leave_out):
    text = "".join(path.read_text() for path in (root / folder).glob(pattern) if path.name not in leave_out)
    return set(re.findall(rf"\b{prefix}\.(ctsec_\w+)", text))


def main():
    names, failed = declared(), 0
    for language, found, exceptions in (
            ("Python", called("bindings/python/ctsec", "*.py", "lib", {"_api.py"}), NOT_PYTHON),
            ("Go", called("bindings/go", "*.go", "C", set()), NOT_GO)):
        for name in sorted(names - found):
            if not any(re.search(pattern, name) for pattern in exceptions):
                failed = 1
                print(f"{language} does not call {name}: wrap it, or say in {pathlib.Path(__file__).name} why not")
        for pattern in exceptions:
            if not any(re.search(pattern, name) for name in names - found):
                failed = 1
                print(f"{language}: the exception {pattern} is of no use")
        print(f"{language}: {len(names & found)} of {len(names)} functions")
    return failed


sys.exit(main())
