# Removes what sessionctl has installed on this droplet, except for its logs. Argument: the step.
#   guard PORT  The guard, its sentinel and other processes, its part of memcached's unit. memcached runs on. The guard's chains stay,
#               without rules, until the next step: the change of the pairwise rules needs their places in INPUT and
#               OUTPUT. PORT is "open" if the guard must not keep the port closed, "any" if sessions may be lost.
#   state       Everything else: chains, units, init scripts, probe pages, originals and state.
# Each step can be repeated: a part that is missing is skipped.
# Exit: 0 done. Nothing removed: 7 another run is at work; 12 a change of the rules or a drill is under way; 16 the port
# is closed. 1 something could not be removed, it is printed.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unit=/etc/systemd/system/memcached.service.d/sessionctl.conf
sentinel=/etc/systemd/system/sessionctl-sentinel.service
program=/usr/local/lib/sessionctl
systemd() { [ -d /run/systemd/system ]; }
# The option that makes iptables wait for another program that changes rules. Before 1.6.0 it does not know it.
wait='-w 10'
# shellcheck disable=SC2086 # it may be no word
iptables $wait -V </dev/null >/dev/null 2>&1 || wait=
# shellcheck disable=SC2086
tables() { iptables $wait "$@" </dev/null 8>&-; }
has() { command -v iptables >/dev/null && tables -S "$1" >/dev/null 2>&1; }

hold_lock /run/sessionctl.lock 8 120 || exit 7
for busy in /run/sessionctl/firewall/run-*/token /run/sessionctl/firewall/run-*/reverting /run/sessionctl/drill-*/token; do
    [ ! -e "$busy" ] || exit 12
done

remove_guard() {
    if [ "$1" = open ] && has SESSIONCTL-GATE && tables -S SESSIONCTL-GATE | grep -q '^-A '; then exit 16; fi
    # The sentinel ends before what it runs and restores is removed.
    if systemd && [ -e "$sentinel" ]; then systemctl disable -q --now "${sentinel##*/}" </dev/null >&2 8>&- || return 1; fi
    rm -f "$sentinel"
    # The unit comes first and the program last: as long as the unit calls the program, memcached needs it to start.
    rm -f "$unit"
    rmdir "${unit%/*}" 2>/dev/null
    if systemd; then systemctl daemon-reload </dev/null >&2 8>&- || return 1; fi
    # The processes that keep the port closed or peers blocked end within two seconds after their files.
    rm -rf /run/sessionctl/guard /var/lib/sessionctl/guard
    tries=0
    while grep -aqs '^sessionctl-guard: keeps ' /proc/[0-9]*/cmdline && [ $tries -lt 50 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    for chain in SESSIONCTL-GATE SESSIONCTL-AWAY SESSIONCTL-SILENT; do
        ! has $chain || tables -F $chain >&2 || return 1
    done
    rm -rf "$program"
    gone "$sentinel" "$unit" "$program" /run/sessionctl/guard
}

remove_state() {
    [ ! -e /var/lib/sessionctl/probe/page.pl ] || perl /var/lib/sessionctl/probe/page.pl boot </dev/null >&2 8>&-
    if systemd; then
        systemctl disable -q --now sessionctl-firewall.service sessionctl-probe.service </dev/null 2>/dev/null 8>&-
        systemctl stop sessionctl-firewall-watch.service 'sessionctl-*.timer' </dev/null 2>/dev/null 8>&-
    fi
    for script in /etc/init.d/sessionctl-*; do
        [ -e "$script" ] || continue
        rm -f "$script"
        ! command -v update-rc.d >/dev/null || update-rc.d -f "${script##*/}" remove </dev/null >/dev/null 2>&1 8>&-
    done
    rm -f /etc/rc[0-6S].d/[SK]*sessionctl-*
    rm -f /etc/systemd/system/sessionctl-*.service /etc/systemd/system/*.wants/sessionctl-*.service
    ! systemd || systemctl daemon-reload </dev/null >&2 8>&- || return 1
    drop INPUT SESSIONCTL-GATE && drop OUTPUT SESSIONCTL-AWAY && drop OUTPUT SESSIONCTL-SILENT || return 1
    for own in /run/sessionctl/*; do
        case $own in */lease | */lease.new | *.lock) ;; *) rm -rf "$own" ;; esac
    done
    # The state comes last, so that a run that was interrupted finds what is left.
    rm -rf /etc/sessionctl /var/lib/sessionctl
    gone /etc/sessionctl /var/lib/sessionctl
}
# drop FROM CHAIN: removes a chain and the jumps to it.
drop() {
    has "$2" || return 0
    while tables -D "$1" -j "$2" 2>/dev/null; do :; done
    tables -F "$2" >&2 && tables -X "$2" >&2
}
# Succeeds if none of these exists; prints the others.
gone() {
    left=0
    for path in "$@"; do [ ! -e "$path" ] || { echo "$path could not be removed" >&2; left=1; }; done
    return $left
}

case $1 in
    guard) remove_guard "$2" ;;
    state) remove_state ;;
esac || exit 1
