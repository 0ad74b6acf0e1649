using System.Collections.Immutable;
using System.Text;
using Farm.Store.Local;
using Farm.Store.Native;
using Farm.Store.Paths;

namespace Farm.Store.Roots.Profiles;

/// <summary>A link to one of a row of store paths, each of which is a root: what a user, or a machine, has and had installed.</summary>
/// <remarks>Shape: the profile is a link to the name of one of its generations, which stand beside it and are links to store paths. Each
/// change is made under <c>PROFILE.lock</c>. Source: Nix manual, "Profiles"; Nix's <c>profiles.cc</c>.</remarks>
public sealed class Profile
{
    private readonly LocalStore _store;
    private readonly string _link;
    private readonly string _name;

    /// <param name="store">Where the paths are.</param>
    /// <param name="link">The profile, absolute, such as <c>/nix/var/nix/profiles/default</c>. Its folder is there.</param>
    public Profile(LocalStore store, string link)
    {
        (_store, _link) = (store, Path.GetFullPath(link));
        _name = Path.GetFileName(_link);
    }

    /// <summary>All generations, by rising number; none where there is no profile.</summary>
    /// <exception cref="StoreException.FileSystem">The profile's folder cannot be read.</exception>
    public ImmutableArray<ProfileGeneration> Generations()
    {
        var current = new FileInfo(_link).LinkTarget is { } target
            ? ProfileGeneration.NumberIn(_name, Path.GetFileName(target))
            : null;
        var found = ImmutableArray.CreateBuilder<ProfileGeneration>();
        foreach (var link in Links())
        {
            var isLink = Syscalls.Status(Syscalls.CurrentDirectory, Encoding.UTF8.GetBytes(link), out var status) == 0;
            if (isLink && ProfileGeneration.NumberIn(_name, Path.GetFileName(link)) is { } number)
                found.Add(
                    new(number, link, DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds), number == current)
                );
        }
        found.Sort((left, right) => left.Number.CompareTo(right.Number));
        return found.DrainToImmutable();
    }

    /// <summary>Makes a path the current state: as a new generation, or as the latest where that is the same path.</summary>
    /// <exception cref="StoreException.InvalidPath">The path is not valid.</exception>
    public async Task<ProfileGeneration> SetAsync(StorePath path, CancellationToken ct)
    {
        using var locked = await ProfileLock.TakeAsync(_link, ct).ConfigureAwait(false);
        var last = Generations().LastOrDefault();
        var number = last?.Number ?? 0;
        if (last is null || new FileInfo(last.Link).LinkTarget != _store.StoreDir.Print(path))
            await new GcRoots(_store).AddIndirectAsync(path, LinkOf(++number), ct).ConfigureAwait(false);
        Lead(number);
        return Generations().First(generation => generation.Number == number);
    }

    /// <summary>Makes another generation the current one.</summary>
    /// <exception cref="StoreException.ProfileRefused">There is none of that number.</exception>
    public async Task SwitchAsync(int number, CancellationToken ct)
    {
        using var locked = await ProfileLock.TakeAsync(_link, ct).ConfigureAwait(false);
        if (Generations().All(generation => generation.Number != number))
            throw new StoreException.ProfileRefused(_link, $"it has no generation {number}");
        Lead(number);
    }

    /// <summary>Makes the generation before the current one the current one; answers it.</summary>
    /// <exception cref="StoreException.ProfileRefused">There is none before it.</exception>
    public async Task<ProfileGeneration> RollBackAsync(CancellationToken ct)
    {
        using var locked = await ProfileLock.TakeAsync(_link, ct).ConfigureAwait(false);
        var before = Generations().TakeWhile(generation => !generation.IsCurrent).LastOrDefault();
        if (before is null || Generations().All(generation => !generation.IsCurrent))
            throw new StoreException.ProfileRefused(_link, "it has no generation before the current one");
        Lead(before.Number);
        return before with { IsCurrent = true };
    }

    /// <summary>Deletes generations; answers which. What they kept goes with the next collection.</summary>
    /// <exception cref="StoreException.ProfileRefused">The current one was named; nothing is deleted then.</exception>
    public async Task<ImmutableArray<ProfileGeneration>> DeleteAsync(GenerationChoice choice, CancellationToken ct)
    {
        using var locked = await ProfileLock.TakeAsync(_link, ct).ConfigureAwait(false);
        ImmutableArray<ProfileGeneration> chosen =
        [
            .. choice.Of(Generations()).OrderBy(generation => generation.Number),
        ];
        if (chosen.FirstOrDefault(generation => generation.IsCurrent) is { } current)
            throw new StoreException.ProfileRefused(_link, $"generation {current.Number} is the current one");
        foreach (var generation in chosen)
        {
            var link = Encoding.UTF8.GetBytes(generation.Link);
            Errno.Check(Syscalls.Unlink(Syscalls.CurrentDirectory, link), "remove", generation.Link);
        }
        return chosen;
    }

    private string LinkOf(int number) => $"{Path.GetDirectoryName(_link)}/{ProfileGeneration.LinkName(_name, number)}";

    private void Lead(int number) => RootLinks.ReplaceLink(_link, ProfileGeneration.LinkName(_name, number));

    private string[] Links()
    {
        var folder = Path.GetDirectoryName(_link) ?? "/";
        try
        {
            return Directory.GetFileSystemEntries(folder, "*-link");
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StoreException.FileSystem(folder, "read the profiles in", cause);
        }
    }
}
