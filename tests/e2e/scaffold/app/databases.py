"""The generated SQL in real databases: tables and keys, the usual queries, and the way from an earlier sample."""
import json
import os
import re
import sqlite3
import subprocess

from app import HERE, difference, generate, load, need, packages, people, run


def samples_of(work):
    """An earlier sample, and a later one with all of its rows and more fields."""
    new = people(25)
    old = [{k: v for k, v in row.items() if k not in ("note", "site")} for row in new[:20]]
    texts = json.dumps(old), json.dumps(old + new[20:])
    for name, text in zip(("old", "new"), texts):
        folder = work / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "people.json").write_text(text)
    return [load(text) for text in texts]


def by_id(texts):
    return sorted((load(text) for text in texts), key=lambda row: int(row["id"]))


def same(want, texts, what):
    why = difference(want, by_id(texts))
    assert not why, f"{what}: {why}"


def query(path, name):
    """One of the commented queries of a script."""
    found = re.search(rf"^-- {name}: +(.*)$", path.read_text(), re.M)
    assert found, f"no query {name}"
    return found.group(1)


def refuses(work, ask):
    """A row that breaks a promise of the table is refused."""
    for bad in ("UPDATE people SET active = 7 WHERE id = 1", "UPDATE people SET name = NULL WHERE id = 1",
                "UPDATE people SET id = 2 WHERE id = 1", "INSERT INTO people_orders VALUES (999, 0, 's', 1)",
                "UPDATE people SET tags = 'no json' WHERE id = 1"):
        assert not ask(bad), f"taken: {bad}"


def long_samples(tool, dialect, work, load_script, ask):
    """Samples that are too long to stand in the script as they are, in forms that a database cannot read by itself."""
    rows = [{"id": i, "name": f"O'Br\\{i}", "note": "x" * 30} for i in range(2500)]
    texts = {
        "towns.csv": "id,name,note\n" + "".join(f"{r['id']},{r['name']},{r['note']}\n" for r in rows),
        "cities.ndjson": "".join(json.dumps(r) + "\r\n" for r in rows),
        "bays.json5": "[" + ",\n".join(json.dumps(r).replace('"id"', "id") for r in rows) + "]",
    }
    work.mkdir()
    for name, text in texts.items():
        (work / name).write_text(text, newline="")
        generate(tool, dialect, work / name, work)
        table = name.split(".")[0]
        load_script(work, f"{table}.{dialect}.sql")
        got = [str(v) for v in ask(f"SELECT count(*), sum(id), min(name) FROM {table}")]
        assert got == ["2500", str(2500 * 2499 // 2), "O'Br\\0"], f"{dialect}: {name}: {got}"
    # A sample of several lists: a table for each, what is referred to first; migrated, too.
    (work / "db.json").write_text(json.dumps({
        "answers": [{"id": i, "questionId": i % 3} for i in range(9)],
        "questions": [{"id": i, "text": "?", "author_id": f"a{i % 2}"} for i in range(3)],
        "authors": [{"id": f"a{i}"} for i in range(2)]}))
    generate(tool, f"{dialect},{dialect}-migration", work / "db.json", work)
    for script in (f"db.{dialect}.sql", f"db.migrate.{dialect}.sql"):
        assert (work / script).read_text().count("FOREIGN KEY") == 2, script
        load_script(work, script)
        got = ask("SELECT count(*) FROM answers JOIN questions ON questions.id = answers.question_id "
                  "JOIN authors ON authors.id = questions.author_id")
        assert [str(v) for v in got] == ["9"], f"{script}: {got}"


def sqlite(tool, work):
    program = need("sqlite3")
    old, new = samples_of(work)
    for name in ("old", "new"):
        generate(tool, "sqlite,sqlite-migration", work / name / "people.json", work / name)
    file = work / "people.db"

    def script(folder, name):
        done = subprocess.run([program, "-bail", str(file)], input=(folder / name).read_bytes(), cwd=folder,
                              capture_output=True, timeout=100)
        assert done.returncode == 0 and not done.stderr, done.stderr
    script(work / "old", "people.sqlite.sql")
    script(work / "new", "people.migrate.sqlite.sql")
    db = sqlite3.connect(file)
    db.execute("PRAGMA foreign_keys = ON")

    def rows():
        return [text for text, in db.execute('SELECT json FROM "people_json"')]
    same(old, rows(), "SQLite, migrated")
    db.close()
    file.unlink()
    script(work / "new", "people.sqlite.sql")
    db = sqlite3.connect(file)
    db.execute("PRAGMA foreign_keys = ON")
    same(new, rows(), "SQLite, loaded")
    assert db.execute("SELECT count(*) FROM people_orders").fetchone() == (sum(len(r["orders"]) for r in new),)
    path = work / "new/people.sqlite.sql"
    cursor = db.execute(query(path, "get"), {"key": 7})
    columns = [c[0] for c in cursor.description]
    row = dict(zip(columns, cursor.fetchone()))
    assert row["name"] == "Person 007"
    seen, key = [], 0
    while page := db.execute(query(path, "page"), {"key": key, "limit": 7}).fetchall():
        key = page[-1][0]
        seen += [line[0] for line in page]
    assert seen == list(range(1, 26)), seen
    hostile = "'); DROP TABLE people; --"
    db.execute(query(path, "upsert"), {**row, "name": hostile})
    db.execute(query(path, "insert"), {**row, "id": 99})
    assert db.execute("SELECT name FROM people WHERE id = 7").fetchone() == (hostile,)
    db.execute(query(path, "delete"), {"key": 1})
    assert db.execute("SELECT count(*) FROM people_orders WHERE person_id = 1").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM people").fetchone() == (25,)
    db.rollback()

    def ask(text):
        try:
            db.execute(text)
        except sqlite3.IntegrityError:
            return False
        return True
    refuses(work, ask)
    db.commit()
    long_samples(tool, "sqlite", work / "long", script, lambda text: db.execute(text).fetchone())
    db.close()


def postgres(tool, work):
    from roundtrip import Postgres
    old, new = samples_of(work)
    for name in ("old", "new"):
        generate(tool, "postgres,postgres-migration", work / name / "people.json", work / name)
    server = Postgres(tool, work)
    server.prepare([])
    try:
        base = [server.psql, "-h", str(server.data), "-U", "test", "-v", "ON_ERROR_STOP=1", "-X", "-q", "-At"]

        def sql(database, text, **more):
            done = subprocess.run(base + ["-d", database, "-c", text], capture_output=True, text=True, timeout=100)
            assert done.returncode == 0, done.stderr
            return done.stdout.splitlines()

        def script(database, folder, name):
            run(base + ["-d", database, "-f", name], cwd=folder, env=dict(os.environ, SAMPLE="people.json"))
        sql("postgres", "CREATE DATABASE grown")
        sql("postgres", "CREATE DATABASE fresh")
        script("grown", work / "old", "people.postgres.sql")
        script("grown", work / "new", "people.migrate.postgres.sql")
        same(old, sql("grown", 'SELECT json FROM "people_json"'), "PostgreSQL, migrated")
        script("fresh", work / "new", "people.postgres.sql")
        same(new, sql("fresh", 'SELECT json FROM "people_json"'), "PostgreSQL, loaded")
        path = work / "new/people.postgres.sql"

        def ask(name, *values):
            texts = ", ".join("NULL" if v is None else "'" + str(v).replace("'", "''") + "'" for v in values)
            return sql("fresh", f"PREPARE q AS {query(path, name)} EXECUTE q({texts})")
        assert "Person 007" in ask("get", 7)[0]
        assert [line.split("|")[0] for line in ask("page", 5, 3)] == ["6", "7", "8"]
        names = re.search(r"\((.*?)\) VALUES", query(path, "upsert")).group(1)
        row = json.loads(sql("fresh", f"SELECT row_to_json(r) FROM (SELECT {names} FROM people WHERE id = 7) r")[0])
        row = {k: json.dumps(v) if isinstance(v, (list, dict)) else v for k, v in row.items()}
        hostile = "'); DROP TABLE people; --"
        ask("upsert", *{**row, "name": hostile}.values())
        ask("insert", *{**row, "id": 99}.values())
        assert sql("fresh", "SELECT name FROM people WHERE id = 7") == [hostile]
        ask("delete", 99)
        ask("delete", 2)
        assert sql("fresh", "SELECT count(*) FROM people_orders WHERE person_id = 2") == ["0"]
        assert sql("fresh", "SELECT count(*) FROM people") == ["24"]
        refuses(work, lambda text: subprocess.run(base + ["-d", "fresh", "-c", text], capture_output=True).returncode
                == 0)
        base += ["-F", "|"]

        def load_script(folder, name):
            run(base + ["-d", "fresh", "-f", name], cwd=folder)
        long_samples(tool, "postgres", work / "long", load_script, lambda text: sql("fresh", text)[0].split("|"))
    finally:
        server.close()


def mysql(tool, work):
    from roundtrip import MySql
    old, new = samples_of(work)
    for name in ("old", "new"):
        generate(tool, "mysql,mysql-migration", work / name / "people.json", work / name)
    server = MySql(tool, work)
    try:
        server.prepare([])

        def sql(database, text):
            return subprocess.run(server.base + [database, "-e", text], capture_output=True, text=True, timeout=100)

        def script(database, folder, name):
            run(server.base + [database], input=(folder / name).read_text(), cwd=folder)

        def rows(database):
            done = sql(database, "SET SESSION group_concat_max_len = 1000000; SELECT json FROM people_json")
            assert done.returncode == 0, done.stderr
            return done.stdout.splitlines()
        run(server.base + ["-e", "CREATE DATABASE grown; CREATE DATABASE fresh"])
        script("grown", work / "old", "people.mysql.sql")
        script("grown", work / "new", "people.migrate.mysql.sql")
        same(old, rows("grown"), "MySQL, migrated")
        script("fresh", work / "new", "people.mysql.sql")
        same(new, rows("fresh"), "MySQL, loaded")
        path = work / "new/people.mysql.sql"

        def ask(name, *values):
            texts = "".join(f"SET @v{i} = {'NULL' if v is None else v if isinstance(v, int) else repr(v)}; "
                            for i, v in enumerate(values))
            question = query(path, name).rstrip(";").replace('"', '""')
            names = ", ".join(f"@v{i}" for i in range(len(values)))
            done = sql("fresh", f'{texts}PREPARE q FROM "{question}"; EXECUTE q USING {names}')
            assert done.returncode == 0, done.stderr
            return done.stdout.splitlines()
        assert "Person 007" in ask("get", 7)[0]
        assert [line.split("\t")[0] for line in ask("page", 5, 3)] == ["6", "7", "8"]
        names = re.search(r"\((.*?)\) VALUES", query(path, "upsert")).group(1).split(", ")
        row = {n: sql("fresh", f"SELECT {n} FROM people WHERE id = 7").stdout.rstrip("\n") for n in names}
        row = {n: None if v == "NULL" else v for n, v in row.items()}
        ask("upsert", *{**row, "`name`": "'); DROP TABLE people; --"}.values())
        ask("insert", *{**row, "`id`": 99}.values())
        assert sql("fresh", "SELECT name FROM people WHERE id = 7").stdout == "'); DROP TABLE people; --\n"
        ask("delete", 99)
        ask("delete", 2)
        assert sql("fresh", "SELECT count(*) FROM people_orders WHERE person_id = 2").stdout == "0\n"
        assert sql("fresh", "SELECT count(*) FROM people").stdout == "24\n"
        refuses(work, lambda text: sql("fresh", text).returncode == 0)
        server.base.append("--raw")
        long_samples(tool, "mysql", work / "long", lambda folder, name: script("fresh", folder, name),
                     lambda text: sql("fresh", text).stdout.split())
    finally:
        server.close()


def duckdb(tool, work):
    node, modules = need("node"), packages()
    old, new = samples_of(work)
    for name in ("old", "new"):
        generate(tool, "duckdb,duckdb-migration", work / name / "people.json", work / name)
    (work / "node_modules").symlink_to(modules)
    driver = work / "duckdb.mjs"
    driver.write_text((HERE / "duckdb.mjs").read_text())

    def ask(database, *texts):
        answers = json.loads(run([node, driver, "--ask", work / database], input=json.dumps(texts)))
        return [a.get("rows", a.get("error")) for a in answers]

    def load_script(folder, name):
        got = ask("fresh", (folder / name).read_text().replace("read_text('", f"read_text('{folder}/"))[0]
        assert isinstance(got, list), got

    def script(folder, name):
        return (work / folder / name).read_text()
    view = 'SELECT json FROM "people_json"'
    got = ask("grown", script("old", "people.duckdb.sql"), script("new", "people.migrate.duckdb.sql"), view)
    assert isinstance(got[-1], list), got
    same(old, [text for text, in got[-1]], "DuckDB, migrated")
    got = ask("fresh", script("new", "people.duckdb.sql"), view)
    same(new, [text for text, in got[-1]], "DuckDB, loaded")
    path = work / "new/people.duckdb.sql"
    got = ask("fresh", f"PREPARE q AS {query(path, 'get')} EXECUTE q(7)",
              f"PREPARE p AS {query(path, 'page')} EXECUTE p(5, 3)")
    assert "Person 007" in got[0][0] and [row[0] for row in got[1]] == [6, 7, 8], got
    for bad in ("UPDATE people SET name = NULL WHERE id = 1", "UPDATE people SET id = 2 WHERE id = 1",
                "INSERT INTO people_orders VALUES (999, 0, 's', 1)", "UPDATE people SET tags = 'no json' WHERE id = 1"):
        assert isinstance(ask("fresh", bad)[0], str), f"taken: {bad}"
    long_samples(tool, "duckdb", work / "long", load_script, lambda text: ask("fresh", text)[0][0])


def databases(tool, work):
    sqlite(tool, work / "sqlite")
    print("databases: SQLite")
    postgres(tool, work / "postgres")
    print("databases: PostgreSQL")
    mysql(tool, work / "mysql")
    print("databases: MariaDB")
    duckdb(tool, work / "duckdb")
    print("databases: DuckDB")
    return True
