    get) [ $# = 2 ] || die 'get KEY' 2; send GET "$base/$(encode "$2")"; cat "$answer" ;;
    create) [ $# = 2 ] || die 'create FILE' 2; send POST "$base" "$2"; cat "$answer" ;;
    update) [ $# = 3 ] || die 'update KEY FILE' 2; send PUT "$base/$(encode "$2")" "$3"; cat "$answer" ;;
    remove) [ $# = 2 ] || die 'remove KEY' 2; send DELETE "$base/$(encode "$2")" ;;
