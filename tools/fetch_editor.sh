#!/bin/sh
# Another editor than the installed ones, for testing: unpacks packages of another Debian suite into a folder and
# installs nothing. DIR/nvim and DIR/hx then run, with that suite's own libraries; of elpa-lsp-mode the Lisp is there:
#
#   tools/fetch_editor.sh sid neovim /tmp/nvim    ARTEL_NVIM=/tmp/nvim/nvim ctest --preset dev -R e2e_nvim
#   tools/fetch_editor.sh sid hx /tmp/hx          ARTEL_HX=/tmp/hx/hx ctest --preset dev -R e2e_editor_helix
#   tools/fetch_editor.sh sid elpa-lsp-mode /tmp/lsp    ARTEL_LSP_MODE=/tmp/lsp/root ctest --preset dev -R e2e_editor_emacs
#
# usage: tools/fetch_editor.sh SUITE neovim|hx|elpa-lsp-mode DIR      (Debian on x86-64)
set -eu
[ $# = 3 ] || { echo "usage: tools/fetch_editor.sh SUITE neovim|hx|elpa-lsp-mode DIR" >&2; exit 2; }
suite=$1 wanted=$2
case $wanted in
neovim) program=nvim only='^[a-z]' ;;
hx) program=hx only='^[a-z]' ;;
elpa-lsp-mode) program='' only='^elpa-' ;; # beside the Emacs that is installed
*) echo "fetch_editor: knows neovim, hx and elpa-lsp-mode" >&2; exit 2 ;;
esac
mkdir -p "$3"
dir=$(cd "$3" && pwd)

# The archive that this machine uses anyway.
archive=$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' | grep -v security | head -n 1)
[ -n "$archive" ] || { echo "fetch_editor: apt knows no Debian archive; run apt-get update" >&2; exit 1; }
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
    --no-replaces --no-enhances "$wanted" | grep "$only" | grep -v -e ':i386' -e debconf | sort -u)
cd "$dir/debs"
for package in $packages; do
    apt-get -qq download "$package/$suite" >/dev/null
done
for deb in *.deb; do
    dpkg -x "$deb" "$dir/root"
done
[ -n "$program" ] || exit 0
binary=$(readlink -f "$dir/root/usr/bin/$program")
cat > "$dir/$program" <<RUN
#!/bin/sh
export VIMRUNTIME=$dir/root/usr/share/nvim/runtime HELIX_RUNTIME=$dir/root/usr/lib/hx/runtime
exec $dir/root/usr/lib64/ld-linux-x86-64.so.2 --argv0 $program --library-path \\
    $dir/root/usr/lib/x86_64-linux-gnu:$dir/root/lib/x86_64-linux-gnu $binary "\$@"
RUN
chmod +x "$dir/$program"
"$dir/$program" --version | head -n 1
