namespace Farm.Cli.Commands.Stores.Queries;

/// <summary>A question to the store of which the answer is lines of text, those that <c>nix-store --query</c> prints.</summary>
/// <param name="Name">The option that asks it; Nix's name.</param>
/// <param name="Alias">Its short form; null where it has none.</param>
/// <param name="Description">For the help.</param>
/// <param name="Answer">The lines.</param>
internal sealed record StoreQuestion(
    string Name,
    string? Alias,
    string Description,
    Func<QueryRequest, CancellationToken, Task<IEnumerable<string>>> Answer
);
