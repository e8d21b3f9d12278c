using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>What all runs of a study share: rows, schedule, and what is said of teachers and of WCoRD's contrast.</summary>
internal sealed record Study
{
    /// <summary>The data.</summary>
    public required DataSource Data { get; init; }

    /// <summary>How many training rows; null: all.</summary>
    public int? Limit { get; init; }

    public Schedule Schedule { get; init; } = new();

    public Recipe Recipe { get; init; } = new();

    /// <summary>The input of teachers of PyTorch weights, as on the command line; null: CIFAR-100's.</summary>
    public string? TeacherNormalization { get; init; }

    /// <summary>What teachers compute with; null: what the students do.</summary>
    public Precision? TeacherPrecision { get; init; }

    /// <summary>WCoRD's critic; null: its default.</summary>
    public CriticForm? Critic { get; init; }

    /// <summary>WCoRD's negatives; null: its default.</summary>
    public int? Negatives { get; init; }

    /// <summary>Whether the examples of a step share one draw of negatives, with WCoRD and CRD.</summary>
    public bool SharedNegatives { get; init; }

    /// <summary>The views of each row that teachers see, once; 0: they teach live.</summary>
    public int StoredViews { get; init; }

    /// <summary>Where these are kept; null: in a folder of the study's own.</summary>
    public string? ViewsFolder { get; init; }

    /// <summary>The number of the GPU; null: the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>The environment of a run.</summary>
    public MLContext CreateContext(int seed) =>
        LoadingLog.Attach(new MLContext(seed) { GpuDeviceId = Gpu, FallbackToCpu = false });

    public IDataView TrainingRows(MLContext mlContext) => Data.Rows(mlContext, Cifar100Split.Train, Limit);

    public IDataView TestRows(MLContext mlContext) => Data.Rows(mlContext, Cifar100Split.Test);

    public Teacher LoadTeacher(MLContext mlContext, string file) => ModelFiles.LoadTeacher(mlContext, file, network: null, TeacherNormalization);

    public NetworkTeacher LoadNetworkTeacher(MLContext mlContext, string file, string? network = null) =>
        ModelFiles.LoadNetworkTeacher(mlContext, file, network, TeacherNormalization);

    /// <summary>Makes the options by which a network learns by a method in this study.</summary>
    public TrainingOptions CreateOptions(Method method, string network)
    {
        TrainingOptions options = method.CreateOptions();
        if (options is StudentTrainingOptions student)
        {
            (student.Student, student.TeacherPrecision) = (network, TeacherPrecision);
            (student.StoredViews, student.StoredViewsFolder) = (StoredViews, ViewsFolder);
        }
        else
        {
            ((NetworkTrainingOptions)options).Network = network;
        }

        if (options is WcordDistillationOptions contrast)
        {
            contrast.SharedNegatives = SharedNegatives;
        }

        if (method.Name == Method.Wcord)
        {
            var wcord = (WcordDistillationOptions)options;
            wcord.Critic = Critic ?? wcord.Critic;
            wcord.Negatives = Negatives ?? wcord.Negatives;
        }

        Schedule.ApplyTo(options);
        Recipe.ApplyTo(options);
        return options;
    }
}
