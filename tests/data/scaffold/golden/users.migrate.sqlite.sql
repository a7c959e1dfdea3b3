-- From users.json, for SQLite 3.38 and later.
-- Brings a database that was made from an earlier sample to this one: the rows leave as JSON
-- and are loaded again. What was added to these tables by hand (columns, indexes, references from
-- other tables) is not kept. All of it happens or nothing.
.bail on
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TEMP TABLE old_rows AS SELECT "json" AS value FROM "users_json" ORDER BY "row_key";
DROP VIEW "users_json";
DROP TABLE "users";

CREATE TABLE "users" (
  -- e.g. 1
  "id" INTEGER PRIMARY KEY NOT NULL,
  -- e.g. Ada
  "name" TEXT NOT NULL,
  -- email; e.g. ada@example.com
  "email" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  -- date-time; e.g. 2024-03-02T08:30:00Z
  "created_at" TEXT NOT NULL,
  -- date; e.g. 2024-03-02
  "day" TEXT NOT NULL,
  -- uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
  "uuid" TEXT NOT NULL,
  -- decimal; e.g. 12.50
  "balance" TEXT NOT NULL,
  "active" INTEGER NOT NULL CHECK ("active" IN (0, 1)),
  "address" TEXT NOT NULL CHECK (json_valid("address") = 1),
  "tags" TEXT NOT NULL CHECK (json_valid("tags") = 1)
);

CREATE INDEX "users_created_at" ON "users" ("created_at");
CREATE INDEX "users_day" ON "users" ("day");
CREATE INDEX "users_uuid" ON "users" ("uuid");

-- Each row as the JSON that it came from.
CREATE VIEW "users_json" AS SELECT "id" AS "row_key", '{' || substr((
  ',"id":' || json_quote("id") ||
  ',"name":' || json_quote("name") ||
  ',"email":' || json_quote("email") ||
  ',"role":' || json_quote("role") ||
  ',"created_at":' || json_quote("created_at") ||
  ',"day":' || json_quote("day") ||
  ',"uuid":' || json_quote("uuid") ||
  ',"balance":' || json_quote("balance") ||
  ',"active":' || CASE "active" WHEN 1 THEN 'true' WHEN 0 THEN 'false' END ||
  ',"address":' || "address" ||
  ',"tags":' || "tags"
), 2) || '}' AS "json" FROM "users";

INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags")
SELECT
  item.value ->> '$."id"',
  item.value ->> '$."name"',
  item.value ->> '$."email"',
  item.value ->> '$."role"',
  item.value ->> '$."created_at"',
  item.value ->> '$."day"',
  item.value ->> '$."uuid"',
  item.value ->> '$."balance"',
  item.value ->> '$."active"',
  item.value -> '$."address"',
  item.value -> '$."tags"'
FROM old_rows AS item;

DROP TABLE old_rows;
COMMIT;
