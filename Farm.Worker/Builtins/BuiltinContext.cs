using System.Text;
using Farm.Store.BinaryCaches;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Builtins;

/// <summary>What a builder that is part of the worker has: what one in the sandbox would have, and no more.</summary>
/// <param name="Downloads">Files behind HTTP; null where there is no network.</param>
/// <param name="Log">Takes a line for the log.</param>
internal sealed record BuiltinContext(
    SandboxSpec Spec,
    InputFiles Files,
    FileDownloads? Downloads,
    Func<string, ValueTask> Log
)
{
    /// <summary>Where the files of the output <c>out</c> go.</summary>
    /// <exception cref="BuiltinException">There is no such output.</exception>
    public string OutputFile => Spec.OutputPath(OutputPath);

    /// <summary>Full name of the output <c>out</c>.</summary>
    public string Output => Spec.StoreDir.Print(OutputPath);

    private StorePath OutputPath =>
        Spec.StoreDir.TryParsePath(Attribute("out"), out var path)
            ? path
            : throw new BuiltinException("the attribute 'out' is no store path");

    /// <exception cref="BuiltinException">It is missing.</exception>
    public string Attribute(string name) => Find(name) ?? throw new BuiltinException($"attribute '{name}' missing");

    /// <summary>Null where there is no such attribute.</summary>
    public string? Find(string name) =>
        Spec.Environment.TryGetValue(ByteString.FromUtf8(name), out var value)
            ? Encoding.UTF8.GetString(value.Span)
            : null;
}
