# Changes both families' rules. The droplet itself rolls the change back unless it is confirmed in time.
# Arguments: the run's id, seconds until the rollback, then the lengths of four programs on standard input:
# do and undo for iptables, do and undo for ip6tables (0 without IPv6).
# Its files are in /run: a droplet that restarts has lost the new rules, and must not confirm them any more.
# Exit: 0 changed, the timer runs; 21 failed half way and rolled back. Nothing changed: 7 another run is at work; 11 the
# input ended early; 12 another change waits to be confirmed; 13 the rules cannot be read; 20 the test refused a rule;
# 28 disk full.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
all=/run/sessionctl/firewall
run=$all/run-$1
seconds=$2
# The options that make iptables and iptables-restore wait for another program that changes rules. Before 1.6.0 and
# 1.6.2 (Ubuntu 14.04 and 16.04, Debian 9) they do not know these options and refuse the command.
wait='-w 10' patience='-w 10'
# shellcheck disable=SC2086 # words
{
    iptables $wait -V || wait=
    # shellcheck disable=SC2086 # it may be no word
    iptables-restore --noflush --test $patience || patience=
} </dev/null >/dev/null 2>&1
for old in "$all"/run-*/reverted "$all"/run-*/confirmed; do [ ! -e "$old" ] || rm -rf "${old%/*}"; done
# A command of a lost run may still be at work here.
hold_lock /run/sessionctl.lock 8 30 || exit 7
for other in "$all"/run-*/token "$all"/run-*/reverting; do [ ! -e "$other" ] || exit 12; done
mkdir -p "$run" || exit 28
exec 3<&0 </dev/null
head -c "$3" <&3 >"$run/do4" && head -c "$4" <&3 >"$run/undo4" && head -c "$5" <&3 >"$run/do6" && head -c "$6" <&3 >"$run/undo6" || { rm -rf "$run"; exit 28; }
exec 3<&-
[ "$(cat "$run/do4" "$run/undo4" "$run/do6" "$run/undo6" | wc -c)" = $(($3 + $4 + $5 + $6)) ] || { rm -rf "$run"; exit 11; }

snapshot() {
    # shellcheck disable=SC2086 # it may be no word
    $1-save -c -t filter >"$2" || { rm -rf "$run"; exit 13; }
    [ -s "$2" ] || printf '%s\n' '*filter' ':INPUT ACCEPT [0:0]' ':FORWARD ACCEPT [0:0]' ':OUTPUT ACCEPT [0:0]' COMMIT >"$2"
}
printf 'wait="%s" patience="%s"\n' "$wait" "$patience" >"$run/options" || { rm -rf "$run"; exit 28; }
snapshot iptables "$run/was4"
[ ! -s "$run/do6" ] || snapshot ip6tables "$run/was6"

# Moving the token decides between confirmation and rollback. It can be moved only once, so a late confirmation and the
# timer never both succeed.
cat >"$run/revert" <<'END'
# Rolls the change back. With the argument "own" it undoes only what the change did, and keeps what other programs did
# since. Without it the complete filter table becomes what it was, because a rule of another program may block the
# confirmation.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export LC_ALL PATH
what=${1:-all}
cd "$(dirname "$0")" || exit 1
wait='' patience=''
[ ! -e options ] || . ./options
mv token reverting 2>/dev/null || { [ $# -gt 0 ] && mv confirmed reverting 2>/dev/null; } || exit 0

# The guard changes its fence whenever memcached starts, and the sentinel its blocks at any time, so the comparison
# ignores the rules of the fence and everything about the blocks.
plain() { sed -e '/^#/d' -e '/-A SESSIONCTL-GATE /d' -e '/SESSIONCTL-SILENT/d' -e 's/^\[[0-9]*:[0-9]*\] //' -e 's/ \[[0-9]*:[0-9]*\]$//'; }

# Runs the undo program when another program has changed the rules around ours, so that positions in INPUT have moved.
loosely() {
    for chain in SESSIONCTL SESSIONCTL-FULL; do
        while $1 $wait -C INPUT -j $chain; do $1 $wait -D INPUT -j $chain || break; done
    done
    sed -e '/^-D INPUT /d' -e 's/^-I INPUT [0-9]* -j SESSIONCTL-FULL$/-A INPUT -j SESSIONCTL-FULL/' \
        -e 's/^-I INPUT [0-9]* /-I INPUT 1 /' "undo$2" | $1-restore --noflush $patience
    # The jump to the fence comes first.
    if $1 $wait -C INPUT -j SESSIONCTL-GATE 2>/dev/null; then
        printf '%s\n' '*filter' '-D INPUT -j SESSIONCTL-GATE' '-I INPUT 1 -j SESSIONCTL-GATE' COMMIT | $1-restore --noflush $patience
    fi
}

back() {
    [ -s "undo$2" ] || return 0
    if [ "$what" = own ]; then
        $1-restore --noflush $patience <"undo$2" || loosely "$1" "$2"
        return
    fi
    $1-restore --noflush $patience <"undo$2"
    [ "$($1-save -c -t filter | plain)" = "$(plain <"was$2")" ] || whole "$1" "$2"
}

# Restores the complete table, except for the chains that the guard and its sentinel change by themselves: those that
# exist keep their present rules. A block that has ended since then does not return.
whole() {
    others=-A.SESSIONCTL-SILENT. kept=
    for chain in SESSIONCTL-GATE SESSIONCTL-SILENT; do
        now=$($1 $wait -S $chain 2>/dev/null) || continue
        others="$others -e -A.$chain."
        from=INPUT at=1
        if [ $chain = SESSIONCTL-SILENT ]; then from=OUTPUT; fi
        # The jump to the chain of the leaving servers comes before that of the silent ones.
        if [ $from = OUTPUT ] && grep -q -e ' -A OUTPUT -j SESSIONCTL-AWAY$' "was$2"; then at=2; fi
        kept="$kept
$(
            grep -q "^:$chain " "was$2" || echo ":$chain - [0:0]"
            echo "$now" | sed -n 's/^-A /[0:0] -A /p'
            grep -q -e " -A $from -j $chain\$" "was$2" || echo "[0:0] -I $from $at -j $chain"
        )"
    done
    # shellcheck disable=SC2086 # patterns are words
    { grep -v -e ^COMMIT -e $others "was$2"; echo "$kept"; echo COMMIT; } | $1-restore -c $patience
}

surely() {
    for try in 1 2 3; do
        if back "$1" "$2"; then return 0; fi
        sleep 1
    done
    return 1
}

surely iptables 4
four=$?
surely ip6tables 6 && [ $four = 0 ] && mv reverting reverted
END
# The minutes for which firewall/load.sh does not interfere with the change.
echo $((seconds / 60 + 3)) >"$run/token" || { rm -rf "$run"; exit 28; }

# shellcheck disable=SC2086 # it may be no word
iptables-restore --noflush --test $patience <"$run/do4" >&2 || { rm -rf "$run"; exit 20; }
# shellcheck disable=SC2086 # it may be no word
if [ -s "$run/do6" ]; then ip6tables-restore --noflush --test $patience <"$run/do6" >&2 || { rm -rf "$run"; exit 20; }; fi

if [ ! -d /run/systemd/system ] || ! systemd-run -q --collect --unit="sessionctl-revert-$1" --on-active="$seconds" \
    --timer-property=AccuracySec=100ms /bin/sh "$run/revert" >&2 8>&-; then
    setsid sh -c 'sleep "$1"; exec sh "$2/revert"' revert "$seconds" "$run" </dev/null >/dev/null 2>&1 8>&- &
fi

# shellcheck disable=SC2086 # it may be no word
if iptables-restore --noflush $patience <"$run/do4" >&2; then
    # shellcheck disable=SC2086 # it may be no word
    if [ ! -s "$run/do6" ] || ip6tables-restore --noflush $patience <"$run/do6" >&2; then
        [ ! -e "$run/token" ] || exit 0
        # The timer rolled it back before it was complete, so that rollback may have found nothing to undo.
        mv "$run/reverting" "$run/token" 2>/dev/null || mv "$run/reverted" "$run/token" 2>/dev/null
    else
        : >"$run/undo6"
    fi
else
    : >"$run/undo4"
    : >"$run/undo6"
fi
sh "$run/revert" own >&2
exit 21
