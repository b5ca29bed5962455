# Functions that all parts of the lab use: paths, messages, locks, and finding the lab's own processes. Nothing here
# depends on images, networks or hosts.
# shellcheck shell=bash disable=SC2034

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
LAB=${SESSIONCTL_LAB:-lab}
CACHE=/var/cache/sessionctl/lab          # images, shared by all labs
STATE_ROOT=/run/sessionctl/lab           # the state of a lab while it exists
DISK_ROOT=/var/lib/sessionctl/lab        # the hosts' disks: not below /run, which is memory on many machines
STATE=$STATE_ROOT/$LAB
DISKS=$DISK_ROOT/$LAB
WAIT=${SESSIONCTL_LAB_WAIT:-120}         # seconds that a host may take to come up before the lab gives up

say() { printf 'lab: %s\n' "$*" >&2; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }

require_root() {
  [[ $EUID -eq 0 ]] || die "the lab needs root: run it with sudo"
}

# Succeeds if the lab exists in this boot of the machine. A lab ends with the boot; if /run outlives it, the state there
# is out of date.
lab_exists() {
  [[ -e $TABLE && -e $STATE/boot-id && $(<"$STATE/boot-id") == $(</proc/sys/kernel/random/boot_id) ]]
}

require_lab() {
  lab_exists || die "there is no lab named '$LAB' on this machine; 'lab up' makes one (SESSIONCTL_LAB chooses the name)"
}

# Holds the lab's lock until this shell ends. A process that outlives the shell must close descriptor 9.
lock_lab() {
  mkdir -p "$STATE_ROOT"
  exec 9>"$STATE_ROOT/.$LAB.lock"
  flock -w 180 9 || die "another command has been changing lab '$LAB' for 180 s; see 'fuser $STATE_ROOT/.$LAB.lock'"
}

# with_flock -s|-x FILE COMMAND...: runs a command or a function while holding the lock of FILE.
with_flock() {
  local mode=$1 file=$2; shift 2
  ( flock -w 60 "$mode" 8 || die "could not lock $file within 60 s; another lab command hangs"
    "$@" ) 8>"$file"
}

# Prints the processes that have an argument that the extended regular expression matches completely. Such a mark still
# identifies the lab's processes if the state is lost, and no other program has it.
pids_with_argument() {
  # shellcheck disable=SC2062
  { grep -lzxE "-e$1" /proc/[0-9]*/cmdline 2>/dev/null || true; } | cut -d/ -f3
}

# wait_until SECONDS COMMAND...: polls until the command succeeds; fails when the time is over.
wait_until() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

# raise_sysctl NAME VALUE: raises a kernel limit; a higher limit stays.
raise_sysctl() {
  local file=/proc/sys/${1//./\/}
  if [[ -w $file ]] && (($(<"$file") < $2)); then echo "$2" >"$file"; fi
}

# Loads the kernel modules that iptables, ipset and the disks need, because hosts cannot load modules themselves.
load_modules() {
  modprobe -qa overlay loop ip_tables ip6_tables iptable_filter ip6table_filter nf_tables nft_compat nf_conntrack \
    xt_conntrack xt_comment xt_multiport ip_set 2>/dev/null || true
}

raise_limits() {
  raise_sysctl fs.inotify.max_user_instances 8192
  raise_sysctl fs.inotify.max_user_watches 1048576
  raise_sysctl kernel.keys.maxkeys 20000
  raise_sysctl kernel.keys.maxbytes 1000000
  # All namespaces share one neighbour table: 40 hosts that all talk to each other overflow the usual 1024.
  local family
  for family in ipv4 ipv6; do
    raise_sysctl net.$family.neigh.default.gc_thresh3 65536
    raise_sysctl net.$family.neigh.default.gc_thresh2 32768
    raise_sysctl net.$family.neigh.default.gc_thresh1 16384
  done
}

# Installs the Debian packages of the programs that the lab runs and this machine lacks.
install_missing_tools() {
  local -A package=(
    [systemd-nspawn]=systemd-container [mmdebstrap]=mmdebstrap [ip]=iproute2 [iptables]=iptables
    [apt-ftparchive]=apt-utils [ssh]=openssh-client [ssh-keygen]=openssh-client [curl]=curl [pgrep]=procps
    [mkfs.ext4]=e2fsprogs [nsenter]=util-linux [losetup]=mount)
  local -A missing=()
  local tool
  for tool in "${!package[@]}"; do
    command -v "$tool" >/dev/null || missing[${package[$tool]}]=1
  done
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || missing[debian-archive-keyring]=1
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null ||
    die "this machine lacks ${!missing[*]} and has no apt-get to install them; install them by hand"
  say "installing ${!missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local -a install=(timeout --foreground 600 apt-get -qq -y -o DPkg::Lock::Timeout=120 --no-install-recommends install "${!missing[@]}")
  mkdir -p "$STATE_ROOT"
  local log=$STATE_ROOT/apt.log
  "${install[@]}" >"$log" 2>&1 </dev/null ||
    { timeout --foreground 300 apt-get -qq update >>"$log" 2>&1 </dev/null && "${install[@]}" >>"$log" 2>&1 </dev/null; } ||
    die "could not install ${!missing[*]}: $(grep -m1 '^E:' "$log" || tail -n1 "$log"); install them by hand and try again"
  rm -f "$log"
}
