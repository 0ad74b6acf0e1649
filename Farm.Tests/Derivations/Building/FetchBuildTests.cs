using System.Net;
using Farm.Derivations.Building;
using Farm.Store.Hashing;
using Farm.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Farm.Tests.Derivations.Building;

public sealed class FetchBuildTests
{
    [SandboxFact]
    public async Task A_file_is_fetched_from_a_server_and_used_by_another_derivation()
    {
        await using var server = WebApplication.CreateSlimBuilder().Build();
        server.Urls.Add($"http://{IPAddress.Loopback}:0");
        server.MapGet("/text.txt", () => Results.Text("from afar"));
        await server.StartAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var hash = Hash.Compute(HashAlgorithm.Sha256, "from afar"u8).Print(HashFormat.Sri);
        await using var builds = await LocalBuilds.OpenAsync();

        var fetched = Fetch.Url($"{address.First()}/text.txt", hash);
        var used = Shell.Create(new ShellSpec { Name = "used", Script = $"cat {fetched} > $out" });

        Assert.Equal("text.txt", fetched.OutputPath!.Value.Name);
        Assert.Equal("from afar", await File.ReadAllTextAsync(await builds.BuildAsync(used)));
    }
}
