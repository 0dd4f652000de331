# Read by the scripts beside it: starts a sandbox, whose URL is in $url, and ends it with the script.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d)
# Where `.ci/run` built the programs with the tests.
built=${BUILT:-target/debug}
sandbox=

end() {
    [ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true
    rm -rf "$scratch"
}
trap end EXIT

# Where a tool is missing, says so and ends well.
skip() {
    printf 'SKIPPED %s: %s\n' "$(basename "$0")" "$*"
    exit 0
}

start_sandbox() {
    [ -n "${BUILT:-}" ] || cargo build --quiet --package vault-api-sandbox --bins --examples
    "$built/vault-api-sandbox" "$@" > "$scratch/sandbox" &
    sandbox=$!
    # Until it has printed its URL and its call by cURL.
    for _ in $(seq 100); do
        [ "$(wc -l < "$scratch/sandbox")" -ge 2 ] && break
        sleep 0.1
    done
    url=$(sed -n 1p "$scratch/sandbox")
    line=$(sed -n 2p "$scratch/sandbox")
}
