# Depends on every program and uses them on one another's files: one derivation that all the others lead to. Its output
# holds a report and copies of the programs that run from anywhere.
{ toolchain, programs, system }:

derivation ({
  name = "tour";
  inherit system toolchain;
  programNames = builtins.attrNames programs;
  builder = "${toolchain}/bin/bash";
  args = [ "-eu" ./tour.sh ];
} // programs)
