<?php
declare(strict_types=1);

namespace Shop;

use InvalidArgumentException;

enum Size: string
{
    case Small = 's';
    case Large = 'l';
}

final class Cart implements \Countable
{
    private array $lines = [];

    public function __construct(private readonly string $owner, protected ?float $limit = null)
    {
    }

    public function add(string $name, int|float $price, int ...$counts): static
    {
        foreach ($counts as $key => $count) {
            if ($count <= 0) {
                throw new InvalidArgumentException("bad count $count for {$name}");
            }
            $this->lines[] = ['name' => $name, 'sum' => $price * $count];
        }
        return $this;
    }

    public function count(): int
    {
        return count($this->lines);
    }

    public function total(): float
    {
        $sum = array_sum(array_map(fn ($line) => $line['sum'], $this->lines));
        return $this->limit !== null && $sum > $this->limit ? $this->limit : $sum;
    }
}

$cart = (new Cart(owner: $_GET['user'] ?? 'guest'))->add('tea', 2.5, 1, 2);
$label = match (true) {
    $cart->total() > 100 => 'large',
    default => 'small',
};
[$first, , $third] = explode('-', 'a-b-c');
$names = array_filter(['x', null], static function ($v) use (&$first) {
    return $v?->name ?? false;
});
echo $cart::class, PHP_EOL, $label . " ${first}", @$missing['k'];
