"""roundtrip.py TARGET TOOL: generates TARGET's code from every sample, compiles it with the real compiler,
parses and serialises each sample with it, and compares the texts value by value, numbers by lexeme.

Samples: tests/data/scaffold/samples, and ../shared/json where it exists. Exits 77, saying why, when the
compiler or a library it needs is not installed."""
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import typed
from harness import ROOT, Case, Number, Target, check, difference, load, modules, need, run, samples, skip


class JavaScript(Target):
    name = "javascript"
    generated = "sample.js"

    def prepare(self, cases):
        self.node = need("node")
        (self.work / "package.json").write_text('{"type": "module"}')
        (self.work / "main.js").write_text(
            'import { readFileSync, writeFileSync } from "node:fs";\n'
            "for (const folder of process.argv.slice(2)) {\n"
            "  const m = await import(`${folder}/sample.js`);\n"
            '  const text = readFileSync(`${folder}/sample.json`, "utf8");\n'
            "  writeFileSync(`${folder}/out.json`, m.serializeSample(m.parseSample(text)));\n"
            "}\n")
        if self.name == "javascript":
            tsc = need("tsc")
            files = [str(c.folder / "sample.js") for c in cases]
            check(run([tsc, "--allowJs", "--checkJs", "--noEmit", "--strict", "false", "--target", "es2022", "--lib", "es2022",
                       "--moduleDetection", "force", "--skipLibCheck", *files],
                      cwd=self.work), "tsc --checkJs")
        check(run([self.node, "main.js", *[str(c.folder) for c in cases]], cwd=self.work), "node")

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text()


class TypeScript(JavaScript):
    name = "typescript"
    rejects = True
    generated = "sample.ts"

    def prepare(self, cases):
        tsc = need("tsc")
        files = [str(c.folder / "sample.ts") for c in cases]
        check(run([tsc, "--strict", "--noUnusedLocals", "--noUnusedParameters", "--noImplicitReturns",
                   "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--target", "es2022",
                   "--module", "es2022", "--moduleDetection", "force", *files],
                  cwd=self.work), "tsc --strict")
        super().prepare(cases)


class Zod(TypeScript):
    """Checked as TypeScript is, but for options that Zod's own types are not made for."""
    name = "zod"

    def prepare(self, cases):
        found = [m for m in modules() if (m / "zod").exists()]
        if not found:
            skip("zod is not installed")
        (self.work / "node_modules").symlink_to(found[0])
        for c in cases:
            (c.folder / "sample.zod.ts").rename(c.folder / "sample.ts")
        super().prepare(cases)


class Python(Target):
    name = "python"
    rejects = True
    generated = "sample.py"
    python = sys.executable

    def prepare(self, cases):
        (self.work / "main.py").write_text(
            "import importlib.util, sys\n"
            "for folder in sys.argv[1:]:\n"
            "    spec = importlib.util.spec_from_file_location('sample', folder + '/sample.py')\n"
            "    module = importlib.util.module_from_spec(spec)\n"
            "    sys.modules['sample'] = module\n"
            "    spec.loader.exec_module(module)\n"
            "    text = open(folder + '/sample.json', encoding='utf-8').read()\n"
            "    with open(folder + '/out.json', 'w', encoding='utf-8', errors='replace') as out:\n"
            "        out.write(module.serialize_sample(module.parse_sample(text)))\n")
        check(run([self.python, "-W", "error", "main.py", *[str(c.folder) for c in cases]], cwd=self.work),
              "python")

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text(encoding="utf-8")


class Pydantic(Python):
    """With each Python that has the library, this one and the system's: they may differ in version."""
    name = "pydantic"

    def prepare(self, cases):
        for c in cases:
            (c.folder / "sample_models.py").rename(c.folder / "sample.py")
        self.versions = []
        for python in (sys.executable, "/usr/bin/python3"):
            found = run([python, "-c", "import pydantic; print(pydantic.VERSION)"])
            if found.returncode or found.stdout in self.versions:
                continue
            self.versions.append(found.stdout)
            self.python = python
            super().prepare(cases)
            for c in cases:
                (c.folder / "out.json").rename(c.folder / f"out{len(self.versions)}.json")
        if not self.versions:
            skip("python3-pydantic is not installed")

    def roundtrip(self, case):
        texts = [(case.folder / f"out{i + 1}.json").read_text(encoding="utf-8") for i in range(len(self.versions))]
        if len(set(texts)) > 1:
            raise ValueError(f"versions {self.versions} differ")
        return texts[0]


class TypedDict(Target):
    """No code to run: the module must load, with every annotation a type."""
    name = "python-typeddict"

    def prepare(self, cases):
        if sys.version_info < (3, 11):
            skip("TypedDict with NotRequired needs Python 3.11")

    def compare(self, case):
        code = ("import importlib.util as u, sys, typing\n"
                "spec = u.spec_from_file_location('sample_types', 'sample_types.py')\n"
                "m = u.module_from_spec(spec)\n"
                "sys.modules['sample_types'] = m\n"
                "spec.loader.exec_module(m)\n"
                "[typing.get_type_hints(t) for t in vars(m).values() if hasattr(t, '__total__')]\n")
        done = run([sys.executable, "-W", "error", "-c", code], cwd=case.folder)
        return done.stderr[-500:] or None


class JsonSchema(Target):
    """The schema must be JSON, and take the sample that it was made from."""
    name = "json-schema"

    def compare(self, case):
        sys.path.insert(0, str(ROOT / "tests/bench"))
        from scaffold_quicktype import accepts
        root = json.loads((case.folder / "sample.schema.json").read_text(encoding="utf-8"))
        value = json.loads(case.path.read_text(encoding="utf-8-sig"))
        return None if accepts(root, value, root) else "the schema refuses its own sample"


class Ruby(Target):
    name = "ruby"
    rejects = True
    generated = "sample.rb"

    def prepare(self, cases):
        ruby = need("ruby")
        for case in cases:  # every sample defines the same module, so each has its own process
            code = ("require './sample'; text = File.read('sample.json', encoding: 'bom|utf-8'); "
                    "File.write('out.json', SampleJson.serialize_sample(SampleJson.parse_sample(text)))")
            done = run([ruby, "-w", "-E", "UTF-8", "-e", code], cwd=case.folder)
            if done.stderr:
                done.returncode = done.returncode or 1
            check(done, f"ruby {case.path.name}")

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text(encoding="utf-8")


class Lua(Target):
    name = "lua"
    rejects = True
    generated = "sample.lua"

    def prepare(self, cases):
        lua = need("lua5.4")
        (self.work / "main.lua").write_text(
            "for _, folder in ipairs(arg) do\n"
            "  local m = dofile(folder .. '/sample.lua')\n"
            "  local file = assert(io.open(folder .. '/sample.json', 'rb'))\n"
            "  local text = file:read('a'):gsub('^\\xEF\\xBB\\xBF', '')\n"
            "  file:close()\n"
            "  local out = assert(io.open(folder .. '/out.json', 'wb'))\n"
            "  out:write(m.serialize_sample(m.parse_sample(text)))\n"
            "  out:close()\n"
            "end\n")
        check(run([lua, "-W", "main.lua", *[str(c.folder) for c in cases]], cwd=self.work), "lua")

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text(encoding="utf-8")


class Rust(Target):
    name = "rust"
    generated = "sample.rs"

    def more_cases(self, generate):
        """Code for one sample, which gets another that has more keys: all come back."""
        known = [{"id": 1, "who": {"n": "Ada"}, "big": 12345678901234567890123, "at": None, "unknown": 1},
                 {"id": 2, "who": {"n": "Bo"}, "big": 2, "x": True, "unknown": 2}]
        path, more = self.work / "known.json", self.work / "more.json"
        path.write_text(json.dumps(known))
        case = generate(self.tool, self.name, path, self.work / "s_kept", "--keep")
        more.write_text(json.dumps(known).replace('"Bo"', '"Bo", "sur": "Yu"')[:-2] + ', "new": {"a": [1.50, 1e5]}}]')
        shutil.copy(more, case.folder / "sample.json")
        case.path = more
        return [case]

    def prepare(self, cases):
        cargo = need("cargo")
        registry = Path("/usr/share/cargo/registry")
        if not list(registry.glob("serde_json-*")) or not list(registry.glob("serde_derive-*")):
            skip("librust-serde-derive-dev and librust-serde-json-dev are not installed")
        # One crate in the build folder: serde, most of the time, is compiled once for all runs there.
        crate = Path(self.tool).resolve().parents[2] / "scaffold-crate"
        (crate / ".cargo").mkdir(parents=True, exist_ok=True)
        (crate / ".cargo/config.toml").write_text(
            '[source.crates-io]\nreplace-with = "debian"\n'
            f'[source.debian]\ndirectory = "{registry}"\n[net]\noffline = true\n')
        (crate / "Cargo.toml").write_text(
            '[package]\nname = "roundtrip"\nversion = "0.1.0"\nedition = "2021"\n'
            "[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\n"
            'serde_json = { version = "1", features = ["raw_value"] }\n[profile.dev]\ndebug = false\n')
        (crate / "src").mkdir(exist_ok=True)
        lines = ["#![deny(warnings)]", "#![allow(dead_code)]"]
        for c in cases:
            lines.append(f'#[path = "{c.folder}/sample.rs"]\nmod {c.id};')
        lines.append("fn main() -> Result<(), Box<dyn std::error::Error>> {")
        for c in cases:
            lines.append(f'    let text = std::fs::read_to_string("{c.folder}/sample.json")?;')
            lines.append("    let text = text.trim_start_matches('\\u{feff}');")
            lines.append(f'    let value = {c.id}::parse_sample(text).map_err(|e| format!("{c.id}: {{e}}"))?;')
            lines.append(f'    std::fs::write("{c.folder}/out.json", {c.id}::serialize_sample(&value)?)?;')
        lines += ["    Ok(())", "}"]
        (crate / "src/main.rs").write_text("\n".join(lines))
        check(run([cargo, "run", "--quiet", "--offline"], cwd=crate), "cargo run")

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text(encoding="utf-8")


class Go(Target):
    name = "go"
    rejects = True
    generated = "sample.go"

    def prepare(self, cases):
        go = need("go")
        environment = dict(os.environ, GOFLAGS="-mod=mod", GOPROXY="off", GO111MODULE="on",
                           GOCACHE=str(self.work / "cache"))
        (self.work / "go.mod").write_text("module roundtrip\n\ngo 1.18\n")
        lines = ["package main", "", "import (", '\t"os"', '\t"bytes"']
        lines += [f'\t{c.id} "roundtrip/{c.id}"' for c in cases]
        lines += [")", "", "func check(err error, name string) {", "\tif err != nil {",
                  '\t\tpanic(name + ": " + err.Error())', "\t}", "}", "", "func main() {"]
        for c in cases:
            lines += ["\t{", f'\t\ttext, err := os.ReadFile("{c.folder}/sample.json")', f'\t\tcheck(err, "{c.id}")',
                      '\t\ttext = bytes.TrimPrefix(text, []byte("\\xef\\xbb\\xbf"))',
                      f"\t\tvalue, err := {c.id}.ParseSample(text)", f'\t\tcheck(err, "{c.id}")',
                      f"\t\tout, err := {c.id}.SerializeSample(value)", f'\t\tcheck(err, "{c.id}")',
                      f'\t\tcheck(os.WriteFile("{c.folder}/out.json", out, 0o644), "{c.id}")', "\t}"]
        lines += ["}"]
        (self.work / "main.go").write_text("\n".join(lines))
        check(run([go, "vet", "./..."], cwd=self.work, env=environment), "go vet")
        check(run([go, "run", "."], cwd=self.work, env=environment), "go run")
        gofmt = shutil.which("gofmt")
        if gofmt:
            untidy = run([gofmt, "-l", *[str(c.folder) for c in cases]])
            if untidy.stdout.strip():
                print("FAILED: not as gofmt leaves it:\n" + untidy.stdout[:2000])
                sys.exit(1)

    def roundtrip(self, case):
        return (case.folder / "out.json").read_text(encoding="utf-8")


class Sqlite(Target):
    """The sample is loaded into a real database and every row read back as JSON."""
    name = "sqlite"
    load = staticmethod(load)

    def more_cases(self, generate):
        """Keys that a script cannot hold as they are."""
        if self.name != "sqlite":
            return []
        path = self.work / "control.json"
        path.write_text(json.dumps([{"a\r\nb": 1, "c\0d": "x", "e\tf": None}]))
        return [generate(self.tool, self.name, path, self.work / "s_control")]

    def prepare(self, cases):
        self.sqlite = need("sqlite3")

    def rows(self, case):
        """The texts of the rows that the database gives back; None when there is no table."""
        base = [self.sqlite, "-bail", "-batch", "sample.db"]
        script = (case.folder / "sample.sqlite.sql").read_bytes()
        done = subprocess.run(base, input=script, capture_output=True, cwd=case.folder, timeout=300)
        if done.returncode or done.stderr:
            return done.stderr.decode(errors="replace")
        view = run(base + ["SELECT name FROM sqlite_master WHERE type = 'view'"], cwd=case.folder).stdout.strip()
        if not view:
            return None
        done = run(base + ["-newline", "\x01", " UNION ALL ".join(f'SELECT json FROM "{v}"' for v in view.split())], cwd=case.folder)
        return done.stdout.split("\x01")[:-1] if not done.returncode else done.stderr

    def compare(self, case):
        """None when the rows are those of the sample, else why not; "" when there is no table."""
        got = self.rows(case)
        if got is None:
            return ""
        if isinstance(got, str):
            return got[:500]
        whole = self.load(case.path.read_text(encoding="utf-8-sig"))
        candidates = [whole] if isinstance(whole, list) else [[whole], list(whole.values())]
        if isinstance(whole, dict):
            lists = [v for v in whole.values() if isinstance(v, list)]
            candidates += lists + [sum(lists, [])]
        got = sorted((self.load(text) for text in got), key=repr_sorted)
        why = "no rows"
        for rows in candidates:
            rows = sorted(rows, key=repr_sorted)
            if len(rows) == len(got):
                why = difference(rows, got)
                if not why:
                    return None
        return why


def repr_sorted(value):
    return json.dumps(value, sort_keys=True)


class Postgres(Sqlite):
    """The same in PostgreSQL: a server of its own, in a temporary folder, on a socket there."""
    name = "postgres"

    stop = None  # the command that ends the server, once there is one

    def prepare(self, cases):
        self.psql = need("psql")
        found = shutil.which("initdb") or next(
            (str(p) for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)), None)
        if not found:
            skip("initdb of PostgreSQL is not installed")
        folder = Path(found).resolve().parent
        self.data = Path(tempfile.mkdtemp(prefix="artel-pg-"))
        # A server refuses to run as root: give the folder to the first account that may have one.
        self.user = []
        if os.geteuid() == 0:
            account = "postgres" if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0 else "nobody"
            self.user = ["setpriv", f"--reuid={account}", f"--regid={run(['id', '-gn', account]).stdout.strip()}",
                         "--clear-groups"]
            shutil.chown(self.data, account)
            self.data.chmod(0o777)
        db = self.data / "db"
        check(run(self.user + [str(folder / "initdb"), "-D", str(db), "-U", "test", "-A", "trust", "-E", "UTF8",
                               "--locale=C.UTF-8", "--no-sync"], cwd=self.data), "initdb")
        self.stop = self.user + [str(folder / "pg_ctl"), "-D", str(db), "-m", "immediate", "stop"]
        # The log goes to a file: pg_ctl's child would keep a pipe open.
        started = subprocess.run(self.user + [str(folder / "pg_ctl"), "-D", str(db), "-w", "-l", str(self.data / "log"),
                                              "-o", f"-c listen_addresses= -c fsync=off -k {self.data}", "start"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.data, timeout=120)
        if started.returncode:
            print((self.data / "log").read_text()[-2000:])
            sys.exit(1)

    def close(self):
        if self.stop:
            subprocess.run(self.stop, capture_output=True, cwd=self.data)
            shutil.rmtree(self.data, ignore_errors=True)

    def rows(self, case):
        base = [self.psql, "-h", str(self.data), "-U", "test", "-v", "ON_ERROR_STOP=1", "-X", "-q"]
        check(run(base + ["-d", "postgres", "-c", f'CREATE DATABASE "{case.id}"']), "createdb")
        base += ["-d", case.id]
        if "\\u0000" in case.path.read_text(encoding="utf-8-sig"):
            return None  # PostgreSQL's text cannot hold NUL
        done = run(base + ["-f", "sample.postgres.sql"], cwd=case.folder, env=dict(os.environ, SAMPLE="sample.json"))
        if done.returncode:
            return done.stderr
        view = run(base + ["-At", "-c", "SELECT viewname FROM pg_views WHERE schemaname = 'public'"]).stdout.strip()
        if not view:
            return None
        done = run(base + ["-At", "-R", "\x01", "-c", " UNION ALL ".join(f'SELECT json FROM "{v}"' for v in view.split())])
        return done.stdout.rstrip("\n").split("\x01") if not done.returncode else done.stderr


class MySql(Sqlite):
    """The same in MariaDB: a server of its own, in a temporary folder, on a socket there."""
    name = "mysql"
    server = None

    def prepare(self, cases):
        install, daemon, self.client = need("mariadb-install-db"), need_server("mariadbd"), need("mariadb")
        self.data = Path(tempfile.mkdtemp(prefix="artel-my-"))
        self.data.chmod(0o777)
        user = ["--user=nobody"] if os.geteuid() == 0 else []
        check(run([install, "--no-defaults", *user, f"--datadir={self.data}/db", "--auth-root-authentication-method=normal",
                   "--skip-test-db"]), "mariadb-install-db")
        with open(self.data / "log", "wb") as log:
            self.server = subprocess.Popen(
                [daemon, "--no-defaults", *user, f"--datadir={self.data}/db", f"--socket={self.data}/s", "--skip-networking",
                 f"--pid-file={self.data}/pid", "--innodb-flush-log-at-trx-commit=0"], stdout=log, stderr=log)
        self.base = [self.client, "--no-defaults", "-S", f"{self.data}/s", "-u", "root", "--local-infile=1",
                     "--default-character-set=utf8mb4", "--batch", "--raw", "--skip-column-names"]
        for _ in range(300):
            if run(self.base + ["-e", "SELECT 1"]).returncode == 0:
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.1)
        print((self.data / "log").read_text()[-2000:])
        sys.exit(1)

    def close(self):
        if self.server:
            self.server.kill()
            self.server.wait(30)
            shutil.rmtree(self.data, ignore_errors=True)

    def rows(self, case):
        check(run(self.base + ["-e", f"CREATE DATABASE `{case.id}`"]), "create database")
        base = self.base + [case.id]
        script = (case.folder / "sample.mysql.sql").read_text(encoding="utf-8")
        done = run(base, input=script, cwd=case.folder)
        if done.returncode:
            return done.stderr
        view = run(base + ["-e", "SELECT table_name FROM information_schema.views WHERE table_schema = database()"])
        if not view.stdout.strip():
            return None
        rows = " UNION ALL ".join(f"SELECT concat(json, char(1)) FROM `{v}`" for v in view.stdout.split())
        done = run(base + ["-e", "SET SESSION group_concat_max_len = 4294967295; " + rows])
        return done.stdout.split("\x01\n")[:-1] if not done.returncode else done.stderr


def need_server(program):
    """Servers may be where only root looks."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    return path or skip(f"{program} is not installed")


class DuckDb(Sqlite):
    """In the library that npm has. Numbers inside JSON columns are compared as doubles: DuckDB reads them so."""
    name = "duckdb"

    def prepare(self, cases):
        found = [m for m in modules() if (m / "@duckdb/node-api").exists()]
        if not found:
            skip("@duckdb/node-api is not installed")
        (self.work / "node_modules").symlink_to(found[0])
        (self.work / "package.json").write_text('{"type": "module"}')
        shutil.copy(ROOT / "tests/e2e/scaffold/app/duckdb.mjs", self.work / "duckdb.mjs")
        check(run([need("node"), "duckdb.mjs", *[str(c.folder) for c in cases]], cwd=self.work), "node duckdb.mjs")

    def rows(self, case):
        out = json.loads((case.folder / "out.json").read_text(encoding="utf-8"))
        return out["error"] if out["error"] else out["rows"]

    @staticmethod
    def load(text):
        def fix(v):
            if isinstance(v, Number):
                whole = v.lstrip("-").isdigit()
                return Number(int(v) if whole else repr(float(v) + 0.0))  # -0 is 0
            if isinstance(v, list):
                return [fix(x) for x in v]
            return {k: fix(x) for k, x in v.items()} if isinstance(v, dict) else v
        return fix(load(text))


TARGETS = {t.name: t for t in (MySql, DuckDb, JavaScript, TypeScript, Zod, Python, Pydantic, TypedDict, JsonSchema, Ruby, Lua, Rust, Go, Sqlite, Postgres,
                               *typed.TARGETS)}


# Generated to reject unknown keys, of which they have none.
CLOSED = ("shapes", "hostile", "page")


def generate(tool, target, path, folder, *more):
    folder.mkdir(exist_ok=True)
    shutil.copy(path, folder / "sample.json")
    check(run([tool, target, str(folder / "sample.json"), "--name", "Sample", "--out", str(folder), *more]),
          f"{tool} {target} {path}")
    return Case(path, folder)


def reject(kind, tool, work):
    """Whether code that rejects unknown keys says so of one."""
    work.mkdir()
    known = '[{"id": 1, "who": {"name": "Ada"}, "v": 1}, {"id": 2, "who": {"name": "Bo"}, "v": [1]}]'
    (work / "known.json").write_text(known)
    case = generate(tool, kind.name, work / "known.json", work / "s_known", "--reject")
    (case.folder / "sample.json").write_text(known.replace('"Bo"', '"Bo", "sur": "Yu"'))
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            kind(tool, work).prepare([case])
    except SystemExit:
        pass
    assert "unknown" in said.getvalue() and "sur" in said.getvalue(), f"{kind.name}: {said.getvalue()}"


def main():
    name, tool = sys.argv[1:3]
    only = sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        keep = os.environ.get("KEEP")
        work = Path(keep) if keep else Path(folder)
        target = TARGETS[name](tool, work)
        cases = []
        for path in samples(target.few):
            if only and path.stem not in only:
                continue
            more = ("--reject",) if path.stem in CLOSED else ()
            cases.append(generate(tool, target.name, path, work / ("s_" + path.stem.replace("-", "_")), *more))
        if not only:
            cases += target.more_cases(generate)
        failed = n = 0
        try:
            target.prepare(cases)
            for case in cases:
                why = target.compare(case)
                if why == "":
                    continue
                n += 1
                if why:
                    failed += 1
                    print(f"{case.path.name}: {why}")
            if vars(type(target)).get("rejects") or os.environ.get("ALL_SAMPLES"):
                reject(TARGETS[name], tool, work / "reject")
        finally:
            target.close()
        print(f"{name}: {n - failed} of {n} samples as expected")
        sys.exit(1 if failed or not n else 0)


if __name__ == "__main__":
    main()
