# Takes, renews and releases a run's lease on this droplet, and logs the run's result.
# Arguments: the step, then the run's id, its owner, its login, its command, its version, none of them empty.
#   take     takes the lease, unless another run that is alive holds it
#   refresh  renews it: the heartbeat of the run
#   release  ends it; two more arguments: the outcome for the log, - for none, and the number of changes
#   history  prints the last N lines of the log, N being the only argument, and a line for the run that holds the lease
# A line of the log, separated by tabs: time, id, owner, login, client address, command, version, outcome, changes. The
# lease is the first seven of them, the process of sshd that serves the connection, and its start time (proc(5)).
# A run is alive while its connection is, and at most 30 s after its last heartbeat, unless a command of it still runs.
# Prints the lease of the run that holds the droplet, or whose lease was taken over.
# Exit: 0 done; 7 another run holds it; 9 another run has taken it over; 28 nothing could be written;
# 29 the log is not a regular file that belongs to root alone, so nothing was written to it.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
lease=/run/sessionctl/lease log=/var/log/sessionctl.log
tab='	'

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
# Reads the nine fields of the lease.
read_lease() { IFS=$tab read -r since holder who2 login2 from2 command2 version2 sshd began 2>/dev/null <"$lease"; }
public() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s' "$since" "$holder" "$who2" "$login2" "$from2" "$command2" "$version2"; }

# process ID: sets name, parent and start to those of the process.
process() {
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    name=${stat#*(}
    name=${name%)*}
    # shellcheck disable=SC2086 # fields are words
    set -- ${stat##*) }
    parent=$2 start=${20}
}
# Sets sshd, began and from to those of the connection that runs this. sudo may have removed SSH_CONNECTION, so that is
# also looked for in the processes above.
connection() {
    from=${SSH_CONNECTION:-} sshd=- began=- pid=$$
    while [ "$pid" -gt 1 ] && process "$pid"; do
        case $name in
            sshd | sshd-*)
                sshd=$pid began=$start
                break
                ;;
        esac
        [ -n "$from" ] || from=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^SSH_CONNECTION=//p')
        pid=$parent
    done
    from=${from%% *}
    case $from in '' | *[!0-9A-Za-z.:%]*) from=- ;; esac
}

fresh() { [ $(($(date +%s) - $(stat -c %Y "$lease" 2>/dev/null || echo 0))) -lt 30 ]; }
connected() { [ "$sshd" = - ] || { process "$sshd" && [ "$start" = "$began" ]; }; }
# No heartbeat arrives over a connection while a command of the run uses it.
busy() { cat /proc/[0-9]*/stat 2>/dev/null | awk -v sshd="$sshd" '{ sub(/.*[)] /, "") } $2 == sshd { f = 1 } END { exit !f }'; }
lives() { connected && { fresh || busy; }; }

# The log: append LINE adds to it, last LINES prints its end. On Ubuntu the group syslog may write to /var/log: a link,
# or a file that other users share, could lead to any file of root's. Exit: 29 it is such a file; 28 it cannot be
# written.
note() { log append "$1"; }
log() {
    # shellcheck disable=SC2016 # perl's own
    perl -e '
        use strict; use Fcntl; my ($path, $do, $what) = @ARGV; umask 027;
        sub open_log { sysopen(my $file, $_[0], $_[1] | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0640) or exit($!{ELOOP} || $!{EISDIR} ? 29 : 28); return $file }
        my $is_new = $do eq "append" && !lstat $path;
        my $log = open_log($path, $do eq "append" ? O_RDWR | O_APPEND | O_CREAT : O_RDONLY);
        my @is = stat $log; -f _ && $is[4] == $> && $is[3] == 1 or exit 29;
        my $adm = getgrnam "adm"; chown -1, $adm, $log if $is_new and defined $adm;
        if ($do eq "append") { syswrite($log, "$what\n") == 1 + length $what or exit 28; seek $log, 0, 0 }
        my @lines = <$log>;
        if ($do eq "last") { print @lines > $what ? @lines[-$what .. -1] : @lines; exit }
        exit if @lines <= 2000;
        unlink "$path.new"; my $new = open_log("$path.new", O_WRONLY | O_CREAT | O_EXCL);
        chmod $is[2] & 07777, $new; chown -1, (stat $log)[5], $new; print $new @lines[-1000 .. -1]; close $new and rename "$path.new", $path' \
        "$log" "$@"
}
alone() { hold_lock /run/sessionctl/lease.lock 9 90 || exit 28; }
# Removes the locks if nothing of sessionctl is installed here. A run that waits for one of them makes a new one.
tidy() {
    for own in /etc/sessionctl /var/lib/sessionctl /usr/local/lib/sessionctl; do [ ! -e "$own" ] || return 0; done
    hold_lock /run/sessionctl.lock 8 1 || return 0
    rm -f /run/sessionctl.lock /run/sessionctl/lease.lock
    rmdir /run/sessionctl 2>/dev/null
}

step=$1
if [ "$step" = history ]; then
    log last "$2" 2>/dev/null
    if read_lease; then
        outcome=lost
        ! lives || outcome=running
        printf '%s\t%s\t-\n' "$(public)" "$outcome"
    fi
    exit 0
fi
id=$2 who=$3 login=$4 command=$5 version=$6
case $step in
    take)
        alone
        if read_lease && [ "$holder" != "$id" ]; then
            # If a command of that run has just ended, its next heartbeat is on its way.
            if lives || { connected && sleep 2 && connected && fresh; }; then
                public
                exit 7
            fi
            # A command of that run may still run without it; one that restarts memcached takes up to a minute.
            hold_lock /run/sessionctl.lock 8 75 || { public; exit 7; }
            exec 8>&-
            public
            # uutils before 0.3.0 ignores date -r.
            since=$(date -u -d "@$(stat -c %Y "$lease")" +%Y-%m-%dT%H:%M:%SZ)
            note "$(public)${tab}lost${tab}-" 2>/dev/null
        fi
        connection
        printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(now)" "$id" "$who" "$login" "$from" "$command" "$version" \
            "$sshd" "$began" >"$lease.new" && mv "$lease.new" "$lease" || exit 28
        ;;
    refresh)
        # Without the lock: a run that takes the lease holds it while it waits for this heartbeat.
        if ! read_lease || [ "$holder" != "$id" ]; then
            [ ! -e "$lease" ] || public
            exit 9
        fi
        touch -c "$lease"
        # Another run may have taken the lease over in between.
        read_lease && [ "$holder" = "$id" ] || { public; exit 9; }
        ;;
    release)
        alone
        if read_lease && [ "$holder" = "$id" ]; then rm -f "$lease"; else since=; fi
        tidy
        [ "$7" != - ] || exit 0
        [ -n "$since" ] || connection
        [ -z "$since" ] || from=$from2
        note "$(now)$tab$id$tab$who$tab$login$tab$from$tab$command$tab$version$tab$7$tab$8" || exit
        ;;
esac
