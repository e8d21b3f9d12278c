namespace WCoRD.MLNet.Tests;

/// <summary>A piece of C# in a notebook or document that does not compile or ends with an exception; the message begins with its place.</summary>
internal sealed class ScriptFailure(string place, string message, Exception? cause = null) : Exception($"{place}: {message}", cause);
