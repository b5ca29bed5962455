# Keeps a confirmed change for the next boot. Arguments: the lengths of three files on standard input: the rules to keep
# (0 removes everything of sessionctl's firewall), the script that loads them, the unit that calls it. Last the run's
# id. No file is replaced before all of them have arrived complete.
# Exit: 0 done; 11 the input ended early, nothing was replaced; 28 disk full, nothing was replaced; 1 the unit cannot be
# enabled.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
state=/var/lib/sessionctl/firewall
rules=/etc/sessionctl/firewall.rules
unit=/etc/systemd/system/sessionctl-firewall.service
run=/run/sessionctl/firewall/run-$4
script=/etc/init.d/sessionctl-firewall
exec 3<&0 </dev/null

# Without systemd an init script loads the rules: init.sh, which the function initscript prints. That function comes
# before this text. Its links are in rcS.d, which runs to its end before any runlevel in which memcached starts, with
# sysvinit and with upstart (rc-sysinit). The update-rc.d of 14.04 uses the number and the level and ignores the
# script's head; newer ones use only the head. All keep existing links.
enable_script() {
    (umask 022; initscript >"$script.new") && chmod 755 "$script.new" && mv -f "$script.new" "$script" || exit 28
    update-rc.d sessionctl-firewall start 38 S . >&2
    for link in /etc/rcS.d/S*sessionctl-firewall; do [ ! -x "$link" ] || return 0; done
    echo "update-rc.d has made no link in /etc/rcS.d" >&2
    exit 1
}
disable_script() {
    rm -f "$script"
    ! command -v update-rc.d >/dev/null || update-rc.d -f sessionctl-firewall remove >/dev/null
    rm -f /etc/rc[0-6S].d/[SK]*sessionctl-firewall
}
# Removes this run's folder, and those of runs that were lost after they had confirmed their change.
forget() {
    rm -rf "$run"
    for lost in /run/sessionctl/firewall/run-*/confirmed; do [ ! -e "$lost" ] || rm -rf "${lost%/confirmed}"; done
}
if [ "$1" = 0 ]; then
    if [ -d /run/systemd/system ]; then systemctl disable -q --now sessionctl-firewall.service >&2 2>/dev/null; systemctl stop sessionctl-firewall-watch.service 2>/dev/null; fi
    [ ! -e "$script" ] || disable_script 2>/dev/null
    rm -rf "$unit" "$rules" "$state" /run/sessionctl/firewall/watch
    forget
    rmdir /etc/sessionctl /var/lib/sessionctl 2>/dev/null
    [ ! -d /run/systemd/system ] || systemctl daemon-reload
    exit 0
fi
unstage() {
    rm -f "$rules.new" "$state/load.sh.new" "$unit.new"
    exit "$1"
}
# Writes a file beside its target. A write that failed because the disk is full (28) differs from a connection that
# ended (11).
stage() {
    head -c "$2" <&3 >"$1.new" || unstage 28
    [ "$(wc -c <"$1.new")" = "$2" ] || unstage 11
}
mkdir -p /etc/sessionctl "$state" && chmod go-rwx /etc/sessionctl /var/lib/sessionctl "$state" || exit 28
stage "$rules" "$1"
stage "$state/load.sh" "$2"
if [ -d /run/systemd/system ]; then
    stage "$unit" "$3"
    chmod 644 "$unit.new" || unstage 28
else
    [ "$(head -c "$3" <&3 | wc -c)" = "$3" ] || unstage 11
fi
sync "$rules.new" "$state/load.sh.new" "$unit.new" 2>/dev/null || sync
# The rules come last: until they are replaced, the next boot loads the earlier ones.
mv -f "$state/load.sh.new" "$state/load.sh" || unstage 28
[ ! -d /run/systemd/system ] || mv -f "$unit.new" "$unit" || unstage 28
mv -f "$rules.new" "$rules" || unstage 28
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload && systemctl enable -q sessionctl-firewall.service >&2 || exit 1
    # Stopped because its script may be new; the next start of the unit starts it again.
    systemctl stop sessionctl-firewall-watch.service 2>/dev/null
    # Only an active unit is restarted and reloaded with those of other packet filters.
    systemctl restart sessionctl-firewall.service >&2 || exit 1
else
    enable_script
    # Replaces the watch unit of systemd.
    setsid sh "$state/load.sh" watch </dev/null >/dev/null 2>&1 3>&- &
fi
forget
