using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What validation accuracy is measured on: some of the training examples, or others.</summary>
/// <param name="Examples">The examples.</param>
/// <param name="Rows">Which of them; may be none.</param>
internal sealed record ValidationRows(ExampleSet Examples, int[] Rows)
{
    private const int Batch = 256;

    /// <summary>The share of the rows that a network classifies rightly, without augmentation; null: there are none.</summary>
    /// <param name="network">The network, which this puts into evaluation mode.</param>
    /// <param name="normalization">How its input is normalised.</param>
    /// <param name="checkCanceled">Called before every batch.</param>
    public double? Accuracy(FeatureNetwork network, InputNormalization normalization, Action checkCanceled)
    {
        if (Rows.Length == 0)
        {
            return null;
        }

        network.eval();
        using var noGradient = no_grad();
        long right = 0;
        RankGroup? ranks = Examples.Ranks;
        foreach (int[] batch in Rows.Where(row => ranks is null || RowExchange.IsOwn(ranks, row)).Chunk(Batch))
        {
            checkCanceled();
            using var scope = NewDisposeScope();
            Tensor pixels = Examples.PixelsOf(tensor(batch, ScalarType.Int64), ranks is null ? null : RowExchange.ForOwn(ranks, batch));
            Tensor labels = tensor(Examples.LabelsOf(batch), device: Examples.Device);
            right += network.forward(normalization.Apply(pixels)).argmax(1).eq(labels).sum().ToInt64();
        }

        return (ranks?.Sum(right) ?? right) / Rows.Length;
    }
}
