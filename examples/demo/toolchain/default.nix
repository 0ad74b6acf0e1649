# A C toolchain that runs from the store: Debian's gcc, binutils, make and bash, unpacked and pointed at their own C
# library. Built by nothing but /bin/sh, which the sandbox gives as a static busybox.
#
#   out    the programs, and in `sysroot` what is compiled and linked against
#   libc   the C library's run-time part, the only thing of it that built programs refer to
{ directory, system }:

let
  folder = directory + "/toolchain";
  files = builtins.filter (file: builtins.match ".*\\.deb" file != null) (builtins.attrNames (builtins.readDir folder));
  # A store path's name allows fewer characters than a Debian file name does.
  addToStore = file:
    builtins.path {
      path = folder + "/${file}";
      name = builtins.replaceStrings [ "~" ":" "%" ] [ "-" "-" "-" ] file;
    };
in
if files == [ ] then
  throw "found no .deb file in '${folder}': run fetch-sources.sh."
else
  derivation {
    name = "toolchain";
    inherit system;
    outputs = [ "out" "libc" ];
    packages = map addToStore files;
    compiler = ./cc.sh;
    builder = "/bin/sh";
    args = [ "-eu" ./unpack.sh ];
  }
