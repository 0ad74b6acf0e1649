namespace Farm.Protocol.Api;

/// <summary>Body of an error answer, <c>application/problem+json</c> (RFC 9457).</summary>
/// <param name="Type">Stable name of the problem, such as <c>farm:no-such-build</c>.</param>
/// <param name="Detail">One sentence that names the value and what to do; no path of the machine.</param>
public sealed record ProblemView(string Type, string Title, int Status, string Detail);
