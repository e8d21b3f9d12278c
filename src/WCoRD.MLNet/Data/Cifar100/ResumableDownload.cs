using System.Net;
using System.Net.Http.Headers;

namespace WCoRD.MLNet;

/// <summary>Downloads into a file, going on where an earlier download stopped.</summary>
internal sealed class ResumableDownload(Uri url, string part, IProgress<(long Bytes, long? Total)>? progress)
{
    /// <summary>The longest silence of the server.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Uri Url => url;

    /// <summary>Downloads what is missing.</summary>
    /// <returns>Whether bytes of an earlier download were kept.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Patience };
        long present = File.Exists(part) ? new FileInfo(part).Length : 0;
        using HttpResponseMessage response = await AskAsync(client, present, cancellationToken).ConfigureAwait(false);
        if (present > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // Nothing is missing, or the file is longer than the server's, which the checksum would find out: start over then.
            if (response.Content.Headers.ContentRange?.Length == present)
            {
                progress?.Report((present, present));
                return true;
            }

            File.Delete(part);
            using HttpResponseMessage whole = await AskAsync(client, 0, cancellationToken).ConfigureAwait(false);
            await SaveAsync(whole, 0, cancellationToken).ConfigureAwait(false);
            return false;
        }

        // A server without ranges answers 200 and sends everything.
        bool resumes = response.StatusCode == HttpStatusCode.PartialContent;
        if (resumes && response.Content.Headers.ContentRange?.From != present)
        {
            throw new HttpRequestException(
                Invariant($"{url} sent {response.Content.Headers.ContentRange?.ToString() ?? "no range"} ")
                    + Invariant($"where bytes from {present} on were asked for. Remove '{part}' to start over."));
        }

        await SaveAsync(response, resumes ? present : 0, cancellationToken).ConfigureAwait(false);
        return resumes && present > 0;
    }

    private async Task<HttpResponseMessage> AskAsync(HttpClient client, long from, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    private async Task SaveAsync(HttpResponseMessage response, long from, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                Invariant($"{url} answered {(int)response.StatusCode} ({response.ReasonPhrase}): expected the archive. ")
                    + "Check the address, or take another source.",
                null,
                response.StatusCode);
        }

        long? total = from + response.Content.Headers.ContentLength;
        long bytes = from;
        using FileStream file = new(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        file.SetLength(from);
        file.Position = from;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var buffer = new byte[1 << 16];
            while (true)
            {
                patience.CancelAfter(Patience);
                int count = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                bytes += count;
                progress?.Report((bytes, total));
            }
        }
        catch (Exception e) when (e is HttpIOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Broken(bytes, total, e);
        }

        if (total is not null && bytes != total)
        {
            throw Broken(bytes, total, null);
        }
    }

    private IOException Broken(long bytes, long? total, Exception? cause) => new(
        Invariant($"The download from {url} stopped after {bytes} of ")
            + Invariant($"{total?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} bytes. ")
            + "What arrived is kept: try again to resume.",
        cause);
}
