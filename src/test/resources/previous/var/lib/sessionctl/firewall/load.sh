#!/bin/sh
# Loads sessionctl's own firewall chains and nothing else; run at boot before memcached, when another packet filter's unit is
# restarted or reloaded, and whenever it is run by hand. With the argument "watch" it loads them each time that another
# program has replaced the filter table (netfilter-persistent reload, firewall-cmd --reload, iptables-restore, csf).
# /etc/sessionctl/firewall.rules holds them: a family, then a line of iptables-restore.
set -eu
umask 077
PATH=/usr/sbin:/usr/bin:/sbin:/bin
rules=/etc/sessionctl/firewall.rules
state=/var/lib/sessionctl/firewall
[ -e "$rules" ] || exit 0
# How they are asked to wait for another program that changes rules, where they know that (1.6.0, 1.6.2).
wait='-w 10' patience='-w 10'
iptables -w 10 -V >/dev/null 2>&1 || wait=
iptables-restore --noflush --test -w 10 </dev/null >/dev/null 2>&1 || patience=
# What is ours of both tables, in one order however iptables sorts its chains; with the argument "kept" as it should be. The
# jump to SESSIONCTL has no force behind a rule that may allow another host to reach the memcached port: any but those that allow
# none, those for other ports or for ICMP, and the jump to the guard's chain.
ours() {
    port=$(sed -n 's/^4 -A SESSIONCTL .*--dport \([0-9]*\) -j DROP$/\1/p' "$rules" 2>/dev/null | head -n 1)
    for family in 4 6; do
        grep -qs "^$family " "$rules" || continue
        tables=iptables
        if [ $family = 6 ]; then tables=ip6tables; fi
        if [ "${1:-}" = kept ]; then
            sed -n -e "s/^$family :INPUT \([A-Z]*\) .*/-P INPUT \1/p" -e "s/^$family :\(SESSIONCTL[^ ]*\) .*/-A INPUT -j \1/p" \
                -e "s/^$family -A /-A /p" "$rules"
        else
            $tables $wait -S 2>/dev/null
        fi | awk -v port="$port" '
            function elsewhere(    field, all, n, ends) {
                for (field = 4; field < NF; field++) if ($field ~ /^--dports?$/ && $(field - 1) != "!") {
                    for (n = split($(field + 1), all, ","); n > 0; n--) {
                        if (split(all[n], ends, ":") < 2) ends[2] = ends[1]
                        if (port + 0 >= ends[1] + 0 && port + 0 <= ends[2] + 0) return 0
                    }
                    return 1
                }
                return 0
            }
            $1 == "-P" && $2 == "INPUT" { policy = "\n" $0 }
            $1 != "-A" { next }
            $2 ~ /^SESSIONCTL(-FULL)?$/ { chain[$2] = chain[$2] "\n" $0 }
            $2 != "INPUT" { next }
            $0 == "-A INPUT -j SESSIONCTL-FULL" { last = "\n" $0 }
            $0 == "-A INPUT -j SESSIONCTL" && !others { first = 1 }
            / -j (DROP|REJECT|LOG|NFLOG|SESSIONCTL-GATE)( |$)/ || / -p (icmp|icmpv6|ipv6-icmp) / || elsewhere() { next }
            { others = 1 }
            END {
                full = chain["SESSIONCTL-FULL"]
                print (first && chain["SESSIONCTL"] != "" ? "in force" : "not in force") chain["SESSIONCTL"] full (full != "" ? policy : "") last
            }'
    done
}
complete() {
    now=$(ours)
    if [ "$now" = "$(ours kept)" ]; then right=$now; fi
    [ "$now" = "$right" ]
}
# A run that changes the rules holds the lock; one that waits for its confirmation has left a file, which names the minutes
# that it may take. One that was confirmed is kept at once. A file that is older was left behind by a run that was lost.
at_rest() {
    for file in /run/sessionctl/firewall/run-*/token /run/sessionctl/firewall/run-*/reverting /run/sessionctl/firewall/run-*/confirmed; do
        [ -e "$file" ] || continue
        minutes=2
        case $file in *confirmed) ;; *) read -r minutes <"$file" || minutes=60 ;; esac
        [ -z "$(find "$file" -mmin "-$minutes" 2>/dev/null)" ] || return 1
    done
}
restore() {
    set -- "another program has replaced the filter table; loading sessionctl's chains again"
    if [ ! -d /run/systemd/system ]; then
        logger -t sessionctl-firewall "$1"
    else
        echo "$1" >&2
        # The unit is inactive when the other one was stopped.
        if ! systemctl is-active -q sessionctl-firewall.service; then systemctl start sessionctl-firewall.service; return; fi
    fi
    sh "$0" 8>&-
}
if [ "${1:-}" = watch ]; then
    set +e
    # Of several the newest goes on.
    newest=/run/sessionctl/firewall/watch right=
    mkdir -p "${newest%/*}" && echo $$ >"$newest"
    while [ -e "$rules" ]; do
        sleep 3
        [ "$(cat "$newest" 2>/dev/null || echo $$)" = $$ ] || exit 0
        complete && continue
        if at_rest; then
            (flock -n 8 && at_rest && [ -e "$rules" ] && ! complete && restore) 8>>/run/sessionctl.lock || continue
            now=$(ours)
        fi
        # What a run has confirmed is right also where it could not be kept; so is another form of what was loaded.
        case $now in *"not in force"*) ;; *) right=$now ;; esac
    done
    exit 0
fi
for family in 4 6; do
    tables=iptables
    if [ $family = 6 ]; then tables=ip6tables; fi
    grep -q "^$family " "$rules" || continue
    # What INPUT's policy is without us; it is to be that again when our part is taken away.
    now=$($tables $wait -S INPUT)
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
        # The guard's gate comes before all of it. It is not named here: to iptables-restore before 1.8.8 a chain that the
        # input does not declare is no target, and to declare it would empty it.
        if echo "$now" | grep '^-A ' | head -n 1 | grep -qx -e '-A INPUT -j SESSIONCTL-GATE'; then
            echo '-I INPUT 2 -j SESSIONCTL'
        else
            echo '-I INPUT 1 -j SESSIONCTL'
        fi
        if grep -q "^$family :SESSIONCTL-FULL " "$rules"; then echo '-A INPUT -j SESSIONCTL-FULL'; fi
        echo COMMIT
    } | $tables-restore --noflush $patience
    jumps=$($tables $wait -S INPUT | grep '^-A ' | grep -nx -e '-A INPUT -j SESSIONCTL-GATE' | cut -d: -f1)
    if [ $family = 4 ] && [ -n "$jumps" ] && [ "$jumps" != 1 ]; then
        # First the new jump, then the old one goes, so that there is always one.
        $tables $wait -I INPUT 1 -j SESSIONCTL-GATE
        for jump in $(echo "$jumps" | sort -rn); do $tables $wait -D INPUT $((jump + 1)); done
    fi
done
# What the guard keeps closed or blocked has gone with the filter table as well.
guard=/usr/local/lib/sessionctl/guard
if [ -e $guard ]; then perl $guard restore || true; fi
# It is no part of the unit, which another unit's stop ends.
if [ -d /run/systemd/system ] && ! systemctl is-active -q sessionctl-firewall-watch.service; then
    systemd-run -q --no-block --collect --unit=sessionctl-firewall-watch --description="sessionctl's firewall chains stay loaded" \
        -p Restart=on-failure /bin/sh "$state/load.sh" watch || true
fi
