#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The real program in a real window, on a display that nobody sees. Exit 77 (skipped) without Xvfb.
# It is opened as a file manager would, on a file that is gone, so on the default scenario. With xdotool the window is found by
# its class and keys are pressed, too: some steps, light, bigger, and Ctrl+Q, which must end it with exit code 0.
#
#   window_smoke_test.sh VMALAB ASSETS
set -u
vmalab=$1
assets=$2
command -v Xvfb >/dev/null || { echo "skipped: no Xvfb"; exit 77; }

scratch=$(mktemp -d)
xvfb=
program=
clean_up() {
    [ -n "$program" ] && kill "$program" 2>/dev/null
    [ -n "$xvfb" ] && kill "$xvfb" 2>/dev/null
    rm -rf "$scratch"
}
trap clean_up EXIT

Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp 3>"$scratch/display" 2>"$scratch/xvfb" &
xvfb=$!
tries=0
while [ ! -s "$scratch/display" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 100 ] || ! kill -0 "$xvfb" 2>/dev/null; then
        echo "skipped: Xvfb does not start: $(cat "$scratch/xvfb")"
        exit 77
    fi
    sleep 0.1
done
DISPLAY=:$(cat "$scratch/display")
XDG_STATE_HOME=$scratch  # what the window remembers is not the person's
export DISPLAY XDG_STATE_HOME
unset WAYLAND_DISPLAY

cd "$scratch" || exit 1
"$vmalab" --assets "$assets" open --errors-in-window "$scratch/gone.jsonl" >"$scratch/out" 2>&1 &
program=$!

if ! command -v xdotool >/dev/null; then
    sleep 4
    kill -0 "$program" 2>/dev/null || { echo "the window did not stay open:"; cat "$scratch/out"; exit 1; }
    grep -q "No window" "$scratch/out" && { cat "$scratch/out"; exit 1; }
    echo "the window opened and stayed (no xdotool, so no keys were pressed)"
    exit 0
fi

window=
tries=0
while [ -z "$window" ]; do
    tries=$((tries + 1))
    if [ $tries -gt 150 ] || ! kill -0 "$program" 2>/dev/null; then
        echo "no window came:"
        cat "$scratch/out"
        exit 1
    fi
    sleep 0.1
    window=$(xdotool search --class '^vmalab$' 2>/dev/null | head -n 1)
done
sleep 1
xdotool windowfocus "$window" 2>/dev/null
for key in Return Return space Left t ctrl+plus F1 Escape; do
    xdotool key --delay 50 "$key"
    sleep 0.1
done
xdotool key ctrl+q
tries=0
while kill -0 "$program" 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -gt 100 ]; then
        echo "Ctrl+Q did not close the window"
        exit 1
    fi
    sleep 0.1
done
wait "$program"
code=$?
program=
cat "$scratch/out"
grep -q "gone.jsonl" "$scratch/out" || { echo "nothing was said of the file that is gone"; exit 1; }
[ $code -eq 0 ] || { echo "exit code $code"; exit 1; }
grep -q "No window" "$scratch/out" && exit 1
echo "the window opened, took keys and closed by Ctrl+Q"
