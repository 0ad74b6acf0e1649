# Finds the one archive `<package>_<version>.orig.tar.<compression>` of a source package, whatever its version, and adds
# it to the store: { version, archive }.
{ directory }:

package:

let
  folder = directory + "/sources";
  pattern = "${builtins.replaceStrings [ "." "+" ] [ "\\." "\\+" ] package}_(.*)\\.orig\\.tar\\.(gz|bz2|xz)";
  found = builtins.filter (file: builtins.match pattern file != null) (builtins.attrNames (builtins.readDir folder));
  file = builtins.head found;
in
if builtins.length found != 1 then
  throw "found ${toString (builtins.length found)} archives of '${package}' in '${folder}', expected one: run fetch-sources.sh."
else
  {
    version = builtins.head (builtins.match pattern file);
    # A store path's name allows fewer characters than a Debian version does.
    archive = builtins.path {
      path = folder + "/${file}";
      name = builtins.replaceStrings [ "~" ":" "%" ] [ "-" "-" "-" ] file;
    };
  }
