# Prints health metrics of this droplet; follows facts.sh and firewall/facts.sh in one script, which sets $began first.
# Arguments: the private address, memcached's port, the seconds that a session may be locked, all servers' addresses.
# It writes and deletes one temporary key on every server, and changes nothing else. The key ends like that of a lock,
# so that no guard copies it.
vitals() {
    own=$1 port=$2 patience=$3
    shift 3
    say uptime "$(cat /proc/uptime)"
    # A session's id grants access like a password, so only its first letters or a checksum are printed.
    # shellcheck disable=SC2016,SC2154 # perl's own; command/memcached.sh and the caller's
    say cache "$(perl -e "$memcached$session_keys"'
        my ($own, $port, $patience) = @ARGV; alarm 10;
        reach($own, $port) or exit;
        my $stats = stats() or exit; print map { defined $stats->{$_} ? "$_ $stats->{$_}\n" : () } qw(version uptime get_hits get_misses);
        # The same keys count as sessions as in the guard.
        my $session = Guard::SessionKeys::session_names("/etc", "/var/www"); my $most = 200_000;
        my ($count, $others, $end, @lowest, %odd, %locked, @locks);
        # The 48 sessions with the lowest checksums are the sample, so all servers print the same sessions.
        sub lowest { @_ = sort { $a->[0] <=> $b->[0] } @_; return @_ > 48 ? @_[0 .. 47] : @_ }
        sub copy { my ($key, $left, $idle, $exp) = @_; return [ unpack("%32N*", $key), $idle > 10 && $left > 10, $exp ] }
        for (my ($what, $tries) = ("hash", 20); $tries--;) {
            # A dump whose reader is gone blocks a thread of memcached for each later dump.
            $stats = stats() or exit;
            if ($stats->{lru_crawler_running}) { select undef, undef, undef, 0.1; next }
            ask("lru_crawler metadump $what");
            my ($now, $lines) = (time, 0); ($count, $others, $end) = (0, 0); @lowest = @locks = (); %odd = %locked = ();
            while (defined(my $line = line())) {
                next if $line eq "OK" and !$lines++; # from 1.6.43 on
                if ($line !~ /^key=(\S+) exp=(-?\d{1,18}) la=(\d{1,18}) /) { $end = $line; last }
                my ($key, $exp, $left, $idle) = ($1, $2, $2 < 0 ? -1 : $2 - $now, $now - $3);
                next if $2 >= 0 and $left <= 0;
                $key =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; next if $key !~ /^[\x21-\x7e\x80-\xff]{1,250}\z/;
                if ($key =~ /^(.*)[.]lock\z/) {
                    $locked{$1} = 1 if keys %locked < $most;
                    push @locks, [ $key, $left, $idle ] if @locks < $most and $left < 0 || $left > $patience || $idle > $patience;
                } elsif ($key =~ $session) {
                    next if $left < 0; $count++; push @lowest, copy($key, $left, $idle, $exp); @lowest = lowest(@lowest) if @lowest > 5000;
                } elsif ($key !~ /^sessionctl/) {
                    $others++; $odd{$key} = "$left $idle $exp" if $left > 0 and keys %odd < $most;
                }
            }
            exit unless defined $end; last if $end =~ /^END/;
            if ($end =~ /^BUSY/) { select undef, undef, undef, 0.1; next }
            last if $what eq "all";
            # The protocol does not define what follows such an answer, so this connects again.
            $what = "all"; reach($own, $port) or exit;
        }
        exit if ($end // "") !~ /^END/;
        delete @odd{ grep { !$locked{$_} } keys %odd };
        @locks = grep { my ($name) = $_->[0] =~ /^(.*)[.]lock\z/; $name =~ $session or $odd{$name} } @locks;
        print "sessions ", $count + keys %odd, "\nothers ", $others - keys %odd, "\n";
        printf "copy %08x %s %d\n", $_->[0], $_->[1] ? "settled" : "fresh", $_->[2] for lowest(@lowest, map { copy($_, split " ", $odd{$_}) } keys %odd);
        my $told = 0;
        while (my @some = splice @locks, 0, 100) {
            my %about = map { $_->[0] => $_ } @some; ask("get @{[ keys %about ]}");
            while (defined(my $line = line())) {
                my ($key, $length) = $line =~ /^VALUE (\S+) \d+ (\d{1,9})/ or last;
                my $value = value($length) // exit; $about{$key} or exit;
                printf "lock %s %d %d\n", substr($key, 0, 6), @{ $about{$key} }[1, 2] if $value > 0 and $told++ < 100;
            }
        }' "$own" "$port" "$patience")"
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
