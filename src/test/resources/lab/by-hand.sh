# The tutorial, typed by hand. $1: the droplet's private address.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq -y install apache2 php libapache2-mod-php >/dev/null
apt-get -qq -y install php-memcache memcached >/dev/null
# Debian 13 listens at ::1 too.
sed -i -e "s/^-l 127.0.0.1$/-l $1/" -e '/^-l ::1$/d' /etc/memcached.conf
service memcached restart
sed -i 's/^session.save_handler =.*/session.save_handler = memcache/' /etc/php/*/apache2/php.ini
# As many processes as the traffic of a test keeps busy, and no more: each of them makes a reload take longer.
printf 'StartServers 8\nMinSpareServers 8\nMaxSpareServers 16\n' >/etc/apache2/conf-enabled/awake.conf
service apache2 restart
