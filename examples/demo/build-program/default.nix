# Builds one upstream program: unpack, configure, build, install, check.
#
#   package       Debian's name of the source package
#   dependencies  programs or libraries that it is compiled and linked with, or that its build runs
#   isStatic      whether it is linked so that it runs without the store that it was built in
#   configure, build, install, check
#                 shell text; the default of each is in build.sh
{ toolchain, findSource, system }:

{ package, dependencies ? [ ], isStatic ? false, configure ? null, build ? null, install ? null, check ? null }:

let
  source = findSource package;
  isGiven = phase: phase != null;
  phases = { inherit configure build install check; };
  givenPhases = builtins.listToAttrs (builtins.filter (phase: isGiven phase.value)
    (map (name: { name = "${name}Phase"; value = phases.${name}; }) (builtins.attrNames phases)));
in
derivation ({
  name = "${package}-${builtins.replaceStrings [ "~" ":" ] [ "-" "-" ] source.version}";
  inherit system dependencies toolchain;
  inherit (source) archive;
  static = if isStatic then "1" else "";
  builder = "${toolchain}/bin/bash";
  args = [ "-eu" ./build.sh ];
} // givenPhases)
