# Waits until hosts are up: sshd greets on the public address and logins are open.
# shellcheck shell=bash

# Waits until all these hosts are up, as seen from the operator's network namespace.
await_hosts() {
  (($#)) || return 0
  ns_run "$OPERATOR_NS" bash "$LAB_HOME/lab" _answers "$@" 9>&- || die "not all hosts started; the reason is above"
}

wait_for_answers() {
  local host pids=() pid failed=0
  for host in "$@"; do wait_for_answer "$host" & pids+=($!); done
  for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
  return $failed
}

wait_for_answer() {
  local host=$1 end=$((SECONDS + WAIT)) greeting nap
  read_entry "$host"
  exec {nap}<> <(:)
  while ((SECONDS < end)); do
    # Checks the host's files first, because that is cheap. The connection over the network comes last, and decides.
    if find_init "$host" && [[ -e /proc/$INIT/root/run/sshd.pid && ! -e /proc/$INIT/root/run/nologin ]]; then
      greeting=
      read -rt 3 greeting < <(exec 3<>"/dev/tcp/$PUBLIC/$PORT" && read -rt 2 line <&3 && echo "$line") 2>/dev/null || true
      if [[ $greeting == SSH-* ]]; then
        touch "$STATE/hosts/$host/answered"
        return
      fi
      kill $! 2>/dev/null || true
    fi
    host_runs "$host" ||
      die "host '$host' stopped while booting: $(tail -qn1 "$STATE/hosts/$host"/{supervisor,console}.log 2>/dev/null | tr '\n' ' ')"
    read -rt 0.05 -u "$nap" _ || true
  done
  die "host '$host' does not answer at $PUBLIC port $PORT after $WAIT s; its console is in $STATE/hosts/$host/console.log"
}
