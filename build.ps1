# ./build.ps1 demo [options of `wcord demo`]     trains, compares, saves, loads and scores on made data
# ./build.ps1 test [options of `dotnet test`]    builds everything and passes the tests
# Both do everything from a fresh clone. Needed: the .NET SDK of global.json. On Linux, build.sh also looks after older systems.
$ErrorActionPreference = 'Stop'
$job = if ($args.Count -ge 1) { $args[0] } else { '' }
$rest = @($args | Select-Object -Skip 1)
$root = $PSScriptRoot
switch ($job) {
    'demo' { $project = "$root/src/WCoRD.MLNet.Cli/WCoRD.MLNet.Cli.csproj" }
    'test' { $project = "$root/WCoRD.MLNet.sln" }
    default {
        [Console]::Error.WriteLine("usage: ./build.ps1 demo [options of 'wcord demo'] | test [options of 'dotnet test']")
        exit 2
    }
}

$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
dotnet restore $project --verbosity quiet
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
dotnet build $project --configuration Release --no-restore --verbosity quiet
if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
Push-Location $root
try {
    if ($job -eq 'demo') {
        if ($rest.Count -eq 0) { $rest = @('--folder', "$root/artifacts/demo") }
        dotnet "$root/src/WCoRD.MLNet.Cli/bin/Release/net10.0/wcord.dll" demo @rest
    } else {
        # The test projects run side by side, so one thread each: more of them spin for cores that the other process has.
        $env:OMP_NUM_THREADS = '1'
        # A filter may match nothing in some of them (8), but not in all.
        dotnet test --solution WCoRD.MLNet.sln --configuration Release --no-build --ignore-exit-code 8 --minimum-expected-tests 1 @rest
    }
} finally {
    Pop-Location
}
exit $LASTEXITCODE
