#!/bin/bash
set -euo pipefail
target=${1:-/tmp/backup}
name=$(basename "$PWD")
mkdir -p "$target"
for file in *.txt; do
    [[ -f $file ]] || continue
    cp "$file" "$target/${file%.txt}-${name//[^a-z]/_}.txt"
done
tar -czf "$target.tgz" "$target" 2>/dev/null && echo "done: $(ls "$target" | wc -l) files" >&2
while IFS=: read -r user _ id _; do
    ((id >= 1000)) && echo "$user"
done < /etc/passwd
