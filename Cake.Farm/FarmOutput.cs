namespace Cake.Farm;

/// <summary>An output that was built.</summary>
/// <param name="DrvPath">The derivation, as a full store path.</param>
/// <param name="Name">The output's name, such as <c>out</c>.</param>
/// <param name="Path">Full store path.</param>
/// <param name="Link">The link to it, absolute; null where none was made.</param>
public sealed record FarmOutput(string DrvPath, string Name, string Path, string? Link);
