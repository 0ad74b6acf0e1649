namespace Farm.Store.Roots;

/// <summary>Where a root comes from.</summary>
public enum RootKind
{
    /// <summary>A link, or a file named as a store object, in <c>gcroots</c>.</summary>
    Permanent,

    /// <summary>A link anywhere, to which one in <c>gcroots/auto</c> leads.</summary>
    Indirect,

    /// <summary>A link in <c>gcroots/per-user</c>.</summary>
    PerUser,

    /// <summary>A generation of a profile, in <c>profiles</c>.</summary>
    Profile,

    /// <summary>A path that a process needs for now, valid or not.</summary>
    Temporary,

    /// <summary>A path that a running process, or the kernel, uses.</summary>
    Runtime,
}
