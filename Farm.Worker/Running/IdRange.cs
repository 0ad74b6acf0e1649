using System.Collections.Immutable;
using System.Globalization;

namespace Farm.Worker.Running;

/// <summary>User and group ids of builders where no accounts are set aside for them: slot n has <c>First + n * Step</c>.</summary>
/// <param name="First">That of slot 0.</param>
/// <param name="Step">From one slot to the next.</param>
public sealed record IdRange(uint First, uint Step)
{
    private const uint SmallestExtent = 4096;
    private const uint FromTheEnd = 1024;

    /// <summary>Nix's with <c>auto-allocate-uids</c>.</summary>
    public static IdRange Usual { get; } = new(872415232, 65536);

    /// <summary>Ids that a process has besides those of accounts: Nix's, or, in a user namespace without these, some near the end of
    /// what is mapped, below <c>nobody</c>.</summary>
    /// <param name="userMap">Lines of <c>/proc/self/uid_map</c>: first id inside, first outside, how many.</param>
    /// <param name="groupMap">The same of <c>gid_map</c>.</param>
    /// <param name="slots">How many are needed.</param>
    /// <returns>Null where there are not so many, as in a namespace with one id.</returns>
    public static IdRange? In(IEnumerable<string> userMap, IEnumerable<string> groupMap, int slots)
    {
        var (users, groups) = (Extents(userMap), Extents(groupMap));
        return users
            .Where(extent => extent.Count >= SmallestExtent)
            .Select(extent => new IdRange((uint)(extent.First + extent.Count - FromTheEnd), 1))
            .Prepend(Usual)
            .FirstOrDefault(range => range.IsIn(users, slots) && range.IsIn(groups, slots));
    }

    /// <summary>The id of a slot.</summary>
    public uint Of(int slot) => First + ((uint)slot * Step);

    private bool IsIn(ImmutableArray<(long First, long Count)> extents, int slots) =>
        Enumerable
            .Range(0, slots)
            .All(slot => extents.Any(extent => Of(slot) >= extent.First && Of(slot) < extent.First + extent.Count));

    private static ImmutableArray<(long First, long Count)> Extents(IEnumerable<string> map) =>
        [
            .. map.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields.Length == 3)
                .Select(fields => (Number(fields[0]), Number(fields[2]))),
        ];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
