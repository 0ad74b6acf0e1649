using System.Buffers;
using Farm.Store.Nar;
using Farm.Tests.Support;

namespace Farm.Tests.Store.Nar;

public sealed class NarWriterTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void An_executable_file_is_written_as_Nix_writes_it()
    {
        var writer = new NarWriter(_output);
        writer.BeginRegular([], isExecutable: true, 10);
        writer.WriteContents("#!/bin/sh\n"u8);
        writer.EndRegular();
        Assert.Equal(Vectors.Read("nar", "exec-file.nar"), _output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("b")]
    [InlineData("a")]
    public void A_name_that_does_not_come_after_the_one_before_is_refused(string second)
    {
        var writer = new NarWriter(_output);
        writer.BeginDirectory([]);
        writer.WriteSymlink("b"u8, "t"u8);
        Assert.Throws<InvalidOperationException>(() =>
            writer.WriteSymlink(System.Text.Encoding.UTF8.GetBytes(second), "t"u8)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void A_name_that_no_reader_takes_is_refused(string name)
    {
        var writer = new NarWriter(_output);
        writer.BeginDirectory([]);
        Assert.Throws<InvalidOperationException>(() => writer.BeginDirectory(System.Text.Encoding.UTF8.GetBytes(name)));
    }

    [Fact]
    public void Fewer_contents_than_announced_are_refused()
    {
        var writer = new NarWriter(_output);
        writer.BeginRegular([], isExecutable: false, 2);
        writer.WriteContents("a"u8);
        Assert.Throws<InvalidOperationException>(writer.EndRegular);
    }

    [Fact]
    public void More_contents_than_announced_are_refused()
    {
        var writer = new NarWriter(_output);
        writer.BeginRegular([], isExecutable: false, 2);
        Assert.Throws<InvalidOperationException>(() => writer.WriteContents("abc"u8));
    }
}
