#!/usr/bin/perl
[#-- /usr/local/lib/sessionctl/guard, whole. perl-base and iptables are all that it needs. --]
# Written by sessionctl. Keeps PHP away from a memcached that does not hold what its peers hold: asked for a session that
# it lacks, such a memcached makes PHP begin an empty one and write that over every good copy.
#   guard drain           lets nobody in any more, and those who are in finish, before memcached stops (ExecStop)
#   guard close           shuts the port before memcached starts (ExecStartPre)
#   guard join            fills memcached from its peers, then opens the port (ExecStartPost)
#   guard hold            shuts the port and keeps it shut, over restarts too, until "admit"
#   guard admit           ends "hold", and joins
#   guard note            writes the state file where memcached has not been started under guard yet
#   guard able            whether the packet filter can shut the port here
#   guard reachable A..   whether all of these servers are open
#   guard any A..         whether one of them is
#   guard give A..        gives these servers what this one holds and they lack, before it stops
#   guard whole [A..]     whether this one is open, and holds every session that these hold
#   guard away A.. | back shuts the way to servers that leave the cluster; opens it again
# Exit: 0 done, yes; 1 not done, no: the reason is on standard error, and a port that was shut is shut still.
# A shut port answers with a reset (iptables-extensions(8), REJECT --reject-with tcp-reset), so that PHP asks the next
# server at once. It lets 127.0.0.1 through, which is how this program reaches memcached itself.
use strict;
use warnings;
use Errno;
use IO::Socket::INET;

my $OWN = '[=private_ip]';
my $PORT = [=memcached.port];
my @PEERS = qw([=peers?join(" ")]);
my $COPIES = [=copies]; # servers that hold each session at least; 0: all of them
my $LOCK_SECONDS = [=sessions.lock_timeout.value];
my $PHP_WAITS = [=sessions.server_timeout]; # seconds for a server that is silent
[#noparse]
my $WAIT = 5;               # seconds for peers that are down or shut themselves, before the port opens without them
my $PATIENCE = 60;          # seconds for a memcached that answers, but is not ready
my $hurry = 0;              # seconds instead, while the port opens
my $TURN = 60;              # seconds that a stop waits for another server to be open; systemd gives it 90
my $DRAIN = 2;              # seconds that connections are waited for before memcached stops
my $FULL = 0.8;             # of its memory, filled with sessions; the rest is what slabs and locks cost. All of it where
                            # peers hold as much in no more memory, and nothing was pushed out there
my $RESET = 0.05;           # seconds that a request may take from a reset here to its lock at a peer
my $HELD_BACK = 0.12;       # seconds that requests under way at the peers are waited for while the port opens
my $TOO_LATE = 0.18;        # seconds after which it does not open, but is shut again; $LATE where a look takes long
my $LATE = $PHP_WAITS < 0.7 ? $TOO_LATE : $PHP_WAITS < 1 ? 0.38 : 0.5;
my $SENT = $PHP_WAITS < 0.7 ? 0.2 : $PHP_WAITS < 1 ? 0.4 : 0.8; # seconds after which TCP sends again, for the last time
                            # while PHP waits for an answer
my $LONG = 0.1;             # seconds of a look at the peers, which is long
my $APART = 0.7;            # seconds until it is tried again, at least: as long as TCP sends again what was sent to it
my $TRIES = 8;              # of opening; from then on it takes as long as it takes
my $MOST_TRIES = 20;
my $AFTER = 1;              # seconds that it looks on after that, for a request that took longer than $RESET; more where
                            # the machine is so busy that it is late itself
my $SURE = 0.1;             # seconds until a lock here is looked at that perhaps nobody will give back
my $MARK = 1_000_000;       # the value of a lock of ours; PHP counts its own from 0
my $RUN = '/run/sessionctl/guard';
my $HOLD = '/var/lib/sessionctl/guard/hold';
my $AWAY = '/var/lib/sessionctl/guard/away'; # the servers to which the way is shut, for the next boot
my $ALONE = "$RUN/alone";   # there is no cluster yet: nobody needs to be waited for, this once

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C';
$SIG{PIPE} = 'IGNORE';
umask 022;
# --- words and time

sub remark { print STDERR "guard: $_[0]\n" }
sub fail { chomp(my $why = $_[0]); remark($why); exit 1 }
sub nap { select(undef, undef, undef, $_[0]) }

# Seconds, in hundredths, of a clock that nobody sets: proc(5), /proc/uptime.
sub now { open(my $file, '<', '/proc/uptime') or die "/proc/uptime: $!\n"; return (split ' ', <$file>)[0] }

sub state_is {
    my ($state, $words) = @_;
    remark("$state: $words");
    mkdir $_ for '/run/sessionctl', $RUN;
    open(my $file, '>', "$RUN/state.new") or return;
    print $file "$state ", time, " $words\n";
    close $file and rename "$RUN/state.new", "$RUN/state";
}

# --- the gate: chains of our own, jumped to before any other rule

sub rules { open(my $list, '-|', 'iptables', '-w', '10', '-S', @_) or die "iptables: $!\n"; chomp(my @rules = <$list>); return @rules }

# What iptables-restore reads to give a chain these rules, and the first place in a built-in chain.
sub program {
    my ($from, $chain, @rules) = @_;
    my @lines = (":$chain - [0:0]", map { "-A $chain $_" } @rules);
    my @now = grep { /^-A/ } rules($from);
    if (!@now or $now[0] ne "-A $from -j $chain") {
        push @lines, "-D $from -j $chain" for grep { $_ eq "-A $from -j $chain" } @now;
        push @lines, "-I $from 1 -j $chain";
    }
    return join "\n", '*filter', @lines, "COMMIT\n";
}

# It acts when its input ends, so that at the moment that counts it has started already.
sub restorer { open(my $pipe, '|-', 'iptables-restore', '--noflush', '-w', '10', @_) or die "iptables-restore: $!\n"; return $pipe }
sub restore { my ($program, $pipe) = @_; $pipe ||= restorer(); print $pipe $program; return close $pipe }

my $MEMCACHED = "-p tcp -m tcp --dport $PORT";
my $PHP = "-d $OWN/32 ! -s 127.0.0.1/32 $MEMCACHED";
sub shutting { return program('INPUT', 'SESSIONCTL-GATE', "$PHP -j REJECT --reject-with tcp-reset") }
sub shut { return restore(shutting()) || die "iptables cannot shut the port\n" }
sub able { return restore(shutting(), restorer('--test')) || die "iptables cannot shut the port here\n" }
sub is_shut { return scalar grep { /^-A SESSIONCTL-GATE / } rules() }

# Before memcached stops in good order: whoever has a connection finishes with it, and nobody makes a new one. A server that
# falls silent amid an answer makes the module of Debian 12 take the session for an empty one.
sub drain {
    await_turn() unless -e $ALONE or is_shut();
    return let_finish();
}
sub let_finish {
    restore(program('INPUT', 'SESSIONCTL-GATE', "$PHP --syn -j REJECT --reject-with tcp-reset")) or return 0;
    let_go() or eval { hand_over(); 1 } or remark("the locks of those who are still at work are lost: $@");
    return 1;
}
# Waits for connections to end, and says whether all did.
sub let_go {
    my $until = now() + $DRAIN;
    while (connections(@_)) { now() < $until or return 0; nap(0.02) }
    return 1;
}
# A request that takes longer loses the lock that it has here, and what it writes at last goes to the peers only. So they
# are given its lock: nobody else begins with that session meanwhile, and who is filled from them waits for the request.
# PHP frees a lock on every server that it writes to.
sub hand_over {
    my $self = dial($OWN) or return;
    my @peers = grep { $_ } map { dial($_) } @PEERS;
    my ($length, %expiry, @locks) = length $MARK;
    dump_of($self, sub { while ($_[0] =~ /^key=(\S+[.]lock) exp=(\d+) /mg) { $expiry{ plain($1) } = $2 } });
    fetch($self, sub { push @locks, $_[0] if $_[2] > 0 and $_[2] < $MARK }, keys %expiry);
    for my $peer (@locks ? @peers : ()) {
        my %there;
        fetch($peer, sub { $there{ $_[0] } = [ @_[ 2, 3 ] ] }, @locks);
        store($peer, map { [ "add $_ 0 $expiry{$_} $length", $MARK ] } grep { !$there{$_} } @locks);
        my @free = grep { $there{$_} && $there{$_}[0] == 0 } @locks;
        store($peer, map { [ "cas $_ 0 $expiry{$_} $length $there{$_}[1]", $MARK ] } @free);
    }
    nap(0.02);
    my $taken = taken([$self], @locks);
    my @ended = grep { !$taken->{$_} } @locks;
    unlock_at($_, @ended) for @peers;
}
# Several that stop at the same moment would take all sessions with them: the peers that are open must agree, a few seconds
# long, that it is this one's turn. After a while it stops all the same, as it was told to; nobody is waited for where this
# memcached has stopped already.
sub await_turn {
    return unless @PEERS and my $self = dial($OWN);
    my $until = now() + $TURN;
    while (now() < $until) {
        my @open = grep { $_ } map { dial($_) } @PEERS;
        my @agree = grep { (eval { (store($_, [ 'add sessionctl.lock 0 3 1', 0 ]))[0] } // '') eq 'STORED' } @open;
        my $taken;
        fetch($self, sub { $taken = 1 }, 'sessionctl.lock');
        # Fewer copies than servers: some session may be only where it is shut.
        return if @open >= ($COPIES ? @PEERS + 2 - $COPIES : 1) and @agree == @open and !$taken;
        eval { ask($_, 'delete sessionctl.lock') } for @agree;
        nap(0.3 + rand 0.7);
    }
    remark("stops though no other server is open, or another stops, too");
}
# Those of others to memcached's port, or from here to these servers, that are established: proc(5), /proc/net/tcp; state
# 01, addresses in the byte order of the machine.
sub connections {
    open(my $table, '<', '/proc/net/tcp') or return 0;
    my ($port, %to) = (sprintf('%04X', $PORT), map { hex_of($_) => 1 } @_);
    return scalar grep { /: [0-9A-F]{8}:[0-9A-F]{4} ([0-9A-F]{8}):$port 01 / && $to{$1} } <$table> if %to;
    return scalar grep { /: [0-9A-F]{8}:$port ([0-9A-F]{8}):[0-9A-F]{4} 01 / && $1 ne hex_of('127.0.0.1') } <$table>;
}
sub hex_of { return sprintf '%08X', unpack 'L', pack 'C4', split /[.]/, $_[0] }

# A boot has taken the packet filter's rules away, and who was shut out meanwhile lacks what was written.
sub close_port {
    state_is('closed', 'memcached starts');
    if (open(my $file, '<', $AWAY)) { refuse($MEMCACHED, split ' ', <$file>) or remark('iptables cannot shut the way to others') }
    return shut();
}
sub keep {
    my ($path, $words) = @_;
    mkdir $_ for '/var/lib/sessionctl', '/var/lib/sessionctl/guard';
    open(my $file, '>', "$path.new") or die "$path: $!\n";
    print $file $words;
    close $file and rename "$path.new", $path or die "$path: $!\n";
}
sub hold {
    keep($HOLD, '');
    state_is('held', 'kept shut until it is admitted');
    let_finish() unless is_shut();
    return shut();
}
sub admit { shut(); return join_cluster('admitted') }
sub note { state_is('open', 'memcached has not been started under guard yet') unless is_shut(); return 1 }
# Here, too, whoever has a connection finishes first.
sub away {
    refuse("$MEMCACHED --syn", @_) and let_go(@_);
    return refuse($MEMCACHED, @_) && keep($AWAY, "@_\n");
}
sub refuse {
    my ($what, @addresses) = @_;
    return restore(program('OUTPUT', 'SESSIONCTL-AWAY', map { "-d $_/32 $what -j REJECT --reject-with tcp-reset" } @addresses));
}
sub back {
    unlink $AWAY or $!{ENOENT} or die "$AWAY: $!\n";
    my @all = rules();
    return 1 unless grep { $_ eq '-N SESSIONCTL-AWAY' } @all;
    my @jumps = map { '-D OUTPUT -j SESSIONCTL-AWAY' } grep { $_ eq '-A OUTPUT -j SESSIONCTL-AWAY' } @all;
    return restore(join "\n", '*filter', @jumps, '-F SESSIONCTL-AWAY', '-X SESSIONCTL-AWAY', "COMMIT\n");
}

# --- a memcached, as its doc/protocol.txt has it

# Connects; nothing when it is down, shut, or silent for a second.
sub dial {
    my ($address) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $PORT, Proto => 'tcp', Timeout => 1,
        LocalAddr => $address eq $OWN ? '127.0.0.1' : $OWN) or return;
    $socket->sockopt(Socket::SO_KEEPALIVE(), 1);
    setsockopt $socket, Socket::IPPROTO_TCP(), Socket::TCP_NODELAY(), 1;
    $socket->blocking(0);
    my $server = { name => $address, socket => $socket, in => '', at => 0 };
    return eval { ask($server, 'version') =~ /^VERSION/ } ? $server : undef;
}
sub lost { my ($server, $why) = @_; $server->{lost} = 1; die "$server->{name} $why\n" }
sub wait_for {
    my ($server, $to_write) = @_;
    vec(my $bits = '', fileno $server->{socket}, 1) = 1;
    my ($in, $out) = $to_write ? (undef, $bits) : ($bits, undef);
    select($in, $out, undef, 10) or lost($server, 'does not answer');
}
sub put {
    my $server = $_[0];
    my ($at, $length) = (0, length $_[1]);
    while ($at < $length) {
        my $sent = syswrite $server->{socket}, $_[1], $length - $at, $at;
        if (defined $sent) { $at += $sent }
        elsif ($!{EAGAIN}) { wait_for($server, 1) }
        elsif (!$!{EINTR}) { lost($server, "is lost: $!") }
    }
}
sub more {
    my ($server) = @_;
    if ($server->{at} > 1 << 20) { substr($server->{in}, 0, $server->{at}) = ''; $server->{at} = 0 }
    while (1) {
        my $read = sysread $server->{socket}, $server->{in}, 1 << 18, length $server->{in};
        return if $read;
        lost($server, 'has closed the connection') if defined $read;
        if ($!{EAGAIN}) { wait_for($server, 0) }
        elsif (!$!{EINTR}) { lost($server, "is lost: $!") }
    }
}
sub line {
    my ($server) = @_;
    my $end;
    more($server) while ($end = index $server->{in}, "\n", $server->{at}) < 0;
    my $line = substr $server->{in}, $server->{at}, $end - $server->{at};
    $server->{at} = $end + 1;
    $line =~ s/\r$//;
    return $line;
}
sub ask { my ($server, $words) = @_; put($server, "$words\r\n"); return line($server) }

# Calls back with key, flags, value and cas of each of these keys that is there.
sub fetch {
    my ($server, $found, @keys) = @_;
    while (my @some = splice @keys, 0, 100) {
        put($server, "gets @some\r\n");
        while ((my $head = line($server)) ne 'END') {
            my ($word, $key, $flags, $length, $cas) = split ' ', $head;
            lost($server, "answers \"$head\"") unless $word eq 'VALUE' and defined $cas;
            more($server) while length($server->{in}) - $server->{at} < $length + 2;
            $found->($key, $flags, substr($server->{in}, $server->{at}, $length), $cas);
            $server->{at} += $length + 2;
        }
    }
}

# Carries out storage commands, each [line, value], and returns the answers in their order.
sub store {
    my ($server, @commands) = @_;
    my @answers;
    while (my @some = splice @commands, 0, 100) {
        put($server, join '', map { "$_->[0]\r\n$_->[1]\r\n" } @some);
        push @answers, line($server) for @some;
    }
    return @answers;
}
sub stat_of {
    my ($server, $wanted) = @_;
    my $value = 0;
    put($server, "stats\r\n");
    while ((my $line = line($server)) ne 'END') { $value = $1 if $line =~ /^STAT \Q$wanted\E (\d+)/ }
    return $value;
}
sub room { my ($server, $share) = @_; return ($share || $FULL) * stat_of($server, 'limit_maxbytes') - stat_of($server, 'bytes') }

# --- where PHP keeps a session, where fewer than all servers hold it: memcache_pool.c, mmc_pool_find_next, and
# memcache_consistent_hash.c of PHP's module; strategy consistent, function crc32, every weight 1

my (@crc, @ring);
sub crc { my ($crc, $text) = @_; $crc = $crc[($crc ^ $_) & 255] ^ $crc >> 8 for unpack 'C*', $text; return $crc }
sub ring {
    @crc = map { my $crc = $_; $crc = $crc & 1 ? 0xEDB88320 ^ $crc >> 1 : $crc >> 1 for 1 .. 8; $crc } 0 .. 255;
    my @points;
    for my $server ($OWN, @PEERS) {
        my $seed = crc(0xFFFFFFFF, "$server:$PORT-");
        push @points, map { [ crc($seed, $_) ^ 0xFFFFFFFF, $server ] } 0 .. 159;
    }
    @points = sort { $a->[0] <=> $b->[0] } @points;
    my $at = 0;
    for my $bucket (0 .. 1023) {
        $at++ while $at < @points and $points[$at][0] < $bucket * int(0xFFFFFFFF / 1024);
        push @ring, $points[ $at % @points ][1];
    }
}
# Whether this server is among those that hold this session.
sub belongs {
    my ($key, $server) = @_;
    return 1 unless $COPIES;
    ring() unless @ring;
    my ($seed, %before) = crc(0xFFFFFFFF, "$key-");
    for my $probe (0 .. 499) { # memcache.max_failover_attempts
        my $found = $ring[ (crc($seed, $probe) ^ 0xFFFFFFFF) & 1023 ];
        return 1 if $found eq $server;
        $before{$found} = 1;
        return 0 if keys %before >= $COPIES;
    }
    return 0;
}

# What it holds of what belongs to that server and was not there when it was last looked at, as this memory has it: key to
# [expiry, size, whether an older one was there]; the keys that are gone since; and the names of all its locks. A session
# that is written gets a new number (cas), and a number is easily looked up: with 100,000 sessions that takes a tenth
# of a second.
sub look {
    my ($server, $memory, $whose) = @_;
    my ($round, $at, $number) = (++$memory->{round}, $memory->{at} ||= {}, $memory->{number} ||= {});
    my ($met, $came, @new, %changed, @gone, @locks) = (0, 0);
    dump_of($server, sub {
        while ($_[0] =~ / cas=(\d+) /g) {
            if (my $before = $at->{$1}) { $met++ if $before != $round; $at->{$1} = $round; next }
            my $from = rindex($_[0], "\n", $-[0]) + 1;
            push @new, substr $_[0], $from, index($_[0], "\n", $from) - $from;
        }
    });
    for (@new) {
        my ($key, $expiry, $cas, $size) = /^key=(\S+) exp=(-?\d+) la=\d+ cas=(\d+) .*?size=(\d+)/ or next;
        $memory->{top} = $cas if $cas > ($memory->{top} // 0);
        $key = plain($key) if index($key, '%') >= 0;
        if (substr($key, -5) eq '.lock') { push @locks, $key; next }
        my $before = $number->{$key};
        # A walk over lists may have met both.
        $came-- if $before and (delete $at->{$before} // 0) == $round;
        $number->{$key} = $cas;
        $at->{$cas} = $round;
        $came++;
        $changed{$key} = [ $expiry < 0 ? 0 : $expiry, $size, $before ] if !$COPIES or belongs($key, $whose);
    }
    if (keys %$at > $met + $came) {
        while (my ($key, $cas) = each %$number) { push @gone, $key if $at->{$cas} != $round }
        delete @{$at}{ delete @{$number}{@gone} };
    }
    return (\%changed, \@gone, \@locks);
}
sub plain { my ($key) = @_; $key =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; return $key }
sub locks_of {
    my ($server) = @_;
    my @locks;
    dump_of($server, sub { push @locks, map { plain($_) } $_[0] =~ /^key=(\S+[.]lock) /mg });
    return @locks;
}
# Hands on a line for each item, some lines at a time. Walking the hash table finds what moves between lists meanwhile;
# older versions walk lists only.
sub dump_of {
    my ($server, $lines) = @_;
    my $until = now() + ($hurry || $PATIENCE);
    while (1) {
        my $word = lines_of($server, 'lru_crawler metadump ' . ($server->{lists} ? 'all' : 'hash'), $lines);
        return if $word eq 'END' or $word =~ /^NOTSTARTED/; # it holds nothing
        if ($word =~ /^BUSY/) {
            if (now() < $until) { nap(0.01); next }
            die "$server->{name} is busy with other dumps\n" if $hurry;
            lost($server, 'is busy with other dumps');
        }
        elsif (!$server->{lists}) { $server->{lists} = 1 }
        else { die "$server->{name} does not say what it holds, but \"$word\"\n" } # nor will it when it is asked again
    }
}
# Hands on all lines up to the one that says END, and returns that; or the first line, when it is an error.
sub lines_of {
    my ($server, $words, $lines) = @_;
    put($server, "$words\r\n");
    more($server) while index($server->{in}, "\n", $server->{at}) < 0;
    return line($server) if substr($server->{in}, $server->{at}, 4) ne 'key=';
    while (1) {
        my $end = rindex($server->{in}, "\n") + 1;
        if ($end > $server->{at}) {
            my $some = substr $server->{in}, $server->{at}, $end - $server->{at};
            $server->{at} = $end;
            $lines->($some);
            return 'END' if $some =~ /^END\r?\n\z/m;
        }
        more($server);
    }
}

# Which of these locks PHP holds on any of these servers: a lock that is free has the value 0 or is gone.
sub taken {
    my ($servers, @locks) = @_;
    my %taken;
    fetch($_, sub { $taken{ $_[0] } = 1 if $_[2] > 0 }, @locks) for @$servers;
    return \%taken;
}

# --- re-joining

my $own;            # this memcached
my $watcher;        # is told what has become of the port: held, open, shut
my @sources;        # the peers that it is filled from
my %held;           # key to expiry of what was put into it
my %missed;         # keys of sessions that a peer has no longer
my %where;          # where fewer copies are kept: key to [expiry, size, peer] of the latest of them
my %former;         # peer to what it held, as far as is known, before it was lost
my $newest = 0;     # the latest expiry of all
my $left_out = 0;   # sessions for which there is no room
my $share = $FULL;  # of its memory that may be filled
my $orphaned = 0;   # whether all peers were lost while it was filled
my $crowded = 0;    # whether peers have pushed sessions out: nobody holds all of them any more
my $took = 0;       # seconds of the last pass
my %suspects;       # sessions whose lock here is perhaps abandoned: when a peer had them anew, and what changes() said then
my %before;         # what it held before it was filled

sub join_cluster {
    my ($admitted) = @_;
    $watcher = watch();
    my $until = now() + $PATIENCE;
    until ($own = dial($OWN)) { now() < $until or die "memcached does not listen at $OWN:$PORT\n"; nap(0.02) }
    if (-e $HOLD and !$admitted) { state_is('held', 'kept shut until it is admitted'); return shut() }
    my $founding = unlink $ALONE;
    find_sources($founding || !@PEERS ? 0 : $WAIT);
    my $evicted = stat_of($own, 'evictions');
    my ($before, undef, $locks) = look($own, {}, $OWN);
    %before = %$before;
    # Nobody can give them back any more, and whoever comes would wait for them.
    ask($own, "delete $_") for @$locks;
    state_is('filling', 'from ' . (join(', ', map { $_->{name} } @sources) || 'nobody'));
    without_lost($@, $PATIENCE) until eval { measure() and fill() and forget_others(keys %before) };
    $left_out += stat_of($own, 'evictions') - $evicted;
    die "$left_out sessions do not fit into its memory, and would be lost; raise memcached.memory in the inventory\n"
        if $left_out and !$founding and !$crowded;
    if (-e $HOLD and !$admitted) { state_is('held', 'kept shut until it is admitted'); return 1 } # since it began
    unlink $HOLD;
    my $busy = open_port();
    # Nobody writes around the opening where there is no peer to write to, or no cluster yet.
    my $unused = !@sources || ($founding && !%held && !%$busy);
    without_lost($@, 0) until $unused or eval { settle($busy) };
    ask($own, 'delete sessionctl.lock');
    my $words = keys(%held) . ' sessions from ' . (join(', ', map { $_->{name} } @sources) || 'nobody');
    state_is('open', $words . ($left_out ? "; $left_out did not fit into its memory" : ''));
    return 1;
}

# A process that shuts the port when this one ends while it holds it: pages would wait for a server that lets them in and
# does not answer.
sub watch {
    pipe(my $told, my $teller) or die "pipe: $!\n";
    return $teller if fork // die "fork: $!\n";
    close $teller;
    my $port = '';
    while (sysread $told, my $what, 1) { $port = $what }
    # Twice, for what the other had begun may come later.
    for ($port eq 'h' ? 1 .. 2 : ()) { shut() if grep { /^-A SESSIONCTL-GATE .*-j DROP$/ } rules(); nap(0.5) }
    exit 0;
}

# The peers that are open. Perhaps none is: the whole cluster boots, or the others are shut, too. They are waited for a
# little; then nobody is left who holds a session.
sub find_sources {
    my ($wait) = @_;
    my $until = now() + $wait;
    until (@sources = grep { $_ } map { dial($_) } @PEERS) { now() < $until or return; nap(0.2) }
}

# A peer that is lost meanwhile has all that it would have told in common with the others. The last one is waited for: it
# may only have been silent, and what it holds would be missing here.
sub without_lost {
    my ($why, $patience) = @_;
    die $why if $own->{lost} or !grep { $_->{lost} } @sources;
    remark("goes on without $why");
    $former{ $_->{name} } = $_->{memory}{number} || {} for grep { $_->{lost} } @sources;
    @sources = grep { !$_->{lost} } @sources;
    return if @sources or !$patience;
    $orphaned = 1;
    find_sources($patience);
}

# How much of its memory may be filled.
sub measure {
    my $limit = stat_of($own, 'limit_maxbytes');
    $crowded ||= grep { stat_of($_, 'evictions') } @sources;
    my $larger = grep { stat_of($_, 'limit_maxbytes') > $limit } @sources;
    $share = $crowded || $larger ? $FULL : 1;
    return 1;
}

# Passes over the peers, each shorter than the one before, for there is less to copy, until they get no shorter.
sub fill {
    my $shortest = 1e9;
    for (1 .. 20) {
        pass(\@sources);
        last if $took > 0.6 * $shortest or $took < 0.05;
        $shortest = $took;
        shut(); # a reload of somebody else's rules may have taken ours away
    }
    return 1;
}

# One look at peers, and everything that has changed there since the last one. Returns the names of all locks, those of
# others too.
sub pass {
    my ($peers, @others) = @_;
    my $from = now();
    my ($changed, $gone, $locks) = changes(@$peers);
    my %locks = map { $_ => 1 } @$locks, map { locks_of($_) } @others;
    copy($changed);
    forget($gone);
    $took = now() - $from;
    return keys %locks;
}

# What has changed at these peers: key to [expiry, size, peer] of its latest copy, for a later write expires later in PHP's
# module; the keys that no peer has any more, as far as is known; and the names of all locks.
sub changes {
    my (%latest, %locks);
    for my $peer (@_) {
        my ($changed, $gone, $locks) = look($peer, $peer->{memory} ||= {}, $OWN);
        @locks{@$locks} = ();
        @missed{@$gone} = ();
        while (my ($key, $facts) = each %$changed) {
            my ($expiry, $size, $before) = @$facts;
            $newest = $expiry if $expiry > $newest;
            # What was written anew at the same peer is newer, whatever its clock says.
            next if exists $held{$key} and $expiry < $held{$key} and !$before and !$former{ $peer->{name} }{$key};
            $latest{$key} = [ $expiry, $size, $peer ] if !$latest{$key} or $expiry > $latest{$key}[0];
        }
    }
    @where{ keys %latest } = values %latest if $COPIES;
    delete @missed{ grep { !exists $held{$_} } keys %missed };
    my @gone = grep { my $key = $_; !grep { $_->{memory}{number}{$key} } @_ } keys %missed;
    return (\%latest, @_ ? \@gone : [], [ keys %locks ]);
}

# Copies from the peers while the port is shut, the newest first, as long as there is room: what is pushed out is lost.
sub copy {
    my ($changed) = @_;
    my ($room, $now, $out, %wanted) = (room($own, $share), time, '');
    for my $key (sort { $changed->{$b}[0] <=> $changed->{$a}[0] } keys %$changed) {
        my ($expiry, $size, $peer) = @{ $changed->{$key} };
        next if $expiry and $expiry <= $now;
        if (!exists $held{$key} and !exists $before{$key} and ($room -= $size) < 0) { $left_out++; next }
        push @{ $wanted{ $peer->{name} } }, $key;
    }
    for my $peer (@sources) {
        fetch($peer, sub {
            my ($key, $flags) = @_;
            $held{$key} = $changed->{$key}[0];
            $out .= "set $key $flags $held{$key} " . length($_[2]) . " noreply\r\n$_[2]\r\n";
            if (length $out > 1 << 17) { put($own, $out); $out = '' }
        }, @{ $wanted{ $peer->{name} } || [] });
    }
    put($own, $out);
    ask($own, 'version'); # all of it has been read when this is answered
}

# Sessions that ended meanwhile; a walk may also have missed them.
sub forget {
    my ($gone) = @_;
    # One that was lost and came back may be as empty as this one was.
    return if $orphaned;
    my %there;
    fetch($_, sub { $there{ $_[0] } = 1 }, @$gone) for @sources;
    for my $key (grep { !$there{$_} } @$gone) { ask($own, "delete $key"); delete $held{$key} }
}

# Of what this memcached held before it was filled: nobody has written here since, so what no peer has is a session that ended.
sub forget_others {
    my $all = !$COPIES || @sources == @PEERS;
    forget([ grep { !exists $held{$_} } @_ ]) if @sources and $all;
    return 1;
}

# Opens the port. A request that began before asked the peers, and writes to them only: until it ends, its session is
# older here. So between shut and open lies a moment in which a connection to the port is accepted, but what is sent on
# it is dropped, and sent again by TCP 0.2, 0.4 and 0.8 s later (a tail loss probe, RFC 8985; Linux's smallest time-out,
# doubled, RFC 6298). In that moment everybody who began before is waited for, and copied. Who takes longer is known by the
# lock that PHP holds on the session; it is locked here as well. A moment that gets too long ends with the port shut, so
# that nothing of what was sent is carried out after PHP has given it up: its lock would be left behind. Then it is tried
# again. The same where the packet filter itself takes so long to open it. Returns those sessions.
sub open_port {
    for my $try (1 .. $MOST_TRIES) {
        # Nobody else stops before this one has looked on.
        store($own, [ "set sessionctl.lock 0 $LOCK_SECONDS 1", 0 ]);
        my $from = now();
        my $busy = opened($try >= $TRIES);
        return $busy if $busy;
        my $lasted = now() - $from;
        nap($lasted + 0.2 > $APART ? $lasted + 0.2 : $APART);
        without_lost($@, 0) until eval { pass(\@sources); 1 };
    }
    die "its peers cannot be looked at in time\n";
}
sub opened {
    my ($however_late) = @_;
    my ($holder, $opener) = (restorer(), restorer());
    my $hold = program('INPUT', 'SESSIONCTL-GATE', "$PHP ! --syn -j DROP");
    my %top = map { $_->{name} => $_->{memory}{top} // 0 } @sources;
    syswrite $watcher, 'h';
    my $from = now();
    restore($hold, $holder) or die "iptables cannot hold the port\n";
    my $held = now();
    nap($RESET);
    my $late = (now() - $held) / $RESET;
    my $after = $late < 1 ? 1 : $late > 10 ? 10 : $late;
    $AFTER = $after if $AFTER < $after;
    my $open = program('INPUT', 'SESSIONCTL-GATE');
    my $limit = $took > $LONG ? $LATE : $TOO_LATE;
    my (%busy, $failed);
    $hurry = $limit;
    eval {
        # Each of them holds everything, where all copies are kept. One look only: the more they hold, the longer it takes.
        # A lock is on one server, the first that PHP reached.
        my ($first, @others) = @sources or return;
        my @locks = $COPIES ? pass(\@sources) : pass([ $first ], @others);
        # Who has given his lock back since the last look may have written after this one.
        my %ended;
        for my $peer (@sources) {
            fetch($peer, sub {
                my ($lock, undef, $value, $cas) = @_;
                if ($value > 0) { $busy{$lock} = 1 }
                elsif ($cas > $top{ $peer->{name} }) { $ended{$lock} = 1 }
            }, @locks);
        }
        @ended{ keys %busy } = ();
        while (%busy and now() < $held + $HELD_BACK) { nap(0.005); %busy = map { $_ => 1 } under_way(keys %busy) }
        lock_here(map { /^(.*)\.lock$/s } keys %busy);
        repair(\%where, map { !$busy{$_} && /^(.*)\.lock$/s ? $1 : () } keys %ended);
        1;
    } or $@ and remark($failed = $@);
    $hurry = 0;
    my @busy = map { /^(.*)\.lock$/s } keys %busy;
    if ($failed or !$however_late and now() > $from + $limit) {
        shut();
        syswrite $watcher, 's';
        ask($own, "delete $_.lock") for @busy;
        close $opener;
        return;
    }
    restore($open, $opener) or die "iptables cannot open the port\n";
    if (!$however_late and now() > $from + $SENT) {
        remark('the port opened too late, and is shut again');
        let_finish();
        shut();
        syswrite $watcher, 's';
        ask($own, "delete $_") for locks_of($own);
        return;
    }
    syswrite $watcher, 'o';
    return { map { $_ => 1 } @busy };
}
sub under_way { return keys %{ taken(\@sources, @_) } }
sub lock_here { store($own, map { [ "add $_.lock 0 $LOCK_SECONDS " . length($MARK), $MARK ] } @_) }
sub unlock_here { unlock_at($own, map { "$_.lock" } @_) }
sub unlock_at {
    my ($server, @locks) = @_;
    for (1 .. 100) {
        my @free;
        fetch($server, sub { push @free, [ @_[ 0, 3 ] ] if $_[2] >= $MARK }, @locks);
        my @answers = store($server, map { [ "cas $_->[0] 0 1 1 $_->[1]", 0 ] } @free);
        @locks = map { $free[$_][0] } grep { $answers[$_] eq 'EXISTS' } 0 .. $#free or return;
    }
}

# After the opening: the requests that are still under way are waited for, as long as PHP itself would wait for their
# locks; and for a while everything that was written around the opening is looked for.
sub settle {
    my ($busy) = @_;
    my ($from, %asking) = now();
    while (%$busy and now() < $from + $LOCK_SECONDS) {
        now() < $from + $AFTER ? look_on() : free_abandoned();
        nap(0.01);
        my $taken = taken(\@sources, map { "$_.lock" } keys %$busy);
        my @done = grep { !$taken->{"$_.lock"} } keys %$busy;
        repair(\%where, @done);
        unlock_here(@done);
        delete @{$busy}{@done};
        let_itself_in(\%asking, keys %$busy);
    }
    unlock_here(keys %$busy);
    do { nap(0.02); look_on() } while now() < $from + $AFTER;
    while (%suspects and now() < $from + $LOCK_SECONDS) { nap(0.02); free_abandoned() }
    return 1;
}
# A session that is new is on no server yet, and some modules (Debian 13's, 3.0.8) ask one after the other for it, and lock
# it on each: who comes here last would wait for the lock that was put here for his own. Each who asks counts it up.
sub let_itself_in {
    my ($asking, @busy) = @_;
    my %asked;
    fetch($own, sub { $asked{ substr $_[0], 0, -5 } = 1 if $_[2] > $MARK }, map { "$_.lock" } @busy);
    $asking->{$_} ||= now() for keys %asked;
    my @long = grep { now() > $asking->{$_} + $SURE } keys %$asking or return;
    delete @{$asking}{@long};
    my %known;
    fetch($_, sub { $known{ $_[0] } = 1 }, @long) for @sources;
    unlock_here(grep { !$known{$_} } @long);
}
sub look_on {
    my ($changed, $gone) = changes(@sources);
    repair($changed, keys %$changed, @$gone);
    $suspects{$_} = [ now(), $changed->{$_} ] for grep { belongs($_, $OWN) } keys %$changed;
    free_abandoned();
}
# A request that was let in while the port was held may give this server up just before it is answered, where the machine
# is busy: its lock stays here until it expires, and everybody waits for it. What such a request writes is at the peers
# only; who still uses his lock has not written anywhere, for nobody else writes to his session meanwhile.
sub free_abandoned {
    my @keys = grep { now() > $suspects{$_}[0] + $SURE } keys %suspects or return;
    my %latest = map { $_ => $suspects{$_}[1] } @keys;
    my $locks = own_locks(@keys);
    my $first = differences(\%latest, 1, keys %$locks);
    my $taken = taken(\@sources, map { "$_.lock" } keys %$locks);
    delete @suspects{ grep { !$first->{$_} and !$taken->{"$_.lock"} } @keys };
    return unless %$first;
    nap(0.02);
    my ($still, $held) = (differences(\%latest, 1, keys %$first), own_locks(keys %$first));
    for my $key (keys %$still) {
        my ($mine, $theirs, $before, $lock) = (@{ $still->{$key} }, $first->{$key}, $held->{$key});
        next unless $theirs and $lock and $lock == $locks->{$key} and same($mine, $before->[0]) and same($theirs, $before->[1]);
        my $facts = "$theirs->[0] $latest{$key}[0] " . length $theirs->[1];
        my ($answer) = store($own, [ $mine ? "cas $key $facts $mine->[2]" : "add $key $facts", $theirs->[1] ]);
        next unless $answer eq 'STORED';
        remark('frees a lock that its owner has given up');
        store($own, [ "cas $key.lock 0 1 1 $lock", 0 ]);
    }
}
# PHP's locks on these sessions here: session to the number (cas) of its lock.
sub own_locks {
    my %locks;
    fetch($own, sub { $locks{ substr $_[0], 0, -5 } = $_[3] if $_[2] > 0 and $_[2] < $MARK }, map { "$_.lock" } @_);
    return \%locks;
}

# Makes these sessions what they are at the peers. PHP writes to all of us at once, but not in the same instant: what
# differs is looked at again, and left alone when it has changed or somebody holds its lock.
sub repair {
    my ($latest, @keys) = @_;
    return unless @sources;
    @keys = grep { belongs($_, $OWN) } @keys;
    while (my @some = splice @keys, 0, 100) {
        my $first = differences($latest, 0, @some);
        next unless %$first;
        nap(0.005);
        my $still = differences($latest, 0, keys %$first);
        my (@commands, @ended);
        for my $key (keys %$still) {
            my ($mine, $theirs, $before) = (@{ $still->{$key} }, $first->{$key});
            next unless same($mine, $before->[0]) and same($theirs, $before->[1]);
            if (!$theirs) { push @ended, $key unless $orphaned; next }
            my $expiry = $latest->{$key} ? $latest->{$key}[0] : $newest || time + 1440;
            my $facts = "$theirs->[0] $expiry " . length $theirs->[1];
            push @commands, [ $mine ? "cas $key $facts $mine->[2]" : "add $key $facts", $theirs->[1] ];
            $held{$key} = $newest;
        }
        store($own, @commands);
        ask($own, "delete $_") for @ended;
    }
}
sub same { my ($one, $other) = @_; return $one && $other ? $one->[2] == $other->[2] : !$one && !$other }

# Of these sessions, those that are not the same here and there and that nobody has locked: key to [mine, theirs], each
# [flags, value, cas]; where locks here do not count, that nobody has locked at the peers. Ours is looked at first, so that
# a write to all of us that comes meanwhile shows in its cas.
sub differences {
    my ($latest, $despite, @keys) = @_;
    my (%mine, %theirs, %differ);
    fetch($own, sub { my ($key, @copy) = @_; $mine{$key} = \@copy }, @keys);
    my $taken = taken(\@sources, map { "$_.lock" } @keys);
    $taken->{"$_.lock"} = 1 for $despite ? () : keys %{ own_locks(@keys) };
    for my $peer (@sources) {
        fetch($peer, sub {
            my ($key, @copy) = @_;
            $theirs{$key} = \@copy if !$theirs{$key} or ($latest->{$key} and $latest->{$key}[2] == $peer);
        }, @keys);
    }
    for my $key (grep { !$taken->{"$_.lock"} } @keys) {
        my ($mine, $theirs) = ($mine{$key}, $theirs{$key});
        next if !$mine && !$theirs or $mine && $theirs && $mine->[1] eq $theirs->[1];
        $differ{$key} = [ $mine, $theirs ];
    }
    return \%differ;
}

# --- before a stop, and after a start

sub servers {
    my @servers;
    for my $address (@_) { push @servers, dial($address) // die "$address:$PORT is down, shut, or does not answer\n" }
    return @servers;
}
sub reachable { servers(@_); return 1 }
sub any { return scalar(grep { dial($_) } @_) || die "none of " . join(', ', @_) . " can be reached from here\n" }

sub give {
    my @peers = servers(@_);
    # Nobody gets anything from it any more, PHP neither, and only a restart can mend that.
    unless ($own = dial($OWN)) { remark("memcached does not answer at $OWN:$PORT; what it holds comes back from its peers"); return 1 }
    my ($limit, $crowded) = (stat_of($own, 'limit_maxbytes'), stat_of($own, 'evictions'));
    for my $peer (@peers) {
        my ($mine) = look($own, {}, $peer->{name});
        my ($theirs) = look($peer, {}, $peer->{name});
        my @lacking = grep { !$theirs->{$_} or $theirs->{$_}[0] < $mine->{$_}[0] } keys %$mine;
        # What fits here without anything being pushed out fits there.
        my $roomy = !$crowded && stat_of($peer, 'limit_maxbytes') >= $limit;
        my ($room, $given, $left) = (room($peer, $roomy ? 1 : $FULL), 0, 0);
        while (my @some = splice @lacking, 0, 100) {
            my (%old, @commands);
            fetch($peer, sub { $old{ $_[0] } = [ @_[ 2, 3 ] ] }, @some);
            my $taken = taken([ $own, @peers ], map { "$_.lock" } @some);
            fetch($own, sub {
                my ($key, $flags, $value) = @_;
                my $old = $old{$key};
                return if $taken->{"$key.lock"} or ($old and $old->[0] eq $value);
                if (($room -= $mine->{$key}[1]) < 0) { $left++; return }
                my $facts = "$flags $mine->{$key}[0] " . length $value;
                push @commands, [ $old ? "cas $key $facts $old->[1]" : "add $key $facts", $value ];
            }, @some);
            $given += grep { $_ eq 'STORED' } store($peer, @commands);
        }
        remark("gave $given sessions to $peer->{name}") if $given;
        die "$peer->{name} has no room for $left sessions that only $OWN holds\n" if $left;
    }
    return 1;
}

sub whole {
    my @peers = servers(@_);
    $own = dial($OWN) or die "memcached does not listen at $OWN:$PORT\n";
    my %theirs;
    for my $peer (@peers) { my ($sessions) = look($peer, {}, $OWN); @theirs{ keys %$sessions } = () }
    my ($mine) = look($own, {}, $OWN);
    my %missing = map { $_ => 1 } grep { !exists $mine->{$_} } keys %theirs;
    fetch($own, sub { delete $missing{ $_[0] } }, keys %missing);
    my %there;
    fetch($_, sub { $there{ $_[0] } = 1 }, keys %missing) for @peers;
    my $count = grep { $there{$_} } keys %missing;
    die "it lacks $count of its peers' sessions\n" if $count;
    die "its port is still shut\n" if is_shut() and !-e $HOLD;
    return 1;
}

my %commands = (
    drain => \&drain, close => \&close_port, join => \&join_cluster, hold => \&hold, admit => \&admit, note => \&note,
    able => \&able, reachable => \&reachable, any => \&any, give => \&give, whole => \&whole, away => \&away, back => \&back,
);
my $command = $commands{ shift @ARGV // '' } or fail('there is no such command; see the head of this file');
exit(eval { $command->(@ARGV) } ? 0 : fail($@ || 'it could not be done'));
[/#noparse]
