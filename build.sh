#!/usr/bin/env bash
# The two commands of the README: ./build.sh demo and ./build.sh test. Everything else is a target of build.cake.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'EOF'
Usage: ./build.sh [TARGET] [CAKE ARGUMENTS…]

Targets
  demo          build real upstream programs on a farm of one coordinator and two workers
  demo-clean    remove what the demo keeps (its stores and downloaded sources)
  test          format check, build, all tests (needs root for the store and sandbox tests)
  build         build all projects
  format-check  check the formatting
  publish       the runnable program, at artifacts/bin/farm, with farm-sandbox beside it
  pack          the add-in for Cake, as a package in artifacts/packages
  farm          Farm's own projects as derivations on a farm of this machine, twice, with equal outputs (needs root)
  bench         measure against real Nix; one group alone: ./build.sh bench --group=store
  fuzz          try inputs for the parsers; ./build.sh fuzz --format=nar --minutes=10 --seed=1
  restore       restore packages and tools

Packages that a target needs are installed with apt when that is possible (root or sudo), else named.
EOF
}

target=${1:-help}
[ $# -gt 0 ] && shift
case "$target" in
    help | -h | --help)
        usage
        exit 0
        ;;
    demo | demo-clean | test | build | format-check | publish | pack | farm | bench | fuzz | restore) ;;
    *)
        echo "build.sh: '$target' is no target; run ./build.sh --help for the list." >&2
        exit 1
        ;;
esac

if ! command -v dotnet >/dev/null; then
    echo "build.sh: the .NET 10 SDK is needed and 'dotnet' is not on the PATH; install it and run this again." >&2
    exit 1
fi

# gcc links the sandbox helper; nix-bin is the real Nix we are compared with; busybox-static is /bin/sh in sandboxes.
packages=(gcc libc6-dev)
case "$target" in
    test | bench)
        packages+=(nix-bin busybox-static dpkg-dev e2fsprogs xfsprogs btrfs-progs util-linux procps iproute2 xz-utils strace bubblewrap git make systemd openssh-server openssh-client)
        # What the cache server is compared with, and its client.
        [ "$target" != bench ] || packages+=(nginx-light curl)
        ;;
    demo) packages+=(nix-bin busybox-static dpkg-dev xz-utils) ;;
    farm) packages+=(busybox-static e2fsprogs) ;;
    format-check | restore | build | pack | fuzz | demo-clean) packages=() ;;
esac

missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ]; then
        as_root=()
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=(sudo)
    else
        echo "build.sh: these packages are missing and this user cannot install them: ${missing[*]}" >&2
        echo "Run: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing with apt: ${missing[*]}"
    install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}")
    log=$(mktemp)
    if ! "${install[@]}" >"$log" 2>&1; then
        # The package lists are missing or old: fetch them once.
        if ! { "${as_root[@]}" apt-get update -q && "${install[@]}"; } >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            echo "build.sh: apt could not install ${missing[*]}; its messages stand above." >&2
            exit 1
        fi
    fi
    rm -f "$log"
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool restore >/dev/null

summary=artifacts/test-results/summary.txt
rm -f "$summary"
status=0
dotnet cake build.cake --target="$target" --verbosity=normal "$@" || status=$?
# Last: what failed, and alone on the last line what the tests came to.
[ -f "$summary" ] && cat "$summary"
exit "$status"
