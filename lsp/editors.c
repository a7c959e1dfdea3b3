#include "lsp/editors.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"

#define MARK "artel (written by 'artel setup')"
enum { FILE_MAX_BYTES = 4 << 20 };

static const struct editor editors[] = {
    {.name = "vscode",
     .title = "VS Code",
     .programs = "code codium code-server",
     .way = EDITOR_BY_HAND,
     .text = "@E/vscode/package                      # writes build/artel.vsix\n"
             "code --install-extension build/artel.vsix\n",
     .after = "Run these two in the top folder of the repository."},
    {.name = "nvim",
     .title = "Neovim",
     .programs = "nvim",
     .way = EDITOR_OWN_FILE,
     .file = "nvim/plugin/artel_setup.lua",
     .comment = "--",
     .text = "vim.g.artel = vim.tbl_extend('keep', vim.g.artel or {}, { cmd = '@P' })\n"
             "vim.opt.runtimepath:append('@E/nvim')\n"
             "dofile('@E/nvim/plugin/artel.lua')\n",
     .after = "Start Neovim and type; :checkhealth artel looks at the whole."},
    {.name = "vim",
     .title = "Vim",
     .programs = "vim vim.basic vim.nox vim.gtk3 gvim",
     .way = EDITOR_OWN_FILE,
     .file = "~/.vim/plugin/artel_setup.vim",
     .comment = "\"",
     .text = "let g:artel_path = get(g:, 'artel_path', '@P')\n"
             "set runtimepath+=@E/vim\n"
             "source @E/vim/plugin/artel.vim\n",
     .after = "Start Vim and type; :Artel status says what runs."},
    {.name = "emacs",
     .title = "Emacs",
     .programs = "emacs",
     .way = EDITOR_BLOCK,
     .file = "~/.emacs.d/init.el",
     .instead = "~/.emacs.el ~/.emacs emacs/init.el",
     .comment = ";;",
     .text = "(load \"@E/emacs/artel.el\")\n"
             "(setq artel-program \"@P\")\n"
             "(add-hook 'prog-mode-hook #'artel-mode)\n",
     .after = "Start Emacs, open a program and type."},
    {.name = "helix",
     .title = "Helix",
     .programs = "hx helix",
     .way = EDITOR_BY_HAND,
     .file = "helix/languages.toml",
     .text = "[language-server.artel]\n"
             "command = \"@P\"\n"
             "args = [\"lsp\"]\n"
             "\n"
             "# and for each language, beside the servers that it has:\n"
             "[[language]]\n"
             "name = \"python\"\n"
             "language-servers = [\"pylsp\", \"artel\"]\n",
     .after = "Put it into languages.toml; 'hx --health python' should name artel."},
    {.name = "kakoune",
     .title = "Kakoune",
     .programs = "kak",
     .way = EDITOR_BLOCK,
     .file = "kak/kakrc",
     .comment = "#",
     .text = "source \"@E/kakoune/artel.kak\"\n"
             "set-option global artel_program \"@P\"\n"
             "artel-enable\n",
     .after = "Start Kakoune and type; suggestions are in the list of completions."},
    {.name = "sublime",
     .title = "Sublime Text",
     .programs = "subl sublime_text",
     .way = EDITOR_BY_HAND,
     .text = "{\n"
             "  \"clients\": {\n"
             "    \"artel\": {\n"
             "      \"enabled\": true,\n"
             "      \"command\": [\"@P\", \"lsp\"],\n"
             "      \"selector\": \"source | text\"\n"
             "    }\n"
             "  }\n"
             "}\n",
     .after = "Install the package LSP, then put it into Preferences: LSP Settings."},
    {.name = "zed",
     .title = "Zed",
     .programs = "zed zeditor",
     .way = EDITOR_BY_HAND,
     .text = "{\n"
             "  \"lsp\": { \"artel\": { \"binary\": { \"path\": \"@P\", \"arguments\": [\"lsp\"] } "
             "} },\n"
             "  \"languages\": { \"Python\": { \"language_servers\": [\"artel\", \"...\"] } }\n"
             "}\n",
     .after = "Zed starts only servers that an extension names; see @E/zed/README.md."},
    {.name = "jetbrains",
     .title = "JetBrains IDEs",
     .programs = "idea pycharm clion goland webstorm",
     .way = EDITOR_BY_HAND,
     .text = "Name:     artel\n"
             "Command:  @P lsp\n"
             "Mappings: File name patterns *.*\n",
     .after = "Install the plugin LSP4IJ (0.20 or newer), then Settings, Languages & Frameworks, "
              "Language Servers, +, and fill in these."},
};

const struct editor *editor_at(size_t i)
{
    return i < sizeof editors / sizeof *editors ? &editors[i] : NULL;
}

const struct editor *editor_find(const char *name)
{
    for (size_t i = 0; i < sizeof editors / sizeof *editors; i++)
        if (strcmp(editors[i].name, name) == 0)
            return &editors[i];
    return NULL;
}

static bool is_of_home(str_view name)
{
    return str_starts(name, STR("~/"));
}

/* The path that a name in the table means. */
static const char *place_of(arena *a, str_view name)
{
    const char *home = getenv("HOME");
    const char *config = getenv("XDG_CONFIG_HOME");
    if (!home || home[0] != '/')
        return NULL;
    str_view path =
        is_of_home(name) ? arena_format(a, "%s%.*s", home, STR_ARG(str_slice(name, 1, name.len)))
        : config && config[0] == '/' ? arena_format(a, "%s/%.*s", config, STR_ARG(name))
                                     : arena_format(a, "%s/.config/%.*s", home, STR_ARG(name));
    return arena_copy_z(a, path);
}

static bool is_there(const char *path)
{
    return path && access(path, F_OK) == 0;
}

/* The next of names that are separated by blanks; empty after the last. */
static str_view next_name(str_view *names)
{
    str_view name = str_slice(*names, 0, str_find_byte(*names, ' '));
    *names = str_trim_left(str_slice(*names, name.len, names->len));
    return name;
}

const char *editor_file(arena *a, const struct editor *e)
{
    const char *file = e->file ? place_of(a, str_of(e->file)) : NULL;
    bool has_folder = file && is_there(arena_copy_z(a, path_folder(str_of(file))));
    for (str_view names = str_of(e->instead ? e->instead : ""); file && names.len;) {
        str_view name = next_name(&names);
        const char *other = place_of(a, name);
        if (is_there(other) && (is_of_home(name) || !has_folder))
            return other;
    }
    return file;
}

/* Debian links the name `vim` to Neovim where both are installed. */
static bool is_another(const struct editor *e, const char *file)
{
    char real[PATH_MAX];
    if (!realpath(file, real))
        return true;
    str_view name = path_name(str_of(real));
    for (size_t i = 0; editor_at(i); i++)
        if (editor_at(i) != e && str_eq(name, str_of(editor_at(i)->programs)))
            return true;
    return false;
}

const char *editor_program(arena *a, const struct editor *e)
{
    const char *path = getenv("PATH");
    for (str_view names = str_of(e->programs); path && names.len;) {
        str_view name = next_name(&names);
        for (str_view dirs = str_of(path); dirs.len;) {
            str_view dir = str_slice(dirs, 0, str_find_byte(dirs, ':'));
            dirs = str_slice(dirs, dir.len + 1 > dirs.len ? dirs.len : dir.len + 1, dirs.len);
            const char *file =
                arena_copy_z(a, arena_format(a, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name)));
            if (file && access(file, X_OK) == 0 && !is_another(e, file))
                return file;
        }
    }
    return NULL;
}

str_view editor_text(arena *a, const char *text, str_view self, str_view clients)
{
    buf out;
    buf_init(&out, FILE_MAX_BYTES);
    for (const char *p = text; *p; p++) {
        if (p[0] == '@' && (p[1] == 'P' || p[1] == 'E'))
            buf_append(&out, *++p == 'P' ? self : clients);
        else
            buf_append(&out, (str_view){p, 1});
    }
    str_view filled = arena_copy(a, buf_view(&out));
    buf_release(&out);
    return filled;
}

str_view editor_self(arena *a)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    return n > 0 ? arena_copy(a, (str_view){path, (size_t)n}) : STR("artel");
}

str_view editor_clients(arena *a, str_view self)
{
    static const char *const places[] = {"../../../editors", "../share/artel/editors"};
    str_view folder = path_folder(self);
    for (size_t i = 0; i < 2; i++) {
        const char *there = arena_copy_z(a, arena_format(a, "%.*s/%s", STR_ARG(folder), places[i]));
        char real[PATH_MAX];
        if (there && realpath(there, real))
            return arena_copy(a, str_of(real));
    }
    return (str_view){NULL, 0};
}

void editor_block(buf *out, str_view was, const char *comment, str_view text)
{
    arena a;
    arena_init(&a, FILE_MAX_BYTES);
    str_view begin = arena_format(&a, "%s " MARK "\n", comment);
    str_view end = arena_format(&a, "%s end of artel\n", comment);
    size_t from = str_find(was, begin);
    str_view rest = str_slice(was, from, was.len);
    size_t to = str_find(rest, end);
    bool found = begin.len && from < was.len && to < rest.len;
    str_view head = found ? str_slice(was, 0, from) : was;
    buf_append(out, head);
    if (head.len && !str_ends(head, STR("\n")))
        buf_append(out, STR("\n"));
    buf_append(out, begin);
    buf_append(out, text);
    buf_append(out, end);
    if (found)
        buf_append(out, str_slice(rest, to + end.len, rest.len));
    if (arena_failed(&a))
        out->failed = ERR_NOMEM;
    arena_release(&a);
}

static bool file_has(const struct editor *e, str_view want)
{
    arena a;
    buf text;
    arena_init(&a, FILE_MAX_BYTES);
    buf_init(&text, FILE_MAX_BYTES);
    const char *file = editor_file(&a, e);
    bool found = file && file_read(&text, file, NULL) == ERR_OK &&
                 str_find(buf_view(&text), want) < buf_view(&text).len;
    buf_release(&text);
    arena_release(&a);
    return found;
}

bool editor_is_set_up(const struct editor *e)
{
    return file_has(e, e->way == EDITOR_BY_HAND ? STR("artel") : STR(MARK));
}

bool editor_is_current(const struct editor *e, str_view text)
{
    return e->way == EDITOR_BY_HAND || file_has(e, text);
}
