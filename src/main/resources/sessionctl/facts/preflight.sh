# Says what would stop a run on this droplet or get in its way; comes behind facts.sh in one script, which has begun with
# $began. It changes nothing.
# Settings of PHP's sessions outside of the files that are ours: of other files of PHP, of pools, of Apache, and of the
# sites themselves.
settings() {
    name='(session\.(save_handler|save_path|gc_maxlifetime)|memcache\.[a-z_]+)'
    for f in /etc/php/*/apache2/conf.d/*.ini /etc/php/*/fpm/conf.d/*.ini /etc/php5/*/conf.d/*.ini; do
        case $f in *-memcache.ini | */cli/*) continue ;; esac
        [ -f "$f" ] && grep -HnE "^[[:space:]]*$name[[:space:]]*=" "$f"
    done
    # A pool's own, php_value[NAME] = VALUE; Apache's own, php_value NAME VALUE.
    grep -HnE "^[[:space:]]*php(_admin)?_(value|flag)\[$name\]" /etc/php/*/fpm/pool.d/*.conf /etc/php5/fpm/pool.d/*.conf
    grep -RHnE "^[[:space:]]*php(_admin)?_(value|flag)[[:space:]]+\"?$name" /etc/apache2/apache2.conf /etc/apache2/conf-enabled \
        /etc/apache2/sites-enabled
    roots=$(sed -nE 's/^[[:space:]]*DocumentRoot[[:space:]]+"?([^"]*[^"[:space:]])"?[[:space:]]*$/\1/p' /etc/apache2/sites-enabled/*)
    printf '%s\n' /var/www "$roots" | sort -u | while read -r root; do
        [ -d "$root" ] || continue
        find "$root" -maxdepth 6 \( -name .htaccess -o -name .user.ini \) -type f \
            -exec grep -HnE "^[[:space:]]*(php(_admin)?_(value|flag)[[:space:]]+\"?)?$name" {} +
    done
}
preflight() {
    say memory "$(cat /proc/meminfo)"
    # shellcheck disable=SC2046 # words are wanted
    set -- $(df -Pk /var | tail -n 1)
    say disk "$4"
    say listening "$(ss -Hlntp)"
    # Where systemd itself listens, for whom.
    say sockets "$(systemctl show --no-pager -p Id -p Listen '*.socket')"
    if grep -qixE '[[:space:]]*ENABLED=yes[[:space:]]*' /etc/ufw/ufw.conf; then say ufw yes; else say ufw no; fi
    if systemctl is-active -q firewalld; then say firewalld yes; else say firewalld no; fi
    say settings "$(settings | sort -u | head -n 50)"
    say clock "$began $(date +%s%N)"
    say end ''
}
preflight 2>/dev/null | gzip -1
