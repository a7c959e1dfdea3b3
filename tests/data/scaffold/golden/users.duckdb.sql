-- From users.json, for DuckDB 1.3 and later.
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

-- Loads the sample.
CREATE TEMP TABLE sample_json AS SELECT '[
{"id":1,"name":"Ada","email":"ada@example.com","role":"admin","created_at":"2024-03-02T08:30:00Z","day":"2024-03-02","uuid":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","balance":"12.50","active":true,"address":{"street":"1 Main","city":"Oslo","zip":"0150"},"tags":["a","b"]},
{"id":2,"name":"Grace","email":"grace@example.com","role":"user","created_at":"2024-03-03T09:15:30.125Z","day":"2024-03-03","uuid":"9b2d7c1e-1111-4222-8333-444455556666","balance":"0.05","active":false,"address":{"street":"2 High","city":"Bergen","zip":"5003"},"tags":[]},
{"id":3,"name":"Linus","email":"l@example.com","role":"user","created_at":"2024-03-04T00:00:00Z","day":"2024-03-04","uuid":"00000000-0000-4000-8000-000000000000","balance":"100.00","active":true,"address":{"street":"3 Low","city":"Espoo","zip":"02100"},"tags":["c"]},
{"id":4,"name":"Barbara","email":"b@example.com","role":"admin","created_at":"2024-03-05T00:00:00Z","day":"2024-03-05","uuid":"00000000-0000-4000-8000-000000000001","balance":"7.10","active":true,"address":{"street":"4 Mid","city":"Turku","zip":"20100"},"tags":["a"]}
]'::JSON AS whole;
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
FROM sample_json, json_each(sample_json.whole) AS item;

DROP TABLE sample_json;

-- The usual queries, with parameters:
-- get:    SELECT * FROM "users" WHERE "id" = $1;
-- page:   SELECT * FROM "users" WHERE "id" > $1 ORDER BY "id" LIMIT $2;
-- insert: INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
-- upsert: INSERT INTO "users" ("id", "name", "email", "role", "created_at", "day", "uuid", "balance", "active", "address", "tags") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "email" = excluded."email", "role" = excluded."role", "created_at" = excluded."created_at", "day" = excluded."day", "uuid" = excluded."uuid", "balance" = excluded."balance", "active" = excluded."active", "address" = excluded."address", "tags" = excluded."tags";
-- delete: DELETE FROM "users" WHERE "id" = $1;
