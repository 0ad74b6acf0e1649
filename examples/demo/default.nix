# Real programs from upstream sources, with a toolchain unpacked from Debian's packages: what `./build.sh demo` builds.
#
#   sources   the directory that fetch-sources.sh filled
#   system    what the derivations ask of the machine that builds them
#
# Attributes: one per program, `toolchain`, `all` (a list of every program) and `tour` (depends on all of them).
{ sources, system ? builtins.currentSystem }:

let
  directory = toString sources;
  findSource = import ./find-source.nix { inherit directory; };
  toolchain = import ./toolchain { inherit directory system; };
  buildProgram = import ./build-program { inherit toolchain findSource system; };
  programs = import ./programs.nix { inherit buildProgram; };
  tour = import ./tour { inherit toolchain programs system; };
in
programs // { inherit toolchain tour; all = builtins.attrValues programs; }
