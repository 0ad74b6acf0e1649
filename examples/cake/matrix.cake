// A matrix of builds side by side, a report over all of them, and the outputs as artefacts.
#addin nuget:?package=Cake.Farm&version=0.1.0

var target = Argument("target", "artefacts");
var artefacts = Directory(Argument("artefacts", "artifacts/matrix"));
var languages = new[] { "de", "en", "fr" };
var sizes = new[] { "small", "large" };
FarmBuildResult built = null;

Derivation Greeting(string language, string size) =>
    FarmDerivation(
        new()
        {
            Name = $"greeting-{language}-{size}",
            Builder = "/bin/sh",
            Args = ["-c", "echo \"$language, $size\" > $out"],
            Attributes = new AttributeSet { ["language"] = language, ["size"] = size },
        }
    );

Task("build")
    .Does(() =>
    {
        var greetings = languages.SelectMany(language => sizes.Select(size => Greeting(language, size))).ToArray();
        // The report needs the others: the text of its script tells the farm so.
        var report = FarmDerivation(
            new()
            {
                Name = "report",
                Builder = "/bin/sh",
                Args =
                [
                    "-c",
                    $"for each in {NixString.Join(" ", greetings.Select(greeting => greeting.OutPath))}; do read line < $each; echo \"$line\"; done > $out",
                ],
            }
        );
        EnsureDirectoryExists(artefacts);
        built = FarmBuild(
            greetings.Append(report),
            new FarmBuildSettings { OutLink = artefacts.Path.CombineWithFilePath("result"), KeepGoing = true }
        );
    });

Task("artefacts")
    .IsDependentOn("build")
    .Does(() =>
    {
        foreach (var output in built.Outputs)
        {
            var name = System.IO.Path.GetFileName(output.Path)[33..];
            System.IO.File.Copy(output.Link, artefacts.Path.CombineWithFilePath(name).FullPath, overwrite: true);
        }
        FarmCopy(built.Outputs.Select(output => output.Path), new FarmCopySettings { To = $"file://{MakeAbsolute(artefacts)}/cache" });
        Information("{0} steps, {1} outputs in {2}", built.Steps, built.Outputs.Count, artefacts);
    });

RunTarget(target);
