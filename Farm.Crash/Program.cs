using System.Globalization;
using Farm.Crash;

if (args is not [var root, var seed])
{
    await Console.Error.WriteLineAsync("Two arguments are needed: the root of a store, and a number to begin with.");
    return 1;
}
await new Victim(root, int.Parse(seed, CultureInfo.InvariantCulture)).RunAsync();
return 0;
