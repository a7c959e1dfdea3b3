#!/bin/sh
# run.sh TEST.lua [NVIM]: runs a test under a real Neovim, the one named, or $ARTEL_NVIM, or
# `nvim`. 77 when there is none.
set -u
here=$(cd "$(dirname "$0")" && pwd)
ARTEL_NVIM=${2:-${ARTEL_NVIM:-nvim}}
export ARTEL_NVIM
if ! command -v "$ARTEL_NVIM" >/dev/null 2>&1; then
    echo "skipped: there is no Neovim ($ARTEL_NVIM); on Debian: apt-get install neovim"
    exit 77
fi
if ! command -v python3 >/dev/null 2>&1; then
    echo "skipped: the scripted server needs python3"
    exit 77
fi
profile=$(mktemp -d) || exit 1
trap 'rm -rf "$profile"' EXIT
export HOME="$profile" XDG_CONFIG_HOME="$profile" XDG_DATA_HOME="$profile" XDG_STATE_HOME="$profile"
export XDG_CACHE_HOME="$profile" XDG_CONFIG_DIRS="$profile" XDG_DATA_DIRS="$profile" TMPDIR="$profile"
"$ARTEL_NVIM" --version | head -n 1
"$ARTEL_NVIM" --headless -u NONE -i NONE -S "$here/$1" </dev/null
