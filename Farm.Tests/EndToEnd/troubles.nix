# Derivations whose builders make trouble, for the tests of a farm under trouble. Another salt gives others.
{ system ? builtins.currentSystem, salt ? "", seconds ? "3" }:

let
  run = name: attributes: script:
    derivation ({
      inherit name system salt;
      builder = "/bin/sh";
      args = [ "-eu" "-c" script ];
    } // attributes);
  step = number: run "step-${toString number}" { inherit seconds; } ''
    for second in $(seq 1 "$seconds"); do
      echo "second $second"
      sleep 1
    done
    echo "${toString number}" >"$out"
  '';
in
{
  # Six independent steps that take a while, and one that needs them all.
  steps = builtins.genList step 6;
  last = run "last" { steps = builtins.genList step 6; } ''
    cat $steps >"$out"
  '';

  # Says hello and then never ends.
  endless = run "endless" { } ''
    echo "here for good"
    while :; do sleep 1; done
  '';
  # The same, deaf to every signal that it may be deaf to.
  stubborn = run "stubborn" { } ''
    trap "" HUP INT QUIT TERM USR1 USR2 PIPE ALRM
    echo "cannot hear you"
    while :; do sleep 1 || true; done
  '';
  # Prints 100 MB.
  flood = run "flood" { } ''
    yes 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde | head -c 100000000
    echo done >"$out"
  '';
  # Starts more and more processes until it may start no more. A shell ends when it cannot, so the builder becomes something that starts none.
  bomb = run "bomb" { } ''
    bomb() { while :; do bomb & sleep 1 || true; done; }
    bomb &
    exec sleep 100000
  '';
  # Ends well with children that go on, which hold its output open.
  orphans = run "orphans" { } ''
    (trap "" HUP TERM; sleep 100000) &
    (trap "" HUP TERM; sleep 100000) >/dev/null 2>&1 &
    echo left >"$out"
  '';
  # Killed by a signal.
  murdered = run "murdered" { } ''
    echo "about to die"
    kill -KILL $$
  '';
  # Ends well without its output.
  nothing = run "nothing" { } "true";
  # Half an output, then failure.
  half = run "half" { } ''
    mkdir "$out"
    echo half >"$out/half"
    exit 1
  '';
  # Another content than was promised.
  mismatch = run "mismatch" {
    outputHashAlgo = "sha256";
    outputHashMode = "flat";
    outputHash = "0000000000000000000000000000000000000000000000000000";
  } ''
    echo something >"$out"
  '';
  # Nobody builds for this platform.
  foreign = run "foreign" { system = "riscv64-plan9"; } "true";
}
