// A farm for this script alone. It ends with the script.
#addin nuget:?package=Cake.Farm&version=0.1.0

var hello = FarmDerivation(new() { Name = "hello", Builder = "/bin/sh", Args = ["-c", "echo hello > $out"] });

var settings = new FarmUpSettings
{
    Listen = Argument("listen", "127.0.0.1:7410"),
    DataDirectory = Argument("data", "artifacts/farm"),
    Set = Arguments<string>("set", new List<string>()).ToArray(),
};
using (var farm = FarmUp(settings))
{
    var built = FarmBuild(hello, new FarmBuildSettings { Coordinator = farm.Address });
    Information("{0} is {1}", built["out"], built.Steps == 1 ? "built" : "there");
    Information(FarmLog(hello.File.PrintedPath, new FarmSettings { Coordinator = farm.Address }));
}
