using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Learns from most of an epoch's batches by one recorded step: what a batch holds is put where the recorded one held it, and the step is
/// done again.
/// </summary>
/// <remarks>
/// The first step of an epoch is computed as ever. The next is recorded, once a step has been prepared for that; batches of another size
/// are computed as ever. What an epoch changes is seen by the next one's recording.
/// </remarks>
/// <param name="recorder">Records steps; this disposes it.</param>
/// <param name="batchSize">The examples of the steps that are recorded.</param>
/// <param name="learn">Learns from a batch, of which a teacher makes what is given; or it asks the teacher itself, beside the student:
/// numbers, gradients, and the objective's state. The optimiser's step comes after, and is not recorded.</param>
internal sealed class StepReplay(IRecorder recorder, int batchSize, StepReplay.Learning learn) : IDisposable
{
    /// <summary>Learns from a batch.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="taught">What the teacher makes of them; null: there is none, or it is to be asked.</param>
    /// <param name="recorder">Who records that.</param>
    public delegate StepNumbers Learning(Batch batch, NetworkOutput? taught, IRecorder recorder);

    private bool _isPrepared;
    private Tensor[] _places = [];
    private StepNumbers? _numbers;

    /// <summary>The replay of a training's steps; null: each has something of its own that cannot be recorded.</summary>
    /// <param name="recorder">Makes the recorder.</param>
    /// <param name="network">The student.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="batchSize">The examples of a step.</param>
    /// <param name="learn">Learns from a batch.</param>
    public static StepReplay? Of(
        Func<IRecorder?> recorder, FeatureNetwork network, Objective objective, int batchSize, Learning learn) =>
        objective.IsReplayable && !objective.ReadsMaps && network.IsOfThisLibrary && !network.modules().OfType<SeededDropout>().Any()
            && recorder() is { } found
                ? new StepReplay(found, batchSize, learn)
                : null;

    /// <summary>Whether a step is to be replayed. One that is not ends the recording.</summary>
    /// <param name="number">The step's number in its epoch, counted from 1.</param>
    /// <param name="batch">Its examples.</param>
    public bool Takes(int number, Batch batch)
    {
        bool takes = number > 1 && batch.Indices.shape[0] == batchSize && batch.Views.Mixture is null
            && (_places.Length > 0 || recorder.HasRoom);
        if (!takes)
        {
            Forget();
        }

        return takes;
    }

    /// <summary>Learns from a batch.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="taught">What the teacher makes of them; null: there is none, or the recorded step asks it.</param>
    /// <returns>The step's numbers, which stay this one's.</returns>
    public StepNumbers Run(Batch batch, NetworkOutput? taught)
    {
        using var scope = NewDisposeScope();
        if (!_isPrepared)
        {
            recorder.Prepare(() =>
            {
                using var preparing = NewDisposeScope();
                _numbers = learn(batch, taught, recorder).Copy();
            });
            _isPrepared = true;
            return _numbers!;
        }

        Tensor[] given = TensorsOf(batch, taught);
        if (_places.Length > 0)
        {
            foreach ((Tensor place, Tensor value) in _places.Zip(given))
            {
                place.copy_(value);
            }
        }
        else
        {
            _places = [.. given.Select(value => value.clone().DetachFromDisposeScope())];
            NetworkOutput? placed = taught is null ? null : new NetworkOutput([], _places[3], _places[4]);
            Batch recorded = batch with { Indices = _places[0], Labels = _places[1], Pixels = _places[2] };
            recorder.Record(() =>
            {
                using var recording = NewDisposeScope();
                _numbers!.Values.copy_(learn(recorded, placed, recorder).Values);
            });
        }

        recorder.Replay();
        return _numbers!;
    }

    public void Dispose()
    {
        Forget();
        _numbers?.Values.Dispose();
        recorder.Dispose();
    }

    private static Tensor[] TensorsOf(Batch batch, NetworkOutput? taught) =>
        [batch.Indices, batch.Labels, batch.Pixels, .. taught is null ? (Tensor[])[] : [taught.Features, taught.Logits]];

    private void Forget()
    {
        foreach (Tensor place in _places)
        {
            place.Dispose();
        }

        _places = [];
    }
}
