"""scaffold_quicktype.py TOOL FILE...: next-record acceptance and start-to-finish time beside quicktype, on
the same lists of records. TOOL is scaffold_tool; quicktype is found as node_modules/.bin/quicktype under
ARTEL_NODE_MODULES or .deps. Both write JSON Schema from the first n records of each list of at least 20;
the other records are checked against it (unknown keys are let through in both, as parsers do)."""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOLERANT = ["--no-enums", "--no-date-times", "--no-uuids", "--no-integer-strings", "--no-boolean-strings"]


def lists(value):
    if isinstance(value, list):
        if len(value) >= 20 and all(isinstance(v, dict) for v in value):
            yield value
        for v in value:
            yield from lists(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from lists(v)


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return {float: "number", str: "string", list: "array", dict: "object"}[type(value)]


def accepts(schema, value, root):
    """The part of JSON Schema that the two write; formats are notes, as in their parsers' tolerant mode."""
    if "$ref" in schema:
        return accepts(root[schema["$ref"].split("/")[1]][schema["$ref"].split("/")[-1]], value, root)
    for key in ("anyOf", "oneOf"):
        if key in schema and not any(accepts(s, value, root) for s in schema[key]):
            return False
    if "not" in schema and accepts(schema["not"], value, root):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    types = schema.get("type")
    if types is not None:
        types = types if isinstance(types, list) else [types]
        if kind(value) not in types and not (kind(value) == "integer" and "number" in types):
            return False
    if isinstance(value, dict):
        if any(k not in value for k in schema.get("required", [])):
            return False
        for k, v in value.items():
            extra = schema.get("additionalProperties")
            s = schema.get("properties", {}).get(k, extra if isinstance(extra, dict) else {})
            if not accepts(s, v, root):
                return False
    if isinstance(value, list) and "prefixItems" in schema:
        return len(value) == len(schema["prefixItems"]) and all(
            accepts(s, v, root) for s, v in zip(schema["prefixItems"], value))
    if isinstance(value, list) and "items" in schema:
        return all(accepts(schema["items"], v, root) for v in value)
    return True


def main():
    tool, files = sys.argv[1], sys.argv[2:]
    modules = Path(os.environ.get("ARTEL_NODE_MODULES", ROOT / ".deps/node_modules"))
    quicktype = modules / ".bin/quicktype"
    if not quicktype.exists():
        print(f"skipped: {quicktype} is not there")
        sys.exit(77)
    ways = {
        "artel": lambda f: [tool, "json-schema", f, "--name", "Sample"],
        "quicktype": lambda f: [str(quicktype), "-l", "schema", "-t", "Sample", f],
        "quicktype, tolerant": lambda f: [str(quicktype), "-l", "schema", "-t", "Sample", *TOLERANT, f],
    }
    found = [l for f in files for l in lists(json.loads(Path(f).read_text(encoding="utf-8-sig")))]
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "sample.json"
        for n in (1, 3, 10):
            for name, command in ways.items():
                accepted = tried = 0
                shares = []
                start = time.monotonic()
                for records in found:
                    sample.write_text(json.dumps(records[:n]))
                    text = subprocess.run(command(str(sample)), capture_output=True, text=True, check=True).stdout
                    root = json.loads(text)
                    fit = [accepts(root, [r], root) for r in records[n:]]
                    accepted += sum(fit)
                    tried += len(fit)
                    shares.append(sum(fit) / len(fit))
                took = time.monotonic() - start
                print(f"n = {n:2}  {name:20} {100 * accepted / tried:5.1f} % of records, "
                      f"{100 * sum(shares) / len(shares):5.1f} % mean over {len(found)} lists, {took:6.1f} s")


if __name__ == "__main__":
    main()
