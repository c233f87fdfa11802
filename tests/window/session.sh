#!/usr/bin/env bash
# Runs a command in a desktop session of its own: a virtual screen, a message bus, and a keychain
# that is unlocked. Everything it writes lies under FERMATA_SESSION_HOME.
#
# Do not set WEBKIT_DISABLE_DMABUF_RENDERER or WEBKIT_DISABLE_COMPOSITING_MODE: WebDriver
# screenshots then hang.
set -euo pipefail
home=${FERMATA_SESSION_HOME:?}
mkdir -p "$home"
export HOME=$home
export XDG_DATA_HOME=$home/share XDG_CONFIG_HOME=$home/config XDG_CACHE_HOME=$home/cache XDG_RUNTIME_DIR=$home/run
mkdir -m 700 -p "$XDG_RUNTIME_DIR" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
export NO_AT_BRIDGE=1 LANG=C.UTF-8
exec xvfb-run -a -s "-screen 0 1280x800x24 -nolisten tcp" dbus-run-session -- bash -c '
  printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  exec "$@"' _ "$@"
