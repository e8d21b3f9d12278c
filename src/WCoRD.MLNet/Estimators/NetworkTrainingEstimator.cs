using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>Trains a network with cross-entropy alone: for teachers, and for the "student alone" baseline.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
///
/// ### Input and Output Columns
/// Input columns, by the option that names them:
///
/// | Option (default) | Column type | Description |
/// | -- | -- | -- |
/// | `LabelColumnName` (`Label`) | Key | The class. |
/// | `InputColumnName` (`Pixels`) | Vector of Byte or Single, channels x height x width | The image. |
///
/// Output columns:
///
/// | Option (default) | Column type | Description |
/// | -- | -- | -- |
/// | `ScoreColumnName` (`Score`) | Vector of Single, with the class names as slot names | The probability of each class. |
/// | `PredictedLabelColumnName` (`PredictedLabel`) | Key | The most probable class. |
/// | `FeaturesColumnName` (none) | Vector of Single | The penultimate features. |
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | No: pixels are normalised inside |
/// | Is caching required? | No: rows are read once |
/// | Required NuGet in addition to Microsoft.ML | WCoRD.MLNet, and libtorch (TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows) |
/// | Exportable to ONNX | Yes |
/// ]]></format>
/// </remarks>
public sealed class NetworkTrainingEstimator : IEstimator<NetworkTransformer>
{
    private readonly TrainingStage _stage;

    /// <summary>Creates the estimator.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="options">The options; null: the defaults. They are copied: later changes do not matter.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public NetworkTrainingEstimator(MLContext mlContext, NetworkTrainingOptions? options = null)
        : this((IHostEnvironment)mlContext, options)
    {
    }

    internal NetworkTrainingEstimator(IHostEnvironment environment, NetworkTrainingOptions? options)
    {
        _stage = new TrainingStage(environment, nameof(NetworkTrainingEstimator), (options ?? new NetworkTrainingOptions()).Copy());
    }

    /// <summary>The columns after this stage, from the columns before it.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentException">The label or input column is absent or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _stage.GetOutputSchema(inputSchema);

    /// <summary>Trains the network on all rows of the input.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The trained network as a transformer.</returns>
    /// <exception cref="ArgumentException">The label or input column is absent, of the wrong type, or holds unusable values.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; with <see cref="CancelBehavior.ReturnModel"/>: before its
    /// first step.</exception>
    /// <exception cref="IOException">Rows beyond <see cref="TrainingOptions.MemoryBudget"/>, or a checkpoint, cannot be
    /// written.</exception>
    /// <exception cref="InvalidOperationException">A loss became infinite or no number.</exception>
    public NetworkTransformer Fit(IDataView input) => _stage.Fit(input);
}
