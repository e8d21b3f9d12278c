using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>Trains a small network from a frozen teacher by any of the field's distillers, or by objectives of your own.</summary>
/// <remarks>
/// Columns in and out are those of <see cref="WcordDistillationEstimator"/>, which is the same with the paper's objectives. What is trained beside the student never reaches the transformer.
/// </remarks>
public sealed class DistillationEstimator : IEstimator<NetworkTransformer>
{
    private readonly TrainingStage _stage;

    /// <summary>Creates the estimator.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="options">The options, which name the objectives. They are copied: later changes do not matter.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public DistillationEstimator(MLContext mlContext, Teacher teacher, DistillationOptions options)
        : this((IHostEnvironment)mlContext, teacher, options)
    {
    }

    internal DistillationEstimator(IHostEnvironment environment, Teacher teacher, DistillationOptions options)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(options);
        _stage = new TrainingStage(environment, nameof(DistillationEstimator), options.Copy(), teacher);
    }

    /// <summary>The columns after this stage, from the columns before it.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentException">A label or input column, of student or teacher, is absent or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _stage.GetOutputSchema(inputSchema);

    /// <summary>Trains the student on all rows of the input.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The student as a transformer.</returns>
    /// <exception cref="ArgumentException">A column is absent, of the wrong type or holds unusable values; or the teacher does not fit the data or an objective.</exception>
    /// <exception cref="ObjectDisposedException">The teacher was disposed.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; with <see cref="CancelBehavior.ReturnModel"/>: before its first step.</exception>
    /// <exception cref="IOException">Rows beyond <see cref="TrainingOptions.MemoryBudget"/>, or a checkpoint, cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A loss became infinite or no number.</exception>
    public NetworkTransformer Fit(IDataView input) => _stage.Fit(input);
}
