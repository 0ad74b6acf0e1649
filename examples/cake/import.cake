// A derivation that Nix has made, and one in C# that uses it.
#addin nuget:?package=Cake.Farm&version=0.1.0

var imported = FarmImport(Argument<string>("drv"));
Information("{0} has the outputs {1}", imported.Name, string.Join(", ", imported.OutputNames));
var user = FarmDerivation(new() { Name = "user", Builder = "/bin/sh", Args = ["-c", $"read line < {imported}; echo \"$line, again\" > $out"] });
Information(FarmBuild(user)["out"]);
