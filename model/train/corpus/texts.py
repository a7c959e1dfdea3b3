"""What is a text worth learning from, and what must not stay in it."""
import re

LANGUAGES = {
    ".py": "python", ".pyi": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".jsx": "javascript", ".ts": "typescript", ".tsx": "typescript", ".mts": "typescript", ".c": "c",
    ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hpp": "cpp", ".hh": "cpp", ".hxx": "cpp",
    ".go": "go", ".rs": "rust", ".java": "java", ".sh": "shell", ".bash": "shell", ".bats": "shell",
    ".rb": "ruby", ".php": "php", ".lua": "lua", ".sql": "sql", ".html": "html", ".css": "css",
    ".scss": "css", ".less": "css", ".md": "markdown", ".json": "json", ".yaml": "yaml", ".yml": "yaml",
    ".toml": "toml", ".cmake": "cmake", ".mk": "make", ".vue": "html", ".svelte": "html",
    ".cts": "typescript", ".zsh": "shell", ".kt": "kotlin", ".kts": "kotlin", ".cs": "csharp", ".swift": "swift",
}
NAMES = {"Makefile": "make", "Dockerfile": "dockerfile", "CMakeLists.txt": "cmake"}
MAX_CHARS = {"markdown": 12000, "json": 4000, "yaml": 6000, "html": 12000, "css": 12000}
LONG_LINES = {"json": 400, "html": 400, "css": 400, "markdown": 400}

LEFT_OUT_PATH = re.compile(
    r"(^|/)(node_modules|bower_components|_?vendor(ed)?|third[-_]?party|3rd[-_]?party|externals?|bundled"  # of others
    r"|locales?|i18n|l10n|nls|cldr|translations|lang(uage)?s?/[a-z]{2}([-_][a-z]+)?"
    r"|test[-_]?(data|files|vectors)|fixtures|(__)?snapshots(__)?|goldens?|cassettes|syntax-tests|corpora"
    r"|test/resources|testing/data|tests/cases|baselines|test262|wasm2js|cesiumunminified|apidocs|javadoc|docs?/(.*/)?html|dist/docs"
    r"|\.git|dist-info|egg-info|\.pc|autom4te[^/]*|m4)(/|$)"
    r"|\.min\.|[-.]min\.|chunk-\w{8}\.|\.bundle\.|\.(umd|iife|amd)\.|[-_.]generated|_pb2|\.pb\.|zz_generated|bindata|\.tab\.[ch]$"
    r"|unicode_?(data|tables)|jquery-[0-9]|(package-lock|npm-shrinkwrap|composer\.lock|tsconfig\.tsbuildinfo)"
    r"|(^|/)(licen[sc]es?|copying|notice|patents|authors|contributors|maintainers|change(s|log)|history|news"
    r"|release[-_]?notes|third[-_]?party[^/]*)([-._][^/]*)?\.(md|html?|json|ya?ml|toml)$", re.I)
TEST_PATH = re.compile(r"(^|/)(tests?|spec|__tests__|testing)/|_test\.|\.test\.|\.spec\.|(^|/)test_")
GENERATED = re.compile(
    r"auto-?generated|automatically (generated|created|produced)|@generated|do(n't| not) edit|machine[- ]generated"
    r"|\b(code|file|class|source|header|module|script|wrapper|binding|table|document)s? (is|was|are|were)? ?generated"
    r"|^\W*(code )?generated (by|from|with|using)\b|<meta name=.generator", re.I | re.M)
OF_A_PARSER = re.compile(r"^#\s*line \d+ ", re.M)
COMPILED = re.compile(  # JavaScript that was TypeScript, JSX or many files
    r"sourceMappingURL=|\bexports, .__esModule|\b_interopRequire|regeneratorRuntime|_createClass\(|_objectSpread\("
    r"|\b__(awaiter|importDefault|importStar|decorate|spreadArray|webpack_require__|assign|extends|toESM|commonJS"
    r"|publicField)\b|babelHelpers|__PURE__ ?\*/ ?(React|_?react|_jsx)")
ITEM = re.compile(
    r"""[\[({]*("[^"]*"|'[^']*'|[\w./+-]{3,})([:=]\s*("[^"]*"|'[^']*'|[\w.+-]+))?[\])},;]*$"""
    r"|[\d\s,.xa-fA-F{}+-]+$")
NO_DIGITS = bytes(c for c in range(256) if not 48 <= c <= 57)
NO_WORDS = bytes(c for c in range(128) if not chr(c).isalnum())
LICENCE_TALK = re.compile(r"copyright|licen[sc]e|all rights reserved|SPDX-", re.I)
NEAR_MAIL = re.compile(r"[A-Za-z0-9_.+-]@[A-Za-z0-9]")
MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")
AUTHOR = re.compile(
    r"((?:@author|\b(?:Authors?|AUTHORS?|Maintainers?):|\b(?:[Ww]ritten|[Cc]ontributed) by(?=[ \t]+[A-Z])"
    r"|\b(?:authors?|maintainers?):(?=[ \t]+[A-Z]\S* [A-Z]))[ \t]+)[^\n*]*[^\s*\n]")
AUTHOR_FIELD = re.compile(
    r"(?i)([\"']?\b(?:authors?|maintainers?|contributors?|author_email)[\"']?[ \t]*[:=][ \t]*)"
    r"(?:\"[^\"\n]*\"|'[^'\n]*'|\[\s*[\"{][^][]*\]|\{\s*\"(?:name|email)\"[^{}]*\})")
GRANTS = ("permission is hereby granted, free of charge", "redistribution and use in source and binary forms",
          "licensed under the apache license", "without warranty of any kind", "software is provided by",
          "software is provided \"as is", "permission to use, copy, modify")
COMMENTS = re.compile(r"/\*(?:[^*]|\*(?!/))*\*/\n?|(?:^[ \t]*(?://|#|--|;|%)[^\n]*\n)+", re.M)
CREDIT = re.compile(r"(?im)^[ \t]*(?:#|//|\*|/\*|--|;)?[ \t]*(?:copyright\b|\(c\) ?\d{4}|©).*$")


def language_of(path):
    name = path.rsplit("/", 1)[-1]
    dot = name.rfind(".")
    return NAMES.get(name) or LANGUAGES.get(name[dot:].lower() if dot > 0 else "")


def refined(language, path, text):
    """C++ in files called .h; declarations alone are a language of their own: there would be too much of them."""
    if language == "c" and path.endswith(".h") and re.search(r"^\s*(class|namespace|template)\b", text, re.M):
        return "cpp"
    return "declarations" if re.search(r"\.d\.[cm]?ts$|\.pyi$", path) else language


def normalised(raw):
    """None for what is no UTF-8 text."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text:
        return None
    text = text.replace("\r\n", "\n").replace("\ufeff", "")
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    text = "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    return re.sub(r"\n{4,}", "\n\n\n", text)


def has_grant(text):
    text = text.lower()
    return any(x in text for x in GRANTS)


def without_licence(text):
    """Drops a leading comment that talks of licences; a first line '#!' stays."""
    lead = ""
    if text.startswith("#!"):
        end = text.find("\n") + 1
        lead, text = text[:end], text[end:]
    rest = text.lstrip("\n ")
    for begin, end in (("/*", "*/"), ("<!--", "-->")):
        if rest.startswith(begin):
            at = rest.find(end)
            if at > 0 and LICENCE_TALK.search(rest[:at]):
                rest = rest[at + len(end):].lstrip("\n ")
    for mark in ("#", "//", "--", ";"):
        if rest.startswith(mark) and not re.match(r"#(include|if|pragma|define|\[)", rest):
            lines = rest.split("\n")
            n = 0
            while n < len(lines) and lines[n].startswith(mark):
                n += 1
            if LICENCE_TALK.search("\n".join(lines[:n])):
                rest = "\n".join(lines[n:]).lstrip("\n ")
            break
    if has_grant(rest):  # further down, of what was taken from elsewhere
        rest = COMMENTS.sub(lambda m: "" if has_grant(m.group()) else m.group(), rest)
    return lead + rest


def without_people(text):
    """Mail addresses become one of nobody, names of authors and lines of copyright go."""
    if NEAR_MAIL.search(text):
        text = MAIL.sub("someone@example.com", text)
    small = text.lower()
    if any(x in small for x in ("author", "maintainer", "contribut", "written by")):
        text = AUTHOR.sub(r"\1someone", text)
        text = AUTHOR_FIELD.sub(r'\1"someone"', text)
    if any(x in small for x in ("copyright", "(c)", "\xa9")):
        text = CREDIT.sub("", text)
    return text


def fault_of(text, language):
    """Why a text is not worth it: '' where it is."""
    lines = text.split("\n")
    if len(text) < 150 or len(lines) < 5:
        return "short"
    if len(text) > MAX_CHARS.get(language, 120000):
        return "long"
    if max(map(len, lines)) > LONG_LINES.get(language, 300) or len(text) / len(lines) > 100:
        return "minified"
    head = text[:8000].encode()
    if len(head.translate(None, NO_WORDS)) < 0.3 * len(head) or len(head.translate(None, NO_DIGITS)) > 0.2 * len(head):
        return "data"
    begin = text[:1000].lower()
    near = "generat" in begin or "edit" in begin or "automatic" in begin
    if near and GENERATED.search(begin) or len(OF_A_PARSER.findall(text[:20000])) > 3:
        return "generated"
    if language == "javascript" and COMPILED.search(text):
        return "compiled"
    if has_grant(text):
        return "licence text"
    if len(text.encode()) > 1.06 * len(text):
        return "foreign"
    full = [line for line in map(str.strip, lines) if line]
    if len(full) > 60:
        some = full[::len(full) // 150 + 1]
        if len({line[:12] for line in full}) < 0.15 * len(full) or sum(map(is_item, some)) > 0.6 * len(some):
            return "data"
    return ""


def is_item(line):
    """A value or name alone, as in long lists."""
    return bool(ITEM.match(line))
