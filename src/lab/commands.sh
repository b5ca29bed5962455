# What each command of the lab does, in terms of its hosts, their disks and the network.
# shellcheck shell=bash

read_options() {
  IMAGE=debian:12 DISK=
  while (($#)); do
    case $1 in
      --image) IMAGE=${2:-}; shift ;;
      --disk) DISK=${2:-}; shift ;;
      *) die "'$1' is no option here; 'lab --help' shows them" ;;
    esac
    shift || die "an option at the end lacks its value"
  done
  require_image_name "$IMAGE"
  [[ -z $DISK || $DISK =~ ^[0-9]+[KMG]?$ ]] || die "--disk '$DISK' is no size; write one like 1500M or 4G"
}

lab_prepare() {
  read_options "$@"
  [[ -z $DISK ]] || die "'prepare' makes no disks; --disk belongs to 'up'"
  install_missing_tools
  ensure_image "$IMAGE"
}

lab_up() {
  local host pids=() pid started
  read_options "$@"
  read_wanted
  install_missing_tools
  ensure_image "$IMAGE"
  raise_limits
  lock_lab
  if [[ ! -e $TABLE ]]; then sweep; fi
  mkdir -p "$STATE/hosts" "$DISKS"
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

# A host's first start, or its next: the disk is made when there is none that was finished.
power_on() {
  local host=$1 home=$STATE/hosts/$1
  if [[ ! -e $home/disk-made ]]; then
    mkdir -p "$home"
    if [[ -n ${IMAGE:-} ]]; then
      image_dir "$IMAGE" >"$home/image"
      echo "$DISK" >"$home/disk-size"
    fi
    [[ -e $home/disk-size ]] || die "host '$host' was left half made; 'lab up' finishes it"
    disk_make "$host"
    touch "$home/disk-made"
  fi
  host_start "$host"
}

# Reads the hosts on standard input into WANTED (names) and WANTED_ENTRY (the rest of a line by name).
read_wanted() {
  local name public private port user rest line=0
  declare -gA WANTED_ENTRY=()
  WANTED=()
  while read -r name public private port user rest; do
    ((++line))
    [[ -n $name && $name != \#* ]] || continue
    [[ -n $user && -z $rest ]] ||
      die "line $line of the hosts is not 'NAME PUBLIC_IP PRIVATE_IP SSH_PORT SSH_USER' but: $name $public $private $port $user $rest"
    [[ $name =~ ^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$ && $name != op ]] ||
      die "line $line: '$name' cannot be a host's name; use letters, digits, '-' and '.', and not 'op'"
    [[ $public =~ ^([0-9]+\.){3}[0-9]+$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$ ]] || die "line $line: '$public' is no IP address"
    [[ $private =~ ^([0-9]+\.){3}[0-9]+$ ]] || die "line $line: '$private' is no IPv4 address"
    [[ $port =~ ^[0-9]+$ ]] && ((port > 0 && port < 65536)) || die "line $line: '$port' is no port"
    [[ $user =~ ^[a-z_][a-z0-9_-]{0,31}$ ]] || die "line $line: '$user' cannot be a user's name"
    [[ -z ${WANTED_ENTRY[$name]:-} ]] || die "line $line: host '$name' is there twice"
    WANTED+=("$name")
    WANTED_ENTRY[$name]="$public $private $port $user"
  done
  ((${#WANTED[@]})) || die "no hosts on standard input; give a line each: NAME PUBLIC_IP PRIVATE_IP SSH_PORT SSH_USER"
}

# Enters the wanted hosts into the table and tells everybody; runs under the network's lock.
admit_wanted() {
  local name index
  index=$(last_index)
  {
    if [[ -e $TABLE ]]; then cat "$TABLE"; fi
    for name in "${WANTED[@]}"; do
      if read_entry "$name"; then
        [[ "$PUBLIC $PRIVATE $PORT $USER_NAME" == "${WANTED_ENTRY[$name]}" ]] ||
          die "host '$name' is in lab '$LAB' as $PUBLIC $PRIVATE $PORT $USER_NAME; 'lab down' before it can be another"
      else
        echo "$name $((++index)) ${WANTED_ENTRY[$name]}"
      fi
    done
  } >"$TABLE.wanted"
  require_distinct_addresses "$TABLE.wanted"
  network_up
  network_publish <"$TABLE.wanted"
}

last_index() { if [[ -e $TABLE ]]; then cut -d' ' -f2 "$TABLE" | sort -n | tail -n1; else echo 0; fi; }

require_distinct_addresses() {
  local twice
  twice=$({ printf '%s\n' "$OPERATOR_IPV4" "$OPERATOR_IPV6"; awk '$3 != "-" { print $3 } { print $4 }' "$1"; } |
    sort | uniq -d | head -n1)
  [[ -z $twice ]] || die "address $twice is there twice in lab '$LAB' (the operator has $OPERATOR_IPV4 and $OPERATOR_IPV6); change one"
}

lab_down() {
  lock_lab
  sweep
}

# Takes away whatever of this lab there is, whether or not it ever was complete.
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
  (($#)) || die "exec what? Write: lab exec -- COMMAND..."
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
  (($#)) || die "run what in '$name'? Write: lab in $name COMMAND..."
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

admit_outsider() {
  local name=$1 address=$2 index
  if read_entry "$name"; then
    [[ "$PUBLIC $PRIVATE" == "- $address" ]] || die "'$name' is in lab '$LAB' already, with the address $PRIVATE; choose another name"
  else
    index=$(last_index)
    { cat "$TABLE"; echo "$name $((index + 1)) - $address - -"; } >"$TABLE.wanted"
    require_distinct_addresses "$TABLE.wanted"
    network_publish <"$TABLE.wanted"
  fi
  ns_exists "$(host_ns "$name")" || network_plug "$name"
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
  kill -s INT "$(init_pid "$1")"     # ctrl-alt-del
  wait_until 60 has_booted_since "$1" "$boots" || die "host '$1' does not go down for its reboot; 'lab kill $1' and 'lab start $1' get it back"
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

write_known_hosts() {
  local name key
  for name in $(host_names); do
    read_entry "$name"
    for key in "$(disk_root "$name")"/etc/ssh/ssh_host_*_key.pub; do
      [[ -e $key ]] && echo "$PUBLIC,[$PUBLIC]:$PORT $(cut -d' ' -f1,2 "$key")"
    done
  done >"$STATE/known_hosts.new"
  mv "$STATE/known_hosts.new" "$STATE/known_hosts"
}

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
  local host=$1 end=$((SECONDS + WAIT)) greeting init nap
  read_entry "$host"
  exec {nap}<> <(:)
  while ((SECONDS < end)); do
    greeting=
    { exec 3<>"/dev/tcp/$PUBLIC/$PORT" && read -rt 2 greeting <&3; } 2>/dev/null || true
    if [[ $greeting == SSH-* ]] && init=$(init_pid "$host") && [[ ! -e /proc/$init/root/run/nologin ]]; then
      touch "$STATE/hosts/$host/answered"
      return
    fi
    host_runs "$host" ||
      die "host '$host' went off while booting: $(tail -qn1 "$STATE/hosts/$host"/{supervisor,console}.log 2>/dev/null | tr '\n' ' ')"
    read -rt 0.1 -u "$nap" _ || true
  done
  die "host '$host' does not answer at $PUBLIC port $PORT after $WAIT s; its console is in $STATE/hosts/$host/console.log"
}
