namespace Farm.Cli.Commands.Stores;

/// <summary>What <c>farm store sweep</c> has freed, as JSON.</summary>
/// <param name="FreedBytes">Length of the contents removed.</param>
public sealed record SweptDocument(long FreedBytes);
