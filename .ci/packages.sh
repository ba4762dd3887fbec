#!/usr/bin/env bash
# Debian packages that the checks need on top of Python: a browser, gettext, readers of PDF, a tracer.
# The product itself needs none of them. Quiet where all are there.
set -euo pipefail

wanted=(ca-certificates chromium fonts-noto-cjk gettext git libnss3-tools openssl poppler-utils procps python3 python3-venv qpdf softhsm2
    strace
    util-linux)
missing=()
for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "all packages are there: ${wanted[*]}"
    exit 0
fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
export DEBIAN_FRONTEND=noninteractive
echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
