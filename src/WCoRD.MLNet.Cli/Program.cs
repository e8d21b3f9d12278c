using WCoRD.MLNet.Cli.Commands;

return await CommandLine.RunAsync(args);
