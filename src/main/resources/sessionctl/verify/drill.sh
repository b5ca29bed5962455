# One step of a drill with this droplet's memcached. Arguments: the step, the drill's id, seconds after which the
# droplet restores everything by itself, then the addresses of the other servers.
#   cut    pushes to the others what only this one holds; then its port drops all packets, as if the host were gone
#   stop   memcached stops, and the port answers again, with a reset
#   start  memcached starts, its guard fills it, and PHP may reach it again
#   back   restores everything, in any step of the drill
# The guard's chain cuts the port off, because its jump is the first rule in INPUT.
# A server that was cut off has missed writes, so PHP never reaches it again before it has been emptied and filled.
# Exit: 0 done; 5 the guard cannot cut it off; 6 the droplet has already restored everything; 7 another run is at work
# there; 16 another server does not answer; 17 the others have no room for sessions that only this one holds; 18
# memcached does not stop or rejoin, or lacks sessions of its peers; 28 a file could not be written, or the timer not be
# set.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
step=$1 run=/run/sessionctl/drill-$2 unit=sessionctl-drill-$2 seconds=$3
shift 3
guard() { perl /usr/local/lib/sessionctl/guard "$@" </dev/null >&2 8>&-; }
if [ "$step" = back ]; then
    # If the droplet's own restoration has begun or ended, this waits for it.
    [ -e "$run/back" ] || exec systemctl start memcached.service
    systemctl stop "$unit.timer" 2>/dev/null
    exec sh "$run/back"
fi
hold_lock /run/sessionctl.lock 8 60 || exit 7
if [ "$step" != cut ]; then [ -e "$run/token" ] || exit 6; fi
case $step in
    cut)
        guard reachable "$@" || exit 16
        guard give "$@" || exit 17
        mkdir -p "$run" && cat >"$run/back" <<'END' || exit 28
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 077
exec 8>>/run/sessionctl.lock
flock -w 60 8
mv "${0%/back}/token" "${0%/back}/putting-back" 2>/dev/null || { exec 8>&-; exec systemctl start memcached.service; }
perl /usr/local/lib/sessionctl/guard close 8>&-
exec 8>&-
systemctl restart memcached.service
code=$?
rm -rf "${0%/back}"
exit $code
END
        : >"$run/token" && systemd-run -q --collect --unit="$unit" --on-active="$seconds" \
            --timer-property=AccuracySec=100ms /bin/sh "$run/back" >&2 || { rm -rf "$run"; exit 28; }
        guard cut || exit 5
        ;;
    stop)
        guard close || exit 18
        systemctl stop memcached.service >&2 8>&- || exit 18
        ;;
    start)
        mv "$run/token" "$run/done" || exit 6
        systemctl stop "$unit.timer" 2>/dev/null
        exec 8>&-
        rm -rf "$run"
        systemctl start memcached.service >&2 || exit 18
        guard whole "$@" || exit 18
        ;;
esac
exit 0
