#!/bin/sh
# run.sh PROGRAM [PICTURE.png]: packs the extension with the program and drives VS Code with it. 77 when code-server,
# the driver or Chromium is missing.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=${here%/tests/e2e/vscode}
skip() { echo "skipped: $*"; exit 77; }
modules=$("$here/setup" --where)
[ -f "$(dirname "$modules")/stamp" ] || skip "code-server is not there; tests/e2e/vscode/setup fetches and compiles it (ten minutes)"
driver=$("$root/tests/e2e/scaffold/app/setup" --where)
[ -d "$driver/playwright-core" ] || skip "playwright-core is not there; tests/e2e/scaffold/app/setup fetches it"
command -v "${CHROMIUM:-chromium}" >/dev/null || skip "there is no Chromium"
vsix=$(mktemp -d) || exit 1
trap 'rm -rf "$vsix"' EXIT
"$root/editors/vscode/package" "$1" "$vsix/artel.vsix" || exit 1
node "$here/drive.mjs" "$vsix/artel.vsix" "$modules" "$driver" ${2:+"$2"}
