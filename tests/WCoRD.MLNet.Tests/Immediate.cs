namespace WCoRD.MLNet.Tests;

/// <summary>Progress that reports at once on the caller's thread; <see cref="Progress{T}"/> posts to another.</summary>
internal sealed class Immediate<T>(Action<T> handle) : IProgress<T>
{
    public void Report(T value) => handle(value);
}
