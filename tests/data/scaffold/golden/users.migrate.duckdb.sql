-- From users.json, for DuckDB 1.3 and later.
-- Brings a database that was made from an earlier sample to this one: the rows leave as JSON
-- and are loaded again. What was added to these tables by hand (columns, indexes, references from
-- other tables) is not kept. All of it happens or nothing.
BEGIN;
CREATE TEMP TABLE old_rows AS SELECT "json"::JSON AS value FROM "users_json" ORDER BY "row_key";
DROP VIEW "users_json";
DROP TABLE "users";

CREATE TABLE "users" (
  -- e.g. 1
  "id" INTEGER PRIMARY KEY NOT NULL,
  -- e.g. Ada
  "name" VARCHAR NOT NULL,
  -- email; e.g. ada@example.com
  "email" VARCHAR NOT NULL,
  "role" VARCHAR NOT NULL,
  -- date-time; e.g. 2024-03-02T08:30:00Z
  "created_at" VARCHAR NOT NULL,
  -- date; e.g. 2024-03-02
  "day" DATE NOT NULL,
  -- uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
  "uuid" UUID NOT NULL,
  -- decimal; e.g. 12.50
  "balance" VARCHAR NOT NULL,
  "active" BOOLEAN NOT NULL,
  "address" JSON NOT NULL,
  "tags" JSON NOT NULL
);

CREATE INDEX "users_created_at" ON "users" ("created_at");
CREATE INDEX "users_day" ON "users" ("day");
CREATE INDEX "users_uuid" ON "users" ("uuid");

-- Each row as the JSON that it came from.
CREATE VIEW "users_json" AS SELECT "id" AS "row_key", '{' || substr((
  ',"id":' || "id"::VARCHAR ||
  ',"name":' || to_json("name")::VARCHAR ||
  ',"email":' || to_json("email")::VARCHAR ||
  ',"role":' || to_json("role")::VARCHAR ||
  ',"created_at":' || to_json("created_at")::VARCHAR ||
  ',"day":' || to_json("day")::VARCHAR ||
  ',"uuid":' || to_json("uuid")::VARCHAR ||
  ',"balance":' || to_json("balance")::VARCHAR ||
  ',"active":' || "active"::VARCHAR ||
  ',"address":' || "address"::VARCHAR ||
  ',"tags":' || "tags"::VARCHAR
), 2) || '}' AS "json" FROM "users";

INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags")
SELECT
  (item.value ->> '/id')::INTEGER,
  (item.value ->> '/name')::VARCHAR,
  (item.value ->> '/email')::VARCHAR,
  (item.value ->> '/role')::VARCHAR,
  (item.value ->> '/created_at')::VARCHAR,
  (item.value ->> '/day')::DATE,
  (item.value ->> '/uuid')::UUID,
  (item.value ->> '/balance')::VARCHAR,
  (item.value ->> '/active')::BOOLEAN,
  (item.value -> '/address'),
  (item.value -> '/tags')
FROM old_rows AS item;

DROP TABLE old_rows;
COMMIT;
