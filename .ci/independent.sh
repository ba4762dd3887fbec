#!/usr/bin/env bash
# Programs for transparency logs that others wrote (aics-tlog, aics-witness), in an environment of their own,
# var/independent, for the tests of tests/ledger/test_independent.py. Pinned with hashes in .ci/independent.txt.
#
#   .ci/independent.sh         install them, or do nothing when they are there
#   .ci/independent.sh lock    write .ci/independent.txt anew from .ci/independent.in; needs Python 3.12 or newer
#
# They ask for Python 3.12. On a machine without it our 3.11 takes them all the same: they run there, and the tests say so
# if they do not.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$PWD/var/independent
enough() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; }

python=
for found in python3.14 python3.13 python3.12 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3 python3; do
    if enough "$found"; then python=$found && break; fi
done
options=()
if [ -z "$python" ]; then
    python=.venv/bin/python
    options=(--ignore-requires-python)
fi

if [ "${1:-}" = lock ]; then
    [ ${#options[@]} -eq 0 ] || { echo "no Python 3.12 or newer is here" && exit 1; }
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    "$python" -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check pip-tools
    CUSTOM_COMPILE_COMMAND=".ci/independent.sh lock" "$tools/bin/pip-compile" --quiet --generate-hashes --strip-extras \
        --allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        --output-file=.ci/independent.txt .ci/independent.in
    exit
fi

wanted="$("$python" -VV) $(sha256sum .ci/independent.txt)"
if [ "$(cat "$place/installed" 2>/dev/null)" = "$wanted" ]; then
    echo "they are there: $place"
    exit 0
fi
rm -rf "$place"
mkdir -p var
"$python" -m venv "$place"
"$place/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --require-hashes "${options[@]}" \
    -r .ci/independent.txt
"$place/bin/aics-tlog" --version >/dev/null
"$place/bin/aics-witness" --version >/dev/null
echo "$wanted" >"$place/installed"
echo "installed under $("$place/bin/python" -V): $place"
