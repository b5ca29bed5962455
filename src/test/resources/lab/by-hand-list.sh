# What the tutorial types where the list of servers changes. $1: the list; $2: session_redundancy, servers plus one.
set -e
sed -i '/^session.save_path/d; s|^\(session.save_handler =.*\)|\1\nsession.save_path="'"$1"'"|' /etc/php/*/apache2/php.ini
for ini in /etc/php/*/mods-available/memcache.ini; do
    sed -i '/^memcache.\(allow_failover\|session_redundancy\|max_failover_attempts\)=/d' "$ini"
    printf 'memcache.allow_failover=1\nmemcache.session_redundancy=%s\nmemcache.max_failover_attempts=500\n' "$2" >>"$ini"
done
service apache2 reload
