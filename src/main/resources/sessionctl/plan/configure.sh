# Writes the files of one service, makes the service read them, and restores the old files if it does not start with
# them.
# Standard input: the new files' bytes, one after another. Arguments, in any number:
#   service NAME        action restart|reload|start|finish|none        enable yes|no
#   file PATH LENGTH MODE OWNER SHA256-OF-THE-OLD|absent        feature LINK NUMBER WORD...
#   ini PHP-CLI (every .ini file is checked as PHP reads it)    fpm PROGRAM (checks itself with -t)
#   listen HEX-ADDRESS:PORT as in /proc/net/tcp                 try FLAGS (memcached starts with them for a moment)
#   guard join|hold|alone (how memcached starts)                peers "ADDRESS..." (they answer for it until it is open)
#   open "ADDRESS..." (the peers that are known to be open)
# Exit: 0 done; 10 a file changed since it was inspected; 11 the input ended early; 12 refused by a check, files
# restored; 13 the service did not start, files restored and it runs again; 14 files restored, but it does not run; 15
# as 12, but the old files are refused, too; 16 a peer does not answer, nothing changed; 17 a peer has no room for
# sessions that only this memcached holds, nothing changed; 18 memcached runs, but is not filled and open; 19 the packet
# filter cannot fence it while it starts, nothing changed; 7 another run is at work on this droplet; 28 disk full.
set -u
umask 077
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
state=/var/lib/sessionctl
nl='
'
tab='	'
service='' action=none enable=no files='' features='' ini='' fpm='' listen='' try='' apache=no units=no guard='' peers='' open='' main=''
program=/usr/local/lib/sessionctl/guard
settings=/etc/sessionctl/guard.conf config=

while [ $# -gt 0 ]; do
    case $1 in
        service | action | enable | ini | fpm | listen | try | guard | peers | open)
            eval "$1=\$2"
            shift 2
            ;;
        file)
            files="$files$2$tab$3$tab$4$tab$5$tab$6$nl"
            shift 6
            ;;
        feature)
            link=$2 count=$3 words=''
            shift 3
            while [ "$count" -gt 0 ]; do
                words="$words $1" count=$((count - 1))
                shift
            done
            features="$features$link$words$nl"
            ;;
    esac
done
active() {
    if [ -d /run/systemd/system ]; then systemctl is-active -q "$service.service"
    elif [ -e "/etc/init/$service.conf" ] && command -v initctl >/dev/null; then initctl status "$service" | grep -q ' start/running'
    else service "$service" status >/dev/null 2>&1; fi
}
# Succeeds if systemd waits only for the PID file of memcached: the service is in start-post with a main process and
# without a control process, so every ExecStartPost has ended.
waits_for_file() {
    [ "$service" = memcached ] && [ -d /run/systemd/system ] || return 1
    unit=$(systemctl show -p SubState -p ControlPID -p MainPID "$service.service")
    case $unit in *SubState=start-post*) ;; *) return 1 ;; esac
    case $unit in *MainPID=0*) return 1 ;; *ControlPID=0*) ;; *) return 1 ;; esac
}
# Writes the PID file. systemd watches for it until it reads its units again, so this comes before that; if it has read
# them since, only another start helps. The program is that of memcached's unit (templates/memcached.service.ftl).
finish_start() {
    pid=$(systemctl show -p MainPID "$service.service")
    MAINPID=${pid#MainPID=} perl -l -MFcntl -MPOSIX=setgid,setuid -e '
    umask 022;
    my ($file) = `systemctl show -p PIDFile $ARGV[0]` =~ m{^PIDFile=(?:/var(?=/run/))?(/.+)} or exit;
    my $pid = $ENV{MAINPID} or exit;
    my $at = "";
    for ($file =~ m{[^/]+(?=/)}g) {
        mkdir($at .= "/$_");
        my @is = lstat $at or exit 1;
        next if -d _ and !$is[4] and ($is[2] & 01000 or !($is[2] & 022));
        my $user = $is[4] || (stat "/proc/$pid")[4] or exit 1;
        my $group = (getpwuid $user)[3] || 65534;
        $) = "$group $group";
        setgid($group);
        setuid($user);
        $< == $user and $> == $user or exit 1;
        last;
    }
    sysopen(OLD, $file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) and -f OLD and <OLD> == $pid and exit;
    unlink $file;
    sysopen(NEW, $file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644) and print NEW $pid or exit 1;
    ' "$service.service" || return 1
    tries=0
    until active; do
        tries=$((tries + 1))
        [ $tries -lt 20 ] || return 1
        sleep 0.1
    done
}
# Comes before the lock: a lost run may hold the lock and wait for that start.
if waits_for_file; then
    if finish_start; then
        case $action in start | finish) action=none ;; esac
    else
        case $action in start | finish) action=restart ;; esac
    fi
elif [ "$action" = finish ]; then
    action=start
fi
# Allows one run at a time on a droplet. Services that are started below do not inherit the lock.
hold_lock /run/sessionctl.lock 8 120 || exit 7
case $service in apache2) apache=yes ;; esac
case $files in */etc/systemd/*) units=yes ;; esac

# each FUNCTION: calls it with the fields of every file, and stops at the first that fails.
each() {
    function=$1 number=0
    while IFS=$tab read -r path length mode owner sha; do
        [ -n "$path" ] || continue
        number=$((number + 1))
        real=$(readlink -f -- "$path") || real=$path
        "$function" || return
    done <<END
$files
END
}
sha() { if [ -e "$1" ]; then sha256sum <"$1" | cut -d ' ' -f 1; else echo absent; fi; }
is_old() { [ "$(sha "$real")" = "$sha" ] || { echo "$path changed since it was inspected" >&2; return 1; }; }
stage() {
    # For a missing folder readlink prints the path itself or nothing.
    (umask 022; mkdir -p "$(dirname "$real")") && head -c "$length" <&3 >"$real.sessionctl-new" || return 28
    [ "$(wc -c <"$real.sessionctl-new")" = "$length" ] || return 11
    case $owner in
        *UNKNOWN*) chown --reference="$real" "$real.sessionctl-new" ;; # the owner has no name
        *) chown "$owner" "$real.sessionctl-new" ;;
    esac && chmod "$mode" "$real.sessionctl-new" || return 28
}
unstage() { rm -f "$real.sessionctl-new"; }
flush() { sync "$real.sessionctl-new" 2>/dev/null || sync; }
keep() {
    mkdir -p "$state/original$(dirname "$path")" "$state/previous" || return 28
    rm -f "$state/previous/$number"
    [ -e "$real" ] || return 0
    cp -p "$real" "$state/previous/$number" || return 28
    if [ ! -e "$state/original$path" ]; then
        cp -p "$real" "$state/original$path.part" && mv "$state/original$path.part" "$state/original$path" || return 28
    fi
}
swap() { mv -f "$real.sessionctl-new" "$real"; }
# Restores the old file by moving it, which needs no room on a full disk. A file whose copy is gone stays as it is and
# is never removed.
back() {
    if [ "$sha" = absent ]; then
        rm -f "$real"
    elif [ -e "$state/previous/$number" ]; then
        mv -f "$state/previous/$number" "$real" || kept=yes
    fi
    return 0
}
parses() {
    case $path in
        *.ini) "$ini" -n -r 'exit(@parse_ini_file($argv[1], true) === false ? 1 : 0);' -- "$real.sessionctl-new" ;;
    esac || { echo "PHP cannot parse the new $path" >&2; return 1; }
}

switch() { # $way on|off: switches the features by the distribution's own commands
    while read -r link words; do
        [ -n "$link" ] || continue
        # shellcheck disable=SC2086 # words are wanted
        set -- $words
        name=$1
        [ "$way" = off ] && name=${name%%en*}dis${name#*en}
        shift
        "$name" "$@" >&2 </dev/null || return
    done <<END
$features
END
}
svc() {
    if [ -d /run/systemd/system ]; then systemctl "$1" "$service.service" </dev/null >&2 8>&-; else service "$service" "$1" </dev/null >&2 8>&-; fi
}
# Succeeds if the service itself listens there: another program on its port would keep it from starting.
listens() {
    [ -n "$listen" ] || return 0
    inode=$(awk -v where="$listen" '$2 == where && $4 == "0A" { print $10; exit }' /proc/net/tcp)
    [ -n "$inode" ] || return 1
    for process in $(pidof "$service"); do
        # shellcheck disable=SC2010 # the links' names are numbers
        ls -l "/proc/$process/fd" 2>/dev/null | grep -qF "socket:[$inode]" && in_service "$process" && return 0
    done
    return 1
}
in_service() {
    [ ! -d /run/systemd/system ] || [ "$(systemctl show -p MainPID "$service.service")" = "MainPID=$1" ]
}
# Prints the service's last journal lines, so that the user can find the cause.
tell() {
    if [ -d /run/systemd/system ]; then journalctl -q -u "$service.service" -n 6 -o cat --no-pager >&2; fi
}
failed() { [ -d /run/systemd/system ] && systemctl is-failed -q "$service.service"; }
# Records the time and Apache's main process before a reload. While Apache reads its files again it serves no request,
# and the reload command ends too early: Apache serves when its main process has started a new child. It starts one for
# each old child that ends. If none has ended at its first check, it sleeps for a second before the next one
# (prefork_run in server/mpm/prefork/prefork.c, ap_wait_or_timeout in server/mpm_common.c), and all requests wait. Ended
# children that are not reaped show that it sleeps, and the signal for a graceful restart (USR1) wakes it. /proc/uptime
# and the 22nd field of /proc/PID/stat count from boot (proc(5)).
about_to_reload() {
    read -r since _ </proc/uptime
    since=${since%.*}${since#*.}
    if [ -d /run/systemd/system ]; then main=$(systemctl show -p MainPID "$service.service"); else main=$(cat "/run/$service/$service.pid" 2>/dev/null); fi
    main=${main#MainPID=}
}
generations() { # prints what the main process does: serves old (children from before are left), serves, sleeps or works
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v main="$main" -v since="$since" '
        !/[(]apache2[)]/ { next }
        { pid = $1; sub(/.*[)] /, "") }
        pid == main && $1 == "S" { idle = 1 }
        $2 == main && $1 == "Z" { ended = 1 }
        $2 == main && $1 != "Z" { if ($20 >= since) begun = 1; else old = 1 }
        END { print begun ? (old ? "serves old" : "serves") : idle && ended ? "sleeps" : "works" }'
}
serves_again() {
    # PHP-FPM may start a child only for a request.
    [ $apache = yes ] && [ "${main:-0}" -gt 1 ] || { sleep 0.2; return 0; }
    tries=0 wakes=0 slept=no
    while :; do
        case $(generations) in
            serves*) break ;;
            sleeps) if [ $slept = yes ] && [ $wakes -lt 3 ]; then kill -USR1 "$main"; wakes=$((wakes + 1)) slept=no; else slept=yes; fi ;;
            *) slept=no ;;
        esac
        tries=$((tries + 1))
        [ $tries -lt 200 ] && active || return 0
        sleep 0.05
    done
    # On a keep-alive connection an old child answers one more request, with the old files: a server that its list does
    # not name would miss what that request writes. Apache keeps connections for 5 s by default.
    [ -n "$files" ] || return 0
    tries=0
    while [ "$(generations)" = "serves old" ] && [ $tries -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}
# Succeeds if systemd has not read its units yet: a killed run may have left new ones.
unread() { [ "$(systemctl show -p NeedDaemonReload "$service.service")" = NeedDaemonReload=yes ]; }
act() {
    if [ -d /run/systemd/system ] && { [ $units = yes ] || unread; }; then systemctl daemon-reload >&2; fi
    # systemd stops a start that has not ended yet without ExecStop=, so the drain is done here.
    if [ "$action" = restart ] && [ -x "$program" ] && waits_for_file; then new='' config='' && guard drain; fi
    case $action in
        none) return 0 ;;
        reload) if active; then about_to_reload && svc reload; else svc start; fi ;;
        *) svc "$action" ;;
    esac || { tell; return 1; }
    tries=0
    until active && listens; do
        tries=$((tries + 1))
        if failed || [ $tries = 100 ]; then
            tell
            if active; then echo "$service runs, but does not listen at the right address after 10 s" >&2; else echo "$service does not start" >&2; fi
            return 1
        fi
        sleep 0.1
    done
    [ "$action" != reload ] || { serves_again && active; }
}
# Starts memcached with the new flags on a random port for 0.3 s. It must still run then: timeout exits with 124, or
# with 125 (uutils before 0.3.0).
trial() {
    [ -z "$try" ] && return 0
    set -f
    # shellcheck disable=SC2086 # flags are words
    timeout 0.3 memcached $try -l 127.0.0.1 -p -1 -U 0 </dev/null >&2 8>&-
    code=$?
    set +f
    [ $code = 124 ] || [ $code = 125 ] || { echo "memcached refuses the flags $try" >&2; return 1; }
}
checks() {
    if [ $apache = yes ]; then apache2ctl configtest >&2 || return; fi
    if [ -n "$fpm" ]; then "$fpm" -t >&2 || return; fi
}
restore() {
    way=off
    switch
    kept=no
    each back
    [ $kept = yes ] || rm -rf "$state/previous"
}
# Makes the service read its old files again. Their address is not known here, so the service must only stay up.
act_as_before() {
    listen=''
    # systemd would not start a unit again that failed too often in a row.
    if failed || ! active; then systemctl reset-failed "$service.service" 2>/dev/null; fi
    act && sleep 0.5 && active && ! failed
}
# shellcheck disable=SC2086 # words, or nothing
guard() { perl "$program$new" $config "$@" </dev/null >&2 8>&-; }
# Before memcached stops, all peers must answer and get the sessions that only this one holds. Before it starts as a new
# server, the peers that are to fill it must answer, because every list of servers will soon name it.
others_ready() {
    new=
    # Runs the guard that this run has staged, if it has staged one: an earlier run may have left a staged file, too.
    case $files in *"$program$tab"*) new=.sessionctl-new ;; esac
    case $files in *"$settings$tab"*) config="--config $settings.sessionctl-new" ;; esac
    case $action in
        start | restart)
            [ -z "$guard" ] || guard able || return 19
            # shellcheck disable=SC2086 # addresses are words
            [ -z "$open" ] || guard any $open || return 16
            ;;
    esac
    [ -n "$peers" ] && { [ "$guard" = hold ] || { [ "$action" = restart ] && { active || waits_for_file; }; }; } || return 0
    # shellcheck disable=SC2086 # addresses are words
    guard reachable $peers || return 16
    [ "$guard" != hold ] || return 0
    # shellcheck disable=SC2086
    guard give $peers || return 17
}
# Prepares the guard for the start of memcached.
start_as() {
    new='' config=''
    case "$guard $action" in
        alone\ restart | alone\ start)
            [ ! -x "$program" ] || { mkdir -p /run/sessionctl/guard && : >/run/sessionctl/guard/alone; }
            ;;
        hold\ restart | hold\ start) guard hold ;;
    esac
}
filled() {
    new='' config=''
    [ -x "$program" ] && [ "$service" = memcached ] || return 0
    [ -e /run/sessionctl/guard/state ] || guard note
    case "$guard $action" in
        join\ restart) ;;
        hold\ *) return 0 ;;
        *\ start | *\ restart) peers='' ;;
        *) return 0 ;;
    esac
    # shellcheck disable=SC2086
    guard whole $peers
}
stop() {
    code=$1
    each unstage
    if [ "$code" = 28 ]; then
        code=1
        for place in /etc "$state"; do
            for unit in -Pk -Pi; do # blocks, then inodes
                # shellcheck disable=SC2046 # words are wanted
                set -- $(df $unit "$place" 2>/dev/null | tail -n 1)
                case ${4:-} in '' | *[!0-9]*) ;; *) [ "$4" -ge 512 ] || code=28 ;; esac
            done
        done
    fi
    exit "$code"
}

exec 3<&0 </dev/null
each is_old || stop 10
each stage || stop $?
[ -z "$ini" ] || each parses || stop 12
trial || stop 12
others_ready || stop $?
each flush
mkdir -p "$state/owed" && owed_before=no && { [ ! -e "$state/owed/$service" ] || owed_before=yes; }
each keep || stop $?
true >"$state/owed/$service" || stop 28
unowe() { [ "$owed_before" = yes ] || rm -f "$state/owed/$service"; }
each swap || { restore; unowe; stop 28; }
way=on
if ! switch || ! checks; then
    restore
    unowe
    checks 2>/dev/null || stop 15
    stop 12
fi
if ! { start_as && act; }; then
    rm -f /run/sessionctl/guard/alone
    restore
    if act_as_before; then
        unowe
        stop 13
    fi
    stop 14
fi
rm -rf "$state/owed/$service" "$state/previous"
filled || exit 18
case "$service $action" in sessionctl-sentinel\ *start) guard settled ;; esac
if [ "$enable" = yes ]; then
    if [ -d /run/systemd/system ]; then systemctl enable -q "$service.service" >&2; else update-rc.d "$service" defaults >&2 && update-rc.d "$service" enable >&2; fi || exit 1
fi
exit 0
