# hold_lock FILE DESCRIPTOR SECONDS: locks a file that only root can open, and waits that long for it. A process that can
# open a file can lock it (flock(2)), and would block every run. A file that an older version left readable to others is
# replaced, because they may have it open already; but not while a process of root has it open, which is a run of ours.
hold_lock() {
    mask=$(umask)
    umask 077
    mkdir -p /run/sessionctl
    # What an older version made. Below the first level nothing is needed: no other user gets there. A lock keeps its mode,
    # which shows whether others may have it open.
    for made in /run/sessionctl /run/sessionctl/* /var/lib/sessionctl /var/lib/sessionctl/* /etc/sessionctl /etc/sessionctl/*; do
        case $made in *.lock) ;; *) chmod go-rwx "$made" 2>/dev/null ;; esac
    done
    locked=1 attempts=0
    while [ $attempts -lt 5 ]; do
        attempts=$((attempts + 1))
        eval "command exec $2>>\"\$1\"" || break
        if ! flock -n "$2"; then
            if ! is_private "$1"; then
                # This run's own descriptor does not count.
                eval "exec $2>&-"
                if ! opened_by_root "$1"; then
                    rm -f "$1"
                    continue
                fi
                eval "command exec $2>>\"\$1\"" || break
            fi
            flock -w "$3" "$2" || break
        fi
        # Another run may have replaced the file before this one had locked it.
        [ "$(stat -L -c %d:%i "/proc/self/fd/$2")" = "$(stat -c %d:%i "$1" 2>/dev/null)" ] || continue
        if is_private "$1"; then
            locked=0
            break
        fi
        rm -f "$1"
    done
    umask "$mask"
    return $locked
}
is_private() { [ -O "$1" ] && [ "$(stat -c %a "$1")" = 600 ]; }
# Not by /proc/locks: a process that locks for another one has ended (flock(1) with a descriptor). Not by the effective user: a
# program with the setuid bit keeps what the user that runs it has locked (proc(5), /proc/PID/status).
opened_by_root() {
    for opened in $(find /proc/[0-9]*/fd -maxdepth 1 -lname "$(readlink -f "$1")" 2>/dev/null); do
        opened=${opened#/proc/}
        ! grep -q '^Uid:[[:space:]]*0[[:space:]]' "/proc/${opened%%/*}/status" 2>/dev/null || return 0
    done
    return 1
}
