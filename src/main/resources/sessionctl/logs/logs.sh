# Prints the last log lines of memcached, its guard, the web server and the rules, and changes nothing. Arguments: the
# age of the oldest line in seconds, the number of lines, and the program that reads log files.
# The form is that of facts.sh: the section "journal" has a JSON object a line (journalctl(1), -o json), the section
# "files" has lines of time, source and text, with tabs between them.
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
say() { printf '%s %s\n%s\n' "$1" "${#2}" "$2"; }
logs() {
    if [ -d /run/systemd/system ]; then
        # The option came with systemd 236.
        fields=--output-fields=MESSAGE,UNIT,_SYSTEMD_UNIT
        journalctl -q -n 0 "$fields" || fields=
        # shellcheck disable=SC2086 # it may be no word
        say journal "$(journalctl -q --no-pager -o json $fields -n "$2" --since="-$1s" -u memcached.service -u apache2.service \
            -u nginx.service -u 'php*-fpm.service' -u 'sessionctl-*.service')"
    else
        say files "$(perl -e "$3" "$1" "$2" /var/log/memcached.log /var/log/apache2/error.log /var/log/nginx/error.log \
            /var/log/php*-fpm.log /var/log/syslog)"
    fi
    say end ''
}
logs "$@" 2>/dev/null | gzip -1
