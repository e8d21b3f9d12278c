namespace WCoRD.MLNet;

/// <summary>The two parts of CIFAR-100.</summary>
public enum Cifar100Split
{
    /// <summary>The 50,000 training images, <c>train.bin</c>.</summary>
    Train,

    /// <summary>The 10,000 test images, <c>test.bin</c>.</summary>
    Test,
}
