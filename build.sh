#!/usr/bin/env bash
# ./build.sh demo [options of `wcord demo`]     trains, compares, saves, loads and scores on made data
# ./build.sh test [options of `dotnet test`]    builds everything and passes the tests
# Both do everything from a fresh clone. Needed: the .NET SDK of global.json.
set -euo pipefail

usage() {
    echo "usage: ./build.sh demo [options of 'wcord demo'] | test [options of 'dotnet test']" >&2
    exit 2
}

[ $# -ge 1 ] || usage
job=$1
shift
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $job in
    demo) project=$root/src/WCoRD.MLNet.Cli/WCoRD.MLNet.Cli.csproj ;;
    test) project=$root/WCoRD.MLNet.sln ;;
    *) echo "build.sh: '$job' is unknown" >&2; usage ;;
esac
command -v dotnet >/dev/null || { echo "build.sh: 'dotnet' was not found: install the .NET SDK named in global.json (https://dotnet.microsoft.com/download)." >&2; exit 1; }

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
. "$root/eng/env.sh"
dotnet restore "$project" --verbosity quiet
dotnet build "$project" --configuration Release --no-restore --verbosity quiet
case $job in
    demo)
        [ $# -gt 0 ] || set -- --folder "$root/artifacts/demo"
        exec dotnet "$root/src/WCoRD.MLNet.Cli/bin/Release/net10.0/wcord.dll" demo "$@"
        ;;
    test)
        # The test projects run side by side, so one thread each: more of them spin for cores that the other process has.
        export OMP_NUM_THREADS=1
        # A filter may match nothing in some of them (8), but not in all.
        cd "$root" && exec dotnet test --solution WCoRD.MLNet.sln --configuration Release --no-build --ignore-exit-code 8 --minimum-expected-tests 1 "$@"
        ;;
esac
