#!/bin/sh
# emacs.sh PROGRAM: the tests of Emacs. 77 when there is none.
set -u
here=$(cd "$(dirname "$0")" && pwd)
command -v emacs >/dev/null || { echo "skipped: there is no Emacs; on Debian: apt-get install emacs-nox elpa-eglot"; exit 77; }
home=$(mktemp -d) || exit 1
trap 'rm -rf "$home"' EXIT
HOME=$home XDG_CACHE_HOME=$home XDG_CONFIG_HOME=$home TMPDIR=$home ARTEL_BINARY=$1 LANG=C.UTF-8 \
    timeout 280 emacs --no-init-file --batch --load "$here/test_emacs.el" --funcall ert-run-tests-batch-and-exit
