#!/bin/sh
# shellcheck disable=SC2086,SC3044 # options may be no word; "complete" is a function of this file
# Loads sessionctl's own firewall chains and nothing else. Runs at boot before memcached, when another packet filter's
# unit restarts or reloads, or by hand. With the argument "watch" it loads them each time that another program has
# replaced the filter table (netfilter-persistent reload, firewall-cmd --reload, iptables-restore, csf).
# /etc/sessionctl/firewall.rules holds them: a family, then a line of iptables-restore.
set -eu
umask 077
PATH=/usr/sbin:/usr/bin:/sbin:/bin
rules=/etc/sessionctl/firewall.rules
state=/var/lib/sessionctl/firewall
[ -e "$rules" ] || exit 0
# The options to wait for another program that changes rules, if the programs know them (from 1.6.0 and 1.6.2 on).
wait='-w 10' patience='-w 10'
iptables -w 10 -V >/dev/null 2>&1 || wait=
iptables-restore --noflush --test -w 10 </dev/null >/dev/null 2>&1 || patience=
# Reads both tables and the file of the rules once, so that a comparison uses one state of them.
read_tables() {
    table4=$(iptables $wait -S 2>/dev/null)
    table6=$(ip6tables $wait -S 2>/dev/null)
    file=$(cat "$rules" 2>/dev/null)
}
# Prints the rules of sessionctl in the tables that were read, in one order however iptables sorts its chains; with the argument
# "kept" as they should be. The jump to SESSIONCTL counts as not in force behind a rule that may allow another host to
# reach the memcached port: any rule except those that refuse or only log, those for other ports or for ICMP, and the
# jump to the guard's chain.
ours() {
    port=$(sed -n 's/^4 -A SESSIONCTL .*--dport \([0-9]*\) -j DROP$/\1/p' "$rules" 2>/dev/null | head -n 1)
    for family in 4 6; do
        grep -qs "^$family " "$rules" || continue
        if [ "${1:-}" = kept ]; then
            sed -n -e "s/^$family :INPUT \([A-Z]*\) .*/-P INPUT \1/p" -e "s/^$family :\(SESSIONCTL[^ ]*\) .*/-A INPUT -j \1/p" \
                -e "s/^$family -A /-A /p" "$rules"
        elif [ $family = 4 ]; then
            printf '%s\n' "$table4"
        else
            printf '%s\n' "$table6"
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
    read_tables
    # Nearly always nothing has changed. Comparing the texts takes a tenth of the processes of a complete comparison.
    [ "$table4/$table6/$file" != "$checked" ] || return 0
    checked=
    now=$(ours)
    if [ "$now" = "$(ours kept)" ]; then right=$now; fi
    [ "$now" = "$right" ] || return 1
    checked=$table4/$table6/$file
}
# Succeeds if no change of the rules is under way. A run that changes them holds the lock. A run that waits for its
# confirmation has left a file that contains the minutes it may take. A confirmed change is kept within two minutes. An
# older file was left behind by a lost run.
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
        # The unit is inactive if the other packet filter's unit was stopped.
        if ! systemctl is-active -q sessionctl-firewall.service; then systemctl start sessionctl-firewall.service; return; fi
    fi
    sh "$0" 8>&-
}
if [ "${1:-}" = watch ]; then
    set +e
    # If several watch, only the newest continues.
    newest=/run/sessionctl/firewall/watch right='' checked=''
    mkdir -p "${newest%/*}" && echo $$ >"$newest"
    while [ -e "$rules" ]; do
        sleep 3
        { read -r owner <"$newest"; } 2>/dev/null || owner=$$
        [ "$owner" = $$ ] || exit 0
        complete && continue
        if at_rest; then
            (flock -n 8 && at_rest && [ -e "$rules" ] && ! complete && restore) 8>>/run/sessionctl.lock || continue
            read_tables
            now=$(ours)
        fi
        # Rules that a run has confirmed count as right, even if they could not be kept; so do loaded rules that
        # iptables prints in another form.
        case $now in *"not in force"*) ;; *) right=$now ;; esac
    done
    exit 0
fi
for family in 4 6; do
    tables=iptables
    if [ $family = 6 ]; then tables=ip6tables; fi
    grep -q "^$family " "$rules" || continue
    # Records the policy that INPUT has without sessionctl, so that a removal of the chains restores it.
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
        # The jump to the guard's chain stays first. The input does not name that chain: iptables-restore before 1.8.8
        # refuses a target that the input does not declare, and declaring the chain would empty it.
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
        # Inserts the new jump before it removes the old one, so that there is always one.
        $tables $wait -I INPUT 1 -j SESSIONCTL-GATE
        for jump in $(echo "$jumps" | sort -rn); do $tables $wait -D INPUT $((jump + 1)); done
    fi
done
# A replaced filter table has lost the guard's fence and blocks, too.
guard=/usr/local/lib/sessionctl/guard
if [ -e $guard ]; then perl $guard restore || true; fi
# The watch process is not a part of the unit, because the stop of another packet filter's unit stops that.
if [ -d /run/systemd/system ] && ! systemctl is-active -q sessionctl-firewall-watch.service; then
    systemd-run -q --no-block --collect --unit=sessionctl-firewall-watch --description="sessionctl's firewall chains stay loaded" \
        -p Restart=on-failure /bin/sh "$state/load.sh" watch || true
fi
