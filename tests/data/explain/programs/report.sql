WITH recent AS (
    SELECT user_id, count(*) AS n FROM orders WHERE paid_at IS NOT NULL GROUP BY user_id
)
SELECT u.name, coalesce(r.n, 0)::text,
       rank() OVER (PARTITION BY u.city ORDER BY r.n DESC) AS place
FROM users u
LEFT JOIN recent r ON r.user_id = u.id
WHERE u.name LIKE 'A%' AND u.age BETWEEN 18 AND 65
ORDER BY place
LIMIT 10;
