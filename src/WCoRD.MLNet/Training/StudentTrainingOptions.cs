namespace WCoRD.MLNet;

/// <summary>What all options of training a student with the help of a teacher share.</summary>
public abstract class StudentTrainingOptions : TrainingOptions
{
    /// <summary>The network to train: a name of <see cref="NetworkCatalog"/>.</summary>
    /// <value>Default <c>resnet20</c>.</value>
    public string Student { get; set; } = "resnet20";

    /// <summary>
    /// The image column that the teacher reads; null: <see cref="TrainingOptions.InputColumnName"/>, like the student. It may have other
    /// channels and another size.
    /// </summary>
    /// <value>Default null.</value>
    public string? TeacherInputColumnName { get; set; }

    /// <summary>
    /// Channels, height and width of <see cref="TeacherInputColumnName"/>, where its type does not tell: see
    /// <see cref="TrainingOptions.InputShape"/>.
    /// </summary>
    /// <value>Default null.</value>
    public IReadOnlyList<int>? TeacherInputShape { get; set; }

    /// <summary>
    /// What a teacher network sees: the student's view (for padded crops, the sides of the larger of two columns are multiples of the
    /// smaller one's), a view of its own, or the whole image. Where the columns are two different things, as a sound and a picture, take
    /// <c>Whole</c>, and <see cref="TrainingOptions.Augmentation"/> for the student alone. Examples are mixed alike in every case.
    /// </summary>
    /// <value>Default <c>Same</c>.</value>
    public TeacherViewsKind TeacherViews { get; set; } = TeacherViewsKind.Same;

    /// <summary>
    /// The numbers that a teacher network computes with; null: <see cref="TrainingOptions.Precision"/>. A teacher does not learn, so that
    /// bfloat16 costs it less than a student.
    /// </summary>
    /// <value>Default null.</value>
    public Precision? TeacherPrecision { get; set; }

    /// <summary>
    /// The number of views of each row that the teacher sees, once: what it makes of them is stored, and epoch e takes view e mod
    /// <see cref="StoredViews"/>. The views do not depend on <see cref="TrainingOptions.Seed"/>, so that trainings with one teacher, the same
    /// rows and the same augmentation share them. An objective that reads the teacher's maps, which are not stored, has the teacher teach live
    /// all the same. A view takes 2 bytes for each feature and class of a row.
    /// </summary>
    /// <value>Default 0: the teacher sees every view anew, in every epoch.</value>
    public int StoredViews { get; set; }

    /// <summary>
    /// The folder of <see cref="StoredViews"/>, made where it is missing. What is there already is read, what is missing is completed at the
    /// beginning of the epoch that needs it; several trainings may use one folder at a time. Null: a temporary folder, removed after the
    /// training.
    /// </summary>
    /// <value>Default null.</value>
    public string? StoredViewsFolder { get; set; }

    /// <summary>The weight of soft targets (the "+KD"), at least 0; 0 leaves them out.</summary>
    /// <value>Default 0; 1 is CRD+KD's.</value>
    public double SoftTargetWeight { get; set; }

    /// <summary>The weight of cross-entropy with the labels, at least 0.</summary>
    /// <value>Default 1.</value>
    public double CrossEntropyWeight { get; set; } = 1;

    /// <summary>The temperature of soft targets, above 0.</summary>
    /// <value>Default 4.</value>
    public double SoftTargetTemperature { get; set; } = 4;

    internal override string NetworkName => Student;

    internal override IReadOnlyList<WeightedObjective> Terms =>
    [
        .. LabelColumnName is null || CrossEntropyWeight == 0 ? [] : new[] { CrossEntropy(CrossEntropyWeight) },
        .. OwnTerms,
        .. SoftTargetWeight == 0
            ? []
            : new[] { new WeightedObjective("kd", SoftTargetWeight, _ => new SoftTargetsObjective(SoftTargetTemperature)) },
    ];

    internal override bool LearnsWithoutLabel => SoftTargetWeight > 0 || OwnTerms.Any();

    /// <summary>What is minimised beside cross-entropy and soft targets.</summary>
    private protected abstract IEnumerable<WeightedObjective> OwnTerms { get; }

    internal override bool LearnsClasses => LabelColumnName is not null && CrossEntropyWeight + SoftTargetWeight > 0;

    private protected override IEnumerable<(string Option, string? Name)> Read =>
        base.Read.Append((nameof(TeacherInputColumnName), TeacherInputColumnName == InputColumnName ? null : TeacherInputColumnName));

    private protected override void AddFaults(OptionFaults faults)
    {
        faults.Check(LabelColumnName != "", nameof(LabelColumnName), "''", "a column name or null");
        faults.Check(TeacherInputColumnName != "", nameof(TeacherInputColumnName), "''", "a column name or null");
        faults.Shape(nameof(TeacherInputShape), TeacherInputShape);
        faults.Check(
            TeacherInputShape is null || TeacherInputColumnName is not null,
            nameof(TeacherInputShape),
            "given",
            "null where TeacherInputColumnName is null");
        faults.KnownNetwork(nameof(Student), Student);
        faults.Check(
            TeacherPrecision is not { } precision || Enum.IsDefined(precision),
            nameof(TeacherPrecision),
            TeacherPrecision,
            string.Join(", ", Enum.GetNames<Precision>()));
        faults.Check(IsWeight(SoftTargetWeight), nameof(SoftTargetWeight), SoftTargetWeight, "at least 0");
        faults.Check(IsWeight(CrossEntropyWeight), nameof(CrossEntropyWeight), CrossEntropyWeight, "at least 0");
        faults.Check(IsPositive(SoftTargetTemperature), nameof(SoftTargetTemperature), SoftTargetTemperature, "above 0");
        faults.Check(
            LabelColumnName is not null || LearnsWithoutLabel,
            nameof(LabelColumnName),
            LabelColumnName,
            "a column name, or another weight than CrossEntropyWeight above 0");
        faults.Check(
            CrossEntropyWeight > 0 || LearnsWithoutLabel,
            nameof(CrossEntropyWeight),
            CrossEntropyWeight,
            "at least one objective or weight above 0");
        faults.Check(
            Enum.IsDefined(TeacherViews), nameof(TeacherViews), TeacherViews, string.Join(", ", Enum.GetNames<TeacherViewsKind>()));
        faults.Check(StoredViews >= 0, nameof(StoredViews), StoredViews, "at least 0");
        faults.Check(
            StoredViews == 0 || MixUp == 0, nameof(StoredViews), StoredViews, "0 with MixUp, whose blends are others in every step");
        faults.Check(
            StoredViewsFolder is null || (StoredViews > 0 && !string.IsNullOrWhiteSpace(StoredViewsFolder)),
            nameof(StoredViewsFolder),
            $"'{StoredViewsFolder}'",
            "a folder, where StoredViews is above 0, or null");
        faults.Check(
            LabelSmoothing == 0 || (LabelColumnName is not null && CrossEntropyWeight > 0),
            nameof(LabelSmoothing),
            LabelSmoothing,
            "0 where there is no cross-entropy (no LabelColumnName, or CrossEntropyWeight 0)");
        faults.Check(
            LearnsClasses || ValidationFraction == 0,
            nameof(ValidationFraction),
            ValidationFraction,
            "0 where no classes are learned (no LabelColumnName, or no weight for cross-entropy and soft targets)");
    }

    private protected override void CopyLists()
    {
        base.CopyLists();
        TeacherInputShape = TeacherInputShape is { } shape ? [.. shape] : null;
    }

    private protected static bool IsWeight(double value) => double.IsFinite(value) && value >= 0;

    private protected static bool IsPositive(double value) => double.IsFinite(value) && value > 0;
}
