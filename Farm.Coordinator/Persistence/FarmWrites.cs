using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Farm.Coordinator.Scheduling;
using Farm.Protocol;
using Farm.Protocol.Api;
using Farm.Store.Paths;
using Microsoft.Data.Sqlite;

namespace Farm.Coordinator.Persistence;

/// <summary>Applies records within the current transaction; each statement is prepared once.</summary>
internal sealed class FarmWrites(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    public void Apply(FarmRecord record)
    {
        switch (record)
        {
            case FarmRecord.BuildAdded added:
                AddBuild(added);
                break;
            case FarmRecord.AttemptStarted started:
                Run(
                    """
                    insert into Attempts (id, drvPath, epoch, worker, startedAt) values ($0, $1, $2, $3, $4)
                    on conflict (id) do nothing
                    """,
                    started.Attempt.Id.ToString(),
                    started.DrvPath.ToString(),
                    started.Attempt.Epoch,
                    started.Attempt.Worker.ToString(),
                    started.Attempt.StartedAt.ToUnixTimeMilliseconds()
                );
                break;
            case FarmRecord.AttemptEnded ended:
                Run(
                    "update Attempts set finishedAt = $1, outcome = $2 where id = $0 and finishedAt is null",
                    ended.Id.ToString(),
                    ended.At.ToUnixTimeMilliseconds(),
                    MessageCodec.PrintOutcome(ended.Outcome)
                );
                break;
            case FarmRecord.StepDone done:
                Run(
                    "update Steps set state = 'done', reason = null, failure = null, wallMs = coalesce($1, wallMs) where drvPath = $0",
                    done.DrvPath.ToString(),
                    done.WallTime is { } wall ? (long)wall.TotalMilliseconds : DBNull.Value
                );
                WriteOutputs(done.DrvPath, done.Realised);
                break;
            case FarmRecord.StepFailed failed:
                Run(
                    "update Steps set state = 'failed', reason = $1, failure = $2 where drvPath = $0",
                    failed.DrvPath.ToString(),
                    failed.Failure.Reason,
                    FailureKinds.Print(failed.Failure.Kind)
                );
                break;
            case FarmRecord.BuildEnded ended:
                Run(
                    "update Builds set finalView = $1 where id = $0",
                    ended.Build.Id.Number,
                    JsonSerializer.Serialize(ended.Build, ApiJsonContext.Default.BuildView)
                );
                break;
            default:
                throw new UnreachableException();
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }
    }

    private void AddBuild(FarmRecord.BuildAdded added)
    {
        Run(
            "insert into Builds (id, priority, createdAt, options) values ($0, $1, $2, $3) on conflict (id) do nothing",
            added.Id.Number,
            added.Priority,
            added.CreatedAt.ToUnixTimeMilliseconds(),
            MessageCodec.PrintOptions(added.Options)
        );
        foreach (var (position, root) in added.Roots.Index())
        {
            Run(
                "insert into BuildRoots (build, position, drvPath) values ($0, $1, $2) on conflict do nothing",
                added.Id.Number,
                position,
                root.ToString()
            );
        }

        foreach (var step in added.Steps)
        {
            AddStep(step, isKnown: added.AlreadyKnown.Contains(step.DrvPath));
        }
    }

    private void AddStep(StepSpec step, bool isKnown)
    {
        var drvPath = step.DrvPath.ToString();
        Run(
            isKnown
                ? """
                insert into Steps (drvPath, name, system, features, state) values ($0, $1, $2, $3, $4)
                on conflict (drvPath) do nothing
                """
                : """
                insert into Steps (drvPath, name, system, features, state) values ($0, $1, $2, $3, $4)
                on conflict (drvPath) do update set state = excluded.state, reason = null, failure = null
                """,
            drvPath,
            step.Name,
            step.Requirement.System,
            string.Join(' ', step.Requirement.Features),
            step.IsValid ? "done" : "open"
        );
        foreach (var input in step.Inputs)
        {
            Run(
                "insert into StepInputs (drvPath, input) values ($0, $1) on conflict do nothing",
                drvPath,
                input.ToString()
            );
        }

        WriteOutputs(step.DrvPath, step.Outputs);
    }

    /// <summary>What a derivation comes to may be another path each time.</summary>
    private void WriteOutputs(StorePath drvPath, ImmutableSortedDictionary<string, StorePath>? outputs)
    {
        foreach (var (name, path) in outputs ?? ImmutableSortedDictionary<string, StorePath>.Empty)
        {
            Run(
                """
                insert into Outputs (drvPath, name, path) values ($0, $1, $2)
                on conflict (drvPath, name) do update set path = excluded.path
                """,
                drvPath.ToString(),
                name,
                path.ToString()
            );
        }
    }

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter($"${i}", null));
            }

            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
