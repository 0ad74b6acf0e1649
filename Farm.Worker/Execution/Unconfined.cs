using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Local;
using Farm.Store.Paths;
using Farm.Worker.Builtins;
using Farm.Worker.Planning;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Execution;

/// <summary>Builds without a sandbox, where the setting asks for it: by the build user on the host itself, straight into the store.</summary>
/// <remarks>Only where a store is at its own name: else its paths are nowhere on the host, and there is a sandbox all the same, as in
/// Nix. Source: Nix's <c>LocalDerivationGoal::tryLocalBuild</c> and <c>startBuilder</c>.</remarks>
internal static class Unconfined
{
    private const UnixFileMode StoreMode = (UnixFileMode)0x3FD; // 1775, Nix's

    /// <summary>Whether the builder of this request has no sandbox.</summary>
    public static bool Is(
        BuildRequest request,
        DerivationOptions options,
        SandboxSettings settings,
        StoreLayout layout
    ) =>
        layout.Root.Length == 0
        && !BuiltinBuild.Is(request)
        && settings.Mode switch
        {
            SandboxMode.Off => true,
            SandboxMode.Relaxed => options.WantsNoSandbox || request.IsFixedOutput(),
            _ => false,
        };

    /// <summary>Makes the store ready for the outputs.</summary>
    /// <returns>One sentence where they cannot be built so; null where they can.</returns>
    public static async Task<string?> PrepareAsync(
        LocalStore store,
        BuildRequest request,
        BuildUsers users,
        BuildUser user,
        CancellationToken ct
    )
    {
        var name = store.StoreDir.Print(request.DrvPath);
        ImmutableArray<StorePath> outputs = [.. request.Outputs.Select(output => output.Path)];
        var valid = await store.ValidAsync(outputs, ct).ConfigureAwait(false);
        if (!valid.IsEmpty)
            return $"'{store.StoreDir.Print(valid.Min)}' of '{name}' is valid, and without a sandbox its builder would write over it: set 'sandbox' to 'true' to build it again";
        if (!user.IsOwn)
        {
            if (ClosedAbove(store.Layout.PhysicalStoreDir) is { } closed)
                return $"without a sandbox build users must reach '{store.Layout.PhysicalStoreDir}', and '{closed}' is closed to them: 'chmod o+x {closed}', or set 'sandbox' to 'true'";
            OpenTo(store.Layout.PhysicalStoreDir, users.StoreGroup);
        }
        await ClearAsync(store, request, ct).ConfigureAwait(false);
        return null;
    }

    /// <summary>Removes what a builder that failed has left in the store.</summary>
    public static async Task ClearAsync(LocalStore store, BuildRequest request, CancellationToken ct)
    {
        foreach (var output in request.Outputs)
            await TreeRemoval.RemoveAsync(store.Layout.ToPhysical(output.Path), ct).ConfigureAwait(false);
    }

    /// <summary>The same builder on the host.</summary>
    public static SandboxSpec Of(SandboxSpec spec, BuildUsers users) =>
        spec with
        {
            Ids = spec.Ids with { HostGid = users.StoreGroup },
            EndsOthersOfUser = users.AreAccounts,
            IsUnconfined = true,
            UsesUserNamespace = false,
            MountPoints = null,
            Inputs = [],
            Binds = [],
            EtcFiles = [],
        };

    /// <summary>The first directory above that not everybody may pass; null where all may.</summary>
    private static string? ClosedAbove(string storeDirectory)
    {
        string? closed = null;
        for (var above = Path.GetDirectoryName(storeDirectory); above is not null; above = Path.GetDirectoryName(above))
        {
            if (!File.GetUnixFileMode(above).HasFlag(UnixFileMode.OtherExecute))
                closed = above;
        }
        return closed;
    }

    /// <summary>Build users may make new paths, and nobody removes another's; as Nix makes it when it opens a store.</summary>
    private static void OpenTo(string storeDirectory, uint group)
    {
        HelperCalls.GiveToGroup(storeDirectory, group);
        if (File.GetUnixFileMode(storeDirectory) != StoreMode)
            File.SetUnixFileMode(storeDirectory, StoreMode);
    }
}
