# Knows when a host is up: when its sshd greets on the public address and lets people in.
# shellcheck shell=bash

# Waits until sshd greets on each host's public address and its logins are open, asking from the operator's place.
await_hosts() {
  (($#)) || return 0
  ns_run "$OPERATOR_NS" bash "$LAB_HOME/lab" _answers "$@" 9>&- || die "not all hosts came up; the reason is above"
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
    # What the host shows from outside is cheap to ask; the question over the network comes last, and is the proof.
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
      die "host '$host' went off while booting: $(tail -qn1 "$STATE/hosts/$host"/{supervisor,console}.log 2>/dev/null | tr '\n' ' ')"
    read -rt 0.05 -u "$nap" _ || true
  done
  die "host '$host' does not answer at $PUBLIC port $PORT after $WAIT s; its console is in $STATE/hosts/$host/console.log"
}
