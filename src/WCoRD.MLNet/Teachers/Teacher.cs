using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Who teaches: a trained network, an ONNX model, or columns that any earlier stage of ML.NET wrote.</summary>
public abstract class Teacher : IDisposable
{
    private protected Teacher()
    {
    }

    /// <summary>Makes a trained model a teacher. The model stays as it is and may be disposed.</summary>
    /// <remarks>
    /// Of a chain only the network teaches: its other stages are not run, so that the rows bring the column of pixels that the network
    /// reads.
    /// </remarks>
    /// <param name="model">A network that this library trained, or a chain with one such network, as it was fitted or loaded.</param>
    /// <returns>A teacher that reads images of the model's size.</returns>
    /// <exception cref="ArgumentException">The model holds no network, or several; the message lists what it holds.</exception>
    public static NetworkTeacher FromModel(ITransformer model)
    {
        NetworkTransformer network = NetworkTransformer.FindIn(model);
        return NetworkTeacher.FromNetwork(
            network.CreateNetwork(),
            network.Normalization,
            network.Description.Height,
            network.Description.Width,
            network.ClassNames);
    }

    /// <summary>Loads a teacher's weights.</summary>
    /// <param name="network">The network's name in <see cref="NetworkCatalog"/>.</param>
    /// <param name="path">A safetensors file with PyTorch's parameter names, which may begin with <c>module.</c>, <c>model.</c> or
    /// <c>_orig_mod.</c>, as wrappers have it.</param>
    /// <param name="classes">The number of classes, at least 2; by default 100.</param>
    /// <param name="inputChannels">The number of channels of the images, at least 1; by default 3.</param>
    /// <param name="normalization">What the teacher was trained on; null: <see cref="InputNormalization.Cifar100"/>.</param>
    /// <returns>A teacher on the CPU.</returns>
    /// <exception cref="ArgumentException">The name is unknown, or the normalisation does not suit the channels.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is of another kind, which the message names, is not valid or does not fit the
    /// network.</exception>
    /// <exception cref="InvalidOperationException">libtorch is missing or cannot be loaded; the message says what to do.</exception>
    public static NetworkTeacher FromSafetensors(
        string network, string path, int classes = 100, int inputChannels = 3, InputNormalization? normalization = null) =>
        FromWeights(network, path, classes, inputChannels, normalization, NetworkWeights.Load);

    /// <summary>
    /// Loads a teacher's weights from what PyTorch's <c>torch.save</c> wrote: a state dictionary, alone or in a checkpoint (<c>.pth</c>,
    /// <c>.pt</c>, <c>.th</c>, <c>.ckpt</c>), of any PyTorch since 0.4.
    /// </summary>
    /// <remarks>
    /// <b>Nothing of the file is executed.</b> Tensors, plain values and a few objects that training scripts leave beside them are read; a
    /// file that asks for anything else is refused.
    /// In a checkpoint the weights stand under <c>state_dict</c>, <c>model</c>, <c>model_state_dict</c> or <c>net</c>, or are the only
    /// dictionary of tensors.
    /// Names may begin with <c>module.</c>, <c>model.</c> or <c>_orig_mod.</c>, as wrappers have it.
    /// </remarks>
    /// <param name="network">The network's name in <see cref="NetworkCatalog"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="classes">The number of classes, at least 2; by default 100.</param>
    /// <param name="inputChannels">The number of channels of the images, at least 1; by default 3.</param>
    /// <param name="normalization">What the teacher was trained on; null: <see cref="InputNormalization.Cifar100"/>.</param>
    /// <returns>A teacher on the CPU.</returns>
    /// <exception cref="ArgumentException">The name is unknown, or the normalisation does not suit the channels.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is of another kind, which the message names; it is damaged, holds more than tensors and
    /// plain values, or does not fit the network.</exception>
    /// <exception cref="InvalidOperationException">libtorch is missing or cannot be loaded; the message says what to do.</exception>
    public static NetworkTeacher FromPyTorch(
        string network, string path, int classes = 100, int inputChannels = 3, InputNormalization? normalization = null) =>
        FromWeights(network, path, classes, inputChannels, normalization, (created, file) =>
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            NetworkWeights.Load(created, PyTorchFile.Read(file), file);
        });

    /// <summary>
    /// Loads a teacher from a TorchScript file: what PyTorch's <c>torch.jit.trace</c> or <c>torch.jit.script</c> made and
    /// <c>torch.jit.save</c> wrote.
    /// </summary>
    /// <remarks>
    /// <b>A TorchScript file holds code, which is executed: load only files that you trust.</b> A safetensors file holds none.
    /// The module takes images <c>[batch, channels, height, width]</c> and gives the logits <c>[batch, classes]</c>, which then serve as
    /// features too; or <c>(features [batch, features], logits)</c>;
    /// or a list of stage maps whose last item is the features, and the logits, as RepDistiller's networks do with <c>is_feat=True</c>. It
    /// computes in float32.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="inputChannels">The number of channels of the images, at least 1; by default 3.</param>
    /// <param name="height">The images' height, by default 32.</param>
    /// <param name="width">The images' width, by default 32.</param>
    /// <param name="normalization">What the teacher was trained on; null: <see cref="InputNormalization.Cifar100"/>.</param>
    /// <returns>A teacher on the CPU.</returns>
    /// <exception cref="ArgumentException">The normalisation does not suit the channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is no TorchScript, or its module fails on such images or gives something
    /// else.</exception>
    /// <exception cref="InvalidOperationException">libtorch is missing or cannot be loaded; the message says what to do.</exception>
    public static NetworkTeacher FromTorchScript(
        string path, int inputChannels = 3, int height = 32, int width = 32, InputNormalization? normalization = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        TorchRuntime.EnsureLoaded();
        var scripted = ScriptedNetwork.Load(path, inputChannels, height, width);
        try
        {
            return NetworkTeacher.FromNetwork(scripted, normalization ?? InputNormalization.Cifar100, height, width);
        }
        catch
        {
            scripted.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Makes an ONNX model a teacher, of whatever framework: a classifier or a featurizer of images. It is shown every view that the
    /// student sees.
    /// </summary>
    /// <remarks>
    /// ONNX Runtime computes it on the CPU: the application adds the package Microsoft.ML.OnnxRuntime. The model reads one tensor of
    /// float32 or bytes of images, of any size and either layout; views of another size are resized. A file of
    /// <see cref="NetworkTransformer.SaveOnnx"/> states its normalisation and its classes itself.
    /// It gives scores <c>[batch, classes]</c>, features <c>[batch, features]</c> or maps, or both; which is which is found by the number of
    /// classes, or named. The maps of its stages are unknown, so that distillers which compare these refuse it.
    /// Weights in files of their own are read from the model's folder alone. A model holds computations: one that you do not trust may take
    /// much time or memory.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="options">What the model was trained on, and what its outputs are; null: all is found. They are copied.</param>
    /// <returns>A teacher on the CPU.</returns>
    /// <exception cref="ArgumentException">Options are out of range, in which case the message lists all faults, or do not fit the
    /// model.</exception>
    /// <exception cref="FileNotFoundException">There is no such file, or none of the weights that it names.</exception>
    /// <exception cref="FormatException">The file is of another kind, which the message names, or is damaged; ONNX Runtime refuses it; it
    /// reads something else than images, or weights from outside its folder.</exception>
    /// <exception cref="InvalidOperationException">libtorch or ONNX Runtime is missing or cannot be loaded; the message says what to
    /// do.</exception>
    public static Teacher FromOnnx(string path, OnnxTeacherOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TorchRuntime.EnsureLoaded();
        return OnnxTeacher.Open(path, options ?? new OnnxTeacherOptions());
    }

    /// <summary>Makes a trained network a teacher, for example one of your own class.</summary>
    /// <param name="network">The network, which the teacher then owns and disposes.</param>
    /// <param name="normalization">How pixel values were normalised when it was trained.</param>
    /// <returns>A teacher on the CPU.</returns>
    /// <exception cref="ArgumentException">The normalisation does not suit the channels.</exception>
    public static NetworkTeacher FromNetwork(FeatureNetwork network, InputNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(normalization);
        return NetworkTeacher.FromNetwork(network, normalization, null, null);
    }

    /// <summary>
    /// Makes columns of the data a teacher: what an ONNX model (<c>ApplyOnnxModel</c>), a featurizer, a text classifier or any trainer
    /// wrote of each row.
    /// </summary>
    /// <remarks>
    /// The columns are read once, before the training. They describe each row as it stands in the data: with crops and flips the student
    /// sees other views of it.
    /// Features are taken as they are; bring columns of very different sizes to one with <c>NormalizeMeanVariance</c> first.
    /// </remarks>
    /// <param name="featureColumn">The teacher's features: Vector&lt;Single&gt; of known size, for GCKT and LCKT.</param>
    /// <param name="scoreColumn">Its probabilities or logits, one for each class in the order of the label's keys: Vector&lt;Single&gt; of
    /// known size, for soft targets; null: none.
    /// Rows that hold no negative number and sum to 1 are probabilities, whose logarithms serve as logits.</param>
    /// <returns>A teacher without a network of its own.</returns>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static Teacher FromColumns(string featureColumn, string? scoreColumn = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(featureColumn);
        if (scoreColumn is not null)
        {
            ArgumentException.ThrowIfNullOrEmpty(scoreColumn);
        }

        return new ColumnTeacher(featureColumn, scoreColumn);
    }

    /// <summary>Frees what the teacher holds. It teaches no more.</summary>
    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            Free();
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>Checks the names of columns against those that the teacher reads, before anything is known of the data.</summary>
    /// <exception cref="ArgumentException">An added column would hide one that the teacher reads.</exception>
    internal abstract void Check(StudentTrainingOptions options);

    /// <summary>Checks the teacher's columns before any data is there, as far as a schema's shape can tell.</summary>
    /// <exception cref="ArgumentException">A column is absent or of the wrong type.</exception>
    internal abstract void Check(StudentTrainingOptions options, SchemaShape shape);

    /// <summary>Finds what the teacher reads of the rows, and compares what both sides know.</summary>
    /// <param name="options">The options.</param>
    /// <param name="schema">The rows' schema.</param>
    /// <param name="image">The student's images.</param>
    /// <param name="label">The rows' label; null: they have none.</param>
    /// <exception cref="ArgumentException">A column is absent or of the wrong type, or does not fit the teacher, the label or the student's
    /// images.</exception>
    internal abstract BoundTeacher Bind(StudentTrainingOptions options, DataViewSchema schema, ImageColumn image, LabelColumn? label);

    /// <summary>Checks that the teacher can teach, before rows are read for it.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed, or its network was.</exception>
    internal void CheckUsable()
    {
        if (IsDisposed || !HoldsWeights)
        {
            throw new ObjectDisposedException(GetType().Name, $"The teacher{(IsDisposed ? "" : "'s network")} was disposed: "
                + "dispose it after Fit, or load it again.");
        }
    }

    /// <summary>Whether the weights are still there.</summary>
    private protected abstract bool HoldsWeights { get; }

    /// <summary>Frees what the teacher holds, once.</summary>
    private protected abstract void Free();

    private static NetworkTeacher FromWeights(
        string network, string path, int classes, int inputChannels, InputNormalization? normalization, Action<FeatureNetwork, string> load)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TorchRuntime.EnsureLoaded();
        FeatureNetwork created = NetworkCatalog.Create(network, classes, inputChannels);
        try
        {
            load(created, path);
            return NetworkTeacher.FromNetwork(created, normalization ?? InputNormalization.Cifar100);
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }
}
