using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// One training's use of a <see cref="Communicator"/>: what one rank finds wrong ends the training on all of them, with its reason.
/// </summary>
/// <remarks>
/// Between steps, ranks exchange words of four bytes, a length or flags. A rank that fails says so by a word of its own, wherever the others
/// are: they find it in their next exchange. Within a step, where they wait for sums, it can only end them all.
/// </remarks>
/// <param name="communicator">The ranks; more than one.</param>
internal sealed class RankGroup(Communicator communicator)
{
    private const int Failed = -1;
    private const int Canceled = 1;
    private const int Due = 2;
    private const string CanceledText = "canceled";

    private bool _isInStep;

    // What all ranks know already.
    private Exception? _agreed;

    public int Rank => communicator.Rank;

    public int Size => communicator.Size;

    /// <summary>Whether this is the rank that writes files and speaks.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>Whether a step is computed, in which a failure cannot be told.</summary>
    public bool IsInStep
    {
        set => _isInStep = value;
    }

    /// <summary>Does what every rank does by itself; if it fails on one, it fails on all.</summary>
    /// <exception cref="InvalidOperationException">It failed on another rank.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled on another rank.</exception>
    public T Run<T>(Func<T> work)
    {
        try
        {
            T result = work();
            _ = Words(0);
            return result;
        }
        catch (Exception fault)
        {
            Fail(fault);
            throw;
        }
    }

    /// <summary>Tells the others, once, that this rank cannot go on.</summary>
    public void Fail(Exception fault)
    {
        for (Exception? known = fault; known is not null; known = known.InnerException)
        {
            if (known == _agreed)
            {
                return;
            }
        }

        _agreed = fault;
        if (_isInStep)
        {
            communicator.Abort(Invariant($"rank {Rank} of {Size} stopped within a step: {fault.Message}"));
            return;
        }

        _ = Gather(BitConverter.GetBytes(Failed));
        _ = Reasons(fault is OperationCanceledException ? CanceledText : $" {fault.Message}");
    }

    /// <summary>Between two steps: whether anybody wants to stop, and whether a checkpoint is due.</summary>
    /// <param name="isCanceled">Whether this rank was cancelled.</param>
    /// <param name="isDue">Whether it wants to save.</param>
    /// <returns>Whether one wants to save.</returns>
    /// <exception cref="OperationCanceledException">One was cancelled.</exception>
    public bool Agree(bool isCanceled, bool isDue)
    {
        int[] words = Words((isCanceled ? Canceled : 0) | (isDue ? Due : 0));
        int first = Array.FindIndex(words, word => (word & Canceled) != 0);
        return first < 0 ? words.Any(word => (word & Due) != 0) : throw Agreed(CanceledOn(first));
    }

    /// <summary>The bytes of every rank.</summary>
    public byte[][] Exchange(byte[] own) => Padded(own, Words(own.Length));

    /// <summary>The sum over all ranks, between steps.</summary>
    public double Sum(double own) => Exchange(BitConverter.GetBytes(own)).Sum(bytes => BitConverter.ToDouble(bytes));

    /// <summary>What rank 0 has, between steps.</summary>
    /// <param name="ofFirst">The bytes, on rank 0.</param>
    public byte[] Broadcast(Func<byte[]> ofFirst)
    {
        byte[] own = IsFirst ? Run(ofFirst) : Run(() => Array.Empty<byte>());
        byte[] bytes = IsFirst ? own : new byte[Words(0)[0]];
        if (IsFirst)
        {
            _ = Words(own.Length);
        }

        using Activity? waiting = Communicating();
        communicator.Broadcast(bytes);
        return bytes;
    }

    /// <summary>Compares what all ranks must have alike.</summary>
    /// <param name="own">Names and values of this rank.</param>
    /// <exception cref="InvalidOperationException">A rank differs from rank 0; the message names it and what differs.</exception>
    public void CheckAlike(IReadOnlyDictionary<string, string> own)
    {
        byte[][] all = Exchange(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(own));
        Dictionary<string, string>[] found =
            [.. all.Select(bytes => System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(bytes)!)];
        string[] differences = [.. found.Index().Skip(1).SelectMany(rank => found[0].Keys.Union(rank.Item.Keys)
            .Where(name => found[0].GetValueOrDefault(name) != rank.Item.GetValueOrDefault(name))
            .Select(name => Invariant($"{Environment.NewLine}- rank {rank.Index}: {name} is {rank.Item.GetValueOrDefault(name, "absent")}, ")
                + $"rank 0 has {found[0].GetValueOrDefault(name, "absent")}"))];
        if (differences.Length > 0)
        {
            throw Agreed(new InvalidOperationException(
                Invariant($"The {Size} ranks do not train one model together:{string.Concat(differences)}{Environment.NewLine}")
                    + "Give every rank the same rows, options, teacher and versions."));
        }
    }

    /// <summary>Gives every rank what each other has for it.</summary>
    public void AllToAll(ReadOnlySpan<byte> sent, int[] sentCounts, Span<byte> received, int[] receivedCounts)
    {
        Enter();
        using Activity? communicating = Communicating();
        communicator.AllToAll(sent, sentCounts, received, receivedCounts);
    }

    /// <summary>Adds up a tensor over all ranks, in place.</summary>
    /// <param name="values">Float32 or float64, wherever it is computed.</param>
    public void Sum(Tensor values)
    {
        Enter();
        Add(values);
    }

    private void Add(Tensor values)
    {
        if (values.device_type != DeviceType.CPU || !values.is_contiguous())
        {
            using Tensor copy = values.detach().cpu().contiguous();
            Add(copy);
            using var frozen = no_grad();
            values.copy_(copy);
        }
        else
        {
            using Activity? waiting = Communicating();
            if (values.dtype == ScalarType.Float64)
            {
                communicator.AllReduce(MemoryMarshal.Cast<byte, double>(values.bytes));
            }
            else
            {
                communicator.AllReduce(MemoryMarshal.Cast<byte, float>(values.bytes));
            }
        }
    }

    /// <summary>Puts the mean over all ranks into tensors of float32.</summary>
    public void Average(IReadOnlyList<Tensor> tensors)
    {
        if (tensors.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor all = cat([.. tensors.Select(tensor => tensor.flatten())]);
        Sum(all);
        long from = 0;
        foreach (Tensor tensor in tensors)
        {
            tensor.copy_((all.narrow(0, from, tensor.numel()) / Size).view(tensor.shape));
            from += tensor.numel();
        }
    }

    /// <summary>The rows of all ranks.</summary>
    /// <param name="own">This rank's share, float32 <c>[share, width]</c>, without graph.</param>
    /// <param name="share">The share.</param>
    /// <returns><c>[batch, width]</c> on the same device.</returns>
    public Tensor Gather(Tensor own, BatchShare share)
    {
        using var scope = NewDisposeScope();
        long width = own.shape[1];
        Tensor sent = zeros(share.Most, width), all = empty(Size, share.Most, width);
        sent.narrow(0, 0, share.Count).copy_(own);
        Enter();
        using (Communicating())
        {
            communicator.AllGather(sent.bytes, all.bytes);
        }

        return cat([.. Enumerable.Range(0, Size).Select(rank => all[rank].narrow(0, 0, share.Of(rank).Count))])
            .to(own.device)
            .MoveToOuterDisposeScope();
    }

    // Between steps, one rank may have failed while the others come here.
    private void Enter()
    {
        if (!_isInStep)
        {
            _ = Words(0);
        }
    }

    // Every call passes here: the sum of these is the time in which a rank communicates or waits for a slower one.
    private static Activity? Communicating() => Tracing.Start("mpi");

    private int[] Words(int own)
    {
        int[] words = MemoryMarshal.Cast<byte, int>(Gather(BitConverter.GetBytes(own))).ToArray();
        if (!words.Contains(Failed))
        {
            return words;
        }

        string[] reasons = Reasons("");
        int failed = Array.FindIndex(reasons, reason => reason.Length > 0);
        throw Agreed(reasons[failed] == CanceledText
            ? CanceledOn(failed)
            : new InvalidOperationException(Invariant($"The training stopped on rank {failed} of {Size}:{reasons[failed]}")));
    }

    // Of the ranks that failed; the others have none to give.
    private string[] Reasons(string own)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(own);
        int[] lengths = MemoryMarshal.Cast<byte, int>(Gather(BitConverter.GetBytes(bytes.Length))).ToArray();
        return [.. Padded(bytes, lengths).Select(Encoding.UTF8.GetString)];
    }

    private byte[][] Padded(byte[] own, int[] lengths)
    {
        int longest = lengths.Max();
        byte[] sent = new byte[longest];
        own.CopyTo(sent, 0);
        byte[] all = Gather(sent);
        return [.. lengths.Select((length, rank) => all.AsSpan(rank * longest, length).ToArray())];
    }

    private byte[] Gather(byte[] own)
    {
        byte[] all = new byte[own.Length * Size];
        using Activity? waiting = Communicating();
        communicator.AllGather(own, all);
        return all;
    }

    private OperationCanceledException CanceledOn(int rank) => new(rank == Rank
        ? "The training was cancelled."
        : Invariant($"The training was cancelled on rank {rank} of {Size}."));

    private Exception Agreed(Exception fault) => _agreed = fault;
}
