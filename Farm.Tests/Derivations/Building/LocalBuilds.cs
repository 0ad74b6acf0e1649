using System.Text;
using Farm.Derivations;
using Farm.Derivations.Objects;
using Farm.Derivations.Writing;
using Farm.Protocol;
using Farm.Store.Paths;
using Farm.Tests.Support;
using Farm.Tests.Worker.Execution;
using Farm.Worker.Core;
using Farm.Worker.Execution;
using Farm.Worker.Planning;
using Farm.Worker.Running;
using Farm.Worker.Sandboxes;

namespace Farm.Tests.Derivations.Building;

/// <summary>Builds derivations in real sandboxes, in a store of its own, one after the other.</summary>
internal sealed class LocalBuilds : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryStore _store;
    private readonly SandboxSettings _settings;
    private readonly HashSet<StorePath> _done = [];

    private LocalBuilds(TemporaryStore store, SandboxSettings settings) => (_store, _settings) = (store, settings);

    /// <param name="hostFiles">What of the machine builds may ask for.</param>
    public static async Task<LocalBuilds> OpenAsync(params string[] hostFiles) =>
        new(
            await TemporaryStore.OpenAsync(),
            new SandboxSettings
            {
                SandboxPaths = [new SandboxBind("/bin/sh", SandboxFactAttribute.Busybox)],
                AllowedHostFiles = [.. hostFiles],
            }
        );

    /// <summary>Builds a derivation and all that it needs.</summary>
    /// <returns>Where its output is.</returns>
    public async Task<string> BuildAsync(Derivation wanted)
    {
        await ObjectWriter.WriteAsync([wanted], new StoreSink(_store.Store), CancellationToken.None);
        foreach (var file in ObjectGraph.Known([wanted.File]).OfType<DerivationFile>())
        {
            if (_done.Add(file.Path))
                await BuildOneAsync(file);
        }
        return _store.Settings.Layout.ToPhysical(wanted.OutputPath!.Value);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }

    private async Task BuildOneAsync(DerivationFile file)
    {
        var inputs = file.Content.InputDerivations.SelectMany(input =>
            input.Value.Outputs.Select(output =>
                file.InputDerivations[input.Key].Content.Outputs[output].KnownPath!.Value
            )
        );
        var request = BuildRequest.From(file.Path, file.Content, [.. inputs], BuildOptions.None);
        var closure = await _store.Store.ClosureAsync([.. request.InputPaths], CancellationToken.None);
        var assignment = new BuildAssignment(
            new AttemptKey(AttemptId.Create(Guid.NewGuid()), 1),
            request,
            [.. closure.Select(path => new InputHolders(path, []))]
        );
        var progress = new FakeProgress();
        using var launcher = new SandboxLauncher(SandboxProgram.Find(null));
        var parts = new LocalBuildParts(_store.Store, _settings, launcher, new BuildUsers(_directory.Path));
        var outcome = await new LocalBuildExecutor(parts).ExecuteAsync(assignment, progress, CancellationToken.None);
        Assert.True(
            outcome is BuildOutcome.Built,
            $"{file.PrintedPath}: {outcome}\n{Encoding.UTF8.GetString(progress.Log)}"
        );
    }
}
