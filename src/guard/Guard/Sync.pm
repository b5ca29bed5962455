package Guard::Sync;

# Copies sessions from the peers, and follows what changes there.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;
use Guard::Log;
use Guard::Filter;
use Guard::Memcached;
use Guard::Placement;
use Guard::Snapshot;
use Guard::Turn;

our @sources;      # the peers from which memcached is filled
our %held;         # sessions that were copied here: key to expiry
our %where;        # with partial replicas only: key to [expiry, size, peer] of the latest copy
our $newest = 0;   # the latest expiry of all
our $left_out = 0; # the number of sessions for which there is no room
our %refused;      # sessions that memcached did not store, each with its answer
our %expired;      # sessions of peers that expired more than a minute ago by this droplet's clock
our $orphaned = 0; # how often all peers were lost during the filling
our $crowded = 0;  # true if peers have evicted sessions: no server holds all of them any more
our $took = 0;     # seconds of the last pass
our %pending;      # results of changes() that are not copied yet: key to [expiry, size, peer]
our %before;       # sessions that memcached held before it was filled
our @EXPORT;

BEGIN {
    @EXPORT = qw(@sources %held %where $newest $left_out %refused %expired $orphaned $crowded $took %pending %before
        find_sources without_lost measure fill pass changes forget_others);
}

my %missed;        # keys of sessions that a peer no longer has
my %former;        # peer to the keys that it is known to have held before it was lost
my $share = $FULL; # the share of its memory that may be filled

# Finds the open peers. None may be open, or too few to hold every session together: the complete cluster boots, or the
# others are fenced, too. Waits up to the given seconds for them, then continues with those that are open.
sub find_sources {
    my ($wait) = @_;
    my $until = now() + $wait;
    until ((@sources = grep { $_ } map { dial($_, $SILENCE) } @PEERS) >= enough()) {
        if (now() < $until) { nap(0.2); next }
        # What a fenced peer holds is better than nothing.
        @sources = grep { $_ } map { dial($_, 1, 'guard') } @PEERS if $wait and !@sources;
        return;
    }
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

1;
