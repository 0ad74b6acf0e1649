using System.Diagnostics;
using System.Numerics;

namespace Farm.Fuzz.Engine;

/// <summary>What is remarkable in an input, in few words: there is no counter of branches, so these tell what is new.</summary>
public static class Traits
{
    /// <summary>A refusal by the place in the code that made it.</summary>
    public static string OfRefusal(Exception refusal)
    {
        var frame = new StackTrace(refusal, fNeedFileInfo: false).GetFrame(0);
        var method = frame?.GetMethod();
        return $"{refusal.GetType().Name} {method?.DeclaringType?.Name}.{method?.Name} {frame?.GetILOffset()}";
    }

    /// <summary>A count by its order of magnitude.</summary>
    public static string Count(string what, long count) => $"{what} {BitOperations.Log2((ulong)count + 1)}";
}
