package Guard::Stop;

# What happens before memcached stops.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;
use Guard::Log;
use Guard::Filter;
use Guard::Memcached;
use Guard::Snapshot;
use Guard::Turn;

our @EXPORT;

BEGIN { @EXPORT = qw(drain let_finish founding give unlock_at) }

# Drains the port before memcached stops in good order: open connections finish, new ones are refused. A server that
# stops responding during an answer makes the module of Debian 12 take the session for an empty one.
sub drain {
    unless (founding() or eval { is_fenced() }) { eval { await_turn(); 1 } or remark($@) }
    $deadline = 0;
    return let_finish();
}

sub let_finish {
    fence_new() or return 0;
    let_go() or eval { hand_over(); 1 } or remark("the locks of requests under way are lost: $@");
    $deadline = 0;
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

sub unlock_at {
    my ($server, @locks) = @_;
    for (1 .. 100) {
        my @free;
        fetch($server, sub { push @free, [ @_[ 0, 3 ] ] if $_[2] >= $MARK }, @locks);
        my @answers = store($server, map { [ "cas $_->[0] 0 1 1 $_->[1]", 0 ] } @free);
        @locks = map { $free[$_][0] } grep { $answers[$_] eq 'EXISTS' } 0 .. $#free or return;
    }
}

sub founding { my $when = (stat $ALONE)[9]; return defined $when && time - $when < $FOUNDING }

# Pushes to these servers the sessions that this one holds and they lack.
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

1;
