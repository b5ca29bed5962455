# Installs packages: waits for other users of dpkg, repairs what was interrupted, keeps local configuration.
# Arguments: the packages. What apt says goes to a log on the droplet, so that a lost connection never cuts dpkg short.
set -u
trap '' HUP PIPE
LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL DEBIAN_FRONTEND NEEDRESTART_MODE APT_LISTCHANGES_FRONTEND UCF_FORCE_CONFFOLD PATH
mkdir -p /var/log/sessionctl
log=/var/log/sessionctl/apt.log
: >"$log" || exit 28

apt() {
    apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        "$@" >>"$log" 2>&1 </dev/null
}
refused() {
    code=$1
    grep -qE '^E: (Unable to locate package|Package .* has no installation candidate)' "$log" && code=20
    for place in /var/cache/apt/archives /var/lib/dpkg /usr /etc; do
        # shellcheck disable=SC2046 # words are wanted
        set -- $(df -Pk "$place" | tail -n 1)
        [ "${4:-1024}" -lt 1024 ] && code=28
    done
    # What apt says before it comes to its errors helps nobody.
    grep -E '^(E|W|Err|dpkg):? ?' "$log" | tail -n 12 | grep . || tail -n 12 "$log"
    exit "$code"
}

set -- "$@"
interrupted=no
for f in /var/lib/dpkg/updates/[0-9]*; do [ -e "$f" ] && interrupted=yes; done
[ -n "$(dpkg --audit 2>/dev/null)" ] && interrupted=yes
if [ $interrupted = yes ]; then
    apt check # waits until nobody else holds the lock, which dpkg itself would not
    dpkg --force-confdef --force-confold --configure -a >>"$log" 2>&1 </dev/null
    apt -f install || refused $?
fi

fresh=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)
if [ -z "$fresh" ] || [ -z "$(find /var/lib/apt/lists -maxdepth 0 -mmin -1440)" ]; then
    apt update || :
    touch /var/lib/apt/lists
    apt install "$@" || refused $?
else
    apt install "$@" || { apt update; apt install "$@"; } || refused $?
fi
