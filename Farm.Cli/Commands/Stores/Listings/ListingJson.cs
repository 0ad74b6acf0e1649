using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Cli.Commands.Stores.Listings;

/// <summary>What is in a store object, as the document of <c>nix store ls --json</c>: types, sizes, targets, and entries by name.</summary>
/// <remarks>Without depth the entries of a directory are empty objects.</remarks>
internal sealed class ListingJson(LocalStore store, StorePath path, bool isDeep, bool isItself)
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="inside">Where to begin: empty for the object itself, else begins with a slash.</param>
    public async Task<string> OfAsync(string inside, CancellationToken ct)
    {
        using var text = new MemoryStream();
        var json = new Utf8JsonWriter(text, s_options);
        await using (json.ConfigureAwait(false))
        {
            using var file = await store.OpenInsideAsync(path, inside, ct).ConfigureAwait(false);
            await WriteAsync(json, file, inside, isTop: true, ct).ConfigureAwait(false);
        }
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private async Task WriteAsync(Utf8JsonWriter json, ObjectFile file, string inside, bool isTop, CancellationToken ct)
    {
        json.WriteStartObject();
        switch (file.Entry)
        {
            case ObjectEntry.Regular regular:
                json.WriteString("type", "regular");
                json.WriteNumber("size", regular.SizeBytes);
                if (regular.IsExecutable)
                {
                    json.WriteBoolean("executable", true);
                }
                break;
            case ObjectEntry.Symlink link:
                json.WriteString("type", "symlink");
                json.WriteString("target", link.Target.ToString());
                break;
            case ObjectEntry.Directory:
                json.WriteString("type", "directory");
                if (!isTop || !isItself)
                {
                    await WriteEntriesAsync(json, file, inside, ct).ConfigureAwait(false);
                }
                break;
            default:
                throw new UnreachableException();
        }
        json.WriteEndObject();
    }

    private async Task WriteEntriesAsync(Utf8JsonWriter json, ObjectFile file, string inside, CancellationToken ct)
    {
        json.WriteStartObject("entries");
        foreach (var entry in file.List())
        {
            json.WritePropertyName(entry.Name.ToString());
            if (isDeep)
            {
                var below = $"{inside}/{entry.Name}";
                using var next = await store.OpenInsideAsync(path, below, ct).ConfigureAwait(false);
                await WriteAsync(json, next, below, isTop: false, ct).ConfigureAwait(false);
            }
            else
            {
                json.WriteStartObject();
                json.WriteEndObject();
            }
        }
        json.WriteEndObject();
    }
}
