using System.Collections;

namespace Farm.Actors.TestKit;

/// <summary>Equal as an assertion sees it: sequences by their items.</summary>
internal static class Equivalence
{
    public static bool AreEqual(object? expected, object? actual)
    {
        if (expected is TestProbe probe)
            expected = probe.Ref;
        if (Equals(expected, actual))
            return true;
        return expected is IEnumerable left and not string
            && actual is IEnumerable right and not string
            && left.Cast<object?>().SequenceEqual(right.Cast<object?>());
    }
}
