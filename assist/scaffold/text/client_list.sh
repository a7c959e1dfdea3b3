
# All rows, one a line, page after page.
all() {
    local url next
    url=$base$(query "$@")
    while :; do
        send GET "$url"
        jq -c '@rowsOfPage@' "$answer"
@next@        if [ -z "$next" ] || [ "$next" = "$url" ]; then break; fi
        url=$next
    done
}

case ${1:-} in
    page) shift; url=$base$(query "$@"); send GET "$url"; cat "$answer" ;;
    all) shift; all "$@" ;;
@items@    *) die 'usage: @usage@' 2 ;;
esac
