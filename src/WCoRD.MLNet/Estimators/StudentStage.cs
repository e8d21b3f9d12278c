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
        teacher.Check(options);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _teacher.CheckUsable();
        SchemaShape output = _stage.GetOutputSchema(inputSchema);
        _teacher.Check(_options, inputSchema);
        return output;
    }

    public NetworkTransformer Fit(IDataView input)
    {
        _teacher.CheckUsable();
        return _stage.Fit(
            input,
            (schema, image, label) => _teacher.Bind(_options, schema, image, label),
            (student, image, teacher, labels, streams) =>
                _makeObjective(new ObjectiveContext(student.ShapesFor(image.Height, image.Width), teacher!.Shapes, labels, streams.Number("objective"))));
    }
}
