using Farm.Daemon.Building;
using Farm.Daemon.Connections;
using Farm.Daemon.Trust;
using Farm.Store.Wire;

namespace Farm.Daemon.Operations;

/// <summary>What a client sets for its connection.</summary>
internal static class OptionOperations
{
    public static async ValueTask<OperationPlan> SetOptionsAsync(ClientContext client, CancellationToken ct)
    {
        var reader = client.Reader;
        var settings = new ClientSettings
        {
            IsTrusted = client.IsTrusted,
            KeepFailed = await reader.ReadBoolAsync(ct).ConfigureAwait(false),
            KeepGoing = await reader.ReadBoolAsync(ct).ConfigureAwait(false),
            Fallback = await reader.ReadBoolAsync(ct).ConfigureAwait(false),
        };
        var verbosity = await reader.ReadSmallAsync("a verbosity", ct).ConfigureAwait(false);
        settings = settings with
        {
            MaxJobs = await reader.ReadSmallAsync("max-jobs", ct).ConfigureAwait(false),
            MaxSilentTime = TimeSpan.FromSeconds(
                await reader.ReadSmallAsync("max-silent-time", ct).ConfigureAwait(false)
            ),
        };
        await reader.ReadSmallAsync("an obsolete setting", ct).ConfigureAwait(false); // use-build-hook
        var verboseBuild = await reader.ReadSmallAsync("verbose-build", ct).ConfigureAwait(false);
        await reader.ReadSmallAsync("an obsolete setting", ct).ConfigureAwait(false); // log-type
        await reader.ReadSmallAsync("an obsolete setting", ct).ConfigureAwait(false); // print-build-trace
        settings = settings with
        {
            VerboseBuild = verboseBuild == (uint)Verbosity.Error,
            Cores = await reader.ReadSmallAsync("cores", ct).ConfigureAwait(false),
            Substitute = await reader.ReadBoolAsync(ct).ConfigureAwait(false),
        };
        var given = await ReadOverridesAsync(reader, ct).ConfigureAwait(false);
        return new OperationPlan(async token =>
        {
            client.Log.Verbosity = (Verbosity)Math.Min(verbosity, (uint)Verbosity.Vomit);
            // What is built inside of a build is built as that is.
            if (client.Visible is not null)
                return Reply.Nothing;
            var (accepted, warnings) = OptionRules.Filter(
                given,
                client.IsTrusted,
                client.Parts.Settings.OpenSubstituters
            );
            client.Settings = settings with { Overrides = accepted };
            foreach (var warning in warnings)
                await client.Log.WarnAsync(warning, token).ConfigureAwait(false);
            return Reply.Nothing;
        });
    }

    private static async ValueTask<Dictionary<string, string>> ReadOverridesAsync(
        WireReader reader,
        CancellationToken ct
    )
    {
        var count = await reader.ReadCountAsync("settings", ct).ConfigureAwait(false);
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var name = await reader.ReadTextAsync(ct).ConfigureAwait(false);
            given[name] = await reader.ReadTextAsync(ct).ConfigureAwait(false);
        }
        return given;
    }
}
