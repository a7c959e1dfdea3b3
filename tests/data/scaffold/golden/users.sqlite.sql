-- From users.json, for SQLite 3.38 and later.
PRAGMA foreign_keys = ON; -- of each connection
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

-- Loads the sample.
CREATE TEMP TABLE sample_json AS SELECT '[
{"id":1,"name":"Ada","email":"ada@example.com","role":"admin","created_at":"2024-03-02T08:30:00Z","day":"2024-03-02","uuid":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","balance":"12.50","active":true,"address":{"street":"1 Main","city":"Oslo","zip":"0150"},"tags":["a","b"]},
{"id":2,"name":"Grace","email":"grace@example.com","role":"user","created_at":"2024-03-03T09:15:30.125Z","day":"2024-03-03","uuid":"9b2d7c1e-1111-4222-8333-444455556666","balance":"0.05","active":false,"address":{"street":"2 High","city":"Bergen","zip":"5003"},"tags":[]},
{"id":3,"name":"Linus","email":"l@example.com","role":"user","created_at":"2024-03-04T00:00:00Z","day":"2024-03-04","uuid":"00000000-0000-4000-8000-000000000000","balance":"100.00","active":true,"address":{"street":"3 Low","city":"Espoo","zip":"02100"},"tags":["c"]},
{"id":4,"name":"Barbara","email":"b@example.com","role":"admin","created_at":"2024-03-05T00:00:00Z","day":"2024-03-05","uuid":"00000000-0000-4000-8000-000000000001","balance":"7.10","active":true,"address":{"street":"4 Mid","city":"Turku","zip":"20100"},"tags":["a"]}
]' AS whole;
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
FROM sample_json, json_each(sample_json.whole) AS item;

DROP TABLE sample_json;

-- The usual queries, with parameters:
-- get:    SELECT * FROM "users" WHERE "id" = :key;
-- page:   SELECT * FROM "users" WHERE "id" > :key ORDER BY "id" LIMIT :limit;
-- insert: INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags") VALUES (:id, :name, :email, :role, :created_at, :day, :uuid, :balance, :active, :address, :tags);
-- upsert: INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags") VALUES (:id, :name, :email, :role, :created_at, :day, :uuid, :balance, :active, :address, :tags) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "email" = excluded."email", "role" = excluded."role", "created_at" = excluded."created_at", "day" = excluded."day", "uuid" = excluded."uuid", "balance" = excluded."balance", "active" = excluded."active", "address" = excluded."address", "tags" = excluded."tags";
-- delete: DELETE FROM "users" WHERE "id" = :key;
