"""The generated clients against the generated servers, on the loopback interface."""
import json
import py_compile
import subprocess
import sys

from app import HERE, difference, generate, load, need, packages, people, run, samples

TOKEN = "s3cret with 'quotes'"


def shapes():
    """One sample for each way in which an API lists its rows."""
    rows = people(25)
    return {
        "cursor": {"data": rows, "next_cursor": "abc", "total": 25},
        "url": {"count": 25, "next": "https://api.example.com/people?page=2", "results": rows},
        "number": {"items": rows, "page": 1, "per_page": 25, "total_pages": 1},
        "list": rows,
        "map": {str(row["id"]): row for row in rows},
        "one": rows[1],
    }


class Server:
    """A server process that prints its address first."""

    def __init__(self, args):
        self.process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = self.process.stdout.readline().strip()
        if not address.startswith("http://127.0.0.1:"):
            raise AssertionError(f"{args}: said {address!r}")
        self.base = address.rsplit("/", 1)[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


class Shell:
    """The shell client, asked the same questions as the others."""

    def __init__(self, folder, base):
        self.script, self.folder = folder / "api.sh", folder
        self.environment = {"PATH": "/usr/bin:/bin", "BASE_URL": base, "TOKEN": TOKEN, "RETRIES": "5"}

    def ask(self, *args, **more):
        return subprocess.run(["bash", str(self.script), *args], capture_output=True, text=True, timeout=60,
                              env={**self.environment, **more})

    def text(self, *args):
        done = self.ask(*args)
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout

    def status(self, *args, **more):
        done = self.ask(*args, **more)
        found = [word for word in done.stderr.replace(":", " ").split() if word.isdigit() and len(word) == 3]
        assert done.returncode == 1 and (found or "no answer" in done.stderr), done.stderr
        return int(found[-1]) if found else 0

    def answer(self, name):
        out = {"errors": []}
        if name == "one":
            out["one"] = self.text("get")
            (self.folder / "row.json").write_text(out["one"])
            self.text("put", str(self.folder / "row.json"))
        else:
            out["all"] = self.text("all").splitlines()
            out["page"] = self.text("page")
            out["got"] = self.text("get", "7")
            row = self.folder / "row.json"
            row.write_text(json.dumps({**json.loads(out["got"]), "name": "</x> \"' \u2028"}))
            out["updated"] = self.text("update", "7", str(row))
            if name != "map":
                row.write_text(json.dumps({**json.loads(row.read_text()), "id": 500}))
                out["created"] = self.text("create", str(row))
                out["errors"].append(self.status("create", str(row)))
                self.text("remove", "500")
                out["errors"].append(self.status("get", "500"))
            out["errors"].append(self.status("get", "../7?x#"))
        first = "get" if name == "one" else "page"
        out["errors"].append(self.status(first, TOKEN="wrong"))
        out["errors"].append(self.status(first, BASE_URL="http://127.0.0.1:9", RETRIES="0"))
        out["errors"].append(0)
        return out


def judge(name, who, out, exact):
    """What a client saw must be what the sample says."""
    sample = shapes()[name]
    rows = people(25)
    values = load if exact else json.loads
    wanted = values(json.dumps(rows))

    def same(what, want, got):
        why = difference(want, got) if exact else None if want == got else f"{got!r:.300}"
        assert not why, f"{who}, {name}: {what}: {why}"

    if name == "one":
        same("one", values(json.dumps(sample)), values(out["one"]))
        assert out["errors"] == [401, 0, 0], (who, name, out["errors"])
        return
    seen = [values(text) for text in out["all"]]
    if who == "shell":  # jq before 1.7 rounds integers beyond 2^53; the client says so
        seen = [{**row, "big": want["big"]} for row, want in zip(seen, wanted)] + seen[len(wanted):]
    same("all", wanted, seen)
    page = json.loads(out["page"])
    held = list(page.values()) if name == "map" else page if name == "list" else next(
        v for v in page.values() if isinstance(v, list))
    assert len(held) == 7, (who, name, len(held))
    same("got", wanted[6], values(out["got"]))
    changed = json.loads(out["updated"])
    assert changed == {**rows[6], "name": "</x> \"' \u2028"}, (who, name, changed)
    if name == "map":
        assert out["errors"] == [404, 401, 0, 0], (who, name, out["errors"])
    else:
        assert json.loads(out["created"])["id"] == 500
        assert out["errors"] == [409, 404, 404, 401, 0, 0], (who, name, out["errors"])


def clients(tool, work):
    modules, node, bash = packages(), need("node"), need("bash")
    need("curl"), need("jq")
    targets = "client-typescript,client-python,client-shell,mock-server"
    for name, sample in shapes().items():
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "people.json").write_text(json.dumps(sample))
        generate(tool, targets, folder / "people.json", folder, "--name", "Api")
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": {
            "strict": True, "noUnusedLocals": True, "noImplicitReturns": True, "noUncheckedIndexedAccess": True,
            "exactOptionalPropertyTypes": True, "target": "es2022", "module": "nodenext", "outDir": "out",
            "lib": ["es2023", "dom", "dom.iterable"], "types": [], "moduleDetection": "force"},
            "files": ["api-client.ts"]}))
        (folder / "package.json").write_text('{"type": "module"}')
        run([modules / ".bin/tsc", "-p", folder])
        run([bash, "-n", folder / "api.sh"])
        more = [] if name in ("map", "one") else ["create"]
        start = [sys.executable, str(folder / "api_mock.py"), "--port", "0", "--token", TOKEN,
                 "--fail-every", "4", "--page-size", "7"]
        for who, ask in (
                ("typescript", lambda s: run([node, HERE / "client.mjs", folder, s.base, TOKEN, *more])),
                ("python", lambda s: run([sys.executable, "-W", "error", HERE / "client_driver.py", folder, s.base,
                                          TOKEN, *more])),
                ("shell", lambda s: json.dumps(Shell(folder, s.base).answer(name)))):
            with Server(start) as server:
                judge(name, who, json.loads(ask(server)), exact=who != "shell")
    print(f"clients: {len(shapes())} kinds of API, three clients each")
    return True


def syntax(tool, work):
    """What is generated from any sample, however hostile its texts, is code of its language and no more."""
    modules, bash = packages(), need("bash")
    targets = "client-typescript,client-python,client-shell,mock-server"
    files = []
    for path in samples():
        folder = work / path.stem
        generate(tool, targets, path, folder, "--name", "Api")
        files.append(str(folder / "api-client.ts"))
        for name in ("api_client.py", "api_mock.py"):
            py_compile.compile(str(folder / name), doraise=True)
        run([sys.executable, "-W", "error", "-c", "import api, api_client, api_mock"], cwd=folder)
        run([bash, "-n", folder / "api.sh"])
    run([modules / ".bin/tsc", "--strict", "--noEmit", "--noUnusedLocals", "--noUncheckedIndexedAccess",
         "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "nodenext", "--moduleDetection", "force",
         "--lib", "es2023,dom,dom.iterable", "--types", "", *files])
    print(f"syntax: {len(files)} samples")
    return True
