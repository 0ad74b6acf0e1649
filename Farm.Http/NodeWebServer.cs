using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Farm.Http;

/// <summary>How each web server of a node begins: with Kestrel and routes alone.</summary>
/// <remarks>The builders with defaults read settings from files in the working directory and the environment, and watch that directory with all
/// below it, for as long as they run: a service's is often the root of the file system.</remarks>
public static class NodeWebServer
{
    public static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRouting();
        return builder;
    }
}
