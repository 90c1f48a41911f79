#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs browser_test.mjs with the driver that package.json asks for, which is fetched once into FOLDER.
#   browser_test.sh VMALAB ASSETS SITE FOLDER
set -euo pipefail
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
vmalab=$1 assets=$2 site=$3 folder=$4
for tool in chromium node npm; do
  command -v "$tool" >/dev/null || { echo "there is no $tool (third_party/packages.txt, stage browser)" >&2; exit 1; }
done
mkdir -p "$folder"
if ! cmp -s "$here/package.json" "$folder/fetched.json"; then
  cp "$here/package.json" "$folder/package.json"
  (cd -- "$folder" && npm install --no-audit --no-fund --ignore-scripts --no-package-lock)
  cp "$here/package.json" "$folder/fetched.json"
fi
exec node "$here/browser_test.mjs" "$vmalab" "$assets" "$site" "$(command -v chromium)" "$folder" ${VMALAB_WEB_PICTURES:+"$VMALAB_WEB_PICTURES"}
