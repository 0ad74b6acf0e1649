namespace Farm.Tests.Hardening;

/// <summary>What a file may carry besides its mode.</summary>
internal static class AttributeAttempts
{
    public const string Title = "Capabilities, access lists, attributes and flags of files";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new("capability_setxattr", "`setxattr` of a file capability", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("capability_lsetxattr", "`lsetxattr` of it", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("capability_fsetxattr", "`fsetxattr` of it", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("capability_setxattrat", "`setxattrat` of it", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("x32_capability_setxattr", "`setxattr` of it, x32", Guard.Filter, "EOPNOTSUPP", Control.None),
        new("i386_capability_setxattr", "`setxattr` of it, 32-bit", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("access_list_setxattr", "an access list", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("attribute_setxattr", "an attribute of one's own", Guard.Filter, "EOPNOTSUPP", Control.Outside),
        new("immutable_flag", "the immutable flag", Guard.Capabilities, "EPERM", Control.Outside),
        new("append_only_flag", "the append-only flag", Guard.Capabilities, "EPERM", Control.Outside),
        new("give_away", "giving a file to root", Guard.Capabilities, "EPERM EINVAL", Control.Outside),
    ];
}
