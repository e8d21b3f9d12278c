using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>One batch norm over the examples of all ranks (PyTorch: SyncBatchNorm).</summary>
/// <remarks>
/// <c>y = w x^ + b</c>, <c>x^ = (x - mean) / sqrt(variance + eps)</c>, with mean and variance of all ranks. Backward, with the sums over all
/// ranks of <c>g</c> and <c>g x^</c>: <c>dx = w / sqrt(variance + eps) (g - sum(g) / n - x^ sum(g x^) / n)</c>. The gradients of w and b are
/// those of this rank's examples.
/// </remarks>
internal sealed class SynchronizedNorm : autograd.SingleTensorFunction<SynchronizedNorm>
{
    private const string Kept = "kept";

    public override string Name => nameof(SynchronizedNorm);

    /// <param name="ctx">Keeps what backward needs.</param>
    /// <param name="vars">Input <c>[batch, channels, ...]</c>, weight, bias, the norm, the ranks, and whether this rank's examples
    /// count.</param>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (input, weight, bias, norm) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (BatchNorm)vars[3]);
        var (ranks, counts) = ((RankGroup)vars[4], (bool)vars[5]);
        Tensor values = input.to(ScalarType.Float32);

        // Sums of squares lose digits where the mean is large: they are taken around a value that is near it, and the same on all ranks.
        Tensor about = norm.running_mean?.clone() ?? zeros_like(weight);
        Tensor moved = values - PerChannel(about, values);
        Tensor sum = SumOf(moved);
        Tensor square = SumOf(moved.mul_(moved));
        double own = values.numel() / values.shape[1];
        Tensor sums = cat([sum, square, tensor([own], device: values.device)]);
        if (!counts)
        {
            sums.zero_();
        }

        ranks.Sum(sums);
        long channels = weight.shape[0];
        double n = sums[-1].ToDouble();
        Tensor offset = sums.narrow(0, 0, channels) / n;
        Tensor variance = (sums.narrow(0, channels, channels) / n) - (offset * offset);
        Tensor mean = (about + offset).to(ScalarType.Float32);
        Tensor deviation = (variance + norm.eps).rsqrt().to(ScalarType.Float32);
        Track(norm, mean, (variance * (n / Math.Max(n - 1, 1))).to(ScalarType.Float32));

        // Not by the context's own way of keeping tensors, which frees them only when garbage is collected.
        ctx.save_data(Kept, new State(
            Keep(input), Keep(weight), mean.DetachFromDisposeScope(), deviation.DetachFromDisposeScope(), n, ranks, counts));
        Tensor scale = deviation * weight;
        return PerChannel(bias - (mean * scale), values)
            .addcmul(values, PerChannel(scale, values), 1)
            .to(input.dtype)
            .MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var state = (State)ctx.get_data(Kept);
        Tensor values = state.Input.to(ScalarType.Float32), gradient = grad_output.to(ScalarType.Float32);
        Tensor ofBias = SumOf(gradient);
        Tensor ofWeight = state.Deviation * (SumOf(gradient * values) - (state.Mean * ofBias));
        Tensor sums = cat([ofBias, ofWeight]);
        if (!state.Counts)
        {
            sums.zero_();
        }

        state.Ranks.Sum(sums);
        long channels = ofBias.shape[0];
        sums = sums.to(ScalarType.Float32);
        Tensor scale = state.Weight * state.Deviation;
        Tensor ofInput = -sums.narrow(0, channels, channels) * state.Deviation * scale / state.N;
        Tensor constant = (-sums.narrow(0, 0, channels) * scale / state.N) - (state.Mean * ofInput);
        Tensor moved = PerChannel(constant, values)
            .addcmul(values, PerChannel(ofInput, values), 1)
            .addcmul_(gradient, PerChannel(scale, values), 1)
            .to(state.Input.dtype);
        if (!state.Counts)
        {
            // It did not take part in the others' mean.
            moved.zero_();
        }

        return
        [
            moved.MoveToOuterDisposeScope(),
            ofWeight.to(ScalarType.Float32).MoveToOuterDisposeScope(),
            ofBias.to(ScalarType.Float32).MoveToOuterDisposeScope(),
            null!, null!, null!, // Of what are no tensors.
        ];
    }

    private static void Track(BatchNorm norm, Tensor mean, Tensor variance)
    {
        if (norm.running_mean is not { } means || norm.running_var is not { } variances)
        {
            return;
        }

        using var frozen = no_grad();
        norm.num_batches_tracked?.add_(1);

        // Without a momentum, the mean of all batches.
        double share = norm.momentum ?? (1.0 / Math.Max(1, norm.num_batches_tracked?.ToInt64() ?? 1));
        means.mul_(1 - share).add_(mean, share);
        variances.mul_(1 - share).add_(variance, share);
    }

    private static Tensor Keep(Tensor value) => value.detach().DetachFromDisposeScope();

    // Each example's sum first: in float32, one sum over all loses digits.
    private static Tensor SumOf(Tensor values) =>
        (values.dim() == 2 ? values : values.flatten(2).sum([2L])).to(ScalarType.Float64).sum([0L]);

    private static Tensor PerChannel(Tensor values, Tensor like) => values.view([1, -1, .. Enumerable.Repeat(1L, (int)like.dim() - 2)]);

    private sealed record State(
        Tensor Input, Tensor Weight, Tensor Mean, Tensor Deviation, double N, RankGroup Ranks, bool Counts) : IDisposable
    {
        public void Dispose()
        {
            Input.Dispose();
            Weight.Dispose();
            Mean.Dispose();
            Deviation.Dispose();
        }
    }
}
