# Keeps a confirmed change for the next boot. Arguments: the lengths of three files on standard input: the rules to keep
# (0 takes everything of ours away), the script that loads them, the unit that calls it. Last the run's id.
set -u
umask 022
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
state=/var/lib/sessionctl/firewall
unit=/etc/systemd/system/sessionctl-firewall.service
run=/run/sessionctl/firewall/run-$4
exec 3<&0 </dev/null
if [ "$1" = 0 ]; then
    if [ -d /run/systemd/system ]; then systemctl disable -q --now sessionctl-firewall.service >&2 2>/dev/null; systemctl stop sessionctl-firewall-watch.service 2>/dev/null; fi
    rm -rf "$unit" /etc/sessionctl/firewall.rules "$state" "$run"
    rmdir /etc/sessionctl /var/lib/sessionctl 2>/dev/null
    [ ! -d /run/systemd/system ] || systemctl daemon-reload
    exit 0
fi
mkdir -p /etc/sessionctl "$state" || exit 28
put() { head -c "$2" <&3 >"$1.new" && mv "$1.new" "$1" || exit 28; }
put /etc/sessionctl/firewall.rules "$1"
put "$state/load.sh" "$2"
if [ -d /run/systemd/system ]; then
    put "$unit" "$3"
    systemctl daemon-reload && systemctl enable -q sessionctl-firewall.service >&2 || exit 1
    # Only an active unit is restarted and reloaded with those of other packet filters.
    systemctl restart sessionctl-firewall.service >&2 || exit 1
fi
rm -rf "$run"
