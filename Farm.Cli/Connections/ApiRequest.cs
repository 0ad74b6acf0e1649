namespace Farm.Cli.Connections;

/// <summary>One request. Not compared by value.</summary>
/// <param name="Method">As it stands in the request line, such as <c>GET</c>.</param>
/// <param name="Resource">Path and query below the node's address, without a slash at the beginning.</param>
/// <param name="Accept">What the answer may be; null for anything.</param>
/// <param name="Json">The body; null for none.</param>
public sealed record ApiRequest(string Method, string Resource, string? Accept = null, byte[]? Json = null);
