<?php

declare(strict_types=1);

namespace PHPUnit\Framework {
    // As much of PHPUnit as the tests that are written need.
    class TestCase
    {
        public static function markTestIncomplete(string $why): void
        {
        }
    }
}

namespace {
    require 'shop.php';
    require 'PriceTest.php';
    use Shop\{Color, Disk, MockStore, Options, User, UserBuilder};

    function check(bool $ok, string $what): void
    {
        if (!$ok) {
            fwrite(STDERR, "FAILED: $what\n");
            exit(1);
        }
    }

    function fails(string $type, callable $body): bool
    {
        try {
            $body();
        } catch (\Throwable $e) {
            return $e instanceof $type;
        }
        return false;
    }

    $u = new User('Ann', 4, ['a']);
    check($u->equals(new User('Ann', 4, ['a'])) && !$u->equals(new User('Ann', 5, ['a'])) && !$u->equals(null), 'equal');
    check($u->hash() === (new User('Ann', 4, ['a']))->hash() && $u->hash() !== (new User('Bob'))->hash(), 'hash');
    check((string) $u === 'User(name=Ann, age=4, tags=["a"])', (string) $u);
    $u->setAge(9);
    check($u->getAge() === 9 && $u->getName() === 'Ann', 'accessors');
    check((new UserBuilder())->name('Ann')->age(9)->tags(['a'])->build()->equals($u), 'builder');
    check(fails(\LogicException::class, fn () => (new UserBuilder())->build()), 'missing');
    check(User::fromArray(json_decode(json_encode($u->toArray()), true))->equals($u), 'array');
    check(fails(\InvalidArgumentException::class, fn () => User::fromArray([])), 'no name');
    $o = Options::fromArguments(['--level', 'x', '--count', '3', '--fast', '--names', 'a,b']);
    check($o->all() === ['x', 3, true, ['a', 'b']] && Options::fromArguments(['--level', 'x'])->all() === ['x', 1, false, []], 'options');
    check(fails(\InvalidArgumentException::class, fn () => Options::fromArguments([])), 'no level');
    check(fails(\InvalidArgumentException::class, fn () => Options::fromArguments(['--odd'])), 'odd');
    $m = new MockStore(['load' => 'x']);
    $m->save('k', 1, 2);
    check($m->load('k') === 'x' && $m->calls === [['save', 'k', 1, 2], ['load', 'k']], 'mock');
    check(fails(\LogicException::class, fn () => (new Disk())->save('k')), 'stub');
    check(Color::parse('GREEN') === Color::Green && Color::Red->text() === 'red', 'color');
    check(fails(\ValueError::class, fn () => Color::parse('blue')), 'blue');
    \Shop\paint(Color::Red);
    $methods = array_filter(get_class_methods('PriceTest'), fn ($name) => str_starts_with($name, 'test'));
    check(count($methods) > 5, 'tests');
    foreach ($methods as $name) {
        (new PriceTest())->$name();
    }
    check(str_contains(file_get_contents('shop.php'), " * Returns the price.\n *\n * @param int \$count The count."), 'doc');
}
