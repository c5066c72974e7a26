#!/bin/sh
# The screen of a kiosk: one browser over the whole screen that keeps nothing. Started by the machine's session at
# login, again whenever it ends. A window that remembers nothing, in a folder that goes with it, offers no earlier
# address or question to the next visitor.
set -eu
ADDRESS="${1:-http://127.0.0.1:8001/leave}"
BROWSER="${BROWSER:-chromium}"
PROFILE="$(mktemp -d)"
trap 'rm -rf "$PROFILE"' EXIT
"$BROWSER" \
  --kiosk \
  --incognito \
  --no-first-run \
  --disable-sync \
  --disable-translate \
  --disable-background-networking \
  --disable-save-password-bubble \
  --disk-cache-size=1 \
  --user-data-dir="$PROFILE" \
  ${BROWSER_EXTRA:-} \
  "$ADDRESS"
