namespace Farm.Http;

/// <summary>How a running node is to verify its store, as JSON.</summary>
/// <param name="CheckContents">Whether every file is read.</param>
public sealed record VerifyQuestion(bool CheckContents = false);
