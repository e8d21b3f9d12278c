using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>Scalars that are never collected.</summary>
/// <remarks>
/// <c>a + b</c> on tensors makes a <see cref="Scalar"/> (alpha = 1) that nothing holds while the native call reads it: a garbage collection
/// started by another thread may free it under that call. Where networks run beside other threads, they add with this one instead.
/// </remarks>
internal static class LiveScalar
{
    public static readonly Scalar One = 1;
}
