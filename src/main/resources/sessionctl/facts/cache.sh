# Prints the state of this droplet's memcached and of the sessions in it; follows facts.sh in one script, which sets
# $session_keys. Arguments: the address, the port, the seconds that a session may be locked. It changes nothing.
cache() {
    # A session's id grants access like a password, so only its first letters or a checksum are printed.
    # shellcheck disable=SC2016,SC2154 # perl's own; command/memcached.sh and the caller's
    say cache "$(perl -e "$memcached$session_keys"'
        my ($own, $port, $patience) = @ARGV; alarm 10;
        reach($own, $port) or exit;
        my $stats = stats() or exit; print map { defined $stats->{$_} ? "$_ $stats->{$_}\n" : () } qw(version uptime get_hits get_misses);
        # The same keys count as sessions as in the guard.
        my $session = Guard::SessionKeys::session_names("/etc", "/var/www"); my $most = 200_000;
        my ($count, $others, $size, $end, @lowest, %odd, %locked, @locks);
        # The 48 sessions with the lowest checksums are the sample, so all servers print the same sessions.
        sub lowest { @_ = sort { $a->[0] <=> $b->[0] } @_; return @_ > 48 ? @_[0 .. 47] : @_ }
        sub copy { my ($key, $left, $idle, $exp) = @_; return [ unpack("%32N*", $key), $idle > 10 && $left > 10, $exp ] }
        for (my ($what, $tries) = ("hash", 20); $tries--;) {
            # A dump whose reader is gone blocks a thread of memcached for each later dump.
            $stats = stats() or exit;
            if ($stats->{lru_crawler_running}) { select undef, undef, undef, 0.1; next }
            ask("lru_crawler metadump $what");
            my ($now, $lines) = (time, 0); ($count, $others, $size, $end) = (0, 0, 0); @lowest = @locks = (); %odd = %locked = ();
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
                    $others++; $size += $1 if $line =~ / size=(\d{1,12})\b/; $odd{$key} = "$left $idle $exp" if $left > 0 and keys %odd < $most;
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
        print "sessions ", $count + keys %odd, "\nothers ", $others - keys %odd, "\nother_bytes $size\n";
        printf "copy %08x %s %d\n", $_->[0], $_->[1] ? "settled" : "fresh", $_->[2] for lowest(@lowest, map { copy($_, split " ", $odd{$_}) } keys %odd);
        my $told = 0;
        while (my @some = splice @locks, 0, 100) {
            my %about = map { $_->[0] => $_ } @some; ask("get @{[ keys %about ]}");
            while (defined(my $line = line())) {
                my ($key, $length) = $line =~ /^VALUE (\S+) \d+ (\d{1,9})/ or last;
                my $value = value($length) // exit; $about{$key} or exit;
                printf "lock %s %d %d\n", substr($key, 0, 6), @{ $about{$key} }[1, 2] if $value > 0 and $told++ < 100;
            }
        }' "$@")"
}
