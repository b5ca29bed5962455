package Guard::Sentinel;

# Watches all servers of the cluster from this droplet. PHP treats a server that does not answer like one that is gone: it
# waits, then writes to the others only. Such a server has old sessions as soon as it answers again, so
#   - a peer that does not answer is blocked here, with a reset, until it has been filled again: PHP does not wait for it;
#   - this memcached is fenced if it is the one that did not answer, to this droplet or to another, and is filled again
#     from the others before it opens;
#   - where most of the servers do not answer, this droplet is the one that is cut off: its PHP goes on with its own
#     memcached alone, and what it writes is handed over afterwards (Guard::Merge).
# Guard::Peers has the format in which sentinels tell each other.
use strict;
use warnings;
use Exporter 'import';
use Fcntl ':flock';
use IO::Socket::INET;
use POSIX ':sys_wait_h';
use Guard::Config;
use Guard::Log;
use Guard::Filter;
use Guard::Join;
use Guard::Memcached;
use Guard::Merge;
use Guard::Peers;

our @EXPORT;

BEGIN { @EXPORT = qw(sentinel) }

# The servers by address: age (seconds without an answer), seen (has ever answered), refused (when the host refused a
# connection), links (two connections, asked by turns: a lost packet delays one of them only).
my %server;
my %peer;           # what the sentinels say, by address: the parsed line, and heard (when its sequence changed last)
my %me = (sequence => 0, state => 'passive', synced => {}, silent => {}, unreached => {}); # what this one says
my %since;          # blocked servers: when they stopped responding, in seconds since 1970
my %due;            # blocked servers: when PHP is to be kept away from them
my $mode = 'open';  # open; fenced or alone by the sentinel; resync: a child fills memcached
my $reason = '';    # why it is fenced
my $child = 0;      # the process that fills memcached, records the cut or hands over
my $then;           # what happens when it has ended, called with its success
my @resyncs;        # when memcached was filled by the sentinel
my %flaps;          # servers: when they were blocked
my $marker = 0;     # the cas of a write here at a time when all servers answered
my $BEAT = 'sessionctl<beat>'; # the key of that write
my %weak;           # servers that are blocked because this droplet is cut off: they have missed nothing
my ($told, $checked, $wrote, $again) = (0, 0, '', 0);
my $united = 0;     # when this droplet was last cut off
my $began;          # when this process began to watch
my $reloaded = 0;   # when the firewall rules were last checked
my $closed_since = 0; # when a process that fills memcached was last seen, or it was not closed
my $announced;      # when the others were informed that this memcached is filled

# --- questions and answers

sub ask_all {
    my ($now) = @_;
    for my $address (sort keys %server) {
        my $one = $server{$address};
        my @links = @{ $one->{links} };
        for my $link (@links) {
            open_link($one, $link, $now) unless $link->{socket};
            hang_up_link($link) if $link->{asked} and $now > $link->{asked} + 2;
        }
        touch($one, $now) if $one->{seen} and $one->{age} > 2 * $ROUND and $now > $one->{touch}{retry};
        my ($free) = sort { $a->{last} <=> $b->{last} } grep { $_->{socket} and !$_->{asked} } @links or next;
        # The number of a write here tells what was written here before and after.
        send_to($free, $now, "set $BEAT 0 60 1\r\n1", 'set') if $address eq $OWN;
        send_to($free, $now, join(' ', 'gets', $BEAT, map { peer_key($_) } sort keys %server), 'get');
    }
    return;
}

sub open_link {
    my ($one, $link, $now) = @_;
    return if $now < $link->{retry};
    $link->{retry} = $now + 0.1;
    my $socket = from_low_port(
        PeerAddr => $one->{address}, PeerPort => $PORT, Proto => 'tcp', Blocking => 0,
        LocalAddr => $one->{address} eq $OWN ? '127.0.0.1' : $OWN
    );
    if (!$socket) { $one->{refused} = $now if $!{ECONNREFUSED}; return }
    setsockopt $socket, Socket::IPPROTO_TCP(), Socket::TCP_NODELAY(), 1;
    @{$link}{qw(socket in out asked expects)} = ($socket, '', '', $now, []);
    $link->{connecting} = 1;
    return;
}

# Connects once more, to learn whether the host answers although its memcached does not.
sub touch {
    my ($one, $now) = @_;
    my $link = $one->{touch};
    hang_up_link($link);
    open_link($one, $link, $now);
    $link->{retry} = $now + ($one->{age} > 1 ? 1 : 0.2);
    return;
}

sub hang_up_link { my ($link) = @_; close delete $link->{socket} if $link->{socket}; @{$link}{qw(asked expects)} = (0, []); return }

sub send_to {
    my ($link, $now, $words, $expected) = @_;
    $link->{out} .= "$words\r\n";
    push @{ $link->{expects} }, $expected;
    @{$link}{qw(asked last)} = ($link->{asked} || $now, $now);
    flush_link($link);
    return;
}

sub flush_link {
    my ($link) = @_;
    return unless $link->{socket} and length $link->{out};
    my $sent = syswrite $link->{socket}, $link->{out};
    if (defined $sent) { substr($link->{out}, 0, $sent) = '' }
    elsif (!$!{EAGAIN} and !$!{ENOTCONN}) { broken($link) }
    return;
}

sub broken {
    my ($link) = @_;
    $server{ $link->{address} }{refused} = now() if $!{ECONNREFUSED} or $!{ECONNRESET} or $!{EPIPE} or !$!;
    hang_up_link($link);
    return;
}

# Waits for answers until the given time.
sub listen_until {
    my ($until) = @_;
    while ((my $left = $until - now()) > 0) {
        my ($in, $out) = ('', '');
        my %by;
        for my $link (map { (@{ $_->{links} }, $_->{touch}) } values %server) {
            my $socket = $link->{socket} or next;
            next if $link->{touches} and !$link->{connecting};
            $by{ fileno $socket } = $link;
            vec($in, fileno $socket, 1) = 1;
            vec($out, fileno $socket, 1) = 1 if $link->{connecting} or length $link->{out};
        }
        my $ready = select($in, $out, undef, $left);
        return if !$ready;
        next if $ready < 0;
        for my $number (keys %by) {
            my $link = $by{$number};
            if ($link->{touches}) { touched($link) if vec($out, $number, 1); next }
            if (vec($out, $number, 1) and $link->{socket}) {
                $link->{asked} = 0 if delete $link->{connecting} and !@{ $link->{expects} };
                flush_link($link);
            }
            read_link($link) if vec($in, $number, 1) and $link->{socket};
        }
    }
    return;
}

sub touched {
    my ($link) = @_;
    my $error = unpack 'i', getsockopt $link->{socket}, Socket::SOL_SOCKET(), Socket::SO_ERROR();
    my $one = $server{ $link->{address} };
    if (!$error) { $one->{touched} = now() }
    elsif ($error == Errno::ECONNREFUSED()) { $one->{refused} = now() }
    hang_up_link($link);
    return;
}

sub read_link {
    my ($link) = @_;
    my $read = sysread $link->{socket}, $link->{in}, 1 << 16, length $link->{in};
    if (!$read) {
        return if !defined $read and ($!{EAGAIN} or $!{EINTR});
        $! = 0 if defined $read; # the end of the connection: memcached has stopped
        return broken($link);
    }
    return broken($link) if length $link->{in} > 1 << 20;
    while (my $expected = $link->{expects}[0]) {
        if ($expected eq 'get') {
            $link->{in} =~ s/^((?:VALUE [^\r\n]{1,300}\r\n[^\r\n]{0,9000}\r\n)*)END\r\n// or last;
            heard($link->{address}, $1);
        } else {
            $link->{in} =~ s/^[^\n]*\n// or last;
        }
        shift @{ $link->{expects} };
    }
    $link->{asked} = 0 unless @{ $link->{expects} };
    return;
}

sub heard {
    my ($address, $items) = @_;
    my ($one, $now) = ($server{$address}, now());
    @{$one}{qw(age refused answered)} = (0, 0, 1);
    $one->{seen} ||= saw($address);
    $one->{marker} = $1 if $address eq $OWN and $items =~ /VALUE \Q$BEAT\E \d+ \d+ (\d{1,20})\r\n/;
    while ($items =~ /VALUE sessionctl<guard>(\S{7,15}) \d+ \d+ \d{1,20}\r\n([^\r\n]*)\r\n/g) {
        my ($who, $line) = ($1, $2);
        my $said = $server{$who} && parse_peer($line) or next;
        if ($who eq $OWN) {
            # A sentinel before this one may have had a clock that was ahead.
            $me{sequence} = $said->{sequence} if $said->{sequence} > $me{sequence};
            next;
        }
        my $known = $peer{$who};
        if (!$known or $said->{sequence} > $known->{sequence} or $now > $known->{heard} + $UNHEARD) {
            # A line that is only repeated, because its sentinel has gone, is no news.
            $peer{$who} = { %$said, heard => $known && $said->{sequence} == $known->{sequence} ? $known->{heard} : $now };
        }
    }
    return;
}

sub saw {
    my ($address) = @_;
    return 1 if $address eq $OWN;
    my %seen = map { $_ => 1 } split ' ', words_of($SEEN);
    keep($SEEN, join(' ', sort(keys %seen), $address) . "\n") unless $seen{$address};
    return 1;
}

# Stores this sentinel's line at every server that answers.
sub announce {
    my ($now) = @_;
    my $state = $mode eq 'open' ? ($me{closed} ? 'passive' : 'open') : $mode eq 'alone' ? 'alone' : 'fenced';
    $me{state} = $state;
    my $line = peer_line(\%me) =~ s/^(\d+) \d+/$1/r;
    return if $line eq $wrote and $now < $told + ($server{$OWN}{age} > $SILENT ? 0.2 : 1);
    ($wrote, $told) = ($line, $now);
    next_number();
    my $value = peer_line(\%me);
    for my $one (values %server) {
        next if $one->{age} > $SILENT;
        my ($free) = grep { $_->{socket} and !$_->{connecting} } @{ $one->{links} } or next;
        send_to($free, $now, 'set ' . peer_key($OWN) . ' 0 60 ' . length($value) . "\r\n$value", 'set');
    }
    return;
}

# --- who is silent

sub down { my ($one, $now) = @_; return $one->{refused} && $now < $one->{refused} + 1 }
# Returns true if a server answers, two questions after a silence at most.
sub answers { my ($one) = @_; return $one->{answered} && $one->{age} <= 2 * $ROUND }
sub is_silent { my ($one, $now) = @_; return $one->{seen} && $one->{age} > $SILENT && !down($one, $now) }

# Returns true if fewer than half of the hosts answer here; of two halves, the one with the lowest address goes on. A host
# whose memcached hangs still answers.
sub cut_off {
    my ($now, @silent) = @_;
    @silent = grep { $now > ($server{$_}{touched} // 0) + 1.5 } @silent;
    my @known = grep { $server{$_}{seen} or $_ eq $OWN } sort { in_order($a) cmp in_order($b) } keys %server;
    my $answer = @known - @silent;
    return 1 if 2 * $answer < @known;
    return 2 * $answer == @known && (grep { $_ eq $known[0] } @silent) > 0;
}
sub in_order { return join '.', map { sprintf '%03d', $_ } split /[.]/, $_[0] }

# Returns the sentinels of which there is news.
sub others { my ($now) = @_; return grep { $now < $peer{$_}{heard} + $UNHEARD } keys %peer }

# --- blocks

sub block_and_unblock {
    my ($now, $alone, @silent) = @_;
    weaken($now) if $alone;
    # Where the others are late, too, this droplet may be the one that is cut off.
    my $doubtful = grep { $_->{seen} and $_->{age} > 2 * $ROUND and $_->{age} <= $SILENT and !down($_, $now) } map { $server{$_} } @PEERS;
    for my $address (@silent) {
        next if $me{silent}{$address} or $weak{$address} or $doubtful && !$alone;
        ($since{$address}, $due{$address}) = (time, $alone ? $now : $now + $BLOCK_AFTER);
        push @{ $flaps{$address} }, $now;
        remark("$address does not answer, and is blocked");
        if ($alone) { $weak{$address} = 1; next }
        $me{silent}{$address} = next_number();
    }
    for my $address (keys %{ $me{silent} }) {
        my ($one, $said) = ($server{$address}, $peer{$address});
        if (!answers($one)) { $me{unreached}{$address} = 1; next }
        # It has missed what was written until now.
        $me{silent}{$address} = next_number() if delete $me{unreached}{$address};
        my $news = $said && $now < $said->{heard} + $UNHEARD;
        # Without a sentinel there it is never known to be filled again.
        $one->{without} = $news ? 0 : $one->{without} || $now;
        next unless $news ? ($said->{synced}{$OWN} // 0) >= $me{silent}{$address} : $now > $one->{without} + 2 * $UNHEARD;
        unblock_peer($address);
        remark("$address answers again, and is unblocked");
    }
    for my $address (grep { $mode ne 'alone' and answers($server{$_}) } keys %weak) {
        unblock_peer($address);
        remark("$address answers again, and is unblocked");
    }
    put_blocks_in_force($now);
    return;
}

sub next_number { my $ms = time * 1000; return $me{sequence} = $ms > $me{sequence} ? $ms : $me{sequence} + 1 }

# A droplet that is cut off has blocked the others one after another. They have missed nothing.
sub weaken {
    my ($now) = @_;
    for my $address (grep { $since{$_} > time - 3 } keys %{ $me{silent} }) {
        delete $_->{$address} for @me{qw(silent unreached)};
        ($weak{$address}, $due{$address}) = (1, $now);
    }
    return;
}

sub unblock_peer { my ($address) = @_; delete $_->{$address} for @me{qw(silent unreached)}, \(%weak, %since, %due); return }

my $in_force = 'unknown';
sub put_blocks_in_force {
    my ($now) = @_;
    my @wanted = sort grep { $now >= $due{$_} } keys %due;
    # Another program may have replaced the rules.
    if ($now > $checked + 1) { $checked = $now; $in_force = join ' ', sort(silent_in_force()) if @wanted }
    $in_force = join ' ', sort(silent_in_force()) if $in_force eq 'unknown';
    return if "@wanted" eq $in_force;
    $in_force = "@wanted" if block_silent(@wanted);
    return;
}

# --- this memcached

sub start_child {
    my ($work, $what, $next) = @_;
    $child = fork // die "fork: $!\n";
    if (!$child) {
        for my $link (map { @{ $_->{links} } } values %server) { close $link->{socket} if $link->{socket} }
        $0 = "sessionctl-guard: $what";
        # It may need much memory, and the sentinel is to go on without it.
        if (open(my $file, '>', '/proc/self/oom_score_adj')) { print $file 0 }
        my $done = eval { $work->() };
        remark($@ =~ s/\n//r) if $@;
        POSIX::_exit($done ? 0 : 1);
    }
    $then = $next;
    return;
}

sub look_after_own {
    my ($now, $alone) = @_;
    my $own = $server{$OWN};
    if ($child and waitpid($child, WNOHANG) == $child) { $child = 0; my $next = $then; undef $then; $next->($? == 0) }
    my ($word) = split ' ', words_of("$RUN/state");
    $word //= '';
    if (-e $READY) { ready($now) } else { undef $announced }
    if ($mode eq 'open') {
        # Another command of the guard starts, holds or has failed to fill memcached; or a start was not under the guard.
        $me{closed} = -e $CLOSED || -e "$RUN/drill" || down($own, $now);
        if ($word eq 'alone') { $mode = 'alone'; return }
        # A start is about to fill a memcached that did not run.
        $closed_since = $now if !answers($own);
        return resync($now) if !$child and $now > $again and answers($own) and is_unfilled($now, $word) and !contested($now);
        return if $me{closed};
        my $why = is_silent($own, $now) ? 'it does not answer' : best_open($now) eq $OWN ? '' : accusation($now);
        if ($alone and !is_silent($own, $now)) { return go_alone($now) }
        if ($why) { return isolated($now) && answers($own) ? go_alone($now) : fence_own($now, $why) }
        $marker = $own->{marker} if !grep { $_->{age} > 2 * $ROUND and !down($_, $now) } values %server;
        return;
    }
    return if $child or down($own, $now) or !answers($own);
    return go_alone($now) if $mode eq 'fenced' and $alone || isolated($now);
    # A start of memcached has taken over.
    if ($word =~ /^(?:filling|held|failed|open)$/ and $mode ne 'resync') { $mode = 'open'; return }
    return $united = $now if $alone;
    return if $now < $again;
    return reload_rules($now) if contested($now);
    my @answering = grep { answers($server{$_}) } @PEERS;
    my %news = map { $_ => 1 } others($now);
    my @open = grep { $news{$_} and $peer{$_}{state} eq 'open' } @answering;
    if (@open) { return $mode eq 'alone' ? merge($now, @open) : resync($now) }
    # News of the others may still be under way.
    return if $now < $united + 1.5 * $UNHEARD and grep { $server{$_}{seen} and !$news{$_} and !down($server{$_}, $now) } @PEERS;
    # Without a sentinel there, a server that answers has gone on.
    @open = grep { !$news{$_} } @answering;
    if (@open) { return $mode eq 'alone' ? merge($now, @open) : resync($now) }
    # No server is open. The first one opens, and the others are filled from it.
    open_first($now) if first_of($OWN, grep { $peer{$_}{state} ne 'passive' } @answering) eq $OWN;
    return;
}

# Returns true if memcached is closed because a fill has failed, or the process that was to fill it has been gone for a
# while.
sub is_unfilled {
    my ($now, $word) = @_;
    open(my $lock, '>>', "$RUN/joining") or return 0;
    my $due = $word =~ /^(?:closed|filling)$/ && $me{closed} && !-e $HOLD && !-e "$RUN/drill";
    $closed_since = $now if !$due or !flock $lock, LOCK_EX | LOCK_NB;
    return $word eq 'failed' || $now > $closed_since + $ABANDONED;
}

# Returns the droplets that could not use this memcached if it were filled now, so it would miss their writes: it does not
# reach their server, or they do not reach this one. A droplet that is cut off counts only if this one does not reach it.
sub contested {
    my ($now) = @_;
    return grep { is_silent($server{$_}, $now) or unreached_by($_) } others($now);
}

# A rule that another program has inserted before those of "sessionctl firewall" may keep other droplets away.
sub reload_rules {
    my ($now) = @_;
    return if $now < $reloaded + 10;
    $reloaded = $now;
    start_child(sub { firewalled() }, 'loads the firewall rules', sub { });
    return;
}

sub unreached_by { my ($peer) = @_; return $peer{$peer}{state} ne 'alone' && $peer{$peer}{unreached}{$OWN} }

# Returns the server that the fewest droplets had trouble with (what one says of another may be its own trouble), among equals the one with the lowest address.
sub first_of {
    my (@servers) = @_;
    my %lines = (%peer, $OWN => \%me);
    my %rank = map {
        my $address = $_;
        my $trouble = keys %{ $lines{$address}{silent} };
        $trouble += 2 * grep { $_->{silent}{$address} } values %lines;
        $address => sprintf '%03d %s', $trouble, in_order($address)
    } @servers;
    return (sort { $rank{$a} cmp $rank{$b} } @servers)[0];
}

# Returns the best of the open servers: it stays open although it has missed writes, because one must.
sub best_open {
    my ($now) = @_;
    return first_of($OWN, grep { $peer{$_}{state} eq 'open' } others($now));
}

# Returns true if PHP here can use no other server: it would begin an empty session for each visitor.
sub isolated {
    my ($now) = @_;
    my %news = map { $_ => 1 } others($now);
    return !grep { !$due{$_} and answers($server{$_}) and !$news{$_} || $peer{$_}{state} eq 'open' } @PEERS;
}

# Returns why this memcached has missed writes: the droplet of an open server had to block it.
sub accusation {
    my ($now) = @_;
    for my $address (others($now)) {
        my $number = $peer{$address}{silent}{$OWN} or next;
        next if $peer{$address}{state} eq 'alone' or $number <= ($me{synced}{$address} // 0) and !unreached_by($address);
        return "it did not answer $address";
    }
    return '';
}

sub fence_own {
    my ($now, $why) = @_;
    ($mode, $reason) = ('fenced', $why);
    $again = $now + backoff($now);
    write_to($CLOSED, $$);
    # A reset during an answer makes the module of Debian 12 lose that session.
    fence_new();
    state_is('closed', $why);
    return;
}

sub go_alone {
    my ($now) = @_;
    ($mode, $reason) = ('alone', 'the other droplets do not answer');
    $again = $now + backoff($now);
    fence_alone();
    state_is('alone', $reason);
    my $reached = $server{$OWN}{marker};
    start_child(sub { record_cut($marker, $reached) }, 'records the sessions', sub { });
    return;
}

sub backoff {
    my ($now) = @_;
    @resyncs = grep { $now < $_ + $FLAP } @resyncs;
    my $wait = @resyncs < 2 ? 0 : 2**(@resyncs - 2);
    return $wait > $LONGEST_BACKOFF ? $LONGEST_BACKOFF : $wait;
}

# Hands over twice: the first time takes longer. Until the others are unblocked, PHP writes here only.
sub merge {
    my ($now, @open) = @_;
    start_child(
        sub { hand_over_changes(@open); for (1 .. 20) { return 1 if hand_over_changes(@open); nap(0.2) } return 1 },
        'hands sessions over',
        sub {
            my ($done) = @_;
            if (!$done) { $again = now() + 1; return }
            unblock_peer($_) for @open;
            put_blocks_in_force(now());
            resync(now(), @open);
        }
    );
    return;
}

sub resync {
    my ($now, @open) = @_;
    # Another process may fill it, or may have filled and opened it since.
    open(my $lock, '>>', "$RUN/joining") or return;
    return if !flock $lock, LOCK_EX | LOCK_NB or $mode eq 'open' and words_of("$RUN/state") =~ /^(?:open|held) /;
    $mode = 'resync';
    push @resyncs, $now;
    write_to($CLOSED, $$);
    fence_new();
    close $lock or return;
    my $prepare = sub {
        return 0 if !-e $CLOSED;
        let_go();
        fence();
        hand_over_changes(@open) if @open;
        unlink "$RUN/cut";
        return 1;
    };
    start_child(
        sub { return join_cluster('', $prepare) },
        'fills memcached',
        sub {
            my ($done) = @_;
            ($mode, $reason) = $done ? ('open', '') : ('fenced', 'it could not be filled');
            $again = now() + 1 + backoff(now());
        }
    );
    return;
}

sub open_first {
    my ($now) = @_;
    remark('opens, because all others were cut off, too');
    restore(program('INPUT', 'SESSIONCTL-GATE'));
    unlink $CLOSED, "$RUN/cut";
    ($mode, $reason) = ('open', '');
    state_is('open', 'the others are filled from it');
    return;
}

# A filled memcached is fenced with a reset and about to open. Tells the sentinels that blocked it; they unblock it before it
# opens, so that no PHP writes to the others only. Names the droplets that do not reach it: it must not open then.
sub ready {
    my ($now) = @_;
    return if $now < $began + 10 * $ROUND; # it must have heard the others
    if (my @unreached = grep { unreached_by($_) } others($now)) {
        write_to($READY, join(', ', @unreached) . "\n");
        undef $announced;
        return;
    }
    $announced ||= $now;
    for my $address (keys %peer) {
        my $number = $peer{$address}{silent}{$OWN} or next;
        $me{synced}{$address} = $number if $number > ($me{synced}{$address} // 0);
    }
    return if $now < $announced + 2 and grep { $peer{$_}{silent}{$OWN} } others($now);
    unlink $READY;
    undef $announced;
    return;
}

# --- the process

# Writes what "guard status" shows.
my $shown = 'unknown';
sub show {
    my ($now) = @_;
    for (values %flaps) { @$_ = grep { $now < $_ + 600 } @$_ }
    my @lines = ("fenced $reason") x ($mode ne 'open');
    push @lines, map { "silent $_ $since{$_}" } sort keys %since;
    push @lines, map { "flapping $_ " . @{ $flaps{$_} } } grep { @{ $flaps{$_} } > 2 } sort keys %flaps;
    my $text = join '', map { "$_\n" } @lines;
    return if $text eq $shown;
    $shown = $text if write_to("$SENTINEL.state", $text);
    return;
}

sub sentinel {
    my ($config) = @_;
    mkdir $_ or chmod 0700, $_ for $RUN_FOLDER, $RUN;
    open(my $lock, '>>', $SENTINEL) or die "$SENTINEL: $!\n";
    flock $lock, LOCK_EX | LOCK_NB or die "another sentinel runs\n";
    my %seen = map { $_ => 1 } split ' ', words_of($SEEN);
    for my $address ($OWN, @PEERS) {
        $server{$address} = {
            address => $address, age => 0, refused => 0, seen => $seen{$address}, marker => 0,
            links => [ map { new_link($address) } 1, 2 ], touch => { %{ new_link($address) }, touches => 1 },
        };
    }
    resume();
    my @versions = map { version_of($_) } $0, $config;
    my ($last, $looked) = (now(), now());
    $began = $closed_since = $last;
    remark('the sentinel watches ' . join ', ', sort keys %server);
    while (1) {
        my $now = now();
        # If this process was late itself, nothing is known about the others.
        my $step = $now - $last > 2.5 * $ROUND ? $ROUND : $now - $last;
        $last = $now;
        $_->{age} += $step for values %server;
        ask_all($now);
        listen_until($now + $ROUND);
        $now = now();
        my @silent = grep { $_ ne $OWN and is_silent($server{$_}, $now) } keys %server;
        my $alone = cut_off($now, @silent);
        eval { block_and_unblock($now, $alone, @silent); 1 } or remark($@ =~ s/\n//r);
        eval { look_after_own($now, $alone); 1 } or remark($@ =~ s/\n//r);
        announce($now);
        show($now);
        next if $now < $looked + 1;
        $looked = $now;
        my @these = map { version_of($_) } $0, $config;
        exec $^X, $0, '--config', $config, 'sentinel' if "@these" ne "@versions" and !$child;
        eval { reclose(); 1 } if $mode eq 'fenced';
    }
}

sub new_link { return { address => $_[0], retry => 0, last => 0, asked => 0, in => '', out => '', expects => [] } }

# Goes on where an earlier sentinel was ended.
sub resume {
    open(my $file, '<', "$SENTINEL.state") or return;
    while (<$file>) {
        if (/^fenced (.*)/) { ($mode, $reason) = (words_of("$RUN/state") =~ /^alone/ ? 'alone' : 'fenced', $1) }
        if (/^silent (\S+) (\d+)/ and $server{$1}) {
            ($since{$1}, $due{$1}, $me{silent}{$1}) = ($2, now(), time * 1000);
        }
    }
    return;
}

sub version_of { my @file = stat $_[0]; return @file ? "$file[1].$file[9]" : 'none' }

1;
