#!/usr/bin/env bash
# What can be said without running the product: form, types, import directions, translations, generated pages.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
export PYTHONPATH=$PWD PYTHONPYCACHEPREFIX="$PWD/var/cache/pycache"
status=0
look() {
    local what=$1
    shift
    if "$@" >"$said" 2>&1; then echo "ok      $what"; else
        echo "FAULT   $what" && tail -n 60 "$said" && status=1
    fi
}
rules_are_current() { diff -u docs/rules.md <(python -m custody.policy.catalogue); }
bill_is_current() { diff -u docs/sbom.cdx.json <(python -m config.bill); }
no_index_named() { ! grep -nE -- '--(extra-)?index-url|--find-links|--trusted-host|https?://' requirements*.txt; }

said=$(mktemp)
trap 'rm -f "$said"' EXIT
look "ruff format" ruff format --check --diff .
look "ruff check" ruff check .
look "import directions" lint-imports --no-cache
look "translations: collected, complete, compiled" python bin/messages --check
look "docs/rules.md is what the rules give" rules_are_current
look "docs/sbom.cdx.json is what requirements.txt gives" bill_is_current
look "requirements name no package index" no_index_named
look "mypy" mypy
exit $status
