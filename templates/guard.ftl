#!/usr/bin/perl
[#-- The complete program /usr/local/lib/sessionctl/guard. It needs only perl-base and iptables. --]
# Written by sessionctl. Keeps PHP away from a memcached that does not hold what its peers hold: asked for a session
# that it lacks, such a memcached makes PHP begin an empty one and write that over every good copy.
#   guard drain           refuses new connections and lets open ones finish, before memcached stops (ExecStop)
#   guard close           fences the port before memcached starts (ExecStartPre)
#   guard join            fills memcached from its peers, then opens the port (ExecStartPost)
#   guard hold            cordons: fences the port and keeps it fenced, over restarts too, until "admit"
#   guard admit           uncordons: ends "hold", and joins
#   guard note            writes the state file if memcached has not been started under the guard yet
#   guard able            tests that the packet filter can fence the port here
#   guard reachable A..   tests that all of these servers are open
#   guard any A..         tests that at least one of them is open
#   guard give A..        pushes to these servers what this one holds and they lack, before it stops
#   guard whole [A..]     tests that this one is open, and holds every session that these hold
#   guard away A.. | back blocks servers that leave the cluster; unblocks them
#   guard cut             drops all packets for the port, as if the droplet were gone, until "close" (for a drill)
#   guard restore         restores the fence and the blocks, after another program has replaced the rules
# Exit: 0 done, yes; 1 not done, no: the reason is on standard error, and a port that was fenced stays fenced.
# A fenced port answers with a reset (iptables-extensions(8), REJECT --reject-with tcp-reset), so that PHP asks the next
# server at once. Connections from 127.0.0.1 pass: the guard itself reaches memcached from there.
use strict;
use warnings;
use Errno;
use Fcntl ':flock';
use File::Glob;
use IO::Socket::INET;

my $OWN = '[=private_ip]';
my $PORT = [=memcached.port];
my @PEERS = qw([=peers?join(" ")]);
my $COPIES = [=copies]; # the least number of servers that hold each session; 0: all of them
my $LOCK_SECONDS = [=sessions.lock_timeout.value];
my $PHP_WAITS = [=sessions.server_timeout]; # seconds that PHP waits for a server that does not respond
[#noparse]
my $WAIT = 5;               # seconds for peers that are down or fenced themselves, before the port opens without them
my $PATIENCE = 60;          # seconds for a memcached that answers, but is not ready
my $SILENCE = 10;           # seconds without a byte of an answer, after which a server counts as lost
my $WAITING = 300;          # seconds of waiting for one server in all: the limit for one that sends byte by byte
my $LONGEST_LINE = 1 << 14; # bytes
my $LONGEST_VALUE = 1 << 27;
my $LONGEST_ANSWER = 1 << 29; # values of one answer together
my $LONGEST_DUMP = 1 << 29;
my $MOST = 1_000_000;       # names of sessions and locks at one server; more if this server's memory could hold more
my $SMALLEST = 80;          # bytes of an item with such a name, its header included
my $MOST_STATS = 1000;      # lines
my $ROUNDS = 10;            # how often a lost server is awaited, while memcached is filled
my $hurry = 0;              # seconds that replace $PATIENCE, while the port opens
my $deadline = 0;           # the time at which waiting for any answer ends, while the port opens; 0: no limit
my $TURN = 300;             # seconds that a stop waits for another server to be open, when all droplets reboot in the same
                            # minute; the unit's TimeoutStopSec is longer
my $GONE = 60;              # the same, if no other host has answered at all; a refusal counts as an answer
my $HANDING = 10;           # seconds for handing locks to peers, before a stop
my $DRAIN = 2;              # seconds that memcached's stop waits for connections to end
my $FULL = 0.8;             # share of the memory that sessions may fill; slabs and locks cost the rest. All of it if no
                            # peer has more memory or has evicted anything (see measure)
my $RESET = 0.05;           # seconds that a request may take from a reset here to its lock at a peer
my $HELD_BACK = 0.12;       # seconds of waiting for requests under way at the peers, while the port opens
my $TOO_LATE = 0.18;        # seconds after which the port is fenced again; $LATE if a pass over the peers takes long
my $LATE = $PHP_WAITS < 0.7 ? $TOO_LATE : $PHP_WAITS < 1 ? 0.38 : 0.5;
my $SENT = $PHP_WAITS < 0.7 ? 0.2 : $PHP_WAITS < 1 ? 0.4 : 0.8; # seconds after which TCP sends again, for the last time
                            # while PHP waits for an answer
my $LONG = 0.1;             # seconds from which a pass over the peers counts as long
my $APART = 0.7;            # the least seconds between two attempts: TCP resends for that long what was sent to the port
my $TRIES = 8;              # from this attempt on the port opens however late it is
my $MOST_TRIES = 20;
my $LATEST = 5;             # seconds of such an attempt at most
my $AFTER = 1;              # seconds of watching the peers after that, for a request that took longer than $RESET; more
                            # if the machine is so busy that the guard itself is late, or that processes wait
my $PER_LOAD = 1;           # seconds of watching for each process per processor that runs or waits
my $AFTER_MOST = 10;
my $SURE = 0.1;             # seconds before the guard examines a lock here that may be abandoned
my $MARK = 1_000_000;       # the value of the guard's own locks; PHP counts its own from 0
my $RUN = '/run/sessionctl/guard';
my $HOLD = '/var/lib/sessionctl/guard/hold';
my $AWAY = '/var/lib/sessionctl/guard/away'; # the blocked servers, kept for the next boot
my $ALONE = "$RUN/alone";   # exists if there is no cluster yet: the next start waits for no peer
my $FOUNDING = 600;         # seconds for which that file counts: a run that was killed leaves it behind
my $CLOSED = "$RUN/closed"; # exists while the port is to be fenced: the PID of the process that keeps it fenced
my $BLOCKED = "$RUN/blocked"; # the same, while leaving servers are to be blocked
my $OPENING = "$RUN/opening"; # locked (flock(2)) by the process that changes the fence
my $RULES = '/etc/sessionctl/firewall.rules'; # the rules of "sessionctl firewall"; $LOAD loads them
my $LOAD = '/var/lib/sessionctl/firewall/load.sh';
my $PHP_FILES = '/etc';
my $SITES = '/var/www';
my $TURN_KEY = 'sessionctl<turn>'; # a key at a server that names the server that stops or joins. No session can have it:
                            # PHP refuses < and > in an id, so no visitor can name it

my $own;                    # this memcached
my %alive;                  # peers whose hosts have answered; a refused connection counts as an answer

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C';
$SIG{PIPE} = 'IGNORE';
umask 077;
# --- words and time

sub remark { print STDERR "guard: $_[0]\n" }
sub fail { chomp(my $why = $_[0]); remark($why); exit 1 }
sub nap { select(undef, undef, undef, $_[0]) }

# Returns seconds, in hundredths, of a clock that is never set: proc(5), /proc/uptime.
sub now { open(my $file, '<', '/proc/uptime') or die "/proc/uptime: $!\n"; return (split ' ', <$file>)[0] }

# Returns how many processes run or wait for each processor, on average over a minute: proc(5), /proc/loadavg.
sub load {
    open(my $processors, '<', '/proc/stat') or return 0;
    my $count = grep { /^cpu\d/ } <$processors>;
    return (split ' ', words_of('/proc/loadavg') || 0)[0] / ($count || 1);
}

sub state_is {
    my ($state, $words) = @_;
    remark("$state: $words");
    mkdir $_ or chmod 0700, $_ for '/run/sessionctl', $RUN;
    open(my $file, '>', "$RUN/state.new") or return;
    print $file "$state ", time, " $words\n";
    close $file and rename "$RUN/state.new", "$RUN/state";
}

# --- the fence and the blocks: chains of our own, with a jump before any other rule

# Returns the option that makes the program wait for another program that changes rules, empty if the program does not
# know it (iptables before 1.6.0, iptables-restore before 1.6.2).
my %patience;
sub patience {
    my ($program, $harmless) = @_;
    return @{ $patience{$program} ||= system("$program -w 10 $harmless </dev/null >/dev/null 2>&1") ? [] : [ '-w', '10' ] };
}
sub rules { return rules_of('iptables', @_) }
sub rules_of {
    my ($program, @chain) = @_;
    open(my $list, '-|', $program, patience($program, '-V'), '-S', @chain) or die "$program: $!\n";
    chomp(my @rules = <$list>);
    close $list or die "$program cannot list the rules\n";
    return @rules;
}
sub of_chain { my ($chain, @rules) = @_; return grep { /^-A \Q$chain\E / } @rules }
# Returns the rules of a chain of ours, or nothing unless the first rule of the built-in chain jumps there.
sub first_rules {
    my ($from, $chain) = @_;
    my @all = rules();
    my ($first) = of_chain($from, @all);
    return ($first // '') eq "-A $from -j $chain" ? of_chain($chain, @all) : ();
}

# Returns the input of iptables-restore that gives a chain these rules, and its jump the first place in a built-in
# chain.
sub program {
    my ($from, $chain, @rules) = @_;
    my @lines = (":$chain - [0:0]", map { "-A $chain $_" } @rules);
    my @now = of_chain($from, rules($from));
    if (!@now or $now[0] ne "-A $from -j $chain") {
        push @lines, "-D $from -j $chain" for grep { $_ eq "-A $from -j $chain" } @now;
        push @lines, "-I $from 1 -j $chain";
    }
    return join "\n", '*filter', @lines, "COMMIT\n";
}

# Starts iptables-restore. It acts when its input ends, so a caller can start it before the moment that counts.
sub restorer {
    my @words = ('--noflush', patience('iptables-restore', '--noflush --test'), @_);
    open(my $pipe, '|-', 'iptables-restore', @words) or die "iptables-restore: $!\n";
    return $pipe;
}
sub restore { my ($program, $pipe) = @_; $pipe ||= restorer(); print $pipe $program; return close $pipe }

my $MEMCACHED = "-p tcp -m tcp --dport $PORT";
my $PHP = "-d $OWN/32 ! -s 127.0.0.1/32 $MEMCACHED";
sub fence_rules { return program('INPUT', 'SESSIONCTL-GATE', "$PHP -j REJECT --reject-with tcp-reset") }
sub fence { return restore(fence_rules()) || die "iptables cannot close the port\n" }
sub able { return restore(fence_rules(), restorer('--test')) || die "iptables cannot close the port here\n" }
sub cut { return restore(program('INPUT', 'SESSIONCTL-GATE', "$PHP -j DROP")) || die "iptables cannot cut the port off\n" }
sub is_fenced { return scalar(my @rules = first_rules('INPUT', 'SESSIONCTL-GATE')) }
sub words_of { open(my $file, '<', $_[0]) or return ''; return <$file> // '' }
sub write_to {
    my ($path, $words) = @_;
    mkdir $_ for '/run/sessionctl', $RUN;
    open(my $file, '>', $path) or return 0;
    print $file $words;
    return close $file;
}
# Starts a process that checks the fence, or the blocks, each second and restores them: a reload of nftables,
# netfilter-persistent or any program that replaces rules removes ours, or the jump there. The process outlives this
# one, also if this one dies while it holds the port. It ends when another run of the guard has written another PID to
# the file. The process for the fence is in memcached's control group, so it also ends when memcached stops.
sub watch {
    my ($file, $restores, $what) = @_;
    pipe(my $ended, my $alive) or die "pipe: $!\n";
    my $process = fork // die "fork: $!\n";
    if ($process) { close $ended; write_to($file, $process); return $alive }
    close $alive;
    $0 = "sessionctl-guard: keeps $what";
    for (my $round = 0; ; $round++) {
        my $bits = '';
        vec($bits, fileno $ended, 1) = 1 if $ended;
        if (select($bits, undef, undef, 1) and $ended) {
            close $ended;
            undef $ended;
            # An ssh client that started this program waits until these are closed.
            for my $handle (\*STDIN, \*STDOUT, \*STDERR) { open($handle, '+<', '/dev/null') }
        }
        exit 0 if words_of($file) ne $$ and $round > 1; # in the first rounds the file may not be written yet
        eval { $restores->(); 1 }; # iptables may be busy; the next round tries again
    }
}
sub keep_closed { return watch($CLOSED, \&reclose, 'the port closed') }
sub keep_blocked { return watch($BLOCKED, \&block, 'the way to others blocked') }
# Fences the port if it is to be fenced and is not; does nothing while another process changes it.
sub reclose {
    return 1 unless -e $CLOSED;
    open(my $lock, '>', $OPENING) or return 0;
    return 1 unless flock $lock, LOCK_EX | LOCK_NB;
    return 1 if !-e $CLOSED or grep { / -j REJECT / } first_rules('INPUT', 'SESSIONCTL-GATE');
    remark('the rule that closes the port was gone');
    return fence();
}
# Blocks the leaving servers if they are to be blocked and are not.
sub block {
    my @peers = split ' ', words_of($AWAY) or return 1;
    my @blocked = grep { !/ --syn / } first_rules('OUTPUT', 'SESSIONCTL-AWAY');
    return 1 if "@peers" eq join ' ', map { m{ -d ([0-9.]+)/32 } ? $1 : '?' } @blocked;
    return refuse($MEMCACHED, @peers);
}
sub restore_rules {
    my $blocked = eval { block() };
    return reclose() && $blocked;
}
# Returns true if the rules of "sessionctl firewall" are in force as they are kept here, or none are kept. Loads them if
# they are not in force: without them every host on the private network reaches memcached.
sub firewalled {
    open(my $file, '<', $RULES) or return $!{ENOENT};
    my (%kept, $loaded);
    for (<$file>) { push @{ $kept{$1} }, $2 if /^([46]) (\S.*)/ }
    for my $try (1 .. 3) {
        return 1 unless grep { !in_force($_, $loaded, @{ $kept{$_} }) } keys %kept;
        nap(1) if $try > 1;
        $loaded = !system '/bin/sh', $LOAD if $try < 3;
    }
    return 0;
}
# Compares the kept rules of a family with those in force. If they have just been loaded, only the number of rules and
# their targets must match: some versions of iptables print rules in another form.
sub in_force {
    my ($family, $loaded, @kept) = @_;
    my @now = eval { rules_of($family == 6 ? 'ip6tables' : 'iptables') } or return $family == 6 && !-e '/proc/net/if_inet6';
    my @input = of_chain('INPUT', @now);
    shift @input if @input and $input[0] eq '-A INPUT -j SESSIONCTL-GATE';
    for (map { /^:(\S+ \S+)/ ? $1 : () } @kept) {
        my ($chain, $policy) = split / /;
        if ($policy ne '-') { return 0 unless grep { $_ eq "-P $chain $policy" } @now; next }
        # The chain of mode full, with the public ports, comes last, behind the rules of other programs.
        my ($jump) = $chain eq 'SESSIONCTL' ? $input[0] : grep { $_ eq "-A INPUT -j $chain" } @input;
        return 0 if ($jump // '') ne "-A INPUT -j $chain";
        my ($wanted, $there) = map { [ of_chain($chain, @$_) ] } \@kept, \@now;
        next if "@$wanted" eq "@$there";
        return 0 unless $loaded and targets(@$wanted) eq targets(@$there);
    }
    return 1;
}
sub targets { return join ' ', map { / -j (\S+)/ ? $1 : '?' } @_ }

# Drains the port before memcached stops in good order: open connections finish, new ones are refused. A server that
# stops responding during an answer makes the module of Debian 12 take the session for an empty one.
sub drain {
    unless (founding() or eval { is_fenced() }) { eval { await_turn(); 1 } or remark($@) }
    $deadline = 0;
    return let_finish();
}
sub let_finish {
    restore(program('INPUT', 'SESSIONCTL-GATE', "$PHP --syn -j REJECT --reject-with tcp-reset")) or return 0;
    let_go() or eval { hand_over(); 1 } or remark("the locks of requests under way are lost: $@");
    $deadline = 0;
    return 1;
}
# Waits up to $DRAIN seconds for connections to end: all others' to the port, or those from here to the given servers.
# Returns true if all ended.
sub let_go {
    my $until = now() + $DRAIN;
    while (connections(@_)) { now() < $until or return 0; nap(0.02) }
    return 1;
}
# Copies the locks of requests that are still under way to the peers. Such a request loses its lock here, and its write
# goes to the peers only. With the lock at the peers no other request begins with that session until then, and a server
# that is filled from them waits for the request. PHP frees a lock on every server that it writes to.
sub hand_over {
    my $self = dial($OWN) or return;
    $deadline = now() + $HANDING;
    my ($length, %expiry, @locks, @given) = (length $MARK, %{ locks_of($self) });
    fetch($self, sub { push @locks, $_[0] if $_[2] > 0 and $_[2] < $MARK }, keys %expiry);
    for my $peer (grep { $_ } map { @locks ? dial($_) : () } @PEERS) {
        local $peer->{until} = now() + 1;
        push @given, $peer if eval {
            my %there;
            fetch($peer, sub { $there{ $_[0] } = [ $_[2] eq '0', $_[3] ] }, @locks);
            store($peer, map { [ "add $_ 0 $expiry{$_} $length", $MARK ] } grep { !$there{$_} } @locks);
            my @free = grep { $there{$_} && $there{$_}[0] } @locks;
            store($peer, map { [ "cas $_ 0 $expiry{$_} $length $there{$_}[1]", $MARK ] } @free);
            1;
        };
    }
    nap(0.02);
    my $taken = taken([$self], @locks);
    my @ended = grep { !$taken->{$_} } @locks;
    for my $peer (@given) { local $peer->{until} = now() + 1; eval { unlock_at($peer, @ended) } }
}
# Waits until this server may stop: if all servers stopped at the same moment, every session would be lost. Enough peers
# must be open, and all open peers must agree, for a few seconds, that it is this one's turn. After $TURN or $GONE
# seconds it stops without them. Returns at once if this memcached has stopped already.
sub await_turn {
    return unless @PEERS and my $self = dial($OWN);
    my $from = now();
    $deadline = $from + $TURN;
    while (now() < $from + (%alive ? $TURN : $GONE)) {
        my @open = grep { $_ } map { dial($_) } @PEERS;
        my @agree = grep { eval { claim($_) } } @open;
        # With fewer copies than servers, the only other copies of a session may be on fenced servers.
        return if @open >= enough() and @agree == @open and !claimed($self);
        eval { release($_) } for @agree;
        nap(0.3 + rand 0.7);
    }
    remark("stops though no other server is open, or another stops, too");
}
# Returns the number of open peers that together hold every session.
sub enough { return $COPIES ? @PEERS + 2 - $COPIES : 1 }
# Claims this server's consent to the stop, for 3 seconds. Returns true unless another server has claimed it before.
sub claim {
    my ($server) = @_;
    local $server->{until} = now() + 1;
    my $mine = "$OWN stops";
    my ($answer) = store($server, [ "add $TURN_KEY 0 3 " . length $mine, $mine ]);
    return $answer eq 'STORED' || turn($server)->[0] eq $mine;
}
# Returns true if another server has claimed this server's consent.
sub claimed { return turn($_[0])->[0] !~ /^(?:\Q$OWN\E |\z)/ }
sub turn {
    my ($server) = @_;
    my $turn = ['', 0];
    fetch($server, sub { $turn = [ @_[ 2, 3 ] ] }, $TURN_KEY);
    return $turn;
}
# Withdraws the claim, unless another server has claimed since: an item stored with an expiry in the past is gone at
# once.
sub release {
    my ($server) = @_;
    local $server->{until} = now() + 1;
    my ($words, $number) = @{ turn($server) };
    store($server, [ "cas $TURN_KEY 0 -1 0 $number", '' ]) if $words =~ /^\Q$OWN\E /;
    return 1;
}
# Counts established connections: from other hosts to memcached's port or, if servers are given, from here to them.
# Source: proc(5), /proc/net/tcp; state 01 is established, addresses are in the byte order of the machine.
sub connections {
    open(my $table, '<', '/proc/net/tcp') or return 0;
    my ($port, %to) = (sprintf('%04X', $PORT), map { hex_of($_) => 1 } @_);
    return scalar grep { /: [0-9A-F]{8}:[0-9A-F]{4} ([0-9A-F]{8}):$port 01 / && $to{$1} } <$table> if %to;
    return scalar grep { /: [0-9A-F]{8}:$port ([0-9A-F]{8}):[0-9A-F]{4} 01 / && $1 ne hex_of('127.0.0.1') } <$table>;
}
sub hex_of { return sprintf '%08X', unpack 'L', pack 'C4', split /[.]/, $_[0] }

# Fences the port before memcached starts. Blocks leaving servers again, too: a boot has removed the packet filter's
# rules, and a server that was blocked lacks what was written since.
sub close_port {
    state_is('closed', 'memcached starts');
    write_to($CLOSED, 0);
    eval { block() } or remark('iptables cannot block the peers that leave the cluster');
    return fence();
}
sub keep {
    my ($path, $words) = @_;
    mkdir $_ or chmod 0700, $_ for '/var/lib/sessionctl', '/var/lib/sessionctl/guard';
    open(my $file, '>', "$path.new") or die "$path: $!\n";
    print $file $words;
    close $file and rename "$path.new", $path or die "$path: $!\n";
}
sub hold {
    keep($HOLD, '');
    state_is('held', 'kept closed until it is uncordoned');
    let_finish() unless is_fenced();
    my $alive = keep_closed();
    return fence();
}
sub admit { fence(); return join_cluster('admitted') }
sub note { state_is('open', 'memcached has not been started under guard yet') unless -e $CLOSED or is_fenced(); return 1 }
# Blocks these servers. Refuses new connections to them first, and waits up to $DRAIN seconds for open ones to end.
sub away {
    unlink $BLOCKED;
    refuse("$MEMCACHED --syn", @_) and let_go(@_);
    refuse($MEMCACHED, @_) and keep($AWAY, "@_\n") or return 0;
    my $alive = keep_blocked();
    return 1;
}
sub refuse {
    my ($what, @addresses) = @_;
    return restore(program('OUTPUT', 'SESSIONCTL-AWAY', map { "-d $_/32 $what -j REJECT --reject-with tcp-reset" } @addresses));
}
sub back {
    unlink $_ or $!{ENOENT} or die "$_: $!\n" for $AWAY, $BLOCKED;
    my @all = rules();
    return 1 unless grep { $_ eq '-N SESSIONCTL-AWAY' } @all;
    my @jumps = map { '-D OUTPUT -j SESSIONCTL-AWAY' } grep { $_ eq '-A OUTPUT -j SESSIONCTL-AWAY' } @all;
    return restore(join "\n", '*filter', @jumps, '-F SESSIONCTL-AWAY', '-X SESSIONCTL-AWAY', "COMMIT\n");
}

# --- a memcached, by its doc/protocol.txt

# Connects. Returns undef if the server is down, fenced, or does not answer within the given seconds: by default one,
# and $SILENCE for this memcached.
sub dial {
    my ($address, $seconds) = @_;
    my $server = { name => $address, waited => 0 };
    local $server->{until} = now() + ($seconds // ($address eq $OWN ? $SILENCE : 1));
    return eval { connect_to($server) } ? $server : undef;
}
sub connect_to {
    my ($server) = @_;
    my $name = $server->{name};
    return 0 if $deadline and now() >= $deadline;
    my $socket = IO::Socket::INET->new(PeerAddr => $name, PeerPort => $PORT, Proto => 'tcp', Timeout => 1,
        LocalAddr => $name eq $OWN ? '127.0.0.1' : $OWN);
    $alive{$name} = 1 if $name ne $OWN and $socket || $!{ECONNREFUSED};
    return 0 unless $socket;
    $socket->sockopt(Socket::SO_KEEPALIVE(), 1);
    setsockopt $socket, Socket::IPPROTO_TCP(), Socket::TCP_NODELAY(), 1;
    $socket->blocking(0);
    @{$server}{qw(socket in at)} = ($socket, '', 0);
    return ask($server, 'version') =~ /^VERSION/;
}
# Closes a connection on which an answer may still arrive, so that it is never taken for the answer to another question.
sub hang_up { my ($server) = @_; close delete $server->{socket} if $server->{socket} }
sub lost { my ($server, $why) = @_; hang_up($server); $server->{lost} = 1; die "$server->{name} $why\n" }
# Connects again. The server counts as lost if it has restarted: what is known of its contents is then out of date.
sub connect_again {
    my ($server) = @_;
    lost($server, 'is lost') if $server->{lost};
    my $process = $server->{process};
    eval { connect_to($server) } or lost($server, 'does not answer');
    stats($server);
    lost($server, 'has restarted') if defined $process and $process ne $server->{process};
}
sub wait_for {
    my ($server, $to_write) = @_;
    vec(my $bits = '', fileno $server->{socket}, 1) = 1;
    my ($in, $out) = $to_write ? (undef, $bits) : ($bits, undef);
    my $from = now();
    my ($limit) = sort { $a <=> $b } grep { $_ } $deadline, $server->{until};
    my $left = $limit ? $limit - $from : $SILENCE;
    my $ready = select($in, $out, undef, $left > 0 ? $left : 0);
    $server->{waited} += now() - $from;
    lost($server, 'answers too slowly') if $server->{waited} > $WAITING;
    return if $ready and $left > 0;
    lost($server, 'does not answer') unless $deadline and $limit == $deadline;
    # It may only be slow: the guard asks it again after fencing the port.
    hang_up($server);
    die "$server->{name} does not answer in time\n";
}
sub put {
    my $server = $_[0];
    connect_again($server) unless $server->{socket};
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
# Reads more of a line that has no end yet.
sub more_of_line {
    my ($server) = @_;
    lost($server, 'sends a line without an end') if length($server->{in}) - $server->{at} > $LONGEST_LINE;
    more($server);
}
sub line {
    my ($server) = @_;
    my $end;
    more_of_line($server) while ($end = index $server->{in}, "\n", $server->{at}) < 0;
    my $line = substr $server->{in}, $server->{at}, $end - $server->{at};
    $server->{at} = $end + 1;
    $line =~ s/\r$//;
    return $line;
}
sub ask { my ($server, $words) = @_; put($server, "$words\r\n"); return line($server) }
# Returns the start of a server's answer, printable and in quotes, for the journal.
sub quoted { my ($words) = @_; return '"' . substr(plainly($words), 0, 100) . '"' }
sub plainly { my ($words) = @_; return $words =~ s/[^\x20-\x7e]/?/gr }

# Calls back with key, flags, value and cas of each of these keys that the server has.
sub fetch {
    my ($server, $found, @keys) = @_;
    while (my @some = splice @keys, 0, 100) {
        put($server, "gets @some\r\n");
        my ($left, $total, %asked) = (scalar @some, 0, map { $_ => 1 } @some);
        while ((my $head = line($server)) ne 'END') {
            my ($key, $flags, $length, $cas) = $head =~ /^VALUE (\S{1,250}) ([0-9]{1,10}) ([0-9]{1,9}) ([0-9]{1,20})\z/;
            lost($server, 'answers ' . quoted($head))
                unless defined $cas and $length <= $LONGEST_VALUE and $asked{$key} and $left-- > 0;
            lost($server, 'sends too much') if ($total += $length) > $LONGEST_ANSWER;
            more($server) while length($server->{in}) - $server->{at} < $length + 2;
            my $value = substr $server->{in}, $server->{at}, $length;
            $server->{at} += $length + 2;
            lost($server, 'sends a value of another length') if substr($server->{in}, $server->{at} - 2, 2) ne "\r\n";
            $found->($key, $flags, $value, $cas);
        }
    }
}

# Executes storage commands, each [line, value], and returns the answers in their order.
sub store {
    my ($server, @commands) = @_;
    my @answers;
    while (my @some = splice @commands, 0, 100) {
        put($server, join '', map { "$_->[0]\r\n$_->[1]\r\n" } @some);
        push @answers, substr(line($server), 0, 200) for @some;
    }
    return @answers;
}
# Reads the answers to as many "set"s, and returns the keys that were refused, each with the reason.
sub refused {
    my ($server, @keys) = @_;
    my $all = "STORED\r\n" x @keys;
    my $here;
    while (($here = length($server->{in}) - $server->{at}) < length $all) {
        last if substr($server->{in}, $server->{at}) ne substr $all, 0, $here;
        more($server);
    }
    if (substr($server->{in}, $server->{at}, length $all) eq $all) { $server->{at} += length $all; return }
    return map { my $answer = line($server); $answer eq 'STORED' ? () : [ $_, $answer ] } @keys;
}
sub stats {
    my ($server) = @_;
    my ($lines, %stats) = 0;
    put($server, "stats\r\n");
    while ((my $line = line($server)) ne 'END') {
        lost($server, 'answers ' . quoted($line)) if $line !~ /^STAT /;
        lost($server, 'has too many statistics') if ++$lines > $MOST_STATS;
        $stats{$1} = $2
            if $line =~ /^STAT (pid|time|uptime|limit_maxbytes|bytes|evictions|lru_crawler_running) (\d{1,20})\z/;
    }
    # After a restart its PID or its start time differs.
    $server->{process} = join ' ', $stats{pid} // 0, ($stats{time} // 0) - ($stats{uptime} // 0);
    return \%stats;
}
sub stat_of { my ($server, $wanted) = @_; return stats($server)->{$wanted} // 0 }
sub room { my ($server, $share) = @_; return ($share || $FULL) * stat_of($server, 'limit_maxbytes') - stat_of($server, 'bytes') }

# --- replica placement, if fewer than all servers hold a session: memcache_pool.c, mmc_pool_find_next, and
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
sub server_at { my ($seed, $probe) = @_; return $ring[ (crc($seed, $probe) ^ 0xFFFFFFFF) & 1023 ] }
# Returns the server that PHP asks first for this session.
my %first;
sub first_server {
    my ($key) = @_;
    ring() unless @ring;
    return $first{$key} ||= server_at(crc(0xFFFFFFFF, "$key-"), 0);
}
# Returns true if this server is among those that hold this session.
sub belongs {
    my ($key, $server) = @_;
    return 1 unless $COPIES;
    ring() unless @ring;
    my ($seed, %before) = crc(0xFFFFFFFF, "$key-");
    for my $probe (0 .. 499) { # memcache.max_failover_attempts
        my $found = server_at($seed, $probe);
        return 1 if $found eq $server;
        $before{$found} = 1;
        return 0 if keys %before >= $COPIES;
    }
    return 0;
}

# Sessions among the keys of a memcached that other programs may use, too. A session has an expiry, as every session of
# PHP's module has. It also has either a name like those of PHP, or PHP's lock beside it, which exists while the session
# is used and for a while after. The guard ignores all other keys: each is at one server only, so those of all servers
# need not fit into one. A key that does not match $NAME never becomes part of a command, because it may contain a
# command itself.
my $NAME = qr/^[\x21-\x7e\x80-\xff]{1,245}\z/;
my $SESSION;
[/#noparse]
[=session_keys]
[#noparse]
# Lists what has changed at a server since the last look, which $memory records. Returns the new or changed sessions
# that belong to server $whose: key to [expiry, size, the earlier cas if there was one]; the keys that are gone since
# then; and the names of all locks. Each write gives a session a new cas, and comparing these is cheap: with 100,000
# sessions a look takes a tenth of a second.
sub look {
    my ($server, $memory, $whose) = @_;
    $SESSION ||= session_names($PHP_FILES, $SITES);
    my ($round, $at, $number, $others) = (++$memory->{round}, map { $memory->{$_} ||= {} } qw(at number others));
    my ($met, $came, $overflow, $top, $most, @new, %odd, %changed, @gone, %locks) = (0, 0, 0, $memory->{top} // 0, most());
    my $item = qr/^key=(\S+) exp=(-?\d{1,18}) la=\d+ cas=(\d{1,20}) .*?size=(\d{1,9})\b/m;
    dump_of($server, sub {
        while ($_[0] =~ / cas=(\d+) /g) {
            if (my $before = $at->{$1}) { $met++ if $before != $round; $at->{$1} = $round; next }
            next if $others->{$1};
            my $from = rindex($_[0], "\n", $-[0]) + 1;
            my ($key, $expiry, $cas, $size) = substr($_[0], $from, index($_[0], "\n", $from) - $from) =~ $item or next;
            $top = $cas if $cas > $top;
            $key = plain($key) if index($key, '%') >= 0;
            if (substr($key, -5) eq '.lock') { $locks{ substr $key, 0, -5 } = 1 }
            elsif ($expiry > 0 and $key =~ $SESSION) { push @new, "$expiry $cas $size $key" }
            elsif ($expiry <= 0 or $key !~ $NAME) { $others->{$cas} = 1 if keys %$others < $most }
            elsif (keys %odd < $most) { $odd{$key} = "$expiry $cas $size" }
            else { $overflow = 1 }
            lost($server, 'names more than it can hold') if keys(%$number) + @new + keys(%locks) > $most;
        }
    });
    if (my %more = map { $_ => 1 } grep { $overflow and $_ =~ $NAME and !$number->{$_} and !$odd{$_} } keys %locks) {
        dump_of($server, sub { while ($_[0] =~ /$item/g) { my $key = plain($1); $odd{$key} = "$2 $3 $4" if $more{$key} and $2 > 0 } });
    }
    while (my ($key, $facts) = each %odd) {
        if ($locks{$key}) { push @new, "$facts $key" } elsif (keys %$others < $most) { $others->{ (split / /, $facts)[1] } = 1 }
    }
    # The memory changes only now, so that a dump that breaks off hides nothing from the next look.
    $memory->{top} = $top;
    for (@new) {
        my ($expiry, $cas, $size, $key) = split / /;
        my $before = $number->{$key};
        # A dump that walks lists may have listed the old and the new item.
        $came-- if $before and (delete $at->{$before} // 0) == $round;
        $number->{$key} = $cas;
        $at->{$cas} = $round;
        $came++;
        $changed{$key} = [ $expiry, $size, $before ] if !$COPIES or belongs($key, $whose);
    }
    if (keys %$at > $met + $came) {
        while (my ($key, $cas) = each %$number) { push @gone, $key if $at->{$cas} != $round }
        delete @{$at}{ delete @{$number}{@gone} };
    }
    return (\%changed, \@gone, [ map { "$_.lock" } grep { $_ =~ $SESSION or $number->{$_} } keys %locks ]);
}
sub plain { my ($key) = @_; $key =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge; return $key }
my $most;
# Returns how many names a server may list: more are invalid, or could not be copied to this server.
sub most { return $most ||= (sort { $b <=> $a } $MOST, $own ? stat_of($own, 'limit_maxbytes') / $SMALLEST : 0)[0] }
# Returns the locks of sessions, each with its expiry.
sub locks_of {
    my ($server) = @_;
    $SESSION ||= session_names($PHP_FILES, $SITES);
    most();
    my (%locks, %odd);
    dump_of($server, sub {
        while ($_[0] =~ /^key=(\S+)[.]lock exp=(-?\d{1,18}) /mg) {
            my ($key, $expiry) = (plain($1), $2);
            if ($key =~ $SESSION) { $locks{"$key.lock"} = $expiry } elsif ($key =~ $NAME) { $odd{$key} = $expiry }
            lost($server, 'names more than it can hold') if keys(%locks) + keys(%odd) > most();
        }
    });
    fetch($server, sub { $locks{"$_[0].lock"} = $odd{ $_[0] } }, keys %odd);
    return \%locks;
}
# Dumps a server's items, a line each, and calls back with some lines at a time. Walking the hash table finds items that
# move between lists during the dump; older versions walk lists only. A dump whose reader is gone blocks a thread of
# memcached for each later dump, so the guard first asks if one is running.
sub dump_of {
    my ($server, $lines) = @_;
    my $until = now() + ($hurry || $PATIENCE);
    while (1) {
        my $word = stats($server)->{lru_crawler_running} ? 'BUSY'
            : lines_of($server, 'lru_crawler metadump ' . ($server->{lists} ? 'all' : 'hash'), $lines);
        return if $word eq 'END' or $word =~ /^NOTSTARTED/; # NOTSTARTED: it holds nothing
        if ($word =~ /^BUSY/) {
            if (now() < $until) { nap(0.01); next }
            die "$server->{name} is busy with other dumps\n" if $hurry;
            lost($server, 'is busy with other dumps');
        }
        # The protocol does not define what follows such an answer, so the connection ends.
        hang_up($server);
        next if !$server->{lists}++;
        die "$server->{name} does not say what it holds, but " . quoted($word) . "\n"; # asking again would not help
    }
}
# Calls back with all lines up to END, and returns END; returns the first line instead if it is an error. From 1.6.43 on
# an OK line comes first.
sub lines_of {
    my ($server, $words, $lines) = @_;
    put($server, "$words\r\n");
    for my $try (1, 2) {
        more_of_line($server) while index($server->{in}, "\n", $server->{at}) < 0;
        last if substr($server->{in}, $server->{at}, 4) eq 'key=';
        my $first = line($server);
        return $first if $first ne 'OK' or $try == 2;
    }
    my $length = 0;
    while (1) {
        my $end = rindex($server->{in}, "\n") + 1;
        if ($end > $server->{at}) {
            my $some = substr $server->{in}, $server->{at}, $end - $server->{at};
            $server->{at} = $end;
            $lines->($some);
            return 'END' if $some =~ /^END\r?\n\z/m;
            lost($server, 'does not stop to say what it holds') if ($length += length $some) > $LONGEST_DUMP;
        }
        more_of_line($server);
    }
}

# Returns those of these locks that are held on any of these servers: a free lock has the value 0 or is gone.
sub taken {
    my ($servers, @locks) = @_;
    my %taken;
    fetch($_, sub { $taken{ $_[0] } = 1 if $_[2] > 0 }, @locks) for @$servers;
    return \%taken;
}

# --- re-joining

my @sources;        # the peers from which memcached is filled
my %held;           # sessions that were copied here: key to expiry
my %missed;         # keys of sessions that a peer no longer has
my %where;          # with partial replicas only: key to [expiry, size, peer] of the latest copy
my %former;         # peer to the keys that it is known to have held before it was lost
my $newest = 0;     # the latest expiry of all
my $left_out = 0;   # the number of sessions for which there is no room
my %refused;        # sessions that memcached did not store, each with its answer
my %expired;        # sessions of peers that expired more than a minute ago by this droplet's clock
my $share = $FULL;  # the share of its memory that may be filled
my $orphaned = 0;   # how often all peers were lost during the filling
my $crowded = 0;    # true if peers have evicted sessions: no server holds all of them any more
my $took = 0;       # seconds of the last pass
my %suspects;       # sessions whose lock here may be abandoned: when a peer had a new copy, and what changes() returned
my %pending;        # results of changes() that are not copied yet: key to [expiry, size, peer]
my $opened = 0;     # the cas of the latest write here before the port opened
my $listed = 0;     # when the writes here since then were last listed
my %written;        # sessions that were written here since the port opened: the cas of the last write
my %doubtful;       # sessions that were written here or at a peer since: when that was seen, and what changes() returned
my @locks_seen;     # sessions with a lock at a peer, as last listed
my $compared = 0;   # when these were last compared with the locks that are held
my %before;         # sessions that memcached held before it was filled

sub join_cluster {
    my ($admitted) = @_;
    my $alive = keep_closed();
    my $keeper = words_of($BLOCKED);
    my $blocking = -s $AWAY && !($keeper && kill 0, $keeper) ? keep_blocked() : 0;
    return 1 if eval { fill_and_open($admitted) };
    chomp(my $why = $@ || 'it could not be done');
    eval { reclose() };
    state_is('failed', substr plainly($why), 0, 300);
    die "$why\n";
}
sub fill_and_open {
    my ($admitted) = @_;
    my $until = now() + $PATIENCE;
    until ($own = dial($OWN)) { now() < $until or die "memcached does not listen at $OWN:$PORT\n"; nap(0.02) }
    if (-e $HOLD and !$admitted) { state_is('held', 'kept closed until it is uncordoned'); return fence() }
    my $founding = founding();
    unlink $ALONE;
    find_sources($founding || !@PEERS ? 0 : $WAIT);
    my $evicted = stat_of($own, 'evictions');
    my ($before, undef, $locks) = look($own, {}, $OWN);
    %before = %$before;
    # The owners of these locks are gone, and new requests would wait for them.
    ask($own, "delete $_") for @$locks;
    state_is('filling', 'from ' . (join(', ', map { $_->{name} } @sources) || 'no other server'));
    without_lost($@, $PATIENCE) until eval { measure() and fill() and forget_others(keys %before) };
    $evicted = stat_of($own, 'evictions') - $evicted;
    $left_out += $evicted + keys %refused;
    my ($reason) = values %refused;
    remark("memcached did not store @{[ scalar keys %refused ]} sessions: " . quoted($reason)) if %refused;
    die "$left_out sessions do not fit into its memory, and would be lost"
        . (%refused ? ' (memcached answers ' . quoted($reason) . ')' : '')
        . "; raise memcached.memory or memcached.max_item_size in the inventory\n"
        if $left_out and !$founding and !$crowded;
    die 'this droplet\'s clock is ahead: all ' . keys(%expired) . " sessions of its peers are past their time here;"
        . " set the clock, then run: systemctl restart memcached\n"
        if %expired and !%held and !$founding;
    if (-e $HOLD and !$admitted) { state_is('held', 'kept closed until it is uncordoned'); return 1 } # cordoned since
    firewalled() or die "the rules of sessionctl firewall are not in force\n";
    unlink $HOLD;
    my $busy = open_port();
    # Without peers, or without a cluster, there are no writes around the opening to repair.
    my $unused = !@sources || ($founding && !%held && !%$busy);
    without_lost($@, 0) until $unused or eval { settle($busy) };
    release($own);
    my $count = keys(%held) - $evicted;
    my $words = ($count > 0 ? $count : 0) . ' sessions from ' . (join(', ', map { $_->{name} } @sources) || 'no other server');
    state_is('open', $words . ($left_out ? "; $left_out did not fit into its memory" : ''));
    return 1;
}
sub founding { my $when = (stat $ALONE)[9]; return defined $when && time - $when < $FOUNDING }

# Finds the open peers. None may be open, or too few to hold every session together: the complete cluster boots, or the
# others are fenced, too. Waits up to the given seconds for them, then continues with those that are open.
sub find_sources {
    my ($wait) = @_;
    my $until = now() + $wait;
    until ((@sources = grep { $_ } map { dial($_, $SILENCE) } @PEERS) >= enough()) { now() < $until or return; nap(0.2) }
}

# Continues without the lost peers: the other peers hold what a lost one would have supplied. Waits for the last peer:
# it may only have stopped responding for a while, and its sessions would be missing here. Dies with $why if this
# memcached was lost, or no peer was.
sub without_lost {
    my ($why, $patience) = @_;
    die $why if $own->{lost} or !grep { $_->{lost} } @sources;
    remark("goes on without $why");
    $former{ $_->{name} } = $_->{memory}{number} || {} for grep { $_->{lost} } @sources;
    @sources = grep { !$_->{lost} } @sources;
    # Copies from the lost peer that were pending or listed are unknown now, so the others are asked for everything
    # again.
    for (@sources) { $_->{earlier} ||= $_->{memory}{number} || {}; $_->{memory} = {} }
    %pending = ();
    return if @sources or !$patience;
    die "its peers are lost again and again\n" if $orphaned++ >= $ROUNDS;
    find_sources($patience);
}

# Sets the share of its memory that may be filled.
sub measure {
    my $limit = stat_of($own, 'limit_maxbytes');
    $crowded ||= grep { stat_of($_, 'evictions') } @sources;
    my $larger = grep { stat_of($_, 'limit_maxbytes') > $limit } @sources;
    $share = $crowded || $larger ? $FULL : 1;
    return 1;
}

# Makes passes over the peers until they get no shorter. Each has less to copy than the one before.
sub fill {
    my $shortest = 1e9;
    for (1 .. 20) {
        pass(\@sources);
        last if $took > 0.6 * $shortest or $took < 0.05;
        $shortest = $took;
        fence(); # a reload of another program's rules may have removed ours
    }
    return 1;
}

# Copies everything that has changed at these peers since the last pass. Returns the names of all locks, at the other
# peers, too.
sub pass {
    my ($peers, @others) = @_;
    my $from = now();
    my ($changed, $gone, $locks) = changes(@$peers);
    my %locks = map { $_ => 1 } @$locks, map { keys %{ locks_of($_) } } @others;
    copy($changed);
    %pending = ();
    forget($gone);
    $took = now() - $from;
    return keys %locks;
}

# Returns what has changed at these peers: key to [expiry, size, peer] of the latest copy, because a later write expires
# later in PHP's module; the keys that no peer is known to have any more; and the names of all locks. A look lists each
# change once only, and the next look or the use of the result may fail. So changes stay in %pending until the caller
# has used them.
sub changes {
    my %locks;
    for my $peer (@_) {
        my ($changed, $gone, $locks) = look($peer, $peer->{memory} ||= {}, $OWN);
        if (my $earlier = delete $peer->{earlier}) {
            my $number = $peer->{memory}{number};
            push @$gone, grep { !exists $number->{$_} } keys %$earlier;
            for (keys %$changed) { $changed->{$_}[2] ||= exists $earlier->{$_} && $earlier->{$_} != $number->{$_} }
        }
        @locks{@$locks} = ();
        @missed{@$gone} = ();
        while (my ($key, $facts) = each %$changed) {
            my ($expiry, $size, $before) = @$facts;
            $newest = $expiry if $expiry > $newest;
            # A later write at the same peer is newer, whatever its expiry is.
            next if exists $held{$key} and $expiry < $held{$key} and !$before and !$former{ $peer->{name} }{$key};
            my $copy = [ $expiry, $size, $peer ];
            $pending{$key} = $copy if outranks($key, $copy, $pending{$key});
            $where{$key} = $copy if $COPIES and outranks($key, $copy, $where{$key});
        }
    }
    delete @missed{ grep { !exists $held{$_} } keys %missed };
    my @gone = grep { my $key = $_; !grep { $_->{memory}{number}{$key} } @_ } keys %missed;
    return (\%pending, @_ ? \@gone : [], [ keys %locks ]);
}

# Returns true if one copy of a session, [expiry, size, peer], replaces another: it is a later write at the same peer,
# or expires later. If both expire in the same second, the copy on a server that PHP chooses for the session replaces
# the other: a server that stood in for another may have an older copy.
sub outranks {
    my ($key, $copy, $other) = @_;
    return 1 if !$other or $copy->[2] == $other->[2];
    return $copy->[0] > $other->[0] if $copy->[0] != $other->[0];
    return belongs($key, $copy->[2]{name}) > belongs($key, $other->[2]{name});
}

# Copies from the peers, the newest first, as long as there is room: evicted sessions would be lost.
sub copy {
    my ($changed) = @_;
    my ($room, $now, $out, @sent, %wanted) = (room($own, $share), time, '');
    for my $key (sort { $changed->{$b}[0] <=> $changed->{$a}[0] } keys %$changed) {
        my ($expiry, $size, $peer) = @{ $changed->{$key} };
        if ($expiry <= $now) { $expired{$key} = 1 if $expiry < $now - 60; next } # a peer lists by its own clock
        if (!exists $held{$key} and !exists $before{$key} and ($room -= $size) < 0) { $left_out++; next }
        push @{ $wanted{ $peer->{name} } }, $key;
    }
    my $send = sub {
        put($own, $out);
        my %no = map { $_->[0] => $_->[1] } refused($own, @sent);
        delete @refused{@sent};
        for (@sent) { if ($no{$_}) { $refused{$_} = $no{$_}; delete $held{$_} } else { $held{$_} = $changed->{$_}[0] } }
        ($out, @sent) = ('');
    };
    for my $peer (@sources) {
        fetch($peer, sub {
            my ($key, $flags) = @_;
            $out .= "set $key $flags $changed->{$key}[0] " . length($_[2]) . "\r\n$_[2]\r\n";
            push @sent, $key;
            $send->() if length $out > 1 << 17;
        }, @{ $wanted{ $peer->{name} } || [] });
    }
    $send->();
}

# Deletes sessions that have ended at all peers. Asks the peers first, because a dump may have missed some.
sub forget {
    my ($gone) = @_;
    # A peer that was lost and has restarted may be as empty as this one was.
    return if $orphaned;
    my %there;
    fetch($_, sub { $there{ $_[0] } = 1 }, @$gone) for @sources;
    for my $key (grep { !$there{$_} } @$gone) { ask($own, "delete $key"); delete $held{$key} }
}

# Deletes sessions that this memcached held before it was filled and no peer has. No request has written here since it
# was fenced, so these sessions have ended. With partial replicas, only all peers together can show that.
sub forget_others {
    my $all = !$COPIES || @sources == @PEERS;
    forget([ grep { !exists $held{$_} } @_ ]) if @sources and $all;
    return 1;
}

# Opens the port. A request that began before asked the peers, and writes to them only: until it ends, its session is
# older here. So the port is held for a moment between fenced and open: connections are accepted, but data on them is
# dropped. TCP sends the data again 0.2, 0.4 and 0.8 s later (a tail loss probe, RFC 8985; Linux's smallest time-out,
# doubled, RFC 6298). In that moment the guard waits for earlier requests, and copies what they wrote. A request that
# takes longer shows by the lock that PHP holds on its session; the guard locks that session here as well. If the moment
# gets too long, the port is fenced again and the guard retries: otherwise memcached would execute commands that PHP has
# already given up, and a lock would be left behind. The same happens if the packet filter itself takes too long to open
# the port. Returns the sessions that are locked here.
sub open_port {
    for my $try (1 .. $MOST_TRIES) {
        # No other server stops before this one has finished watching the peers.
        my $mine = "$OWN joins";
        store($own, [ "set $TURN_KEY 0 $LOCK_SECONDS " . length $mine, $mine ]);
        $opened = turn($own)->[1];
        my $from = now();
        open(my $opening, '>', $OPENING) or die "$OPENING: $!\n";
        flock $opening, LOCK_EX or die "$OPENING: $!\n";
        my $busy = opened($try >= $TRIES);
        close $opening;
        return $busy if $busy;
        my $lasted = now() - $from;
        nap($lasted + 0.2 > $APART ? $lasted + 0.2 : $APART);
        without_lost($@, 0) until eval { pass(\@sources); 1 };
    }
    die "its peers cannot be inspected in time\n";
}
sub opened {
    my ($however_late) = @_;
    my ($holder, $opener) = (restorer(), restorer());
    my $hold = program('INPUT', 'SESSIONCTL-GATE', "$PHP ! --syn -j DROP");
    my %top = map { $_->{name} => $_->{memory}{top} // 0 } @sources;
    my $from = now();
    restore($hold, $holder) or die "iptables cannot hold the port\n";
    my $held = now();
    nap($RESET);
    my $late = (now() - $held) / $RESET;
    ($AFTER) = sort { $b <=> $a } $AFTER, map { $_ > $AFTER_MOST ? $AFTER_MOST : $_ } $late < 1 ? 1 : $late, load() * $PER_LOAD;
    my $open = program('INPUT', 'SESSIONCTL-GATE');
    my $limit = $took > $LONG ? $LATE : $TOO_LATE;
    my (%busy, $failed);
    $hurry = $limit;
    $deadline = $from + ($however_late ? $LATEST : $limit);
    eval {
        # With full replicas each peer holds everything, so a pass over one is enough: the more it holds, the longer a
        # pass takes. A lock is on one server, the first that PHP reached, so the locks of all peers are listed.
        my ($first, @others) = @sources or return;
        my @locks = $COPIES ? pass(\@sources) : pass([ $first ], @others);
        # A request that has freed its lock since the previous pass may have written after this pass.
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
    $hurry = $deadline = 0;
    my @busy = map { /^(.*)\.lock$/s } keys %busy;
    if ($failed or !$however_late and now() > $from + $limit) {
        fence();
        ask($own, "delete $_.lock") for @busy;
        close $opener;
        return;
    }
    restore($open, $opener) or die "iptables cannot open the port\n";
    if (!$however_late and now() > $from + $SENT) {
        remark('the port opened too late, and is closed again');
        let_finish();
        fence();
        ask($own, "delete $_") for keys %{ locks_of($own) };
        return;
    }
    unlink $CLOSED;
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

# Repairs after the opening. Waits for the requests that are still under way, as long as PHP itself would wait for their
# locks, and repairs for a while everything that was written around the opening.
sub settle {
    my ($busy) = @_;
    my ($from, %asking) = now();
    my ($limit, $until) = ($from + $LOCK_SECONDS, $from + $AFTER);
    while (%$busy or now() < $until) {
        nap(0.02);
        if (now() < $until) { look_on() } else { free_abandoned() }
        if (now() < $from + $AFTER) {
            my @late = grep { !$busy->{$_} } diverted();
            lock_here(@late);
            @{$busy}{@late} = (1) x @late;
        }
        if (!%$busy) {
            $doubtful{$_} = [ now(), $where{$_} ] for written_here();
            look_again();
            next;
        }
        my $taken = now() < $limit ? taken(\@sources, map { "$_.lock" } keys %$busy) : {};
        my @done = grep { !$taken->{"$_.lock"} } keys %$busy;
        repair(\%where, @done);
        unlock_here(@done);
        delete @{$busy}{@done};
        let_itself_in(\%asking, keys %$busy);
        # PHP writes to one server after another, so a write may still be on its way to a peer when its lock is free.
        $until = now() + $AFTER unless %$busy;
    }
    while ((%suspects or %doubtful) and now() < $limit) { nap(0.02); free_abandoned(); look_again() }
    return 1;
}
# Returns the sessions of requests that began here, were reset, and took longer than $RESET to lock their session at a
# peer. PHP does not ask this server again in such a request, so the request writes to the peers only. All other
# requests lock such a session here, where PHP looks for it first.
sub diverted {
    return if !@locks_seen or now() < $compared + $SURE;
    $compared = now();
    my @first = grep { first_server($_) eq $OWN } splice @locks_seen;
    my $taken = taken(\@sources, map { "$_.lock" } @first);
    return grep { $taken->{"$_.lock"} } @first;
}
# Frees the guard's lock on new sessions. A new session is on no server yet, and some modules (Debian 13's, 3.0.8) ask
# one server after another for it, and lock it on each: a request that asks here last would wait for the lock that the
# guard set on its behalf. Each such request increments the lock's value.
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
    my ($changed, $gone, $locks) = changes(@sources);
    @locks_seen = map { /^(.*)\.lock$/s } @$locks;
    $changed = { map { $_ => $where{$_} } keys %$changed } if $COPIES;
    repair($changed, keys %$changed, @$gone);
    $suspects{$_} = [ now(), $changed->{$_} ] for grep { belongs($_, $OWN) } keys %$changed;
    free_abandoned();
    $doubtful{$_} = [ now(), $changed->{$_} ] for keys %$changed;
    %pending = ();
}
# Returns the sessions that were written here since the port opened and were not returned after their last write;
# nothing within $SURE seconds of the last call.
sub written_here {
    my @keys;
    return if now() < $listed + $SURE;
    $listed = now();
    $hurry = $LONG;
    eval {
        dump_of($own, sub {
            while ($_[0] =~ / cas=(\d+) /g) {
                my $cas = $1;
                next if $cas <= $opened;
                my $from = rindex($_[0], "\n", $-[0]) + 1;
                my $key = plain(substr($_[0], $from, index($_[0], ' ', $from) - $from) =~ s/^key=//r);
                next if substr($key, -5) eq '.lock' or $key !~ $SESSION and !exists $held{$key};
                push @keys, $key if ($written{$key} // 0) != $cas;
                $written{$key} = $cas;
            }
        });
    };
    $hurry = 0;
    return @keys;
}
# Repairs sessions that still differ $SURE seconds after a change. Such a session may have been locked when it was
# compared: PHP frees a lock with a command of its own. Or the write here was late: a request whose lock is at a peer
# wrote to all servers while the port was held, its lock was free at once, another request wrote, and only then TCP
# delivered here what the first one had sent. If nothing has changed at the peers, the session is newer here if no peer
# holds it, or a peer holds the same value.
sub look_again {
    my @due = grep { now() > $doubtful{$_}[0] + $SURE and belongs($_, $OWN) } keys %doubtful;
    while (my @some = splice @due, 0, 100) {
        my %latest = map { $_ => $doubtful{$_}[1] } @some;
        my $differ = differences(\%latest, 2, @some);
        my @differ = grep { $differ->{$_}[1] and $latest{$_} || !$differ->{$_}[2] } keys %$differ;
        repair(\%latest, @differ);
        my $still = differences(\%latest, 2, @differ);
        delete @doubtful{ grep { !$still->{$_} } @some };
    }
    delete @doubtful{ grep { !belongs($_, $OWN) } keys %doubtful };
}
# Frees abandoned locks. If the machine is busy, a request that connected while the port was held may give up on this
# server just before it is answered: its lock stays here until it expires, and other requests wait for it. Such a
# request writes to the peers only. A request that still uses its lock has not written anywhere, and no other request
# writes to its session until then.
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
        my ($mine, $theirs, $before, $lock) = (@{ $still->{$key} }[0, 1], $first->{$key}, $held->{$key});
        next unless $theirs and $lock and $lock == $locks->{$key} and same($mine, $before->[0]) and same($theirs, $before->[1]);
        my $facts = "$theirs->[0] $latest{$key}[0] " . length $theirs->[1];
        my ($answer) = store($own, [ $mine ? "cas $key $facts $mine->[2]" : "add $key $facts", $theirs->[1] ]);
        next unless $answer eq 'STORED';
        remark('frees a lock that its owner has given up');
        store($own, [ "cas $key.lock 0 1 1 $lock", 0 ]);
    }
}
# Returns PHP's locks on these sessions here: session to the cas of its lock.
sub own_locks {
    my %locks;
    fetch($own, sub { $locks{ substr $_[0], 0, -5 } = $_[3] if $_[2] > 0 and $_[2] < $MARK }, map { "$_.lock" } @_);
    return \%locks;
}

# Makes these sessions equal to those at the peers. PHP writes to all servers at once, but not in the same instant: a
# session that differs is compared again, and skipped if it has changed or is locked.
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
            my ($mine, $theirs, $before) = (@{ $still->{$key} }[0, 1], $first->{$key});
            next unless same($mine, $before->[0]) and same($theirs, $before->[1]);
            if (!$theirs) { push @ended, $key unless $orphaned; next }
            my $expiry = $latest->{$key} ? $latest->{$key}[0] : $newest || time + 1440;
            my $facts = "$theirs->[0] $expiry " . length $theirs->[1];
            push @commands, [ $mine ? "cas $key $facts $mine->[2]" : "add $key $facts", $theirs->[1] ];
        }
        my @answers = store($own, @commands);
        for (0 .. $#answers) { $held{ (split ' ', $commands[$_][0])[1] } = $newest if $answers[$_] eq 'STORED' }
        ask($own, "delete $_") for @ended;
    }
}
sub same { my ($one, $other) = @_; return $one && $other ? $one->[2] == $other->[2] : !$one && !$other }

# Returns those of these sessions that differ between here and the peers and are not locked: key to [mine, theirs, true
# if a peer holds the same value as this server], where mine and theirs are [flags, value, cas]. $despite ignores locks
# here (1) or all locks (2). Reads this server first, so that a write to all servers during the comparison shows in its
# cas.
sub differences {
    my ($latest, $despite, @keys) = @_;
    my (%mine, %theirs, %agree, %differ);
    fetch($own, sub { my ($key, @copy) = @_; $mine{$key} = \@copy }, @keys);
    my $taken = $despite > 1 ? {} : taken(\@sources, map { "$_.lock" } @keys);
    $taken->{"$_.lock"} = 1 for $despite ? () : keys %{ own_locks(@keys) };
    for my $peer (@sources) {
        fetch($peer, sub {
            my ($key, @copy) = @_;
            $agree{$key} = 1 if $mine{$key} and $mine{$key}[1] eq $copy[1];
            $theirs{$key} = \@copy if !$theirs{$key} or ($latest->{$key} and $latest->{$key}[2] == $peer);
        }, @keys);
    }
    for my $key (grep { !$taken->{"$_.lock"} } @keys) {
        my ($mine, $theirs) = ($mine{$key}, $theirs{$key});
        next if !$mine && !$theirs or $mine && $theirs && $mine->[1] eq $theirs->[1];
        $differ{$key} = [ $mine, $theirs, $agree{$key} ];
    }
    return \%differ;
}

# --- before a stop, and after a start

sub servers {
    my @servers;
    for my $address (@_) { push @servers, dial($address, $SILENCE) // die "$address:$PORT is down, closed, or does not answer\n" }
    return @servers;
}
sub reachable { servers(@_); return 1 }
sub any { return scalar(grep { dial($_, $SILENCE) } @_) || die "none of " . join(', ', @_) . " can be reached from here\n" }

sub give {
    my @peers = servers(@_);
    # No client can get anything from it any more, PHP included, and only a restart can fix that.
    unless ($own = dial($OWN)) { remark("memcached does not answer at $OWN:$PORT; what it holds comes back from its peers"); return 1 }
    my ($limit, $crowded) = (stat_of($own, 'limit_maxbytes'), stat_of($own, 'evictions'));
    for my $peer (@peers) {
        my ($mine) = look($own, {}, $peer->{name});
        my ($theirs) = look($peer, {}, $peer->{name});
        my @lacking = grep { !$theirs->{$_} or $theirs->{$_}[0] < $mine->{$_}[0] } keys %$mine;
        # If nothing was evicted here and the peer has as much memory, everything fits there.
        my $roomy = !$crowded && stat_of($peer, 'limit_maxbytes') >= $limit;
        my ($room, $given, $left, $pushed) = (room($peer, $roomy ? 1 : $FULL), 0, 0, stat_of($peer, 'evictions'));
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
            my @answers = store($peer, @commands);
            $given += grep { $_ eq 'STORED' } @answers;
            my @refused = grep { !/^(?:NOT_STORED|EXISTS|NOT_FOUND|STORED)\z/ } @answers;
            $left += @refused;
            remark("$peer->{name} answers " . quoted($refused[0])) if @refused;
            # The peer must not evict other programs' items, or sessions, for these.
            die "$peer->{name} pushes out others of its items for sessions that it lacks; raise memcached.memory in the inventory\n"
                if stat_of($peer, 'evictions') > $pushed;
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
    die "its port is still closed\n" if !-e $HOLD and -e $CLOSED || is_fenced();
    return 1;
}

my %commands = (
    drain => \&drain, close => \&close_port, join => \&join_cluster, hold => \&hold, admit => \&admit, note => \&note,
    restore => \&restore_rules, able => \&able, reachable => \&reachable, any => \&any, give => \&give, whole => \&whole,
    away => \&away, back => \&back, cut => \&cut,
);
my $command = $commands{ shift @ARGV // '' } or fail('there is no such command; see the head of this file');
exit(eval { $command->(@ARGV) } ? 0 : fail($@ || 'it could not be done'));
[/#noparse]
