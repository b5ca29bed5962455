# Says what would stop a run on this droplet or get in its way; comes behind facts.sh in one script, which has begun with
# $began. It changes nothing.
preflight() {
    say memory "$(cat /proc/meminfo)"
    # shellcheck disable=SC2046 # words are wanted
    set -- $(df -Pk /var | tail -n 1)
    say disk "$4"
    say listening "$(ss -Hlntp)"
    # Where systemd itself listens, for whom.
    say sockets "$(systemctl show --no-pager -p Id -p Listen '*.socket')"
    if grep -qixE '[[:space:]]*ENABLED=yes[[:space:]]*' /etc/ufw/ufw.conf; then say ufw yes; else say ufw no; fi
    if systemctl is-active -q firewalld; then say firewalld yes; else say firewalld no; fi
    say clock "$began $(date +%s%N)"
    say end ''
}
preflight 2>/dev/null | gzip -1
