using System.Security.Cryptography;
using Farm.Store.Local;

namespace Farm.Tests.Store.Local;

public sealed class HashingAheadTests
{
    [Fact]
    public async Task Pieces_of_all_sizes_are_hashed_in_their_order_though_their_memory_is_used_again()
    {
        var random = new Random(1);
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var hashing = new HashingAhead(hash.AppendData);
        var buffer = new byte[300_000];
        for (var i = 0; i < 200; i++)
        {
            var piece = buffer.AsMemory(0, random.Next(i % 3 == 0 ? 100 : buffer.Length));
            random.NextBytes(piece.Span);
            expected.AppendData(piece.Span);
            hashing.Take(piece.Span);
            await hashing.ThrottleAsync();
        }
        await hashing.FinishAsync();
        Assert.Equal(expected.GetHashAndReset(), hash.GetHashAndReset());
    }

    [Fact]
    public async Task What_goes_wrong_is_told_at_the_end_and_nothing_is_hashed_after_it()
    {
        var taken = 0;
        await using var hashing = new HashingAhead(_ =>
        {
            if (++taken == 2)
                throw new InvalidOperationException("no");
        });
        var piece = new byte[100_000];
        for (var i = 0; i < 4; i++)
            hashing.Take(piece);
        await Assert.ThrowsAsync<InvalidOperationException>(hashing.FinishAsync);
        Assert.Equal(2, taken);
    }
}
