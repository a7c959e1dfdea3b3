#!/bin/sh
# run.sh PROGRAM FOLDER: drives the extension's code in Monaco; the bundled page is kept in FOLDER. 77 when the packages
# or Chromium are missing.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=${here%/tests/e2e/monaco}
skip() { echo "skipped: $*"; exit 77; }
modules=$("$root/tools/npm_packages" --where "$here")
[ -d "$modules/monaco-languageclient" ] || skip "monaco-languageclient is not there; tools/npm_packages tests/e2e/monaco fetches it"
driver=$("$root/tests/e2e/scaffold/app/setup" --where)
[ -d "$driver/playwright-core" ] || skip "playwright-core is not there; tests/e2e/scaffold/app/setup fetches it"
command -v "${CHROMIUM:-chromium}" >/dev/null || skip "there is no Chromium"
command -v node >/dev/null || skip "there is no Node"
now=$(cat "$here"/*.ts "$here/build.mjs" "$here/package-lock.json" "$root"/editors/vscode/src/*.ts "$root/editors/vscode/package.json" | sha256sum)
if [ "$now" != "$(cat "$2/stamp" 2>/dev/null)" ]; then
    rm -rf "$2"
    node "$here/build.mjs" "$modules" "$2"
    echo "$now" >"$2/stamp"
fi
node "$here/drive.mjs" "$1" "$2" "$driver"
