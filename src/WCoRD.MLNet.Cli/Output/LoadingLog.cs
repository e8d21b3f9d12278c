using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>Shows on stderr what the library says of a folder of photographs: what is there, what is left out, what is doubtful.</summary>
internal static class LoadingLog
{
    private const string Source = "Loading";

    /// <summary>Listens from now on.</summary>
    /// <returns>The environment.</returns>
    public static MLContext Attach(MLContext mlContext)
    {
        mlContext.Log += (_, log) =>
        {
            if (log.Source.EndsWith(Source, StringComparison.Ordinal) && log.Kind is (ChannelMessageKind.Info or ChannelMessageKind.Warning))
            {
                Console.Error.WriteLine(log.Kind == ChannelMessageKind.Warning ? $"warning: {log.RawMessage}" : log.RawMessage);
            }
        };
        return mlContext;
    }
}
