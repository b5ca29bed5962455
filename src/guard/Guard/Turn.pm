package Guard::Turn;

# Keeps two servers from stopping at the same time.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;
use Guard::Log;
use Guard::Memcached;

our @EXPORT;

BEGIN { @EXPORT = qw(await_turn enough turn release) }

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

1;
