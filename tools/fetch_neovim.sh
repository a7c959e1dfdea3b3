#!/bin/sh
# Another Neovim than the installed one, for testing the plugin: unpacks the packages of another Debian
# suite into a folder and installs nothing. DIR/nvim then runs it, with that suite's own libraries:
#
#   tools/fetch_neovim.sh trixie /tmp/nvim-trixie
#   ARTEL_NVIM=/tmp/nvim-trixie/nvim ctest --preset dev -R e2e_nvim
#
# usage: tools/fetch_neovim.sh SUITE DIR      (Debian on x86-64)
set -eu
[ $# = 2 ] || { echo "usage: tools/fetch_neovim.sh SUITE DIR" >&2; exit 2; }
suite=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)

# The archive that this machine uses anyway.
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)
[ -n "$archive" ] || { echo "fetch_neovim: apt knows no Debian archive; run apt-get update" >&2; exit 1; }
mkdir -p "$dir/apt/lists/partial" "$dir/apt/cache/archives/partial" "$dir/debs"
echo "deb $archive $suite main" > "$dir/apt/sources.list"
cat > "$dir/apt/apt.conf" <<CONF
Dir::Etc::SourceList "$dir/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::State::Lists "$dir/apt/lists";
Dir::Cache "$dir/apt/cache";
APT::Sandbox::User "";
CONF
export APT_CONFIG="$dir/apt/apt.conf"
apt-get -qq update
packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances neovim | grep '^[a-z]' | grep -v -e ':i386' -e debconf | sort -u)
cd "$dir/debs"
for package in $packages; do
    apt-get -qq download "$package/$suite" >/dev/null
done
for deb in *.deb; do
    dpkg -x "$deb" "$dir/root"
done
cat > "$dir/nvim" <<RUN
#!/bin/sh
export VIMRUNTIME=$dir/root/usr/share/nvim/runtime
exec $dir/root/usr/lib64/ld-linux-x86-64.so.2 --argv0 nvim --library-path \\
    $dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu $dir/root/usr/bin/nvim "\$@"
RUN
chmod +x "$dir/nvim"
"$dir/nvim" --version | head -n 1
