using System.IO.MemoryMappedFiles;

namespace Farm.Fuzz.Running;

/// <summary>The input that is being tried, in a file that outlives the process: a stack that overflows ends it at once.</summary>
/// <remarks>Shape: the length in 4 bytes, then the input. Memory that is mapped, so telling costs no system call.</remarks>
internal sealed class LastInput : IDisposable
{
    private const int MaxBytes = 1024 * 1024;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public LastInput(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, MaxBytes);
        _view = _file.CreateViewAccessor();
    }

    public void Tell(byte[] input)
    {
        var length = Math.Min(input.Length, MaxBytes - sizeof(int));
        _view.Write(0, length);
        _view.WriteArray(sizeof(int), input, 0, length);
    }

    public static byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes[sizeof(int)..(sizeof(int) + BitConverter.ToInt32(bytes))];
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
