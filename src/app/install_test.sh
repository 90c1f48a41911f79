#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs into a folder of its own, moves that elsewhere, and runs the program from it as somebody who has no more than that.
# Files for tools that are not installed here are not asked about.
#
#   install_test.sh CMAKE BUILD_FOLDER
set -euo pipefail
cmake=$1 build=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
die() { printf '%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null; }

"$cmake" --install "$build" --prefix "$scratch/first" >"$scratch/log" || die "$(cat "$scratch/log")"
mkdir "$scratch/other place"
mv "$scratch/first" "$scratch/other place/prefix"
prefix="$scratch/other place/prefix"
share=$prefix/share

# From anywhere, without an environment, also by a link to it.
ln -s "$prefix/bin/vmalab" "$scratch/vmalab"
cd /
run() { env -i HOME="$scratch" "$scratch/vmalab" "$@"; }
run --log-level info --log-file "$scratch/log" check two-readers >"$scratch/out" || die "check two-readers: $(cat "$scratch/out")"
grep -qF "assets: $share/vmalab/assets" "$scratch/log" || die "the installed assets were not used: $(cat "$scratch/log")"
run help scenarios >/dev/null
run run --variant no-wake --steps 3 >/dev/null

for file in man/man1/vmalab.1 bash-completion/completions/vmalab zsh/site-functions/_vmalab fish/vendor_completions.d/vmalab.fish doc/vmalab/copyright; do
  [[ -s $share/$file ]] || die "share/$file is missing"
done
if [[ -e $share/applications ]]; then  # a build with the window
  for file in applications/vmalab.desktop mime/packages/vmalab.xml metainfo/alt.vmalab.vmalab.metainfo.xml icons/hicolor/{scalable/apps/vmalab.svg,16x16/apps/vmalab.png,256x256/apps/vmalab.png}; do
    [[ -s $share/$file ]] || die "share/$file is missing"
  done
  if have desktop-file-validate; then desktop-file-validate "$share/applications/vmalab.desktop"; fi
  if have appstreamcli; then appstreamcli validate --no-net "$share/metainfo/alt.vmalab.vmalab.metainfo.xml"; fi
  # The desktop knows the window by the name of this file, and the program by what stands in it.
  grep -qx 'StartupWMClass=vmalab' "$share/applications/vmalab.desktop"
  run help open >"$scratch/help"
  grep -q -- --errors-in-window "$scratch/help"
fi
if have man && have groff; then
  warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -E UTF-8 -l -Tutf8 "$share/man/man1/vmalab.1" 2>&1 >/dev/null)
  [[ -z $warnings ]] || die "the man page: $warnings"
fi
bash -n "$share/bash-completion/completions/vmalab"
if have zsh; then zsh -n "$share/zsh/site-functions/_vmalab"; fi
if have fish; then fish -n "$share/fish/vendor_completions.d/vmalab.fish"; fi
