
case ${1:-} in
    get | all) shift; send GET "$base$(query "$@")"; cat "$answer" ;;
    put) [ $# = 2 ] || die 'put FILE' 2; send PUT "$base" "$2" ;;
    *) die 'usage: @usage@' 2 ;;
esac
