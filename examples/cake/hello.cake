#addin nuget:?package=Cake.Farm&version=0.1.0
var hello = FarmDerivation(new() { Name = "hello", Builder = "/bin/sh", Args = ["-c", "echo hello > $out"] });
Information(FarmBuild(hello)["out"]);
