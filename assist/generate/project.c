/* What a project is, from the names of its files and its manifests. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "assist/generate/generate_internal.h"
#include "assist/generate/template.h"
#include "base/file.h"
#include "base/path.h"
#include "context/files.h"
#include "context/tree.h"

enum { MAX_FILES = 200, MAX_FILE_BYTES = 256 << 10, MAX_SOURCES = 20000, MAX_LANGUAGES = 16 };

bool gen__exists(arena *a, const gen_request *q, str_view path)
{
    struct stat st;
    if (!q->folder.len || !path.len)
        return false;
    bool rooted = str_starts(path, STR("/"));
    str_view base = rooted ? q->folder : path_folder(q->path);
    str_view full = arena_format(a, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
    return full.ptr && stat(full.ptr, &st) == 0;
}

gen_value *gen__type_elsewhere(arena *a, const gen_request *q, str_view name)
{
    str_view folder = path_folder(q->path);
    const char *z = arena_copy_z(a, folder);
    DIR *dir = z && folder.len ? opendir(z) : NULL;
    gen_value *found = NULL;
    size_t n = 0;
    for (struct dirent *d; dir && !found && n < MAX_FILES && (d = readdir(dir)) != NULL;) {
        str_view path = arena_format(a, "%.*s%s", STR_ARG(folder), d->d_name);
        if (d->d_name[0] == '.' || !path.ptr || str_eq(path, q->path) ||
            gram_language_by_path(path) != q->lang)
            continue;
        n++;
        buf b;
        buf_init(&b, MAX_FILE_BYTES);
        if (file_read(&b, path.ptr, NULL) == ERR_OK && str_find(buf_view(&b), name) < b.len) {
            str_view text = arena_copy(a, buf_view(&b));
            ctx_tree *tree = NULL;
            if (ctx_tree_create(&tree, q->lang, NULL) == ERR_OK &&
                ctx_tree_parse(tree, text, 0, NULL) == ERR_OK)
                found = gen_model_type(a, q->lang, ctx_tree_root(tree), text, name);
            ctx_tree_destroy(tree);
        }
        buf_release(&b);
    }
    if (dir)
        closedir(dir);
    return found;
}

/* Whether one of the first files of the language in a folder says it. */
static bool folder_mentions(arena *a, str_view folder, const gram_language *lang, const char *what)
{
    enum { MAX_LOOKED_AT = 12 };
    const char *z = arena_copy_z(a, folder);
    DIR *dir = z && folder.len ? opendir(z) : NULL;
    bool found = false;
    size_t n = 0;
    for (struct dirent *d; dir && !found && n < MAX_LOOKED_AT && (d = readdir(dir)) != NULL;) {
        str_view path = arena_format(a, "%.*s%s", STR_ARG(folder), d->d_name);
        if (d->d_name[0] == '.' || !path.ptr || gram_language_by_path(path) != lang)
            continue;
        n++;
        buf b;
        buf_init(&b, MAX_FILE_BYTES);
        found =
            file_read(&b, path.ptr, NULL) == ERR_OK && str_find(buf_view(&b), str_of(what)) < b.len;
        buf_release(&b);
    }
    if (dir)
        closedir(dir);
    return found;
}

/* As `import` calls it: "pkg.shop" for pkg/shop.py or src/pkg/shop.py. */
static str_view module_of(arena *a, const gen_request *q, str_view stem)
{
    str_view folder = path_folder(q->path);
    struct stat st;
    str_view init = arena_format(a, "%.*s__init__.py", STR_ARG(folder));
    size_t root = q->folder.len + 1;
    if (!q->folder.len || !init.ptr || stat(init.ptr, &st) != 0 || folder.len <= root)
        return stem;
    str_view inside = str_slice(folder, root, folder.len);
    if (str_starts(inside, STR("src/")))
        inside = str_slice(inside, 4, inside.len);
    str_view all = arena_format(a, "%.*s%.*s", STR_ARG(inside), STR_ARG(stem));
    char *text = arena_push(a, all.len + 1);
    for (size_t i = 0; text && i < all.len; i++)
        text[i] = all.ptr[i] == '/' ? '.' : all.ptr[i];
    return text ? (str_view){text, all.len} : stem;
}

/* --- the project as it is --- */

static const char *root_path(arena *a, const gen_request *q, const char *name)
{
    str_view path = arena_format(a, "%.*s/%s", STR_ARG(q->folder), name);
    return path.ptr ? path.ptr : "";
}

static bool has(arena *a, const gen_request *q, const char *name)
{
    struct stat st;
    return stat(root_path(a, q, name), &st) == 0;
}

/* The text of a small file of the root; empty when there is none. */
static str_view read_root(arena *a, const gen_request *q, const char *name)
{
    buf b;
    buf_init(&b, MAX_FILE_BYTES);
    str_view v = STR("");
    if (file_read(&b, root_path(a, q, name), NULL) == ERR_OK)
        v = arena_copy(a, buf_view(&b));
    buf_release(&b);
    return v;
}

static bool mentions(str_view text, const char *word)
{
    return str_find(text, str_of(word)) < text.len;
}

/* What `key` is set to in a manifest: `name = "shop"`, `"name": "shop"`. */
static str_view setting(str_view text, const char *key)
{
    while (text.len) {
        str_view line = str_trim(str_take_line(&text)), k = str_of(key);
        if (str_starts(line, STR("\"")))
            line = str_slice(line, 1, line.len);
        if (!str_starts(line, k))
            continue;
        size_t open = k.len;
        while (open < line.len && str_find_byte(STR(" =:\""), line.ptr[open]) < 4)
            open++;
        str_view rest = str_slice(line, open, line.len);
        size_t close = str_find_byte(rest, '"');
        if (open > k.len && close < rest.len && close > 0)
            return str_slice(rest, 0, close);
    }
    return STR("");
}

static str_view kebab(arena *a, str_view v)
{
    buf b;
    buf_init(&b, 4096);
    (void)gen_form(&b, v, STR("kebab"));
    str_view out = b.len && buf_failed(&b) == ERR_OK ? arena_copy(a, buf_view(&b)) : STR("project");
    buf_release(&b);
    return out;
}

/* The folder of the request's file under another root, relative to the project's: its tests. */
static str_view beside(arena *a, const gen_request *q, const char *main, const char *tests)
{
    str_view folder = path_folder(q->path);
    size_t at = str_find(folder, str_of(main)), root = q->folder.len;
    if (at == folder.len || at < root || !str_starts(folder, q->folder))
        return STR("");
    str_view head = str_slice(folder, root, at),
             tail = str_slice(folder, at + strlen(main), folder.len);
    str_view all = arena_format(a, "%.*s%s%.*s", STR_ARG(head), tests, STR_ARG(tail));
    return str_slice(all, 1, all.len - 1);
}

static bool tests_with_pytest(arena *a, const gen_request *q)
{
    const gram_language *python = gram_language_by_id(STR("python"));
    const char *tests = has(a, q, "tests") ? "tests/" : "test/";
    str_view folder = arena_format(a, "%.*s/%s", STR_ARG(q->folder), tests);
    return folder_mentions(a, folder, python, "import pytest");
}

/* Facts that cost a few questions to the disk. */
static void read_habits(gen_value *p, arena *a, const gen_request *q)
{
    str_view pyproject = read_root(a, q, "pyproject.toml"), cargo = read_root(a, q, "Cargo.toml");
    str_view package = read_root(a, q, "package.json");
    str_view needs = read_root(a, q, "requirements.txt");
    gen_set(a, p, "tests",
            has(a, q, "tests")  ? STR("tests")
            : has(a, q, "test") ? STR("test")
                                : STR(""));
    gen_set(a, p, "java_tests", beside(a, q, "/src/main/java/", "/src/test/java/"));
    gen_set(a, p, "kotlin_tests", beside(a, q, "/src/main/kotlin/", "/src/test/kotlin/"));
    if (!gen_text(p, "kotlin_tests").len)
        gen_set(a, p, "kotlin_tests", beside(a, q, "/src/commonMain/", "/src/commonTest/"));
    str_view maven = read_root(a, q, "pom.xml"), gradle = read_root(a, q, "build.gradle");
    gen_flag(a, p, "junit4",
             mentions(maven, "<artifactId>junit</artifactId>") ||
                 mentions(gradle, "junit:junit:4"));
    str_view cmake = read_root(a, q, "CMakeLists.txt");
    bool gtest =
        mentions(cmake, "GTest") || mentions(cmake, "gtest") || mentions(cmake, "googletest");
    gen_set(a, p, "cpp_tests",
            gtest                       ? STR("gtest")
            : mentions(cmake, "Catch2") ? STR("catch2")
                                        : STR(""));
    gen_flag(a, p, "pytest",
             mentions(pyproject, "pytest") || mentions(needs, "pytest") ||
                 has(a, q, "conftest.py") || has(a, q, "pytest.ini") || tests_with_pytest(a, q));
    gen_flag(a, p, "numpy", mentions(pyproject, "convention = \"numpy\""));
    gen_flag(a, p, "serde", mentions(cargo, "serde"));
    gen_flag(a, p, "requirements", needs.len > 0);
    gen_set(a, p, "node_manager",
            has(a, q, "pnpm-lock.yaml") ? STR("pnpm")
            : has(a, q, "yarn.lock")    ? STR("yarn")
                                        : STR("npm"));
    gen_flag(a, p, "node_lock",
             has(a, q, "package-lock.json") || has(a, q, "pnpm-lock.yaml") ||
                 has(a, q, "yarn.lock"));
    gen_flag(a, p, "node_build", mentions(package, "\"build\""));
    gen_set(a, p, "node_runner",
            mentions(package, "\"vitest\"") ? STR("vitest")
            : mentions(package, "\"jest\"") ? STR("jest")
            : mentions(package, "mocha")    ? STR("mocha")
                                            : STR("node"));
    str_view licence = setting(pyproject, "license");
    if (!licence.len)
        licence = setting(cargo, "license");
    if (!licence.len)
        licence = setting(package, "license");
    gen_set(a, p, "licence", licence);
    gen_flag(a, p, "licence_file",
             has(a, q, "LICENSE") || has(a, q, "LICENSE.txt") || has(a, q, "COPYING"));
    str_view name = setting(package, "name");
    if (!name.len)
        name = setting(cargo, "name");
    if (!name.len)
        name = setting(pyproject, "name");
    gen_set(a, p, "name", name.len ? name : path_name(q->folder));
    gen_set(a, p, "slug", kebab(a, gen_text(p, "name")));
    static const char *const manifests[] = {
        "pyproject.toml", "setup.py",     "package.json",     "go.mod",         "Cargo.toml",
        "pom.xml",        "build.gradle", "build.gradle.kts", "CMakeLists.txt", "Makefile",
        "composer.json",  "Gemfile",      "Dockerfile",       "Rakefile"};
    gen_value *list = gen_part(a, p, "has");
    for (size_t i = 0; i < sizeof manifests / sizeof manifests[0]; i++) {
        if (has(a, q, manifests[i]))
            gen_add_text(a, list, str_of(manifests[i]));
    }
}

static bool is_test(str_view path, str_view name)
{
    return str_starts(path, STR("test/")) || str_starts(path, STR("tests/")) ||
           mentions(path, "/test/") || mentions(path, "/tests/") ||
           str_starts(name, STR("test_")) || mentions(name, "_test.") || mentions(name, ".test.") ||
           mentions(name, "Test.");
}

/* Where a program of the language begins, by the name of the file. */
static bool is_entry(const char *lang, str_view name)
{
    static const struct {
        const char *lang, *names;
    } entries[] = {{"python", "main.py __main__.py app.py manage.py"},
                   {"javascript", "index.js index.mjs main.js server.js app.js"},
                   {"typescript", "index.ts main.ts server.ts app.ts"},
                   {"go", "main.go"},
                   {"rust", "main.rs"},
                   {"java", "Main.java App.java"},
                   {"kotlin", "Main.kt App.kt"},
                   {"csharp", "Program.cs"},
                   {"ruby", "main.rb app.rb"},
                   {"php", "index.php main.php"},
                   {"c", "main.c"},
                   {"cpp", "main.cpp main.cc"}};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        if (str_eq(str_of(lang), str_of(entries[i].lang)))
            return gram_list_has(entries[i].names, name);
    }
    return false;
}

/* Where CMake and make take a file: no blank or sign that they would read as their own. */
static bool is_plain_path(str_view path)
{
    static const char signs[] = "\"#$%&'()*;<>?[\\]^`{|}:";
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (c <= ' ' || c == 0x7F || strchr(signs, path.ptr[i]))
            return false;
    }
    return true;
}

static bool has_main(arena *a, const gen_request *q, str_view path)
{
    const char *z = arena_copy_z(a, path);
    str_view text = read_root(a, q, z ? z : "");
    return mentions(text, "int main(") || mentions(text, "void main(") ||
           mentions(text, "int\nmain(");
}

/* Whether it is the project's own program, not one of its examples, tools or tests. */
static bool starts_project(const char *lang, str_view path)
{
    static const char *const homes[] = {"src/", "app/", "cmd/", "bin/", "public/", "lib/"};
    str_view folder = path_folder(path), id = str_of(lang);
    bool home = !folder.len || str_starts(path, STR("src/main/"));
    for (size_t i = 0; !home && i < sizeof homes / sizeof homes[0]; i++)
        home = str_starts(folder, str_of(homes[i])) && folder.len == strlen(homes[i]);
    if (str_eq(id, STR("go")))
        return home || str_starts(path, STR("cmd/"));
    if (str_eq(id, STR("csharp")) || str_eq(id, STR("c")) || str_eq(id, STR("cpp")))
        return home || str_starts(path, STR("src/"));
    return home;
}

struct tally {
    const gram_language *lang;
    size_t n;
};

static void count_language(struct tally *tallies, size_t cap, const gram_language *lang)
{
    for (size_t i = 0; i < cap; i++) {
        if (tallies[i].lang && tallies[i].lang != lang)
            continue;
        tallies[i].lang = lang;
        tallies[i].n++;
        return;
    }
}

static void read_sources(gen_value *p, arena *a, const gen_request *q)
{
    struct ctx_files files;
    struct ctx_files_options options = {.max_files = MAX_SOURCES};
    const char *root = arena_copy_z(a, q->folder);
    if (!root || ctx_files_list(&files, a, root, &options, NULL) != ERR_OK)
        return;
    gen_value *uses = gen_part(a, p, "uses"), *entry = gen_part(a, p, "entry");
    struct tally tallies[MAX_LANGUAGES] = {{0}};
    gen_value *sources = gen_part(a, p, "sources"), *programs = gen_part(a, p, "programs");
    gen_value *tests = gen_part(a, p, "test_files");
    for (size_t i = 0; i < files.n; i++) {
        str_view path = files.items[i].path, name = path_name(path);
        const gram_language *lang = gram_language_by_path(path);
        if (!lang || !gen_entries_of(str_of(lang->id)).len)
            continue;
        count_language(tallies, MAX_LANGUAGES, lang);
        bool header =
            str_ends(name, STR(".h")) || str_ends(name, STR(".hpp")) || str_ends(name, STR(".hh"));
        bool c = gram_list_has("c cpp", str_of(lang->id)) && !header;
        if (is_test(path, name)) {
            if (!c ? !header : is_plain_path(path))
                gen_add_text(a, tests, path);
            gen_flag(a, p, c ? "c_tests" : "other_tests", true);
        } else if (c && is_plain_path(path)) {
            gen_add_text(a, has_main(a, q, path) ? programs : sources, path);
        }
        if (is_entry(lang->id, name) && starts_project(lang->id, path)) {
            const gen_value *had = gen_get(entry, str_of(lang->id));
            if (!had || had->text.len > path.len)
                gen_set(a, entry, lang->id, path);
        }
    }
    size_t most = 0;
    for (size_t i = 0; i < MAX_LANGUAGES && tallies[i].n; i++) {
        if (tallies[i].n > most) {
            most = tallies[i].n;
            gen_set(a, p, "main", str_of(tallies[i].lang->id));
        }
    }
    for (size_t i = 0; i < MAX_LANGUAGES && tallies[i].n; i++) {
        if (tallies[i].n * 20 >= most) /* one file among hundreds is an example of something */
            gen_add_text(a, uses, str_of(tallies[i].lang->id));
    }
    str_view main = gen_text(p, "main");
    gen_flag(a, p, "node", str_eq(main, STR("javascript")) || str_starts(main, STR("typescript")));
    gen_flag(a, p, "native", str_eq(main, STR("c")) || str_eq(main, STR("cpp")));
    const gen_value *start = gen_get(entry, main);
    str_view path = start ? start->text : STR(""), folder = path_folder(path);
    gen_set(a, p, "start", path);
    gen_set(a, p, "start_folder",
            folder.len ? arena_format(a, "./%.*s", STR_ARG(str_slice(folder, 0, folder.len - 1)))
                       : STR("."));
}

/* The header beside a C file that declares the function; a test includes it. */
static void find_header(gen_value *model, arena *a, const gen_request *q)
{
    static const char *const endings[] = {"h", "hpp", "hh"};
    gen_value *file = gen_part(a, model, "file");
    str_view function = gen_text(model, "function.name"), stem = gen_text(file, "stem");
    for (size_t i = 0; function.len && i < sizeof endings / sizeof endings[0]; i++) {
        str_view name = arena_format(a, "%.*s.%s", STR_ARG(stem), endings[i]);
        str_view path = arena_format(a, "%.*s%.*s", STR_ARG(path_folder(q->path)), STR_ARG(name));
        buf b;
        buf_init(&b, MAX_FILE_BYTES);
        if (path.ptr && file_read(&b, path.ptr, NULL) == ERR_OK &&
            str_find(buf_view(&b), function) < b.len)
            gen_set(a, file, "header", name);
        buf_release(&b);
    }
}

void gen__read_project(gen_value *model, arena *a, const gen_request *q)
{
    gen_value *p = gen_part(a, model, "project"), *file = gen_part(a, model, "file");
    str_view stem = gen_text(file, "stem");
    gen_set(a, file, "module", stem);
    if (!q->folder.len) {
        gen_set(a, p, "node_runner", STR("node"));
        return;
    }
    str_view path = str_slice(q->path, q->folder.len + 1, q->path.len);
    gen_flag(a, file, "test", is_test(path, path_name(path)));
    gen_set(a, file, "module", module_of(a, q, stem));
    read_habits(p, a, q);
    if (gram_list_has("c cpp", str_of(q->lang->id)))
        find_header(model, a, q);
    if (str_eq(str_of(q->lang->id), STR("python")) && !mentions(q->text, "Args:\n") &&
        gen_text(model, "function.name").len)
        gen_flag(a, p, "sphinx", folder_mentions(a, path_folder(q->path), q->lang, ":param "));
    if (q->year)
        gen_set(a, p, "year", arena_format(a, "%u ", q->year));
    if (q->on_project)
        read_sources(p, a, q);
}
