-- From users.json, for MariaDB 10.6, MySQL 8.0.19 and later.
SET NAMES utf8mb4;
CREATE TABLE `users` (
  -- e.g. 1
  `id` INT PRIMARY KEY NOT NULL,
  -- e.g. Ada
  `name` LONGTEXT NOT NULL,
  -- email; e.g. ada@example.com
  `email` LONGTEXT NOT NULL,
  `role` LONGTEXT NOT NULL,
  -- date-time; e.g. 2024-03-02T08:30:00Z
  `created_at` VARCHAR(255) NOT NULL,
  -- date; e.g. 2024-03-02
  `day` DATE NOT NULL,
  -- uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
  `uuid` CHAR(36) NOT NULL,
  -- decimal; e.g. 12.50
  `balance` LONGTEXT NOT NULL,
  `active` BOOLEAN NOT NULL CHECK (`active` IN (0, 1)),
  `address` LONGTEXT NOT NULL CHECK (json_valid(`address`) = 1),
  `tags` LONGTEXT NOT NULL CHECK (json_valid(`tags`) = 1)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE INDEX `users_created_at` ON `users` (`created_at`);
CREATE INDEX `users_day` ON `users` (`day`);
CREATE INDEX `users_uuid` ON `users` (`uuid`);

-- Each row as the JSON that it came from.
CREATE VIEW `users_json` AS SELECT `id` AS `row_key`, concat('{', substr(concat(
  ',"id":', CAST(`id` AS CHAR),
  ',"name":', json_quote(`name`),
  ',"email":', json_quote(`email`),
  ',"role":', json_quote(`role`),
  ',"created_at":', json_quote(`created_at`),
  ',"day":', json_quote(`day`),
  ',"uuid":', json_quote(`uuid`),
  ',"balance":', json_quote(`balance`),
  ',"active":', CASE `active` WHEN 1 THEN 'true' WHEN 0 THEN 'false' END,
  ',"address":', `address`,
  ',"tags":', `tags`
), 2), '}') AS `json` FROM `users`;

-- Loads the sample.
CREATE TEMPORARY TABLE sample_json (whole LONGTEXT) DEFAULT CHARACTER SET utf8mb4;
INSERT INTO sample_json VALUES ('[
{"id":1,"name":"Ada","email":"ada@example.com","role":"admin","created_at":"2024-03-02T08:30:00Z","day":"2024-03-02","uuid":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","balance":"12.50","active":true,"address":{"street":"1 Main","city":"Oslo","zip":"0150"},"tags":["a","b"]},
{"id":2,"name":"Grace","email":"grace@example.com","role":"user","created_at":"2024-03-03T09:15:30.125Z","day":"2024-03-03","uuid":"9b2d7c1e-1111-4222-8333-444455556666","balance":"0.05","active":false,"address":{"street":"2 High","city":"Bergen","zip":"5003"},"tags":[]},
{"id":3,"name":"Linus","email":"l@example.com","role":"user","created_at":"2024-03-04T00:00:00Z","day":"2024-03-04","uuid":"00000000-0000-4000-8000-000000000000","balance":"100.00","active":true,"address":{"street":"3 Low","city":"Espoo","zip":"02100"},"tags":["c"]},
{"id":4,"name":"Barbara","email":"b@example.com","role":"admin","created_at":"2024-03-05T00:00:00Z","day":"2024-03-05","uuid":"00000000-0000-4000-8000-000000000001","balance":"7.10","active":true,"address":{"street":"4 Mid","city":"Turku","zip":"20100"},"tags":["a"]}
]');
INSERT INTO `users` (`id`, `name`, `email`, `role`, `created_at`, `day`, `uuid`, `balance`, `active`, `address`, `tags`)
SELECT
  json_unquote(json_extract(item.value, '$."id"')),
  json_unquote(json_extract(item.value, '$."name"')),
  json_unquote(json_extract(item.value, '$."email"')),
  json_unquote(json_extract(item.value, '$."role"')),
  json_unquote(json_extract(item.value, '$."created_at"')),
  json_unquote(json_extract(item.value, '$."day"')),
  json_unquote(json_extract(item.value, '$."uuid"')),
  json_unquote(json_extract(item.value, '$."balance"')),
  json_unquote(json_extract(item.value, '$."active"')) = 'true',
  json_extract(item.value, '$."address"'),
  json_extract(item.value, '$."tags"')
FROM sample_json, json_table(sample_json.whole, '$[*]' COLUMNS (position FOR ORDINALITY, value JSON PATH '$')) AS item;

DROP TABLE sample_json;

-- The usual queries, with parameters:
-- get:    SELECT * FROM `users` WHERE `id` = ?;
-- page:   SELECT * FROM `users` WHERE `id` > ? ORDER BY `id` LIMIT ?;
-- insert: INSERT INTO `users` (`id`, `name`, `email`, `role`, `created_at`, `day`, `uuid`, `balance`, `active`, `address`, `tags`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- upsert: INSERT INTO `users` (`id`, `name`, `email`, `role`, `created_at`, `day`, `uuid`, `balance`, `active`, `address`, `tags`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `name` = values(`name`), `email` = values(`email`), `role` = values(`role`), `created_at` = values(`created_at`), `day` = values(`day`), `uuid` = values(`uuid`), `balance` = values(`balance`), `active` = values(`active`), `address` = values(`address`), `tags` = values(`tags`);
-- delete: DELETE FROM `users` WHERE `id` = ?;
