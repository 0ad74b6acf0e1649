namespace Farm.Daemon.Configuration;

/// <summary>What values a setting takes, and what Nix says to others.</summary>
public abstract record NixSettingKind
{
    private NixSettingKind() { }

    /// <summary>Whether <c>extra-NAME</c> adds to it.</summary>
    public virtual bool IsAppendable => false;

    /// <summary>What is wrong with a value, in Nix's words; null where it may be set.</summary>
    public abstract string? Problem(string name, string value);

    /// <summary><c>true</c>, <c>yes</c> or <c>1</c>; <c>false</c>, <c>no</c> or <c>0</c>.</summary>
    public sealed record Flag : NixSettingKind
    {
        public override string? Problem(string name, string value) =>
            NixValue.TryFlag(value, out _) ? null : $"Boolean setting '{name}' has invalid value '{value}'";
    }

    /// <summary>A whole number; one of <c>K</c>, <c>M</c>, <c>G</c>, <c>T</c> after it stands for powers of 1024, as in Nix since 2.9.</summary>
    /// <param name="Least">The lowest that is taken.</param>
    /// <param name="Most">The highest.</param>
    public sealed record Number(long Least = 0, long Most = long.MaxValue) : NixSettingKind
    {
        public override string? Problem(string name, string value) =>
            NixValue.TryNumber(value, out var number) && number >= Least && number <= Most
                ? null
                : $"setting '{name}' has invalid value '{value}'";
    }

    /// <summary>A number, or <c>auto</c> for that of the processors.</summary>
    public sealed record Jobs : NixSettingKind
    {
        public override string? Problem(string name, string value) =>
            value == "auto" || (NixValue.TryNumber(value, out var number) && number is >= 0 and <= uint.MaxValue)
                ? null
                : $"configuration setting '{name}' should be 'auto' or an integer";
    }

    /// <summary><c>true</c>, <c>false</c> or <c>relaxed</c>.</summary>
    public sealed record Sandbox : NixSettingKind
    {
        public override string? Problem(string name, string value) =>
            value is "true" or "false" or "relaxed" ? null : $"option '{name}' has invalid value '{value}'";
    }

    /// <summary>Any text.</summary>
    public sealed record Text : NixSettingKind
    {
        public override string? Problem(string name, string value) => null;
    }

    /// <summary>Words, to which <c>extra-</c> adds more.</summary>
    public sealed record Words : NixSettingKind
    {
        public override bool IsAppendable => true;

        public override string? Problem(string name, string value) => null;
    }
}
