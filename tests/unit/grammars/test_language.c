#include "grammars/language.h"

#include <tree_sitter/api.h>

#include "base/buf.h"
#include "tests/unit/test.h"

static const char *id_of(const gram_language *lang)
{
    return lang ? lang->id : "none";
}

static void test_language__finds_files_by_name(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a/b/main.py", "python"},
        {"x.pyi", "python"},
        {"index.d.ts", "typescript"},
        {"App.tsx", "typescriptreact"},
        {"lib.HPP", "cpp"},
        {"main.c", "c"},
        {"Makefile", "makefile"},
        {"src/GNUmakefile", "makefile"},
        {"rules.mk", "makefile"},
        {"CMakeLists.txt", "cmake"},
        {"notes.txt", "plaintext"},
        {"Dockerfile", "dockerfile"},
        {"Dockerfile.dev", "dockerfile"},
        {"dev.dockerfile", "dockerfile"},
        {"Gemfile", "ruby"},
        {".bashrc", "shellscript"},
        {"run.sh", "shellscript"},
        {"tsconfig.base.json", "jsonc"},
        {"package.json", "json"},
        {"Cargo.lock", "toml"},
        {"docker-compose.yml", "yaml"},
        {"a.b.go", "go"},
        {"C:\\src\\x.rs", "rust"},
        {"Jenkinsfile", "groovy"},
        {"x.vue", "html"},
        {"main.tf", "terraform"},
        {".gitignore", "ignore"},
        {"types.mli", "ocaml.interface"},
        {"analysis.R", "r"},
        {"COMMIT_EDITMSG", "git-commit"},
        {"a.unknown", "none"},
        {"py", "none"},
        {".py", "none"},
        {"dir.py/README", "markdown"},
        {"dir/", "none"},
        {"", "none"},
        {"x.", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = id_of(gram_language_by_path(str_of(cases[i][0])));
        if (strcmp(got, cases[i][1]) != 0)
            fail_msg("%s: got %s, want %s", cases[i][0], got, cases[i][1]);
    }
}

static void test_language__finds_files_by_text(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"#!/bin/sh\necho", "shellscript"},
        {"#!/usr/bin/env python3.11\n", "python"},
        {"#!/usr/bin/env -S node --harmony\n", "javascript"},
        {"#!/usr/bin/env FOO=1 ruby\n", "ruby"},
        {"#! /usr/bin/perl -w\n", "perl"},
        {"#!/usr/bin/python3\r\n", "python"},
        {"\xEF\xBB\xBF#!/bin/bash\n", "shellscript"},
        {"# -*- mode: ruby -*-\n", "ruby"},
        {"// -*- C++ -*-\n", "cpp"},
        {"/* -*- mode: c; indent-tabs-mode: nil -*- */\n", "c"},
        {"x\ny\n# vim: set ft=python ts=4:\n", "python"},
        {"# vim: syntax=lua\n", "lua"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n# vi: filetype=make", "makefile"},
        {"1\n2\n3\n4\n5\n# vim: ft=make\n7\n8\n9\n10\n11\n12\n", "none"},
        {"#!/usr/bin/env\n", "none"},
        {"#!\n", "none"},
        {"#!/usr/bin/env -S -i A=1\n", "none"},
        {"import os\n", "none"},
        {"", "none"},
        {"-*-", "none"},
        {"devim: ft=python", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = id_of(gram_language_by_text(str_of(cases[i][0])));
        if (strcmp(got, cases[i][1]) != 0)
            fail_msg("%s: got %s, want %s", cases[i][0], got, cases[i][1]);
    }
}

static void test_language__finds_ids_as_editors_send_them(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"python", "python"},
        {"Python", "python"},
        {"javascriptreact", "javascript"},
        {"typescriptreact", "typescriptreact"},
        {"sh", "shellscript"},
        {"c++", "cpp"},
        {"cs", "csharp"},
        {"make", "makefile"},
        {"docker", "dockerfile"},
        {"jsonc", "jsonc"},
        {"yml", "yaml"},
        {"", "none"},
        {"klingon", "none"},
        {"python javascript", "none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(id_of(gram_language_by_id(str_of(cases[i][0]))), cases[i][1]);
}

static void test_language__find_prefers_id_then_path_then_text(void **state)
{
    (void)state;
    assert_string_equal(gram_language_find(STR("go"), STR("x.py"), STR("#!/bin/sh"))->id, "go");
    assert_string_equal(gram_language_find(STR("unheard"), STR("x.py"), STR("#!/bin/sh"))->id,
                        "python");
    assert_string_equal(gram_language_find(STR("plaintext"), STR("x.py"), STR(""))->id, "python");
    assert_string_equal(gram_language_find(STR(""), STR("x"), STR("#!/bin/sh"))->id, "shellscript");
    assert_string_equal(gram_language_find(STR(""), STR(""), STR(""))->id, "plaintext");
}

/* Adds each word of `list` to `seen` and fails when it is there already. */
static void add_once(buf *seen, const char *list, const char *what, const char *id)
{
    str_view rest = str_of(list), word;
    while (gram_list_next(&rest, &word)) {
        buf key;
        buf_init(&key, 1024);
        buf_append_format(&key, "|%.*s|", STR_ARG(word));
        if (str_find(buf_view(seen), buf_view(&key)) < seen->len)
            fail_msg("%s: %s \"%.*s\" belongs to another row too", id, what, STR_ARG(word));
        buf_append(seen, buf_view(&key));
        buf_release(&key);
    }
}

static void test_language__each_name_means_one_language(void **state)
{
    (void)state;
    buf ids, extensions, files, interpreters;
    buf_init(&ids, 1 << 16);
    buf_init(&extensions, 1 << 16);
    buf_init(&files, 1 << 16);
    buf_init(&interpreters, 1 << 16);
    size_t n = 0;
    const gram_language *rows = gram_language_all(&n);
    for (size_t i = 0; i < n; i++) {
        add_once(&ids, rows[i].id, "id", rows[i].id);
        add_once(&ids, rows[i].aliases, "alias", rows[i].id);
        add_once(&extensions, rows[i].extensions, "extension", rows[i].id);
        add_once(&files, rows[i].file_names, "file name", rows[i].id);
        add_once(&interpreters, rows[i].interpreters, "interpreter", rows[i].id);
    }
    assert_int_equal(buf_failed(&ids) || buf_failed(&extensions) || buf_failed(&files), 0);
    buf_release(&ids);
    buf_release(&extensions);
    buf_release(&files);
    buf_release(&interpreters);
}

static void test_language__rows_are_complete(void **state)
{
    (void)state;
    size_t n = 0, n_parsers = 0;
    const gram_language *rows = gram_language_all(&n);
    for (size_t i = 0; i < n; i++) {
        const gram_language *l = &rows[i];
        const char *const lists[] = {
            l->id,           l->name,          l->aliases,        l->extensions, l->file_names,
            l->interpreters, l->line_comments, l->block_comments, l->strings,    l->open_last,
            l->open_first,   l->close_with,    l->word_extra};
        for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
            if (!lists[k])
                fail_msg("%s: list %zu is NULL", l->id, k);
            str_view v = str_of(lists[k]);
            if (!str_eq(str_trim(v), v) || str_find(v, STR("  ")) < v.len)
                fail_msg("%s: \"%s\" has stray spaces", l->id, lists[k]);
        }
        size_t n_marks = 0;
        str_view rest = str_of(l->block_comments), word;
        while (gram_list_next(&rest, &word))
            n_marks++;
        assert_int_equal(n_marks % 2, 0);
        if (l->parser) {
            n_parsers++;
            assert_non_null(l->folder);
            assert_non_null(gram_language_parser(l));
        }
        assert_ptr_equal(gram_language_by_id(str_of(l->id)), l);
    }
    assert_true(n_parsers >= 40);
}

static void test_language__word_bytes(void **state)
{
    (void)state;
    const gram_language *css = gram_language_by_id(STR("css")), *c = gram_language_by_id(STR("c"));
    assert_true(gram_is_word_byte(css, '-'));
    assert_false(gram_is_word_byte(c, '-'));
    assert_true(gram_is_word_byte(c, '_'));
    assert_true(gram_is_word_byte(c, 0xC3));
    assert_false(gram_is_word_byte(c, 0));
    assert_false(gram_is_word_byte(css, ' '));
}

/* .h is C's unless its text is C++. */
static void test_language__headers(void **state)
{
    static const char *const texts[][2] = {
        {"#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void); /* of\nclass A */\n", "c"},
        {"#pragma once\nnamespace a {\nint f();\n}\n", "cpp"},
        {"struct A {\npublic:\n    int x;\n};\n", "cpp"},
        {"", "c"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(gram_language_find(STR(""), STR("a.h"), str_of(texts[i][0]))->id,
                            texts[i][1]);
}

TEST_MAIN(cmocka_unit_test(test_language__headers),
          cmocka_unit_test(test_language__finds_files_by_name),
          cmocka_unit_test(test_language__finds_files_by_text),
          cmocka_unit_test(test_language__finds_ids_as_editors_send_them),
          cmocka_unit_test(test_language__find_prefers_id_then_path_then_text),
          cmocka_unit_test(test_language__each_name_means_one_language),
          cmocka_unit_test(test_language__rows_are_complete),
          cmocka_unit_test(test_language__word_bytes))
