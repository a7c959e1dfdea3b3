"""The generated clients against the generated servers, on the loopback interface."""
import json
import os
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

    def __init__(self, args, **options):
        self.process = subprocess.Popen(args, **options, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
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

    @staticmethod
    def limits(name, limit):
        return ["per_page=" + limit if name == "number" else "limit=" + limit]

    def answer(self, name, limit="7"):
        out = {"errors": []}
        if name == "one":
            out["one"] = self.text("get")
            (self.folder / "row.json").write_text(out["one"])
            self.text("put", str(self.folder / "row.json"))
        else:
            out["all"] = self.text("all", *self.limits(name, limit)).splitlines()
            out["page"] = self.text("page", *self.limits(name, limit))
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


GO = """
	case "NAME":
		make := func(base, token string, retries int) *NAMEapi.APIClient {
			return &NAMEapi.APIClient{BaseURL: base, Token: token, Retries: retries}
		}
		status := func(err error) int {
			var problem *NAMEapi.APIError
			if !errors.As(err, &problem) {
				panic(err)
			}
			return problem.Status
		}
		api := make(base, token, 5)
BODY
		_, err = make(base, "wrong", 5).FIRST(all, nil)
		fail = append(fail, status(err))
		_, err = make("http://127.0.0.1:9", "", -1).FIRST(all, nil)
		fail = append(fail, status(err), 0)
"""
GO_LIST = """
		var rows []string
		check(api.All(all, nil, func(row NAMEapi.ROW) error {
			rows = append(rows, text(row))
			return nil
		}))
		out["all"] = rows
		page, err := api.Page(all, nil)
		check(err)
		out["page"] = text(page)
		row, err := api.Get(all, "7")
		check(err)
		out["got"] = text(row)
		row.Name = "</x> \\"' \\u2028"
		row, err = api.Update(all, "7", row)
		check(err)
		out["updated"] = text(row)
CREATE
		_, err = api.Get(all, "../7?x#")
		fail = append(fail, status(err))"""
GO_CREATE = """
		row.ID = 500
		row, err = api.Create(all, row)
		check(err)
		out["created"] = text(row)
		_, err = api.Create(all, row)
		fail = append(fail, status(err))
		check(api.Remove(all, "500"))
		_, err = api.Get(all, "500")
		fail = append(fail, status(err))"""
GO_ONE = """
		one, err := api.Get(all, nil)
		check(err)
		out["one"] = text(one)
		check(api.Put(all, one))"""
GO_MAIN = """package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
IMPORTS
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func text(value any) string {
	data, err := json.Marshal(value)
	check(err)
	return string(data)
}

func main() {
	base, token := os.Args[2], os.Args[3]
	all, fail, out := context.Background(), []int{}, map[string]any{}
	switch os.Args[1] {CASES
	}
	out["errors"] = fail
	fmt.Println(text(out))
}
"""


def go_driver(work):
    """One program for all kinds of API; its path."""
    go, cases = need("go"), ""
    for name in shapes():
        client = (work / name / "api_client.go").read_text()
        (work / "go" / f"{name}api").mkdir(parents=True, exist_ok=True)
        for file in ("api.go", "api_client.go"):
            code = (work / name / file).read_text().replace("package api\n", f"package {name}api\n", 1)
            (work / "go" / f"{name}api" / file).write_text(code)
        body = GO_ONE if name == "one" else GO_LIST.replace("CREATE", "" if name == "map" else GO_CREATE)
        row = "" if name == "one" else client.split("each func(")[1].split(")")[0]
        cases += (GO.replace("BODY", body).replace("FIRST", "Get" if name == "one" else "Page")
                  .replace("ROW", row).replace("NAME", name).replace("\\\\", "\\"))
    imports = "\n".join(f'\t"clients/{name}api"' for name in shapes())
    (work / "go/go.mod").write_text("module clients\n\ngo 1.18\n")
    (work / "go/main.go").write_text(GO_MAIN.replace("IMPORTS", imports).replace("CASES", cases))
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GO111MODULE": "on", "CGO_ENABLED": "0"}
    run([go, "vet", "./..."], cwd=work / "go", env=environment)
    untidy = run(["gofmt", "-l", *[str(work / "go" / f"{name}api") for name in shapes()]])
    assert not untidy.strip(), f"not as gofmt leaves it: {untidy}"
    run([go, "build", "-o", "driver", "."], cwd=work / "go", env=environment)
    return work / "go/driver"


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
    targets = "client-typescript,client-python,client-shell,client-go,mock-server,server-typescript"
    for name, sample in shapes().items():
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "people.json").write_text(json.dumps(sample))
        generate(tool, targets, folder / "people.json", folder, "--name", "Api")
    driver = go_driver(work)
    for name in shapes():
        folder = work / name
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": {
            "strict": True, "noUnusedLocals": True, "noImplicitReturns": True, "noUncheckedIndexedAccess": True,
            "exactOptionalPropertyTypes": True, "target": "es2022", "module": "nodenext", "outDir": "out",
            "lib": ["es2023", "dom", "dom.iterable"], "types": ["node"], "typeRoots": [str(modules / "@types")],
            "moduleDetection": "force"}, "files": ["api-client.ts", "api-server.ts"]}))
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
                ("go", lambda s: run([driver, name, s.base, TOKEN])),
                ("shell", lambda s: json.dumps(Shell(folder, s.base).answer(name)))):
            with Server(start) as server:
                judge(name, who, json.loads(ask(server)), exact=who != "shell")
        with Server([node, str(folder / "out/api-server.js"), "0"], env={**os.environ, "TOKEN": TOKEN}) as server:
            judge(name, "shell", Shell(folder, server.base).answer(name, "7"), exact=False)
    print(f"clients: {len(shapes())} kinds of API, four clients each")
    return True


def syntax(tool, work):
    """What is generated from any sample, however hostile its texts, is code of its language and no more."""
    modules, bash = packages(), need("bash")
    targets = "client-typescript,client-python,client-shell,client-go,mock-server,server-typescript"
    files = []
    work.mkdir(parents=True, exist_ok=True)
    (work / "package.json").write_text('{"type": "module"}')
    for path in samples():
        folder = work / path.stem
        generate(tool, targets, path, folder, "--name", "Api")
        files += [str(folder / "api-client.ts"), str(folder / "api-server.ts")]
        for name in ("api_client.py", "api_mock.py"):
            py_compile.compile(str(folder / name), doraise=True)
        run([sys.executable, "-W", "error", "-c", "import api, api_client, api_mock"], cwd=folder)
        run([bash, "-n", folder / "api.sh"])
    untidy = run([need("gofmt"), "-l", work])
    assert not untidy, f"not as gofmt leaves it: {untidy}"
    run([modules / ".bin/tsc", "--strict", "--noEmit", "--noUnusedLocals", "--noUncheckedIndexedAccess",
         "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "nodenext", "--moduleDetection", "force",
         "--lib", "es2023,dom,dom.iterable", "--types", "node", "--typeRoots", str(modules / "@types"), *files])
    print(f"syntax: {len(files) // 2} samples")
    return True
