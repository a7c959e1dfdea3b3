// From users.json: what parse and serialise promise, and values to test other code with.
// Run with `node --test` once compiled.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseUsers, parseUsersRow, serializeUsers } from "./users.js";
import { rowText } from "./users-factory.js";

const text = readFileSync(new URL("./users.fixture.json", import.meta.url), "utf8");

test("the sample comes back as it was", () => {
  const again = serializeUsers(parseUsers(text));
  assert.deepEqual(JSON.parse(again), JSON.parse(text));
});

test("text that is not JSON is refused", () => {
  for (const bad of ["", "{", `${text.trim()}]`, "[1,]", "{'a': 1}", "nope"]) {
    assert.throws(() => parseUsers(bad), SyntaxError, JSON.stringify(bad.slice(0, 40)));
  }
});

const row = (): Record<string, unknown> => JSON.parse(rowText);
const read = (value: Record<string, unknown>) => parseUsersRow(JSON.stringify(value));

test("unknown keys are let through", () => {
  assert.doesNotThrow(() => read({ ...row(), "a key that nobody has heard of": [1] }));
});

for (const key of ["id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags"] as string[]) {
  test(`${JSON.stringify(key)} must be there`, () => {
    const value = row();
    delete value[key];
    assert.throws(() => read(value), TypeError);
  });
}

for (const key of [] as string[]) {
  test(`${JSON.stringify(key)} may be absent`, () => {
    const value = row();
    delete value[key];
    assert.doesNotThrow(() => read(value));
  });
}

for (const key of ["id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags"] as string[]) {
  test(`${JSON.stringify(key)} must not be null`, () => {
    assert.throws(() => read({ ...row(), [key]: null }), TypeError);
  });
}

for (const [key, value] of [["id", "12"], ["name", 12], ["email", 12], ["role", 12], ["created_at", 12], ["day", 12], ["uuid", 12], ["balance", 12], ["active", "yes"], ["address", []], ["tags", {}]] as [string, unknown][]) {
  test(`${JSON.stringify(key)} must not be ${JSON.stringify(value)}`, () => {
    assert.throws(() => read({ ...row(), [key]: value }), TypeError);
  });
}

