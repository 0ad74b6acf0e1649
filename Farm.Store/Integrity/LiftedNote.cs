namespace Farm.Store.Integrity;

/// <summary>Says, while it is not disposed of, that an immutable bit is lifted. Dispose of it when the bit is set again.
/// The default value says nothing.</summary>
internal readonly struct LiftedNote(OpenRecord record, int slot) : IDisposable
{
    private readonly OpenRecord? _record = record;

    public void Dispose() => _record?.Erase(slot);
}
