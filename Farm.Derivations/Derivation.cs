using System.Collections.Immutable;
using System.Diagnostics;
using Farm.Derivations.Importing;
using Farm.Derivations.Making;
using Farm.Derivations.Objects;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Paths;
using StoreDerivation = Farm.Store.Derivations.Derivation;

namespace Farm.Derivations;

/// <summary>A derivation and which of its outputs is meant; the set that Nix's <c>derivation</c> gives, or <c>import</c> of a <c>.drv</c>.</summary>
/// <remarks>All paths are computed when it is made; nothing is written. In a text or an attribute it stands for the path of its
/// output, with that in the context. Source: Nix manual, "Derivations"; Nix's <c>derivation.nix</c>.</remarks>
[DebuggerDisplay("{File.PrintedPath,nq}^{OutputName,nq}")]
public sealed class Derivation
{
    private readonly ImmutableArray<string> _outputs;
    private NixString? _outPath;

    internal Derivation(
        DerivationFile file,
        string name,
        ImmutableArray<string> outputs,
        string outputName,
        AttributeSet? attributes
    ) => (File, Name, _outputs, OutputName, Attributes) = (file, name, outputs, outputName, attributes);

    /// <summary>The <c>.drv</c> file.</summary>
    public DerivationFile File { get; }

    /// <summary>What is in the file.</summary>
    public StoreDerivation Content => File.Content;

    /// <summary>The attribute <c>name</c>. Of an imported derivation the variable <c>name</c>, empty where there is none, as in Nix.</summary>
    public string Name { get; }

    /// <summary>Always <c>derivation</c>.</summary>
    public string Type { get; } = "derivation";

    /// <summary>Which output is meant.</summary>
    public string OutputName { get; }

    /// <summary>Names of the outputs in the order in which they were given; in byte order for an imported derivation.</summary>
    public IReadOnlyList<string> OutputNames => _outputs;

    /// <summary>Names of all attributes that the set has in Nix, in byte order.</summary>
    public IReadOnlyList<string> AttributeNames =>
        [
            .. new AttributeSet(
                _outputs
                    .Concat(Attributes is { } given ? given.Names.Append("drvAttrs") : ["name"])
                    .Concat(["all", "drvPath", "outPath", "outputName", "type"])
                    .Distinct(StringComparer.Ordinal)
                    .Select(name => KeyValuePair.Create(name, NixValue.Null))
            ).Names,
        ];

    /// <summary>The attributes it was made of; null for an imported derivation, of which they are not known.</summary>
    public AttributeSet? Attributes { get; }

    /// <summary>The path of the <c>.drv</c>, with the whole graph in its context.</summary>
    public NixString DrvPath => new(File.PrintedPath, StringContext.Of(new ContextElement.DrvDeep(File)));

    /// <summary>The path of the output, with that output in its context; a placeholder where the path is not known before building.</summary>
    public NixString OutPath => _outPath ??= PathOf(OutputName);

    /// <summary>The output's path without context; null where it is not known before building.</summary>
    public StorePath? OutputPath => Content.Outputs[OutputName].KnownPath;

    /// <summary>The same derivation once for each of its outputs.</summary>
    public IReadOnlyList<Derivation> All => [.. _outputs.Select(output => this[output])];

    /// <summary>The output <c>out</c>.</summary>
    public Derivation Out => this["out"];

    /// <summary>The output <c>dev</c>.</summary>
    public Derivation Dev => this["dev"];

    /// <summary>The output <c>lib</c>.</summary>
    public Derivation Lib => this["lib"];

    /// <summary>The output <c>bin</c>.</summary>
    public Derivation Bin => this["bin"];

    /// <summary>The same derivation with another output meant.</summary>
    /// <exception cref="DerivationException">It has no such output.</exception>
    public Derivation this[string outputName] =>
        outputName == OutputName ? this
        : _outputs.Contains(outputName, StringComparer.Ordinal)
            ? new Derivation(File, Name, _outputs, outputName, Attributes)
        : throw new DerivationException(
            $"The derivation '{File.PrintedPath}' has no output '{outputName}'; it has {string.Join(", ", _outputs)}."
        );

    public static NixString operator +(Derivation left, NixString right) => left.OutPath + right;

    public static NixString operator +(NixString left, Derivation right) => left + right.OutPath;

    /// <summary>Makes a derivation.</summary>
    /// <param name="spec">What is to be built.</param>
    /// <param name="settings">Null for <see cref="DerivationSettings.Default"/>.</param>
    /// <exception cref="DerivationException">An attribute breaks a rule, which the message names.</exception>
    public static Derivation Create(DerivationSpec spec, DerivationSettings? settings = null)
    {
        var given = settings ?? DerivationSettings.Default;
        return FromAttributes(spec.ToAttributes(given), given);
    }

    /// <summary>Makes a derivation of attributes as Nix's <c>derivation</c> takes them.</summary>
    /// <inheritdoc cref="Create"/>
    public static Derivation FromAttributes(AttributeSet attributes, DerivationSettings? settings = null)
    {
        var copy = new AttributeSet(attributes);
        var made = DerivationMaker.Make(copy, settings ?? DerivationSettings.Default);
        return new(made.File, made.File.Content.Name.Text, made.Outputs, made.Outputs[0], copy);
    }

    /// <summary>Reads a <c>.drv</c> of Nix's, Guix's or any other maker's store on this machine; Nix's <c>import</c>.</summary>
    /// <param name="path">Its path in the store directory, or in the files of a store that is elsewhere (<c>ROOT/nix/store/….drv</c>).</param>
    /// <param name="ct">Stops reading.</param>
    /// <exception cref="DerivationException">It is not there, or is no derivation; the message names what is wrong.</exception>
    public static async Task<Derivation> ImportAsync(string path, CancellationToken ct = default)
    {
        var (source, drvPath) = ImportPlace.Find(path);
        using var closed = source as IDisposable;
        // What is copied later needs no database: the files are read.
        return await new DerivationImporter(source).ImportAsync(drvPath, ct).ConfigureAwait(false);
    }

    /// <summary>What stands in a derivation for the path of one of its own outputs; Nix's <c>builtins.placeholder</c>.</summary>
    public static NixString PlaceholderOf(string outputName) => Placeholder.OfOutput(outputName).ToString();

    /// <summary>The same derivation with other attributes.</summary>
    /// <exception cref="DerivationException">It was imported, so its attributes are not known; or an attribute breaks a rule.</exception>
    public Derivation With(AttributeSet changes, DerivationSettings? settings = null) =>
        Attributes is { } attributes
            ? FromAttributes(attributes.Update(changes), settings)
            : throw new DerivationException(
                $"The attributes of '{File.PrintedPath}' are not known, since it was imported; make it anew from its content."
            );

    /// <summary>The set that an imported derivation is.</summary>
    /// <exception cref="DerivationException">The variable <c>name</c> is no text.</exception>
    internal static Derivation OfFile(DerivationFile file)
    {
        var name = file.Content.EnvValue("name") ?? ByteString.Empty;
        if (!name.TryGetUtf8(out var text))
            throw new DerivationException($"The variable 'name' of '{file.PrintedPath}' is no UTF-8 text.");
        ImmutableArray<string> outputs = [.. file.Content.Outputs.Keys];
        return new(file, text, outputs, outputs[0], null);
    }

    private NixString PathOf(string outputName)
    {
        var text = Content.Outputs[outputName].KnownPath is { } path
            ? File.StoreDir.Print(path)
            : Placeholder.OfInput(File.Path, outputName).ToString();
        return new(text, StringContext.Of(new ContextElement.Built(File, outputName)));
    }

#pragma warning disable CS0809 // As with NixString.
    /// <summary>Does not compile: see <see cref="NixString.ToString"/>.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    [Obsolete("This would lose the context: use OutPath, or File.PrintedPath in a message.", error: true)]
    public override string ToString() => throw new InvalidOperationException(Interpolation.LossOf(OutPath.Text));
#pragma warning restore CS0809
}
