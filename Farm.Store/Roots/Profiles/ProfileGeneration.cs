using System.Globalization;

namespace Farm.Store.Roots.Profiles;

/// <summary>One state of a profile: a link <c>PROFILE-NUMBER-link</c> to a store path.</summary>
/// <param name="Number">At least 1; later ones are greater.</param>
/// <param name="Link">Absolute.</param>
/// <param name="Made">When the link was made, in whole seconds.</param>
/// <param name="IsCurrent">Whether the profile leads to it.</param>
public sealed record ProfileGeneration(int Number, string Link, DateTimeOffset Made, bool IsCurrent)
{
    private const string Suffix = "-link";

    /// <summary>What the link of a generation is called.</summary>
    internal static string LinkName(string profileName, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{profileName}-{number}{Suffix}");

    /// <summary>The number in the name of a link; null where it is not one of the profile's.</summary>
    internal static int? NumberIn(string profileName, string name) =>
        name.Length > profileName.Length + 1 + Suffix.Length
        && name.StartsWith(profileName + "-", StringComparison.Ordinal)
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && int.TryParse(
            name.AsSpan(profileName.Length + 1, name.Length - profileName.Length - 1 - Suffix.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
}
