<?php

declare(strict_types=1);

namespace Shop;

enum Color: string
{
    case Red = 'red';
    case Green = 'green';
}

/** A user. */
class User
{
    private string $name;
    private ?int $age = null;
    protected array $tags = [];
    public static int $count = 0;
}

class Options
{
    public function __construct(
        private string $level,
        private int $count = 1,
        private bool $fast = false,
        private array $names = [],
    ) {
    }

    public function all(): array
    {
        return [$this->level, $this->count, $this->fast, $this->names];
    }
}

interface Store
{
    public function load(string $key): string;
    public function save(string $key, int ...$values): void;
}

class Disk implements Store
{
}

function price(int $count, string $label, Color $color, ?string $note = null): int
{
    if ($count < -1000) {
        throw new \InvalidArgumentException('count');
    }
    return $count;
}

function paint(Color $color): void
{
}
