using System.Collections.Immutable;
using Farm.Derivations.Objects;
using Farm.Store;
using Farm.Store.Derivations;
using Farm.Store.Hashing;
using Farm.Store.Nar;
using Farm.Store.Paths;
using StoreDerivation = Farm.Store.Derivations.Derivation;

namespace Farm.Derivations.Importing;

/// <summary>Reads derivations with all that they need, whoever made them; Nix's <c>import</c> of a <c>.drv</c>.</summary>
/// <remarks>Each object is read once, however many derivations need it. Not for use by two threads at a time.</remarks>
public sealed class DerivationImporter(IImportSource source)
{
    private readonly Dictionary<StorePath, StoreObject> _objects = [];

    /// <summary>What is read of an object before what it refers to is there.</summary>
    private sealed record Opened(
        StorePath Path,
        Queue<StorePath> Left,
        ImmutableArray<StorePath> References,
        Func<ImmutableArray<StoreObject>, StoreObject> Finish
    );

    /// <exception cref="DerivationException">A path is not valid in the source, or is no derivation; the message names it.</exception>
    public async Task<Derivation> ImportAsync(StorePath drvPath, CancellationToken ct)
    {
        if (!drvPath.IsDerivation)
            throw new DerivationException($"'{Print(drvPath)}' is no derivation: its name must end in '.drv'.");
        return Derivation.OfFile((DerivationFile)await ReadAsync(drvPath, ct).ConfigureAwait(false));
    }

    /// <summary>A path of the source that is no derivation, to be taken as it is.</summary>
    /// <exception cref="DerivationException">It is not valid in the source, or something that it needs is not.</exception>
    public Task<StoreObject> ObjectAsync(StorePath path, CancellationToken ct) => ReadAsync(path, ct);

    private async Task<StoreObject> ReadAsync(StorePath wanted, CancellationToken ct)
    {
        if (_objects.TryGetValue(wanted, out var known))
            return known;
        var open = new Stack<Opened>();
        var opened = new HashSet<StorePath>();
        await EnterAsync(wanted, null).ConfigureAwait(false);
        while (open.TryPeek(out var top))
        {
            if (top.Left.TryDequeue(out var next))
            {
                if (!_objects.ContainsKey(next))
                    await EnterAsync(next, top.Path).ConfigureAwait(false);
                continue;
            }
            open.Pop();
            _objects[top.Path] = top.Finish([.. top.References.Select(path => _objects[path])]);
        }
        return _objects[wanted];

        async Task EnterAsync(StorePath path, StorePath? neededBy)
        {
            if (!opened.Add(path))
                throw new DerivationException(
                    $"'{Print(path)}' refers to itself by way of others, which no store allows."
                );
            open.Push(
                path.IsDerivation
                    ? await OpenDerivationAsync(path, neededBy, ct).ConfigureAwait(false)
                    : await OpenObjectAsync(path, neededBy, ct).ConfigureAwait(false)
            );
        }
    }

    private async Task<Opened> OpenObjectAsync(StorePath path, StorePath? neededBy, CancellationToken ct)
    {
        var info = await source.QueryAsync(path, ct).ConfigureAwait(false) ?? throw Absent(path, neededBy);
        ImmutableArray<StorePath> references = [.. info.References.Where(reference => reference != path)];
        return new(path, new(references), references, items => new ImportedObject(source, info, items));
    }

    private async Task<Opened> OpenDerivationAsync(StorePath path, StorePath? neededBy, CancellationToken ct)
    {
        if (await source.QueryAsync(path, ct).ConfigureAwait(false) is null)
            throw Absent(path, neededBy);
        try
        {
            var text = await ReadFileAsync(path, ct).ConfigureAwait(false);
            var content = DerivationParser.Parse(source.StoreDir, path, text.Span);
            ImmutableArray<StorePath> references = [.. content.References];
            return new(path, new(references), references, items => Checked(path, content, text, items));
        }
        catch (Exception error) when (error is NixFormatException or StoreException)
        {
            throw new DerivationException($"The derivation '{Print(path)}' cannot be read: {error.Message}", error);
        }
    }

    private DerivationFile Checked(
        StorePath path,
        StoreDerivation content,
        ByteString text,
        ImmutableArray<StoreObject> references
    )
    {
        var file = DerivationFile.Create(source.StoreDir, content, text, references);
        return file.Path == path
            ? file
            : throw new DerivationException(
                $"The contents of '{Print(path)}' in {source.Name} are not those that its name tells of: they belong to '{file.PrintedPath}'; repair that store."
            );
    }

    private async Task<ByteString> ReadFileAsync(StorePath path, CancellationToken ct)
    {
        using var nar = new MemoryStream();
        await source.DumpNarAsync(path, nar, ct).ConfigureAwait(false);
        nar.Position = 0;
        using var reader = new NarReader(nar, NarReadAhead.Free);
        if (await reader.ReadAsync(ct).ConfigureAwait(false) is not NarEvent.Regular { IsExecutable: false })
            throw new NixFormatException("it is no plain file");
        var text = new MemoryStream();
        while (await reader.ReadContentsAsync(ct).ConfigureAwait(false) is { Length: > 0 } piece)
            text.Write(piece.Span);
        return ByteString.FromBytes(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private DerivationException Absent(StorePath path, StorePath? neededBy) =>
        new(
            neededBy is { } referrer
                ? $"The path '{Print(path)}', which '{Print(referrer)}' needs, is not in {source.Name}; copy it there first."
                : $"The path '{Print(path)}' is not in {source.Name}; instantiate it there, or name the store that has it."
        );

    private string Print(StorePath path) => source.StoreDir.Print(path);
}
