#!/usr/bin/env bash
# picture.sh [OUT.png]: makes the README's picture of the dashboard from keydeck demo.
# Needs Go, tmux, aha and chromium, with the font DejaVu Sans Mono.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(realpath -m "${1:-assets/doc/dashboard.png}")
rows=32 work=$(mktemp -d) socket=keydeck-picture-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT
go build -o "$work/keydeck" .
tmux -L "$socket" -f /dev/null new-session -d -s demo -x 140 -y "$rows" "env COLORTERM=truecolor '$work/keydeck' demo"
tmux -L "$socket" set -g status off
tmux -L "$socket" set -g window-style 'bg=#16161e,fg=#c8c8d0'
for _ in $(seq 60); do
  sleep 0.5
  if tmux -L "$socket" capture-pane -t demo -p | grep -q 'Needs you'; then break; fi
done
sleep 12 # the rate is that of the last ten seconds
tmux -L "$socket" capture-pane -t demo -p -e | aha --black >"$work/raw.html"
tmux -L "$socket" send-keys -t demo q y
sed "s|</head>|<style>body,pre{font:15px/18px 'DejaVu Sans Mono',monospace!important;background:#16161e!important;color:#c8c8d0;margin:0;padding:4px;white-space:pre!important}</style></head>|" \
  "$work/raw.html" >"$work/page.html"
height=$((rows * 18 + 52)) # lines of 18 pixels, and above and below them the air of a page
chromium --headless --virtual-time-budget=3000 --run-all-compositor-stages-before-draw --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync --hide-scrollbars \
  --user-data-dir="$work/profile" --window-size=1290,"$height" --screenshot="$out" "file://$work/page.html" >/dev/null 2>&1
