-- From users.json, for PostgreSQL 12 and later (psql).
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

-- Loads the sample.
CREATE TEMP TABLE sample_json AS SELECT '[
{"id":1,"name":"Ada","email":"ada@example.com","role":"admin","created_at":"2024-03-02T08:30:00Z","day":"2024-03-02","uuid":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","balance":"12.50","active":true,"address":{"street":"1 Main","city":"Oslo","zip":"0150"},"tags":["a","b"]},
{"id":2,"name":"Grace","email":"grace@example.com","role":"user","created_at":"2024-03-03T09:15:30.125Z","day":"2024-03-03","uuid":"9b2d7c1e-1111-4222-8333-444455556666","balance":"0.05","active":false,"address":{"street":"2 High","city":"Bergen","zip":"5003"},"tags":[]},
{"id":3,"name":"Linus","email":"l@example.com","role":"user","created_at":"2024-03-04T00:00:00Z","day":"2024-03-04","uuid":"00000000-0000-4000-8000-000000000000","balance":"100.00","active":true,"address":{"street":"3 Low","city":"Espoo","zip":"02100"},"tags":["c"]},
{"id":4,"name":"Barbara","email":"b@example.com","role":"admin","created_at":"2024-03-05T00:00:00Z","day":"2024-03-05","uuid":"00000000-0000-4000-8000-000000000001","balance":"7.10","active":true,"address":{"street":"4 Mid","city":"Turku","zip":"20100"},"tags":["a"]}
]'::json AS whole;
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
FROM sample_json, json_array_elements(sample_json.whole) AS item;

DROP TABLE sample_json;

-- The usual queries, with parameters:
-- get:    SELECT * FROM "users" WHERE "id" = $1;
-- page:   SELECT * FROM "users" WHERE "id" > $1 ORDER BY "id" LIMIT $2;
-- insert: INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
-- upsert: INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "email" = excluded."email", "role" = excluded."role", "created_at" = excluded."created_at", "day" = excluded."day", "uuid" = excluded."uuid", "balance" = excluded."balance", "active" = excluded."active", "address" = excluded."address", "tags" = excluded."tags";
-- delete: DELETE FROM "users" WHERE "id" = $1;
