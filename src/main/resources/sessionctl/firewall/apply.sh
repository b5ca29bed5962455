# Changes both families' rules, and has the droplet itself take the change back unless it is confirmed in time.
# Arguments: the run's id, seconds until the change is taken back, then the lengths of four programs on standard input:
# do and undo for iptables, do and undo for ip6tables (0 where there is no IPv6).
# Exit: 0 changed, the timer runs; 20 a rule was refused by the test, nothing changed; 21 failed half way and taken back.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
run=/var/lib/sessionctl/firewall/run-$1
seconds=$2
mkdir -p "$run" || exit 28
exec 3<&0 </dev/null
head -c "$3" <&3 >"$run/do4" && head -c "$4" <&3 >"$run/undo4" && head -c "$5" <&3 >"$run/do6" && head -c "$6" <&3 >"$run/undo6" || exit 28
[ "$(cat "$run/do4" "$run/undo4" "$run/do6" "$run/undo6" | wc -c)" = $(($3 + $4 + $5 + $6)) ] || exit 11

# Whoever moves the token decides; it can be moved only once, so a late confirmation and the timer never both win.
cat >"$run/revert" <<'END'
#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd "$(dirname "$0")" || exit 1
mv token reverting 2>/dev/null || { [ "${1:-}" = now ] && mv confirmed reverting 2>/dev/null; } || exit 0
iptables-restore --noflush -w 10 <undo4
[ ! -s undo6 ] || ip6tables-restore --noflush -w 10 <undo6
mv reverting reverted
END
: >"$run/token"

iptables-restore --noflush --test -w 10 <"$run/do4" >&2 || { rm -rf "$run"; exit 20; }
if [ -s "$run/do6" ]; then ip6tables-restore --noflush --test -w 10 <"$run/do6" >&2 || { rm -rf "$run"; exit 20; }; fi

if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
    systemd-run -q --collect --unit="sessionctl-revert-$1" --on-active="$seconds" --timer-property=AccuracySec=100ms \
        /bin/sh "$run/revert" >&2 || { rm -rf "$run"; exit 21; }
else
    setsid sh -c "sleep $seconds; sh $run/revert" </dev/null >/dev/null 2>&1 &
fi

if iptables-restore --noflush -w 10 <"$run/do4" >&2; then
    [ ! -s "$run/do6" ] && exit 0
    ip6tables-restore --noflush -w 10 <"$run/do6" >&2 && exit 0
    : >"$run/undo6"
else
    : >"$run/undo4"
    : >"$run/undo6"
fi
sh "$run/revert" now >&2
exit 21
