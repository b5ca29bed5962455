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
#   guard cut             drops whatever comes for the port, as if the droplet were gone, until it is closed (a drill's)
#   guard restore         closes and blocks again what is to be closed, after another program has replaced the rules
# Exit: 0 done, yes; 1 not done, no: the reason is on standard error, and a port that was shut is shut still.
# A shut port answers with a reset (iptables-extensions(8), REJECT --reject-with tcp-reset), so that PHP asks the next
# server at once. It lets 127.0.0.1 through, which is how this program reaches memcached itself.
use strict;
use warnings;
use Errno;
use Fcntl ':flock';
use File::Glob;
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
my $SILENCE = 10;           # seconds without a byte of an answer, after which a server is lost
my $WAITING = 300;          # seconds in all that are spent on waiting for one server, so that it cannot send byte by byte
my $LONGEST_LINE = 1 << 14; # bytes
my $LONGEST_VALUE = 1 << 27;
my $LONGEST_ANSWER = 1 << 29; # values of one answer together
my $LONGEST_DUMP = 1 << 29;
my $MOST = 1_000_000;       # names of sessions and locks at one server; more where this memory could hold more
my $SMALLEST = 80;          # bytes of an item with such a name, its header included
my $MOST_STATS = 1000;      # lines
my $ROUNDS = 10;            # times that a lost server is waited for, while memcached is filled
my $hurry = 0;              # seconds instead of $PATIENCE, while the port opens
my $deadline = 0;           # the moment until which any answer is waited for, while the port opens; 0: there is none
my $TURN = 300;             # seconds that a stop waits for another server to be open, when all droplets reboot in the same
                            # minute; the unit's TimeoutStopSec is longer
my $GONE = 60;              # the same where no other host has answered at all, if only by refusing
my $HANDING = 10;           # seconds for handing locks to peers, before a stop
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
my $LATEST = 5;             # seconds of an opening, however long it takes
my $AFTER = 1;              # seconds that it looks on after that, for a request that took longer than $RESET; more where
                            # the machine is so busy that it is late itself
my $SURE = 0.1;             # seconds until a lock here is looked at that perhaps nobody will give back
my $MARK = 1_000_000;       # the value of a lock of ours; PHP counts its own from 0
my $RUN = '/run/sessionctl/guard';
my $HOLD = '/var/lib/sessionctl/guard/hold';
my $AWAY = '/var/lib/sessionctl/guard/away'; # the servers to which the way is shut, for the next boot
my $ALONE = "$RUN/alone";   # there is no cluster yet: nobody needs to be waited for, this once
my $FOUNDING = 600;         # seconds for which that file counts: a run that was killed leaves it behind
my $CLOSED = "$RUN/closed"; # is there while the port is to be closed: the number of the process that sees to it
my $BLOCKED = "$RUN/blocked"; # the same while the way to servers that leave is to be blocked
my $OPENING = "$RUN/opening"; # is locked (flock(2)) by the process that changes the gate
my $RULES = '/etc/sessionctl/firewall.rules'; # of "sessionctl firewall", and what loads them
my $LOAD = '/var/lib/sessionctl/firewall/load.sh';
my $PHP_FILES = '/etc';
my $SITES = '/var/www';
my $TURN_KEY = 'sessionctl<turn>'; # says at a server who stops or joins. No session can have it: PHP refuses < and > in
                            # an id, so that no visitor can name it

my $own;                    # this memcached
my %alive;                  # peers whose hosts have answered, if only by refusing the connection

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C';
$SIG{PIPE} = 'IGNORE';
umask 077;
# --- words and time

sub remark { print STDERR "guard: $_[0]\n" }
sub fail { chomp(my $why = $_[0]); remark($why); exit 1 }
sub nap { select(undef, undef, undef, $_[0]) }

# Seconds, in hundredths, of a clock that nobody sets: proc(5), /proc/uptime.
sub now { open(my $file, '<', '/proc/uptime') or die "/proc/uptime: $!\n"; return (split ' ', <$file>)[0] }

sub state_is {
    my ($state, $words) = @_;
    remark("$state: $words");
    mkdir $_ or chmod 0700, $_ for '/run/sessionctl', $RUN;
    open(my $file, '>', "$RUN/state.new") or return;
    print $file "$state ", time, " $words\n";
    close $file and rename "$RUN/state.new", "$RUN/state";
}

# --- the gate: chains of our own, jumped to before any other rule

# How these programs are asked to wait for another program that changes rules, where they know that (1.6.0, 1.6.2).
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
# The rules of a chain of ours, where a built-in chain leads there before any other rule is asked.
sub first_rules {
    my ($from, $chain) = @_;
    my @all = rules();
    my ($first) = of_chain($from, @all);
    return ($first // '') eq "-A $from -j $chain" ? of_chain($chain, @all) : ();
}

# What iptables-restore reads to give a chain these rules, and the first place in a built-in chain.
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

# It acts when its input ends, so that at the moment that counts it has started already.
sub restorer {
    my @words = ('--noflush', patience('iptables-restore', '--noflush --test'), @_);
    open(my $pipe, '|-', 'iptables-restore', @words) or die "iptables-restore: $!\n";
    return $pipe;
}
sub restore { my ($program, $pipe) = @_; $pipe ||= restorer(); print $pipe $program; return close $pipe }

my $MEMCACHED = "-p tcp -m tcp --dport $PORT";
my $PHP = "-d $OWN/32 ! -s 127.0.0.1/32 $MEMCACHED";
sub shutting { return program('INPUT', 'SESSIONCTL-GATE', "$PHP -j REJECT --reject-with tcp-reset") }
sub shut { return restore(shutting()) || die "iptables cannot shut the port\n" }
sub able { return restore(shutting(), restorer('--test')) || die "iptables cannot shut the port here\n" }
sub cut { return restore(program('INPUT', 'SESSIONCTL-GATE', "$PHP -j DROP")) || die "iptables cannot cut the port off\n" }
sub is_shut { return scalar(my @rules = first_rules('INPUT', 'SESSIONCTL-GATE')) }
sub words_of { open(my $file, '<', $_[0]) or return ''; return <$file> // '' }
sub write_to {
    my ($path, $words) = @_;
    mkdir $_ for '/run/sessionctl', $RUN;
    open(my $file, '>', $path) or return 0;
    print $file $words;
    return close $file;
}
# A reload of nftables, netfilter-persistent or any program that replaces rules takes ours away, or what leads there. While the
# port is to be closed, or the way to others blocked, a process restores that, also after this one has ended, and after this
# one has died while it held the port. It ends when another run of the guard takes over (its number is in that file no more);
# that for the port, which is in memcached's control group, also when memcached stops.
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
            # Who called this program by ssh waits until these are closed.
            for my $handle (\*STDIN, \*STDOUT, \*STDERR) { open($handle, '+<', '/dev/null') }
        }
        exit 0 if words_of($file) ne $$ and $round > 1; # at first it may not be written yet
        eval { $restores->(); 1 }; # iptables may be busy; it is tried again
    }
}
sub keep_closed { return watch($CLOSED, \&reclose, 'the port closed') }
sub keep_blocked { return watch($BLOCKED, \&block, 'the way to others blocked') }
# Closes the port if it is to be closed and is not; leaves it alone while another process changes it.
sub reclose {
    return 1 unless -e $CLOSED;
    open(my $lock, '>', $OPENING) or return 0;
    return 1 unless flock $lock, LOCK_EX | LOCK_NB;
    return 1 if !-e $CLOSED or grep { / -j REJECT / } first_rules('INPUT', 'SESSIONCTL-GATE');
    remark('the rule that closes the port was gone');
    return shut();
}
# The same for the way to servers that leave the cluster.
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
# Whether the rules of "sessionctl firewall" are in force as they are kept here: without them every host on the private network
# reaches memcached.
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
# Of what has just been loaded as many rules with the same targets count: some versions of iptables print them otherwise.
sub in_force {
    my ($family, $loaded, @kept) = @_;
    my @now = eval { rules_of($family == 6 ? 'ip6tables' : 'iptables') } or return $family == 6 && !-e '/proc/net/if_inet6';
    my @input = of_chain('INPUT', @now);
    shift @input if @input and $input[0] eq '-A INPUT -j SESSIONCTL-GATE';
    for (map { /^:(\S+ \S+)/ ? $1 : () } @kept) {
        my ($chain, $policy) = split / /;
        if ($policy ne '-') { return 0 unless grep { $_ eq "-P $chain $policy" } @now; next }
        # The public ports of mode full come last, behind the rules of others.
        my ($jump) = $chain eq 'SESSIONCTL' ? $input[0] : grep { $_ eq "-A INPUT -j $chain" } @input;
        return 0 if ($jump // '') ne "-A INPUT -j $chain";
        my ($wanted, $there) = map { [ of_chain($chain, @$_) ] } \@kept, \@now;
        next if "@$wanted" eq "@$there";
        return 0 unless $loaded and targets(@$wanted) eq targets(@$there);
    }
    return 1;
}
sub targets { return join ' ', map { / -j (\S+)/ ? $1 : '?' } @_ }

# Before memcached stops in good order: whoever has a connection finishes with it, and nobody makes a new one. A server that
# falls silent amid an answer makes the module of Debian 12 take the session for an empty one.
sub drain {
    unless (founding() or eval { is_shut() }) { eval { await_turn(); 1 } or remark($@) }
    $deadline = 0;
    return let_finish();
}
sub let_finish {
    restore(program('INPUT', 'SESSIONCTL-GATE', "$PHP --syn -j REJECT --reject-with tcp-reset")) or return 0;
    let_go() or eval { hand_over(); 1 } or remark("the locks of those who are still at work are lost: $@");
    $deadline = 0;
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
# Several that stop at the same moment would take all sessions with them: the peers that are open must agree, a few seconds
# long, that it is this one's turn. After a while it stops all the same, as it was told to; nobody is waited for where this
# memcached has stopped already.
sub await_turn {
    return unless @PEERS and my $self = dial($OWN);
    my $from = now();
    $deadline = $from + $TURN;
    while (now() < $from + (%alive ? $TURN : $GONE)) {
        my @open = grep { $_ } map { dial($_) } @PEERS;
        my @agree = grep { eval { claim($_) } } @open;
        # Fewer copies than servers: some session may be only where it is shut.
        return if @open >= enough() and @agree == @open and !claimed($self);
        eval { release($_) } for @agree;
        nap(0.3 + rand 0.7);
    }
    remark("stops though no other server is open, or another stops, too");
}
# The open peers that hold every session between them.
sub enough { return $COPIES ? @PEERS + 2 - $COPIES : 1 }
# Says at this server, for a few seconds, that this one stops; whether no other has said so before.
sub claim {
    my ($server) = @_;
    local $server->{until} = now() + 1;
    my $mine = "$OWN stops";
    my ($answer) = store($server, [ "add $TURN_KEY 0 3 " . length $mine, $mine ]);
    return $answer eq 'STORED' || turn($server)->[0] eq $mine;
}
# Whether another has said so at this server.
sub claimed { return turn($_[0])->[0] !~ /^(?:\Q$OWN\E |\z)/ }
sub turn {
    my ($server) = @_;
    my $turn = ['', 0];
    fetch($server, sub { $turn = [ @_[ 2, 3 ] ] }, $TURN_KEY);
    return $turn;
}
# Takes that back, unless another has said it since: an item that is stored with a time in the past is gone at once.
sub release {
    my ($server) = @_;
    local $server->{until} = now() + 1;
    my ($words, $number) = @{ turn($server) };
    store($server, [ "cas $TURN_KEY 0 -1 0 $number", '' ]) if $words =~ /^\Q$OWN\E /;
    return 1;
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
    write_to($CLOSED, 0);
    eval { block() } or remark('iptables cannot block the peers that leave the cluster');
    return shut();
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
    state_is('held', 'kept shut until it is admitted');
    let_finish() unless is_shut();
    my $alive = keep_closed();
    return shut();
}
sub admit { shut(); return join_cluster('admitted') }
sub note { state_is('open', 'memcached has not been started under guard yet') unless -e $CLOSED or is_shut(); return 1 }
# Here, too, whoever has a connection finishes first.
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

# --- a memcached, as its doc/protocol.txt has it

# Connects; nothing when it is down, shut, or silent for that long, a second unless it is given.
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
# Ends a connection on which an answer may still come, so that it is never taken for the answer to another question.
sub hang_up { my ($server) = @_; close delete $server->{socket} if $server->{socket} }
sub lost { my ($server, $why) = @_; hang_up($server); $server->{lost} = 1; die "$server->{name} $why\n" }
# Connects again. What is known of what it holds is of no use when it has started since.
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
    # It may only be slow: it is asked again once the port is closed.
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
# Reads on where a line has no end yet.
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
# What a server says goes into the journal.
sub quoted { my ($words) = @_; return '"' . substr(plainly($words), 0, 100) . '"' }
sub plainly { my ($words) = @_; return $words =~ s/[^\x20-\x7e]/?/gr }

# Calls back with key, flags, value and cas of each of these keys that is there.
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

# Carries out storage commands, each [line, value], and returns the answers in their order.
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
    # One that has started anew has another number, or another time of its start.
    $server->{process} = join ' ', $stats{pid} // 0, ($stats{time} // 0) - ($stats{uptime} // 0);
    return \%stats;
}
sub stat_of { my ($server, $wanted) = @_; return stats($server)->{$wanted} // 0 }
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

# What is a session among the keys of a memcached that other programs may use as well: it has an expiry, as every session of
# PHP's module, and either a name like one of PHP's; or PHP's lock beside it, which is there while it is used and for a while
# after. All others are left alone: they are at one server only, so that those of all servers need not fit into one. No
# other name can end up in a command, for it may be a command itself.
my $NAME = qr/^[\x21-\x7e\x80-\xff]{1,245}\z/;
my $SESSION;
[/#noparse]
[=session_keys]
[#noparse]
# What it holds of what belongs to that server and was not there when it was last looked at, as this memory has it: key to
# [expiry, size, whether an older one was there]; the keys that are gone since; and the names of all locks. A session
# that is written gets a new number (cas), and a number is easily looked up: with 100,000 sessions that takes a tenth
# of a second.
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
    # Only now, so that a dump that breaks off hides nothing from the next look.
    $memory->{top} = $top;
    for (@new) {
        my ($expiry, $cas, $size, $key) = split / /;
        my $before = $number->{$key};
        # A walk over lists may have met both.
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
# Names that a server may have: who has more lies, or has more than could be copied here.
sub most { return $most ||= (sort { $b <=> $a } $MOST, $own ? stat_of($own, 'limit_maxbytes') / $SMALLEST : 0)[0] }
# The locks of sessions, each with its expiry.
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
# Hands on a line for each item, some lines at a time. Walking the hash table finds what moves between lists meanwhile;
# older versions walk lists only. A dump whose reader is gone blocks a thread of memcached for each dump that is asked for
# after it, so that it is asked first whether one is running.
sub dump_of {
    my ($server, $lines) = @_;
    my $until = now() + ($hurry || $PATIENCE);
    while (1) {
        my $word = stats($server)->{lru_crawler_running} ? 'BUSY'
            : lines_of($server, 'lru_crawler metadump ' . ($server->{lists} ? 'all' : 'hash'), $lines);
        return if $word eq 'END' or $word =~ /^NOTSTARTED/; # it holds nothing
        if ($word =~ /^BUSY/) {
            if (now() < $until) { nap(0.01); next }
            die "$server->{name} is busy with other dumps\n" if $hurry;
            lost($server, 'is busy with other dumps');
        }
        # What comes behind such an answer is not known.
        hang_up($server);
        next if !$server->{lists}++;
        die "$server->{name} does not say what it holds, but " . quoted($word) . "\n"; # nor will it when it is asked again
    }
}
# Hands on all lines up to the one that says END, and returns that; or the first line, when it is an error. From 1.6.43 on
# a line that says OK comes first.
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

# Which of these locks PHP holds on any of these servers: a lock that is free has the value 0 or is gone.
sub taken {
    my ($servers, @locks) = @_;
    my %taken;
    fetch($_, sub { $taken{ $_[0] } = 1 if $_[2] > 0 }, @locks) for @$servers;
    return \%taken;
}

# --- re-joining

my @sources;        # the peers that it is filled from
my %held;           # key to expiry of what was put into it
my %missed;         # keys of sessions that a peer has no longer
my %where;          # where fewer copies are kept: key to [expiry, size, peer] of the latest of them
my %former;         # peer to what it held, as far as is known, before it was lost
my $newest = 0;     # the latest expiry of all
my $left_out = 0;   # sessions for which there is no room
my %refused;        # sessions that memcached did not store, each with its answer
my %expired;        # sessions of peers that are long past by this droplet's clock
my $share = $FULL;  # of its memory that may be filled
my $orphaned = 0;   # how often all peers were lost while it was filled
my $crowded = 0;    # whether peers have pushed sessions out: nobody holds all of them any more
my $took = 0;       # seconds of the last pass
my %suspects;       # sessions whose lock here is perhaps abandoned: when a peer had them anew, and what changes() said then
my %pending;        # what changes() has found that was not copied yet: key to [expiry, size, peer]
my $opened = 0;     # the number (cas) of the latest write here before the port opened
my $listed = 0;     # when what was written here since was last listed
my %written;        # sessions that were written here since: the number of the last write
my %doubtful;       # sessions that were written here or at a peer since: when that was seen, and what changes() said then
my %before;         # what it held before it was filled

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
    if (-e $HOLD and !$admitted) { state_is('held', 'kept shut until it is admitted'); return shut() }
    my $founding = founding();
    unlink $ALONE;
    find_sources($founding || !@PEERS ? 0 : $WAIT);
    my $evicted = stat_of($own, 'evictions');
    my ($before, undef, $locks) = look($own, {}, $OWN);
    %before = %$before;
    # Nobody can give them back any more, and whoever comes would wait for them.
    ask($own, "delete $_") for @$locks;
    state_is('filling', 'from ' . (join(', ', map { $_->{name} } @sources) || 'nobody'));
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
    if (-e $HOLD and !$admitted) { state_is('held', 'kept shut until it is admitted'); return 1 } # since it began
    firewalled() or die "the rules of sessionctl firewall are not in force\n";
    unlink $HOLD;
    my $busy = open_port();
    # Nobody writes around the opening where there is no peer to write to, or no cluster yet.
    my $unused = !@sources || ($founding && !%held && !%$busy);
    without_lost($@, 0) until $unused or eval { settle($busy) };
    release($own);
    my $count = keys(%held) - $evicted;
    my $words = ($count > 0 ? $count : 0) . ' sessions from ' . (join(', ', map { $_->{name} } @sources) || 'nobody');
    state_is('open', $words . ($left_out ? "; $left_out did not fit into its memory" : ''));
    return 1;
}
sub founding { my $when = (stat $ALONE)[9]; return defined $when && time - $when < $FOUNDING }

# The peers that are open. Perhaps none is, or too few to hold every session between them: the whole cluster boots, or the
# others are shut, too. They are waited for a little; then what is there must do.
sub find_sources {
    my ($wait) = @_;
    my $until = now() + $wait;
    until ((@sources = grep { $_ } map { dial($_, $SILENCE) } @PEERS) >= enough()) { now() < $until or return; nap(0.2) }
}

# A peer that is lost meanwhile has all that it would have told in common with the others. The last one is waited for: it
# may only have been silent, and what it holds would be missing here.
sub without_lost {
    my ($why, $patience) = @_;
    die $why if $own->{lost} or !grep { $_->{lost} } @sources;
    remark("goes on without $why");
    $former{ $_->{name} } = $_->{memory}{number} || {} for grep { $_->{lost} } @sources;
    @sources = grep { !$_->{lost} } @sources;
    # What was to be copied from the lost one, or had been listed by then, is not known: the others are asked for all again.
    for (@sources) { $_->{earlier} ||= $_->{memory}{number} || {}; $_->{memory} = {} }
    %pending = ();
    return if @sources or !$patience;
    die "its peers are lost again and again\n" if $orphaned++ >= $ROUNDS;
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
    my %locks = map { $_ => 1 } @$locks, map { keys %{ locks_of($_) } } @others;
    copy($changed);
    %pending = ();
    forget($gone);
    $took = now() - $from;
    return keys %locks;
}

# What has changed at these peers: key to [expiry, size, peer] of its latest copy, for a later write expires later in PHP's
# module; the keys that no peer has any more, as far as is known; and the names of all locks. A peer tells what has changed
# once only, and the next one, or what is done with it, may fail: so it is told again until it was made use of.
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
            # What was written anew at the same peer is newer, whatever its clock says.
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

# Whether one copy of a session, [expiry, size, peer], is to be believed rather than another: what is written later at the same
# peer, or expires later. Of the same second that of a server where PHP keeps the session: one that stood in for another
# may have an older one.
sub outranks {
    my ($key, $copy, $other) = @_;
    return 1 if !$other or $copy->[2] == $other->[2];
    return $copy->[0] > $other->[0] if $copy->[0] != $other->[0];
    return belongs($key, $copy->[2]{name}) > belongs($key, $other->[2]{name});
}

# Copies from the peers while the port is shut, the newest first, as long as there is room: what is pushed out is lost.
sub copy {
    my ($changed) = @_;
    my ($room, $now, $out, @sent, %wanted) = (room($own, $share), time, '');
    for my $key (sort { $changed->{$b}[0] <=> $changed->{$a}[0] } keys %$changed) {
        my ($expiry, $size, $peer) = @{ $changed->{$key} };
        if ($expiry <= $now) { $expired{$key} = 1 if $expiry < $now - 60; next } # memcached lists what is alive by its clock
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
    die "its peers cannot be looked at in time\n";
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
    my $after = $late < 1 ? 1 : $late > 10 ? 10 : $late;
    $AFTER = $after if $AFTER < $after;
    my $open = program('INPUT', 'SESSIONCTL-GATE');
    my $limit = $took > $LONG ? $LATE : $TOO_LATE;
    my (%busy, $failed);
    $hurry = $limit;
    $deadline = $from + ($however_late ? $LATEST : $limit);
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
    $hurry = $deadline = 0;
    my @busy = map { /^(.*)\.lock$/s } keys %busy;
    if ($failed or !$however_late and now() > $from + $limit) {
        shut();
        ask($own, "delete $_.lock") for @busy;
        close $opener;
        return;
    }
    restore($open, $opener) or die "iptables cannot open the port\n";
    if (!$however_late and now() > $from + $SENT) {
        remark('the port opened too late, and is shut again');
        let_finish();
        shut();
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
    do {
        nap(0.02);
        look_on();
        $doubtful{$_} = [ now(), $where{$_} ] for written_here();
        look_again();
    } while now() < $from + $AFTER;
    while ((%suspects or %doubtful) and now() < $from + $LOCK_SECONDS) { nap(0.02); free_abandoned(); look_again() }
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
    $changed = { map { $_ => $where{$_} } keys %$changed } if $COPIES;
    repair($changed, keys %$changed, @$gone);
    $suspects{$_} = [ now(), $changed->{$_} ] for grep { belongs($_, $OWN) } keys %$changed;
    free_abandoned();
    $doubtful{$_} = [ now(), $changed->{$_} ] for keys %$changed;
    %pending = ();
}
# The sessions that were written here since the port opened, or written again since this was last asked; nothing where it
# was asked just now.
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
# What differs a moment later was locked when it was looked at: PHP frees a lock with a command of its own. Or it was written
# here late: a request whose lock is at a peer wrote to all servers while the port was held, its lock was free at once, another
# request wrote, and only then TCP brought here what the first one had sent. What no peer holds, or one holds as it is here, is
# newer here where nothing has changed at the peers.
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
        my ($mine, $theirs, $before, $lock) = (@{ $still->{$key} }[0, 1], $first->{$key}, $held->{$key});
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

# Of these sessions, those that are not the same here and there and that nobody has locked: key to [mine, theirs], each
# [flags, value, cas], and whether another peer holds what is here; despite locks here (1), or despite all (2). Ours is looked at first, so that a write to all of us that
# comes meanwhile shows in its cas.
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
    for my $address (@_) { push @servers, dial($address, $SILENCE) // die "$address:$PORT is down, shut, or does not answer\n" }
    return @servers;
}
sub reachable { servers(@_); return 1 }
sub any { return scalar(grep { dial($_, $SILENCE) } @_) || die "none of " . join(', ', @_) . " can be reached from here\n" }

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
            # Other programs' items, or sessions, must not make room for these.
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
    die "its port is still shut\n" if !-e $HOLD and -e $CLOSED || is_shut();
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
