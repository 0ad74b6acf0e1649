using System.Text;

namespace Farm.Store.Database;

/// <summary>The rows of one run of a statement, read one after the other; disposing ends the run.</summary>
internal readonly ref struct StoreRows(StoreStatement statement)
{
    /// <summary>Goes to the next row, or to the first; false where there is none.</summary>
    public bool Read() => statement.Step();

    public bool IsNull(int column) => statement.IsNull(column);

    /// <summary>Whether the column holds an integer, not text, null or what else SQLite lets a column hold.</summary>
    public bool IsNumber(int column) => statement.IsNumber(column);

    /// <summary>A number; 0 for null.</summary>
    public long GetInt64(int column) => statement.GetInt64(column);

    /// <summary>The bytes of a text or blob, until the next row is read; none for null.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => statement.GetBytes(column);

    /// <summary>A text; empty for null.</summary>
    public string GetString(int column) => Encoding.UTF8.GetString(statement.GetBytes(column));

    public void Dispose() => statement.Reset();
}
