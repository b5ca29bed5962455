# Powers hosts on and off and reboots them. Each host has a supervisor process in the background, because a reboot needs
# a new network namespace: the firewall of a real machine is gone after a reboot, too.
# shellcheck shell=bash

# marked_pid FILE MARK: sets PID to the process id in the file; fails if that process does not have the mark as an
# argument.
marked_pid() {
  local pid='' mark=$2
  local -a arguments=()
  { read -r pid <"$1" && mapfile -d '' arguments <"/proc/$pid/cmdline"; } 2>/dev/null || return 1
  [[ " ${arguments[*]} " == *" $mark "* ]] && PID=$pid
}

host_runs() { marked_pid "$STATE/hosts/$1/supervisor.pid" "sessionctl-lab-host=$LAB/$1"; }
host_is_off() { ! host_runs "$1"; }

# Sets INIT to the container's init, the child of its systemd-nspawn. Starts no process, if possible, because it runs
# often while many hosts boot.
find_init() {
  marked_pid "$STATE/hosts/$1/nspawn.pid" "--directory=$DISKS/$1/root" || return 1
  INIT=
  if [[ -e /proc/$PID/task/$PID/children ]]; then
    read -r INIT _ <"/proc/$PID/task/$PID/children" || true
  else
    INIT=$(pgrep -P "$PID" | head -n1)
  fi
  [[ -n $INIT ]]
} 2>/dev/null

# Starts a host. Makes its disk first if there is no complete one.
power_on() {
  local host=$1 home=$STATE/hosts/$1
  if [[ ! -e $home/disk-made ]]; then
    mkdir -p "$home"
    if [[ -n ${IMAGE:-} ]]; then
      image_dir "$IMAGE" >"$home/image"
      if [[ -n $INSTALLED ]]; then touch "$home/installed"; fi
      echo "$DISK" >"$home/disk-size"
    fi
    [[ -e $home/disk-size ]] || die "host '$host' is incomplete; 'lab up' completes it"
    disk_make "$host"
    touch "$home/disk-made"
  fi
  require_image_of "$host"
  host_start "$host"
}

host_start() {
  local host=$1 home=$STATE/hosts/$1
  mkdir -p "$home"
  [[ -e $home/boots ]] || echo 0 >"$home/boots"
  rm -f "$home/answered"
  local -a scope=()
  if [[ -d /run/systemd/system ]]; then
    scope=(systemd-run --quiet --collect --scope --unit="sessionctl-lab-$LAB-$host" --property=Delegate=yes)
  fi
  # The last argument is the supervisor's mark.
  setsid --fork "${scope[@]}" bash "$LAB_HOME/lab" _supervise "$host" "sessionctl-lab-host=$LAB/$host" \
    </dev/null >>"$home/supervisor.log" 2>&1 9>&-
  wait_until 10 host_runs "$host" || die "host '$host' has no supervisor: $(tail -n1 "$home/supervisor.log")"
}

# The supervisor: a process of its own that runs while the host is powered on.
supervise() {
  local host=$1 home=$STATE/hosts/$1 status delay later descriptor
  # Releases the caller's folder and descriptors: another process may read one of its pipes to the end.
  cd /
  for descriptor in "/proc/$BASHPID/fd"/*; do
    descriptor=${descriptor##*/}
    if ((descriptor > 2 && descriptor != 255)); then eval "exec $descriptor>&-"; fi
  done
  echo $BASHPID >"$home/supervisor.pid"
  if [[ ! -d /run/systemd/system ]]; then cgroup_enter "sessionctl-lab-$LAB-$host"; fi
  while true; do
    delay=$(cat "$home/private-delay" 2>/dev/null || true)
    with_flock -s "$STATE/network.lock" network_plug "$host" ${delay:+later}
    later=
    if [[ -n $delay ]]; then
      { read -rt "$delay" _ <> <(:) || true; with_flock -s "$STATE/network.lock" network_plug_private "$host"; } & later=$!
    fi
    echo $(($(<"$home/boots") + 1)) >"$home/boots"
    status=0
    boot "$host" >>"$home/console.log" 2>&1 || status=$?
    if [[ -n $later ]]; then kill "$later" 2>/dev/null || true; fi
    [[ $status == 133 ]] || break     # systemd-nspawn exits with 133 if the container asks for a reboot
  done
  with_flock -s "$STATE/network.lock" network_unplug "$host"
}

boot() {
  local host=$1 machine
  read_entry "$host"
  machine=sessionctl-$LAB-$INDEX
  # A mount that a killed systemd-nspawn has left would keep the next one of that name from starting.
  umount -l "/run/systemd/nspawn/unix-export/$machine" 2>/dev/null || true
  # Newer releases have a systemd that boots on cgroup v2 only; a machine with v1 has v2 beside it.
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --directory="$(disk_root "$host")" --machine="$machine" --hostname="$host" \
    --boot --keep-unit --register=no \
    --network-namespace-path="/run/netns/$(host_ns "$host")" --capability=CAP_NET_ADMIN --link-journal=no \
    --settings=no --resolv-conf=off --timezone=off --console=pipe \
    --bind-ro="$(<"$STATE/hosts/$host/image")/pool:/srv/apt" </dev/null &
  echo $! >"$STATE/hosts/$host/nspawn.pid"
  wait $!
}

# Enters a cgroup for this host alone: otherwise systemd-nspawn would put all hosts' inits into one, and each init
# assumes that it owns its cgroup. If systemd runs this machine, systemd-run makes the cgroup instead (host_start).
cgroup_enter() {
  local top
  for top in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [[ -e $top/cgroup.procs ]] || continue
    mkdir -p "$top/$1"
    echo $BASHPID >"$top/$1/cgroup.procs"
  done
}

# Prints the cgroups of a host, or of all hosts of the lab with '*', made by systemd or by cgroup_enter.
host_cgroups() {
  local group
  for group in /sys/fs/cgroup/{,systemd/,unified/}{,system.slice/}sessionctl-lab-"$LAB"-$1{,.scope}; do
    if [[ -e $group/cgroup.procs ]]; then echo "$group"; fi
  done
}

cgroups_remove() {
  local group
  while read -r group; do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done < <(host_cgroups "$1")
}

# Prints the signal that makes this host's init power off. Images from before variants have no stop-signal file; their
# init is systemd.
stop_signal() { cat "$(<"$STATE/hosts/$1/image")/stop-signal" 2>/dev/null || echo RTMIN+4; }

host_stop() {
  host_runs "$1" || return 0
  host_thaw "$1"
  if find_init "$1"; then kill -s "$(stop_signal "$1")" "$INIT" 2>/dev/null || true; fi
  wait_until 20 host_is_off "$1" || host_kill "$1"
}

# Cuts the power: kills all processes of the host at once, without notice.
host_kill() {
  if find_init "$1"; then kill -KILL "$INIT" 2>/dev/null || true; fi
  wait_until 5 host_is_off "$1" || true
  kill_hosts "$1" "${1//./\\.}"
  with_flock -s "$STATE/network.lock" network_unplug "$1"
}

# Kills all processes of a host, or of all hosts with '*' and '.*' (the name as a file pattern and as an expression).
# A mark alone is not enough: the init of a host that was just booting outlives its systemd-nspawn.
kill_hosts() {
  local pids groups try
  for ((try = 0; try < 200; try++)); do
    mapfile -t groups < <(host_cgroups "$1")
    pids=$(pids_with_argument "sessionctl-lab-host=$LAB/$2|--directory=$(disk_root "$2")"
      ((${#groups[@]} == 0)) || find "${groups[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null || true)
    [[ -n $pids ]] || break
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
    sleep 0.02
  done
  [[ -z $pids ]] ||
    die "processes $(tr '\n' ' ' <<<"$pids")of lab '$LAB' cannot be killed; see 'ps -o pid,stat,wchan,cmd -p PID'"
  cgroups_remove "$1"
}
