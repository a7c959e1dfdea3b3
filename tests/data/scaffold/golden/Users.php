<?php

declare(strict_types=1);

// From users.json. Parse and serialise with parseUsers and serializeUsers.
namespace UsersJson;

/** Reads and checks; the exception names the path, or the place in the text. */
function parseUsers(string $text): UserPage
{
    return UserPage::fromJson((new Reader($text))->document());
}

function serializeUsers(UserPage $value): string
{
    return Writer::write($value);
}

final class UserPage
{
    public function __construct(
        /** @var list<User> */
        public array $data,
        /** e.g. 4 */
        public int $total,
        /** e.g. abc */
        public string|null|Absent $nextCursor = Absent::Absent,
    ) {
    }

    public static function fromJson(mixed $value, string $path = '$'): self
    {
        $o = Read::object($value, $path);
        return new self(
            data: Read::required($o, "data", $path, Read::list(User::fromJson(...))),
            nextCursor: Read::optional($o, "next_cursor", $path, Read::orNull(Read::text(...)), Absent::Absent),
            total: Read::required($o, "total", $path, Read::integer(...)),
        );
    }

    public function toJson(): \ArrayObject
    {
        $out = new \ArrayObject();
        $out["data"] = $this->data;
        if ($this->nextCursor !== Absent::Absent) {
            $out["next_cursor"] = $this->nextCursor;
        }
        $out["total"] = $this->total;
        return $out;
    }
}

final class User
{
    public function __construct(
        /** e.g. 1 */
        public int $id,
        /** e.g. Ada */
        public string $name,
        /** email; e.g. ada@example.com */
        public string $email,
        public string $role,
        /** date-time; e.g. 2024-03-02T08:30:00Z */
        public string $createdAt,
        /** date; e.g. 2024-03-02 */
        public string $day,
        /** uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301 */
        public string $uuid,
        /** decimal; e.g. 12.50 */
        public string $balance,
        public bool $active,
        public Address $address,
        /** @var list<string> */
        public array $tags,
    ) {
    }

    public static function fromJson(mixed $value, string $path = '$'): self
    {
        $o = Read::object($value, $path);
        return new self(
            id: Read::required($o, "id", $path, Read::integer(...)),
            name: Read::required($o, "name", $path, Read::text(...)),
            email: Read::required($o, "email", $path, Read::text(...)),
            role: Read::required($o, "role", $path, Read::text(...)),
            createdAt: Read::required($o, "created_at", $path, Read::text(...)),
            day: Read::required($o, "day", $path, Read::text(...)),
            uuid: Read::required($o, "uuid", $path, Read::text(...)),
            balance: Read::required($o, "balance", $path, Read::text(...)),
            active: Read::required($o, "active", $path, Read::bool(...)),
            address: Read::required($o, "address", $path, Address::fromJson(...)),
            tags: Read::required($o, "tags", $path, Read::list(Read::text(...))),
        );
    }

    public function toJson(): \ArrayObject
    {
        $out = new \ArrayObject();
        $out["id"] = $this->id;
        $out["name"] = $this->name;
        $out["email"] = $this->email;
        $out["role"] = $this->role;
        $out["created_at"] = $this->createdAt;
        $out["day"] = $this->day;
        $out["uuid"] = $this->uuid;
        $out["balance"] = $this->balance;
        $out["active"] = $this->active;
        $out["address"] = $this->address;
        $out["tags"] = $this->tags;
        return $out;
    }
}

/** The values that were in the sample; others are strings too. */
final class Role
{
    public const ADMIN = "admin";
    public const USER = "user";
}

final class Address
{
    public function __construct(
        /** e.g. 1 Main */
        public string $street,
        /** e.g. Oslo */
        public string $city,
        /** e.g. 0150 */
        public string $zip,
    ) {
    }

    public static function fromJson(mixed $value, string $path = '$'): self
    {
        $o = Read::object($value, $path);
        return new self(
            street: Read::required($o, "street", $path, Read::text(...)),
            city: Read::required($o, "city", $path, Read::text(...)),
            zip: Read::required($o, "zip", $path, Read::text(...)),
        );
    }

    public function toJson(): \ArrayObject
    {
        $out = new \ArrayObject();
        $out["street"] = $this->street;
        $out["city"] = $this->city;
        $out["zip"] = $this->zip;
        return $out;
    }
}

/** The key is not there; null says that it is null. */
enum Absent
{
    case Absent;
}

/** A number that PHP would respell; its text keeps it. */
final class ExactNumber
{
    public function __construct(public readonly string $text)
    {
    }

    public function toFloat(): float
    {
        return (float) $this->text;
    }
}

/** The readers that fromJson is made of: each checks a value and names the path when it does not fit. */
final class Read
{
    public static function misfit(string $path, string $expected, mixed $value): \UnexpectedValueException
    {
        return new \UnexpectedValueException("{$path}: expected {$expected}, got " . get_debug_type($value));
    }

    public static function any(mixed $value, string $path): mixed
    {
        return $value;
    }

    public static function bool(mixed $value, string $path): bool
    {
        return is_bool($value) ? $value : throw self::misfit($path, 'a boolean', $value);
    }

    public static function text(mixed $value, string $path): string
    {
        return is_string($value) ? $value : throw self::misfit($path, 'a string', $value);
    }

    public static function integer(mixed $value, string $path): int
    {
        return is_int($value) ? $value : throw self::misfit($path, 'an integer of 64 bits', $value);
    }

    public static function big(mixed $value, string $path): int|ExactNumber
    {
        $number = self::number($value, $path);
        $whole = is_int($number) || ($number instanceof ExactNumber && strpbrk($number->text, '.eE') === false);
        return $whole ? $number : throw self::misfit($path, 'an integer', $value);
    }

    public static function number(mixed $value, string $path): int|float|ExactNumber
    {
        return is_int($value) || is_float($value) || $value instanceof ExactNumber
            ? $value : throw self::misfit($path, 'a number', $value);
    }

    public static function real(mixed $value, string $path): float
    {
        $number = self::number($value, $path);
        return $number instanceof ExactNumber ? $number->toFloat() : (float) $number;
    }

    public static function object(mixed $value, string $path): \ArrayObject
    {
        return $value instanceof \ArrayObject ? $value : throw self::misfit($path, 'an object', $value);
    }

    public static function orNull(\Closure $read): \Closure
    {
        return fn(mixed $value, string $path) => $value === null ? null : $read($value, $path);
    }

    public static function list(\Closure $read): \Closure
    {
        return function (mixed $value, string $path) use ($read): array {
            if (!is_array($value)) {
                throw self::misfit($path, 'an array', $value);
            }
            $out = [];
            foreach ($value as $i => $item) {
                $out[] = $read($item, "{$path}[{$i}]");
            }
            return $out;
        };
    }

    public static function tuple(\Closure ...$reads): \Closure
    {
        return function (mixed $value, string $path) use ($reads): array {
            if (!is_array($value) || count($value) !== count($reads)) {
                throw self::misfit($path, 'an array of ' . count($reads), $value);
            }
            $out = [];
            foreach ($reads as $i => $read) {
                $out[] = $read($value[$i], "{$path}[{$i}]");
            }
            return $out;
        };
    }

    public static function map(\Closure $read): \Closure
    {
        return function (mixed $value, string $path) use ($read): \ArrayObject {
            $out = new \ArrayObject();
            foreach (self::object($value, $path) as $key => $item) {
                $out[$key] = $read($item, "{$path}.{$key}");
            }
            return $out;
        };
    }

    public static function required(\ArrayObject $object, string $key, string $path, \Closure $read): mixed
    {
        if (!$object->offsetExists($key)) {
            throw new \UnexpectedValueException("{$path}: the key {$key} is missing");
        }
        return $read($object[$key], "{$path}.{$key}");
    }

    public static function optional(
        \ArrayObject $object,
        string $key,
        string $path,
        \Closure $read,
        mixed $absent = null
    ): mixed {
        return $object->offsetExists($key) ? $read($object[$key], "{$path}.{$key}") : $absent;
    }
}

/** Reads JSON: lists become arrays, objects ArrayObjects; numbers that PHP would respell keep their text. */
final class Reader
{
    private int $at = 0;

    public function __construct(private readonly string $text)
    {
    }

    public function document(): mixed
    {
        $value = $this->value();
        return $this->match('/\G\s*\z/A') === null ? throw $this->fail('the end of the text') : $value;
    }

    private function fail(string $expected): \UnexpectedValueException
    {
        return new \UnexpectedValueException("not JSON at byte {$this->at}: expected {$expected}");
    }

    /** What a pattern with \G finds here; moves past it. */
    private function match(string $pattern): ?string
    {
        if (preg_match($pattern, $this->text, $found, 0, $this->at) !== 1) {
            return null;
        }
        $this->at += strlen($found[0]);
        return $found[0];
    }

    private function value(): mixed
    {
        $this->match('/\G\s*/');
        if ($this->match('/\G\{\s*/') !== null) {
            $members = new \ArrayObject();
            while ($this->match('/\G\}/') === null) {
                $key = $this->string() ?? throw $this->fail('a key');
                if ($this->match('/\G\s*:/') === null) {
                    throw $this->fail('a colon');
                }
                $members[$key] = $this->value();
                if ($this->match('/\G\s*(,\s*(?=")|(?=\}))/') === null) {
                    throw $this->fail('a comma or }');
                }
            }
            return $members;
        }
        if ($this->match('/\G\[\s*/') !== null) {
            $items = [];
            while ($this->match('/\G\]/') === null) {
                $items[] = $this->value();
                if ($this->match('/\G\s*(,(?!\s*\])|(?=\]))/') === null) {
                    throw $this->fail('a comma or ]');
                }
            }
            return $items;
        }
        $string = $this->string();
        if ($string !== null) {
            return $string;
        }
        $token = $this->match('/\G(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)/');
        return match ($token) {
            null => throw $this->fail('a value'),
            'true' => true,
            'false' => false,
            'null' => null,
            default => self::number($token),
        };
    }

    private static function number(string $text): int|float|ExactNumber
    {
        if ((string) (int) $text === $text) {
            return (int) $text;
        }
        $float = (float) $text;
        return json_encode($float, JSON_PRESERVE_ZERO_FRACTION | JSON_PARTIAL_OUTPUT_ON_ERROR) === $text
            ? $float : new ExactNumber($text);
    }

    private function string(): ?string
    {
        $text = $this->match('/\G"([^"\\\\]++|\\\\.)*+"/s');
        if ($text === null) {
            return null;
        }
        // json_decode refuses half a surrogate pair; it becomes the replacement character.
        $low = '\\\\u[dD][c-fC-F][0-9a-fA-F]{2}';
        $text = preg_replace_callback(
            "/\\\\\\\\|\\\\u[dD][89abAB][0-9a-fA-F]{2}{$low}|\\\\u[dD][89a-fA-F][0-9a-fA-F]{2}/",
            fn(array $m) => strlen($m[0]) === 6 ? "\u{FFFD}" : $m[0],
            $text
        );
        return json_decode($text, flags: JSON_THROW_ON_ERROR);
    }
}

/** Writes what fromJson read. */
final class Writer
{
    public static function write(mixed $value): string
    {
        if ($value instanceof ExactNumber) {
            return $value->text;
        }
        if (is_array($value)) {
            return '[' . implode(',', array_map(self::write(...), $value)) . ']';
        }
        if ($value instanceof \ArrayObject) {
            $members = [];
            foreach ($value as $key => $item) {
                $members[] = self::write((string) $key) . ':' . self::write($item);
            }
            return '{' . implode(',', $members) . '}';
        }
        if (is_object($value)) {
            return self::write($value->toJson());
        }
        return json_encode(
            $value,
            JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES
        );
    }
}
