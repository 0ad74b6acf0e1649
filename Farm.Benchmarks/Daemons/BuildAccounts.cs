using System.Globalization;

namespace Farm.Benchmarks.Daemons;

/// <summary>Accounts for builds, as every installation with a daemon has them, that one daemon alone sees: copies of the host's files
/// with these accounts, put over the host's in a mount namespace.</summary>
internal static class BuildAccounts
{
    /// <summary>For <c>build-users-group</c>.</summary>
    public const string Group = "farm-bench";

    private const int Count = 8;
    private const int FirstId = 64_101;

    /// <summary>Makes the files.</summary>
    /// <param name="root">Where they come to be.</param>
    /// <returns>What a command begins with to be run with these accounts.</returns>
    public static async Task<string[]> MakeAsync(string root, CancellationToken ct)
    {
        var (groups, users) = (Path.Combine(root, "group"), Path.Combine(root, "passwd"));
        string[] names = [.. Enumerable.Range(1, Count).Select(number => $"{Group}-{Text(number)}")];
        var accounts = names.Select(
            (name, index) => $"{name}:x:{Text(FirstId + index)}:{Text(FirstId)}::/var/empty:/usr/sbin/nologin"
        );
        string[] group = [$"{Group}:x:{Text(FirstId)}:{string.Join(',', names)}"];
        await File.WriteAllLinesAsync(groups, [.. await File.ReadAllLinesAsync("/etc/group", ct), .. group], ct);
        await File.WriteAllLinesAsync(users, [.. await File.ReadAllLinesAsync("/etc/passwd", ct), .. accounts], ct);
        const string script =
            "mount --bind \"$1\" /etc/group && mount --bind \"$2\" /etc/passwd && shift 2 && exec \"$@\"";
        return ["unshare", "--mount", "sh", "-c", script, "sh", groups, users];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
