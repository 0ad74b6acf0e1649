namespace Farm.Http;

/// <summary>What a collection on a running node is to do, as JSON.</summary>
/// <param name="Action"><c>collect</c>, <c>dead</c> or <c>live</c>; the last two only list.</param>
/// <param name="MaxFreedBytes">End once more is freed; null for no limit.</param>
/// <param name="OlderThanSeconds">Only what was registered longer ago; null for no limit.</param>
public sealed record CollectQuestion(string Action, long? MaxFreedBytes = null, long? OlderThanSeconds = null);
