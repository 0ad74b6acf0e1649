using System.Collections.Immutable;
using System.Text.Json;
using Farm.Store.Paths;

namespace Farm.Store.Derivations;

/// <summary>Reads options from the JSON of structured attributes.</summary>
internal static class StructuredOptions
{
    /// <summary>How deep attributes may nest.</summary>
    private const int MaxDepth = 512;

    public static DerivationOptions Read(StorePathName name, ReadOnlySpan<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(name, document.RootElement)
                : throw Wrong(name, "__json", "an object");
        }
        catch (InvalidOperationException e)
        {
            // The one way to get here: a string with half of a surrogate pair.
            throw new NixFormatException($"The structured attributes of '{name}' are no Unicode: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new NixFormatException(
                $"The structured attributes of '{name}' are no JSON: {e.Message}",
                e.BytePositionInLine ?? 0
            );
        }
    }

    private static DerivationOptions Read(StorePathName name, JsonElement root) =>
        new()
        {
            HasStructuredAttributes = true,
            RequiredSystemFeatures = List(name, root, "requiredSystemFeatures") ?? [],
            PrefersLocalBuild = Flag(name, root, "preferLocalBuild", false),
            AllowsSubstitutes = Flag(name, root, "allowSubstitutes", true),
            WantsNoSandbox = Flag(name, root, "__noChroot", false),
            ImpureEnvVars = List(name, root, "impureEnvVars") ?? [],
            ImpureHostDeps = List(name, root, "__impureHostDeps") ?? [],
            ExportReferencesGraph = Graphs(name, root),
            UnsafeDiscardReferences = Discarded(name, root),
            ChecksByOutput = Checks(name, root),
        };

    private static bool Flag(StorePathName name, JsonElement owner, string key, bool otherwise) =>
        !owner.TryGetProperty(key, out var value)
            ? otherwise
            : value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw Wrong(name, key, "true or false"),
            };

    private static ImmutableSortedSet<string>? List(StorePathName name, JsonElement owner, string key)
    {
        if (!owner.TryGetProperty(key, out var value))
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(name, key, "a list of strings");
        return value
            .EnumerateArray()
            .Select(item => Text(name, key, item))
            .ToImmutableSortedSet(StringComparer.Ordinal);
    }

    private static string Text(StorePathName name, string key, JsonElement item) =>
        item.ValueKind == JsonValueKind.String && item.GetString() is { } text
            ? text
            : throw Wrong(name, key, "a list of strings");

    private static long? Size(StorePathName name, JsonElement owner, string key) =>
        !owner.TryGetProperty(key, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var size) && size >= 0 ? size
        : throw Wrong(name, key, "a whole number of bytes");

    // A difference from the other attributes, and Nix's: what is no object here is ignored.
    private static ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Graphs(
        StorePathName name,
        JsonElement root
    )
    {
        const string Key = "exportReferencesGraph";
        var graphs = ImmutableSortedDictionary.CreateBuilder<string, ImmutableSortedSet<string>>(
            StringComparer.Ordinal
        );
        if (root.TryGetProperty(Key, out var value) && value.ValueKind == JsonValueKind.Object)
        {
            foreach (var graph in value.EnumerateObject())
                graphs[graph.Name] = Flatten(name, Key, graph.Value).ToImmutableSortedSet(StringComparer.Ordinal);
        }
        return graphs.ToImmutable();
    }

    private static IEnumerable<string> Flatten(StorePathName name, string key, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Flatten(name, key, item)),
            _ => [Text(name, key, value)],
        };

    private static ImmutableSortedSet<string> Discarded(StorePathName name, JsonElement root)
    {
        const string Key = "unsafeDiscardReferences";
        if (!root.TryGetProperty(Key, out var value))
            return [];
        if (value.ValueKind != JsonValueKind.Object)
            throw Wrong(name, Key, "an object of output names to true or false");
        return value
            .EnumerateObject()
            .Where(output => Flag(name, value, output.Name, false))
            .Select(output => output.Name)
            .ToImmutableSortedSet(StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, OutputChecks> Checks(StorePathName name, JsonElement root)
    {
        const string Key = "outputChecks";
        var checks = ImmutableSortedDictionary.CreateBuilder<string, OutputChecks>(StringComparer.Ordinal);
        if (!root.TryGetProperty(Key, out var value))
            return checks.ToImmutable();
        if (value.ValueKind != JsonValueKind.Object)
            throw Wrong(name, Key, "an object of output names to checks");
        foreach (var output in value.EnumerateObject())
        {
            if (output.Value.ValueKind != JsonValueKind.Object)
                throw Wrong(name, $"{Key}.{output.Name}", "an object");
            checks[output.Name] = new OutputChecks
            {
                MaxSizeBytes = Size(name, output.Value, "maxSize"),
                MaxClosureSizeBytes = Size(name, output.Value, "maxClosureSize"),
                AllowedReferences = List(name, output.Value, "allowedReferences"),
                AllowedRequisites = List(name, output.Value, "allowedRequisites"),
                DisallowedReferences = List(name, output.Value, "disallowedReferences") ?? [],
                DisallowedRequisites = List(name, output.Value, "disallowedRequisites") ?? [],
            };
        }
        return checks.ToImmutable();
    }

    private static NixFormatException Wrong(StorePathName name, string key, string wanted) =>
        new($"The attribute '{key}' of '{name}' must be {wanted}.");
}
