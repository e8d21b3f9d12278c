using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>Trains a small network from a frozen teacher by Wasserstein contrastive representation distillation.</summary>
/// <remarks>
/// <para>Chen, Wang, Gan, Liu, Henao, Carin: "Wasserstein Contrastive Representation Distillation", CVPR 2021. The objective is
/// <c>L = L_CE + lambda1 * L_GCKT + lambda2 * L_LCKT</c>, and for WCoRD+KD Hinton's soft targets on top.</para>
/// <para>Without a label column, or without weights for cross-entropy and soft targets, no classes are learned. Rows whose label is missing
/// count for the
/// teacher's terms only. Only the student reaches the transformer, which reads the student's column alone.</para>
/// <format type="text/markdown"><![CDATA[
///
/// ### Input and Output Columns
/// Input columns, by the option that names them:
///
/// | Option (default) | Column type | Description |
/// | -- | -- | -- |
/// | `LabelColumnName` (`Label`) | Key | The class. Null: there is none. |
/// | `InputColumnName` (`Pixels`) | Vector of Byte or Single, channels x height x width | The image. |
/// | `TeacherInputColumnName` (none) | Vector of Byte or Single, channels x height x width | What the teacher reads, where that is another image. |
///
/// A teacher made of columns (`Teacher.FromColumns`) reads those instead of images.
///
/// Output columns:
///
/// | Option (default) | Column type | Description |
/// | -- | -- | -- |
/// | `ScoreColumnName` (`Score`) | Vector of Single, with the class names as slot names | The probability of each class. Where classes are learned. |
/// | `PredictedLabelColumnName` (`PredictedLabel`) | Key | The most probable class. Where classes are learned. |
/// | `FeaturesColumnName` (none; `Features` where no classes are learned) | Vector of Single | The penultimate features. |
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
public sealed class WcordDistillationEstimator : IEstimator<NetworkTransformer>
{
    private readonly TrainingStage _stage;

    /// <summary>Creates the estimator.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="teacher">The trained teacher. It is not disposed by this stage.</param>
    /// <param name="options">The options; null: the defaults. They are copied: later changes do not matter.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all faults.</exception>
    public WcordDistillationEstimator(MLContext mlContext, Teacher teacher, WcordDistillationOptions? options = null)
        : this((IHostEnvironment)mlContext, teacher, options)
    {
    }

    internal WcordDistillationEstimator(IHostEnvironment environment, Teacher teacher, WcordDistillationOptions? options)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        _stage = new TrainingStage(
            environment, nameof(WcordDistillationEstimator), (options ?? new WcordDistillationOptions()).Copy(), teacher);
    }

    /// <summary>The columns after this stage, from the columns before it.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentException">A label or input column, of student or teacher, is absent or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _stage.GetOutputSchema(inputSchema);

    /// <summary>Trains the student on all rows of the input.</summary>
    /// <param name="input">The training rows.</param>
    /// <returns>The student as a transformer.</returns>
    /// <exception cref="ArgumentException">A column is absent, of the wrong type or holds unusable values; the teacher does not fit the
    /// data; or more negatives are asked for than there are rows of other classes.</exception>
    /// <exception cref="ObjectDisposedException">The teacher was disposed.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled; with <see cref="CancelBehavior.ReturnModel"/>: before its
    /// first step.</exception>
    /// <exception cref="IOException">Rows beyond <see cref="TrainingOptions.MemoryBudget"/>, or a checkpoint, cannot be
    /// written.</exception>
    /// <exception cref="InvalidOperationException">A loss became infinite or no number.</exception>
    public NetworkTransformer Fit(IDataView input) => _stage.Fit(input);

    /// <summary>
    /// Lets the teacher see ahead what trainings will read of <see cref="StudentTrainingOptions.StoredViewsFolder"/>; a training itself
    /// makes what is missing, epoch by epoch. What is there already is not made again.
    /// </summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentException">A column is absent, of the wrong type or holds unusable values; or the teacher does not fit the
    /// data.</exception>
    /// <exception cref="FormatException">A file of that name holds something else.</exception>
    /// <exception cref="InvalidOperationException">The options name no such folder, or the teacher gives numbers that cannot be
    /// stored.</exception>
    /// <exception cref="IOException">The views cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The teacher was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what is stored stays.</exception>
    public void StoreViews(IDataView input) => _stage.StoreViews(input);
}
