using Farm.Worker.Execution;

namespace Farm.Tests.Worker.Execution;

public sealed class OutputUploaderTests
{
    private static readonly RetryPolicy Retry = new(
        TimeSpan.FromMilliseconds(1),
        TimeSpan.FromMilliseconds(2),
        TimeSpan.FromMinutes(1),
        TimeProvider.System
    );

    private readonly FakeStore _own = new();
    private readonly FakeStore _theirs = new();
    private readonly FakeTarget _target;
    private readonly OutputUploader _uploader;

    public OutputUploaderTests()
    {
        _target = new FakeTarget(_theirs);
        _uploader = new OutputUploader(_own, _target, Retry);
    }

    [Fact]
    public async Task An_output_goes_after_the_sibling_that_it_refers_to()
    {
        var library = _own.Put("lib");
        var program = _own.Put("bin", library.Path);
        await _uploader.UploadAsync([program, library], repairs: false, CancellationToken.None);
        Assert.Equal([library.Path, program.Path], _theirs.Added);
    }

    [Fact]
    public async Task References_that_the_coordinator_lacks_are_sent_first()
    {
        var leaf = _own.Put("leaf");
        var middle = _own.Put("middle", leaf.Path);
        var output = _own.Put("output", middle.Path);
        await _uploader.UploadAsync([output], repairs: false, CancellationToken.None);
        Assert.Equal([leaf.Path, middle.Path, output.Path], _theirs.Added);
    }

    [Fact]
    public async Task A_coordinator_in_trouble_is_tried_again()
    {
        var output = _own.Put("output");
        _target.Refusals.Enqueue(new TransferException("busy", isTransient: true));
        _target.Refusals.Enqueue(new TransferException("away", isTransient: true));
        await _uploader.UploadAsync([output], repairs: false, CancellationToken.None);
        Assert.Equal([output.Path], _theirs.Added);
    }

    [Fact]
    public async Task A_refusal_for_good_is_not_tried_again()
    {
        var output = _own.Put("output");
        _target.Refusals.Enqueue(new TransferException("another hash", isTransient: false));
        await Assert.ThrowsAsync<TransferException>(() =>
            _uploader.UploadAsync([output], repairs: false, CancellationToken.None)
        );
        Assert.Empty(_theirs.Added);
    }
}
