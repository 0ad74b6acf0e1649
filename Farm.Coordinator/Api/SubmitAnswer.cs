using System.Buffers;
using System.Text.Json;
using Farm.Protocol.Api;
using Microsoft.AspNetCore.Http;

namespace Farm.Coordinator.Api;

/// <summary>Answers a submission: at once where nothing is fetched, else as lines that tell how the fetching goes on, to those who take lines.</summary>
internal sealed class SubmitAnswer(HttpContext context, Fetching fetching)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(250);

    private readonly bool _takesLines = context
        .Request.GetTypedHeaders()
        .Accept.Any(type => type.MediaType.Equals(SubmitEvent.MediaType, StringComparison.OrdinalIgnoreCase));
    private FetchView? _told;

    /// <summary>Tells how the fetching goes on until the work is over, however it ends.</summary>
    public async Task FollowAsync(Task work, CancellationToken ct)
    {
        while (
            await Task.WhenAny(work, Task.Delay(TellEvery, ct)).ConfigureAwait(false) != work
            && !ct.IsCancellationRequested
        )
        {
            await TellAsync().ConfigureAwait(false);
        }

        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The last word: there is a build.</summary>
    public async Task SubmittedAsync(BuildView build)
    {
        await TellAsync().ConfigureAwait(false);
        if (context.Response.HasStarted)
        {
            await WriteAsync(new SubmitEvent.Submitted(build)).ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/api/builds/{build.Id}";
        await context.AnswerJsonAsync(build, ApiJsonContext.Default.BuildView).ConfigureAwait(false);
    }

    /// <summary>The last word: there is none.</summary>
    public Task RefusedAsync(Problem problem) =>
        context.Response.HasStarted
            ? WriteAsync(new SubmitEvent.Refused(Problems.View(problem)))
            : context.AnswerAsync(problem);

    private async Task TellAsync()
    {
        if (!_takesLines || fetching.View() is not { } view || IsTold(view))
        {
            return;
        }

        _told = view;
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = SubmitEvent.MediaType;
        }

        await WriteAsync(new SubmitEvent.Fetching(view)).ConfigureAwait(false);
    }

    private bool IsTold(FetchView view) =>
        _told is { } told
        && (told.Paths, told.AllPaths, told.Bytes, told.Refusal)
            == (view.Paths, view.AllPaths, view.Bytes, view.Refusal);

    private async Task WriteAsync(SubmitEvent said)
    {
        var writer = context.Response.BodyWriter;
        writer.Write(JsonSerializer.SerializeToUtf8Bytes(said, ApiJsonContext.Default.SubmitEvent));
        writer.Write("\n"u8);
        await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }
}
