// A builder that fails: the script ends with the last lines of its log and the command that shows the rest.
#addin nuget:?package=Cake.Farm&version=0.1.0

FarmBuild(
    FarmDerivation(
        new()
        {
            Name = "failing",
            Builder = "/bin/sh",
            Args = ["-c", "echo what it did; echo why it failed >&2; exit 3"],
        }
    )
);
