// A process of an application that mpiexec starts several times.
// RanksProcess compare SCENARIO...     trains alone and together, and prints how far the two models are from each other
// RanksProcess fault SCENARIO          rank 1 differs from rank 0, or stops; prints what each rank is told
using WCoRD.MLNet;
using WCoRD.MLNet.RanksProcess;

using MpiCommunicator ranks = MpiCommunicator.Start();
if (args[0] == "fault")
{
    string told = Faults.Told(args[1], ranks);
    Console.WriteLine(Invariant($"rank {ranks.Rank}: {told.ReplaceLineEndings(" ")}"));
    return;
}

foreach (string name in args[1..])
{
    Difference difference = Scenarios.Compare(name, ranks);
    if (ranks.Rank == 0)
    {
        Console.WriteLine(Invariant($"{name} weights {difference.Weights:E2} loss {difference.Loss:E2} validation {difference.Validation:E2}"));
    }
}
