# Keeps a confirmed change for the next boot. Arguments: the former policies "4 POLICY" and "6 POLICY" to remember, the
# lengths of three files on standard input: the rules to keep (0 takes everything of ours away), the script that loads
# them, the unit that calls it. Last the run's id.
set -u
umask 022
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
state=/var/lib/sessionctl/firewall
unit=/etc/systemd/system/sessionctl-firewall.service
run=/run/sessionctl/firewall/run-$6
exec 3<&0 </dev/null
if [ "$3" = 0 ]; then
    if [ -d /run/systemd/system ]; then systemctl disable -q --now sessionctl-firewall.service >&2 2>/dev/null; fi
    rm -rf "$unit" /etc/sessionctl/firewall.rules "$state" "$run"
    rmdir /etc/sessionctl /var/lib/sessionctl 2>/dev/null
    [ ! -d /run/systemd/system ] || systemctl daemon-reload
    exit 0
fi
mkdir -p /etc/sessionctl "$state" || exit 28
printf '%s\n%s\n' "$1" "$2" >"$state/policies"
put() { head -c "$2" <&3 >"$1.new" && mv "$1.new" "$1" || exit 28; }
put /etc/sessionctl/firewall.rules "$3"
put "$state/load.sh" "$4"
if [ -d /run/systemd/system ]; then
    put "$unit" "$5"
    systemctl daemon-reload && systemctl enable -q sessionctl-firewall.service >&2 || exit 1
fi
rm -rf "$run"
