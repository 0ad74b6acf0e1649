using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Farm.Store.Closures;

namespace Farm.Cli.Commands.Stores;

/// <summary><c>farm store diff-closures</c>: which packages changed between two closures.</summary>
internal static class DiffClosuresCommand
{
    private const string NoVersions = "∅";
    private const string NoVersion = "ε";

    public static FarmCommand Create(StoreVerbs verbs)
    {
        var before = new Argument<string>("BEFORE") { Description = "A store path, or a link to one." };
        var after = new Argument<string>("AFTER") { Description = "What to compare it with." };
        var json = GlobalOptions.Json();
        var command = new FarmCommand(
            "diff-closures",
            "Show which versions and sizes differ between the closures of two paths.",
            ["farm store diff-closures ./result-old ./result"]
        )
        {
            before,
            after,
            json,
        };
        verbs.OnStore(
            command,
            async (parsed, store, ct) =>
            {
                async Task<ReferenceGraph> GraphAsync(Argument<string> argument)
                {
                    var path = StorePathArgument.ParseObject(store.Layout, parsed.GetRequiredValue(argument));
                    var closure = await store.ClosureAsync([path], ct).ConfigureAwait(false);
                    return await store.GraphAsync(closure, ct).ConfigureAwait(false);
                }
                var old = await GraphAsync(before).ConfigureAwait(false);
                var now = await GraphAsync(after).ConfigureAwait(false);
                var changes = ClosureDifference.Between(old.Infos, now.Infos);
                if (parsed.GetValue(json))
                {
                    verbs.WriteJson([.. changes], CliJsonContext.Default.PackageChangeArray);
                    return;
                }
                foreach (var change in changes)
                {
                    verbs.Services.Terminal.Out.WriteLine(Line(change, verbs.Services.Terminal.OutHasColour));
                }
            }
        );
        return command;
    }

    private static string Line(PackageChange change, bool hasColour)
    {
        var facts = new List<string>();
        if (!change.Removed.IsEmpty || !change.Added.IsEmpty)
        {
            facts.Add($"{Versions(change.Removed)} → {Versions(change.Added)}");
        }
        if (change.IsDeltaShown)
        {
            // As C rounds, so that both programs print the same.
            var size = string.Create(
                CultureInfo.InvariantCulture,
                $"{Math.Round(change.SizeDeltaBytes / 1024.0, 1, MidpointRounding.ToEven):+0.0;-0.0} KiB"
            );
            facts.Add(hasColour ? $"\e[{(change.SizeDeltaBytes > 0 ? "31" : "32")};1m{size}\e[0m" : size);
        }
        return $"{change.Name}: {string.Join(", ", facts)}";
    }

    private static string Versions(ImmutableArray<string> versions) =>
        versions.IsEmpty
            ? NoVersions
            : string.Join(
                ", ",
                versions.Select(version => version.Length == 0 ? NoVersion : version).Order(StringComparer.Ordinal)
            );
}
