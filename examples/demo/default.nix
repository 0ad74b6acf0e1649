# Real programs from upstream sources, with a toolchain unpacked from Debian's packages: what `./build.sh demo` builds.
#
#   sources   the directory that fetch-sources.sh filled, absolute
#   system    what the derivations ask of the machine that builds them
#
# Attributes: one per program, `toolchain`, `all` (a list of every program) and `tour` (depends on all of them).
{ sources, system ? builtins.currentSystem }:

let
  directory =
    if builtins.substring 0 1 (toString sources) == "/" then toString sources
    else throw "the argument 'sources' is '${toString sources}', expected the absolute path that fetch-sources.sh printed.";
  findSource = import ./find-source.nix { inherit directory; };
  toolchain = import ./toolchain { inherit directory system; };
  buildProgram = import ./build-program { inherit toolchain findSource system; };
  programs = import ./programs.nix { inherit buildProgram; };
  tour = import ./tour { inherit toolchain programs system; };
in
programs // { inherit toolchain tour; all = builtins.attrValues programs; }
