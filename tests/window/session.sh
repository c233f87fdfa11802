#!/usr/bin/env bash
# Runs a command in a desktop session of its own: a virtual screen, a message bus, and a keychain
# that is unlocked. Everything it writes lies under FERMATA_SESSION_HOME, sockets apart. A command that
# does not end within FERMATA_SESSION_SECONDS (default: half an hour) is ended.
set -euo pipefail
home=${FERMATA_SESSION_HOME:?}
mkdir -p "$home"
# The path of a socket may have 107 characters, which a folder of the repository can exceed.
XDG_RUNTIME_DIR=$(mktemp -d)
trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
export HOME=$home
export XDG_DATA_HOME=$home/share XDG_CONFIG_HOME=$home/config XDG_CACHE_HOME=$home/cache XDG_RUNTIME_DIR
mkdir -m 700 -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
export NO_AT_BRIDGE=1 LANG=C.UTF-8
# What the caller's own desktop has set must not reach in: its screen, its key, and the two switches with
# which WebDriver's screenshots hang.
unset WAYLAND_DISPLAY FERMATA_KEY_FILE WEBKIT_DISABLE_DMABUF_RENDERER WEBKIT_DISABLE_COMPOSITING_MODE
export FERMATA_SESSION_SECONDS=${FERMATA_SESSION_SECONDS:-1800}
xvfb-run -a -s "-screen 0 1280x800x24 -nolisten tcp" dbus-run-session -- bash -c '
  printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  exec timeout --foreground --kill-after=10 "$FERMATA_SESSION_SECONDS" "$@"' _ "$@"
