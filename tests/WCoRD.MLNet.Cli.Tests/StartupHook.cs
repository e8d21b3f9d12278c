using WCoRD.MLNet.Tests;

/// <summary>Runs first in a process whose <c>DOTNET_STARTUP_HOOKS</c> names this assembly; .NET wants this name, and no namespace.</summary>
internal static class StartupHook
{
    public static void Initialize() => OddCulture.MakeCurrent();
}
