# Prints facts that could stop or disturb a run on this droplet; follows facts.sh in one script, which sets $began
# first, and cache.sh. It changes nothing. Arguments: the private address, memcached's port.
preflight() {
    say memory "$(cat /proc/meminfo)"
    # The number before the percentage, in KB; empty if df does not know it.
    say disk "$(df -Pk /var | sed -n 's|.*[[:space:]]\([0-9]\{1,\}\)[[:space:]]\{1,\}[0-9]*[%-][[:space:]]\{1,\}/.*|\1|p' | tail -n 1)"
    # The ss of 14.04 does not know -H, so sed removes the heading.
    say listening "$(ss -lntp | sed 1d)"
    # The sockets on which systemd itself listens, with their units.
    say sockets "$(systemctl show --no-pager -p Id -p Listen '*.socket')"
    ufw=no
    if grep -qixE '[[:space:]]*ENABLED=yes[[:space:]]*' /etc/ufw/ufw.conf; then
        ufw=yes
        # ufw keeps its rules as "### tuple ### ACTION PROTOCOL PORTS ...". One for port 80 is a decision about it.
        if cat /etc/ufw/user.rules /lib/ufw/user.rules | grep -qE '^### tuple ### (allow|limit)[^ ]* (tcp|any) ([^ ]*,)?80(,[^ ]*)? '; then
            ufw=allows
        fi
    fi
    say ufw $ufw
    # Locks do not matter here.
    cache "$1" "$2" 1000000
    if systemctl is-active -q firewalld; then say firewalld yes; else say firewalld no; fi
    # shellcheck disable=SC2154 # set by the script before this one
    say clock "$began $(date +%s%N)"
    say end ''
}
preflight "$@" 2>/dev/null | gzip -1
