namespace Farm.Fuzz.Engine;

/// <summary>Makes an input smaller while it still shows the same defect.</summary>
/// <param name="stillFails">Whether an input does.</param>
/// <param name="tries">How many inputs may be tried.</param>
public sealed class Minimiser(Func<byte[], Task<bool>> stillFails, int tries)
{
    private int _tries = tries;

    /// <summary>Leaves out ranges, from half of the input down to single bytes, as long as one can be left out.</summary>
    public async Task<byte[]> RunAsync(byte[] input)
    {
        for (var size = Math.Max(1, input.Length / 2); _tries > 0; )
        {
            var before = input.Length;
            input = await WithoutRangesAsync(input, size);
            if (size == 1 && input.Length == before)
                break;
            size = Math.Max(1, Math.Min(size / 2, input.Length / 2));
        }
        return input;
    }

    private async Task<byte[]> WithoutRangesAsync(byte[] input, int size)
    {
        for (var at = 0; at < input.Length && _tries-- > 0; )
        {
            byte[] smaller = [.. input[..at], .. input[Math.Min(input.Length, at + size)..]];
            if (await stillFails(smaller))
                input = smaller;
            else
                at += size;
        }
        return input;
    }
}
