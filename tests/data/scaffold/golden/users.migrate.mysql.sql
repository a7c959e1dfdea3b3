-- From users.json, for MariaDB 10.6, MySQL 8.0.19 and later.
-- Brings a database that was made from an earlier sample to this one: the rows leave as JSON
-- and are loaded again. What was added to these tables by hand (columns, indexes, references from
-- other tables) is not kept. MySQL cannot take back what changes tables: make a backup before.
SET NAMES utf8mb4;
SET SESSION group_concat_max_len = 4294967295;
CREATE TEMPORARY TABLE old_rows AS SELECT `json` AS value FROM `users_json` ORDER BY `row_key`;
DROP VIEW `users_json`;
DROP TABLE `users`;

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
FROM old_rows AS item;

DROP TABLE old_rows;
