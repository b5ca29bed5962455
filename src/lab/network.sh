# The lab's network. The operator's namespace holds two bridges: the public one, which has the operator's addresses, and
# the private one. Each host has a namespace with eth0 on the first and eth1 on the second. There is no default route
# and no connection to the machine's own network, so an inventory's real addresses can be used, and no packet leaves the
# lab.
# shellcheck shell=bash disable=SC2153

OPERATOR_NS=$LAB-op
OPERATOR_IPV4=100.64.0.1
OPERATOR_IPV6=fd64::1

host_ns() { echo "$LAB-$1"; }

ns_exists() { [[ -e /run/netns/$1 ]]; }

# Removes a namespace's name; the namespace itself ends with its last process.
ns_remove() {
  ns_exists "$1" || return 0
  umount -l "/run/netns/$1" 2>/dev/null || true
  rm -f "/run/netns/$1"
}

# Runs a command in a network namespace. Unlike 'ip netns exec' it keeps the mounts, and so /sys, as they are.
ns_run() {
  local ns=$1; shift
  nsenter --net="/run/netns/$ns" -- "$@"
}

network_up() {
  [[ -e $STATE/network-ready ]] && ns_exists "$OPERATOR_NS" && return
  ns_remove "$OPERATOR_NS"
  ip netns add "$OPERATOR_NS"
  ip -n "$OPERATOR_NS" -batch - <<END
link set lo up
link add public type bridge forward_delay 0 stp_state 0 mcast_snooping 0
link add private type bridge forward_delay 0 stp_state 0 mcast_snooping 0
address add $OPERATOR_IPV4/32 dev public
link set public up
link set private up
END
  ip -n "$OPERATOR_NS" address add "$OPERATOR_IPV6/128" dev public nodad 2>/dev/null || true  # a kernel without IPv6
  ns_run "$OPERATOR_NS" bash -c 'cd /proc/sys/net/ipv4
    echo 0 >ip_forward                # a new namespace takes it over from the machine
    echo 1 >conf/all/arp_ignore       # no answer on the private bridge'
  touch "$STATE/network-ready"
}

# network_plug HOST [later]: makes a new namespace for a host, as after a power-on: no rules, no connections, the same
# hardware addresses. With "later" eth1 gets no address yet.
network_plug() {
  local host=$1 ns cable nodad=
  ns=$(host_ns "$host")
  read_entry "$host" || die "lab '$LAB' has no host '$host'"
  network_unplug "$host"
  ip netns add "$ns"
  ns_run "$ns" bash -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
  cable=$(printf '%02x:%02x' $((INDEX / 256)) $((INDEX % 256)))
  if [[ $PUBLIC != - ]]; then
    ip -batch - <<END
link add eth0 address 02:50:00:00:$cable netns $ns type veth peer name pub$INDEX netns $OPERATOR_NS
END
    ip -n "$OPERATOR_NS" link set "pub$INDEX" master public up
    if [[ $PUBLIC == *:* ]]; then nodad=nodad; fi
    ip -n "$ns" address add "$PUBLIC" dev eth0 $nodad
    ip -n "$ns" link set eth0 up
  fi
  ip -batch - <<END
link add eth1 address 02:51:00:00:$cable netns $ns type veth peer name prv$INDEX netns $OPERATOR_NS
END
  ip -n "$OPERATOR_NS" link set "prv$INDEX" master private up
  ip -n "$ns" -batch - <<END
link set lo up
link set eth1 up
END
  if [[ ${2:-} != later ]]; then ip -n "$ns" address add "$PRIVATE" dev eth1; fi
  network_route "$host"
}

# The second half of network_plug HOST later, for a private network that comes up after the host has booted.
network_plug_private() {
  read_entry "$1"
  ip -n "$(host_ns "$1")" address add "$PRIVATE" dev eth1
  network_route "$1"
}

network_unplug() {
  read_entry "$1" || return 0
  # Deleting the bridge's end removes the cable at once; with the namespace it would end later, and keep its name until
  # then.
  ip -n "$OPERATOR_NS" link delete "pub$INDEX" 2>/dev/null || true
  ip -n "$OPERATOR_NS" link delete "prv$INDEX" 2>/dev/null || true
  ns_remove "$(host_ns "$1")"
}

# Gives a namespace a route to each other address, because they share no subnet. A host with a public IPv6 address gets
# no route to public IPv4 addresses; otherwise it would reach them from its private address.
network_route() {
  local ns private=0
  ns=$(host_ns "$1")
  [[ -n $(ip -n "$ns" -o -4 address show dev eth1 scope global) ]] && private=1
  { echo "operator 0 $OPERATOR_IPV4 -"; echo "operator 0 $OPERATOR_IPV6 -"; cat "$TABLE"; } |
    awk -v own="$1" -v private=$private '
      function six(address) { return index(address, ":") > 0 }
      { known[NR] = $0; if ($1 == own) public = $3 }
      END {
        for (i = 1; i <= NR; i++) {
          split(known[i], peer)
          if (peer[1] == own) continue
          if (public != "-" && peer[3] != "-" && six(public) == six(peer[3])) print "route replace " peer[3] " dev eth0"
          if (private && peer[4] != "-") print "route replace " peer[4] " dev eth1"
        }
      }' | ip -n "$ns" -batch -
}

# Updates the routes of the operator and of all plugged-in hosts after a change of the table.
network_route_all() {
  local name
  awk '$3 != "-" { print "route replace " $3 " dev public" }' "$TABLE" | ip -n "$OPERATOR_NS" -batch -
  while read -r name _; do
    if ns_exists "$(host_ns "$name")"; then network_route "$name"; fi
  done <"$TABLE"
}

# Replaces the table with standard input and updates all routes; callers hold the network's lock.
network_publish() {
  cat >"$TABLE.new"
  mv "$TABLE.new" "$TABLE"
  network_route_all
}

network_down() {
  local ns
  for ns in /run/netns/"$LAB"-*; do
    [[ -e $ns ]] || continue
    ns=${ns#/run/netns/}
    if [[ $ns == "$OPERATOR_NS" ]]; then continue; fi
    ns_remove "$ns"
  done
  if ns_exists "$OPERATOR_NS"; then
    ip -n "$OPERATOR_NS" -o link show type veth 2>/dev/null | sed -nE 's/^[0-9]+: ([^@:]+).*/link delete \1/p' |
      ip -n "$OPERATOR_NS" -force -batch - 2>/dev/null || true
  fi
  ns_remove "$OPERATOR_NS"
}
