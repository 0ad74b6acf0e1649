namespace Farm.Http.Caches;

/// <summary>Where debugging information is, as JSON.</summary>
/// <param name="Archive">The archive that has it, relative to the file that says this.</param>
/// <param name="Member">The file in the archive.</param>
internal sealed record DebugInfoEntry(string Archive, string Member);
