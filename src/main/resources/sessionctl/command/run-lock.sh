# hold_lock FILE DESCRIPTOR SECONDS: locks a file that only root can open, and waits up to SECONDS for it. A process
# that can open a file can lock it (flock(2)), and would block every run. A file that an older version left readable to
# other users is replaced, because they may have it open already; but not while a process of root, which is a run, has
# it open.
hold_lock() {
    mask=$(umask)
    umask 077
    mkdir -p /run/sessionctl
    # Folders and files that an older version made. Deeper levels need no change: no other user gets there. A lock keeps
    # its mode, which shows if other users may have it open.
    for made in /run/sessionctl /run/sessionctl/* /var/lib/sessionctl /var/lib/sessionctl/* /etc/sessionctl /etc/sessionctl/*; do
        case $made in *.lock) ;; *) chmod go-rwx "$made" 2>/dev/null ;; esac
    done
    locked=1 attempts=0
    while [ $attempts -lt 5 ]; do
        attempts=$((attempts + 1))
        mkdir -p /run/sessionctl # the run that had the lock may have removed it
        eval "command exec $2>>\"\$1\"" || break
        if ! flock -n "$2"; then
            if ! is_private "$1"; then
                # Closed first, so that opened_by_root does not find this run's own descriptor.
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
# Succeeds if a process of root has the file open. /proc/locks does not help: it names flock(1), which has ended after
# locking a descriptor. The effective user does not help: a program with the setuid bit keeps descriptors of the user
# that runs it, so the real user counts (proc(5), /proc/PID/status).
opened_by_root() {
    # shellcheck disable=SC2044 # the names are numbers
    for opened in $(find /proc/[0-9]*/fd -maxdepth 1 -lname "$(readlink -f "$1")" 2>/dev/null); do
        opened=${opened#/proc/}
        ! grep -q '^Uid:[[:space:]]*0[[:space:]]' "/proc/${opened%%/*}/status" 2>/dev/null || return 0
    done
    return 1
}
