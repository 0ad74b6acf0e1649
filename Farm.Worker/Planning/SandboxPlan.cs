using System.Collections.Immutable;
using Farm.Protocol;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>Turns a request into a sandbox: the whole decision about what a builder sees, without running anything.
/// </summary>
public static class SandboxPlan
{
    private const string CertificateTarget = "/etc/ssl/certs/ca-certificates.crt";

    /// <param name="closure">The request's inputs and everything they refer to, with their places on the host.</param>
    public static BuildPlan For(
        BuildRequest request,
        IEnumerable<SandboxInput> closure,
        SandboxSettings settings,
        BuildPlace place
    )
    {
        try
        {
            return For(request, RequestOptions.Of(request), InputGraph.Empty, closure, settings, place);
        }
        catch (NixFormatException failure)
        {
            return Malformed(request, failure);
        }
    }

    /// <summary>As the public one, with what was read before.</summary>
    /// <param name="graph">What is recorded of the inputs; empty where the options ask for nothing of it.</param>
    internal static BuildPlan For(
        BuildRequest request,
        DerivationOptions options,
        InputGraph graph,
        IEnumerable<SandboxInput> closure,
        SandboxSettings settings,
        BuildPlace place
    )
    {
        try
        {
            return Refusal.Of(request, options, settings) is { } reason
                ? new BuildPlan.Rejected(reason)
                : new BuildPlan.Ready(Spec(request, options, graph, closure, settings, place));
        }
        catch (NixFormatException failure)
        {
            return Malformed(request, failure);
        }
    }

    /// <summary>The derivation says something that cannot be.</summary>
    internal static BuildPlan.Rejected Malformed(BuildRequest request, NixFormatException failure) =>
        new($"'{request.DrvPath}' cannot be built: {failure.Message}");

    private static SandboxSpec Spec(
        BuildRequest request,
        DerivationOptions options,
        InputGraph graph,
        IEnumerable<SandboxInput> closure,
        SandboxSettings settings,
        BuildPlace place
    )
    {
        var environment = BuildEnvironment.For(request, options, graph, settings);
        var rewrites = new PlaceholderRewrites(request, settings.StoreDir);
        var outputs = request.Outputs.Select(output => output.Path).ToImmutableHashSet();
        return new SandboxSpec
        {
            ScratchDirectory = place.ScratchDirectory,
            MountPoints = place.MountPoints,
            StoreDir = settings.StoreDir,
            BuildDirectory = settings.BuildDirectory,
            SharedMemoryOption = $"size={settings.SharedMemorySize}",
            KeepsNetwork = request.HasNetwork(),
            HasKvm = settings.HasKvm,
            HasNixSocket = RecursiveNix.Is(options),
            HasGivenDevices = settings.SandboxPaths.Any(bind => bind.Target == "/dev"),
            Ids = place.Ids,
            Personality = Personalities.For(request.Platform, settings.ImpersonatesLinux26),
            Inputs = [.. closure.Where(input => !outputs.Contains(input.Path)).DistinctBy(input => input.Path)],
            Binds = Binds(request, options, settings),
            BuildFiles = environment.Files,
            EtcFiles = EtcFiles.For(place.Ids, settings.BuildDirectory, request.HasNetwork()),
            Limits = Limits(settings),
            Builder = request.Builder,
            Arguments = [BaseName(request.Builder), .. request.Args.Select(rewrites.Apply)],
            Environment = environment.Variables,
            Filter = settings.FiltersSyscalls ? SeccompFilter.Create(Sockets(request, settings)) : ByteString.Empty,
            Timeout = Shorter(request.Options.Timeout, settings.Timeout),
            MaxSilent = Shorter(request.Options.MaxSilent, settings.MaxSilent),
            MaxLogBytes = Shorter(request.Options.MaxLogBytes, settings.MaxLogBytes),
        };
    }

    private static SocketRules Sockets(BuildRequest request, SandboxSettings settings) =>
        new(
            AllowsUnix: settings.HasSocketScope || !request.HasNetwork(),
            Allows32Bit: request.Platform == "i686-linux"
        );

    private static ImmutableArray<SandboxBind> Binds(
        BuildRequest request,
        DerivationOptions options,
        SandboxSettings settings
    )
    {
        var asked = HostFiles.Binds(options);
        var overridden = asked.Select(bind => bind.Target).ToHashSet(StringComparer.Ordinal);
        ImmutableArray<SandboxBind> given =
        [
            .. settings.SandboxPaths.Where(bind => !overridden.Contains(bind.Target)),
            .. asked,
        ];
        if (!request.HasNetwork())
            return given;
        var network = (string[])["/etc/resolv.conf", "/etc/services", "/etc/hosts"];
        var binds = network.Select(path => new SandboxBind(path, path)).ToList();
        if (settings.CertificateFile is { } certificates)
            binds.Add(new SandboxBind(CertificateTarget, certificates));
        var mapped = given.Select(bind => bind.Target).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. binds
                .Where(bind => !mapped.Contains(bind.Target))
                .Select(bind => bind with { IsOptional = true, FollowsSource = true }),
            .. given,
        ];
    }

    private static ImmutableArray<SandboxLimit> Limits(SandboxSettings settings)
    {
        var limits = ImmutableArray.Create(SandboxLimit.NoCoreFiles);
        if (settings.MaxProcesses is { } processes)
            limits = limits.Add(SandboxLimit.Processes((ulong)processes));
        if (settings.MaxOpenFiles is { } files)
            limits = limits.Add(SandboxLimit.OpenFiles((ulong)files));
        return limits;
    }

    private static ByteString BaseName(ByteString builder) =>
        ByteString.FromBytes(builder.Span[(builder.Span.LastIndexOf((byte)'/') + 1)..]);

    /// <summary>The request may tighten what the worker allows, not loosen it.</summary>
    private static T? Shorter<T>(T? asked, T? allowed)
        where T : struct, IComparable<T> =>
        asked is null || (allowed is { } most && most.CompareTo(asked.Value) < 0) ? allowed : asked;
}
