#!/bin/sh
# Holds a built desktop to the same counts as the sources: ./run.sh bundle runs it. Argument: the bundle's folder.
set -eu
bundle=${1:?the folder of the bundle}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT

# From an empty home folder, with no Python on the path and no way back to the sources.
counts_of() { "$root/.venv/bin/python" -c 'import json,sys; said = json.loads(sys.stdin.read().splitlines()[-1]); print(sorted(said["names"]), said["ok"])'; }
said=$(cd "$away" && env -i HOME="$away" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$root/$bundle/crmdesk" self-check --limit 120)
printf 'bundle:  %s\n' "$said"
ours=$(cd "$root" && .venv/bin/python -m crmdesk self-check --limit 120)
printf 'sources: %s\n' "$ours"
[ "$(printf '%s' "$said" | counts_of)" = "$(printf '%s' "$ours" | counts_of)" ] || {
    echo 'The bundle does not hold what the sources register.' >&2
    exit 1
}
du -sh "$root/$bundle" | sed 's/\t.*/ in the bundle/'
