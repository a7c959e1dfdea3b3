#!/usr/bin/env python3
"""Writes grammars/<folder>/names.txt: what the standard libraries call things, so that a suggestion
that uses one is not taken for one that made a name up. Names only, gathered from the installed
tools themselves; a language whose tool is missing keeps the file it has. Run it by hand:
tools/library_names.py [FOLDER...]"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "grammars"
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def words_of(command, text=None):
    """Every word that the command prints."""
    out = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
    return set(WORD.findall(out.stdout))


def python():
    return words_of(["python3", "-W", "ignore", "-c", r"""
import builtins, importlib, inspect, sys
skip = {"antigravity", "this", "idlelib", "turtledemo", "test", "lib2to3", "pydoc_data"}
def show(x): print(*[n for n in dir(x) if not n.startswith("_") or n.endswith("__")])
show(builtins)
for b in vars(builtins).values():
    if isinstance(b, type): show(b)
def parameters(x):
    try: print(*inspect.signature(x).parameters)
    except (ValueError, TypeError): pass
more = ["os.path", "collections.abc", "concurrent.futures", "urllib.parse", "urllib.request",
        "xml.etree.ElementTree", "unittest.mock", "email.message", "http.client", "http.server",
        "importlib.metadata", "logging.handlers", "multiprocessing.pool", "json.decoder"]
for name in sorted(sys.stdlib_module_names - skip) + more:
    if name.startswith("_"): continue
    print(name)
    try: m = importlib.import_module(name)
    except BaseException: continue
    public = getattr(m, "__all__", None) or [n for n in dir(m) if not n.startswith("_")]
    print(*public)
    for n in public:
        x = getattr(m, n, None)
        if isinstance(x, type): show(x)
        if callable(x): parameters(x)
print("self cls args kwargs __name__ __file__ __all__ __version__ __author__ __slots__ __main__")
"""])


def ecma():
    return words_of(["node", "-e", r"""
const seen = new Set();
function walk(x, depth) {
  if (x === null || (typeof x !== 'object' && typeof x !== 'function') || seen.has(x)) return;
  seen.add(x);
  for (const n of Object.getOwnPropertyNames(x)) {
    console.log(n);
    let v; try { v = x[n]; } catch { continue; }
    if (depth > 0) walk(v, depth - 1);
  }
  if (depth > 0) walk(Object.getPrototypeOf(x), depth - 1);
}
for (const n of Object.getOwnPropertyNames(globalThis)) { console.log(n); walk(globalThis[n], 2); }
for (const m of require('module').builtinModules) { console.log(m); try { walk(require(m), 2); } catch {} }
for (const x of [function*(){}(), (async function*(){})(), new Error(), Promise.resolve(), new Map().entries(), process]) walk(x, 2);
"""]) | set(WORD.findall("""require module exports __dirname __filename arguments undefined window document
 navigator location history localStorage sessionStorage addEventListener removeEventListener
 dispatchEvent querySelector querySelectorAll getElementById getElementsByClassName
 getElementsByTagName createElement createTextNode createDocumentFragment appendChild removeChild
 insertBefore replaceChild cloneNode innerHTML outerHTML textContent innerText className classList
 contains toggle setAttribute getAttribute removeAttribute hasAttribute dataset style parentNode
 parentElement children childNodes firstChild lastChild firstElementChild lastElementChild
 nextSibling previousSibling nextElementSibling previousElementSibling ownerDocument nodeType
 nodeName nodeValue tagName attributes offsetWidth offsetHeight offsetTop offsetLeft scrollTop
 scrollLeft clientWidth clientHeight clientX clientY pageX pageY getBoundingClientRect preventDefault
 stopPropagation currentTarget target keyCode which key code relatedTarget bubbles XMLHttpRequest
 onreadystatechange readyState responseText status statusText onload onerror onclick setRequestHeader
 requestAnimationFrame cancelAnimationFrame getComputedStyle matchMedia innerWidth innerHeight
 userAgent href hash search pathname host hostname protocol reload pushState replaceState alert
 confirm prompt HTMLElement Element Node NodeList Document Event MouseEvent KeyboardEvent
 CustomEvent ActiveXObject jQuery describe it expect test beforeEach afterEach before after
 strictEqual deepEqual deepStrictEqual throws ok equal notEqual"""))


def typescript():
    return set(WORD.findall("""Partial Required Readonly Record Pick Omit Exclude Extract NonNullable
 Parameters ReturnType InstanceType ThisType Awaited Uppercase Lowercase Capitalize Uncapitalize
 PropertyKey ReadonlyArray ArrayLike PromiseLike Iterable Iterator IterableIterator AsyncIterable
 unknown never any string number boolean symbol bigint object void keyof infer"""))


def c():
    names = set()
    headers = """assert complex ctype errno fenv float inttypes limits locale math setjmp signal
 stdarg stdbool stddef stdint stdio stdlib string strings time wchar wctype unistd fcntl dirent pwd grp
 pthread semaphore sched poll termios dlfcn glob fnmatch regex getopt libgen syslog netdb
 sys/types sys/stat sys/time sys/socket sys/wait sys/mman sys/ioctl sys/select sys/uio sys/un
 sys/utsname sys/resource sys/epoll sys/event netinet/in netinet/tcp arpa/inet net/if""".split()
    for h in headers:
        text = f"#define _GNU_SOURCE 1\n#include <{h}.h>\n"
        names |= words_of(["gcc", "-E", "-P", "-"], text)
        names |= {w for w in words_of(["gcc", "-E", "-dM", "-"], text) if not w.startswith("__")}
        names |= set(WORD.findall(h))
    names = {n for n in names if not n.startswith("__") and len(n) > 1}
    return names | set(WORD.findall("main argc argv envp __FILE__ __LINE__ __func__ __VA_ARGS__ "
                                    "__attribute__ __inline __restrict h _WIN32 __linux__ "
                                    "__APPLE__ __GNUC__ __clang__ __cplusplus _MSC_VER "
                                    "__STDC_VERSION__ __FreeBSD__ __OpenBSD__ NULL EOF"))


def cpp():
    headers = """algorithm any array atomic bit bitset charconv chrono codecvt compare complex concepts
 condition_variable coroutine deque exception filesystem forward_list fstream functional future
 initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
 memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex
 scoped_allocator semaphore set shared_mutex span sstream stack stdexcept stop_token streambuf string
 string_view system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set
 utility valarray variant vector version""".split()
    text = "".join(f"#include <{h}>\n" for h in headers)
    names = words_of(["g++", "-std=c++20", "-E", "-P", "-x", "c++", "-"], text) | set(headers)
    return {n for n in names if not n.startswith("_") and len(n) > 1}


def go():
    names = set()
    for api in sorted(pathlib.Path("/usr/lib/go/api").glob("go1*.txt")):
        for line in api.read_text().splitlines():
            if line.startswith("pkg syscall") or "(" in line.split(",")[0]:
                continue
            names |= set(WORD.findall(line))
    return names | set(WORD.findall("append cap close complex copy delete imag len make new panic "
                                    "print println real recover nil true false iota err ok ctx "
                                    "any comparable clear min max"))


def ruby():
    return words_of(["ruby", "-W0", "-e", r"""
%w[set json yaml time date fileutils tempfile pathname optparse ostruct stringio securerandom digest
   erb uri net/http open3 shellwords logger forwardable singleton benchmark timeout tmpdir csv]
  .each { |m| begin; require m; puts m; rescue LoadError; end }
puts Kernel.methods, Kernel.private_instance_methods, global_variables
ObjectSpace.each_object(Module) { |m|
  puts m.name, m.instance_methods(false), m.singleton_methods(false), m.private_instance_methods(false)
  begin; puts m.constants; rescue StandardError; end }
"""])


def java():
    home = pathlib.Path("/usr/bin/javac").resolve().parent.parent
    classes = subprocess.run([home / "bin/jimage", "list", home / "lib/modules"],
                             capture_output=True, text=True).stdout
    wanted = [line.strip()[:-6].replace("/", ".") for line in classes.splitlines() if re.match(
        r"\s+java/(lang|util|io|nio|time|math|net|text)/([a-z]+/)*[A-Z]\w*\.class$", line)]
    names = set()
    for i in range(0, len(wanted), 200):
        names |= words_of(["javap", "-public", *wanted[i:i + 200]])
    return names


def php():
    return words_of(["php", "-r", r"""
echo implode("\n", get_defined_functions()["internal"]), "\n";
echo implode("\n", array_keys(get_defined_constants())), "\n";
foreach (array_merge(get_declared_classes(), get_declared_interfaces()) as $c) {
  echo $c, "\n", implode("\n", get_class_methods($c)), "\n"; }
"""]) | {"this", "self", "parent", "static"}


def lua():
    return words_of(["lua5.4", "-e", r"""
for k, v in pairs(_G) do print(k)
  if type(v) == "table" then for n in pairs(v) do print(n) end end end
for k in pairs(getmetatable("").__index) do print(k) end
print("self __index __newindex __call __tostring __gc __mode __eq __lt __le __add __sub __len")
"""])


def rust():
    """From the documentation that rustup installs: pages are named after items, anchors after
    methods, variants and fields."""
    root = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True)
    names = set()
    anchor = re.compile(r'id="(?:method|tymethod|variant|structfield|associatedconstant|associatedtype)'
                        r'\.([A-Za-z_]\w*)')
    for crate in "std", "core", "alloc":
        for page in pathlib.Path(root.stdout.strip(), "share/doc/rust/html", crate).rglob("*.html"):
            if {"arch", "core_arch", "intrinsics", "simd"} & set(page.parts):
                continue
            names |= set(WORD.findall(page.stem)) | set(page.parts[-3:-1])
            names |= set(anchor.findall(page.read_text(errors="replace")))
    return names | set(WORD.findall("""std core alloc main test cfg derive allow deny warn inline must_use doc
 feature target_os unix windows debug_assertions serde Serialize Deserialize i8 i16 i32 i64 i128 isize
 u8 u16 u32 u64 u128 usize f32 f64 bool char str Self"""))


INHERITS = {"javascript": "ecma", "typescript": "ecma", "tsx": "typescript", "cpp": "c"}
TABLE = [python, ecma, typescript, c, cpp, go, ruby, java, php, lua, rust]


def write(folder, names):
    names = sorted(n for n in names if 1 < len(n) <= 40)
    if not names and folder not in INHERITS:
        print(f"{folder}: its tool is missing; the file stays", file=sys.stderr)
        return
    head = f"; inherits: {INHERITS[folder]}\n" if folder in INHERITS else ""
    (ROOT / folder / "names.txt").write_text(head + "\n".join(names) + ("\n" if names else ""))


def main():
    wanted = set(sys.argv[1:])
    for gather in TABLE:
        if not wanted or gather.__name__ in wanted:
            try:
                write(gather.__name__, gather())
            except FileNotFoundError as missing:
                print(f"{gather.__name__}: {missing.filename} is missing; the file stays", file=sys.stderr)
    for folder in ("javascript", "tsx"):
        if not wanted or folder in wanted:
            write(folder, set())


main()
