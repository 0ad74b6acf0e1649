namespace Farm.Cli.Commands.Stores.Dependencies;

/// <summary>A place in a store object that refers to another.</summary>
/// <param name="File">The file or link, relative to the object; <c>/</c> for the object itself.</param>
/// <param name="Offset">Where the hash part begins, in bytes from the start of the file; null for a link.</param>
/// <param name="HashAt">Where it begins in <paramref name="Text"/>.</param>
/// <param name="Text">What stands around it, with dots for what cannot be printed; of a link the whole target.</param>
public sealed record FoundReference(string File, long? Offset, int HashAt, string Text);
