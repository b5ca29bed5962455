# The table of the lab's hosts and outsiders, the checks of new entries, and the operator's known_hosts made from it.
# shellcheck shell=bash disable=SC2015,SC2034,SC2153

TABLE=$STATE/table     # a line each: NAME INDEX PUBLIC PRIVATE PORT USER; an outsider has '-' for what it lacks

# Reads one line of the table into the caller's INDEX PUBLIC PRIVATE PORT USER_NAME; fails if there is no such line.
read_entry() {
  local wanted=$1 name
  [[ -e $TABLE ]] || return 1
  while read -r name INDEX PUBLIC PRIVATE PORT USER_NAME; do
    [[ $name == "$wanted" ]] && return 0
  done <"$TABLE"
  return 1
}

require_host() {
  require_lab
  [[ -n ${1:-} ]] || die "name a host, one of: $(host_names | tr '\n' ' ')"
  read_entry "$1" && [[ $PUBLIC != - ]] || die "lab '$LAB' has no host '$1'; it has: $(host_names | tr '\n' ' ')"
}

host_names() { awk '$3 != "-" { print $1 }' "$TABLE"; }

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
    [[ $public =~ ^([0-9]+\.){3}[0-9]+$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$ ]] || die "line $line: '$public' is not an IP address"
    [[ $private =~ ^([0-9]+\.){3}[0-9]+$ ]] || die "line $line: '$private' is not an IPv4 address"
    [[ $port =~ ^[0-9]+$ ]] && ((port > 0 && port < 65536)) || die "line $line: '$port' is not a port"
    [[ $user =~ ^[a-z_][a-z0-9_-]{0,31}$ ]] || die "line $line: '$user' cannot be a user's name"
    [[ -z ${WANTED_ENTRY[$name]:-} ]] || die "line $line: host '$name' is listed twice"
    WANTED+=("$name")
    WANTED_ENTRY[$name]="$public $private $port $user"
  done
  ((${#WANTED[@]})) || die "no hosts on standard input; give a line each: NAME PUBLIC_IP PRIVATE_IP SSH_PORT SSH_USER"
}

# Adds the wanted hosts to the table and updates all routes; runs under the network's lock.
admit_wanted() {
  local name index
  index=$(last_index)
  {
    if [[ -e $TABLE ]]; then cat "$TABLE"; fi
    for name in "${WANTED[@]}"; do
      if read_entry "$name"; then
        [[ "$PUBLIC $PRIVATE $PORT $USER_NAME" == "${WANTED_ENTRY[$name]}" ]] ||
          die "host '$name' is in lab '$LAB' as $PUBLIC $PRIVATE $PORT $USER_NAME; run 'lab down' before you change it"
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
  [[ -z $twice ]] || die "address $twice is used twice in lab '$LAB' (the operator has $OPERATOR_IPV4 and $OPERATOR_IPV6); change one"
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
