using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>Trains one network of a study, measured on the test rows after every epoch, and goes on from its checkpoints.</summary>
internal sealed class StudyTraining
{
    private readonly MLContext _mlContext;
    private readonly StudyFolder _folder;
    private readonly string _name;
    private readonly DataSource _source;
    private readonly IDataView _train;

    /// <param name="study">Rows and schedule.</param>
    /// <param name="folder">Where the model and its checkpoints are kept.</param>
    /// <param name="name">The name of the network's files.</param>
    /// <param name="seed">The seed.</param>
    public StudyTraining(Study study, StudyFolder folder, string name, int seed)
    {
        _mlContext = study.CreateContext(seed);
        (_folder, _name) = (folder, name);
        _source = study.Data;
        _train = study.TrainingRows(_mlContext);
        TestRows = study.TestRows(_mlContext);
        Seed = seed;
    }

    public IDataView TestRows { get; }

    public int Seed { get; }

    /// <summary>Trains, or goes on.</summary>
    /// <param name="shown">The name beside the progress.</param>
    /// <param name="options">By which options.</param>
    /// <param name="loadTeacher">Loads the teacher; null: the labels alone teach.</param>
    /// <param name="cancellationToken">Stops the training; what is done is kept.</param>
    public NetworkTransformer Fit(
        string shown, TrainingOptions options, Func<MLContext, Teacher>? loadTeacher, CancellationToken cancellationToken)
    {
        options.Seed = Seed;
        options.ValidationSet = TestRows;
        options.CancellationToken = cancellationToken;
        (options.CheckpointFolder, options.Resume) = (_folder.CheckpointsOf(_name), true);
        if (options is StudentTrainingOptions { StoredViews: > 0 } student)
        {
            student.StoredViewsFolder ??= _folder.File("views");
        }

        using Teacher? teacher = loadTeacher?.Invoke(_mlContext);
        return TrainingDisplay.Run(_mlContext, options, shown, json: true, () => Trainers.Create(_mlContext, teacher, options).Fit(_train));
    }

    public Accuracy Measure(NetworkTransformer model) => Accuracy.Measure(_mlContext, model, TestRows);

    public void Save(NetworkTransformer model)
    {
        ITransformer? decoding = _source.Decoding(_mlContext)?.Fit(_train);
        ModelFiles.Save(
            _mlContext,
            decoding is null ? model : new TransformerChain<ITransformer>(decoding, model),
            _train.Schema,
            _folder.ModelOf(_name));
    }
}
