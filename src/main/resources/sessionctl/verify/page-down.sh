# Takes the probe page away, and its sessions out of this droplet's memcached.
# Arguments: the page's name, the address and port of memcached. Standard input: the sessions' ids, a line each.
# Exit: 0 done; 1 a file is still there, its name is said.
set -u
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
list=/run/sessionctl/probe/$1
code=0
if [ -e "$list" ]; then
    while read -r file; do
        rm -f "$file" && [ ! -e "$file" ] || { printf '%s\n' "$file"; code=1; }
    done <"$list"
fi
if [ $code = 0 ]; then
    rm -f "$list"
    if [ -d /run/systemd/system ]; then systemctl stop "sessionctl-probe-${1%.php}.timer" 2>/dev/null; fi
fi
perl -MSocket -e '
alarm 5; my ($host, $port) = @ARGV; my @keys = map { chomp; ($_, "$_.lock") } <STDIN>; @keys or exit;
socket(my $s, PF_INET, SOCK_STREAM, 0) or exit;
bind($s, sockaddr_in(0, INADDR_LOOPBACK)) and connect($s, sockaddr_in($port, inet_aton($host))) or exit;
for (@keys) { syswrite($s, "delete $_\r\n"); defined <$s> or exit }' "$2" "$3"
exit $code
