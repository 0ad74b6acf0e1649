// Cancelling FarmBuildAsync cancels the build at the farm.
#addin nuget:?package=Cake.Farm&version=0.1.0
using System.Threading;

Task("cancelled")
    .Does(async () =>
    {
        var endless = FarmDerivation(new() { Name = "endless", Builder = "/bin/sh", Args = ["-c", "while :; do :; done"] });
        using var stopping = new CancellationTokenSource();
        var building = FarmBuildAsync(new[] { endless }, new FarmBuildSettings(), stopping.Token);
        while (FarmStatus().SlotsBusy == 0)
            await System.Threading.Tasks.Task.Delay(100);
        stopping.Cancel();
        try
        {
            await building;
        }
        catch (OperationCanceledException e)
        {
            Information("Cancelled: {0}", e.Message);
        }
    });

RunTarget("cancelled");
