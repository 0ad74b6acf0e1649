namespace Farm.Worker.Sandboxes;

/// <summary>One instruction of classic BPF, and the operations that the filter is made of.</summary>
/// <param name="Code">The operation.</param>
/// <param name="IfTrue">How many instructions a jump leaves out where its condition holds.</param>
/// <param name="IfFalse">The same where it does not.</param>
/// <param name="Operand">What is loaded, compared with or returned.</param>
internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand)
{
    public const ushort LoadWord = 0x20;
    public const ushort And = 0x54;
    public const ushort JumpAlways = 0x05;
    public const ushort JumpIfEqual = 0x15;
    public const ushort JumpIfGreater = 0x25;
    public const ushort JumpIfNotLess = 0x35;
    public const ushort JumpIfAnyBit = 0x45;
    public const ushort Return = 0x06;
}
