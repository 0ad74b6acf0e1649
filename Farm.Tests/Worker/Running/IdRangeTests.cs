using Farm.Worker.Running;

namespace Farm.Tests.Worker.Running;

public sealed class IdRangeTests
{
    [Theory]
    [InlineData("0 0 4294967295", 872415232, 65536)]
    [InlineData("0 100000 65536", 64512, 1)]
    [InlineData("0 1000 1|1 100000 65536", 64513, 1)]
    [InlineData("0 0 1000|1000 5000 4096", 4072, 1)]
    public void Ids_are_those_of_Nix_or_near_the_end_of_what_is_mapped(string map, uint first, uint step)
    {
        var range = IdRange.In(map.Split('|'), map.Split('|'), slots: 128);
        Assert.Equal(new IdRange(first, step), range);
        Assert.Equal(first + (3 * step), range!.Of(3));
    }

    [Theory]
    [InlineData("         0          0          1", "0 0 4294967295")]
    [InlineData("0 0 4294967295", "0 0 1")]
    [InlineData("0 0 65536", "0 0 64000")]
    [InlineData("0 0 4095", "0 0 4095")]
    [InlineData("", "")]
    public void There_are_none_where_users_or_groups_lack_them(string users, string groups) =>
        Assert.Null(IdRange.In([users], [groups], slots: 128));

    [Fact]
    public void All_slots_must_have_one()
    {
        const string map = "0 0 872415300";
        Assert.Equal(IdRange.Usual, IdRange.In([map], [map], slots: 1));
        Assert.NotEqual(IdRange.Usual, IdRange.In([map], [map], slots: 2));
    }
}
