# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every expected document follows the schema that it names."""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("jsonschema is not installed: skipped")
    sys.exit(77)

root = pathlib.Path(__file__).resolve().parents[2]
schemas = {path.name: json.loads(path.read_text()) for path in (root / "share/schema").glob("*.json")}


def inlined(node, home):
    """The schema with references to its neighbours resolved, since resolvers differ between releases."""
    if isinstance(node, list):
        return [inlined(item, home) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name, _, pointer = node["$ref"].partition("#")
        if name.startswith("ctsec/"):
            name = name.removeprefix("ctsec/").replace("/", "-") + ".json"
        target = schemas[name or home]
        for token in filter(None, pointer.strip("/").split("/")):
            target = target[token]
        return inlined(target, name or home)
    return {key: inlined(value, home) for key, value in node.items() if key not in ("$defs", "$id", "$schema")}


validators = {name: jsonschema.Draft202012Validator(inlined(schema, name)) for name, schema in schemas.items()}
count = 0
faults = []
for path in sorted((root / "tests/data").rglob("expected.json")):
    ndjson = "ndjson" in (path.parent / "command").read_text()
    lines = path.read_text().splitlines() if ndjson else [path.read_text()]
    for line in filter(None, lines):
        document = json.loads(line)
        name = document["schema"].removeprefix("ctsec/").replace("/", "-") + ".json"
        if name not in validators:
            faults.append(f"{path.relative_to(root)}: no schema {name}")
            continue
        for error in validators[name].iter_errors(document):
            faults.append(f"{path.relative_to(root)}: {error.json_path}: {error.message}")
        count += 1
print("\n".join(faults[:20]) if faults else f"{count} documents follow their schemas")
sys.exit(1 if faults else 0)
