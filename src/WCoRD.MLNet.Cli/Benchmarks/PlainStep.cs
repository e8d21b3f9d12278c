using System.Diagnostics;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>
/// A training step written down as the equations stand, the measure of what this library gains: planes first, float32, images one by one,
/// bank rows gathered, an unfolded teacher.
/// </summary>
/// <remarks>
/// The same networks, batch, bank and number of negatives as CRD's reference implementation; plus LCKT by the textbook's IPOT, and soft
/// targets.
/// </remarks>
internal sealed class PlainStep : IDisposable
{
    private const int Padding = 4;
    private const int Embedding = 128;
    private const double Temperature = 0.07;
    private const double Momentum = 0.5;
    private const double Epsilon = 1e-7;
    private const double SoftTemperature = 4;
    private const double Beta = 0.5;
    private const int Proximal = 50;

    private readonly FeatureNetwork _teacher;
    private readonly FeatureNetwork _student;
    private readonly TorchSharp.Modules.Linear _teacherHead;
    private readonly TorchSharp.Modules.Linear _studentHead;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _images;
    private readonly Tensor _labels;
    private readonly Tensor[] _banks;
    private readonly double[] _normalizers = [-1, -1];
    private readonly int _negatives;
    private readonly int _batch;
    private readonly Random _random = new(1);
    private int _next;

    /// <param name="teacher">The teacher, which this disposes.</param>
    /// <param name="student">The student, which this disposes.</param>
    /// <param name="images">Images <c>[rows, 3, height, width]</c>, uint8, which this disposes.</param>
    /// <param name="labels">Classes, int64 <c>[rows]</c>, which this disposes.</param>
    /// <param name="batch">Examples of a step.</param>
    /// <param name="negatives">Negatives of an example.</param>
    public PlainStep(FeatureNetwork teacher, FeatureNetwork student, Tensor images, Tensor labels, int batch, int negatives)
    {
        (_teacher, _student, _images, _labels, _batch, _negatives) = (teacher, student, images, labels, batch, negatives);
        teacher.eval();
        _teacherHead = nn.Linear(teacher.FeatureSize, Embedding);
        _studentHead = nn.Linear(student.FeatureSize, Embedding);
        double bound = 1 / Math.Sqrt(Embedding / 3.0);
        _banks = [.. Enumerable.Range(0, 2).Select(_ => empty(images.shape[0], Embedding).uniform_(-bound, bound))];
        _optimizer = optim.SGD(
            student.parameters().Concat(_teacherHead.parameters()).Concat(_studentHead.parameters()), 0.05, 0.9, weight_decay: 5e-4);
    }

    /// <summary>Runs one step.</summary>
    /// <returns>The time of each part, in seconds, in order.</returns>
    public IReadOnlyDictionary<string, double> Run()
    {
        var seconds = new OrderedDictionary<string, double>();
        using var scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        long[] rows = [.. Enumerable.Range(0, _batch).Select(_ => (long)(_next++ % (int)_images.shape[0]))];
        Tensor indices = tensor(rows), labels = _labels.index_select(0, indices);
        Tensor input = stack(rows.Select(View));
        Lap("data");

        NetworkOutput taught;
        using (no_grad())
        {
            taught = _teacher.Compute(input);
        }

        Lap("teacher");
        NetworkOutput learned = _student.Compute(input);
        Lap("student");
        Tensor loss = nn.functional.cross_entropy(learned.Logits, labels);
        Lap("ce");
        Tensor u = Unit(_teacherHead.call(taught.Features)), v = Unit(_studentHead.call(learned.Features));
        Lap("heads");
        Tensor drawn = randint(_images.shape[0], [_batch, _negatives + 1]);
        drawn[.., 0] = indices;
        Lap("draw");
        loss = loss + (0.8 * (Contrast(v, _banks[0], drawn, 0) + Contrast(u, _banks[1], drawn, 1)));
        Lap("gckt");
        loss = loss + (0.05 * Transport(1 - u.matmul(v.t())));
        Lap("lckt");
        loss = loss + (SoftTemperature * SoftTemperature * nn.functional.kl_div(
            nn.functional.log_softmax(learned.Logits / SoftTemperature, 1),
            nn.functional.softmax(taught.Logits / SoftTemperature, 1),
            reduction: nn.Reduction.Sum) / _batch);
        Lap("kd");
        _optimizer.zero_grad();
        loss.backward();
        Lap("backward");
        _optimizer.step();
        using (no_grad())
        {
            Update(_banks[0], indices, u);
            Update(_banks[1], indices, v);
        }

        _ = loss.item<float>();
        Lap("optimizer");
        return seconds;

        void Lap(string part)
        {
            long now = Stopwatch.GetTimestamp();
            seconds[part] = Stopwatch.GetElapsedTime(start, now).TotalSeconds;
            start = now;
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (IDisposable owned in (IDisposable[])[_teacher, _student, _teacherHead, _studentHead, _images, _labels, .. _banks])
        {
            owned.Dispose();
        }
    }

    // One image: pad, crop, flip, to [0, 1], normalise.
    private Tensor View(long row)
    {
        Tensor image = _images[row];
        long height = image.shape[1], width = image.shape[2];
        int top = _random.Next((2 * Padding) + 1), left = _random.Next((2 * Padding) + 1);
        image = nn.functional.pad(image, [Padding, Padding, Padding, Padding]).narrow(1, top, height).narrow(2, left, width);
        image = _random.Next(2) == 1 ? image.flip(2) : image;
        Tensor mean = tensor([0.5071f, 0.4867f, 0.4408f]).view(-1, 1, 1), deviation = tensor([0.2675f, 0.2565f, 0.2761f]).view(-1, 1, 1);
        return ((image.to(ScalarType.Float32) / 255) - mean) / deviation;
    }

    // CRD: h = exp(g / tau) / Z against noise; the first batch sets Z.
    private Tensor Contrast(Tensor anchors, Tensor bank, Tensor drawn, int side)
    {
        long rows = bank.shape[0];
        Tensor gathered = bank.index_select(0, drawn.flatten()).view(_batch, _negatives + 1, Embedding);
        Tensor scores = gathered.bmm(anchors.unsqueeze(2)).squeeze(2).div(Temperature).exp();
        _normalizers[side] = _normalizers[side] > 0 ? _normalizers[side] : scores.mean().item<float>() * rows;
        Tensor likelihood = scores / _normalizers[side];
        double noise = (double)_negatives / rows;
        Tensor positive = likelihood[.., 0], negative = likelihood.narrow(1, 1, _negatives);
        return -((positive / (positive + noise + Epsilon)).log().sum()
            + (full_like(negative, noise) / (negative + noise + Epsilon)).log().sum()) / _batch;
    }

    private static Tensor Transport(Tensor cost)
    {
        Tensor plan;
        using (no_grad())
        {
            long n = cost.shape[0];
            Tensor kernel = (-cost / Beta).exp(), sigma = full(n, 1, 1.0f / n);
            plan = ones(n, n);
            for (int i = 0; i < Proximal; i++)
            {
                Tensor proximal = kernel * plan;
                Tensor delta = 1 / (n * proximal.matmul(sigma));
                sigma = 1 / (n * proximal.t().matmul(delta));
                plan = delta * proximal * sigma.t();
            }
        }

        return (plan * cost).sum();
    }

    private static void Update(Tensor bank, Tensor indices, Tensor embeddings)
    {
        Tensor mixed = (bank.index_select(0, indices) * Momentum) + (embeddings.detach() * (1 - Momentum));
        bank.index_copy_(0, indices, Unit(mixed));
    }

    private static Tensor Unit(Tensor rows) => rows / rows.square().sum(1, keepdim: true).sqrt();
}
