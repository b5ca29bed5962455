# The commands of the lab, built from the functions for hosts, disks and the network.
# shellcheck shell=bash disable=SC2015,SC2034,SC2153

read_options() {
  IMAGE=debian:12 DISK='' INSTALLED=''
  while (($#)); do
    case $1 in
      --installed) INSTALLED=yes; shift; continue ;;
      --image) IMAGE=${2:-}; shift ;;
      --disk) DISK=${2:-}; shift ;;
      *) die "'$1' is not an option here; 'lab --help' lists them" ;;
    esac
    shift || die "the last option lacks its value"
  done
  require_image_name "$IMAGE"
  [[ -z $DISK || $DISK =~ ^[0-9]+[KMG]?$ ]] || die "--disk '$DISK' is not a size; write one like 1500M or 4G"
}

lab_prepare() {
  read_options "$@"
  [[ -z $DISK ]] || die "'prepare' creates no disks; use --disk with 'up'"
  install_missing_tools
  if [[ -n $INSTALLED ]]; then ensure_installed "$IMAGE"; else ensure_image "$IMAGE"; fi
}

lab_up() {
  local host pids=() pid started
  read_options "$@"
  read_wanted
  install_missing_tools
  if [[ -n $INSTALLED ]]; then ensure_installed "$IMAGE"; else ensure_image "$IMAGE"; fi
  raise_limits
  load_modules
  lock_lab
  if ! lab_exists; then sweep; fi
  mkdir -p "$STATE/hosts" "$DISKS"
  readlink /proc/self/ns/mnt >"$STATE/home"
  cat /proc/sys/kernel/random/boot_id >"$STATE/boot-id"
  [[ -e $STATE/id_ed25519 ]] || ssh-keygen -q -t ed25519 -N '' -C "lab $LAB" -f "$STATE/id_ed25519"
  with_flock -x "$STATE/network.lock" admit_wanted
  started=()
  for host in "${WANTED[@]}"; do
    if ! host_runs "$host"; then
      power_on "$host" & pids+=($!)
    elif [[ -e $STATE/hosts/$host/answered ]]; then
      continue
    fi
    started+=("$host")
  done
  for pid in "${pids[@]}"; do wait "$pid" || die "not all hosts could be powered on; the reason is above"; done
  write_known_hosts
  await_hosts "${started[@]}"
  for host in "${WANTED[@]}"; do
    read_entry "$host"
    echo "$host $PUBLIC $PRIVATE running"
  done
}

lab_down() {
  lock_lab
  sweep
}

# Removes all parts of this lab that exist, also those of a lab that was never complete.
sweep() {
  kill_hosts '*' '.*'
  network_down
  local disk
  for disk in "$DISKS"/*; do disk_remove "${disk##*/}"; done
  rm -rf --one-file-system "$DISKS"
  umount -l /run/systemd/nspawn/unix-export/"sessionctl-$LAB-"* 2>/dev/null || true
  rm -rf --one-file-system "$STATE" /run/systemd/nspawn/{propagate,unix-export}/"sessionctl-$LAB-"*
}

lab_status() {
  local name
  require_lab
  for name in $(host_names); do
    read_entry "$name"
    if host_runs "$name"; then echo "$name $PUBLIC $PRIVATE running"; else echo "$name $PUBLIC $PRIVATE stopped"; fi
  done
}

lab_exec() {
  require_lab
  if [[ ${1:-} == -- ]]; then shift; fi
  (($#)) || die "exec needs a command: lab exec -- COMMAND..."
  exec nsenter --net="/run/netns/$OPERATOR_NS" -- "$@"
}

lab_ssh() {
  require_host "${1:-}"
  shift
  exec nsenter --net="/run/netns/$OPERATOR_NS" -- ssh -F /dev/null -i "$STATE/id_ed25519" -o IdentitiesOnly=yes \
    -o UserKnownHostsFile="$STATE/known_hosts" -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o LogLevel=ERROR \
    -p "$PORT" "$USER_NAME@$PUBLIC" "$@"
}

lab_in() {
  local name=${1:-} ns
  require_lab
  [[ -n $name ]] && read_entry "$name" || die "lab '$LAB' has no host or outsider '$name'; it has: $(cut -d' ' -f1 "$TABLE" | tr '\n' ' ')"
  shift
  (($#)) || die "in needs a command: lab in $name COMMAND..."
  ns=$(host_ns "$name")
  ns_exists "$ns" || die "host '$name' is stopped and has no network; 'lab start $name' boots it"
  exec nsenter --net="/run/netns/$ns" -- "$@"
}

lab_attach() {
  local name=${1:-} address=${2:-}
  require_lab
  [[ $name =~ ^[A-Za-z0-9][A-Za-z0-9.-]*$ && $name != op && $address =~ ^([0-9]+\.){3}[0-9]+$ ]] || die "write: lab attach NAME ADDRESS"
  lock_lab
  with_flock -x "$STATE/network.lock" admit_outsider "$name" "$address"
}

lab_start() {
  require_host "${1:-}"
  lock_lab
  host_runs "$1" && return
  power_on "$1"
  await_hosts "$1"
}

lab_stop() { require_host "${1:-}"; lock_lab; host_stop "$1"; }
lab_kill() { require_host "${1:-}"; lock_lab; host_kill "$1"; }
lab_freeze() { require_host "${1:-}"; require_running "$1"; host_freeze "$1"; }
lab_thaw() { require_host "${1:-}"; require_running "$1"; host_thaw "$1"; }

lab_reboot() {
  local boots
  require_host "${1:-}"
  require_running "$1"
  lock_lab
  boots=$(<"$STATE/hosts/$1/boots")
  host_thaw "$1"
  find_init "$1" || die "host '$1' is still booting; wait for it"
  kill -s INT "$INIT"     # ctrl-alt-del
  wait_until 60 has_booted_since "$1" "$boots" || die "host '$1' does not shut down for its reboot; run 'lab kill $1', then 'lab start $1'"
  await_hosts "$1"
}

lab_reset() {
  require_host "${1:-}"
  lock_lab
  host_kill "$1"
  rm -f "$STATE/hosts/$1/disk-made"
  power_on "$1"
  write_known_hosts
  await_hosts "$1"
}

require_running() { host_runs "$1" || die "host '$1' is stopped; 'lab start $1' boots it"; }
has_booted_since() { (($(<"$STATE/hosts/$1/boots") > $2)); }
