using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>What the estimators with a teacher share.</summary>
internal sealed class StudentStage
{
    private readonly TrainingStage _stage;
    private readonly Teacher _teacher;
    private readonly StudentTrainingOptions _options;
    private readonly Func<ObjectiveContext, Objective> _makeObjective;

    public StudentStage(IHostEnvironment environment, string name, Teacher teacher, StudentTrainingOptions options, Func<ObjectiveContext, Objective> makeObjective)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(teacher);
        _teacher = teacher;
        _options = options;
        _makeObjective = makeObjective;
        _stage = new TrainingStage(environment.Register(name), options, options.Student);
        CheckTeachersColumns(teacher, options);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _teacher.CheckUsable();
        SchemaShape output = _stage.GetOutputSchema(inputSchema);
        TeacherInput.Check(_teacher, _options, inputSchema);
        return output;
    }

    public NetworkTransformer Fit(IDataView input)
    {
        _teacher.CheckUsable();
        return _stage.Fit(
            input,
            (schema, image, label) => TeacherInput.Bind(_teacher, _options, schema, image, label),
            (student, image, teacher, labels, streams) =>
                _makeObjective(new ObjectiveContext(student.ShapesFor(image.Height, image.Width), teacher!.Shapes, labels, streams.Number("objective"))));
    }

    // The student's scores may hide the teacher's, and its features the teacher's, as a second trainer's do in any chain of ML.NET; anything else is a slip.
    private static void CheckTeachersColumns(Teacher teacher, StudentTrainingOptions options)
    {
        if (teacher is not ColumnTeacher columns)
        {
            return;
        }

        (_, string? predictedLabel, string? features) = options.Added;
        foreach ((string option, string? added, string other, string? read) in ((string, string?, string, string?)[])
        [
            (nameof(options.PredictedLabelColumnName), predictedLabel, "featureColumn", columns.FeatureColumn),
            (nameof(options.PredictedLabelColumnName), predictedLabel, "scoreColumn", columns.ScoreColumn),
            (nameof(options.FeaturesColumnName), features, "scoreColumn", columns.ScoreColumn),
        ])
        {
            if (added is not null && added == read)
            {
                throw new ArgumentException($"{option} is '{added}': expected another name than the teacher's {other}, whose column it would hide.");
            }
        }
    }
}
