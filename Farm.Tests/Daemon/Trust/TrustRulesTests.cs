using Farm.Daemon.Trust;

namespace Farm.Tests.Daemon.Trust;

public sealed class TrustRulesTests
{
    private static readonly PeerIdentity s_alice = new("alice", "users", group => group == "wheel");

    [Theory]
    [InlineData("root", "*", PeerVerdict.Allowed)]
    [InlineData("alice", "*", PeerVerdict.Trusted)]
    [InlineData("*", "", PeerVerdict.Trusted)]
    [InlineData("@users", "", PeerVerdict.Trusted)]
    [InlineData("@wheel", "", PeerVerdict.Trusted)]
    [InlineData("@alice", "@users", PeerVerdict.Allowed)]
    [InlineData("wheel", "users", PeerVerdict.Refused)]
    [InlineData("root", "bob", PeerVerdict.Refused)]
    public void Users_and_groups_decide(string trusted, string allowed, PeerVerdict verdict)
    {
        var rules = new TrustRules { TrustedUsers = [trusted], AllowedUsers = [allowed] };
        Assert.Equal(verdict, rules.Judge(s_alice));
    }

    [Fact]
    public void A_builder_is_refused_whatever_else_is_said()
    {
        var rules = new TrustRules { TrustedUsers = ["*"], BuildUsersGroup = "users" };
        Assert.Equal(PeerVerdict.Refused, rules.Judge(s_alice));
    }
}
