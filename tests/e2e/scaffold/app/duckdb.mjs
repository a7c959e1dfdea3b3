/* duckdb.mjs FOLDER...: runs the script of each folder in a database of its own; its rows as JSON go to out.json.
 * duckdb.mjs --ask DATABASE: runs the statements of a JSON list from standard input; their rows, or errors, as JSON. */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

async function rows(connection, text) {
  return (await connection.runAndReadAll(text)).getRowsJson();
}

async function load(folder) {
  const out = { rows: null, error: "" };
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const script = readdirSync(folder).find((name) => name.endsWith(".duckdb.sql"));
  process.chdir(folder);
  try {
    await connection.run(readFileSync(script, "utf8"));
    const views = await rows(connection, "SELECT view_name FROM duckdb_views() WHERE NOT internal");
    if (views.length) out.rows = (await rows(connection, `SELECT json FROM "${views[0][0]}"`)).map(([text]) => text);
  } catch (error) {
    out.error = `${error.message}`;
  }
  writeFileSync("out.json", JSON.stringify(out));
  connection.closeSync();
}

async function ask(database) {
  const connection = await (await DuckDBInstance.create(database)).connect();
  const answers = [];
  for (const text of JSON.parse(readFileSync(0, "utf8"))) {
    try {
      answers.push({ rows: await rows(connection, text) });
    } catch (error) {
      answers.push({ error: `${error.message}` });
    }
  }
  console.log(JSON.stringify(answers));
  connection.closeSync();
}

if (process.argv[2] === "--ask") await ask(process.argv[3]);
else for (const folder of process.argv.slice(2)) await load(folder);
