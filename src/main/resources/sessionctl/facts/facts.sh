# Prints all facts that a plan needs of this droplet, and changes nothing.
# A section is "name length", a newline, that many bytes, a newline. A file is the same with the head
# "file length mode owner:group path".
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
nl='
'
say() { printf '%s %s\n%s\n' "$1" "${#2}" "$2"; }

has() { printf '%s\n' "$packages" | grep -qE "^.i  ($1) "; }

facts() {
    say os "$(cat /etc/os-release)"
    if [ -d /run/systemd/system ]; then init=systemd; else init=other; fi
    say init "$init"
    packages=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n')
    say packages "$packages"
    set -- /var/lib/dpkg/updates/[0-9]*
    if [ -e "$1" ]; then say interrupted yes; else say interrupted no; fi
    # What apt offers matters if PHP or memcached is not installed: PHP's release, and if that memcached can be guarded.
    if ! has 'libapache2-mod-php[0-9.]+|php[0-9.]+-fpm' || ! has memcached; then
        say offers "$(apt-cache --no-all-versions show libapache2-mod-php php-fpm php-memcache memcached |
            grep -E '^(Package|Version|Depends): ')"
    fi
    say addresses "$(ip -o addr show)"

    names="apache2 php5-fpm"
    for f in /etc/php/*/fpm/php.ini; do
        f=${f#/etc/php/}
        [ "$f" = '*/fpm/php.ini' ] || names="$names php${f%%/*}-fpm"
    done
    # An administrator may have masked the unit of a package that is not installed yet.
    for f in /etc/systemd/system/php*-fpm.service /run/systemd/system/php*-fpm.service; do
        f=${f##*/}
        case " $names $f" in *\**) ;; *" ${f%.service} "*) ;; *) names="$names ${f%.service}" ;; esac
    done
    # memcached is the last one, so its process is the last one in the list.
    names="$names sessionctl-firewall sessionctl-sentinel memcached"
    # shellcheck disable=SC2046,SC2086 # the names are words
    if [ $init = systemd ]; then
        services=$(systemctl show -p Id -p ActiveState -p SubState -p UnitFileState -p ControlPID -p MainPID $(printf '%s.service ' $names))
        pid=${services##*MainPID=}
        pid=${pid%%"$nl"*}
    else
        services=
        for s in $names; do
            if [ -e "/etc/init.d/$s" ] || [ -e "/etc/init/$s.conf" ]; then
                active=inactive
                if [ -e "/etc/init/$s.conf" ] && command -v initctl >/dev/null; then
                    initctl status "$s" | grep -q ' start/running' && active=active
                else
                    service "$s" status >/dev/null 2>&1 && active=active
                fi
                set -- /etc/rc2.d/S*"$s" "/etc/init/$s.conf"
                if [ -e "$1" ] || [ -e "$2" ]; then enabled=enabled; else enabled=disabled; fi
                services="${services}Id=$s.service${nl}ActiveState=$active${nl}UnitFileState=$enabled$nl$nl"
            fi
        done
        pid=$(pidof -s memcached) || pid=0
    fi
    say services "$services"
    # Lines that decide how memcached starts, apart from the distribution's unit and memcached.conf. The first unit file
    # counts, and all parts of it.
    for f in /etc/systemd/system/memcached.service /run/systemd/system/memcached.service; do
        [ ! -s "$f" ] || break
    done
    [ $init = systemd ] || f=/etc/default/memcached
    say starts "$(grep -HnE '^[[:space:]]*(ExecStart|ENABLE_MEMCACHED)[[:space:]]*=' "$f" \
        /etc/systemd/system/memcached.service.d/*.conf /run/systemd/system/memcached.service.d/*.conf)"
    # Free kilobytes, all inodes, free inodes and the mount point; folders that are on a read-only file system.
    say room "$(df -k --output=avail,itotal,iavail,target /etc /usr /var /var/lib /var/log /var/cache/apt/archives /run /tmp
        for f in /etc /usr /var/lib /var/log /run; do [ -w "$f" ] || echo "readonly - $f"; done)"
    if [ "${pid:-0}" != 0 ]; then
        say memcached "$(tr '\0' '\n' <"/proc/$pid/cmdline")"
        # At the address and port of its own command line.
        # shellcheck disable=SC2016,SC2154 # perl's own; command/memcached.sh
        say stats "$(perl -e "$memcached"'
            alarm 2; open my $f, "<", "/proc/$ARGV[0]/cmdline" or exit; my ($host, $port) = ("127.0.0.1", 11211);
            my @words = split /\0/, join "", <$f>;
            for (0 .. $#words) { $host = $1 if "$words[$_] @words[$_ + 1 .. $_ + 1]" =~ /^(?:-l|--listen)[ =]?(\d+(?:[.]\d+){3})/;
                $port = $1 if "$words[$_] @words[$_ + 1 .. $_ + 1]" =~ /^(?:-p|--port)[ =]?(\d+)/ }
            $host = "127.0.0.1" if $host eq "0.0.0.0";
            reach($host, $port) or exit;
            my $stats = stats() or exit;
            for (qw(bytes limit_maxbytes curr_items evictions)) { print "$_ $1\n" if ($stats->{$_} // "") =~ /^(\d{1,18})\z/ }' "$pid")"
    fi
    rules=$(iptables -w 5 -S)
    code=$?
    # 2: iptables before 1.6.0 does not know the option to wait (iptables/xtables.h, PARAMETER_PROBLEM).
    if [ $code = 2 ]; then
        rules=$(iptables -S)
        code=$?
    fi
    # 4: another program holds its lock (iptables/xtables.h, RESOURCE_PROBLEM).
    if [ $code = 0 ] || [ $code = 4 ]; then
        tables=yes
    elif iptables-nft -w 5 -S >/dev/null; then
        tables=legacy # the selected alternative needs features that this kernel lacks
    else
        tables=no
    fi
    say tables $tables
    # If iptables failed, the rules are unknown; without iptables there are none.
    if [ $code = 0 ] || [ $tables = no ]; then
        say input "$(printf '%s\n' "$rules" | sed -n -e 's/^-P INPUT /:INPUT /p' -e 's/^-N SESSIONCTL$/:SESSIONCTL -/p' -e '/^-A INPUT /p' -e '/^-A SESSIONCTL /p')"
    fi
    say gate "$(printf '%s\n' "$rules" | grep SESSIONCTL-)"
    say away "$(cat /var/lib/sessionctl/guard/away)"
    if [ -e /var/lib/sessionctl/guard/hold ]; then say held yes; else say held no; fi
    say guard "$(cat /run/sessionctl/guard/state)"

    links=
    for l in /etc/apache2/mods-enabled/*.load /etc/apache2/conf-enabled/php*-fpm.conf \
        /etc/php/*/*/conf.d/*-memcache.ini /etc/php5/*/conf.d/*-memcache.ini; do
        [ -e "$l" ] && links="$links$l$nl"
    done
    say links "$links"
    owed=
    for o in /var/lib/sessionctl/owed/*; do
        [ -e "$o" ] && owed="$owed${o##*/}$nl"
    done
    say owed "$owed"

    # One process for all files: a process for each of them takes three times as long.
    # shellcheck disable=SC2016 # perl's own
    perl -e '
        for my $path (@ARGV) {
            next if !-f $path || !open my $file, "<", $path;
            local $/; my $text = <$file> // "";
            my (undef, undef, $mode, undef, $user, $group) = stat $file;
            ($user, $group) = (getpwuid($user) // "UNKNOWN", getgrgid($group) // "UNKNOWN");
            printf "file %d %o %s:%s %s\n%s\n", length $text, $mode & 07777, $user, $group, $path, $text;
        }' /etc/memcached.conf /etc/systemd/system/memcached.service.d/sessionctl.conf /usr/local/lib/sessionctl/guard \
        /etc/sessionctl/guard.conf /etc/systemd/system/sessionctl-sentinel.service \
        /etc/php/*/apache2/php.ini /etc/php/*/fpm/php.ini /etc/php/*/mods-available/memcache.ini \
        /etc/php5/apache2/php.ini /etc/php5/fpm/php.ini /etc/php5/mods-available/memcache.ini
    say end ''
}
facts 2>/dev/null | gzip -1
