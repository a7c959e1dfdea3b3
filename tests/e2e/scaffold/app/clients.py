"""The generated clients against the generated servers, on the loopback interface."""
import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
from pathlib import Path

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


C_MAIN = """#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <curl/curl.h>
#include "api_client.h"

static ApiError why;

static void show(const char *what, char *json)
{
    printf("%s\\t%s\\n", what, json ? json : why.message);
    free(json);
}

static void failed(int is)
{
    printf("errors\\t%ld\\n", is ? why.status : -1);
}

BODY
int main(int argc, char **argv)
{
    ApiClient api = {.base_url = argv[1], .token = argv[2], .retries = 5}, wrong = api, nobody = api;
    wrong.token = "wrong";
    nobody.base_url = "http://127.0.0.1:9";
    nobody.retries = -1;
    (void)argc;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    use(&api);
    failed(!api_client_FIRST(&wrong, NULL, &why));
    failed(!api_client_FIRST(&nobody, NULL, &why));
    nobody.base_url = "file:///etc";
    failed(!api_client_FIRST(&nobody, NULL, &why));
    curl_global_cleanup();
    return 0;
}
"""
C_LIST = """static bool each(void *user, const ROW*row)
{
    (void)user;
    show("all", api_row_serialize(row));
    return true;
}

static void use(const ApiClient *api)
{
    if (!api_client_all(api, "limit=7", each, NULL, &why))
        show("failed", NULL);
    PAGE*page = api_client_page(api, NULL, &why);
    show("page", api_serialize(page));
    api_free(page);
    ROW*row = api_client_get(api, "7", &why), *back;
    show("got", api_row_serialize(row));
    free(row->name);
    row->name = strdup("</x> \\"' \\xE2\\x80\\xA8");
    back = api_client_update(api, "7", row, &why);
    show("updated", api_row_serialize(back));
    api_row_free(back);
CREATE
    api_row_free(row);
    failed(!api_client_get(api, "../7?x#", &why));
}
"""
C_CREATE = """    row->id = 500;
    back = api_client_create(api, row, &why);
    show("created", api_row_serialize(back));
    api_row_free(back);
    failed(!api_client_create(api, row, &why));
    if (!api_client_remove(api, "500", &why))
        show("failed", NULL);
    failed(!api_client_get(api, "500", &why));"""
C_ONE = """static void use(const ApiClient *api)
{
    PAGE*one = api_client_get(api, NULL, &why);
    show("one", api_serialize(one));
    if (!api_client_put(api, one, &why))
        show("failed", NULL);
    api_free(one);
}
"""


def c_driver(folder, name):
    """The program for one kind of API."""
    header = (folder / "api_client.h").read_text()
    one = name == "one"
    page = re.search(r"^(.*?)\*api_client_" + ("get" if one else "page"), header, re.M)[1]
    row = "" if one else re.search(r"user, const (.*?)\*row\)", header)[1]
    body = (C_ONE if one else C_LIST).replace("CREATE", "" if name == "map" else C_CREATE)
    (folder / "main.c").write_text(C_MAIN.replace("BODY", body).replace("FIRST", "get" if one else "page")
                                   .replace("PAGE", page).replace("ROW", row).replace("\\\\", "\\"))
    run([need("gcc"), "-std=gnu11", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-Wall", "-Wextra",
         "-Wpedantic", "-Wshadow", "-Wconversion", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Werror",
         "-o", "driver", "main.c", "api.c", "api_client.c", "-lcurl"], cwd=folder)
    return folder / "driver"


RUST = """
mod NAME {
    pub mod api;
    pub mod api_client;

    pub fn ask(base: &str, token: &str) {
        use api_client::{ApiClient, ApiError};
        use crate::{failed, show};
        let make = |base: &str, token: &str, retries: u32| {
            let mut client = ApiClient::new(base);
            client.token = Some(token.to_string());
            client.retries = retries;
            client
        };
        let status = |error: Option<ApiError>| failed(error.map(|error| error.status));
        let api = make(base, token, 5);
BODY
        status(make(base, "wrong", 5).FIRST(&[]).err());
        status(make("http://127.0.0.1:9", "", 0).FIRST(&[]).err());
        status(make("file:///etc", "", 0).FIRST(&[]).err());
    }
}
"""
RUST_LIST = """        api.all(&[("limit", "7")], |row| show("all", &row)).unwrap();
        show("page", &api.page(&[]).unwrap());
        let mut row = api.get("7").unwrap();
        show("got", &row);
        row.name = "</x> \\"' \\u{2028}".to_string();
        show("updated", &api.update("7", &row).unwrap());
CREATE
        status(api.get("../7?x#").err());"""
RUST_CREATE = """        row.id = 500;
        show("created", &api.create(&row).unwrap());
        status(api.create(&row).err());
        api.remove("500").unwrap();
        status(api.get("500").err());"""
RUST_ONE = """        let one = api.get(&[]).unwrap();
        show("one", &one);
        api.put(&one).unwrap();"""
RUST_MAIN = """#![deny(warnings)]
#![allow(dead_code)]
MODULES
fn show<T: serde::Serialize>(what: &str, value: &T) {
    println!("{}\\t{}", what, serde_json::to_string(value).unwrap());
}

fn failed(status: Option<u16>) {
    println!("errors\\t{}", status.map_or(-1, i32::from));
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    match words[1].as_str() {
CASES        _ => panic!(),
    }
}
"""


def rust_driver(tool, work):
    """One program for all kinds of API; None where serde is not installed."""
    registry = Path("/usr/share/cargo/registry")
    if not shutil.which("cargo") or not list(registry.glob("serde_derive-*")):
        return None
    real = bool(list(registry.glob("ureq-2*")))
    crate = work / "rust"
    modules = cases = ""
    for name in shapes():
        (crate / "src" / name).mkdir(parents=True, exist_ok=True)
        for file in ("api.rs", "api_client.rs"):
            shutil.copy(work / name / file, crate / "src" / name / file)
        one = name == "one"
        body = RUST_ONE if one else RUST_LIST.replace("CREATE", "" if name == "map" else RUST_CREATE)
        modules += (RUST.replace("BODY", body).replace("FIRST", "get" if one else "page").replace("NAME", name)
                    .replace("\\\\", "\\"))
        cases += f'        "{name}" => {name}::ask(&words[2], &words[3]),\n'
    (crate / "src/main.rs").write_text(RUST_MAIN.replace("MODULES", modules).replace("CASES", cases)
                                       .replace("\\\\", "\\"))
    (crate / "ureq/src").mkdir(parents=True, exist_ok=True)
    shutil.copy(HERE / "ureq.rs", crate / "ureq/src/lib.rs")
    (crate / "ureq/Cargo.toml").write_text('[package]\nname = "ureq"\nversion = "2.0.0"\nedition = "2021"\n')
    ureq = '{ version = "2", default-features = false }' if real else '{ path = "ureq" }'
    (crate / "Cargo.toml").write_text(
        '[package]\nname = "clients"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n'
        f'serde = {{ version = "1", features = ["derive"] }}\nureq = {ureq}\n'
        'serde_json = { version = "1", features = ["raw_value"] }\n[profile.dev]\ndebug = false\n')
    (crate / ".cargo").mkdir(exist_ok=True)
    (crate / ".cargo/config.toml").write_text(
        f'[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "{registry}"\n')
    # serde, most of the time, is compiled once for all runs in this build folder.
    target = Path(tool).resolve().parents[2] / "scaffold-crate/target"
    run(["cargo", "build", "--quiet", "--offline"], cwd=crate,
        env={**os.environ, "CARGO_TARGET_DIR": str(target)})
    shutil.copy(target / "debug/clients", crate / "driver")
    return crate / "driver"


def from_lines(text):
    """What lines of a name, a tab and a JSON text say."""
    out = {"errors": [], "all": []}
    for line in text.rstrip("\n").split("\n"):
        what, value = line.split("\t", 1)
        if what == "errors":
            out["errors"].append(int(value))
        elif what == "all":
            out["all"].append(value)
        else:
            out[what] = value
    return json.dumps(out)


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
    if who == "rust" and name == "map":  # a BTreeMap is in the order of its keys
        wanted, seen = (sorted(v, key=lambda row: str(row["id"])) for v in (wanted, seen))
    same("all", wanted, seen)
    page = json.loads(out["page"])
    held = list(page.values()) if name == "map" else page if name == "list" else next(
        v for v in page.values() if isinstance(v, list))
    assert len(held) == 7, (who, name, len(held))
    same("got", values(json.dumps(rows[6])), values(out["got"]))
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
    targets = "client-typescript,client-python,client-shell,client-go,client-c,client-rust,mock-server,server-typescript"
    for name, sample in shapes().items():
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "people.json").write_text(json.dumps(sample))
        generate(tool, targets, folder / "people.json", folder, "--name", "Api")
    driver, rust = go_driver(work), rust_driver(tool, work)
    if not rust:
        print("the Rust client is left out: cargo or librust-serde-derive-dev is not installed")
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
        c = c_driver(folder, name)
        start = [sys.executable, str(folder / "api_mock.py"), "--port", "0", "--token", TOKEN,
                 "--fail-every", "4", "--page-size", "7"]
        for who, ask in (
                ("typescript", lambda s: run([node, HERE / "client.mjs", folder, s.base, TOKEN, *more])),
                ("python", lambda s: run([sys.executable, "-W", "error", HERE / "client_driver.py", folder, s.base,
                                          TOKEN, *more])),
                ("go", lambda s: run([driver, name, s.base, TOKEN])),
                *([("rust", lambda s: from_lines(run([rust, name, s.base, TOKEN])))] if rust else []),
                ("c", lambda s: from_lines(run([c, s.base, TOKEN]))),
                ("shell", lambda s: json.dumps(Shell(folder, s.base).answer(name)))):
            with Server(start) as server:
                judge(name, who, json.loads(ask(server)), exact=who != "shell")
        with Server([node, str(folder / "out/api-server.js"), "0"], env={**os.environ, "TOKEN": TOKEN}) as server:
            judge(name, "shell", Shell(folder, server.base).answer(name, "7"), exact=False)
    print(f"clients: {len(shapes())} kinds of API, six clients each")
    return True


def syntax(tool, work):
    """What is generated from any sample, however hostile its texts, is code of its language and no more."""
    modules, bash = packages(), need("bash")
    targets = "client-typescript,client-python,client-shell,client-go,client-c,client-rust,mock-server,server-typescript"
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
        run([need("gcc"), "-std=c11", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
             "-Werror", folder / "api.c", folder / "api_client.c"])
    untidy = run([need("gofmt"), "-l", work])
    assert not untidy, f"not as gofmt leaves it: {untidy}"
    run([modules / ".bin/tsc", "--strict", "--noEmit", "--noUnusedLocals", "--noUncheckedIndexedAccess",
         "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "nodenext", "--moduleDetection", "force",
         "--lib", "es2023,dom,dom.iterable", "--types", "node", "--typeRoots", str(modules / "@types"), *files])
    print(f"syntax: {len(files) // 2} samples")
    return True
