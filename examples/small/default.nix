# A handful of derivations that build in no time, with no builder but the sandbox's /bin/sh, a static busybox: for a first
# try of a farm, and for tests.
#
#   system    what the derivations ask of the machine that builds them
#   salt      any text; another salt gives derivations that nobody has built yet
#   seconds   how long `slow` takes
#
# Attributes:
#   greeting, shouted, counted   a chain: each reads the one before
#   split      two outputs, `out` refers to `data`
#   collected  reads all of these; its output refers to itself and to `split`
#   failing    prints a line and exits with 3
#   slow       prints a line each second
{ system ? builtins.currentSystem, salt ? "", seconds ? "30" }:

let
  run = name: attributes: script:
    derivation ({
      inherit name system salt;
      builder = "/bin/sh";
      args = [ "-eu" "-c" script ];
    } // attributes);
in
rec {
  greeting = run "greeting" { source = ./greeting.txt; } ''
    cat "$source" >"$out"
  '';

  shouted = run "shouted" { inherit greeting; } ''
    tr a-z A-Z <"$greeting" >"$out"
  '';

  counted = run "counted" { inherit shouted; } ''
    wc -c <"$shouted" >"$out"
  '';

  split = run "split" { outputs = [ "out" "data" ]; } ''
    mkdir -p "$out/bin" "$data"
    seq 1 100 >"$data/numbers"
    printf '#!/bin/sh\nexec tail -n 1 %s\n' "$data/numbers" >"$out/bin/last-number"
    chmod +x "$out/bin/last-number"
  '';

  collected = run "collected" { inherit greeting shouted counted split; } ''
    mkdir "$out"
    cat "$greeting" "$shouted" "$counted" >"$out/words"
    "$split/bin/last-number" >"$out/number"
    ln -s "$split/bin/last-number" "$out/program"
    ln -s "$out/words" "$out/link-to-words"
    cat "$out/words" "$out/number"
  '';

  failing = run "failing" { } ''
    echo "this derivation always fails"
    exit 3
  '';

  slow = run "slow" { inherit seconds; } ''
    for second in $(seq 1 "$seconds"); do
      echo "second $second of $seconds"
      sleep 1
    done
    echo "$seconds" >"$out"
  '';
}
