using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>One line of an experiment's table.</summary>
/// <param name="Sees">What the network sees.</param>
/// <param name="Method">How it learned.</param>
/// <param name="Seeded">Whether the seed matters: false for a teacher that is there already.</param>
/// <param name="Run">Trains with a seed and measures on the test rows.</param>
internal sealed record Trial(string Sees, string Method, bool Seeded, Func<int, Accuracy> Run);
