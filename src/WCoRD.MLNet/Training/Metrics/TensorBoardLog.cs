using TorchSharp;
using TorchSharp.Modules;

namespace WCoRD.MLNet;

/// <summary>
/// Writes a training's metrics as event files, in which TensorBoard shows it while it runs and after. Give it as <c>Progress</c>.
/// </summary>
/// <remarks>
/// Scalars by epoch: <c>loss/total</c> and each part before weighting (<c>loss/ce</c>, <c>loss/gckt</c>, ...),
/// <see cref="EpochMetrics.Metrics"/> (<c>metric/lckt_error</c>, ...), <c>accuracy/training</c> and <c>accuracy/validation</c> in percent, where
/// they are known,
/// <c>schedule/learning rate</c> and <c>speed/examples per second</c>. A resumed training goes on in the same folder.
/// </remarks>
public sealed class TensorBoardLog : IProgress<EpochMetrics>
{
    private readonly SummaryWriter _writer;

    /// <summary>Opens a folder, which is made where there is none.</summary>
    /// <param name="folder">The folder, one for each training; TensorBoard's <c>--logdir</c> is that, or the folder above.</param>
    public TensorBoardLog(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _writer = torch.utils.tensorboard.SummaryWriter(Path.GetFullPath(folder), createRunName: false);
    }

    /// <summary>Writes the metrics of an epoch.</summary>
    /// <param name="value">The metrics.</param>
    public void Report(EpochMetrics value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Add("loss/total", value.Loss);
        foreach ((string part, double loss) in value.Parts)
        {
            Add($"loss/{part}", loss);
        }

        foreach ((string name, double metric) in value.Metrics)
        {
            Add($"metric/{name}", metric);
        }

        Add("accuracy/training", 100 * value.Accuracy);
        Add("accuracy/validation", 100 * value.ValidationAccuracy);
        Add("schedule/learning rate", value.LearningRate);
        Add("speed/examples per second", value.ExamplesPerSecond);

        void Add(string tag, double? scalar)
        {
            if (scalar is { } known)
            {
                _writer.add_scalar(tag, (float)known, value.Epoch);
            }
        }
    }
}
