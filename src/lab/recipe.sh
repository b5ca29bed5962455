# The recipe of the image: the packages of a droplet, and those that it can install. The image's path contains this
# file's digest, so a change here makes a new image and leaves running labs on the old one.
# shellcheck shell=bash disable=SC2034

# The packages of a new droplet: no PHP, no web server and no memcached.
IMAGE_PACKAGES=(
  systemd systemd-sysv dbus libpam-systemd openssh-server sudo iproute2 iptables perl-base procps ca-certificates
  curl netbase iputils-ping)

# The packages that apt-get finds on it. Each entry is resolved alone, with recommended packages, because some conflict.
POOL_PACKAGES=(
  apache2 php libapache2-mod-php php-fpm php-cli memcached iptables-persistent ipset nftables ufw fail2ban
  'apache2 php libapache2-mod-php php-memcache php-memcached memcached' 'apache2 php-fpm php-memcache memcached')

# More packages that apt-get finds if the mirror has them: old releases lack some.
POOL_EXTRAS=(
  php-memcache php-memcached nginx libmemcached-tools rsyslog cron netcat-openbsd tcpdump strace python3 python3-apt apt-utils
  default-jre-headless)

# Units without a use in a lab: consoles, and timers that need the Internet.
MASKED_UNITS=(
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
  console-getty.service getty@tty1.service getty-static.service)

# Runs inside the unpacked image, with the pool at /srv/apt and without a network.
finish_image() {
  rm -f /etc/ssh/ssh_host_* /etc/apt/apt.conf.d/99mmdebstrap /etc/hostname /etc/resolv.conf
  rm -rf /etc/apt/sources.list.d/* /var/lib/apt/lists/* /var/cache/apt/*.bin
  echo 'deb [trusted=yes] file:/srv/apt ./' >/etc/apt/sources.list
  local unit
  for unit in "${MASKED_UNITS[@]}"; do ln -sf /dev/null "/etc/systemd/system/$unit"; done
  mkdir -p /root/.ssh /var/log/journal
  chmod 700 /root/.ssh
  : >/etc/machine-id
  : >/etc/resolv.conf
  apt-get -qq update
}
