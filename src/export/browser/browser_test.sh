#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs browser_test.mjs with what package.json asks for, which is fetched once into FOLDER. Where there is no browser, or nothing can be
# fetched, the test is skipped (77); in the automatic build that is a failure.
#   browser_test.sh VMALAB ASSETS FOLDER
set -uo pipefail
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
vmalab=$1 assets=$2 folder=$3
skip() {
  echo "skipped: $*"
  [[ ${CI-} == true ]] && exit 1
  exit 77
}
for tool in chromium node npm; do
  command -v "$tool" >/dev/null || skip "there is no $tool (third_party/packages.txt, stage browser)"
done
mkdir -p "$folder"
if ! cmp -s "$here/package.json" "$folder/fetched.json"; then
  cp "$here/package.json" "$folder/package.json"
  (cd -- "$folder" && npm install --no-audit --no-fund --ignore-scripts --no-package-lock) || skip "npm could not fetch what the test needs"
  cp "$here/package.json" "$folder/fetched.json"
fi
exec node "$here/browser_test.mjs" "$vmalab" "$assets" "$(command -v chromium)" "$folder"
