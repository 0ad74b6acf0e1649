using System.Collections.Immutable;
using Farm.Daemon.Trust;

namespace Farm.Tests.Daemon.Trust;

public sealed class OptionRulesTests
{
    private static readonly ImmutableHashSet<string> s_open = ["https://open/", "https://known"];

    private static readonly Dictionary<string, string> s_given = new()
    {
        ["timeout"] = "5",
        ["builders"] = "",
        ["sandbox"] = "false",
        ["ssh-auth-sock"] = "/run/agent",
        ["substituters"] = "https://open https://known  https://evil",
    };

    [Fact]
    public void A_trusted_client_sets_all_but_what_nobody_sets()
    {
        var (accepted, warnings) = OptionRules.Filter(s_given, isTrusted: true, s_open);
        Assert.Equal(["builders", "sandbox", "substituters", "timeout"], accepted.Keys);
        Assert.Equal(s_given["substituters"], accepted["substituters"]);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Another_client_sets_what_harms_nobody_and_hears_of_the_rest()
    {
        var (accepted, warnings) = OptionRules.Filter(s_given, isTrusted: false, s_open);
        Assert.Equal(["builders", "substituters", "timeout"], accepted.Keys);
        Assert.Equal("https://open/ https://known", accepted["substituters"]);
        Assert.Equal(2, warnings.Length);
        Assert.Contains(warnings, warning => warning.Contains("'sandbox'", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("'https://evil'", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_client_names_no_builders()
    {
        var given = new Dictionary<string, string> { ["builders"] = "ssh://there" };
        Assert.Empty(OptionRules.Filter(given, isTrusted: false, s_open).Accepted);
    }
}
