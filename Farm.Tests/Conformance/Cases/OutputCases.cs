namespace Farm.Tests.Conformance.Cases;

/// <summary>What a builder may leave as outputs, what becomes of it, and what is refused.</summary>
internal static class OutputCases
{
    public static readonly ConformanceCase[] All =
    [
        new("file", """sh { } "echo hello > $out" """),
        new("empty-file", """sh { } ": > $out" """),
        new("executable", """sh { } "echo x > $out; chmod 700 $out" """),
        new("executable-by-others-only", """sh { } "echo x > $out; chmod 455 $out" """),
        new("unreadable", """sh { } "echo x > $out; chmod 0 $out" """),
        new("directory", """sh { } "mkdir -p $out/b/c $out/a; echo 1 > $out/b/c/f; echo 2 > $out/a.txt" """),
        new("empty-directory", """sh { } "mkdir $out" """),
        new("link-to-nowhere", """sh { } "ln -s ../no/where $out" """),
        new("link-to-input", """sh { inherit leaf; } "ln -s $leaf $out" """),
        new("link-to-itself", """sh { } "ln -s $out/x $out" """),
        new(
            "modes",
            """
            sh { } ''
              mkdir -p $out/d $out/e; echo a > $out/a; chmod 751 $out/a; echo b > $out/b; chmod 0 $out/b; chmod 700 $out/d
              ln $out/a $out/hard; ln -s x $out/l; touch -d @1234567 $out/a; chmod 1777 $out/d; chmod 0 $out/e
            ''
            """
        ),
        new(
            "canonical",
            """
            sh { made = sh { name = "made"; } "mkdir -p $out/d; echo a > $out/a; chmod 755 $out/a; echo b > $out/b; chmod 0 $out/b; ln -s a $out/l"; }
              "cd $made; stat -c '%n %a %Y' . a b d l > $out"
            """
        ),
        new(
            "odd-names",
            """sh { } "mkdir $out; cd $out; touch 'a b' -- -x '~' ü '☃' 'A' 'a' .hidden; printf x > \"$(printf 'n\\\\nl')\"" """
        ),
        new(
            "multiple",
            """sh { outputs = [ "out" "dev" "lib" ]; } "echo $lib > $out; echo $out $lib > $dev; mkdir $lib" """
        ),
        new("multiple-first-is-not-out", """sh { outputs = [ "bin" "out" ]; } "echo $out > $bin; echo x > $out" """),
        new("no-out", """sh { outputs = [ "lib" ]; } "echo $lib > $lib" """),
        new("self-reference", """sh { } "mkdir $out; echo $out > $out/self" """),
        new("references", """sh { inherit top leaf; } "echo $top > $out; echo x$leaf >> $out" """),
        new(
            "references-in-names",
            """sh { inherit leaf middle; } "mkdir $out; touch $out/$(basename $leaf); ln -s $middle $out/l" """
        ),
        new("references-by-hash-part", """sh { inherit leaf; } "basename $leaf | cut -c 1-32 > $out" """),
        new("references-cut-short", """sh { inherit leaf; } "basename $leaf | cut -c 1-31 > $out" """),
        new("references-through-inputs", """sh { inherit top; } "cat $(readlink $top/middle) > $out" """),
        new(
            "references-outside-the-closure",
            """sh { path = builtins.unsafeDiscardStringContext "${leaf}"; } "echo $path > $out" """
        ),
        new("references-compressed", """sh { inherit leaf; } "echo $leaf | gzip -n > $out" """),
        new("set-user-id", """sh { } "echo x > $out; chmod 4755 $out" """, Ending.BuilderFailed),
        new("set-user-id-failing-softly", """sh { } "echo x > $out; chmod 6755 $out || echo refused >> $out" """),
        new("missing", """sh { } "true" """, Ending.OutputRejected),
        new("one-missing", """sh { outputs = [ "out" "dev" ]; } "echo > $out" """, Ending.OutputRejected),
        new("writable-by-group", """sh { } "echo > $out; chmod 664 $out" """, Ending.OutputRejected),
        new("writable-by-all", """sh { } "mkdir $out; chmod 777 $out" """, Ending.OutputRejected),
        new("writable-inside", """sh { } "mkdir $out; echo > $out/f; chmod 666 $out/f" """),
        new("pipe", """sh { } "mkfifo $out" """, Ending.OutputRejected),
        new("pipe-inside", """sh { } "mkdir $out; mkfifo $out/p" """, Ending.OutputRejected),
        new("cycle", """sh { outputs = [ "a" "b" ]; } "echo $b > $a; echo $a > $b" """, Ending.OutputRejected),
        new("exit-code", """sh { } "echo > $out; exit 3" """, Ending.BuilderFailed),
        new("no-such-command", """sh { } "nosuchcommand" """, Ending.BuilderFailed),
        new("background-process", """sh { } "(sleep 1000 > /dev/null 2>&1 < /dev/null &); echo > $out" """),
        new("input-is-read-only", """sh { inherit top; } "echo x > $top/x || echo refused > $out" """),
    ];
}
