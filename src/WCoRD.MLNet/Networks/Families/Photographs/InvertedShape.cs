namespace WCoRD.MLNet;

/// <summary>The shape of one inverted residual block.</summary>
/// <param name="Kernel">The side of the kernel that convolves each channel by itself.</param>
/// <param name="Inner">The channels within.</param>
/// <param name="Output">The channels given.</param>
/// <param name="Stride">The stride.</param>
/// <param name="Squeezed">The channels of the excitation's small network; 0: the block has none.</param>
/// <param name="Activation">Its activation; null: the network's.</param>
internal sealed record InvertedShape(
    int Kernel, int Inner, int Output, int Stride, int Squeezed = 0, Activation? Activation = null);
