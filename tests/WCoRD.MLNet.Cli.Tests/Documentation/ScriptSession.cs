using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace WCoRD.MLNet.Tests;

/// <summary>C# run piece after piece in one state, as a reader of a document takes its snippets.</summary>
internal sealed class ScriptSession
{
    // What programs with implicit usings open by themselves, as far as snippets need it.
    private static readonly ScriptOptions Options = ScriptOptions.Default
        .WithImports("System", "System.Collections.Generic", "System.Linq", "System.Threading.Tasks")
        .WithReferences(References())
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8);

    private ScriptState<object?>? _state;

    /// <summary>The values of all variables so far.</summary>
    public IEnumerable<object?> Values => _state?.Variables.Select(variable => variable.Value) ?? [];

    /// <summary>Runs a piece and gives the value of its last expression, null where there is none.</summary>
    /// <param name="code">The piece.</param>
    /// <param name="place">What errors call the document.</param>
    /// <param name="firstLine">The line of the document that the piece begins on.</param>
    /// <exception cref="ScriptFailure">It does not compile, or throws.</exception>
    public async Task<object?> RunAsync(string code, string place, int firstLine = 1)
    {
        // Empty lines before it give the piece the document's line numbers.
        string placed = new string('\n', firstLine - 1) + code;
        ScriptOptions options = Options.WithFilePath(place);
        try
        {
            _state = _state is null
                ? await CSharpScript.RunAsync<object?>(placed, options)
                : await _state.ContinueWithAsync<object?>(placed, options);
            return _state.ReturnValue;
        }
        catch (CompilationErrorException error)
        {
            Diagnostic first = error.Diagnostics[0];
            throw new ScriptFailure($"{place}, line {first.Location.GetLineSpan().StartLinePosition.Line + 1}", $"{first.Id}: {first.GetMessage()}", error);
        }
        catch (Exception error)
        {
            int line = new StackTrace(error, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() == place)?.GetFileLineNumber() ?? firstLine;
            throw new ScriptFailure($"{place}, line {line}", $"{error.GetType().Name}: {error.Message}", error);
        }
    }

    /// <summary>What the packages bring to their users, and the runtime; nothing that only tests have.</summary>
    private static IEnumerable<MetadataReference> References()
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == runtime || Path.GetFileNameWithoutExtension(path) is "WCoRD.MLNet" or "WCoRD.MLNet.Mpi" or "TorchSharp" or "SkiaSharp" || Path.GetFileName(path).StartsWith("Microsoft.ML", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
