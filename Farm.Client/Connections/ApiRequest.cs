namespace Farm.Client.Connections;

/// <summary>One request. Not compared by value.</summary>
/// <param name="Method">As it stands in the request line, such as <c>GET</c>.</param>
/// <param name="Resource">Path and query below the node's address, without a slash at the beginning.</param>
/// <param name="Accept">What the answer may be; null for anything.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="BodyType">The media type of the body.</param>
public sealed record ApiRequest(
    string Method,
    string Resource,
    string? Accept = null,
    byte[]? Body = null,
    string BodyType = "application/json"
);
