# Says how this droplet fares; comes behind facts.sh and firewall/facts.sh in one script, which has begun with $began.
# Arguments: the private address, memcached's port, the seconds that a session may be locked, all servers' addresses.
# It changes nothing but a throw-away key on every server. Its name ends like that of a lock, so that nobody copies it.
vitals() {
    own=$1 port=$2 patience=$3
    shift 3
    say uptime "$(cat /proc/uptime)"
    # It is asked by way of an address that is never shut out. A session's name is as good as a password: only the first
    # letters of it are told, or a checksum.
    # shellcheck disable=SC2016 # perl's own
    say cache "$(perl -MSocket -e '
        use strict; my ($own, $port, $patience) = @ARGV; $| = 1; alarm 10;
        socket(my $s, PF_INET, SOCK_STREAM, 0) or exit;
        bind($s, sockaddr_in(0, INADDR_LOOPBACK)) and connect($s, sockaddr_in($port, inet_aton($own))) or exit;
        sub ask { syswrite $s, "$_[0]\r\n" }
        sub crawls { ask("stats"); my $yes = 0; while (<$s>) { last if !/^STAT /; $yes = 1 if /^STAT lru_crawler_running 1/ } $yes }
        ask("stats");
        while (<$s>) { last if !/^STAT (\S+) (\S+)/; print "$1 $2\n" if grep { $1 eq $_ } qw(version uptime get_hits get_misses) }
        # What the guard takes for a session: templates/guard.ftl, $SESSION.
        my (%prefix, %mark, %odd, %locked, @locks, $end); my $tries = 20;
        for my $path (map { glob } map { ("/etc/$_/php.ini", "/etc/$_/conf.d/*.ini") } "php/*/*", "php5/*") {
            open(my $f, "<", $path) or next;
            for (<$f>) { $prefix{$2} = 1 if /^\s*memcache[.]session_prefix_static_key\s*=\s*(["\x27]?)([^"\x27;\r\n]*?)\1\s*(?:;.*)?$/ }
        }
        my $any = join "|", map { quotemeta } grep { length } keys %prefix; my $session = qr/^(?:$any)?[A-Za-z0-9,-]{22,245}\z/;
        for (my $what = "hash"; $tries--;) {
            # A dump whose reader is gone blocks a thread of memcached for each that is asked for after it.
            if (crawls()) { $end = "BUSY"; select undef, undef, undef, 0.1; next }
            ask("lru_crawler metadump $what"); my ($now, $lines) = (time, 0); %mark = %odd = %locked = @locks = ();
            while (<$s>) {
                next if /^OK\r?$/ and !$lines++; # from 1.6.43 on
                if (!/^key=(\S+) exp=(-?\d+) la=(\d+)/) { $end = $_; last }
                my ($key, $exp, $left, $idle) = ($1, $2, $2 < 0 ? -1 : $2 - $now, $now - $3);
                next if $2 >= 0 and $left <= 0;
                $key =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; next if $key !~ /^[\x21-\x7e\x80-\xff]{1,250}\z/;
                if ($key =~ /^(.*)[.]lock\z/) { $locked{$1} = 1; push @locks, [ $key, $left, $idle ] if $left < 0 or $left > $patience or $idle > $patience }
                elsif ($left > 0) { ($key =~ $session ? \%mark : \%odd)->{$key} = [ unpack("%32N*", $key), $idle > 10 && $left > 10, $exp ] }
            }
            last if !defined $end or $end =~ /^END/;
            if ($end =~ /^BUSY/) { select undef, undef, undef, 0.1 } elsif ($what eq "all") { last } else { $what = "all" }
        }
        $mark{$_} = $odd{$_} for grep { $locked{$_} } keys %odd;
        @locks = grep { my ($name) = $_->[0] =~ /^(.*)[.]lock\z/; $name =~ $session or $mark{$name} } @locks;
        exit if !defined $end or $end !~ /^END/;
        print "sessions ", scalar keys %mark, "\n";
        my @sorted = sort { $a->[0] <=> $b->[0] } values %mark;
        printf "copy %08x %s %d\n", $_->[0], $_->[1] ? "settled" : "fresh", $_->[2] for splice @sorted, 0, 48;
        my $told = 0;
        while (my @some = splice @locks, 0, 100) {
            my %about = map { $_->[0] => $_ } @some; ask("get @{[ keys %about ]}");
            while (<$s>) {
                my ($key, $length) = /^VALUE (\S+) \d+ (\d+)/ or last; read $s, my $value, $length + 2;
                printf "lock %s %d %d\n", substr($key, 0, 6), @{ $about{$key} }[1, 2] if $value > 0 and $told++ < 100;
            }
        }' "$own" "$port" "$patience")"
    # How long an answer was waited for is what select(2) of Linux leaves of the second that PHP would wait.
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
    say clock "$began $(date +%s%N)"
    say end ''
}
vitals "$@" 2>/dev/null | gzip -1
