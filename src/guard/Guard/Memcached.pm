package Guard::Memcached;

# A memcached, by its doc/protocol.txt. A server is a hash: name (its address), socket, in and at (what has arrived, and how
# much of that is read), process (PID and start time), lost, waited (seconds).
use strict;
use warnings;
use Errno;
use Exporter 'import';
use IO::Socket::INET;
use Guard::Config;
use Guard::Log;

our %alive;        # peers whose hosts have answered; a refused connection counts as an answer
our $deadline = 0; # the time at which waiting for any answer ends, while the port opens; 0: no limit
our @EXPORT;

BEGIN {
    @EXPORT = qw(%alive $deadline dial hang_up lost put more more_of_line line ask fetch store refused stats stat_of room
        servers from_low_port);
}

# Connects. Returns undef if the server is down, fenced, or does not answer within the given seconds: by default one,
# and $SILENCE for this memcached. With $guard the connection passes fences and blocks.
sub dial {
    my ($address, $seconds, $guard) = @_;
    my $server = { name => $address, waited => 0, guard => $guard };
    local $server->{until} = now() + ($seconds // ($address eq $OWN ? $SILENCE : 1));
    return eval { connect_to($server) } ? $server : undef;
}

# Dials these addresses. Dies if one of them is down, fenced or does not answer.
sub servers {
    my @servers;
    for my $address (@_) { push @servers, dial($address, $SILENCE) // die "$address:$PORT is down, closed, or does not answer\n" }
    return @servers;
}

sub connect_to {
    my ($server) = @_;
    my $name = $server->{name};
    return 0 if $deadline and now() >= $deadline;
    my @where = (PeerAddr => $name, PeerPort => $PORT, Proto => 'tcp', Timeout => 1, LocalAddr => $name eq $OWN ? '127.0.0.1' : $OWN);
    my $socket = $server->{guard} ? from_low_port(@where) : IO::Socket::INET->new(@where);
    $alive{$name} = 1 if $name ne $OWN and $socket || $!{ECONNREFUSED};
    return 0 unless $socket;
    $socket->sockopt(Socket::SO_KEEPALIVE(), 1);
    setsockopt $socket, Socket::IPPROTO_TCP(), Socket::TCP_NODELAY(), 1;
    $socket->blocking(0);
    @{$server}{qw(socket in at)} = ($socket, '', 0);
    return ask($server, 'version') =~ /^VERSION/;
}

# Connects from a port that only root can use: fences and blocks let such connections pass.
sub from_low_port {
    my (@where) = @_;
    for my $try (1 .. 50) {
        my $socket = IO::Socket::INET->new(@where, LocalPort => $FIRST_PORT + int rand 400, ReuseAddr => 1);
        return $socket if $socket or !$!{EADDRINUSE} and !$!{EADDRNOTAVAIL};
    }
    return;
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

1;
