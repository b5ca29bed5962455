# Prints what sessionctl has installed on this droplet, and the originals of the files that it has changed, and changes
# nothing. The form is that of facts.sh, and so are the functions. The lease and the locks of a run do not count.
installation() {
    for f in /etc/memcached.conf \
        /etc/php/*/apache2/php.ini /etc/php/*/fpm/php.ini /etc/php/*/mods-available/memcache.ini \
        /etc/php5/apache2/php.ini /etc/php5/fpm/php.ini /etc/php5/mods-available/memcache.ini; do
        [ -f "$f" ] && [ -f "/var/lib/sessionctl/original$f" ] || continue
        stat -L -c 'file %s %a %U:%G %n' "/var/lib/sessionctl/original$f"
        cat "/var/lib/sessionctl/original$f"
        echo
    done
    parts=
    for f in /etc/systemd/system/sessionctl-sentinel.service /etc/systemd/system/memcached.service.d/sessionctl.conf \
        /usr/local/lib/sessionctl /run/sessionctl/guard; do
        # shellcheck disable=SC2154 # a newline, facts.sh
        [ ! -e "$f" ] || parts="$parts$f$nl"
    done
    say guard-parts "$parts"
    parts=
    for f in /etc/sessionctl /var/lib/sessionctl /run/sessionctl/* /etc/systemd/system/sessionctl-*.service \
        /etc/init.d/sessionctl-*; do
        case $f in *.lock | */lease | */lease.new | /run/sessionctl/guard | */sessionctl-sentinel.service) continue ;; esac
        [ ! -e "$f" ] || parts="$parts$f$nl"
    done
    # iptables before 1.6.0 does not know the option to wait.
    rules=$(iptables -w 5 -S) || rules=$(iptables -S)
    for chain in SESSIONCTL-GATE SESSIONCTL-AWAY SESSIONCTL-SILENT; do
        ! printf '%s\n' "$rules" | grep -qx -e "-N $chain" || parts="${parts}chain $chain$nl"
    done
    say state-parts "$parts"
}
installation 2>/dev/null | gzip -1
