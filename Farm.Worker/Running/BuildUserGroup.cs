using System.Collections.Immutable;
using System.Globalization;
using Farm.Worker.Sandboxes;

namespace Farm.Worker.Running;

/// <summary>The accounts that an administrator has set aside for builds: the members of a group.</summary>
/// <remarks>Source: Nix manual, <c>build-users-group</c>; Nix's <c>SimpleUserLock</c>. Members in the order of the group file; the
/// group id of a build is the group's.</remarks>
public static class BuildUserGroup
{
    /// <summary>Reads the members from the lines of <c>/etc/group</c> and <c>/etc/passwd</c>.</summary>
    /// <param name="name">Of the group.</param>
    /// <returns>At least one.</returns>
    /// <exception cref="SandboxException">The group is missing or empty, or a member has no account or is root.</exception>
    public static ImmutableArray<SandboxIds> Read(
        string name,
        IEnumerable<string> groupLines,
        IEnumerable<string> accountLines
    )
    {
        var group = groupLines.Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == name);
        if (group is not [_, _, var gidText, var memberText, ..] || Id(gidText) is not { } gid)
            throw new SandboxException(
                $"The group '{name}' that build-users-group names does not exist: make it, with an account for each build at a time, or empty the setting."
            );
        var members = memberText.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (members.Length == 0)
            throw new SandboxException(
                $"The group '{name}' that build-users-group names has no members: give it an account for each build at a time."
            );
        var accounts = accountLines
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length > 2)
            .DistinctBy(fields => fields[0], StringComparer.Ordinal)
            .ToDictionary(fields => fields[0], fields => Id(fields[2]), StringComparer.Ordinal);
        return
        [
            .. members.Select(member =>
                accounts.GetValueOrDefault(member) is > 0 and var uid
                    ? new SandboxIds(uid, gid)
                    : throw new SandboxException(
                        $"The member '{member}' of the group '{name}' has no account, or is root: no build runs as either."
                    )
            ),
        ];
    }

    private static uint? Id(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
