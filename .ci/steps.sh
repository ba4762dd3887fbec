# Steps of a CI run: sourced by .ci/run. A step is a named command; what it says goes to a file and is shown
# when it ends. A failed step does not stop the others: one run tells everything that is wrong.
# Kept out of shells that do not stop on errors: the caller has set -euo pipefail.

logs=$(mktemp -d)
failed=()
summary=()
declare -A running=()
begun_at=$SECONDS

# begin NAME COMMAND...   start a step in the background
begin() {
    local name=$1
    shift
    echo "--> $name: $*"
    (
        since=$SECONDS
        status=0
        # Its own process group: an interrupted run can end the step with all that it started.
        setsid "$@" </dev/null >"$logs/$name" 2>&1 || status=$?
        echo "$((SECONDS - since))" >"$logs/$name.seconds"
        exit "$status"
    ) &
    running[$name]=$!
}

# finish NAME...   wait for steps and show what they said
finish() {
    local name
    for name in "$@"; do
        local status=0
        wait "${running[$name]}" || status=$?
        unset "running[$name]"
        conclude "$name" "$status" "$(cat "$logs/$name.seconds" 2>/dev/null || echo '?')" "$logs/$name"
    done
}

# now NAME COMMAND...   run a step in the foreground, shown as it goes
now() {
    local name=$1 status=0 since=$SECONDS
    shift
    echo "--> $name: $*"
    "$@" </dev/null 2>&1 | tee "$logs/$name" || status=${PIPESTATUS[0]}
    conclude "$name" "$status" "$((SECONDS - since))"
}

conclude() {
    local name=$1 status=$2 seconds=$3 log=${4:-}
    [ -z "$log" ] || sed "s/^/    $name | /" "$log"
    if [ "$status" -eq 0 ]; then
        echo "<-- $name: passed in $seconds s"
        summary+=("passed  ${seconds}s  $name")
    else
        echo "<-- $name: FAILED (status $status) after $seconds s"
        summary+=("FAILED  ${seconds}s  $name")
        failed+=("$name")
    fi
}

# close   print the table of steps; non-zero when one failed
close() {
    echo
    printf '%s\n' "${summary[@]}"
    echo "$((SECONDS - begun_at)) s in all"
    [ ${#failed[@]} -eq 0 ] || { echo "failed: ${failed[*]}" && return 1; }
}

clear_up() {
    local name
    for name in "${!running[@]}"; do
        pkill -TERM -P "${running[$name]}" 2>/dev/null || true
    done
    rm -rf "$logs"
}
trap clear_up EXIT
