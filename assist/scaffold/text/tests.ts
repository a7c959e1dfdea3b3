// From @sample@: what parse and serialise promise, and values to test other code with.
// Run with @runner@.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "@import@";
import { parse@Root@@parseRow@, serialize@Root@ } from "./@types@.js";
@importRow@
const text = readFileSync(new URL("./@fixture@", import.meta.url), "utf8");

test("the sample comes back as it was", () => {
  const again = serialize@Root@(parse@Root@(text));
  assert.deepEqual(JSON.parse(again), JSON.parse(text));
});

test("text that is not JSON is refused", () => {
  for (const bad of ["", "{", `${text.trim()}]`, "[1,]", "{'a': 1}", "nope"]) {
    assert.throws(() => parse@Root@(bad), SyntaxError, JSON.stringify(bad.slice(0, 40)));
  }
});
@rows@
