using WCoRD.MLNet.Cli;

return await CommandLine.RunAsync(args);
