# Runs one membership step with the droplet's guard. Arguments: the step, then addresses.
# Exit: 0 done; 7 another run is at work there; 1 the guard failed, its reason is on standard error.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
guard() { perl /usr/local/lib/sessionctl/guard "$@" </dev/null >&2 8>&-; }
hold_lock /run/sessionctl.lock 8 120 || exit 7
step=$1
shift
case $step in
    give) guard give "$@" ;;
    hold)
        # A memcached that is down has no sessions to push.
        if systemctl is-active -q memcached.service && [ $# -gt 0 ]; then guard give "$@" || exit 1; fi
        guard hold
        ;;
    away) guard away "$@" ;;
    back) guard back ;;
    # The servers that are uncordoned at the same time are not among these addresses. The others must be open: a server
    # that opened empty would be read.
    admit) guard reachable "$@" && guard admit ;;
    # The addresses are those of open servers: if none is reachable from here, this one would open without their
    # sessions.
    rejoin) { [ $# = 0 ] || guard any "$@"; } && guard admit ;;
    # The sentinel ends first: it would notice that memcached stops.
    retire)
        sentinel=sessionctl-sentinel.service
        { [ ! -e /etc/systemd/system/$sentinel ] || systemctl disable -q --now $sentinel >&2 8>&-; } &&
            systemctl disable -q --now memcached.service >&2 8>&-
        ;;
esac || exit 1
