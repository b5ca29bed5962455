# Says what would stop a run on this droplet or get in its way; comes behind facts.sh in one script, which has begun with
# $began. It changes nothing.
preflight() {
    say memory "$(cat /proc/meminfo)"
    # The number before the percentage; nothing at all where df does not know.
    say disk "$(df -Pk /var | sed -n 's|.*[[:space:]]\([0-9]\{1,\}\)[[:space:]]\{1,\}[0-9]*[%-][[:space:]]\{1,\}/.*|\1|p' | tail -n 1)"
    # Without -H, which 14.04's ss does not know; the first line is the heading.
    say listening "$(ss -lntp | sed 1d)"
    # Where systemd itself listens, for whom.
    say sockets "$(systemctl show --no-pager -p Id -p Listen '*.socket')"
    if grep -qixE '[[:space:]]*ENABLED=yes[[:space:]]*' /etc/ufw/ufw.conf; then say ufw yes; else say ufw no; fi
    if systemctl is-active -q firewalld; then say firewalld yes; else say firewalld no; fi
    say clock "$began $(date +%s%N)"
    say end ''
}
preflight 2>/dev/null | gzip -1
