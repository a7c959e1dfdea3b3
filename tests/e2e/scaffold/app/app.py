"""app.py TARGET TOOL: generates an application from every sample and runs it for real.

Samples: tests/data/scaffold/samples, and ../shared/json where it exists. Exits 77, saying why, when a
program that it needs is not installed (see setup in this folder)."""
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import ROOT, difference, load, need, skip  # noqa: E402


def packages():
    """The folder of the npm packages that ./setup has fetched."""
    found = subprocess.run([HERE / "setup", "--where"], capture_output=True, text=True, check=True).stdout.strip()
    if not Path(found).is_dir():
        skip("the packages are not there; run tests/e2e/scaffold/app/setup")
    return Path(found)


def samples(max_bytes=20000):
    """Small ones only: what is tested here does not depend on the size. ALL=1 takes every one."""
    found = sorted((ROOT / "tests/data/scaffold/samples").glob("*.json"))
    for folder in ("samples", "priority"):
        found += sorted((ROOT.parent / "shared/json" / folder).glob("*.json"))
    return [p for p in found if os.environ.get("ALL") or p.stat().st_size <= max_bytes]


def run(args, **options):
    done = subprocess.run(args, capture_output=True, text=True, timeout=300, **options)
    if done.returncode:
        print(f"FAILED: {' '.join(map(str, args[:4]))}\n{done.stdout[-5000:]}\n{done.stderr[-5000:]}")
        sys.exit(1)
    return done.stdout


def generate(tool, targets, sample, folder, *more):
    folder.mkdir(parents=True, exist_ok=True)
    run([tool, targets, str(sample), "--out", str(folder), *more])


def people(n):
    """Rows of every kind of field, always the same."""
    roles = ["admin", "editor", "reader"]
    rows = []
    for i in range(1, n + 1):
        row = {"id": i, "name": f"Person {i:03}", "email": f"p{i}@example.com", "role": roles[i % 3],
               "active": i % 2 == 0, "score": i * 37 % 101 + 0.5, "born": f"19{i % 90 + 10}-0{i % 9 + 1}-15",
               "created_at": f"2024-03-{i % 28 + 1:02}T08:30:00Z", "site": f"https://example.com/{i}.png",
               "balance": f"{i}.50", "color": f"#{i:02x}80c0", "big": 9007199254740993 + i,
               "tags": [f"t{i}", f"u{i * 7}"][: i % 3], "address": {"street": f"{i} Main", "city": f"City {i}"},
               "orders": [{"sku": f"s{i}{k}", "quantity": k + 1} for k in range(i % 3)],
               "prices": {"EUR": i + 0.25, "NOK": i * 10.5},
               "shape": {"type": "circle", "r": i} if i % 2 else {"type": "box", "w": i, "h": 2},
               "note": None if i % 4 == 0 else f"note {i}", "logged_in_at": 1700000000 + i}
        if i % 5:
            row["nickname"] = f"nick{i}"
        rows.append(row)
    return rows


def page(tool, work):
    """Every sample comes back from its page; one page is used by hand, so to speak."""
    chromium, modules = need("chromium"), packages()
    cases = []
    for path in samples():
        folder = work / path.stem
        generate(tool, "html", path, folder, "--name", "Sample")
        cases.append((path, folder))
    rows = work / "people.json"
    rows.write_text(json.dumps(people(60)))
    generate(tool, "html", rows, work / "people")
    (work / "cases.json").write_text(json.dumps([str(folder) for _, folder in cases]))
    print(run([need("node"), HERE / "page.mjs", modules, chromium, work]), end="")
    failed = 0
    for path, folder in cases:
        want = load(path.read_text(encoding="utf-8-sig"))
        for out in ("out.json", "saved.json"):
            why = difference(want, load((folder / out).read_text(encoding="utf-8")))
            if why:
                failed += 1
                print(f"{path.name}: {out}: {why}")
    print(f"page: {len(cases)} samples, {failed} came back otherwise")
    return failed == 0 and cases


def schemas(tool, work):
    """The tools of each description language take what is written for any sample."""
    protoc, node, modules = need("protoc"), need("node"), packages()
    sys.path.insert(0, str(ROOT / "tests/bench"))
    from scaffold_quicktype import accepts
    graphql, n = [], 0
    for path in samples():
        folder = work / path.stem
        generate(tool, "openapi,graphql,protobuf", path, folder, "--name", "Sample")
        graphql.append(str(folder / "sample.graphql"))
        run([protoc, f"-I{folder}", f"--descriptor_set_out={folder}/out", "sample.proto"])
        document = json.loads((folder / "sample.openapi.json").read_text(encoding="utf-8"))
        answers = [a["responses"]["200"]["content"]["application/json"]["schema"]
                   for p in list(document["paths"].values())[:1] for m, a in p.items() if m == "get"]
        value = json.loads(path.read_text(encoding="utf-8-sig"))
        local = json.loads(json.dumps(document).replace("#/components/schemas/", "#/$defs/"))
        root = {"$defs": local["components"]["schemas"]}
        schema = json.loads(json.dumps(answers[0]).replace("#/components/schemas/", "#/$defs/"))
        if not accepts(schema, value, root):
            print(f"{path.name}: the OpenAPI description refuses its own sample")
            return False
        n += 1
    code = ('const { buildSchema, validateSchema } = require("graphql"); const { readFileSync } = require("fs");'
            "for (const f of process.argv.slice(1)) { const e = validateSchema(buildSchema(readFileSync(f, 'utf8')));"
            "if (e.length) { console.error(f, e[0].message); process.exit(1); } }")
    run([node, "-e", code, *graphql], cwd=modules)
    print(f"schemas: {n} samples")
    return n > 0


def whole(tool, work):
    """What the README promises: one command, then a page, a client and a database that run."""
    from clients import Server
    chromium, bash = need("chromium"), need("bash")
    need("curl"), need("jq"), need("sqlite3")
    rows = people(9)
    work.mkdir(parents=True, exist_ok=True)
    (work / "people.json").write_text(json.dumps({"data": rows, "next_cursor": "x", "total": 9}))
    generate(tool, "app", work / "people.json", work / "app")
    seen = run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"file://{work}/app/people.html"])
    assert all(row["email"] in seen for row in rows), "the page does not show the rows"
    with Server([sys.executable, str(work / "app/people_mock.py"), "--port", "0", "--page-size", "4"]) as server:
        got = run([bash, work / "app/people.sh", "all"], env={**os.environ, "BASE_URL": server.base})
    assert [json.loads(line)["id"] for line in got.splitlines()] == [row["id"] for row in rows], got
    run(["sqlite3", "-bail", work / "people.db"], input=(work / "app/people.sqlite.sql").read_text())
    got = run(["sqlite3", work / "people.db", "SELECT json FROM people_json ORDER BY row_key"])
    assert [load(line) for line in got.splitlines()] == load(json.dumps(rows)), got
    print("whole: page, client, database")
    return True


def main():
    from clients import clients, syntax
    from components import components
    from databases import databases
    from generated_tests import generated_tests
    tests = {"page": page, "clients": clients, "syntax": syntax, "schemas": schemas, "databases": databases,
             "components": components, "tests": generated_tests,
             "whole": whole}
    name, tool = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        keep = os.environ.get("KEEP")
        sys.exit(0 if tests[name](tool, Path(keep or folder)) else 1)


if __name__ == "__main__":
    main()
