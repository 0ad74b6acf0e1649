using System.Text;
using Farm.Daemon.Configuration;
using Farm.Fuzz.Engine;

namespace Farm.Fuzz.Targets;

/// <summary><c>nix.conf</c>: what it comes to, written as plain lines, comes to the same, and every reading of a setting gives a value.</summary>
/// <remarks>A file may include itself (<c>self</c>) and one that is plain (<c>other</c>).</remarks>
public sealed class NixConfTarget : FuzzTarget
{
    private const string Origin = "/etc/nix/nix.conf";

    private static readonly string[] s_names =
    [
        "max-jobs",
        "build-max-jobs",
        "sandbox",
        "timeout",
        "substituters",
        "extra-substituters",
        "trusted-users",
        "extra-trusted-users",
        "sandbox-paths",
        "min-free",
        "unknown",
        "keep-outputs",
    ];

    public override string Name => "nix-conf";

    public override IReadOnlyList<byte[]> Words { get; } =
        Targets.Words.Of(
            " = ",
            "=",
            "\n",
            "\r",
            "\t",
            "#",
            "include self\n",
            "!include self\n",
            "include other\n",
            "!include /missing\n",
            "include /missing\n",
            "extra-",
            "true",
            "false",
            "relaxed",
            "auto",
            "9223372036854775808",
            "-1",
            "10G",
            "\u00A0",
            "\0"
        );

    public override bool IsRefusal(Exception failure) => failure is NixConfException;

    public override byte[] Generate(Random random)
    {
        var text = new StringBuilder();
        for (var lines = random.Next(8); lines > 0; lines--)
        {
            text.Append(Targets.Words.Pick(random, s_names))
                .Append(Targets.Words.Pick(random, " = ", " =", "\t= ", "="))
                .Append(
                    Targets.Words.Pick(
                        random,
                        "1",
                        "auto",
                        "true",
                        "false",
                        "a b  c",
                        "/bin/sh=/bin/busybox",
                        "10G",
                        ""
                    )
                )
                .Append(Targets.Words.Pick(random, "\n", " # x\n", "\r\n", "\ninclude other\n", "\n!include self\n"));
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override ValueTask ReadAsync(byte[] input, ICollection<string> traits)
    {
        var assignments = Assignments(Encoding.UTF8.GetString(input));
        var settings = NixSettings.Empty.With(assignments);
        traits.Add(Traits.Count("lines", assignments.Length));
        traits.Add(Traits.Count("unknown", settings.Unknown.Count));
        foreach (var assignment in assignments)
            traits.Add($"{settings.IsSet(assignment.Name)} {settings.KeepsDefault(assignment.Name)}");
        return default;
    }

    public override ValueTask CheckAsync(byte[] input)
    {
        NixAssignment[] assignments;
        NixSettings settings;
        try
        {
            assignments = Assignments(Encoding.UTF8.GetString(input));
            settings = NixSettings.Empty.With(assignments);
        }
        catch (NixConfException)
        {
            return default;
        }
        var plain = string.Concat(assignments.Select(one => $"{one.Name} = {one.Value}\n"));
        LawBrokenException.Unless(Assignments(plain).SequenceEqual(assignments), "plain lines read back the same");
        foreach (var name in s_names)
        {
            settings.Text(name);
            settings.Flag(name, otherwise: false);
            settings.Number(name, otherwise: 0);
            settings.Seconds(name);
            LawBrokenException.Unless(settings.Words(name).All(word => word.Length > 0), "a list has no empty words");
        }
        return default;
    }

    private static NixAssignment[] Assignments(string text)
    {
        return [.. NixConfText.Read(text, Origin, Open)];

        string? Open(string path) =>
            Path.GetFileName(path) switch
            {
                "self" => text,
                "other" => "max-jobs = 3\nextra-trusted-users = a\n",
                _ => null,
            };
    }
}
