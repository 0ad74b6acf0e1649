# Builds one program in phases. A phase is the shell text in $<name>Phase where the expression gave one, else the function
# <name>Default below.

export PATH=$toolchain/bin
export CC=$toolchain/bin/cc AR=$toolchain/bin/ar RANLIB=$toolchain/bin/ranlib
export SHELL=$toolchain/bin/bash CONFIG_SHELL=$toolchain/bin/bash
export CFLAGS=-O1
# No build depends on when it ran.
export SOURCE_DATE_EPOCH=315532800 TZ=UTC LC_ALL=C

# What the compiler is told of the dependencies.
export FARM_CFLAGS= FARM_LDFLAGS=
for dependency in $dependencies; do
    [[ ! -d $dependency/bin ]] || PATH=$dependency/bin:$PATH
    [[ ! -d $dependency/include ]] || FARM_CFLAGS+=" -isystem $dependency/include"
    [[ ! -d $dependency/lib ]] || FARM_LDFLAGS+=" -L$dependency/lib -Wl,-rpath,$dependency/lib"
done
[[ -z $static ]] || FARM_LDFLAGS+=" -static"

compile() { make -j"${NIX_BUILD_CORES:-1}" SHELL="$SHELL" CC="$CC" AR="$AR" RANLIB="$RANLIB" "$@"; }

unpackDefault() {
    case $archive in
        *.gz) gzip -dc "$archive" ;;
        *.bz2) bzip2 -dc "$archive" ;;
        *.xz) xz -dc "$archive" ;;
    esac | tar -xf -
    cd ./*/
}

configureDefault() {
    if [[ -x configure ]]; then
        ./configure --prefix="$out" --disable-dependency-tracking --disable-nls
    fi
}

buildDefault() { compile; }

installDefault() { make SHELL="$SHELL" CC="$CC" AR="$AR" prefix="$out" PREFIX="$out" install; }

checkDefault() { :; }

runPhase() {
    local text=$1Phase
    echo "== $1"
    if [[ -n ${!text:-} ]]; then
        eval "${!text}"
    else
        "$1Default"
    fi
}

for phase in unpack configure build install check; do
    runPhase "$phase"
done

# Programs keep no symbols, and nothing needs the manuals.
rm -rf "$out"/share/{man,info,doc,locale} "$out"/man
for file in "$out"/bin/*; do
    [[ ! -f $file || -L $file ]] || strip "$file" 2>/dev/null || true
done
