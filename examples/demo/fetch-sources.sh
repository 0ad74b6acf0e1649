#!/usr/bin/env bash
# Fetches what examples/demo/default.nix builds from: upstream source archives out of Debian's source packages, and the
# binary packages that its toolchain is unpacked from. Needs apt, no root, and installs nothing.
#
# Usage: fetch-sources.sh [DIRECTORY]      default: ${XDG_CACHE_HOME:-~/.cache}/farm-demo
#
# Leaves DIRECTORY/sources/*.orig.tar.* and DIRECTORY/toolchain/*.deb, and prints DIRECTORY as its only line on standard
# output; what it does goes to standard error. A complete directory is left as it is, without asking the network.
set -euo pipefail

# Source packages; the archive that upstream released is taken from each, Debian's own files are not.
readonly source_packages=(
    zlib bzip2 lz4 lua5.4 lua-lpeg libpng1.6 optipng pngcheck zip unzip byacc original-awk
    libonig jq tree hello figlet xxhash squashfs-tools ncurses less
)

# Binary packages of the toolchain, with all that they depend on …
readonly toolchain_packages=(gcc make patchelf bash coreutils tar busybox-static)
# … and by themselves: what they depend on serves no C program of the demo.
readonly toolchain_packages_alone=(libc6-dev linux-libc-dev)
# Parts of the dependencies that compiling C does not use.
readonly toolchain_unused='^(lib[alt]san[0-9]*|libubsan[0-9]*|libhwasan[0-9]*|libitm[0-9]*|libquadmath[0-9]*|libcc1-[0-9]*|libgprofng[0-9]*|mawk|gawk|base-files|debianutils)$'

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "fetch-sources: $*"
    exit 1
}

[[ $# -le 1 ]] || fail "expected at most one argument, the directory to fill, but got $#: give one directory or none."
if [[ $# -eq 1 ]]; then
    directory=$1
else
    [[ -n ${XDG_CACHE_HOME:-}${HOME:-} ]] || fail "neither XDG_CACHE_HOME nor HOME is set: set one, or give a directory."
    directory=${XDG_CACHE_HOME:-${HOME:-}/.cache}/farm-demo
fi

for program in apt-get flock sha256sum; do
    command -v "$program" >/dev/null || fail "the program '$program' is missing: this script needs a Debian-like system."
done

mkdir -p "$directory" || fail "cannot make the directory '$directory': choose another one."
directory=$(cd "$directory" && pwd)
# apt's configuration has no way to quote these.
[[ $directory != *[\"\;[:space:]]* ]] || fail "'$directory' has a space, quote or semicolon in it: choose another directory."

exec 9>"$directory/.lock"
flock 9

# Complete means: made for these lists, and every file that was fetched is still there.
wanted=$(printf '%s\n' "${source_packages[@]}" -- "${toolchain_packages[@]}" -- "${toolchain_packages_alone[@]}" -- \
    "$toolchain_unused" | sha256sum | cut -d' ' -f1)
is_complete() {
    [[ -f $directory/.complete && $(head -n 1 "$directory/.complete") == "$wanted" ]] || return 1
    local file
    while read -r file; do
        [[ -f $directory/$file ]] || return 1
    done < <(tail -n +2 "$directory/.complete")
}
if is_complete; then
    say "fetch-sources: $directory is complete, nothing to fetch."
    printf '%s\n' "$directory"
    exit 0
fi

# A private apt: own lists and caches, no package counted as installed, the machine's repositories with their sources.
# The machine's own apt is only read.
apt=$directory/apt
rm -rf "$apt/sources.list.d"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/sources.list.d"
: >"$apt/status"
repositories=0
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -f $file ]] || continue
    sed -n -e 's/^[[:space:]]*deb[[:space:]].*/&/p' -e 's/^[[:space:]]*deb\([[:space:]].*\)/deb-src\1/p' "$file" \
        >"$apt/sources.list.d/$(basename "$file" .list).list"
    repositories=$((repositories + 1))
done
for file in /etc/apt/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    sed -e 's/^Types:.*/Types: deb deb-src/' "$file" >"$apt/sources.list.d/$(basename "$file")"
    repositories=$((repositories + 1))
done
[[ $repositories -gt 0 ]] || fail "no repository is set up in /etc/apt: apt has nowhere to fetch from."

cat >"$apt/apt.conf" <<CONF
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$apt/sources.list.d";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
export APT_CONFIG=$apt/apt.conf
log=$apt/log
: >"$log"

# Ends with a sentence, after what apt said last.
fail_with_log() {
    tail -n 20 "$log" >&2
    fail "$1 apt's own words are above, all of them in $log."
}

say "fetch-sources: reading the package lists into $apt"
# A repository that is not Debian's may have no source packages; what is really missing is told below.
apt-get update >>"$log" 2>&1 || say "fetch-sources: not every repository could be read, see $log; going on with the others."

sources=$directory/sources
toolchain=$directory/toolchain
rm -rf "$sources" "$toolchain" "$directory/.complete"
mkdir -p "$sources" "$toolchain"

# Every version of every source package, the one apt prefers first: a mirror may list an archive and not have it, while
# another version of the package has the same archive elsewhere.
uris=$apt/sources.uris
apt-get source --download-only --only-source --print-uris "${source_packages[@]}" >"$uris" 2>>"$log" ||
    fail_with_log "apt does not know every source package of ${source_packages[*]}:"
mapfile -t versions < <(apt-cache showsrc --only-source "${source_packages[@]}" 2>>"$log" |
    sed -n -e 's/^Package: //p' -e 's/^Version: /=/p' | paste -d '' - -)
apt-get source --download-only --only-source --print-uris "${versions[@]}" >>"$uris" 2>>"$log" ||
    fail_with_log "apt does not know every version that it lists itself:"

# Only what upstream released: '<address>' <file>.orig.tar.<compression> <bytes> <hash>, no signature, nothing of Debian's.
say "fetch-sources: fetching ${#source_packages[@]} source archives into $sources"
apt_helper=/usr/lib/apt/apt-helper
[[ -x $apt_helper ]] || fail "'$apt_helper' is missing: this script needs apt 1.1 or later."
while read -r uri file _ hash; do
    [[ $file == *.orig.tar.* && $file != *.asc && ! -e $sources/$file ]] || continue
    "$apt_helper" download-file "${uri//\'/}" "$sources/$file.new" "$hash" >>"$log" 2>&1 || continue
    mv "$sources/$file.new" "$sources/$file"
done < <(grep "^'" "$uris")
rm -rf "$sources"/*.new* "$sources"/partial
missing=()
for package in "${source_packages[@]}"; do
    compgen -G "$sources/${package}_*.orig.tar.*" >/dev/null || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] ||
    fail_with_log "this machine's repositories list the source packages ${missing[*]} but did not give their archives:"

# What the toolchain's packages depend on, as names with versions: '<address>' <file> <size> <hash>, one a line.
plan=$apt/toolchain.plan
apt-get install --yes --print-uris "${toolchain_packages[@]}" >"$plan" 2>>"$log" ||
    fail_with_log "apt finds no way to have ${toolchain_packages[*]} together:"
mapfile -t closure < <(sed -n "s/^'[^']*' \([^_ ]*\)_.*/\1/p" "$plan" | sort -u | grep -E -v "$toolchain_unused")
[[ ${#closure[@]} -gt ${#toolchain_packages[@]} ]] ||
    fail "apt named only ${#closure[@]} packages for ${toolchain_packages[*]}: see $plan."

say "fetch-sources: fetching $((${#closure[@]} + ${#toolchain_packages_alone[@]})) toolchain packages into $toolchain"
(cd "$toolchain" && apt-get download "${closure[@]}" "${toolchain_packages_alone[@]}" >>"$log" 2>&1) ||
    fail_with_log "the toolchain packages could not be fetched:"

{
    printf '%s\n' "$wanted"
    cd "$directory"
    find sources toolchain -type f | sort
} >"$directory/.complete.new"
mv "$directory/.complete.new" "$directory/.complete"
rm -rf "$apt/lists" "$apt"/*.bin

say "fetch-sources: $(find "$sources" "$toolchain" -type f | wc -l) files, $(du -sm "$directory" | cut -f1) MB in $directory"
printf '%s\n' "$directory"
