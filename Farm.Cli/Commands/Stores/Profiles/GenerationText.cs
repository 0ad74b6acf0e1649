using System.Globalization;
using Farm.Store.Roots.Profiles;

namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary>Generations for people and for scripts.</summary>
internal static class GenerationText
{
    /// <summary>A line as <c>nix-env --list-generations</c> prints it: number, local time, whether it is current.</summary>
    public static string Line(ProfileGeneration generation) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{generation.Number, 4}   {generation.Made.ToLocalTime():yyyy-MM-dd HH:mm:ss}   {(generation.IsCurrent ? "(current)" : "")}"
        );

    public static GenerationDocument Document(ProfileGeneration generation) =>
        new(
            generation.Number,
            generation.Link,
            new FileInfo(generation.Link).LinkTarget,
            generation.Made.ToUnixTimeSeconds(),
            generation.IsCurrent
        );

    /// <summary>Prints generations in either form.</summary>
    public static void Write(StoreVerbs verbs, IEnumerable<ProfileGeneration> generations, bool isJson)
    {
        if (isJson)
        {
            verbs.WriteJson([.. generations.Select(Document)], CliJsonContext.Default.GenerationDocumentArray);
            return;
        }
        foreach (var generation in generations)
        {
            verbs.Services.Terminal.Out.WriteLine(Line(generation));
        }
    }
}
