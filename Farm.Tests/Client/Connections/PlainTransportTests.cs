using System.Net;
using System.Net.Sockets;
using System.Text;
using Farm.Client.Connections;

namespace Farm.Tests.Client.Connections;

public sealed class PlainTransportTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n";
    private const string Greeting = Ok + "Content-Length: 5\r\n\r\nhello";

    [Theory]
    [InlineData(Greeting)]
    [InlineData(Ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n003;x=y\r\nllo\r\n0\r\nTrailer: 1\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + Greeting)]
    [InlineData("HTTP/1.0 200\r\nCONTENT-TYPE:text/plain\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task A_body_is_read_however_it_is_transferred(string answer)
    {
        foreach (var piece in (int[])[1, 7, int.MaxValue])
        {
            await using var server = new ScriptedServer(answer) { PieceBytes = piece };
            using var transport = new PlainTransport(server.Address);
            using var read = await transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None);
            Assert.Equal((HttpStatusCode.OK, "text/plain"), (read.Status, read.MediaType));
            Assert.Equal("hello", await TextAsync(read));
        }
    }

    [Fact]
    public async Task A_body_without_length_ends_with_the_connection()
    {
        await using var server = new ScriptedServer(Ok + "\r\nhello", null);
        using var transport = new PlainTransport(server.Address);
        using var read = await transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None);
        Assert.Equal("hello", await TextAsync(read));
    }

    [Fact]
    public async Task Requests_one_after_another_share_a_connection()
    {
        await using var server = new ScriptedServer(Greeting, Greeting, Greeting);
        using var transport = new PlainTransport(server.Address);
        for (var i = 0; i < 3; i++)
        {
            using var read = await transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None);
            await TextAsync(read);
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_connection_that_the_server_has_closed_is_not_used_again()
    {
        await using var server = new ScriptedServer(Greeting, null, Greeting);
        using var transport = new PlainTransport(server.Address);
        for (var i = 0; i < 2; i++)
        {
            using var read = await transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None);
            Assert.Equal("hello", await TextAsync(read));
            await server.FirstEnded;
        }
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_request_says_what_it_must()
    {
        await using var server = new ScriptedServer(Greeting);
        using var transport = new PlainTransport(server.Address);
        var request = new ApiRequest("POST", "api/builds?x=1", "application/json", "{}"u8.ToArray());
        using var read = await transport.SendAsync(request, CancellationToken.None);
        Assert.Equal(
            $"POST /api/builds?x=1 HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAccept: application/json\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            Assert.Single(server.Requests)
        );
    }

    [Theory]
    [InlineData(Ok + "Content-Length: 9\r\n\r\nhello")]
    [InlineData(Ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData(Ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n")]
    [InlineData(Ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n")]
    public async Task A_body_that_breaks_off_or_is_malformed_is_an_error(string answer)
    {
        await using var server = new ScriptedServer(answer, null);
        using var transport = new PlainTransport(server.Address);
        using var read = await transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => TextAsync(read));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno header\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    public async Task What_is_no_answer_is_an_error_of_the_request(string answer)
    {
        await using var server = new ScriptedServer(answer, null);
        using var transport = new PlainTransport(server.Address);
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None)
        );
    }

    [Fact]
    public async Task Where_nobody_listens_the_cause_is_told()
    {
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var transport = new PlainTransport(
            new Uri($"http://localhost:{((IPEndPoint)bound.LocalEndPoint!).Port}/") // it is bound
        );
        var error = await Assert.ThrowsAsync<HttpRequestException>(() =>
            transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None)
        );
        Assert.IsType<SocketException>(error.GetBaseException());
    }

    [Fact]
    public async Task Lines_are_told_as_they_come()
    {
        var longLine = new string('x', 100_000);
        await using var server = new ScriptedServer(Ok + $"\r\na\n\n{longLine}\nlast", null);
        using var transport = new PlainTransport(server.Address);
        using var read = await transport.SendAsync(new ApiRequest("GET", "x"), CancellationToken.None);
        var lines = new AnswerLines(read.Body);
        var told = new List<string>();
        while (await lines.NextAsync(CancellationToken.None) is { } line)
        {
            told.Add(Encoding.UTF8.GetString(line.Span));
        }
        Assert.Equal(["a", "", longLine, "last"], told);
    }

    private static async Task<string> TextAsync(ApiAnswer answer) =>
        Encoding.UTF8.GetString((await answer.ReadAsync(CancellationToken.None)).Span);
}
