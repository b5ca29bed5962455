# Finds out where TCP connections between this droplet and others are lost. Arguments: the port, seconds,
# then a word for each other droplet: >ADDRESS connects there, <ADDRESS waits for its connections. Changes nothing.
# All droplets of a test run it at the same time. It captures packets at the network interfaces, before the packet filter
# has seen those that arrive and after it has passed those that leave (packet(7)), and compares the counters of the rules.
# Prints lines of words, separated by tabs:
#   packets    php or guard, in or out, then syn, answer, reset or unreachable, the address, the interface, their number
#   attempts   php or guard, the address, their number, an error of errno(3) or "none", the number of connections that opened
#   route      the address, the interface to it, the own address to it, the state of the neighbor (ip-neighbour(8)), each or "none"
#   counter    a name of /proc/net/netstat, or "conntrack", and by how much it grew
#   rule       iptables program, table, chain, number in the chain (0: the policy), packets, the rule as iptables-save prints it
#   nft        family and name of the table, hook, base chain, chain, handle (0: the policy), packets or "-", the rule
#   tool       ufw or firewalld, if that made rules
#   end
use strict;
use warnings;
use Socket qw(:DEFAULT inet_aton inet_ntoa);
use Errno qw(EINPROGRESS);
use IO::Handle;

$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C';
my ($PORT, $seconds, @words) = @ARGV;
my @BURSTS = (1.5, 2.3, 3.1);    # seconds after the start at which connections are attempted: others may start later
my $PER_BURST = 2;
my $GUARDS = 1024;               # "guard": guards and sentinels use ports below that one, and pass fences and blocks
my (%role, %packets, %requests, %attempts, %tool, @sockets);
/^([<>])([0-9.]+)\z/ and $role{$2} .= $1 for @words;

# Returns seconds, in hundredths: perl-base has no other clock with parts of a second.
sub now { my ($seconds) = split ' ', words_of('/proc/uptime'); return $seconds }

sub lines_of { my (@command) = @_; no warnings 'exec'; open(my $pipe, '-|', @command) or return; my @lines = <$pipe>; close $pipe or return; return @lines }

sub words_of { my ($path) = @_; open(my $file, '<', $path) or return ''; my $word = <$file> // ''; close $file or return ''; chomp $word; return $word }

# --- capture

# A socket that receives the TCP packets with SYN or RST and the ICMP packets (Documentation/networking/filter.rst).
sub capture {
    socket(my $socket, 17, SOCK_DGRAM, unpack 'S', pack 'n', 3) or return; # all protocols: with one, it misses packets that leave
    my @program = (
        [ 0x30, 0, 0, 9 ], [ 0x15, 4, 0, 1 ], [ 0x15, 0, 4, 6 ], [ 0xb1, 0, 0, 0 ],
        [ 0x50, 0, 0, 13 ], [ 0x45, 0, 1, 6 ], [ 0x06, 0, 0, 128 ], [ 0x06, 0, 0, 0 ]
    );
    my $code = join '', map { pack 'SCCL', @$_ } @program;
    setsockopt $socket, SOL_SOCKET, 26, pack 'Sx![P]P', scalar @program, $code;
    return $socket;
}

sub who { my ($client) = @_; return $client < $GUARDS ? 'guard' : 'php' }

sub note {
    my ($data, $from) = @_;
    my (undef, $ethernet, $index, undef, $type) = unpack 'S n i S C', $from;
    return if $ethernet != 0x0800;
    my $way = $type == 4 ? 'out' : 'in';
    my $head = (ord($data) & 15) * 4;
    return if length $data < $head + 14;
    my ($protocol, $source, $target) = (ord substr($data, 9, 1), map { inet_ntoa(substr $data, $_, 4) } 12, 16);
    my $far = $way eq 'out' ? $target : $source;
    if ($protocol == 1) {
        # Destination unreachable quotes the packet that was refused (RFC 792).
        return if ord(substr $data, $head, 1) != 3 or length $data < $head + 32;
        my $quoted = substr $data, $head + 8;
        my ($first, $second) = map { inet_ntoa(substr $quoted, $_, 4) } 12, 16;
        my $other = $role{$second} ? $second : $first;
        my $inner = (ord($quoted) & 15) * 4;
        my ($near_port, $far_port) = length $quoted < $inner + 4 ? (0, 0) : unpack 'n n', substr $quoted, $inner, 4;
        return if !$role{$other} or $far_port != $PORT;
        return $packets{ join "\t", who($near_port), $way, 'unreachable', $other, $index }++;
    }
    return if !$role{$far};
    my ($from_port, $to_port) = unpack 'n n', substr $data, $head, 4;
    my $flags = ord(substr $data, $head + 13, 1) & 0x16;
    my $kind = $flags == 0x02 ? 'syn' : $flags == 0x12 ? 'answer' : $flags & 0x04 ? 'reset' : return;
    # A reset may also come from the side that connects, which then gives up.
    my ($client, $server) = $kind eq 'syn' ? ($from_port, $to_port) : ($to_port, $from_port);
    return if $server != $PORT;
    # An answer to a connection that began before the test is sent again for half a minute if it is not acknowledged.
    my $request = ($kind eq 'syn' ? $way : $way eq 'in' ? 'out' : 'in') . " $far $client";
    $requests{$request} = 1 if $kind eq 'syn';
    $packets{ join "\t", who($client), $way, $kind, $far, $index }++ if $requests{$request};
    return;
}

# The folder /sys may be that of another network namespace.
sub interfaces { return map { /^(\d+): ([^:@ ]+)/ ? ($1 => $2) : () } lines_of('ip', '-o', 'link', 'show') }

# --- connections

sub attempt {
    for my $address (grep { $role{$_} =~ />/ } keys %role) {
        for my $who (('php') x $PER_BURST, ('guard') x $PER_BURST) {
            my $one = $attempts{"$who\t$address"} ||= { count => 0, error => 'none', opened => 0 };
            socket(my $socket, PF_INET, SOCK_STREAM, 0) or next;
            if ($who eq 'guard') { grep { bind $socket, sockaddr_in($_, INADDR_ANY) } map { 600 + int rand 424 } 1 .. 50 or next }
            $socket->blocking(0);
            $one->{count}++;
            if (connect $socket, sockaddr_in($PORT, inet_aton($address))) { $one->{opened}++; next }
            if ($! == EINPROGRESS) { push @sockets, [ $socket, $one ]; next }
            ($one->{error}) = grep { $!{$_} } keys %!;
        }
    }
    return;
}

sub finish_attempts {
    for (@sockets) {
        my ($socket, $one) = @$_;
        my $bits = '';
        vec($bits, fileno $socket, 1) = 1;
        next if !select undef, my $ready = $bits, undef, 0;
        local $! = unpack 'i', getsockopt $socket, SOL_SOCKET, SO_ERROR;
        if (!$!) { $one->{opened}++; next }
        ($one->{error}) = grep { $!{$_} } keys %!;
    }
    return;
}

# --- counters

# Returns the packets that each rule with a verdict against them has counted: of iptables by its text, of nft by its handle.
sub counters {
    my (%found, %managed);
    my $default = readlink '/etc/alternatives/iptables';
    my %program = map { my $it = $_; (grep { -x "$_/$it-save" } split /:/, $ENV{PATH}) ? ($it => 1) : () }
        'iptables', 'iptables-nft', 'iptables-legacy';
    delete $program{'iptables'} if $program{'iptables-nft'};
    delete $program{'iptables-legacy'} if !words_of('/proc/net/ip_tables_names');
    for my $program (sort keys %program) {
        my ($table, %number) = '';
        my $shown = ($default // '') =~ m{/\Q$program\E\z} ? 'iptables' : $program;
        for my $line (lines_of("$program-save", '-c')) {
            chomp $line;
            if ($line =~ /^\*(\w+)/) { ($table, %number) = $1; $managed{$1} = 1 if $program eq 'iptables-nft'; next }
            if ($line =~ /^:(\S+) DROP \[(\d+):/) { $found{"rule\t$shown\t$table\t$1\t0\t\0\t-P $1 DROP"} = $2; next }
            $tool{ufw} = 1 if $line =~ /^:ufw-/;
            my ($count, $rule, $chain) = $line =~ /^\[(\d+):\d+\] (-A (\S+).*)/ or next;
            $number{$chain}++;
            $rule =~ tr/\t/ /;
            next if $rule =~ s/"(?:[^"\\]|\\.)*"//gr !~ / -j (?:DROP|REJECT|TARPIT|STEAL|NFQUEUE)(?: |$)/;
            $found{"rule\t$shown\t$table\t$chain\t$number{$chain}\t\0\t$rule"} = $count;
        }
    }
    nft_counters(\%found, \%managed);
    return \%found;
}

sub nft_counters {
    my ($found, $managed) = @_;
    my ($table, $chain, %chains, @bases) = ('', '');
    for my $line (lines_of('nft', '-a', 'list', 'ruleset')) {
        if (my ($family, $name) = $line =~ /^table (\w+) (\S+) \{/) {
            $table = $family eq 'ip' && $managed->{$name} || $family !~ /^(?:ip|inet|netdev)$/ ? '' : "$family $name";
            $chain = '';
            next;
        }
        next if !$table;
        if ($line =~ /^\s+chain (\S+) \{/) { $chain = "$table\t$1"; next }
        if ($line =~ /^\s*\}\s*$/) { $chain = ''; next }
        next if !$chain;
        $tool{firewalld} = 1 if $table =~ / firewalld$/;
        if ($line =~ /^\s+type \w+ hook (\w+) .*?(?:policy (\w+);)?\s*$/) {
            push @bases, [ $chain, $1 ];
            push @{ $chains{$chain}{rules} }, [ 0, '-', 'policy drop' ] if ($2 // '') eq 'drop';
            next;
        }
        my ($rule, $handle) = $line =~ /^\s+(.*\S)\s+# handle (\d+)\s*$/ or next;
        # A counter counts what the matches before it let through, so only one beside the verdict counts what that drops.
        my ($count) = $rule =~ /\bcounter packets (\d+) bytes \d+ (?:log (?:prefix "[^"]*" )?)?(?:drop|reject|queue)\b/;
        my $bare = $rule =~ s/(?:^| )counter packets \d+ bytes \d+//r =~ s/ comment "[^"]*"$//r =~ s/^ //r;
        my $plain = $bare =~ s/"[^"]*"//gr;
        push @{ $chains{$chain}{next} }, "$table\t$1" while $bare =~ /\b(?:jump|goto) ([\w.-]+)/g;
        push @{ $chains{$chain}{rules} }, [ $handle, $count // '-', $bare ] if $plain =~ /(?:^|[ :])drop(?:$|[ ,}])|(?:^| )reject(?:$| )|(?:^| )queue(?:$| )/;
    }
    for (@bases) {
        my ($base, $hook) = @$_;
        my (@next, %seen) = $base;
        while (defined(my $one = shift @next)) {
            next if $seen{$one}++;
            push @next, @{ $chains{$one}{next} || [] };
            for my $rule (@{ $chains{$one}{rules} || [] }) {
                my ($in, $name) = split /\t/, $one;
                $found->{ join "\t", 'nft', $in, $hook, (split /\t/, $base)[1], $name, $rule->[0], "\0", $rule->[2] =~ tr/\t/ /r } = $rule->[1];
            }
        }
    }
    return;
}

sub statistics {
    my %found;
    open(my $file, '<', '/proc/net/netstat') or return \%found;
    while (defined(my $names = <$file>)) {
        my @names = split ' ', $names;
        my @values = split ' ', <$file> // '';
        /^(?:IPReversePathFilter|ListenOverflows|ListenDrops)$/ and $found{$_} = shift @values, next or shift @values for @names;
    }
    close $file or return {};
    my ($count, $most) = map { words_of("/proc/sys/net/netfilter/nf_conntrack_$_") } 'count', 'max';
    $found{conntrack} = 0;
    $found{conntrack} = 1 if $most and $count >= $most;
    return \%found;
}

# --- the test

my $start = now();
my $capture = capture();
my ($counted, $had) = (counters(), statistics());
%packets = ();
if ($capture) { my $bits = ''; vec($bits, fileno $capture, 1) = 1; recv $capture, my $old, 128, 0 while select my $ready = $bits, undef, undef, 0 }
my @due = map { $start + $_ } @BURSTS;
while ((my $left = $start + $seconds - now()) > 0) {
    if (@due and $due[0] <= now()) { shift @due; attempt() }
    $left = $due[0] - now() if @due and $due[0] - now() < $left;
    my $bits = '';
    vec($bits, fileno $capture, 1) = 1 if $capture;
    next if !select(my $ready = $bits, undef, undef, $left > 0 ? $left : 0) or !$capture;
    my $from = recv $capture, my $data, 128, 0;
    note($data, $from) if defined $from;
}
finish_attempts();
my ($counts, $has) = (counters(), statistics());

my %name = interfaces();
for (sort keys %packets) {
    my (@what) = split /\t/;
    my $index = pop @what;
    print join("\t", 'packets', @what, $name{$index} // '-', $packets{$_}), "\n";
}
print "capture\tno\n" if !$capture;
for (sort keys %attempts) { print join("\t", 'attempts', $_, @{ $attempts{$_} }{qw(count error opened)}), "\n" }
for my $address (sort keys %role) {
    my $route = join ' ', lines_of('ip', '-o', 'route', 'get', $address);
    my ($device) = $route =~ / dev (\S+)/;
    my ($source) = $route =~ / src (\S+)/;
    my ($state) = join(' ', lines_of('ip', '-o', 'neigh', 'show', 'to', $address)) =~ /([A-Z]+)\s*$/;
    print join("\t", 'route', $address, $device // 'none', $source // 'none', $state // 'none'), "\n";
}
for (sort keys %$has) { my $more = $_ eq 'conntrack' ? $has->{$_} : $has->{$_} - ($had->{$_} // 0); print "counter\t$_\t$more\n" if $more }
# A rule that was added or moved during the test is not compared.
for (grep { exists $counted->{$_} } sort keys %$counts) {
    my $more = $counts->{$_} eq '-' ? '-' : $counts->{$_} - $counted->{$_};
    print s/\0/$more/r, "\n" if $more;
}
print "tool\t$_\n" for sort keys %tool;
print "end\n";
