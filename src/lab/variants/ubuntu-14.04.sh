# Stands in for Ubuntu 14.04, for which no mirror is available: its names and its layout of files around Debian 11's
# programs. Like 14.04: no systemd; packages php5, libapache2-mod-php5, php5-fpm, php5-cli, php5-mcrypt, php5-memcache
# and their files below /etc/php5, which PHP really reads; php5enmod; update-rc.d and boot links with numbers instead of
# dependencies; php5-fpm as a job of upstart, with an initctl that answers for it; iptables without the option that
# waits. Unlike 14.04: the programs themselves (PHP 5.5, php5-memcache 3.0.8, memcached 1.4.14, OpenSSH 6.6, iptables
# 1.4.21, coreutils 8.21) and upstart as init, which sysvinit replaces.
# shellcheck shell=bash disable=SC2034

STOP_SIGNAL=PWR
MASKED_UNITS=()
IMAGE_PACKAGES=(
  sysvinit-core sysv-rc initscripts openssh-server sudo iproute2 iptables perl-base procps ca-certificates
  curl netbase iputils-ping)
POOL_PACKAGES=(
  apache2 memcached 'apache2 libapache2-mod-php php-cli php-memcache memcached' 'apache2 php-fpm memcached')
POOL_EXTRAS=(ifupdown iptables-persistent libmemcached-tools nginx)

PHP5=5.5.9+dfsg-1ubuntu4.29
PHP5_MEMCACHE=3.0.8-4build1
# The same folder as /etc/php5, written as long as the path that is compiled into the programs.
PHP5_FOLDER=/etc////php5

# Makes the php5 packages from Debian's, and removes those from the pool, because 14.04 has only php5.
pool_variant() {
  local work
  work=$(mktemp -d)
  php5_unpack "$work"
  php5_common "$work"
  php5_sapis "$work"
  php5_modules "$work"
  rm -f php*.deb libapache2-mod-php*.deb
  local package
  for package in "$work"/php5* "$work"/libapache2-mod-php5; do
    dpkg-deb --root-owner-group --build "$package" . >/dev/null
  done
  rm -rf "$work"
}

# Unpacks Debian's packages, with the folder of the ini files changed in every program and every text.
php5_unpack() {
  local deb name from
  mkdir -p "$1/from"
  from=$(basename "$(ls -d php7.*-common_*.deb)" | sed 's/-common_.*//; s/^php//')
  for deb in php"$from"-*.deb php-memcache_*.deb libapache2-mod-php"$from"_*.deb; do
    name=${deb%%_*}
    dpkg-deb --raw-extract "$deb" "$1/from/${name/$from/}"
  done
  find "$1/from" -type f \( -path '*/bin/*' -o -path '*/sbin/*' -o -name 'libphp*.so' \) \
    -exec perl -pi -e "s#/etc/php/\Q$from\E#$PHP5_FOLDER#g" {} +
  find "$1/from" -type f ! -path '*/bin/*' ! -path '*/sbin/*' ! -name '*.so' -exec \
    perl -pi -e "s#/etc/php/\Q$from\E#/etc/php5#g; s#/run/php/php\Q$from\E-fpm#/run/php5-fpm#g;
      s#php-fpm\Q$from\E#php5-fpm#g; s#php\Q$from\E#php5#g" {} +
}

# php5_control FOLDER NAME VERSION DEPENDS FROM...: writes the control file, with the dependencies of Debian's packages.
php5_control() {
  local folder=$1 name=$2 version=$3 depends=$4 libraries
  shift 4
  libraries=$(cat /dev/null "${@/%//DEBIAN/control}" | sed -n 's/^Depends: //p' | tr ',' '\n' | sed -e 's/^ *//' -e '/^php/d' | sort -u | paste -sd,)
  mkdir -p "$folder/DEBIAN"
  cat >"$folder/DEBIAN/control" <<END
Package: $name
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: The lab <root@localhost>
Depends: $depends${libraries:+${depends:+, }$libraries}
Description: stand-in for the package of Ubuntu 14.04
END
  if [[ -d $folder/etc ]]; then (cd "$folder" && find etc -type f -printf '/%p\n') >"$folder/DEBIAN/conffiles"; fi
}

# php5_script FOLDER: writes the package's postinst from standard input.
php5_script() {
  { printf '#!/bin/sh\nset -e\n[ "$1" = configure ] || exit 0\n'; cat; } >"$1/DEBIAN/postinst"
  chmod 755 "$1/DEBIAN/postinst"
}

php5_common() {
  local to=$1/php5-common from=$1/from part
  mkdir -p "$to"/{usr/lib,usr/share/php5,usr/sbin,etc/php5/mods-available,var/lib/php5/modules}
  for part in common json opcache readline; do
    cp -a "$from/php-$part/usr/lib/php" "$to/usr/lib/"
    cp "$from/php-$part"/usr/share/php*/*/*.ini "$to/etc/php5/mods-available/"
  done
  mv "$to"/usr/lib/php/*/php.ini-* "$to/usr/share/php5/"
  # Like 14.04's: a link for each installed SAPI, none if there is no such module; -s names one SAPI.
  cat >"$to/usr/sbin/php5enmod" <<'END'
#!/bin/sh
sapis='apache2 cli fpm' state=0
if [ "$1" = -s ]; then [ "$2" = ALL ] || sapis=$2; shift 2; fi
for module in "$@"; do
    ini=/etc/php5/mods-available/$module.ini
    if [ ! -e "$ini" ]; then echo "WARNING: Module $module ini file doesn't exist under /etc/php5/mods-available" >&2; state=1; continue; fi
    priority=$(sed -n 's/^; *priority=\([0-9]*\).*/\1/p' "$ini")
    : >"/var/lib/php5/modules/$module"
    for sapi in $sapis; do
        link=/etc/php5/$sapi/conf.d/${priority:-20}-$module.ini
        case $0 in
            *dismod) rm -f "$link" "/var/lib/php5/modules/$module" ;;
            *) [ ! -d "/etc/php5/$sapi/conf.d" ] || ln -sf "../../mods-available/$module.ini" "$link" ;;
        esac
    done
done
exit $state
END
  chmod 755 "$to/usr/sbin/php5enmod"
  ln -s php5enmod "$to/usr/sbin/php5dismod"
  php5_control "$to" php5-common "$PHP5" '' "$from"/php-{common,json,opcache,readline}
  php5_script "$to" <<'END'
mkdir -p /var/lib/php/sessions
chmod 1733 /var/lib/php/sessions
for ini in $(grep -lE '^(zend_)?extension=' /etc/php5/mods-available/*.ini); do php5enmod "$(basename "$ini" .ini)"; done
END
}

# php5_sapi FOLDER SAPI INI: makes the folder of a SAPI; its postinst adds php.ini and enables the modules that are on.
php5_sapi() {
  mkdir -p "$1/etc/php5/$2/conf.d"
  php5_script "$1" <<END
[ -e /etc/php5/$2/php.ini ] || cp /usr/share/php5/$3 /etc/php5/$2/php.ini
for module in \$(ls /var/lib/php5/modules); do php5enmod -s $2 \$module; done
END
}

php5_sapis() {
  local from=$1/from to
  to=$1/php5-cli
  mkdir -p "$to/usr/bin"
  cp "$from"/php-cli/usr/bin/php[0-9].[0-9] "$to/usr/bin/php5"
  php5_control "$to" php5-cli "$PHP5" "php5-common (= $PHP5)" "$from/php-cli"
  php5_sapi "$to" cli php.ini-production.cli
  echo 'update-alternatives --quiet --install /usr/bin/php php /usr/bin/php5 50' >>"$to/DEBIAN/postinst"

  to=$1/libapache2-mod-php5
  mkdir -p "$to"/{usr/lib/apache2/modules,etc/apache2/mods-available}
  cp "$from"/libapache2-mod-php/usr/lib/apache2/modules/libphp*.so "$to/usr/lib/apache2/modules/libphp5.so"
  cp "$from"/libapache2-mod-php/etc/apache2/mods-available/php*.load "$to/etc/apache2/mods-available/php5.load"
  cp "$from"/libapache2-mod-php/etc/apache2/mods-available/php*.conf "$to/etc/apache2/mods-available/php5.conf"
  php5_control "$to" libapache2-mod-php5 "$PHP5" "php5-common (= $PHP5), php5-cli, apache2" "$from/libapache2-mod-php"
  php5_sapi "$to" apache2 php.ini-production
  cat >>"$to/DEBIAN/postinst" <<'END'
. /usr/share/apache2/apache2-maintscript-helper
case $(a2query -M) in prefork | itk) ;; *) apache2_switch_mpm prefork ;; esac
apache2_invoke enmod php5
END

  to=$1/php5-fpm
  mkdir -p "$to"/{usr/sbin,etc/init,etc/init.d,etc/php5/fpm}
  cp "$from"/php-fpm/usr/sbin/php-fpm* "$to/usr/sbin/php5-fpm"
  cp "$from"/php-fpm/etc/init.d/php*-fpm "$to/etc/init.d/php5-fpm"
  cp -r "$from"/php-fpm/etc/php/*/fpm/* "$to/etc/php5/fpm/"
  # The job of upstart. The lab's initctl answers for it with the status of the init script of the same name.
  printf '# php5-fpm\ndescription "The PHP FastCGI Process Manager"\nstart on runlevel [2345]\nstop on runlevel [016]\nrespawn\nexec /usr/sbin/php5-fpm --nodaemonize --fpm-config /etc/php5/fpm/php-fpm.conf\nreload signal USR2\n' >"$to/etc/init/php5-fpm.conf"
  php5_control "$to" php5-fpm "$PHP5" "php5-common (= $PHP5), php5-cli" "$from/php-fpm"
  php5_sapi "$to" fpm php.ini-production
  printf 'update-rc.d php5-fpm defaults >/dev/null\ninvoke-rc.d php5-fpm start || true\n' >>"$to/DEBIAN/postinst"
}

php5_modules() {
  local from=$1/from to=$1/php5-memcache name
  mkdir -p "$to/usr/lib" "$to/etc/php5/mods-available"
  cp -a "$from/php-memcache/usr/lib/php" "$to/usr/lib/"
  printf '; uncomment the next line to enable the module\nextension=memcache.so\n\n[memcache]\nmemcache.dbpath="/var/lib/memcache"\n' >"$to/etc/php5/mods-available/memcache.ini"
  php5_control "$to" php5-memcache "$PHP5_MEMCACHE" php5-common "$from/php-memcache"
  printf 'php5enmod memcache\nif [ -e /etc/init.d/apache2 ] && [ -e /etc/apache2/mods-enabled/php5.load ]; then invoke-rc.d apache2 restart || true; fi\n' | php5_script "$to"

  # As in 14.04 the module is not enabled. The package contains no module: Debian's PHP has no mcrypt any more.
  to=$1/php5-mcrypt
  mkdir -p "$to/etc/php5/mods-available"
  echo '; configuration for php MCrypt module' >"$to/etc/php5/mods-available/mcrypt.ini"
  php5_control "$to" php5-mcrypt 5.4.6-0ubuntu5 php5-common

  to=$1/php5
  mkdir -p "$to"
  php5_control "$to" php5 "$PHP5" "libapache2-mod-php5 | php5-fpm, php5-common (= $PHP5)"
}

finish_variant() {
  cat >/etc/os-release <<'END'
NAME="Ubuntu"
VERSION="14.04.6 LTS, Trusty Tahr"
ID=ubuntu
ID_LIKE=debian
PRETTY_NAME="Ubuntu 14.04.6 LTS"
VERSION_ID="14.04"
HOME_URL="http://www.ubuntu.com/"
SUPPORT_URL="http://help.ubuntu.com/"
BUG_REPORT_URL="http://bugs.launchpad.net/ubuntu/"
END
  sed -i -e '/getty/d' -e 's|^pf::powerwait:.*|pf::powerwait:/sbin/shutdown -h -P now|' /etc/inittab
  local script program
  for script in umountroot umountfs hwclock.sh; do update-rc.d -f "$script" remove; done
  # Boot links with numbers, started in their order, as in sysv-rc of 14.04.
  : >/etc/init.d/.legacy-bootordering
  rm -f /etc/init.d/.depend.*
  dpkg-divert --quiet --local --rename --add /usr/sbin/update-rc.d
  cat >/usr/sbin/update-rc.d <<'END'
#!/usr/bin/perl
# The forms that 14.04 knows: remove, defaults [NN | SS KK], start|stop NN LEVEL... ., enable, disable.
use strict;
my $force = @ARGV && $ARGV[0] eq "-f" ? shift : "";
my ($name, $action, @rest) = @ARGV;
defined $action or die "usage: update-rc.d [-f] <basename> remove|defaults|start|stop|disable|enable\n";
my @links = glob "/etc/rc[0-6S].d/[SK][0-9][0-9]$name";
if ($action eq "remove") {
    die "update-rc.d: /etc/init.d/$name exists during rc.d purge (use -f to force)\n" if -e "/etc/init.d/$name" and !$force;
    unlink @links;
} elsif ($action eq "enable" or $action eq "disable") {
    my ($from, $to) = $action eq "enable" ? ("K", "S") : ("S", "K");
    for (grep { m{/rc[2-5S]\.d/$from} } @links) { (my $new = $_) =~ s{/$from(\d\d)}{sprintf "/$to%02d", 100 - $1}e; rename $_, $new }
} else {
    -e "/etc/init.d/$name" or die "update-rc.d: /etc/init.d/$name: file does not exist\n";
    if (@links) { print " System start/stop links for /etc/init.d/$name already exist.\n"; exit }
    if ($action eq "defaults") { my $start = shift(@rest) // 20; my $stop = shift(@rest) // $start; @rest = ("start", $start, 2 .. 5, ".", "stop", $stop, 0, 1, 6, ".") }
    else { unshift @rest, $action }
    while (defined(my $do = shift @rest)) {
        my $number = shift @rest;
        while (defined(my $level = shift @rest)) { last if $level eq "."; symlink "../init.d/$name", sprintf("/etc/rc%s.d/%s%02d%s", $level, $do eq "start" ? "S" : "K", $number, $name) }
    }
}
END
  # iptables 1.4.21 knows -w only without a number; its iptables-restore takes the word after it for a file.
  for program in iptables ip6tables; do
    rm "/usr/sbin/$program" "/usr/sbin/$program-restore"
    cat >"/usr/sbin/$program" <<END
#!/bin/sh
before=
for word in "\$@"; do
    case \$before\$word in -w[0-9]* | --wait[0-9]* | --wait=*) echo "$program v1.4.21: Bad argument \$word" >&2; exit 2 ;; esac
    before=\$word
done
case \${1:-} in -V | --version) echo '$program v1.4.21'; exit 0 ;; esac
exec /usr/sbin/$program-nft "\$@"
END
    cat >"/usr/sbin/$program-restore" <<END
#!/bin/sh
for word in "\$@"; do
    case \$word in
        -w | --wait*) echo "$program-restore: invalid option -- 'w'" >&2 ;;
        [!-]*) echo "Can't open \$word: No such file or directory" >&2; exit 1 ;;
    esac
done
exec /usr/sbin/$program-nft-restore "\$@"
END
  done
  cat >/sbin/initctl <<'END'
#!/bin/sh
# Answers for the jobs in /etc/init, from what the init scripts of the same names say.
case ${1:-} in
    status)
        [ -e "/etc/init/$2.conf" ] || { echo "initctl: Unknown job: $2" >&2; exit 1; }
        if /etc/init.d/"$2" status >/dev/null 2>&1; then echo "$2 start/running, process $(pidof -s "$2")"; else echo "$2 stop/waiting"; fi
        ;;
    start | stop | restart | reload) exec /etc/init.d/"$2" "$1" ;;
    version | --version) echo 'init (upstart 1.12.1)' ;;
    *) exit 1 ;;
esac
END
  chmod 755 /usr/sbin/update-rc.d /usr/sbin/iptables /usr/sbin/ip6tables /usr/sbin/iptables-restore /usr/sbin/ip6tables-restore /sbin/initctl
}
