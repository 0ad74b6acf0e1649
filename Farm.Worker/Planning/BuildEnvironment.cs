using System.Collections.Immutable;
using System.Globalization;
using Farm.Protocol;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Planning;

/// <summary>The variables a builder starts with, and the files that some of them name.</summary>
/// <remarks>Nothing of the worker's own environment passes, but what a fixed-output or impure derivation names
/// in <c>impureEnvVars</c>. Source: Nix manual, "Builder execution"; Nix's <c>initEnv</c>.</remarks>
public sealed record BuildEnvironment
{
    private BuildEnvironment(
        ImmutableSortedDictionary<ByteString, ByteString> variables,
        ImmutableArray<SandboxFile> files
    ) => (Variables, Files) = (variables, files);

    public ImmutableSortedDictionary<ByteString, ByteString> Variables { get; }

    /// <summary>Files of the build directory.</summary>
    public ImmutableArray<SandboxFile> Files { get; }

    /// <param name="graph">What is recorded of the inputs, for <c>exportReferencesGraph</c>.</param>
    /// <exception cref="Farm.Store.NixFormatException">The structured attributes are malformed, or a path whose graph is
    /// asked for is no input.</exception>
    internal static BuildEnvironment For(
        BuildRequest request,
        DerivationOptions options,
        InputGraph graph,
        SandboxSettings settings
    )
    {
        var variables = new Dictionary<ByteString, ByteString>();
        var files = ImmutableArray.CreateBuilder<SandboxFile>();
        void Set(string name, string value) => variables[ByteString.FromUtf8(name)] = ByteString.FromUtf8(value);

        Set("PATH", "/path-not-set");
        Set("HOME", "/homeless-shelter");
        Set("NIX_STORE", settings.StoreDir.Text);
        Set("NIX_BUILD_CORES", settings.Cores.ToString(CultureInfo.InvariantCulture));
        if (options.HasStructuredAttributes)
            AddStructured(request, options, graph, settings, variables, files);
        else
            AddPlain(request, options, graph, settings, variables, files);
        foreach (var name in (string[])["NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP", "PWD"])
            Set(name, settings.BuildDirectory);
        if (request.IsFixedOutput())
            Set("NIX_OUTPUT_CHECKED", "1");
        foreach (var name in request.HasNetwork() ? options.ImpureEnvVars : [])
            Set(name, settings.HostEnvironment.GetValueOrDefault(name, ""));
        if (RecursiveNix.Is(options))
            Set(RecursiveNix.Variable, $"unix://{settings.BuildDirectory}/{SandboxSpec.NixSocketName}");
        Set("NIX_LOG_FD", "2");
        Set("TERM", "xterm-256color");

        var rewrites = new PlaceholderRewrites(request, settings.StoreDir);
        return new BuildEnvironment(
            variables.ToImmutableSortedDictionary(variable => variable.Key, variable => rewrites.Apply(variable.Value)),
            [.. files.Select(file => file with { Content = rewrites.Apply(file.Content) })]
        );
    }

    private static void AddStructured(
        BuildRequest request,
        DerivationOptions options,
        InputGraph graph,
        SandboxSettings settings,
        Dictionary<ByteString, ByteString> variables,
        ImmutableArray<SandboxFile>.Builder files
    )
    {
        var outputs = request.Outputs.ToDictionary(
            output => output.Name,
            output => settings.StoreDir.Print(output.Path)
        );
        var json = request.Env[DerivationOptions.StructuredAttributesVariable];
        var graphs = options.ExportReferencesGraph.ToDictionary(
            asked => asked.Key,
            asked => ExportedGraph.ToJson(graph.Export(asked.Value, settings.StoreDir), settings.StoreDir)
        );
        var attributes = StructuredAttributes.Read(json, outputs, graphs);
        Add(StructuredAttributes.JsonFileName, "NIX_ATTRS_JSON_FILE", attributes.ToJson());
        Add(StructuredAttributes.ShellFileName, "NIX_ATTRS_SH_FILE", attributes.ToShell());

        void Add(string file, string variable, ByteString content)
        {
            files.Add(new SandboxFile(file, content));
            variables[ByteString.FromUtf8(variable)] = ByteString.FromUtf8($"{settings.BuildDirectory}/{file}");
        }
    }

    private static void AddPlain(
        BuildRequest request,
        DerivationOptions options,
        InputGraph graph,
        SandboxSettings settings,
        Dictionary<ByteString, ByteString> variables,
        ImmutableArray<SandboxFile>.Builder files
    )
    {
        foreach (var (name, paths) in options.ExportReferencesGraph)
        {
            var text = ExportedGraph.ToText(graph.Export(paths, settings.StoreDir), settings.StoreDir);
            files.Add(new SandboxFile(name, text));
        }
        foreach (var (name, value) in request.Env)
        {
            if (!options.PassAsFile.Contains(name.ToString()))
            {
                variables[name] = value;
                continue;
            }
            var file = $".attr-{Sha256Digest.Compute(name.Span).ToNixBase32()}";
            files.Add(new SandboxFile(file, value));
            variables[ByteString.FromBytes([.. name.Span, .. "Path"u8])] = ByteString.FromUtf8(
                $"{settings.BuildDirectory}/{file}"
            );
        }
    }
}
