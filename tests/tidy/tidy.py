#!/usr/bin/env python3
"""Checks what the compiler does not: which folder includes which, calls that we do not make, headers that
compile alone, line width, and paths of somebody's machine.

usage: tidy.py SOURCE_FOLDER C_COMPILER
Exceptions stand below, each with its reason; one that is no longer needed is an error too.
"""
import pathlib
import re
import subprocess
import sys

# What a folder may include, besides itself.
LAYERS = {
    "base": set(),
    "model": {"base"},
    "grammars": {"base"},
    "context": {"grammars", "base"},
    "assist": {"context", "grammars", "model", "base"},
    "lsp": {"assist", "context", "grammars", "model", "base"},
}
# Headers of libraries, and the folders that may know them.
LIBRARIES = {
    "tree_sitter/": {"grammars", "context", "assist"},
    "git2": {"context"},
    "cjson/": {"lsp"},
    "cblas": {"model"},
    "sys/socket": set(),
    "netdb": set(),
    "netinet/": set(),
    "arpa/": set(),
}
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets)\s*\(")
ENDS_PROCESS = re.compile(r"\b(exit|_exit|_Exit|quick_exit|abort)\s*\(")
HEAP = re.compile(r"\b(malloc|calloc|realloc|free|strdup|strndup|aligned_alloc|posix_memalign)\s*\(")
PRIVATE_PATH = re.compile(r"(?<![\w.$}])/(?:work|root|home/\w+)/|\.cache/artel-train")
MAX_COLUMNS = 100

# The second only in a child whose program is not there.
MAY_END_PROCESS = {"lsp/main.c", "lsp/sandbox.c"}
# Written to be included several times, each time with other macros: they do not compile alone.
TEMPLATE_SUFFIX = "_impl.h"

# What the product writes for others, in their style, with their libraries.
WRITTEN_FOR_OTHERS = ("assist/scaffold/text/", "tests/data/scaffold/golden/")

# (check, file): reason.
EXCEPTIONS = {
    ("heap", "base/mem.c"): "the one door to the heap",
    ("heap", "context/files.c"): "realpath returns memory that has to go to free",
    ("heap", "context/index.c"): "realpath returns memory that has to go to free",
    ("heap", "lsp/cli.c"): "realpath returns memory that has to go to free",
    ("heap", "grammars/sql/scanner.c"): "lives in tree-sitter, which links nothing of ours",
    ("alone", "model/kernels/panel_block.h"): "a template like *_impl.h",
    ("path", "tests/unit/context/test_secret.c"): "names of secret files are what is tested",
}

SKIPPED = {".git", ".deps", "build", "node_modules", "__pycache__", "corpus"}
TEXT_SUFFIXES = {".c", ".h", ".inc", ".S", ".py", ".sh", ".mjs", ".js", ".ts", ".lua", ".vim", ".el", ".cmake", ".txt",
                 ".md", ".json", ".scm", ".toml", ".yml", ".yaml", ""}


def files(root):
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name in SKIPPED:
            continue
        if path.is_dir():
            yield from files(path)
        elif path.suffix in TEXT_SUFFIXES:
            yield path


def without_comments_and_texts(source):
    """The code alone, with its line breaks; contents of string and character literals removed."""
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''

    def blank(match):
        text = match.group()
        if text[0] in "\"'":
            return text[0] + text[0]
        return " " + "\n" * text.count("\n")

    return re.sub(pattern, blank, source, flags=re.S)


class Tidy:
    def __init__(self, root, compiler, include_dirs=()):
        self.root, self.compiler, self.include_dirs = root, compiler, include_dirs
        self.faults, self.used = [], set()

    def fault(self, check, name, line, what):
        if (check, name) in EXCEPTIONS:
            self.used.add((check, name))
        else:
            self.faults.append(f"{name}:{line}: {what}")

    def includes(self, name, folder, source):
        for number, line in enumerate(source.split("\n"), 1):
            match = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
            if not match:
                continue
            target = match.group(1)
            other = target.split("/")[0]
            if other in LAYERS and other != folder and other not in LAYERS[folder]:
                self.fault("layer", name, number, f"{folder}/ may not include {target}")
            for library, folders in LIBRARIES.items():
                if target.startswith(library) and folder not in folders:
                    self.fault("library", name, number, f"{folder}/ may not include {target}")

    def calls(self, name, folder, source):
        product = folder in LAYERS
        checks = [("banned", BANNED)] + ([("heap", HEAP)] if product else [])
        if product and name not in MAY_END_PROCESS:
            checks.append(("ends", ENDS_PROCESS))
        for number, line in enumerate(without_comments_and_texts(source).split("\n"), 1):
            for check, pattern in checks:
                for match in pattern.finditer(line):
                    self.fault(check, name, number, f"calls {match.group(1)}")

    def width(self, name, source):
        for number, line in enumerate(source.split("\n"), 1):
            if len(line) > MAX_COLUMNS:
                self.fault("width", name, number, f"{len(line)} columns")

    def paths(self, name, source):
        for number, line in enumerate(source.split("\n"), 1):
            if PRIVATE_PATH.search(line):
                self.fault("path", name, number, "a path of somebody's machine")

    def header_alone(self, name):
        """Twice, so that a missing include guard shows as well."""
        text = f'#include "{name}"\n#include "{name}"\n'
        done = subprocess.run([self.compiler, "-std=c11", "-D_XOPEN_SOURCE=700", "-Wall", "-Wextra", "-Werror",
                               "-Wno-unused-function", "-fsyntax-only", f"-I{self.root}",
                               *(f"-I{folder}" for folder in self.include_dirs), "-x", "c", "-"],
                              input=text, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            self.fault("alone", name, 1, "does not compile alone: " + done.stderr.strip().split("\n")[0])

    def run(self):
        n_files = 0
        for path in files(self.root):
            name = path.relative_to(self.root).as_posix()
            folder = name.split("/")[0]
            try:
                source = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            n_files += 1
            if name != "tests/tidy/tidy.py":
                self.paths(name, source)
            if path.suffix not in (".c", ".h") or name.startswith(WRITTEN_FOR_OTHERS):
                continue
            self.calls(name, folder, source)
            self.width(name, source)
            if folder in LAYERS:
                self.includes(name, folder, source)
                if path.suffix == ".h" and not name.endswith(TEMPLATE_SUFFIX):
                    self.header_alone(name)
        for check, name in sorted(set(EXCEPTIONS) - self.used):
            self.faults.append(f"{name}: the exception for \"{check}\" is not needed any more")
        print("\n".join(self.faults + [f"{n_files} files, {len(self.faults)} faults"]))
        return 1 if self.faults or n_files == 0 else 0


if __name__ == "__main__":
    sys.exit(Tidy(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3:]).run())
