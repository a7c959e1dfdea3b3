# tools/setup.sh: sourced by ./try and ./check. Everything the project needs that is not in the repository:
# Debian packages, and the grammar sources from npm. Asks for nothing; says each thing it does.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m'); else bold='' dim='' plain=''; fi

step() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# What building needs, and what the tests need on top. nodejs and npm fetch the grammar sources only.
packages_build="gcc libc6-dev cmake ninja-build pkg-config ca-certificates git libgit2-dev zlib1g-dev libcjson-dev libopenblas-dev libyaml-dev libexpat1-dev"
packages_test="clang libclang-rt-14-dev libcmocka-dev python3 neovim vim vim-ale emacs-nox elpa-eglot kakoune openssl binutils make zip unzip sqlite3 lua5.4 ruby perl chromium fonts-dejavu-core curl jq shellcheck protobuf-compiler libprotobuf-dev"
# What code generated from samples is compiled and run with, on top.
packages_languages="g++ nlohmann-json3-dev default-jdk-headless libjackson2-databind-java kotlin mono-mcs mono-runtime libmono-system-numerics4.0-cil php-cli python3-pydantic golang-go cargo librust-serde-derive-dev librust-serde-json-dev libcurl4-openssl-dev"
# The ARM kernels are built and emulated with these, on other processors.
packages_arm="gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user"
# What generated databases are loaded into, on top.
packages_databases="postgresql mariadb-server-core mariadb-client"

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

# as_root COMMAND...: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "installing packages needs root: run 'apt-get install $missing' as root, then start again"
    fi
}

# install_packages NAME...: those that are missing, with one apt-get call.
install_packages() {
    missing=
    for p in "$@"; do is_installed "$p" || missing="$missing $p"; done
    if [ -z "$missing" ]; then step "packages: all there"; return; fi
    command -v apt-get >/dev/null ||
        die "this set-up knows Debian and Ubuntu; elsewhere install what$missing name there, then: cmake --preset release && cmake --build --preset release"
    step "packages: installing$missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null || die "the package lists cannot be fetched; is there a network?"
    # shellcheck disable=SC2086 # the list is words on purpose
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/tmp/artel-apt.$$ 2>&1 ||
        { tail -5 /tmp/artel-apt.$$ >&2; die "these packages cannot be installed:$missing"; }
    rm -f /tmp/artel-apt.$$
}

# The compiler's own version decides which sanitizer runtime clang needs.
test_packages() {
    [ "$(uname -m)" = x86_64 ] || packages_arm=
    for p in $packages_test $packages_languages $packages_databases $packages_arm; do
        case $p in
        libclang-rt-*) apt-cache show "$p" >/dev/null 2>&1 && echo "$p" || echo libclang-rt-dev ;;
        *) echo "$p" ;;
        esac
    done
}

install_node() {
    command -v npm >/dev/null && return
    install_packages nodejs npm
}

setup_build() {
    # shellcheck disable=SC2086
    install_packages $packages_build
    install_node
    grammars/setup || die "the grammars could not be set up (see above)"
}

# configure PRESET [OPTION...]: quick when nothing changed.
configure() {
    preset=$1; shift
    step "configuring build/$preset"
    cmake --preset "$preset" "$@" >"build/configure-$preset.log" 2>&1 ||
        { tail -20 "build/configure-$preset.log" >&2; die "cmake failed; all of it is in build/configure-$preset.log"; }
}

build() {
    preset=$1; shift
    step "building build/$preset"
    cmake --build --preset "$preset" "$@" >"build/build-$preset.log" 2>&1 ||
        { grep -A20 -m1 -E 'error|FAILED' "build/build-$preset.log" >&2; die "the build failed; all of it is in build/build-$preset.log"; }
}
