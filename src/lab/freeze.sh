# Freezes a host: stops all its processes. Its network still accepts connections, but no process answers them.
# shellcheck shell=bash

# host_pids HOST [PATTERN]: prints the processes in the process namespace of the host's init, except those whose state
# matches the pattern.
host_pids() {
  local space
  find_init "$1" || return 0
  space=$(ps -o pidns= -p "$INIT" | tr -d ' ')
  ps -eo pidns=,pid=,stat= | awk -v space="$space" -v skip="${2:-}" '$1 == space && !(skip != "" && $3 ~ skip) { print $2 }'
}

host_freeze() {
  local pids try
  for ((try = 0; try < 100; try++)); do
    pids=$(host_pids "$1" '^[TZ]')
    if [[ -z $pids ]]; then return; fi
    # shellcheck disable=SC2086
    kill -STOP $pids 2>/dev/null || true
  done
  die "host '$1' could not be frozen: its processes $(tr '\n' ' ' <<<"$pids")do not stop"
}

host_thaw() {
  local pids
  pids=$(host_pids "$1")
  # shellcheck disable=SC2086
  if [[ -n $pids ]]; then kill -CONT $pids 2>/dev/null || true; fi
}
