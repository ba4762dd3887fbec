#!/usr/bin/env bash
# A newcomer's first hour: `bin/run --check` on a fresh folder, a start that serves, Ctrl-C, kill -9, a later start
# within ten seconds; afterwards no process, file or connection to another host may have been left or tried.
#
#   .ci/fresh.sh me           as whoever runs this, in this checkout (its .venv is there already)
#   .ci/fresh.sh stranger     as a new ordinary user, in a clone of its own, with nothing but the package index
set -euo pipefail
cd "$(dirname "$0")/.."
who=$1
source=$PWD
limit=${LATER_START_SECONDS:-10}

fail() {
    echo "FAULT: $*"
    exit 1
}

# --- the person, the clone, a home and a temporary folder that can be looked through afterwards ------------

place=$(mktemp -d)
chmod 755 "$place"
user=
end() {
    # After a fault the site may still run.
    pkill -KILL -f "config.supervisor --var=$place/" || true
    if [ -n "$user" ]; then
        pkill -KILL -u "$user" || true
        for _ in 1 2 3 4 5; do userdel "$user" 2>/dev/null && break || sleep 1; done
    fi
    rm -rf "$place"
}
trap end EXIT

mkdir "$place/home" "$place/tmp"
if [ "$who" = stranger ]; then
    [ "$(id -u)" -eq 0 ] || fail "only root can make another user"
    user=newcomer$$
    useradd --no-create-home --home-dir "$place/home" --shell /bin/bash "$user"
    clone=$place/holdfast
    if [ -n "$(git status --porcelain)" ]; then
        echo "there are changes that are not committed; the clone has the commit only"
    fi
    git clone --quiet --no-hardlinks "file://$source" "$clone"
    # What pip is told by this machine about its package index, the newcomer is told too.
    if [ -f "$HOME/.config/pip/pip.conf" ]; then
        install -D -m 644 "$HOME/.config/pip/pip.conf" "$place/home/.config/pip/pip.conf"
    fi
    chown -R "$user" "$place/home" "$place/tmp" "$clone"
    var=$clone/var
    path=/usr/local/bin:/usr/bin:/bin
    as=(runuser -u "$user" --)
else
    clone=$source
    var=$place/var
    path=$PATH
    as=()
fi
passed=(CI=true LC_ALL=C.UTF-8 HOME="$place/home" TMPDIR="$place/tmp" PATH="$path" HOLDFAST_VAR="$var")
while IFS='=' read -r name _; do
    case $name in PIP_* | SSL_CERT_* | *_proxy | *_PROXY) passed+=("$name=${!name}") ;; esac
done < <(env)
run() { (cd "$clone" && exec "${as[@]}" env -i "${passed[@]}" "$@"); }

if [ "$who" = stranger ]; then
    echo "Python of the newcomer: $(run python3 --version)"
fi
# `var` and `.venv` may be anything; all else in the checkout must stay as it was.
listing() {
    (cd "$clone" && find . \( -path ./.git -o -path ./var -o -path ./.venv \) -prune -o -print | LC_ALL=C sort)
}
listing >"$place/before"

# --- the stories ------------------------------------------------------------------------------------------

since=$SECONDS
run bin/run --check | tee "$place/check" || fail "bin/run --check ended with a status other than 0"
echo "bin/run --check on a fresh folder: $((SECONDS - since)) s"
report=$(sed -n 's/^.*: \(\/.*\.pdf\)$/\1/p' "$place/check" | tail -n 1)
[ -s "$report" ] && [ -s "$report.receipt" ] || fail "no signed report with its receipt was named"
pdfsig "$report" | grep -q 'Signature is Valid' || fail "pdfsig does not accept the seal: $(pdfsig "$report" 2>&1)"
qpdf --check "$report" >"$place/qpdf" 2>&1 || fail "qpdf finds faults: $(cat "$place/qpdf")"
echo "pdfsig and qpdf accept $(basename "$report"), $(stat -c %s "$report") bytes"

# --- the verifier, on a computer without this checkout -----------------------------------------------------

since=$SECONDS
run bin/build-verifier "$place/tmp/verifier" >"$place/built" || fail "the verifier was not built: $(cat "$place/built")"
run bash -euc '
    cd "$1" && sha256sum --quiet --check SHA256SUMS && python3 -m venv v
    v/bin/pip install --quiet --disable-pip-version-check --no-index --find-links wheelhouse \
        --require-hashes -r requirements.txt
    cd / && "$1/v/bin/holdfast-verify" "$2" --receipt "$2.receipt" --trust "$3" | head -n 3
    "$1/v/bin/holdfast-verify" "$2" --receipt "$2.receipt" --trust "$3" >/dev/null
' - "$place/tmp/verifier" "$report" "$var/trust" || fail "the verifier, installed alone, does not accept the report"
rm -rf "$place/tmp/verifier"
echo "the verifier, installed without a network from its own folder, accepts it: $((SECONDS - since)) s"

# --- serving ----------------------------------------------------------------------------------------------

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
server=
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
fetch() { python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=20).read()' "$1"; }

# serve WORDS [COMMAND...]   start the site, wait for its sign-in page, leave the time in $took
serve() {
    local words=$1 before
    shift
    before=$(milliseconds)
    rm -f "$place/said" # what the start before said must not be read as said by this one
    run "$@" bin/run --port "$port" >"$place/said" 2>&1 &
    server=$!
    until grep -qs "Ctrl-C" "$place/said"; do
        kill -0 "$server" 2>/dev/null || fail "bin/run ended: $(cat "$place/said")"
        [ $(($(milliseconds) - before)) -lt 120000 ] || fail "bin/run did not serve: $(cat "$place/said")"
        sleep 0.1
    done
    fetch "http://localhost:$port/account/login/" || fail "the sign-in page was not served"
    took=$(($(milliseconds) - before))
    echo "$words: serves after $((took / 1000)).$(printf %03d $((took % 1000))) s"
}
# By their environment or the folder they work in: PostgreSQL writes over the one, web and worker stand elsewhere.
processes() {
    local process
    for process in /proc/[0-9]*; do
        if [[ "$(readlink "$process/cwd" 2>/dev/null)" == "$place"/* ]] ||
            grep -qzxF "HOLDFAST_VAR=$var" "$process/environ" 2>/dev/null; then
            echo "${process#/proc/} $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null | cut -c1-100)"
        fi
    done
}
supervisor() { pgrep -f "config.supervisor --var=$var" | head -n 1; }
gone() {
    for _ in $(seq 300); do
        [ -n "$(processes)" ] || return 0
        sleep 0.1
    done
    fail "still running after $1: $(processes)"
}

serve "first start that serves"
kill -INT "$(supervisor)"
wait "$server" || fail "Ctrl-C ended it with status $?"
gone "Ctrl-C"
serve "second start"
[ "$took" -lt $((limit * 1000)) ] || fail "a later start must serve within $limit s"
kill -KILL "$(supervisor)"
wait "$server" || true
gone "kill -9"
# The same once more under a tracer that sees every connection that any of its processes opens.
serve "start after kill -9" strace --follow-forks --seccomp-bpf --quiet=all -e trace=connect -o "$place/home/trace"
fetch "http://localhost:$port/verify"
kill -INT "$(supervisor)"
wait "$server" || fail "Ctrl-C ended it with status $?"
gone "Ctrl-C"
abroad=$(grep 'sin_addr\|sin6_addr' "$place/home/trace" | grep -v -e '"127\.' -e '"::1"' -e '"::ffff:127\.' || true)
rm "$place/home/trace"
[ -z "$abroad" ] || fail "connections to other hosts: $abroad"
echo "no connection to another host was tried"

# --- what is left -----------------------------------------------------------------------------------------

listing | diff "$place/before" - || fail "the checkout has files outside var/ and .venv"
left=$(find "$place/tmp" "$place/home" -mindepth 1 -not -path "$place/home/.config*" | head -n 20)
[ -z "$left" ] || fail "files left in the home or temporary folder: $left"
if [ -n "$user" ]; then
    left=$(find / -xdev \( -path /proc -o -path "$place" \) -prune -o -user "$user" -print 2>/dev/null | head -n 20)
    [ -z "$left" ] || fail "files left elsewhere: $left"
    ! ipcs -m -s -q | grep -F "$user" || fail "shared memory is left"
fi
echo "no process and no file is left outside var/ and .venv"
