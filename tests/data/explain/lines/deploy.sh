#!/usr/bin/env bash
# Builds, packs and sends a release. Usage: deploy.sh [-n] [-t TAG] HOST...
set -Eeuo pipefail
shopt -s nullglob extglob
readonly here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
declare -A ports=([staging]=2222 [live]=22)
dry= tag=$(git -C "$here" describe --tags --always --dirty 2>/dev/null || date +%Y%m%d)

die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
run() { if [[ -n $dry ]]; then echo "+ $*"; else "$@"; fi; }
trap 'die "line $LINENO failed with $?"' ERR
trap 'rm -rf -- "${work:-}"' EXIT

while getopts ':nt:h' option; do
  case $option in
    n) dry=yes ;;
    t) tag=${OPTARG#v} ;;
    h | \?) sed -n '2s/^# //p' "$0"; exit $((option != h)) ;;
    :) die "-$OPTARG needs a value" ;;
  esac
done
shift $((OPTIND - 1))
(($# > 0)) || die 'no host'

work=$(mktemp -d)
mapfile -t files < <(git -C "$here" ls-files -z -- '*.py' ':!tests' | tr '\0' '\n' | sort -u)
tar -C "$here" -czf "$work/app-$tag.tar.gz" --exclude='*.pyc' "${files[@]}"
(cd "$work" && sha256sum -- *.gz > SHA256SUMS)

for host in "$@"; do
  port=${ports[${host%%.*}]:-22}
  until run ssh -p "$port" -o ConnectTimeout=5 "$host" 'mkdir -p ~/releases'; do
    ((++tries < 3)) || die "cannot reach $host"
    sleep $((2 ** tries))
  done
  run scp -P "$port" "$work"/!(*.tmp) "$host:releases/" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done

cat <<-END | tee -a "${LOG_FILE:=/tmp/deploy.log}"
	$(date -Is) ${USER^} sent $tag to $# host${2:+s} (${#files[@]} files)
	END
find "$here/old" -name '*.tar.gz' -mtime +30 -print0 2>&1 | xargs -0 -r rm -v
