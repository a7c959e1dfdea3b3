#!/bin/sh
# What grammars/ promises of its packages: all are pinned to one version, all are in the licence table with that
# version and a permissive licence, every parser in the list belongs to one of them, and the lock file names
# no host to download from.
set -eu
cd "$(dirname "$0")/../../../grammars"
failed=0
passed=0

check() { # MESSAGE COMMAND...
    message=$1
    shift
    if "$@" >/dev/null 2>&1; then passed=$((passed + 1)); else
        echo "FAILED: $message"
        failed=$((failed + 1))
    fi
}

pins=$(sed -n 's/^    "\(.*\)": "\(.*\)",\{0,1\}$/\1 \2/p' package.json)
for name in $(echo "$pins" | cut -d' ' -f1); do
    version=$(echo "$pins" | sed -n "s|^$name ||p")
    check "$name: \"$version\" is not one exact version" \
        sh -c "echo '$version' | grep -Eqx '[0-9]+[.][0-9]+[.][0-9]+'"
    check "$name $version is not in THIRD_PARTY.md with a permissive licence" \
        grep -Eq "^[|] $name [|] $version [|] (MIT|ISC|Apache-2.0|BSD-[23]-Clause) [|]" THIRD_PARTY.md
    check "$name $version is not in package-lock.json" \
        grep -q "\"$name\": \"$version\"" package-lock.json
done
sed -e 's/#.*//' -e '/^[[:space:]]*$/d' parsers.list | while read -r parser folder _; do
    echo "$pins" | cut -d' ' -f1 | grep -Fqx "$(echo "$folder" | sed -E 's|^(@[^/]+/[^/]+\|[^@/][^/]*).*|\1|')" ||
        echo "$parser: no package of $folder"
    grep -q "X($parser)" language.c || echo "$parser: not in language.c"
done >"${TMPDIR:-/tmp}/artel_packages.$$"
check "$(cat "${TMPDIR:-/tmp}/artel_packages.$$")" test ! -s "${TMPDIR:-/tmp}/artel_packages.$$"
rm -f "${TMPDIR:-/tmp}/artel_packages.$$"
check 'package-lock.json says where to download from' sh -c '! grep -q "\"resolved\"" package-lock.json'
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 100 ]
