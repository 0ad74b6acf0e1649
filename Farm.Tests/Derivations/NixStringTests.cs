using System.Reflection;
using Farm.Derivations;
using Farm.Derivations.Objects;
using Farm.Store.Paths;

namespace Farm.Tests.Derivations;

public sealed class NixStringTests
{
    private static readonly Derivation Zlib = Derivation.Create(
        new()
        {
            Name = "zlib",
            Builder = "/bin/sh",
            Outputs = ["out", "dev"],
        }
    );

    private static readonly TextFile Note = TextFile.Create("note", "text");

    [Fact]
    public void An_interpolated_text_keeps_the_context_of_all_that_stands_in_it()
    {
        NixString text = $"{Zlib}/lib:{Zlib.Dev}/include:{Note}:{Zlib.DrvPath}";

        Assert.Equal(
            new[]
            {
                $"!dev!{Zlib.File.PrintedPath}",
                $"!out!{Zlib.File.PrintedPath}",
                Note.PrintedPath,
                $"={Zlib.File.PrintedPath}",
            },
            text.Context.Select(element => element.ToString())
        );
        Assert.StartsWith("/nix/store/", text.UnsafeDiscardContext(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_written_as_an_interpolated_text_keeps_it_too()
    {
        var attributes = new AttributeSet { ["flags"] = $"-L{Zlib}/lib", ["list"] = [$"{Zlib.Dev}", "plain"] };

        var made = Derivation.Create(
            new()
            {
                Name = "uses",
                Builder = "/bin/sh",
                Attributes = attributes,
            }
        );

        Assert.Equal(["dev", "out"], made.Content.InputDerivations[Zlib.File.Path].Outputs);
    }

    [Fact]
    public void Every_operation_keeps_the_context()
    {
        NixString text = $"{Zlib}";

        Assert.Equal(text.Context, (text + "/lib").Context);
        Assert.Equal(text.Context, ("-L" + text).Context);
        Assert.Equal(text.Context, (Zlib + "/lib").Context);
        Assert.Equal(text.Context, text.Substring(0, 0).Context);
        Assert.Equal(text.Context, text.Substring(5).Context);
        Assert.Equal(text.Context, text.Trim().Context);
        Assert.Equal(text.Context, text.Replace("nix", "x").Context);
        Assert.Equal(text.Context, NixString.Join(text, "a", "b").Context);
        Assert.Equal(text.Context, NixString.Concat("a", text).Context);
        Assert.Equal(text.Context, ((NixString)$"{text, 200}|{text, -200}").Context);
        NixString plain = "a";
        Assert.Equal(text.Context, plain.Replace("a", text).Context);
        Assert.True(plain.Replace("b", text).Context.IsEmpty);
    }

    [Fact]
    public void Alignment_and_formats_are_those_of_the_invariant_culture()
    {
        NixString text = $"[{1.5:F2}|{7, 3}|{"x", -3}|{'c'}]";
        Assert.Equal("[1.50|  7|x  |c]", text.UnsafeDiscardContext());
    }

    [Fact]
    public void Losing_a_context_throws_where_the_compiler_cannot_see_it()
    {
        NixString text = $"{Zlib}/lib";

        Assert.Throws<InvalidOperationException>(() => string.Join(" ", [text]));
        Assert.Throws<InvalidOperationException>(() => string.Concat("-L", (object)text));
        Assert.Throws<InvalidOperationException>(() => Plain($"{text}"));
        Assert.Throws<InvalidOperationException>(() => Plain($"{Zlib}"));
        Assert.Throws<InvalidOperationException>(() => Plain($"{Note}"));
        Assert.Throws<InvalidOperationException>(() => Plain($"{(NixValue)text}"));
        NixString harmless = "no context";
        Assert.Equal("no context!", Plain($"{harmless}!"));

        static string Plain(string plain) => plain;
    }

    /// <summary>What does not compile is told by attributes that the compiler obeys, and by what is not there.</summary>
    [Theory]
    [InlineData(typeof(NixString))]
    [InlineData(typeof(NixValue))]
    [InlineData(typeof(Derivation))]
    [InlineData(typeof(StoreObject))]
    public void Losing_a_context_openly_does_not_compile(Type type)
    {
        var direct = type.GetMethod("ToString", BindingFlags.Public | BindingFlags.Instance, [])!;
        Assert.True(direct.GetCustomAttribute<ObsoleteAttribute>()!.IsError);
        Assert.DoesNotContain(
            type.GetMethods(BindingFlags.Public | BindingFlags.Static),
            method => method.Name is "op_Implicit" or "op_Explicit" && method.ReturnType == typeof(string)
        );
    }

    [Theory]
    [InlineData(typeof(NixString), typeof(bool))]
    [InlineData(typeof(NixString), typeof(StorePath))]
    [InlineData(typeof(NixValue), typeof(bool))]
    [InlineData(typeof(NixValue), typeof(StorePath))]
    public void What_has_no_text_in_Nix_does_not_compile_in_an_interpolated_text(Type type, Type value)
    {
        var append = type.GetMethod("AppendFormatted", [value])!;
        Assert.True(append.GetCustomAttribute<ObsoleteAttribute>()!.IsError);
    }

    [Fact]
    public void What_the_compiler_lets_through_is_refused_with_a_sentence()
    {
        object boxed = true;
        Assert.Contains("boolean", Refusal(() => _ = (NixString)$"{boxed}"), StringComparison.Ordinal);
        object path = Zlib.File.Path;
        Assert.Contains("no context", Refusal(() => _ = (NixString)$"{path}"), StringComparison.Ordinal);
        Assert.Contains("NixString.Join", Refusal(() => _ = (NixString)$"{new[] { "a" }}"), StringComparison.Ordinal);
        string? nothing = null;
        Assert.Contains("null", Refusal(() => _ = (NixString)$"{nothing}"), StringComparison.Ordinal);

        static string Refusal(Action action) => Assert.Throws<DerivationException>(action).Message;
    }

    [Fact]
    public void A_text_that_was_read_takes_no_more()
    {
        var text = new NixString(0, 0);
        text.AppendLiteral("a");
        Assert.Equal(1, text.Length);
        Assert.Throws<InvalidOperationException>(() => text.AppendLiteral("b"));
    }
}
