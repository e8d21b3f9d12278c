namespace WCoRD.MLNet.Cli.Studies;

/// <summary>Stops a run in order when the process that started it closes the run's input, or is gone, which closes it too.</summary>
internal sealed class ParentWatch : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <param name="cancellationToken">Stops as well.</param>
    public ParentWatch(CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        new Thread(Watch) { IsBackground = true, Name = nameof(ParentWatch) }.Start();
    }

    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _stop.Dispose();
        }
    }

    private void Watch()
    {
        using Stream input = Console.OpenStandardInput();
        byte[] nothing = new byte[1];
        while (input.Read(nothing) > 0)
        {
        }

        lock (_lock)
        {
            if (!_isDisposed)
            {
                _stop.Cancel();
            }
        }
    }
}
