#!/usr/bin/env python3
"""Writes a large made-up project: make_tree.py FOLDER [FILES].

Default 57,000 files in five languages, some 8 KB each, in folders of 40, importing each other, with names drawn by
Zipf's law from 60,000. The same numbers give the same bytes. For bench_index and bench_gather.
"""
import os
import random
import sys

VERBS = 'get set load save parse read write open close find make add remove update check merge split render sort'.split()
NOUNS = 'user order item node path token buffer record field cache index query route state event value frame chunk'.split()


def name(n):
    word = f'{VERBS[n % len(VERBS)]}_{NOUNS[n // len(VERBS) % len(NOUNS)]}'
    return word if n < 342 else f'{word}_{n:x}'


class Writer:
    def __init__(self, n_files, seed):
        self.rng = random.Random(seed)
        self.n_files = n_files

    def pick(self):
        return name(min(int(self.rng.paretovariate(0.6)) - 1, 60000))

    def module(self):
        n = self.rng.randrange(self.n_files)
        return f'pkg{n // 1600}', f'mod{n // 40}', f'file{n}'

    def expression(self):
        return f'{self.pick()}({self.pick()}, {self.pick()}.{self.pick()}, {self.rng.randrange(1000)})'

    def python(self):
        out = ['"""%s."""' % self.pick()]
        out += ['from %s.%s.%s import %s' % (*self.module(), self.pick()) for _ in range(5)]
        for _ in range(6):
            out += ['', '', f'class {self.pick().title().replace("_", "")}:']
            for _ in range(4):
                a, b = self.pick(), self.pick()
                out += [f'    def {self.pick()}(self, {a}, {b}=None):', f'        """{self.pick()} of {a}."""',
                        f'        if {b} is None:', f'            {b} = {self.expression()}',
                        f'        for {self.pick()} in self.{self.pick()}:', f'            {a} = {self.expression()}',
                        f'        return {self.expression()}', '']
        return 'py', out

    def c(self):
        out = ['#include "%s/%s/%s.h"' % self.module() for _ in range(5)]
        for _ in range(26):
            a, b = self.pick(), self.pick()
            out += ['', f'/* {self.pick()} {a}. */', f'static int {self.pick()}(const char *{a}, size_t {b})', '{',
                    f'    int {self.pick()} = {self.expression()};', f'    if ({a} == NULL)', '        return -1;',
                    f'    while ({b} > 0)', f'        {b} -= {self.expression()};', f'    return {self.expression()};', '}']
        return 'c', out

    def typescript(self):
        out = ["import { %s } from '../../%s/%s/%s';" % (self.pick(), *self.module()) for _ in range(5)]
        for _ in range(26):
            a, b = self.pick(), self.pick()
            out += ['', f'export function {self.pick()}({a}: string, {b}: number): number {{',
                    f'  const {self.pick()} = {self.expression()};', f'  if ({a}.length > {b}) {{',
                    f'    return {self.expression()};', '  }', f'  return {b};', '}']
        return 'ts', out

    def go(self):
        out = ['package mod', ''] + ['import "example.org/%s/%s"' % self.module()[:2] for _ in range(4)]
        for _ in range(24):
            a = self.pick()
            out += ['', f'// {self.pick()} {a}.', f'func {self.pick()}({a} string) (int, error) {{',
                    f'\tx := {self.expression()}', f'\tif {a} == "" {{', f'\t\treturn {self.expression()}, nil', '\t}',
                    '\treturn x, nil', '}']
        return 'go', out

    def java(self):
        out = ['package pkg.mod;', ''] + ['import %s.%s.%s;' % self.module() for _ in range(5)]
        out += ['', f'public class {self.pick().title().replace("_", "")} {{']
        for _ in range(24):
            a = self.pick()
            out += [f'    public int {self.pick()}(String {a}) {{', f'        int x = {self.expression()};',
                    f'        if ({a} == null) {{', '            return 0;', '        }',
                    f'        return {self.expression()};', '    }', '']
        return 'java', out + ['}']


def main():
    root, n_files = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 57000
    for n in range(n_files):
        writer = Writer(n_files, n)
        kind = (writer.python, writer.c, writer.typescript, writer.go, writer.java)[n // 40 % 5]
        ending, lines = kind()
        folder = os.path.join(root, f'pkg{n // 1600}', f'mod{n // 40}')
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f'file{n}.{ending}'), 'w', encoding='utf-8') as f:
            f.write('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
