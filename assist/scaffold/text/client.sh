#!/usr/bin/env bash
# From @sample@: the HTTP API that it is an answer of, for the shell. Needs curl and jq.
# Guessed from the sample: the path and the names of parameters. Correct them here.
#
# usage: @file@ @usage@
#   BASE_URL   https://api.example.com/v1 (needed)
#   TOKEN      sent as `Authorization: Bearer ...`; never seen in the list of processes
#   RETRIES    how often a request is tried again after 429, 502, 503, 504 or no answer; 3 if not given
#   TIMEOUT    seconds for each try; 30 if not given
# @jqNote@Answers go to standard output; errors to standard error, with exit status 1 (2: wrong usage).
set -euo pipefail

die() { printf '%s: %s\n' "${0##*/}" "$1" >&2; exit "${2:-1}"; }

answer=$(mktemp) headers=$(mktemp) trouble=$(mktemp)
trap 'rm -f "$answer" "$headers" "$trouble"' EXIT

# send METHOD URL [FILE]: the body of the answer goes to $answer, its head to $headers.
send() {
    local method=$1 url=$2 body=${3:-} status attempt=0 wait
    local args=(--silent --show-error --request "$method" --header 'Accept: application/json'
        --max-time "${TIMEOUT:-30}" --dump-header "$headers" --output "$answer" --write-out '%{http_code}'
        --proto '=http,https')
    [ -z "$body" ] || args+=(--header 'Content-Type: application/json' --data-binary "@$body")
    while :; do
        : >"$answer"
        status=$(printf '%s\n' "${TOKEN:+Authorization: Bearer $TOKEN}" |
            curl "${args[@]}" --header @- "$url" 2>"$trouble") || status=000
        case $method:$status in
            *:2??) return ;;
            # A POST that got no answer may have been carried out.
            *:429) ;;
            POST:*) break ;;
            *:000 | *:502 | *:503 | *:504) ;;
            *) break ;;
        esac
        [ "$attempt" -lt "${RETRIES:-3}" ] || break
        wait=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]\{1,4\}\).*/\1/p' "$headers" | tail -1)
        sleep "${wait:-$((2 ** attempt))}"
        attempt=$((attempt + 1))
    done
    [ "$status" = 000 ] && die "$method $url: no answer: $(cat "$trouble")"
    die "$method $url: $status: $(head -c 200 "$answer")"
}

encode() { jq -rn --arg v "$1" '$v | @uri'; }

# query NAME=VALUE...: "?name=value&..."
query() {
    local text='' pair
    for pair in "$@"; do
        case $pair in
            ?*=*) text+="${text:+&}$(encode "${pair%%=*}")=$(encode "${pair#*=}")" ;;
            *) die "$pair: parameters are NAME=VALUE" 2 ;;
        esac
    done
    printf '%s' "${text:+?$text}"
}

[ -n "${BASE_URL:-}" ] || die 'BASE_URL is not set' 2
base=${BASE_URL%/}/@path@
@code@
