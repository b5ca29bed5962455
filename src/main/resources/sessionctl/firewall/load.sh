#!/bin/sh
# Loads sessionctl's own firewall chains and nothing else; run at boot before memcached, and whenever it is run by hand.
# /etc/sessionctl/firewall.rules holds them: a family, then a line of iptables-restore.
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
rules=/etc/sessionctl/firewall.rules
state=/var/lib/sessionctl/firewall
[ -e "$rules" ] || exit 0
for family in 4 6; do
    tables=iptables
    if [ $family = 6 ]; then tables=ip6tables; fi
    grep -q "^$family " "$rules" || continue
    # What INPUT's policy is without us; it is to be that again when our part is taken away.
    now=$($tables -w 10 -S INPUT)
    if grep -q "^$family :SESSIONCTL-FULL " "$rules" && ! echo "$now" | grep -qx -e '-A INPUT -j SESSIONCTL-FULL'; then
        mkdir -p "$state"
        {
            grep -v "^$family " "$state/policies" 2>/dev/null || true
            echo "$now" | sed -n "s/^-P INPUT /$family /p"
        } >"$state/policies.new" && mv "$state/policies.new" "$state/policies"
    fi
    {
        echo '*filter'
        sed -n "s/^$family //p" "$rules" | grep '^:'
        sed -n "s/^$family //p" "$rules" | grep '^-'
        for chain in SESSIONCTL SESSIONCTL-FULL; do
            echo "$now" | sed -n "s/^-A INPUT -j $chain\$/-D INPUT -j $chain/p"
        done
        echo '-I INPUT 1 -j SESSIONCTL'
        if grep -q "^$family :SESSIONCTL-FULL " "$rules"; then echo '-A INPUT -j SESSIONCTL-FULL'; fi
        # The guard's gate comes before all of it.
        if [ $family = 4 ] && $tables -w 10 -C INPUT -j SESSIONCTL-GATE 2>/dev/null; then
            printf '%s\n' '-D INPUT -j SESSIONCTL-GATE' '-I INPUT 1 -j SESSIONCTL-GATE'
        fi
        echo COMMIT
    } | $tables-restore --noflush -w 10
done
