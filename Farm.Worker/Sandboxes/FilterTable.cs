using System.Collections.Immutable;
using static Farm.Worker.Sandboxes.FilterInstruction;

namespace Farm.Worker.Sandboxes;

/// <summary>The part of the filter for one architecture. It finds the rule of a call by halving, as the kernel tries each call when a
/// filter is set, and each call that a rule looks into goes through it later.</summary>
/// <remarks>Shape: the comparisons, then what is done, each once: first what allows.</remarks>
internal sealed class FilterTable
{
    private const uint Allow = 0x7FFF0000;
    private const uint Fail = 0x00050000;

    /// <summary>Set-user-id and set-group-id bits of a mode.</summary>
    private const uint SetIdBits = 0xC00;

    /// <summary>The flags of open with which the mode counts: O_CREAT and O_TMPFILE.</summary>
    private const uint CreateFlags = 0x400040;

    private const uint FirstArgumentOffset = 16;

    private readonly List<Comparison> _comparisons = [];
    private readonly List<FilterInstruction[]> _bodies =
    [
        [new(Return, 0, 0, Allow)],
    ];

    private FilterTable(IReadOnlyList<SyscallRule> rules)
    {
        var calls = new List<Calls>();
        foreach (var (number, rule) in rules.ToImmutableSortedDictionary(rule => rule.Number, rule => rule))
        {
            var body = Add(Body(rule));
            if (calls is [.., var last] && last.Last + 1 == number && last.Body == body)
                calls[^1] = last with { Last = number };
            else
                calls.Add(new(number, number, body));
        }
        Compare([.. calls]);
    }

    /// <summary>All calls are allowed that have no rule; each has one at most.</summary>
    public static FilterInstruction[] Of(IReadOnlyList<SyscallRule> rules) => new FilterTable(rules).Instructions();

    private int Add(FilterInstruction[] body)
    {
        var known = _bodies.FindIndex(other => other.AsSpan().SequenceEqual(body));
        if (known >= 0)
            return known;
        _bodies.Add(body);
        return _bodies.Count - 1;
    }

    private void Compare(ReadOnlySpan<Calls> calls)
    {
        if (calls.Length > 1)
        {
            var (half, at) = (calls.Length / 2, _comparisons.Count);
            _comparisons.Add(default);
            Compare(calls[..half]);
            _comparisons[at] = new(
                JumpIfNotLess,
                calls[half].First,
                Target.Comparison(_comparisons.Count),
                Target.Comparison(at + 1)
            );
            Compare(calls[half..]);
            return;
        }
        var (first, last, body) = calls[0];
        if (first == last)
        {
            _comparisons.Add(new(JumpIfEqual, first, Target.Body(body), Target.Body(0)));
            return;
        }
        var next = Target.Comparison(_comparisons.Count + 1);
        _comparisons.Add(new(JumpIfGreater, last, Target.Body(0), next));
        _comparisons.Add(new(JumpIfNotLess, first, Target.Body(body), Target.Body(0)));
    }

    private FilterInstruction[] Instructions()
    {
        var places = new int[_bodies.Count];
        for (var (i, place) = (0, _comparisons.Count); i < places.Length; place += _bodies[i++].Length)
            places[i] = place;
        return
        [
            .. _comparisons.Select(
                (one, at) =>
                    new FilterInstruction(one.Code, Distance(at, one.IfTrue), Distance(at, one.IfFalse), one.Number)
            ),
            .. _bodies.SelectMany(body => body),
        ];

        byte Distance(int at, Target target) =>
            checked((byte)((target.IsBody ? places[target.Index] : target.Index) - at - 1));
    }

    private static FilterInstruction[] Body(SyscallRule rule) =>
        rule switch
        {
            SyscallRule.Refused refused => [new(Return, 0, 0, Fail | refused.Error)],
            SyscallRule.ModeChecked mode =>
            [
                new(LoadWord, 0, 0, Argument(mode.ModeArgument)),
                new(JumpIfAnyBit, 0, 1, SetIdBits),
                new(Return, 0, 0, Fail | SyscallRule.NotPermitted),
                new(Return, 0, 0, Allow),
            ],
            SyscallRule.OpenChecked open =>
            [
                new(LoadWord, 0, 0, Argument(open.FlagsArgument)),
                new(JumpIfAnyBit, 0, 3, CreateFlags),
                new(LoadWord, 0, 0, Argument(open.FlagsArgument + 1)),
                new(JumpIfAnyBit, 0, 1, SetIdBits),
                new(Return, 0, 0, Fail | SyscallRule.NotPermitted),
                new(Return, 0, 0, Allow),
            ],
            SyscallRule.ValuesRefused values =>
            [
                new(LoadWord, 0, 0, Argument(values.Argument)),
                .. values.Values.Select((value, at) => Jump(value, values.Values.Count - at)),
                new(Return, 0, 0, Allow),
                new(Return, 0, 0, Fail | values.Error),
            ],
            SyscallRule.OtherValuesRefused values =>
            [
                new(LoadWord, 0, 0, Argument(values.Argument)),
                .. values.Values.Select((value, at) => Jump(value, values.Values.Count - at)),
                new(Return, 0, 0, Fail | values.Error),
                new(Return, 0, 0, Allow),
            ],
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static FilterInstruction Jump(uint value, int distance) => new(JumpIfEqual, (byte)distance, 0, value);

    /// <summary>Where the low half of an argument is; the high half of a mode or of flags means nothing.</summary>
    private static uint Argument(int index) => FirstArgumentOffset + ((uint)index * sizeof(ulong));

    /// <summary>Calls with numbers from first to last of which the same becomes.</summary>
    private readonly record struct Calls(uint First, uint Last, int Body);

    private readonly record struct Comparison(ushort Code, uint Number, Target IfTrue, Target IfFalse);

    /// <summary>Where a comparison leads: to another one, or to what is done.</summary>
    private readonly record struct Target(bool IsBody, int Index)
    {
        public static Target Comparison(int index) => new(false, index);

        public static Target Body(int index) => new(true, index);
    }
}
