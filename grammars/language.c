#include "grammars/language.h"

#include <tree_sitter/api.h>

#include "base/compiler.h"

/* clang-format off */
#define PARSERS(X)                                                                            \
    X(awk) X(bash) X(c) X(c_sharp) X(cpp) X(css) X(dart) X(elixir) X(elm)                     \
    X(embedded_template) X(go) X(haskell) X(hcl) X(html) X(java) X(javascript) X(json)        \
    X(julia) X(kotlin) X(lua) X(make) X(markdown) X(markdown_inline) X(ocaml)                 \
    X(ocaml_interface) X(perl) X(php) X(powershell) X(properties) X(python) X(r) X(regex)     \
    X(ruby) X(rust) X(scala) X(scss) X(sql) X(svelte) X(swift) X(toml) X(tsx)         \
    X(typescript) X(xml) X(yaml) X(zig)
/* clang-format on */
/* The parsers' only public names; the packages ship no header for C. */
#define X(name) const TSLanguage *tree_sitter_##name(void);
PARSERS(X)
#undef X

/* Shapes that many rows share. */
#define C_COMMENTS             .line_comments = "//", .block_comments = "/* */"
#define SH_COMMENTS            .line_comments = "#", .block_comments = ""
#define BRACES                 .open_last = "{ ( [", .open_first = "", .close_with = "} ) ]"
#define NO_BLOCKS              .open_last = "", .open_first = "", .close_with = ""
#define NAMES(ext, files, run) .extensions = ext, .file_names = files, .interpreters = run

/* One row per language. `id` is the identifier that the Language Server Protocol lists, where it
 * does. */
/* A row per language reads better than a line per field. */
/* clang-format off */
static const gram_language rows[] = {
    {.id = "plaintext", .name = "plain text", .aliases = "text txt",
     NAMES("txt text log", "LICENSE COPYING AUTHORS NOTICE", ""),
     .line_comments = "", .block_comments = "", .strings = "", NO_BLOCKS, .word_extra = ""},
    {.id = "python", .name = "Python", .aliases = "py python3 pyi",
     NAMES("py pyi pyw py3", "SConstruct SConscript wscript", "python pypy"),
     SH_COMMENTS, .strings = "\"\"\" ''' \" '",
     .open_last = ": ( [ {", .open_first = "", .close_with = ") ] }", .nests_by_indent = true,
     .indent_cols = 4, .word_extra = "", .folder = "python", .parser = tree_sitter_python},
    {.id = "javascript", .name = "JavaScript", .aliases = "js node mjs javascriptreact jsx",
     NAMES("js mjs cjs jsx", "Jakefile", "node nodejs deno bun"),
     C_COMMENTS, .strings = "` \" '", BRACES, .indent_cols = 2, .word_extra = "$#",
     .folder = "javascript", .parser = tree_sitter_javascript},
    {.id = "typescript", .name = "TypeScript", .aliases = "ts mts cts",
     NAMES("ts mts cts d.ts", "", "ts-node tsx"),
     C_COMMENTS, .strings = "` \" '", BRACES, .indent_cols = 2, .word_extra = "$#",
     .folder = "typescript", .parser = tree_sitter_typescript},
    {.id = "typescriptreact", .name = "TSX", .aliases = "tsx", NAMES("tsx", "", ""),
     C_COMMENTS, .strings = "` \" '", BRACES, .indent_cols = 2, .word_extra = "$#",
     .folder = "tsx", .parser = tree_sitter_tsx},
    {.id = "c", .name = "C", .aliases = "", NAMES("c h", "", "tcc"),
     C_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 4, .word_extra = "",
     .folder = "c", .parser = tree_sitter_c},
    {.id = "cpp", .name = "C++", .aliases = "c++ cxx cc cuda-cpp arduino",
     NAMES("cpp cc cxx c++ hpp hh hxx h++ ipp inl tpp ixx cppm ino cu cuh", "", ""),
     C_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 4, .word_extra = "",
     .folder = "cpp", .parser = tree_sitter_cpp},
    {.id = "go", .name = "Go", .aliases = "golang", NAMES("go", "", ""),
     C_COMMENTS, .strings = "` \" '", BRACES, .indent_cols = 4, .indent_tabs = true,
     .word_extra = "",
     .folder = "go", .parser = tree_sitter_go},
    {.id = "rust", .name = "Rust", .aliases = "rs", NAMES("rs", "", "rust-script"),
     C_COMMENTS, .strings = "\"", BRACES, .indent_cols = 4, .word_extra = "",
     .folder = "rust", .parser = tree_sitter_rust},
    {.id = "java", .name = "Java", .aliases = "", NAMES("java", "", ""),
     C_COMMENTS, .strings = "\"\"\" \" '", BRACES, .indent_cols = 4, .word_extra = "$",
     .folder = "java", .parser = tree_sitter_java},
    {.id = "csharp", .name = "C#", .aliases = "cs c# c-sharp", NAMES("cs csx", "", "dotnet-script"),
     C_COMMENTS, .strings = "\"\"\" \" '", BRACES, .indent_cols = 4, .word_extra = "@",
     .folder = "csharp", .parser = tree_sitter_c_sharp},
    {.id = "kotlin", .name = "Kotlin", .aliases = "kt", NAMES("kt kts", "", "kotlin"),
     C_COMMENTS, .strings = "\"\"\" \" '", .open_last = "{ ( [ ->", .open_first = "",
     .close_with = "} ) ]", .indent_cols = 4, .word_extra = "",
     .folder = "kotlin", .parser = tree_sitter_kotlin},
    {.id = "swift", .name = "Swift", .aliases = "", NAMES("swift", "", "swift"),
     C_COMMENTS, .strings = "\"\"\" \"", .open_last = "{ ( [ in", .open_first = "",
     .close_with = "} ) ]", .indent_cols = 4, .word_extra = "",
     .folder = "swift", .parser = tree_sitter_swift},
    {.id = "php", .name = "PHP", .aliases = "", NAMES("php phtml php5 php7 phps", "", "php"),
     .line_comments = "// #", .block_comments = "/* */", .strings = "\" '", .open_last = "{ ( [ :",
     .open_first = "", .close_with = "} ) ] endif; endforeach; endfor; endwhile; endswitch;",
     .indent_cols = 4, .word_extra = "$", .folder = "php", .parser = tree_sitter_php},
    {.id = "ruby", .name = "Ruby", .aliases = "rb jruby",
     NAMES("rb rake gemspec ru podspec jbuilder",
           "Rakefile Gemfile Guardfile Vagrantfile Podfile Capfile Brewfile Fastfile Dangerfile",
           "ruby jruby rake"),
     .line_comments = "#", .block_comments = "=begin =end", .strings = "\" ' `",
     .open_last = "do then { ( [ |",
     .open_first = "def class module if unless while until for case when else elsif begin rescue "
         "ensure",
     .close_with = "end } ) ]", .indent_cols = 2, .word_extra = "?!@$",
     .folder = "ruby", .parser = tree_sitter_ruby},
    {.id = "lua", .name = "Lua",
     .aliases = "luau", NAMES("lua rockspec", ".luacheckrc", "lua luajit"),
     .line_comments = "--", .block_comments = "--[[ ]]", .strings = "\" '",
     .open_last = "then do else repeat { (", .open_first = "function repeat",
     .close_with = "end until } )", .indent_cols = 2, .word_extra = "",
     .folder = "lua", .parser = tree_sitter_lua},
    {.id = "shellscript", .name = "shell script", .aliases = "bash sh shell zsh ksh console",
     NAMES("sh bash zsh ksh bats ebuild",
           ".bashrc .bash_profile .bash_aliases .bash_logout .profile .zshrc .zprofile .zshenv "
         ".kshrc "
           "PKGBUILD APKBUILD",
           "sh bash dash zsh ksh ash bats"),
     SH_COMMENTS, .strings = "\" '", .open_last = "then do else { ( in",
     .open_first = "", .close_with = "fi done esac } ) ;;", .indent_cols = 4, .word_extra = "",
     .folder = "bash", .parser = tree_sitter_bash},
    {.id = "sql", .name = "SQL", .aliases = "mysql postgres postgresql sqlite plsql pgsql",
     NAMES("sql ddl dml psql", "", ""),
     .line_comments = "--", .block_comments = "/* */", .strings = "' \"",
     .open_last = "( begin BEGIN then THEN", .open_first = "", .close_with = ") end END END;",
     .indent_cols = 2, .word_extra = "$", .folder = "sql", .parser = tree_sitter_sql},
    {.id = "html", .name = "HTML",
     .aliases = "xhtml htm vue-html vue", NAMES("html htm xhtml vue", "", ""),
     .line_comments = "", .block_comments = "<!-- -->", .strings = "\" '", .open_last = ">",
     .open_first = "", .close_with = "</", .indent_cols = 2, .word_extra = "-",
     .folder = "html", .parser = tree_sitter_html},
    {.id = "svelte", .name = "Svelte", .aliases = "", NAMES("svelte", "", ""),
     .line_comments = "", .block_comments = "<!-- -->", .strings = "\" '", .open_last = "> }",
     .open_first = "", .close_with = "</ {/", .indent_cols = 2, .word_extra = "-",
     .folder = "svelte", .parser = tree_sitter_svelte},
    {.id = "erb", .name = "embedded template",
     .aliases = "eruby ejs html.erb", NAMES("erb ejs", "", ""),
     .line_comments = "", .block_comments = "<!-- -->", .strings = "\" '", .open_last = ">",
     .open_first = "", .close_with = "</", .indent_cols = 2, .word_extra = "-",
     .folder = "erb", .parser = tree_sitter_embedded_template},
    {.id = "css", .name = "CSS", .aliases = "", NAMES("css pcss postcss", "", ""),
     .line_comments = "", .block_comments = "/* */", .strings = "\" '", BRACES, .indent_cols = 2,
     .word_extra = "-", .folder = "css", .parser = tree_sitter_css},
    {.id = "scss", .name = "SCSS", .aliases = "", NAMES("scss", "", ""),
     C_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 2, .word_extra = "-$@",
     .folder = "scss", .parser = tree_sitter_scss},
    {.id = "json", .name = "JSON", .aliases = "geojson",
     NAMES("json webmanifest geojson har ipynb", ".prettierrc .babelrc composer.lock flake.lock",
     ""),
     .line_comments = "", .block_comments = "", .strings = "\"", BRACES, .indent_cols = 2,
     .word_extra = "", .folder = "json", .parser = tree_sitter_json},
    {.id = "jsonc", .name = "JSON with comments", .aliases = "json5",
     NAMES("jsonc json5 code-workspace",
     "tsconfig*.json jsconfig*.json .eslintrc .eslintrc.json", ""),
     C_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 2, .word_extra = "",
     .folder = "json", .parser = tree_sitter_json},
    {.id = "yaml", .name = "YAML", .aliases = "yml",
     NAMES("yaml yml", ".clang-format .clang-tidy .clangd CITATION.cff", ""),
     SH_COMMENTS, .strings = "\" '", .open_last = ": | > - { [", .open_first = "",
     .close_with = "} ]",
     .nests_by_indent = true, .indent_cols = 2, .word_extra = "-",
     .folder = "yaml", .parser = tree_sitter_yaml},
    {.id = "toml", .name = "TOML", .aliases = "",
     NAMES("toml", "Cargo.lock poetry.lock uv.lock Pipfile", ""),
     SH_COMMENTS, .strings = "\"\"\" ''' \" '", .open_last = "[ {", .open_first = "",
     .close_with = "] }",
     .indent_cols = 2, .word_extra = "-", .folder = "toml", .parser = tree_sitter_toml},
    {.id = "markdown", .name = "Markdown", .aliases = "md mdx",
     NAMES("md markdown mdown mkd mdx", "README CHANGELOG", ""),
     .line_comments = "", .block_comments = "<!-- -->", .strings = "", NO_BLOCKS, .indent_cols = 2,
     .word_extra = "", .folder = "markdown", .parser = tree_sitter_markdown},
    {.id = "markdown-inline", .name = "Markdown text",
     .aliases = "markdown_inline", NAMES("", "", ""),
     .line_comments = "", .block_comments = "<!-- -->", .strings = "", NO_BLOCKS, .word_extra = "",
     .folder = "markdown-inline", .parser = tree_sitter_markdown_inline},
    {.id = "makefile", .name = "Make", .aliases = "make mk",
     NAMES("mk mak make", "Makefile makefile GNUmakefile Makefile.am Makefile.in Kbuild", "make"),
     SH_COMMENTS, .strings = "\" '", .open_last = ": (",
     .open_first = "ifeq ifneq ifdef ifndef else define",
     .close_with = "endif endef )", .indent_cols = 8, .indent_tabs = true, .word_extra = "-.",
     .folder = "make", .parser = tree_sitter_make},
    {.id = "cmake", .name = "CMake", .aliases = "", NAMES("cmake", "CMakeLists.txt", ""),
     .line_comments = "#", .block_comments = "#[[ ]]", .strings = "\"", .open_last = "(",
     .open_first = "if else elseif foreach while function macro block",
     .close_with = ") endif endforeach endwhile endfunction endmacro endblock", .indent_cols = 4,
     .word_extra = "-"},
    {.id = "dockerfile", .name = "Dockerfile", .aliases = "docker containerfile",
     NAMES("dockerfile containerfile", "Dockerfile Dockerfile.* Containerfile Containerfile.*", ""),
     SH_COMMENTS, .strings = "\" '", .open_last = "\\ [", .open_first = "", .close_with = "]",
     .indent_cols = 4, .word_extra = "-"},
    {.id = "haskell", .name = "Haskell",
     .aliases = "hs", NAMES("hs hsc hs-boot", "", "runhaskell runghc stack"),
     .line_comments = "--", .block_comments = "{- -}", .strings = "\" '",
     .open_last = "where do of let = -> ( [ {", .open_first = "", .close_with = ") ] }",
     .nests_by_indent = true, .indent_cols = 2, .word_extra = "'",
     .folder = "haskell", .parser = tree_sitter_haskell},
    {.id = "scala", .name = "Scala",
     .aliases = "", NAMES("scala sc sbt mill", "", "scala scala-cli amm"),
     C_COMMENTS, .strings = "\"\"\" \" '", .open_last = "{ ( [ => = : then do match",
     .open_first = "",
     .close_with = "} ) ] end", .indent_cols = 2, .word_extra = "$",
     .folder = "scala", .parser = tree_sitter_scala},
    {.id = "zig", .name = "Zig", .aliases = "", NAMES("zig zon", "", ""),
     .line_comments = "//", .block_comments = "", .strings = "\" '", BRACES, .indent_cols = 4,
     .word_extra = "@", .folder = "zig", .parser = tree_sitter_zig},
    {.id = "elixir", .name = "Elixir",
     .aliases = "ex exs", NAMES("ex exs", "mix.lock", "elixir iex"),
     .line_comments = "#", .block_comments = "", .strings = "\"\"\" ''' \" '",
     .open_last = "do -> ( [ {", .open_first = "else rescue catch after",
     .close_with = "end ) ] }", .indent_cols = 2, .word_extra = "?!@",
     .folder = "elixir", .parser = tree_sitter_elixir},
    {.id = "ocaml", .name = "OCaml", .aliases = "ml", NAMES("ml", ".ocamlinit", "ocaml ocamlrun"),
     .line_comments = "", .block_comments = "(* *)", .strings = "\"",
     .open_last = "= -> in then else begin struct sig do with of ( [ {", .open_first = "",
     .close_with = "end done ) ] }", .indent_cols = 2, .word_extra = "'",
     .folder = "ocaml", .parser = tree_sitter_ocaml},
    {.id = "ocaml.interface", .name = "OCaml interface", .aliases = "ocaml_interface mli",
     NAMES("mli", "", ""), .line_comments = "", .block_comments = "(* *)", .strings = "\"",
     .open_last = "= -> sig of ( [ {", .open_first = "", .close_with = "end ) ] }",
     .indent_cols = 2,
     .word_extra = "'", .folder = "ocaml-interface", .parser = tree_sitter_ocaml_interface},
    {.id = "r", .name = "R",
     .aliases = "rlang rscript", NAMES("r rprofile", ".Rprofile", "Rscript r"),
     SH_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 2, .word_extra = ".",
     .folder = "r", .parser = tree_sitter_r},
    {.id = "powershell", .name = "PowerShell", .aliases = "ps1 pwsh posh",
     NAMES("ps1 psm1 psd1", "", "pwsh powershell"),
     .line_comments = "#", .block_comments = "<# #>", .strings = "\" '", BRACES, .indent_cols = 4,
     .word_extra = "-$", .folder = "powershell", .parser = tree_sitter_powershell},
    {.id = "julia", .name = "Julia", .aliases = "jl", NAMES("jl", "", "julia"),
     .line_comments = "#", .block_comments = "#= =#", .strings = "\"\"\" \" '",
     .open_last = "do begin ( [ {",
     .open_first = "function struct mutable module if for while try let macro begin quote else "
         "elseif catch",
     .close_with = "end ) ] }", .indent_cols = 4, .word_extra = "!@",
     .folder = "julia", .parser = tree_sitter_julia},
    {.id = "dart", .name = "Dart", .aliases = "", NAMES("dart", "", "dart"),
     C_COMMENTS, .strings = "\"\"\" ''' \" '", BRACES, .indent_cols = 2, .word_extra = "$",
     .folder = "dart", .parser = tree_sitter_dart},
    {.id = "terraform", .name = "HCL",
     .aliases = "hcl tf opentofu", NAMES("tf tfvars hcl tofu nomad", "", ""),
     .line_comments = "# //", .block_comments = "/* */", .strings = "\"", BRACES, .indent_cols = 2,
     .word_extra = "-", .folder = "hcl", .parser = tree_sitter_hcl},
    {.id = "xml", .name = "XML", .aliases = "xsl svg xsd",
     NAMES("xml xsd xsl xslt svg rss atom plist csproj fsproj vbproj props targets xaml resx wsdl "
         "pom",
           "", ""),
     .line_comments = "", .block_comments = "<!-- -->", .strings = "\" '", .open_last = ">",
     .open_first = "", .close_with = "</", .indent_cols = 2, .word_extra = "-:.",
     .folder = "xml", .parser = tree_sitter_xml},
    {.id = "elm", .name = "Elm", .aliases = "", NAMES("elm", "", ""),
     .line_comments = "--", .block_comments = "{- -}", .strings = "\"\"\" \" '",
     .open_last = "= of let in -> then else ( [ {", .open_first = "", .close_with = ") ] }",
     .nests_by_indent = true, .indent_cols = 4, .word_extra = "",
     .folder = "elm", .parser = tree_sitter_elm},
    {.id = "awk", .name = "AWK",
     .aliases = "gawk mawk", NAMES("awk gawk", "", "awk gawk mawk nawk"),
     SH_COMMENTS, .strings = "\"", BRACES, .indent_cols = 4, .word_extra = "$",
     .folder = "awk", .parser = tree_sitter_awk},
    {.id = "properties", .name = "Java properties", .aliases = "", NAMES("properties", "", ""),
     .line_comments = "# !", .block_comments = "", .strings = "", NO_BLOCKS, .word_extra = "-.",
     .folder = "properties", .parser = tree_sitter_properties},
    {.id = "regex", .name = "regular expression", .aliases = "regexp", NAMES("", "", ""),
     .line_comments = "", .block_comments = "", .strings = "", NO_BLOCKS, .word_extra = "",
     .folder = "regex", .parser = tree_sitter_regex},
    {.id = "perl", .name = "Perl",
     .aliases = "pl perl6 raku", NAMES("pl pm t pod psgi", "", "perl"),
     .line_comments = "#", .block_comments = "=pod =cut", .strings = "\" '", BRACES,
     .indent_cols = 4,
     .word_extra = "$@%", .folder = "perl", .parser = tree_sitter_perl},

    /* Known by name and habit only: no grammar of theirs can be had (README.md says why). */
    {.id = "ini", .name = "INI", .aliases = "conf dosini editorconfig gitconfig desktop systemd",
     NAMES("ini cfg conf desktop service timer socket mount",
           ".editorconfig .gitconfig .gitmodules .npmrc .pylintrc .flake8 tox.ini setup.cfg", ""),
     .line_comments = "# ;", .block_comments = "", .strings = "\"", NO_BLOCKS, .word_extra = "-."},
    {.id = "diff", .name = "diff", .aliases = "patch", NAMES("diff patch", "", ""),
     .line_comments = "", .block_comments = "", .strings = "", NO_BLOCKS, .word_extra = ""},
    {.id = "ignore", .name = "ignore file", .aliases = "gitignore",
     NAMES("",
     ".gitignore .dockerignore .artelignore .npmignore .ignore .prettierignore .eslintignore", ""),
     SH_COMMENTS, .strings = "", NO_BLOCKS, .word_extra = "-."},
    {.id = "git-commit", .name = "commit message", .aliases = "gitcommit git-rebase",
     NAMES("", "COMMIT_EDITMSG MERGE_MSG TAG_EDITMSG git-rebase-todo", ""),
     SH_COMMENTS, .strings = "", NO_BLOCKS, .word_extra = "-"},
    {.id = "nix", .name = "Nix", .aliases = "", NAMES("nix", "", "nix-shell"),
     .line_comments = "#", .block_comments = "/* */", .strings = "'' \"",
     .open_last = "{ ( [ let in = then else",
     .open_first = "", .close_with = "} ) ] in", .indent_cols = 2, .word_extra = "-'"},
    {.id = "vim", .name = "Vim script",
     .aliases = "viml vimscript", NAMES("vim", ".vimrc _vimrc .exrc", ""),
     .line_comments = "\"", .block_comments = "", .strings = "'", .open_last = "",
     .open_first = "function function! if else elseif for while try catch finally augroup",
     .close_with = "endfunction endif endfor endwhile endtry", .indent_cols = 2,
     .word_extra = "#:"},
    {.id = "lisp", .name = "Lisp", .aliases = "emacs-lisp elisp scheme clojure commonlisp",
     NAMES("lisp el scm ss rkt clj cljs cljc edn lsp", ".emacs", "emacs guile clojure bb"),
     .line_comments = ";", .block_comments = "#| |#", .strings = "\"", .open_last = "(",
     .open_first = "", .close_with = ")", .indent_cols = 2, .word_extra = "-?!*+/<>="},
    {.id = "erlang", .name = "Erlang",
     .aliases = "erl", NAMES("erl hrl escript", "rebar.config", "escript"),
     .line_comments = "%", .block_comments = "", .strings = "\" '",
     .open_last = "-> of begin ( [ {",
     .open_first = "", .close_with = "end ) ] }", .indent_cols = 4, .word_extra = "@"},
    {.id = "fsharp", .name = "F#", .aliases = "fs f#", NAMES("fs fsi fsx", "", "fsharpi"),
     .line_comments = "//", .block_comments = "(* *)", .strings = "\"\"\" \"",
     .open_last = "= -> with then else do ( [ {", .open_first = "", .close_with = ") ] }",
     .nests_by_indent = true, .indent_cols = 4, .word_extra = "'"},
    {.id = "groovy", .name = "Groovy",
     .aliases = "gradle", NAMES("groovy gradle gvy", "Jenkinsfile", "groovy"),
     C_COMMENTS, .strings = "\"\"\" ''' \" '", BRACES, .indent_cols = 4, .word_extra = "$"},
    {.id = "objective-c", .name = "Objective-C",
     .aliases = "objc objective-cpp", NAMES("m mm", "", ""),
     C_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 4, .word_extra = "@"},
    {.id = "proto", .name = "Protocol Buffers",
     .aliases = "proto3 protobuf", NAMES("proto", "", ""),
     C_COMMENTS, .strings = "\" '", BRACES, .indent_cols = 2, .word_extra = ""},
    {.id = "graphql", .name = "GraphQL", .aliases = "gql", NAMES("graphql gql graphqls", "", ""),
     SH_COMMENTS, .strings = "\"\"\" \"", BRACES, .indent_cols = 2, .word_extra = "@$"},
    {.id = "bat", .name = "batch file", .aliases = "batch cmd", NAMES("bat cmd", "", ""),
     .line_comments = ":: REM rem", .block_comments = "", .strings = "\"", .open_last = "(",
     .open_first = "", .close_with = ")", .indent_cols = 4, .word_extra = "%"},
    {.id = "latex", .name = "LaTeX", .aliases = "tex bibtex", NAMES("tex sty cls bib ltx", "", ""),
     .line_comments = "%", .block_comments = "", .strings = "", .open_last = "{ [",
     .open_first = "", .close_with = "} ]", .indent_cols = 2, .word_extra = "\\"},
    {.id = "restructuredtext", .name = "reStructuredText",
     .aliases = "rst", NAMES("rst rest", "", ""),
     .line_comments = "..", .block_comments = "", .strings = "", NO_BLOCKS, .word_extra = ""},
    {.id = "fish", .name = "fish", .aliases = "", NAMES("fish", "", "fish"),
     SH_COMMENTS, .strings = "\" '", .open_last = "",
     .open_first = "function if else for while switch begin",
     .close_with = "end", .indent_cols = 4, .word_extra = "-"},
    {.id = "tcl", .name = "Tcl", .aliases = "", NAMES("tcl tk", "", "tclsh wish expect"),
     SH_COMMENTS, .strings = "\"", BRACES, .indent_cols = 4, .word_extra = "$"},
};
/* clang-format on */

enum { N_ROWS = sizeof rows / sizeof rows[0] };

const gram_language *gram_language_all(size_t *n_rows)
{
    *n_rows = N_ROWS;
    return rows;
}

bool gram_list_next(str_view *rest, str_view *word)
{
    *rest = str_trim_left(*rest);
    if (rest->len == 0)
        return false;
    size_t end = str_find_byte(*rest, ' ');
    *word = str_slice(*rest, 0, end);
    *rest = str_slice(*rest, end, rest->len);
    return true;
}

bool gram_list_has(const char *list, str_view word)
{
    str_view rest = str_of(list), item;
    while (gram_list_next(&rest, &item))
        if (str_eq(item, word))
            return true;
    return false;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool equal_ignoring_case(str_view a, str_view b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

static bool list_has_ignoring_case(const char *list, str_view word)
{
    str_view rest = str_of(list), item;
    while (gram_list_next(&rest, &item))
        if (equal_ignoring_case(item, word))
            return true;
    return false;
}

const gram_language *gram_language_by_id(str_view id)
{
    if (id.len == 0)
        return NULL;
    for (size_t i = 0; i < N_ROWS; i++)
        if (equal_ignoring_case(str_of(rows[i].id), id))
            return &rows[i];
    for (size_t i = 0; i < N_ROWS; i++)
        if (list_has_ignoring_case(rows[i].aliases, id))
            return &rows[i];
    return NULL;
}

/* One '*' at most per pattern, which the table keeps to. */
static bool matches_glob(str_view pattern, str_view name)
{
    size_t star = str_find_byte(pattern, '*');
    if (star == pattern.len)
        return str_eq(pattern, name);
    str_view head = str_slice(pattern, 0, star);
    str_view tail = str_slice(pattern, star + 1, pattern.len);
    return name.len >= head.len + tail.len && str_starts(name, head) && str_ends(name, tail);
}

static bool names_has(const char *list, str_view name)
{
    str_view rest = str_of(list), item;
    while (gram_list_next(&rest, &item))
        if (matches_glob(item, name))
            return true;
    return false;
}

const gram_language *gram_language_by_path(str_view path)
{
    str_view name = path;
    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] == '/' || path.ptr[i - 1] == '\\') {
            name = str_slice(path, i, path.len);
            break;
        }
    }
    if (name.len == 0)
        return NULL;
    for (size_t i = 0; i < N_ROWS; i++)
        if (names_has(rows[i].file_names, name))
            return &rows[i];
    /* From the first dot on, so that the longest extension wins. A leading dot is no extension. */
    for (size_t dot = 1; dot < name.len; dot++) {
        if (name.ptr[dot] != '.')
            continue;
        str_view extension = str_slice(name, dot + 1, name.len);
        for (size_t i = 0; i < N_ROWS; i++)
            if (list_has_ignoring_case(rows[i].extensions, extension))
                return &rows[i];
    }
    return NULL;
}

static const gram_language *by_interpreter(str_view line)
{
    str_view rest = str_slice(line, 2, line.len), word;
    if (!gram_list_next(&rest, &word))
        return NULL;
    for (int pass = 0; pass < 8; pass++) {
        size_t base = word.len;
        while (base > 0 && word.ptr[base - 1] != '/')
            base--;
        word = str_slice(word, base, word.len);
        bool skip = str_eq(word, STR("env")) || str_starts(word, STR("-")) ||
                    str_find_byte(word, '=') < word.len; /* env -S, env NAME=value */
        if (!skip)
            break;
        if (!gram_list_next(&rest, &word))
            return NULL;
    }
    word = str_trim_right(word);
    for (size_t i = 0; i < N_ROWS; i++)
        if (gram_list_has(rows[i].interpreters, word))
            return &rows[i];
    while (word.len > 0 && ((word.ptr[word.len - 1] >= '0' && word.ptr[word.len - 1] <= '9') ||
                            word.ptr[word.len - 1] == '.' || word.ptr[word.len - 1] == '-'))
        word.len--; /* python3.11 */
    for (size_t i = 0; i < N_ROWS && word.len > 0; i++)
        if (gram_list_has(rows[i].interpreters, word))
            return &rows[i];
    return NULL;
}

static str_view take_id(str_view v)
{
    v = str_trim_left(v);
    size_t n = 0;
    while (n < v.len && v.ptr[n] != ' ' && v.ptr[n] != '\t' && v.ptr[n] != ';' && v.ptr[n] != ':' &&
           v.ptr[n] != '\r')
        n++;
    return str_slice(v, 0, n);
}

/* "-*- mode: x -*-", "-*- x -*-", "vim: set ft=x:", "vim: syntax=x", "vi: filetype=x". */
static const gram_language *by_modeline(str_view line)
{
    size_t at = str_find(line, STR("-*-"));
    if (at < line.len) {
        str_view inner = str_slice(line, at + 3, line.len);
        size_t end = str_find(inner, STR("-*-"));
        if (end == inner.len)
            return NULL;
        inner = str_trim(str_slice(inner, 0, end));
        size_t mode = str_find(inner, STR("mode:"));
        if (mode < inner.len)
            return gram_language_by_id(take_id(str_slice(inner, mode + 5, inner.len)));
        return str_find_byte(inner, ':') == inner.len ? gram_language_by_id(inner) : NULL;
    }
    static const char *const marks[] = {"vim:", "vi:", "ex:"};
    static const char *const keys[] = {"filetype=", "ft=", "syntax="};
    for (size_t m = 0; m < sizeof marks / sizeof marks[0]; m++) {
        at = str_find(line, str_of(marks[m]));
        if (at == line.len || (at > 0 && line.ptr[at - 1] != ' ' && line.ptr[at - 1] != '\t'))
            continue;
        str_view rest = str_slice(line, at, line.len);
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            size_t key = str_find(rest, str_of(keys[k]));
            if (key < rest.len && key > 0 && (rest.ptr[key - 1] == ' ' || rest.ptr[key - 1] == ':'))
                return gram_language_by_id(
                    take_id(str_slice(rest, key + strlen(keys[k]), rest.len)));
        }
    }
    return NULL;
}

enum { MODELINE_LINES = 5, MODELINE_BYTES = 4096 };

const gram_language *gram_language_by_text(str_view text)
{
    str_view head = str_slice(text, 0, MODELINE_BYTES);
    if (str_starts(head, STR("\xEF\xBB\xBF")))
        head = str_slice(head, 3, head.len);
    if (str_starts(head, STR("#!"))) {
        str_view rest = head;
        const gram_language *lang = by_interpreter(str_take_line(&rest));
        if (lang)
            return lang;
    }
    for (int i = 0; i < MODELINE_LINES && head.len > 0; i++) {
        const gram_language *lang = by_modeline(str_take_line(&head));
        if (lang)
            return lang;
    }
    size_t begin = text.len, n_newlines = 0;
    size_t floor = text.len > MODELINE_BYTES ? text.len - MODELINE_BYTES : 0;
    while (begin > floor) {
        /* A newline at the very end does not start another line. */
        if (text.ptr[begin - 1] == '\n' && begin != text.len && ++n_newlines == MODELINE_LINES)
            break;
        begin--;
    }
    str_view tail = str_slice(text, begin, text.len);
    while (tail.len > 0) {
        const gram_language *lang = by_modeline(str_take_line(&tail));
        if (lang)
            return lang;
    }
    return NULL;
}

/* A header of C or of C++: by what only C++ has at the beginning of a line. */
static bool is_cpp(str_view text)
{
    enum { LOOKED_AT = 64 << 10 };
    static const char *const heads[] = {"namespace ", "class ",   "template<", "template <",
                                        "public:",    "private:", "using ",    "std::"};
    text = str_slice(text, 0, LOOKED_AT);
    bool comment = false;
    while (text.len) {
        str_view line = str_trim(str_take_line(&text));
        for (size_t i = 0; !comment && i < sizeof heads / sizeof heads[0]; i++) {
            if (str_starts(line, str_of(heads[i])))
                return true;
        }
        str_view rest = comment ? line : str_slice(line, str_find(line, STR("/*")), line.len);
        if (rest.len)
            comment = str_find(rest, STR("*/")) == rest.len;
    }
    return false;
}

const gram_language *gram_language_find(str_view id, str_view path, str_view text)
{
    const gram_language *lang = gram_language_by_id(id);
    /* Editors call everything that they do not know plain text. */
    if (lang && lang != &rows[0])
        return lang;
    const gram_language *by_path = gram_language_by_path(path);
    if (by_path)
        return str_ends(path, STR(".h")) && is_cpp(text) ? gram_language_by_id(STR("cpp"))
                                                         : by_path;
    const gram_language *by_text = gram_language_by_text(text);
    return by_text ? by_text : &rows[0];
}

const TSLanguage *gram_language_parser(const gram_language *lang)
{
    if (!lang || !lang->parser)
        return NULL;
    const TSLanguage *parser = lang->parser();
    uint32_t version = ts_language_version(parser);
    if (version < TREE_SITTER_MIN_COMPATIBLE_LANGUAGE_VERSION ||
        version > TREE_SITTER_LANGUAGE_VERSION)
        return NULL;
    return parser;
}

bool gram_is_word_byte(const gram_language *lang, unsigned char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
        c >= 0x80)
        return true;
    return c != 0 && strchr(lang->word_extra, c) != NULL;
}
