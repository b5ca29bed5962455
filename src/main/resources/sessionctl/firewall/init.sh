#!/bin/sh
### BEGIN INIT INFO
# Provides:          sessionctl-firewall
# Required-Start:    $local_fs
# Required-Stop:
# Should-Start:      netfilter-persistent iptables-persistent nftables ufw firewalld procps
# Should-Stop:
# X-Start-Before:    memcached
# Default-Start:     S
# Default-Stop:
# Short-Description: sessionctl's firewall chains
# Description:       Written by sessionctl: its own firewall chains are there before memcached listens.
### END INIT INFO
PATH=/usr/sbin:/usr/bin:/sbin:/bin
load=/var/lib/sessionctl/firewall/load.sh
case ${1:-} in
    start | restart | reload | force-reload)
        loaded=no
        for try in 1 2 3; do
            if sh "$load"; then loaded=yes; break; fi
            [ $try = 3 ] || sleep 1
        done
        # The watch process also loads the chains if these attempts have failed.
        setsid sh "$load" watch </dev/null >/dev/null 2>&1 &
        [ $loaded = no ] || exit 0
        echo "sessionctl-firewall: the firewall chains could not be loaded; run: sh $load" >&2
        [ "$1" = start ] || exit 1
        ;;
    status) iptables -C INPUT -j SESSIONCTL 2>/dev/null || exit 3 ;;
    stop) ;; # the rules stay, so that there is no moment without them
    *)
        echo "usage: $0 start|restart|reload|force-reload|status|stop" >&2
        exit 2
        ;;
esac
exit 0
