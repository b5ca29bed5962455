package Guard::Filter;

# The packet filter: chains of the guard, each with a jump before any other rule.
#   SESSIONCTL-GATE in INPUT   the fence of this droplet's memcached
#   SESSIONCTL-AWAY in OUTPUT  the blocks: the ways from here to servers that leave
#   SESSIONCTL-SILENT in OUTPUT  the sentinel's blocks: the ways from here to servers that do not answer
use strict;
use warnings;
use Exporter 'import';
use Fcntl ':flock';
use Guard::Config;
use Guard::Log;

our @EXPORT;

BEGIN {
    @EXPORT = qw(rules first_rules program restorer restore fence able cut gate is_fenced keep_closed keep_blocked reclose block
        fence_alone fence_new block_silent silent_in_force unblock refuse restore_rules firewalled connections let_go);
}

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

# Returns the input of iptables-restore that gives the fence these rules. The guards and sentinels of the other droplets
# pass it. Other hosts do not, whatever port they use.
sub gate {
    my (@rules) = @_;
    my @guards = map { "-s $_/32 -d $OWN/32 -p tcp -m tcp --sport 0:1023 --dport $PORT -j RETURN" } @PEERS;
    return program('INPUT', 'SESSIONCTL-GATE', @guards, @rules);
}

sub fence_rules { return gate("$TO_OWN -j REJECT --reject-with tcp-reset") }

sub fence { return restore(fence_rules()) || die "iptables cannot close the port\n" }

# Refuses new connections, and lets open ones finish.
sub fence_new {
    return restore(gate("$TO_OWN --syn -j REJECT --reject-with tcp-reset"));
}

# Fences the port, but not for the PHP of this droplet.
sub fence_alone {
    return restore(gate("-s $OWN/32 -j RETURN", "$TO_OWN -j REJECT --reject-with tcp-reset"))
        || die "iptables cannot close the port\n";
}

sub able { return restore(fence_rules(), restorer('--test')) || die "iptables cannot close the port here\n" }

sub cut { return restore(program('INPUT', 'SESSIONCTL-GATE', "$TO_OWN -j DROP")) || die "iptables cannot cut the port off\n" }

sub is_fenced { return scalar(my @rules = first_rules('INPUT', 'SESSIONCTL-GATE')) }

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

sub keep_blocked { return watch($BLOCKED, \&block, 'other servers blocked') }

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

sub refuse {
    my ($what, @addresses) = @_;
    return restore(program('OUTPUT', 'SESSIONCTL-AWAY', map { "-d $_/32 $what -j REJECT --reject-with tcp-reset" } @addresses));
}

# Refuses new connections to exactly these servers, which do not answer. A reset of an open connection would make the
# module of Debian 12 take a session for an empty one. Its jump comes second where servers that leave are blocked, too.
sub block_silent {
    my (@addresses) = @_;
    my @output = of_chain('OUTPUT', rules('OUTPUT'));
    my $jump = '-A OUTPUT -j SESSIONCTL-SILENT';
    my @lines = (':SESSIONCTL-SILENT - [0:0]', map { "-A SESSIONCTL-SILENT -d $_/32 $MEMCACHED --syn -j REJECT --reject-with tcp-reset" } @addresses);
    if (!grep { $_ eq $jump } @output[ 0 .. ($#output < 1 ? $#output : 1) ]) {
        push @lines, '-D OUTPUT -j SESSIONCTL-SILENT' for grep { $_ eq $jump } @output;
        push @lines, '-I OUTPUT ' . (@output && $output[0] eq '-A OUTPUT -j SESSIONCTL-AWAY' ? 2 : 1) . ' -j SESSIONCTL-SILENT';
    }
    return restore(join "\n", '*filter', @lines, "COMMIT\n");
}

# Returns the servers that block_silent has blocked; nothing if another program has removed the rules.
sub silent_in_force {
    my @all = rules();
    my @output = of_chain('OUTPUT', @all);
    return unless grep { $_ eq '-A OUTPUT -j SESSIONCTL-SILENT' } @output[ 0 .. ($#output < 1 ? $#output : 1) ];
    return map { m{ -d ([0-9.]+)/32 } ? $1 : () } of_chain('SESSIONCTL-SILENT', @all);
}

sub unblock {
    my @all = rules();
    return 1 unless grep { $_ eq '-N SESSIONCTL-AWAY' } @all;
    my @jumps = map { '-D OUTPUT -j SESSIONCTL-AWAY' } grep { $_ eq '-A OUTPUT -j SESSIONCTL-AWAY' } @all;
    return restore(join "\n", '*filter', @jumps, '-F SESSIONCTL-AWAY', '-X SESSIONCTL-AWAY', "COMMIT\n");
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

# Waits up to $DRAIN seconds for connections to end: all others' to the port, or those from here to the given servers.
# Returns true if all ended.
sub let_go {
    my $until = now() + $DRAIN;
    while (connections(@_)) { now() < $until or return 0; nap(0.02) }
    return 1;
}

# Counts established connections: from other hosts to memcached's port or, if servers are given, from here to them.
# Source: proc(5), /proc/net/tcp; state 01 is established, addresses are in the byte order of the machine.
sub connections {
    open(my $table, '<', '/proc/net/tcp') or return 0;
    my ($port, %to) = (sprintf('%04X', $PORT), map { hex_of($_) => 1 } @_);
    return scalar grep { /: [0-9A-F]{8}:([0-9A-F]{4}) ([0-9A-F]{8}):$port 01 / && $to{$2} && hex $1 > 1023 } <$table> if %to;
    return scalar grep { /: [0-9A-F]{8}:$port ([0-9A-F]{8}):([0-9A-F]{4}) 01 / && $1 ne hex_of('127.0.0.1') && hex $2 > 1023 } <$table>;
}

sub hex_of { return sprintf '%08X', unpack 'L', pack 'C4', split /[.]/, $_[0] }

1;
