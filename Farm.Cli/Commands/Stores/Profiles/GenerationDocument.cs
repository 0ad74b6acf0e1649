namespace Farm.Cli.Commands.Stores.Profiles;

/// <summary>A state of a profile, as JSON.</summary>
/// <param name="Number">Later ones are greater.</param>
/// <param name="Link">Where it is.</param>
/// <param name="Path">The store path; null where the link has been deleted.</param>
/// <param name="Made">Seconds since 1970.</param>
/// <param name="IsCurrent">Whether the profile leads to it.</param>
public sealed record GenerationDocument(int Number, string Link, string? Path, long Made, bool IsCurrent);
