using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The embeddings of both networks that GCKT scores anchors against: where negatives from the whole training set come from.
/// </summary>
/// <remarks>
/// Embeddings start as <c>U(-a, a)</c>, <c>a = 1 / sqrt(d / 3)</c>. They are buffers <c>student</c> and <c>teacher</c>: part of the state,
/// without gradient.
/// </remarks>
internal abstract class ContrastMemory : nn.Module
{
    private const string Classes = "classes";

    /// <param name="name">The module's name.</param>
    /// <param name="classes">The class of every training row.</param>
    /// <param name="rows">The number of embeddings of either network.</param>
    /// <param name="embeddingSize">The number of dimensions, d.</param>
    /// <param name="generator">Draws the first embeddings; null: torch's global generator.</param>
    /// <param name="type">What embeddings are kept in: float32 or bfloat16.</param>
    protected ContrastMemory(string name, long[] classes, long rows, long embeddingSize, Generator? generator, ScalarType type)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        register_buffer(Classes, tensor(classes), persistent: false);
        register_buffer("student", Draw());
        register_buffer("teacher", Draw());

        Tensor Draw()
        {
            double bound = 1 / Math.Sqrt(embeddingSize / 3.0);
            using var scope = NewDisposeScope();
            return empty(rows, embeddingSize, ScalarType.Float32).uniform_(-bound, bound, generator).to(type).MoveToOuterDisposeScope();
        }
    }

    /// <summary>The student's embeddings, <c>[rows, embedding]</c>.</summary>
    public Tensor Student => get_buffer("student")!;

    /// <summary>The teacher's embeddings, <c>[rows, embedding]</c>.</summary>
    public Tensor Teacher => get_buffer("teacher")!;

    /// <summary>The memory that one side takes, in MiB.</summary>
    public double SizeInMiB => Student.numel() * Student.element_size() / (1024.0 * 1024.0);

    /// <summary>The positive of each anchor: the other network's embedding of the same example.</summary>
    /// <param name="indices">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="student">The step's embeddings of the student, <c>[batch, embedding]</c>.</param>
    /// <param name="teacher">The step's embeddings of the teacher, <c>[batch, embedding]</c>.</param>
    public abstract (Tensor Student, Tensor Teacher) Positives(Tensor indices, Tensor student, Tensor teacher);

    /// <summary>Takes a step's embeddings. Only after backward: the graph of a loss keeps the rows.</summary>
    /// <param name="indices">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="student">The student's embeddings, <c>[batch, embedding]</c>.</param>
    /// <param name="teacher">The teacher's embeddings, <c>[batch, embedding]</c>.</param>
    public abstract void Update(Tensor indices, Tensor student, Tensor teacher);

    /// <summary>Which rows are of an example's own class, and so no negatives of it: <c>[batch, rows]</c>.</summary>
    /// <param name="indices">The examples' row numbers, int64 <c>[batch]</c>.</param>
    /// <param name="drawn">The numbers of the memory's rows in question, int64; null: all.</param>
    public Tensor OwnClass(Tensor indices, Tensor? drawn)
    {
        Tensor classes = drawn is null ? RowClasses : RowClasses.index_select(0, drawn);
        return classes.unsqueeze(0).eq(ClassesOf(indices).unsqueeze(1));
    }

    /// <summary>The class of every row of the memory.</summary>
    protected abstract Tensor RowClasses { get; }

    /// <summary>The classes of training rows.</summary>
    protected Tensor ClassesOf(Tensor indices) => TrainingClasses.index_select(0, indices);

    /// <summary>The class of every training row, where the embeddings are.</summary>
    public Tensor TrainingClasses
    {
        get
        {
            // A module that moves to a GPU leaves behind what is no part of its state.
            Tensor classes = get_buffer(Classes)!;
            if (classes.device_type != Student.device_type || classes.device_index != Student.device_index)
            {
                using Tensor before = classes;
                classes = before.to(Student.device).DetachFromDisposeScope();
                ConditionallyRegisterBuffer(Classes, classes, persistent: false);
            }

            return classes;
        }
    }
}
