# Prints health metrics of this droplet; follows facts.sh and firewall/facts.sh in one script, which sets $began first.
# Arguments: the private address, memcached's port, the seconds that a session may be locked, all servers' addresses.
# It writes and deletes one temporary key on every server, and changes nothing else. The key ends like that of a lock,
# so that no guard copies it.
vitals() {
    own=$1 port=$2 patience=$3
    shift 3
    say uptime "$(cat /proc/uptime)"
    cache "$own" "$port" "$patience"
    # PHP would wait one second for an answer. Linux's select(2) reports how much of that second is unused.
    # shellcheck disable=SC2016 # perl's own
    say trips "$(perl -MSocket -MIO::Handle -MErrno=EINPROGRESS -e '
        use strict; my ($port, @servers) = @ARGV; my $key = "sessionctl-$$-" . time . ".lock"; $| = 1; $SIG{PIPE} = "IGNORE";
        sub trip {
            my ($server, $left) = @_;
            socket(my $s, PF_INET, SOCK_STREAM, 0) or return "strange"; $s->blocking(0);
            my $ready = sub { vec(my $bits = "", fileno $s, 1) = 1;
                (my $found, $$left) = $_[0] ? select(undef, $bits, undef, $$left) : select($bits, undef, undef, $$left); $found };
            if (!connect($s, sockaddr_in($port, inet_aton($server)))) {
                return "refused" if $! != EINPROGRESS; $ready->(1) or return "silent";
                return "refused" if unpack "i", getsockopt($s, SOL_SOCKET, SO_ERROR);
            }
            for (["set $key 0 10 1\r\n0", "STORED\r\n"], ["get $key", "VALUE $key 0 1\r\n0\r\nEND\r\n"], ["delete $key", "DELETED\r\n"]) {
                my ($words, $expected, $in) = (@$_, ""); syswrite $s, "$words\r\n";
                while (length $in < length $expected) {
                    $ready->(0) or return "silent"; sysread $s, $in, 4096, length $in or return "refused" }
                return "strange" if $in ne $expected;
            }
            return "ok";
        }
        for (@servers) { my $left = 1; my $word = trip($_, \$left); printf "%s %s %.3f\n", $_, $word, 1000 * (1 - $left) }' "$port" "$@")"
    guard=/usr/local/lib/sessionctl/guard
    [ ! -e "$guard" ] || say sentinel "$(timeout 5 perl "$guard" status </dev/null | head -c 65536)"
    # shellcheck disable=SC2154 # set by the script before this one
    say clock "$began $(date +%s%N)"
    say end ''
}
vitals "$@" 2>/dev/null | gzip -1
