using Farm.Worker.Planning;

namespace Farm.Worker.Builtins;

/// <summary><c>builtin:buildenv</c>: a tree of links to the files of packages, as profiles have it.</summary>
internal static class BuildEnv
{
    public static async Task RunAsync(BuiltinContext context, CancellationToken ct)
    {
        var output = context.OutputFile;
        var packages = UserPackage.Read(context.Attribute("derivations"));
        var warnings = new List<string>();
        var environment = new UserEnvironment(context.Files, warnings.Add).Make(packages, context.Output);
        foreach (var warning in warnings)
            await context.Log($"warning: {warning}").ConfigureAwait(false);
        await Task.Run(() => Write(environment, output), ct).ConfigureAwait(false);
        File.CreateSymbolicLink(Path.Combine(output, "manifest.nix"), context.Attribute("manifest"));
    }

    private static void Write(UserEnvironmentEntry.Directory directory, string place)
    {
        Directory.CreateDirectory(place);
        foreach (var (name, entry) in directory.Entries)
        {
            var file = Path.Combine(place, name);
            if (entry is UserEnvironmentEntry.Directory inner)
                Write(inner, file);
            else if (entry is UserEnvironmentEntry.Link link)
                File.CreateSymbolicLink(file, link.Target);
        }
    }
}
