# Debian 12 with sysvinit in place of systemd: init scripts, no units, no timers, no journal.
# shellcheck shell=bash disable=SC2034

STOP_SIGNAL=PWR
MASKED_UNITS=()
IMAGE_PACKAGES=(
  sysvinit-core sysv-rc initscripts orphan-sysvinit-scripts openssh-server sudo iproute2 iptables perl-base procps
  ca-certificates curl netbase iputils-ping)
POOL_EXTRAS+=(ifupdown)

# Removes consoles and the scripts that unmount the disk, which the lab does. A power failure powers the host off.
finish_variant() {
  sed -i -e '/getty/d' -e 's|^pf::powerwait:.*|pf::powerwait:/sbin/shutdown -h -P now|' /etc/inittab
  local script
  for script in umountroot umountfs hwclock.sh; do update-rc.d -f "$script" remove; done
}
