# Has the droplet's guard do one step of a change of servers. Arguments: the step, then addresses.
# Exit: 0 done; 7 another run is at work there; 1 the guard could not do it, with its reason on standard error.
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
        # One that is down already has nothing to give.
        if systemctl is-active -q memcached.service && [ $# -gt 0 ]; then guard give "$@" || exit 1; fi
        guard hold
        ;;
    away) guard away "$@" ;;
    back) guard back ;;
    # Several may be admitted at once, so they are not asked about each other; but an empty one that opens is read.
    admit) guard reachable "$@" && guard admit ;;
    # Those that were seen open: where none can be reached from here, it would open without what they hold.
    rejoin) { [ $# = 0 ] || guard any "$@"; } && guard admit ;;
    retire) systemctl disable -q --now memcached.service >&2 8>&- ;;
esac || exit 1
