# Says what this droplet's packet filter is, and changes nothing. The form is that of facts/facts.sh.
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
say() { printf '%s %s\n%s\n' "$1" "${#2}" "$2"; }

# Succeeds if the selected alternative does not work with this kernel, but the one for nftables does.
lacks() {
    "$1" -w 5 -S >/dev/null
    code=$?
    # 2: iptables before 1.6.0 does not know the option to wait (iptables/xtables.h, PARAMETER_PROBLEM).
    if [ $code = 2 ]; then
        "$1" -S >/dev/null
        code=$?
    fi
    # 4: another program holds its lock (iptables/xtables.h, RESOURCE_PROBLEM).
    [ $code != 0 ] && [ $code != 4 ] && "$1-nft" -w 5 -S >/dev/null
}

facts() {
    if [ -d /run/systemd/system ]; then say init systemd; else say init other; fi
    say addresses "$(ip -o addr show)"
    say v4 "$(iptables-save -t filter)"
    if [ -e /proc/net/if_inet6 ]; then say v6 "$(ip6tables-save -t filter)"; fi
    # Rules count as kept only if a unit or an init script loads them at the next boot.
    if [ -d /run/systemd/system ]; then
        loaded=/etc/systemd/system/multi-user.target.wants/sessionctl-firewall.service
    else
        for loaded in /etc/rcS.d/S*sessionctl-firewall; do :; done
    fi
    if [ -e "$loaded" ]; then
        say kept "$(cat /etc/sessionctl/firewall.rules)"
    else
        say kept ''
    fi
    # The complete loader: an empty script beside good rules would leave the port open after the next boot.
    say loader "$(cat /var/lib/sessionctl/firewall/load.sh)"
    if [ -d /run/systemd/system ]; then
        say unit "$(cat /etc/systemd/system/sessionctl-firewall.service)"
    else
        say script "$(stat -L -c 'mode %a' /etc/init.d/sessionctl-firewall; cat /etc/init.d/sessionctl-firewall)"
    fi
    # The ports of sshd, and those on which systemd listens for it. Since OpenSSH 10.4 sshd prints its options in mixed
    # case. If it prints none, the ports at which an SSH server listens count.
    say sshd "$(
        ports=$(sshd -T | tr '[:upper:]' '[:lower:]' | sed -n 's/^listenaddress .*:\([0-9]*\)[[:space:]]*$/\1/p')
        [ -n "$ports" ] || ports=$(ss -Hlntp | grep -E '"(sshd|dropbear)"' | grep -vE ' (127\.[0-9.]*|\[::1\]):[0-9]+ ' |
            sed -n 's/^LISTEN[[:space:]].*:\([0-9]\{1,\}\)[[:space:]].*/\1/p')
        echo "$ports"
        ! systemctl is-active -q ssh.socket || systemctl show --value -p Listen ssh.socket | sed -n 's/.*:\([0-9]*\) (Stream).*/\1/p'
    )"
    # Changes that are not confirmed yet: their timers will roll them back.
    say pending "$(for token in /run/sessionctl/firewall/run-*/token /run/sessionctl/firewall/run-*/reverting; do [ ! -e "$token" ] || echo "$token"; done)"
    # Files that other tools load at boot, if they were saved while sessionctl's chains were there.
    say saved "$(grep -rlsF SESSIONCTL /etc/iptables /etc/iptables.rules /etc/iptables.up.rules /etc/nftables.conf /etc/nftables.d)"
    say policies "$(cat /var/lib/sessionctl/firewall/policies)"
    if ! command -v iptables-save >/dev/null; then
        say iptables no
    elif lacks iptables || { [ -e /proc/net/if_inet6 ] && lacks ip6tables; }; then
        say iptables legacy
    else
        say iptables yes
    fi
    say end ''
}
facts 2>/dev/null | gzip -1
