# Installs packages: waits for other users of dpkg, completes interrupted installations, keeps local configuration.
# It removes no package, regardless of the droplet's apt.conf. Arguments: the packages.
# Exit: 0 done; 7 another run is at work; 20 no source offers a package; 21 apt-get would remove one, nothing was
# changed; 28 disk full; else apt-get's.
# The output of apt goes to a log on the droplet, so that a lost connection never interrupts dpkg.
set -u
trap '' HUP PIPE
LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL DEBIAN_FRONTEND NEEDRESTART_MODE APT_LISTCHANGES_FRONTEND UCF_FORCE_CONFFOLD PATH
# Allows one run at a time on a droplet. Services that a package starts do not inherit the lock.
hold_lock /run/sessionctl.lock 8 300 || exit 7

# enter FOLDER: changes to it, and makes it if it is missing. Fails if it is a link or if other users may write to it,
# because these could lead to any file of root's: on Ubuntu the group syslog may write to /var/log.
enter() {
    cd "${1%/*}" && parent=$(pwd -P) && { [ -d "$1" ] || (umask 027; mkdir "$1"); } && cd "$1" &&
        [ "$(pwd -P)" = "$parent/${1##*/}" ] && [ -O . ] || return
    case $(stat -c %a .) in *[2367]? | *[2367]) return 1 ;; esac
}
if ! enter /var/log/sessionctl 2>/dev/null; then
    enter /run/sessionctl || exit 28
    echo "/var/log/sessionctl is not a folder that only root can write to; the log of apt is /run/sessionctl/apt.log" >&2
fi
# The descriptor keeps this file, even if its name is moved or replaced.
rm -f apt.log && (umask 027; : >apt.log) && exec 4>>apt.log || exit 28
cd /
log=/proc/$$/fd/4

apt() {
    apt-get -y -q --no-remove -o APT::Get::AutomaticRemove=false -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        "$@" >>"$log" 2>&1 </dev/null 8>&- 4>&-
}
# Waits, five minutes at most, while another process holds one of apt's locks (proc(5), /proc/locks): apt itself waits
# only for dpkg's, and before 1.9.11 for none.
wait_for_locks() {
    seconds=0
    for lock in /var/lib/apt/lists/lock /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/cache/apt/archives/lock; do
        while [ -e "$lock" ] && [ $seconds -lt 300 ] && grep -q ":$(stat -c %i "$lock") " /proc/locks; do
            sleep 1
            seconds=$((seconds + 1))
        done
    done
}
offered=unknown
update() {
    wait_for_locks
    apt update && offered=known && touch /var/lib/apt/lists
}
install() {
    wait_for_locks
    # shellcheck disable=SC2086 # package names are words
    apt install $wanted
}
# Exits with 21 if the simulation of apt-get would remove a package: apt-get(8), -s. Fails if apt-get finds no solution.
keeps_all() {
    said=$(apt-get -s -q -o APT::Get::Remove=true -o APT::Get::AutomaticRemove=false "$@" 2>&1 </dev/null)
    code=$?
    gone=$(printf '%s\n' "$said" | sed -nE 's/^(Remv|Purg) ([^ ]+).*/\2/p')
    [ -z "$gone" ] || {
        printf 'apt-get would remove %s\n' "$(printf '%s\n' "$gone" | tr '\n' ' ')"
        exit 21
    }
    return $code
}
repairable() {
    if keeps_all -f install; then
        # Before the repair apt-get may find no solution for more packages, although it would find one after the repair.
        # shellcheck disable=SC2086 # package names are words
        [ -z "$wanted" ] || keeps_all -f install $wanted || :
        return 0
    fi
    printf '%s\n' "$said" >>"$log"
    return $code
}
refused() {
    failed=$1
    # shellcheck disable=SC2086 # package names are words
    keeps_all -f install $wanted
    code=$failed
    for name in $wanted; do [ $offered = unknown ] || apt-cache show "$name" >/dev/null 2>&1 || code=20; done
    for place in /var/cache/apt/archives /var/lib/dpkg /usr /etc; do
        # shellcheck disable=SC2046 # words are wanted
        set -- $(df -Pk "$place" | tail -n 1)
        # df may print no number.
        case ${4:-} in '' | *[!0-9]*) ;; *) [ "$4" -ge 1024 ] || code=28 ;; esac
    done
    # dpkg removes the files that did not fit, so there may be room again by now.
    grep -qE 'No space left on device|enough free space' "$log" && code=28
    # apt's progress lines do not help to find the cause.
    grep -vE '^(Reading|Building|Get:|Hit:|Ign:|Fetched|Selecting|Preparing|Unpacking|Setting up|Processing|\(Reading)' "$log" | tail -n 12
    exit "$code"
}

wanted=$*
interrupted=no
for f in /var/lib/dpkg/updates/[0-9]*; do [ -e "$f" ] && interrupted=yes; done
[ -n "$(dpkg --audit 2>/dev/null)" ] && interrupted=yes
fresh=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)
if [ $interrupted = yes ]; then
    # Without lists apt knows no package that it could install to complete another one.
    [ -n "$fresh" ] || update
    repairable || { update; repairable; } || refused $?
    wait_for_locks # dpkg itself does not
    dpkg --force-confdef --force-confold --configure -a >>"$log" 2>&1 </dev/null 8>&- 4>&-
    apt -f install || refused $?
fi

if [ -z "$fresh" ] || [ -z "$(find /var/lib/apt/lists -maxdepth 0 -mmin -1440)" ]; then
    update
    install || refused $?
else
    install || { update; install; } || refused $?
fi
