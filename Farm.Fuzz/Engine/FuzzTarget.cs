namespace Farm.Fuzz.Engine;

/// <summary>A format, how inputs for it are made, and the laws that hold for every input.</summary>
/// <remarks>An input is bytes. All that is random comes from the generator given, so that a seed tells the whole run.</remarks>
public abstract class FuzzTarget
{
    /// <summary>As the command line and the folder of the corpus have it.</summary>
    public abstract string Name { get; }

    /// <summary>Longest input made.</summary>
    public virtual int MaxInputBytes => 16 * 1024;

    /// <summary>What one reading may allocate for each byte of the input, above <see cref="AllocationBaseBytes"/>.</summary>
    public virtual int AllocatedBytesPerByte => 2000;

    /// <summary>What one reading may allocate whatever the input is.</summary>
    public virtual int AllocationBaseBytes => 2 * 1024 * 1024;

    /// <summary>How long one reading may take: far above what any input needs, as other programs may use the machine.</summary>
    public virtual TimeSpan TimeLimit => InputCheck.TimeLimit;

    /// <summary>Whether one reading is done on one thread, so that what it allocates can be counted.</summary>
    public virtual bool IsOnOneThread => true;

    /// <summary>How many mutations the tests try.</summary>
    public virtual int TestedMutations => 2000;

    /// <summary>Pieces that the grammar gives a meaning.</summary>
    public abstract IReadOnlyList<byte[]> Words { get; }

    /// <summary>Makes an input after the grammar; most of them are well-formed.</summary>
    public abstract byte[] Generate(Random random);

    /// <summary>Divides an input into the pieces that mutations move about.</summary>
    public virtual IReadOnlyList<byte[]> Divide(byte[] input) => TextPieces.Divide(input);

    /// <summary>The opposite of <see cref="Divide"/>.</summary>
    public virtual byte[] Join(IReadOnlyList<byte[]> pieces) => [.. pieces.SelectMany(piece => piece)];

    /// <summary>Reads the input once, as a program would. Time and memory of this are limited.</summary>
    /// <param name="input">Any bytes.</param>
    /// <param name="traits">Takes a word for each thing that is remarkable in the input: one with a new trait is kept for
    /// further mutation.</param>
    /// <remarks>May end in a refusal; any other exception is a finding.</remarks>
    public abstract ValueTask ReadAsync(byte[] input, ICollection<string> traits);

    /// <summary>Checks the laws, for inputs that are read and for inputs that are refused.</summary>
    /// <exception cref="LawBrokenException">One does not hold.</exception>
    public abstract ValueTask CheckAsync(byte[] input);

    /// <summary>Lets go of what was kept from one input to the next.</summary>
    public virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    /// <summary>Whether this is how the format refuses bad input.</summary>
    public virtual bool IsRefusal(Exception failure) => failure is Farm.Store.NixFormatException;
}
