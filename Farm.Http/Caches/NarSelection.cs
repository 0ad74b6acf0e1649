using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Farm.Http.Caches;

/// <summary>Which part of a file a request gets.</summary>
/// <remarks>Source: RFC 9110, sections 13 and 14. Of several ranges none is served but the whole, as a server may.</remarks>
public abstract record NarSelection
{
    private NarSelection() { }

    /// <summary>All of it.</summary>
    public sealed record Whole : NarSelection;

    /// <summary>The client has it already.</summary>
    public sealed record NotModified : NarSelection;

    /// <summary>One part.</summary>
    public sealed record Part(long From, long Count) : NarSelection;

    /// <summary>The range begins beyond the end.</summary>
    public sealed record Unsatisfiable : NarSelection;

    /// <param name="request">What is asked.</param>
    /// <param name="tag">Of the file; a weak one has no parts.</param>
    /// <param name="sizeBytes">Length of the file; null where it is not known, which has no parts either.</param>
    public static NarSelection Of(HttpRequest request, EntityTagHeaderValue tag, long? sizeBytes)
    {
        var headers = request.GetTypedHeaders();
        foreach (var known in headers.IfNoneMatch)
        {
            if (known == EntityTagHeaderValue.Any || known.Compare(tag, useStrongComparison: false))
                return new NotModified();
        }
        if (
            sizeBytes is not { } size
            || tag.IsWeak
            || !HttpMethods.IsGet(request.Method)
            || headers.Range is not { Ranges.Count: 1 } range
            || range.Unit != "bytes"
            || (request.Headers.IfRange.Count > 0 && !IsSame(headers.IfRange, tag))
        )
            return new Whole();
        return Within(range.Ranges.First(), size);
    }

    private static NarSelection Within(RangeItemHeaderValue range, long size)
    {
        switch (range)
        {
            case { From: { } from }:
                if (from >= size)
                    return new Unsatisfiable();
                return new Part(from, Math.Min(range.To ?? long.MaxValue, size - 1) - from + 1);
            case { To: { } last }:
                var count = Math.Min(last, size);
                return count == 0 ? new Unsatisfiable() : new Part(size - count, count);
            default:
                return new Whole();
        }
    }

    private static bool IsSame(RangeConditionHeaderValue? condition, EntityTagHeaderValue tag) =>
        condition?.EntityTag is { } known && known.Compare(tag, useStrongComparison: true);
}
