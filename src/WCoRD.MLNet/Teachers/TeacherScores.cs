using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Brings a teacher's scores to logits in the order of the rows' classes.</summary>
internal static class TeacherScores
{
    // Below every probability that float32 scores tell apart from 0, and with a finite logarithm.
    private const double LeastProbability = 1e-12;

    /// <summary>Whether all rows are probabilities: none negative, and of sum 1.</summary>
    /// <param name="scores"><c>[rows, classes]</c>.</param>
    public static bool AreProbabilities(Tensor scores)
    {
        using var scope = NewDisposeScope();
        return scores.ge(0).all().ToBoolean() && (scores.sum(1) - 1).abs().lt(1e-3).all().ToBoolean();
    }

    /// <summary>
    /// The logarithms of probabilities: soft targets of these are those of the logits, which differ from them by a constant in each row.
    /// </summary>
    public static Tensor Logarithms(Tensor probabilities)
    {
        using var scope = NewDisposeScope();
        return probabilities.clamp_min(LeastProbability).log().MoveToOuterDisposeScope();
    }

    /// <summary>The scores of the rows' classes, in their order.</summary>
    /// <param name="scores">The teacher's, <c>[rows, classes]</c>.</param>
    /// <param name="classes">Which of the rows' classes they are of.</param>
    public static Tensor Of(Tensor scores, TaughtClasses classes)
    {
        using var scope = NewDisposeScope();
        Tensor own = scores.narrow(1, 0, classes.Count);
        if (classes.Order is { } order)
        {
            own = own.index_select(1, tensor(order.Select(place => (long)place).ToArray(), device: own.device));
        }

        return own.MoveToOuterDisposeScope();
    }
}
