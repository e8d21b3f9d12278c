namespace WCoRD.MLNet;

/// <summary>What validation accuracy is measured on: some of the training examples, or others.</summary>
/// <param name="Examples">The examples.</param>
/// <param name="Rows">Which of them; may be none.</param>
internal sealed record ValidationRows(ExampleSet Examples, int[] Rows);
