namespace Farm.Actors.TestKit;

/// <summary>An expectation of the test kit did not come true.</summary>
public sealed class TestKitAssertionException(string message, Exception? cause = null) : Exception(message, cause);
