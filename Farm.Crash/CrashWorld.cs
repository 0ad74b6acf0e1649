using System.Globalization;
using Farm.Store;
using Farm.Store.BinaryCaches;
using Farm.Store.Local;
using Farm.Store.Paths;

namespace Farm.Crash;

/// <summary>What a store that owners are killed over has around it, all below one directory.</summary>
/// <param name="root">The directory; the store's root.</param>
public sealed class CrashWorld(string root)
{
    /// <summary>Source trees.</summary>
    public const int Trees = 40;

    /// <summary>Builds, of two outputs each.</summary>
    public const int Builds = 20;

    /// <summary>Streams to import.</summary>
    public const int Exports = 20;

    /// <summary>Folder of the roots in <c>gcroots</c>.</summary>
    public const string RootsFolder = "crash";

    /// <summary>How many roots there are at most.</summary>
    public const int Roots = 80;

    public LocalStoreSettings Settings { get; } =
        new() { Layout = StoreLayout.Create(root, StoreDir.Default), Immutable = ImmutableBit.Auto };

    public StoreLayout Layout => Settings.Layout;

    /// <summary>A file or directory that is not in the store.</summary>
    public string Work(string name) => Path.Combine(root, "work", name);

    public string Tree(int number) => Work(string.Create(CultureInfo.InvariantCulture, $"{number}"));

    public string Export(int number) => Work(string.Create(CultureInfo.InvariantCulture, $"export-{number}"));

    /// <summary>Where a worker of a victim tells what it is at.</summary>
    public string Doing(int worker) => Work(string.Create(CultureInfo.InvariantCulture, $"doing-{worker}"));

    /// <summary>A root's name in <c>gcroots</c>.</summary>
    public static string RootName(int number) => string.Create(CultureInfo.InvariantCulture, $"{RootsFolder}/{number}");

    /// <summary>The outputs of a build; the second refers to the first.</summary>
    public static (StorePath First, StorePath Second) Outputs(int build)
    {
        var digits = new string("0123456789abcdfghijk"[build], 31);
        return (StorePath.Parse($"{digits}1-output"), StorePath.Parse($"{digits}2-output-doc"));
    }

    /// <summary>A binary cache that has the trees and outputs.</summary>
    public async Task<IStore> OpenCacheAsync(CancellationToken ct) =>
        await BinaryCacheStore.CreateAsync(
            new DirectoryCacheFiles(Work("cache")),
            CacheAddress.Parse($"file://{Work("cache")}?compression=none"),
            StoreDir.Default,
            TimeSpan.FromMinutes(1),
            ct
        );
}
