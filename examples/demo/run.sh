#!/usr/bin/env bash
# The demo: a farm of one coordinator and two workers, three processes with three stores, builds real upstream programs.
# Called by ./build.sh demo with the folder of the program farm; with --clean it removes what the demo keeps.
#
#   FARM_DEMO_DIR     where the stores are kept          default: $XDG_STATE_HOME/farm-demo or ~/.local/state/farm-demo
#   FARM_DEMO_SOURCES where downloaded sources are kept  default: $XDG_CACHE_HOME/farm-demo or ~/.cache/farm-demo
#   FARM_DEMO_PORT    the coordinator's port             default: 7419
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${FARM_DEMO_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/farm-demo}
sources=${FARM_DEMO_SOURCES:-${XDG_CACHE_HOME:-$HOME/.cache}/farm-demo}
port=${FARM_DEMO_PORT:-7419}

say() { printf '\n== %s\n' "$*"; }
fail() {
    printf 'demo: %s\n' "$*" >&2
    exit 1
}

if [ "${1:-}" = --clean ]; then
    for folder in "$state" "$sources"; do
        [ -e "$folder" ] || continue
        # Files in a store may carry the immutable bit, which stops even root.
        chattr -R -f -i "$folder" 2>/dev/null || true
        chmod -R u+w "$folder"
        rm -rf "$folder"
        echo "Removed $folder"
    done
    exit 0
fi

bin=${1:?folder of the program farm}
export PATH="$bin:$PATH"
mkdir -p "$state"
export FARM_COORDINATOR=http://127.0.0.1:$port
# The real Nix keeps to the demo's folder.
export NIX_STATE_HOME="$state/nix" NIX_CONF_DIR="$state/nix/conf" XDG_CACHE_HOME="$state/nix/cache" NIX_REMOTE=
mkdir -p "$NIX_CONF_DIR"

say "Sources of the programs and a tool chain, from Debian"
"$here/fetch-sources.sh" "$sources" >/dev/null

say "Derivations, made by the real nix-instantiate ($(nix-instantiate --version))"
instantiate() {
    nix-instantiate --store "$state/client" "$here/default.nix" --argstr sources "$sources" "$@" 2>"$state/nix-instantiate.log" || {
        cat "$state/nix-instantiate.log" >&2
        fail "nix-instantiate failed; its messages stand above."
    }
}
tour=$(instantiate -A tour)
instantiate -A all >"$state/drvs"
mapfile -t programs < <(sort -u "$state/drvs")
echo "${#programs[@]} programs and libraries, and a tour that uses them all: $tour"

say "A farm: one coordinator, two workers, three stores below $state/farm"
farm up --workers 2 --data-dir "$state/farm" --listen "127.0.0.1:$port" >"$state/farm.log" 2>&1 &
farm_pid=$!
stop() {
    kill -TERM "$farm_pid" 2>/dev/null || true
    wait "$farm_pid" 2>/dev/null || true
}
trap stop EXIT
if ! farm status --wait --workers 2 --timeout 60; then
    tail -n 20 "$state/farm.log" >&2
    fail "the farm did not come up; its messages stand above and in $state/farm.log."
fi

say "Building"
farm build --from "$state/client" --out-link "$state/result" "$tour" "${programs[@]}" >"$state/outputs"

say "The same again: nothing is left to build"
started=$(date +%s%N)
farm build --from "$state/client" --out-link "$state/result" "$tour" "${programs[@]}" \
    >"$state/outputs-again" 2>"$state/build-again.log" || { cat "$state/build-again.log" >&2; fail "the second run failed."; }
tail -n 1 "$state/build-again.log"
echo "answered in $((($(date +%s%N) - started) / 1000000)) ms"
cmp -s "$state/outputs" "$state/outputs-again" || fail "the second run gave other outputs than the first."

say "What was built runs, from its link into the coordinator's store"
"$state/result/bin/hello"
sed -n '1,60p' "$state/result/report.txt"

cat <<EOF

What to try next (the farm stops with this script; start it again with the first line):
  export PATH=$bin:\$PATH FARM_COORDINATOR=$FARM_COORDINATOR
  farm up --workers 2 --data-dir $state/farm --listen 127.0.0.1:$port
  farm status                       what the farm does
  farm log $tour
  farm build --from $state/client $tour
  $state/result/bin/tree $state/result/
  ./build.sh demo-clean             removes all of it again
EOF
