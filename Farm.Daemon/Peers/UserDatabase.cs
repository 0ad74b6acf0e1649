using System.Globalization;
using System.Runtime.InteropServices;
using Farm.Daemon.Native;

namespace Farm.Daemon.Peers;

/// <summary>The machine's users and groups.</summary>
/// <remarks>Source: <c>getpwuid_r(3)</c>, <c>getgrnam_r(3)</c>.</remarks>
internal static unsafe class UserDatabase
{
    /// <summary>Error number of a buffer that is too small.</summary>
    private const int Range = 34;
    private const int FirstBytes = 4 * 1024;
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Words of the larger of the two records, with room to spare.</summary>
    private const int RecordWords = 16;

    /// <summary>Where in a group's record its members are, counted in words.</summary>
    private const int MembersWord = 3;

    private delegate int LookUp(nint* record, byte* buffer, nuint size, nint** found);

    /// <summary>The user's name; the number as text where it has none.</summary>
    public static string UserName(uint id) =>
        Find((record, buffer, size, found) => LibC.GetUser(id, record, buffer, size, found), NameOf) ?? Text(id);

    /// <summary>The group's name; the number as text where it has none.</summary>
    public static string GroupName(uint id) =>
        Find((record, buffer, size, found) => LibC.GetGroup(id, record, buffer, size, found), NameOf) ?? Text(id);

    /// <summary>Whether the group's entry names the user. A user's primary group need not.</summary>
    public static bool IsListed(string group, string user) =>
        Find(
            (record, buffer, size, found) => LibC.GetGroupByName(group, record, buffer, size, found),
            record => Members(record).Contains(user, StringComparer.Ordinal)
        );

    private static T? Find<T>(LookUp lookUp, Func<nint, T> read)
    {
        var record = stackalloc nint[RecordWords];
        for (var size = FirstBytes; size <= MostBytes; size *= 4)
        {
            fixed (byte* buffer = new byte[size])
            {
                nint* found = null;
                var error = lookUp(record, buffer, (nuint)size, &found);
                if (error != Range)
                    return error == 0 && found is not null ? read((nint)record) : default;
            }
        }
        return default;
    }

    private static string? NameOf(nint record) => Marshal.PtrToStringUTF8(((nint*)record)[0]);

    private static List<string> Members(nint record)
    {
        var members = new List<string>();
        for (var member = (nint*)((nint*)record)[MembersWord]; member is not null && *member != 0; member++)
            members.Add(Marshal.PtrToStringUTF8(*member) ?? "");
        return members;
    }

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);
}
