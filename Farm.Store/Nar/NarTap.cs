namespace Farm.Store.Nar;

/// <summary>Is shown every byte of the archive once, in order, as it is consumed.</summary>
public delegate void NarTap(ReadOnlySpan<byte> consumed);
