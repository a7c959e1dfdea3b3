-- From users.json, for PostgreSQL 12 and later (psql).
-- Brings a database that was made from an earlier sample to this one: the rows leave as JSON
-- and are loaded again. What was added to these tables by hand (columns, indexes, references from
-- other tables) is not kept. All of it happens or nothing.
\set ON_ERROR_STOP on
BEGIN;
CREATE TEMP TABLE old_rows AS SELECT "json"::json AS value FROM "users_json" ORDER BY "row_key";
DROP VIEW "users_json";
DROP TABLE "users" CASCADE;

CREATE TABLE "users" (
  -- e.g. 1
  "id" integer PRIMARY KEY NOT NULL,
  -- e.g. Ada
  "name" text NOT NULL,
  -- email; e.g. ada@example.com
  "email" text NOT NULL,
  "role" text NOT NULL,
  -- date-time; e.g. 2024-03-02T08:30:00Z
  "created_at" text NOT NULL,
  -- date; e.g. 2024-03-02
  "day" date NOT NULL,
  -- uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
  "uuid" uuid NOT NULL,
  -- decimal; e.g. 12.50
  "balance" text NOT NULL,
  "active" boolean NOT NULL,
  "address" json NOT NULL,
  "tags" json NOT NULL
);

CREATE INDEX "users_created_at" ON "users" ("created_at");
CREATE INDEX "users_day" ON "users" ("day");
CREATE INDEX "users_uuid" ON "users" ("uuid");

-- Each row as the JSON that it came from.
CREATE VIEW "users_json" AS SELECT "id" AS "row_key", '{' || substr((
  ',"id":' || to_json("id")::text ||
  ',"name":' || to_json("name")::text ||
  ',"email":' || to_json("email")::text ||
  ',"role":' || to_json("role")::text ||
  ',"created_at":' || to_json("created_at")::text ||
  ',"day":' || to_json("day")::text ||
  ',"uuid":' || to_json("uuid")::text ||
  ',"balance":' || to_json("balance")::text ||
  ',"active":' || to_json("active")::text ||
  ',"address":' || "address"::text ||
  ',"tags":' || "tags"::text
), 2) || '}' AS "json" FROM "users";

INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags")
SELECT
  (item ->> 'id')::integer,
  (item ->> 'name')::text,
  (item ->> 'email')::text,
  (item ->> 'role')::text,
  (item ->> 'created_at')::text,
  (item ->> 'day')::date,
  (item ->> 'uuid')::uuid,
  (item ->> 'balance')::text,
  (item ->> 'active')::boolean,
  item -> 'address',
  item -> 'tags'
FROM (SELECT value AS item FROM old_rows) AS old;

DROP TABLE old_rows;
COMMIT;
