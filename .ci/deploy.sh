#!/usr/bin/env bash
# A real, empty site on a database of its own: migrations complete, set up without a terminal, and Django's
# deployment checks with the walls of the database, all warnings counted as faults.
set -euo pipefail
cd "$(dirname "$0")/.."
site=$(mktemp -d)
chmod 755 "$site"
python="$PWD/.venv/bin/python"
engine=
end() {
    [ -z "$engine" ] || { kill "$engine" 2>/dev/null && wait "$engine" || true; }
    rm -rf "$site"
}
trap end EXIT

export HOLDFAST_VAR="$site/var" SITE_URL=https://custody.example PYTHONPYCACHEPREFIX="$PWD/var/cache/pycache"
export PYTHONPATH=$PWD DJANGO_SETTINGS_MODULE=config.settings
unset HOLDFAST_DEMO DEBUG
"$python" -m config.embedded &
engine=$!
for _ in $(seq 300); do
    [ ! -e "$HOLDFAST_VAR/run/urls.json" ] || break
    kill -0 "$engine" || { echo "the engine ended" && exit 1; }
    sleep 0.1
done
"$python" manage.py migrate --no-input --verbosity=0
"$python" manage.py makemigrations --check --dry-run
"$python" manage.py migrate --check
for number in 1 2; do head -c 30 /dev/urandom | base64 >"$site/password$number"; done
"$python" manage.py setup_site --operator "CI Survey Institute" --country CN --name "CI site" --time-zone Asia/Shanghai \
    --regime cn_surveying --province none --level jimi --network none \
    --admin-name "CI Administrator" --admin-number CI-1 --admin-user ci --admin-password-file "$site/password1" \
    --admin2-name "CI Deputy" --admin2-number CI-2 --admin2-user deputy --admin2-password-file "$site/password2"
"$python" manage.py check --deploy --fail-level WARNING --database default
echo "set up twice changes nothing:"
"$python" manage.py setup_site
