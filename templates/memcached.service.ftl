[#-- /etc/systemd/system/memcached.service.d/sessionctl.conf, whole. --]
# Written by sessionctl. At boot memcached waits, a minute at most, until the droplet holds its private address:
# started earlier, it could not listen there.
[Unit]
Wants=network-online.target
After=network-online.target

[Service]
ExecStartPre=/bin/sh -c 'n=0; until grep -A1 -e "|-- [=private_ip?replace(".", "[.]")]$$" /proc/net/fib_trie | grep -q "host LOCAL" || [ $$n -ge 300 ]; do n=$$((n + 1)); sleep 0.2; done'
[#if guarded]
# Whatever starts it: PHP reaches it only when it holds what its peers hold. With all privileges (+), since it is the
# packet filter that keeps PHP away; where filling fails the port stays shut and memcached runs on (-).
ExecStartPre=+/usr/bin/perl /usr/local/lib/sessionctl/guard close
ExecStartPost=-+/usr/bin/perl /usr/local/lib/sessionctl/guard join
ExecStop=-+/usr/bin/perl /usr/local/lib/sessionctl/guard drain
TimeoutStartSec=20min
# systemd waits for the file that PIDFile= names once there is an ExecStartPost, also where this memcached writes none. It
# knows the process without the file. A drop-in that is read after this one may name a file again: it is written here.
PIDFile=
ExecStartPost=-+/bin/sh -c 'f=$$(systemctl show -p PIDFile %n); f=$${f#PIDFile=}; [ -z "$$f" ] || [ -z "$$MAINPID" ] || [ "$$(cat "$$f" 2>/dev/null)" = "$$MAINPID" ] || { mkdir -p "$${f%%/*}"; rm -f "$$f"; set -C; echo "$$MAINPID" >"$$f"; }'
# Longer than a stop waits for its turn, where all droplets reboot in the same minute.
TimeoutStopSec=6min
[/#if]
