-- A shop: tables, an index, a trigger, and what is asked of them.
BEGIN;

CREATE TABLE customer (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email   text NOT NULL UNIQUE CHECK (email LIKE '%_@_%'),
    city    text DEFAULT 'Bonn',
    joined  timestamp NOT NULL DEFAULT current_timestamp
);

CREATE TABLE purchase (
    id          serial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    cents       integer CHECK (cents >= 0),
    paid_at     timestamp
);

CREATE INDEX purchase_open ON purchase (customer_id, id DESC) WHERE paid_at IS NULL;

INSERT INTO customer (email, city) VALUES ('ada@example.org', 'London'), ('bob@example.org', DEFAULT)
ON CONFLICT DO NOTHING;

UPDATE purchase SET paid_at = now() WHERE id IN (SELECT max(id) FROM purchase GROUP BY customer_id);

DELETE FROM purchase WHERE paid_at < now() - interval '2 years';

CREATE VIEW good_customers AS
SELECT c.*, sum(p.cents) / 100.0 AS euros
FROM customer AS c JOIN purchase p ON p.customer_id = c.id
GROUP BY c.id
HAVING count(*) > 3;

COMMIT;

WITH monthly AS (
    SELECT date_trunc('month', paid_at) AS month, city, sum(cents) AS cents
    FROM purchase LEFT JOIN customer c ON c.id = customer_id
    WHERE paid_at IS NOT NULL
    GROUP BY 1, 2
)
SELECT month,
       coalesce(city, 'unknown') AS city,
       cents - lag(cents) OVER (PARTITION BY city ORDER BY month) AS change,
       CASE WHEN cents > 100000 THEN 'large' WHEN cents > 0 THEN 'small' ELSE 'none' END AS size,
       row_number() OVER w
FROM monthly
WHERE NOT EXISTS (SELECT 1 FROM customer WHERE city ILIKE 'x%')
WINDOW w AS (ORDER BY cents DESC)
ORDER BY month DESC NULLS LAST, 2
LIMIT 20 OFFSET 40;

SELECT city FROM customer UNION ALL SELECT DISTINCT split_part(email, '@', 2) FROM customer
EXCEPT SELECT 'Bonn';
