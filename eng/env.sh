# Source me: `. eng/env.sh` prepares this shell for plain `dotnet build`, `dotnet run` and `dotnet test`.

# Every program that is built has libtorch beside it, half a gigabyte: as links to the packages' files they take no disk.
export CreateHardLinksForCopyLocalIfPossible=true

# TorchSharp's native part wants one symbol of GCC 13's libstdc++ (GLIBCXX_3.4.32, _ZSt21ios_base_library_initv).
# Where the system's is older, we build a small library that offers this symbol and forwards all others to the real one.
# It must be found before `dotnet` starts, because the host itself loads libstdc++.

wcord_prepare_libstdcxx() {
    [ "$(uname -s)" = Linux ] || return 0
    local root real folder versions
    root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    folder=$root/artifacts/libstdcxx
    case ":${LD_LIBRARY_PATH:-}:" in *":$folder:"*) return 0 ;; esac

    real=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | awk -v arch="$(uname -m)" '
        /libstdc\+\+\.so\.6 / && ((arch == "x86_64" && /x86-64/) || (arch == "aarch64" && /AArch64/)) { print $NF; exit }')
    [ -n "$real" ] || return 0
    real=$(readlink -f "$real")
    ! grep -qaF GLIBCXX_3.4.32 "$real" || return 0

    if [ ! -f "$folder/libstdc++.so.6" ] || [ "$real" -nt "$folder/libstdc++.so.6" ]; then
        if ! command -v cc >/dev/null; then
            echo "This system's libstdc++ ($real) is older than GCC 13, which TorchSharp needs." >&2
            echo "Install a C compiler (for example: apt-get install gcc) so that a forwarding library can be built, or use a newer system." >&2
            return 1
        fi
        mkdir -p "$folder"
        versions=$(grep -aoE '(GLIBCXX|CXXABI)_[A-Za-z0-9_.]+' "$real" | sort -uV)
        (
            set -e
            cd "$folder"
            echo 'void _ZSt21ios_base_library_initv(void) {}' >forward.c
            { for version in $versions; do echo "$version {};"; done
              echo 'GLIBCXX_3.4.32 { global: _ZSt21ios_base_library_initv; };'; } >forward.map
            : >empty.c
            # The empty library's name is the real one's absolute path: the loader follows it there.
            cc -shared -fPIC -nostdlib -Wl,-soname,"$real" -o real.so empty.c
            cc -shared -fPIC -nostdlib -Wl,--no-as-needed -Wl,-soname,libstdc++.so.6 -Wl,--version-script,forward.map -o libstdc++.so.6.new forward.c ./real.so
            mv libstdc++.so.6.new libstdc++.so.6
        ) || { echo "The forwarding libstdc++ could not be built in $folder." >&2; return 1; }
    fi
    export LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}

wcord_prepare_libstdcxx
