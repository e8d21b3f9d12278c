using System.Text.Json.Nodes;

namespace WCoRD.MLNet.Tests;

/// <summary>A cell of a notebook.</summary>
/// <param name="IsCode">Whether it holds code; Markdown otherwise.</param>
/// <param name="Source">Its text, lines ended by line feeds.</param>
/// <param name="Outputs">What a code cell's run has left, in nbformat's shape.</param>
internal sealed record NotebookCell(bool IsCode, string Source, IReadOnlyList<JsonObject> Outputs);
