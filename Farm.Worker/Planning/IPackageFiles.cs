namespace Farm.Worker.Planning;

/// <summary>The files of packages, by their full names as builders see them.</summary>
internal interface IPackageFiles
{
    /// <summary>Names in a directory, links to one followed; null where it is none.</summary>
    /// <exception cref="Builtins.BuiltinException">There is no such file.</exception>
    IReadOnlyList<string>? List(string directory);

    /// <summary>Whether it is a directory, links followed; null where it leads nowhere.</summary>
    bool? IsDirectory(string path);

    /// <summary>The name without a link in it. The file must be there.</summary>
    string Resolve(string path);

    /// <summary>The text of a file; null where there is none.</summary>
    string? ReadText(string file);
}
