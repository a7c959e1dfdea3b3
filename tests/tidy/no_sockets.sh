#!/bin/sh
# no_sockets.sh PROGRAM: fails when the program itself imports a call that could reach a network.
set -eu
calls='socket|socketpair|connect|bind|listen|accept|accept4|send|sendto|sendmsg|sendmmsg|recv|recvfrom|recvmsg|recvmmsg|getaddrinfo|gethostbyname|gethostbyname2|gethostbyaddr|res_query|res_search'
imported=$(nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $NF); print $NF }')
# A list without the C library's own calls means that nm was read wrongly.
echo "$imported" | grep -qx 'read' || { echo "no_sockets: cannot read the imports of $1"; exit 1; }
found=$(echo "$imported" | grep -xE "$calls" || true)
[ -z "$found" ] || { echo "no_sockets: $1 imports:" $found; exit 1; }
echo "no_sockets: $(echo "$imported" | wc -l) imports, none reaches a network"
