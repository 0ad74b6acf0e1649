using System.Globalization;

namespace Farm.Fuzz.Running;

/// <summary>What the command line asks for.</summary>
/// <param name="Targets">Names; empty for all.</param>
/// <param name="Duration">For each target.</param>
/// <param name="Seed">Tells the whole run.</param>
/// <param name="Replay">A file to try instead; null for a run.</param>
/// <param name="IsChild">Whether this process does the work that another one watches.</param>
internal sealed record FuzzArguments(
    IReadOnlyList<string> Targets,
    TimeSpan Duration,
    int Seed,
    string? Replay,
    bool IsChild
)
{
    public const string Usage =
        "Usage: Farm.Fuzz [--format=NAME[,NAME…]] [--minutes=10] [--seed=N] | --format=NAME --replay=FILE";

    /// <returns>Null where the arguments are none of these.</returns>
    public static FuzzArguments? Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new FuzzArguments([], TimeSpan.FromMinutes(10), Random.Shared.Next(), null, false);
        foreach (var argument in arguments)
        {
            var (name, value) = argument.Split('=', 2) is [var before, var after] ? (before, after) : (argument, "");
            switch (name)
            {
                case "--format":
                    parsed = parsed with { Targets = value.Split(',', StringSplitOptions.RemoveEmptyEntries) };
                    break;
                case "--minutes"
                    when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var minutes):
                    parsed = parsed with { Duration = TimeSpan.FromMinutes(minutes) };
                    break;
                case "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed):
                    parsed = parsed with { Seed = seed };
                    break;
                case "--replay" when value.Length > 0:
                    parsed = parsed with { Replay = value };
                    break;
                case "--child":
                    parsed = parsed with { IsChild = true };
                    break;
                default:
                    return null;
            }
        }
        return parsed;
    }
}
