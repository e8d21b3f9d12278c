using System.Text.Json;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>What one run measured, as a JSON file: read again only by a run that is asked for in the same way.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    public static void Save<T>(string path, T result) => WholeFile.Write(path, stream => JsonSerializer.Serialize(stream, result, Format));

    /// <summary>Loads a result; null: it is not there yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What the run is asked to do.</param>
    /// <param name="settingsOf">What a result's run was asked to do.</param>
    /// <param name="study">What kind of study it belongs to, for messages.</param>
    /// <param name="command">The command that writes such files.</param>
    /// <exception cref="CommandException">The file is no result, or was asked for by other settings.</exception>
    public static T? LoadIfThere<T>(string path, string settings, Func<T, string> settingsOf, string study, string command)
        where T : class
    {
        try
        {
            T? result = File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path), Format) : null;
            return result is null || settingsOf(result) == settings
                ? result
                : throw new CommandException(
                    $"'{path}' is of another {study} ({settingsOf(result)}; now {settings}): name another folder, or remove it.");
        }
        catch (JsonException fault)
        {
            throw new CommandException($"'{path}' is no result of 'wcord {command}' ({fault.Message}): remove it to repeat the run.");
        }
    }
}
