#!/usr/bin/env python3
"""Questions about records, written in SQL and in jq by the real program, run by SQLite and jq, and checked. usage: queries.py ARTEL

In a comment {people} and {orders} are the tables in SQL, the files people.json and orders.jsonl in jq.
"""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

PEOPLE = [{"id": 1, "name": "Ann", "age": 31, "city": "Oslo", "email": "ann@a.example", "joined": "2024-01-05"},
          {"id": 2, "name": "Bob", "age": 25, "city": "Rome", "email": None, "joined": "2024-01-31 18:00:00"},
          {"id": 3, "name": "O'Hara", "age": 40, "city": "Oslo", "email": "o@b.example", "joined": "2024-02-01"},
          {"id": 4, "name": "Dan_x", "age": 25, "city": "New York", "email": "ann@a.example", "joined": "2023-12-31"}]
ORDERS = [{"id": 1, "person_id": 1, "total": 9.5, "status": "open", "created_at": "2024-01-01"},
          {"id": 2, "person_id": 3, "total": 4, "status": "closed", "created_at": "2024-01-15"},
          {"id": 3, "person_id": 1, "total": 20, "status": "open", "created_at": "2024-02-03"},
          {"id": 4, "person_id": 1, "total": 1, "status": "closed", "created_at": "2024-02-10"}]
EVERYONE = [list(p.values()) for p in PEOPLE]

# What both are asked: the rows wanted, as lists of what stands in their columns.
BOTH = (
    ("names of {people} where age is over 30", [["Ann"], ["O'Hara"]]),
    ("show name and age of {people} where city is Oslo sorted by age descending", [["O'Hara", 40], ["Ann", 31]]),
    ("rows of {people} where city is 'New York'", [EVERYONE[3]]),
    ("all {people} where city is New York or Rome", [EVERYONE[1], EVERYONE[3]]),
    ("rows in {people} where age is between 26 and 35", [EVERYONE[0]]),
    ("name of {people} where name is \"O'Hara\"", [["O'Hara"]]),
    ("name of {people} whose name contains _", [["Dan_x"]]),
    ("names of {people} whose email ends with b.example", [["O'Hara"]]),
    ("name of {people} where city starts with new and age<30", [["Dan_x"]]),
    ("name of {people} where city is not Oslo and age >= 25 sorted by name", [["Bob"], ["Dan_x"]]),
    ("name of {people} without email", [["Bob"]]),
    ("name of {people} where joined is between 2024-01-01 and 2024-01-31", [["Ann"], ["Bob"]]),
    ("name of {people} where joined is after 2024-01-31", [["O'Hara"]]),
    ("name of {people} where joined is before 2024-01-01", [["Dan_x"]]),
    ("rows of {people}", EVERYONE),
    ("how many rows are in {people}", [[4]]),
    ("count rows of {people} where email is null", [[1]]),
    ("number of distinct cities in {people}", [[3]]),
    ("count rows per city in {people}", [["Oslo", 2], ["New York", 1], ["Rome", 1]]),
    ("group {people} by city and count them", [["Oslo", 2], ["New York", 1], ["Rome", 1]]),
    ("sum of total in {orders}", [[34.5]]),
    ("total total per status in {orders}", [["closed", 5], ["open", 29.5]]),
    ("average age in {people}", [[30.25]]),
    ("average age per city in {people} where age is over 25", [["Oslo", 35.5]]),
    ("min, max and average age in {people}", [[25, 40, 30.25]]),
    ("top 2 rows of {people} by age", [EVERYONE[2], EVERYONE[0]]),
    ("the 2 newest rows of {orders} by created_at", [list(ORDERS[3].values()), list(ORDERS[2].values())]),
    ("first 2 rows of {people}", EVERYONE[:2]),
    ("the 2 highest names of {people}", [["O'Hara"], ["Dan_x"]]),
    ("sort {people} by name", [EVERYONE[0], EVERYONE[1], EVERYONE[3], EVERYONE[2]]),
    ("unique cities in {people}", [["New York"], ["Oslo"], ["Rome"]]),
    ("duplicate emails in {people} where email is not null", [["ann@a.example", 2]]),
    ("latest row per person_id in {orders} by created_at", [list(ORDERS[3].values()), list(ORDERS[1].values())]),
    ("running total of total by created_at in {orders}", [9.5, 13.5, 33.5, 34.5]),
    ("count nulls of email and city in {people}", [[1, 0]]),
    ("total total per month of created_at in {orders}", [["2024-01", 13.5], ["2024-02", 21]]),
)
# SQL alone: the rows, and what a table holds behind it where it is changed.
SQL = (
    ("join orders and people by person_id", 4, None),
    ("people without orders by person_id", 2, None),
    ("left join people with orders on people.id = orders.person_id", 6, None),
    ("delete rows from orders where created_at is before 2024-02-01", 1, "SELECT COUNT(*) FROM orders WHERE created_at < '2024-02-01'"),
    ("set status to lost in orders where total is under 5", 1, "SELECT COUNT(*) FROM orders WHERE status = 'lost'"),
    ("add a row to people with id 9, name 'Zoe' and age 30", 0, "SELECT COUNT(*) FROM people WHERE id = 9 AND name = 'Zoe' AND age = 30"),
    ("create an index on orders by person_id", 0, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'orders_person_id_index'"),
    ("list the tables in sqlite", 2, None),
    ("columns of orders in sqlite", 5, None),
    ("rows of orders where created_at in the last 7 days", 0, None),
)
ASKS = {
    "sql": ("delete all people", "people from Norway", "drop table people", "frobnicate the people", "orders of the last 7 days", "",
            "update orders set total to 5", "people where age is over 30 and city is Oslo or name is Ann", "second highest age in people", "the 3 largest rows of people", "delete from orders where id is 5; drop table people"),
    "jq": ("total qty per region in sales.csv", "frobnicate people.json", "delete all files in /"),
}
# What is done with JSON besides: the comment, the file it reads, what is printed (JSON where it can be).
JQ = (
    ("convert people.json to csv", "people.json", lambda out: out.splitlines()[:2] == ['"id","name","age","city","email","joined"',
                                                                                      '1,"Ann",31,"Oslo","ann@a.example","2024-01-05"']),
    ("convert table.csv to json", "table.csv", lambda out: json.loads(out) == [{"a": "1", "b": 'x "y", z'}, {"a": "", "b": ""}, {"a": "two\nlines", "b": "3"}]),
    ("list the keys of people.json", "people.json", lambda out: out.split() == list(PEOPLE[0])),
    ("minify people.json", "people.json", lambda out: json.loads(out) == PEOPLE and out.count("\n") == 1),
    ("remove the key age from people.json", "people.json", lambda out: "age" not in json.loads(out)[0]),
    ("print each object of people.json on its own line", "people.json", lambda out: [json.loads(line) for line in out.splitlines()] == PEOPLE),
    ("turn orders.jsonl into a json array", "orders.jsonl", lambda out: json.loads(out) == ORDERS),
    ("sort the keys of people.json", "people.json", lambda out: list(json.loads(out)[0]) == sorted(PEOPLE[0])),
    ("check that people.json is valid json", "people.json", lambda out: out == "valid JSON\n"),
    ("pretty-print people.json", "people.json", lambda out: json.loads(out) == PEOPLE and out.count("\n") > 10),
    ("rename the key age to old_age in people.json", "people.json", lambda out: list(json.loads(out)[0])[2] == "old_age"),
    ("flatten nested.json", "nested.json", lambda out: json.loads(out) == {"a": 1, "b.c": 2, "b.d.0": 3}),
    ("convert people.json to tsv", "people.json", lambda out: out.splitlines()[1].split("\t")[:3] == ["1", "Ann", "31"]),
    ("merge people.json and orders.jsonl", "people.json", lambda out: json.loads(out) == PEOPLE),
    ("delete rows of people.json where age is under 30", "people.json", lambda out: json.loads(out) == [PEOPLE[0], PEOPLE[2]]),
)


EMPTY = None # a folder without .sql files


def ask(artel, language, comments):
    done = subprocess.run([artel, "script", "--json", "--lang", language, "-"], input="\n".join(comments) + "\n", capture_output=True, text=True, cwd=EMPTY)
    made = [json.loads(line) for line in done.stdout.splitlines()]
    if len(made) != len(comments):
        sys.exit(f"{language}: {len(comments)} comments, {len(made)} answers: {done.stderr}")
    return made


def database():
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript("CREATE TABLE people (id INTEGER, name TEXT, age INTEGER, city TEXT, email TEXT, joined TEXT);"
                     "CREATE TABLE orders (id INTEGER, person_id INTEGER, total REAL, status TEXT, created_at TEXT);")
    for table, rows in (("people", PEOPLE), ("orders", ORDERS)):
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", [list(row.values()) for row in rows])
    return db


def statements(text):
    found = []
    for line in text.splitlines(keepends=True):
        if not found or sqlite3.complete_statement(found[-1]):
            found.append("")
        found[-1] += line
    return [statement for statement in found if sqlite3.complete_statement(statement)]


def run_sql(db, text):
    """The rows of the last statement that has some."""
    rows = []
    for statement in statements(text):
        found = [list(row) for row in db.execute(statement)]
        rows = found or rows
    return rows


def run_jq(text, file, folder):
    path = Path(folder, "script.jq")
    path.write_text(text)
    if not text.startswith("#!"):
        return text
    options = text.partition("env -S jq ")[2].split()[0]
    done = subprocess.run(["jq", options, path, *([file] if file else [])], cwd=folder, capture_output=True, text=True, timeout=20)
    return done.stdout if done.returncode == 0 else done.stderr


def rows_of(out, text):
    """What jq printed, as rows."""
    if "jq -nrf" in text.splitlines()[0]:
        return [[line] for line in out.splitlines()]
    value = json.loads(out)
    return [list(item.values()) if isinstance(item, dict) else [item] for item in (value if isinstance(value, list) else [value])]


def alike(found, wanted):
    if wanted and not isinstance(wanted[0], list): # the last column of each row
        found = [row[-1] for row in found]
    return found == wanted


def check_both(artel, folder):
    faults = []
    for language, names in (("sql", {"people": "people", "orders": "orders"}), ("jq", {"people": "people.json", "orders": "orders.jsonl"})):
        comments = [comment.format(**names) for comment, _ in BOTH]
        for comment, (plain, wanted), made in zip(comments, BOTH, ask(artel, language, comments)):
            try:
                if language == "sql":
                    found = run_sql(database(), made["text"])
                    found = [[row[i] for i in range(len(row) - ("AS place" in made["text"]))] for row in found]
                else:
                    found = rows_of(run_jq(made["text"], names["people" if "{people}" in plain else "orders"], folder), made["text"])
            except (sqlite3.Error, ValueError) as error:
                found = str(error)
            if made["state"] != "written" or not alike(found, wanted):
                faults.append(f"{language}: {comment}: {found}, wanted {wanted}\n{made['text']}")
    return faults


def check_sql(artel):
    faults = []
    for (comment, n, behind), made in zip(SQL, ask(artel, "sql", [row[0] for row in SQL])):
        db = database()
        try:
            rows = run_sql(db, made["text"])
            left = behind and db.execute(behind).fetchone()[0]
            # What deletes or changes has taken itself back; then it is done.
            guarded = "ROLLBACK" in made["text"]
            if guarded:
                changed = db.execute(behind).fetchone()[0] == (2 if "delete" in comment else 0)
                run_sql(db, made["text"].replace("ROLLBACK;", "COMMIT;"))
                left = changed and db.execute(behind).fetchone()[0] == (0 if "delete" in comment else 2)
            if made["state"] != "written" or len(rows) != n or left not in (None, True, 1):
                faults.append(f"sql: {comment}: {rows}, {left}\n{made['text']}")
        except sqlite3.Error as error:
            faults.append(f"sql: {comment}: {error}\n{made['text']}")
    return faults


def check_jq(artel, folder):
    faults = []
    for (comment, file, good), made in zip(JQ, ask(artel, "jq", [row[0] for row in JQ])):
        out = run_jq(made["text"], file, folder)
        try:
            right = made["state"] == "written" and good(out)
        except ValueError:
            right = False
        if not right:
            faults.append(f"jq: {comment}: {out}\n{made['text']}")
    return faults


def check_database(artel, folder):
    """Names are checked against the database that the comment names, or the project's .sql files; a trial shows rows and changes nothing."""
    faults = []
    file = Path(folder, "shop.db")
    subprocess.run(["sqlite3", str(file), "CREATE TABLE orders (id INTEGER PRIMARY KEY, person_id INT, total REAL, created_at TEXT);"
                    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO orders VALUES (1, 2, 3.5, '2024-01-01'), (2, 2, 4, '2024-01-02');"
                    "INSERT INTO people VALUES (2, 'Ann');" + "".join(f"CREATE TABLE filler_{n} (a{n * 'a'} TEXT);" for n in range(200))], check=True)
    Path(folder, "project").mkdir()
    Path(folder, "project/schema.sql").write_text("create table if not exists public.\"invoices\" (id int, /* , */ issued date, amount numeric(10, 2), primary key (id));")
    before = file.read_bytes()
    cases = (("", "rows of order in shop.db", "There is no table order: do you mean orders?"), ("", "sum of totl in orders of shop.db", "do you mean total?"),
             ("", "orders of shop.db in the last 7 days", "created_at >= date('now', '-7 days')"), ("", "people without orders in shop.db", "people.id = orders.person_id"),
             ("", "latest order per person_id of shop.db", "FROM orders"), ("", "orders created in the last 2 hours of shop.db", "'-2 hours'"),
             ("project", "count rows of invoice", "do you mean invoices?"), ("project", "total amount per month in invoices in postgresql", "to_char(issued, 'YYYY-MM')"),
             ("project", "invoices between 2024-01-01 and 2024-12-31", "issued >= '2024-01-01' AND issued < '2025-01-01'"), ("project", "names of invoices", "invoices has no column names"))
    for place, comment, wanted in cases:
        done = subprocess.run([artel, "script", "--lang", "sql", comment], cwd=Path(folder, place), capture_output=True, text=True)
        if wanted not in done.stdout:
            faults.append(f"sql: {comment}: no {wanted}: {done.stdout}{done.stderr}")
    for comment, wanted in (("total total per person_id in orders of shop.db", "7.5"), ("delete rows of orders where total is over 3 in shop.db", "\u2502 2 ")):
        done = subprocess.run([artel, "script", "--lang", "sql", "--run-dry", comment], cwd=folder, capture_output=True, text=True)
        if wanted not in done.stdout or done.returncode or file.read_bytes() != before:
            faults.append(f"sql --run-dry: {comment}: {done.stdout}{done.stderr}")
    return faults


def check_list(artel):
    """Everything that is listed is tried here."""
    listed = subprocess.run([artel, "script", "--list"], capture_output=True, text=True).stdout
    titles = {line[27:].rpartition(" (")[0] for line in listed.splitlines() if line.endswith("sql)")}
    made = ask(artel, "sql", [comment.format(people="people", orders="orders") for comment, _ in BOTH] + [row[0] for row in SQL])
    return [f"no question is tried that does this: {title}" for title in titles - {step for script in made for step in script["steps"]}]


def main():
    artel = os.path.abspath(sys.argv[1])
    missing = [program for program in ("jq", "sqlite3") if not shutil.which(program)]
    if missing:
        print("not installed: " + ", ".join(missing))
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        global EMPTY
        EMPTY = Path(folder, "empty")
        EMPTY.mkdir()
        Path(folder, "people.json").write_text(json.dumps(PEOPLE))
        Path(folder, "orders.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ORDERS))
        Path(folder, "nested.json").write_text('{"a": 1, "b": {"c": 2, "d": [3]}}')
        Path(folder, "table.csv").write_text('a,b\n1,"x ""y"", z"\n,\n"two\nlines",3\n')
        faults = check_both(artel, folder) + check_sql(artel) + check_jq(artel, folder) + check_database(artel, folder) + check_list(artel)
        for language, comments in ASKS.items():
            comments = [comment for comment in comments if comment]
            faults += [f"{language}: {comment}: it was written:\n{made['text']}" for comment, made in zip(comments, ask(artel, language, comments))
                       if made["state"] == "written"]
    print("\n".join(faults + [f"{2 * len(BOTH) + len(SQL) + len(JQ)} questions, {len(faults)} wrong"]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
