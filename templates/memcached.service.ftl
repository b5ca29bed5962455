[#-- The complete file /etc/systemd/system/memcached.service.d/sessionctl.conf. --]
# Written by sessionctl. At boot memcached waits, a minute at most, until the droplet holds its private address:
# started earlier, it could not listen there.
[Unit]
Wants=network-online.target
After=network-online.target

[Service]
ExecStartPre=/bin/sh -c 'n=0; until grep -A1 -e "|-- [=private_ip?replace(".", "[.]")]$$" /proc/net/fib_trie | grep -q "host LOCAL" || [ $$n -ge 300 ]; do n=$$((n + 1)); sleep 0.2; done'
[#if guarded]
# PHP reaches memcached only when it holds what its peers hold. With all privileges (+), because the guard changes the
# packet filter. If filling fails, the port stays fenced and memcached runs on (-).
ExecStartPre=+/usr/bin/perl /usr/local/lib/sessionctl/guard close
ExecStartPost=-+/usr/bin/perl /usr/local/lib/sessionctl/guard join
ExecStop=-+/usr/bin/perl /usr/local/lib/sessionctl/guard drain
TimeoutStartSec=20min
# systemd waits for the file that PIDFile= names once there is an ExecStartPost, also where this memcached writes none. It
# knows the process without the file. A drop-in that is read after this one may name a file again: it is written here,
# with root's rights only where the folder is root's alone; elsewhere its owner, or the service's user, could put a link there.
PIDFile=
ExecStartPost=-+/usr/bin/perl -l -MFcntl -MPOSIX=setgid,setuid -e ' \
umask 022; \
my ($$file) = `systemctl show -p PIDFile $$ARGV[0]` =~ m{^PIDFile=(?:/var(?=/run/))?(/.+)} or exit; \
my $$pid = $$ENV{MAINPID} or exit; \
my $$at = ""; \
for ($$file =~ m{[^/]+(?=/)}g) { \
    mkdir($$at .= "/$$_"); \
    my @is = lstat $$at or exit 1; \
    next if -d _ and !$$is[4] and ($$is[2] & 01000 or !($$is[2] & 022)); \
    my $$user = $$is[4] || (stat "/proc/$$pid")[4] or exit 1; \
    my $$group = (getpwuid $$user)[3] || 65534; \
    $$) = "$$group $$group"; \
    setgid($$group); \
    setuid($$user); \
    $$< == $$user and $$> == $$user or exit 1; \
    last; \
} \
sysopen(OLD, $$file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) and -f OLD and <OLD> == $$pid and exit; \
unlink $$file; \
sysopen(NEW, $$file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0644) and print NEW $$pid or exit 1; \
' %n
# Longer than a stop waits for its turn, where all droplets reboot in the same minute.
TimeoutStopSec=6min
[/#if]
