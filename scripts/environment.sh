# Sourced by every script: puts a Node that runs TypeScript directly (>= 22.18) first on PATH.
# Sets `root`, `tools` and `node_found` (yes|no). Bash 3.2 (macOS) must be able to read this.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools="$root/.tools"

# node_is_new_enough VERSION: true for 22.18 and later, given as v22.18.0.
node_is_new_enough() {
  local major minor
  major=${1#v}
  minor=${major#*.}
  major=${major%%.*}
  minor=${minor%%.*}
  case "$major$minor" in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 18 ]; }
}

# node_platform: the name npm's binary packages use, such as linux-x64; fails elsewhere.
node_platform() {
  local os arch
  case "$(uname -s)" in Linux) os=linux ;; Darwin) os=darwin ;; *) return 1 ;; esac
  case "$(uname -m)" in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) return 1 ;; esac
  echo "$os-$arch"
}

# What was compiled is kept: a command begins in half the time. Not for jobs of a scheduler that have no home.
if [ -n "${XDG_CACHE_HOME:-${HOME:-}}" ]; then
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/smart-etl/compiled}"
fi

node_found=no
if node_is_new_enough "$(node --version 2>/dev/null || true)"; then
  node_found=yes
else
  for node_folder in "$tools"/node_modules/node-*/bin; do
    if [ -x "$node_folder/node" ] && node_is_new_enough "$("$node_folder/node" --version 2>/dev/null || true)"; then
      export PATH="$node_folder:$PATH"
      node_found=yes
      break
    fi
  done
fi
