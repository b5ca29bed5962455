package Guard::Join;

# Fills memcached from its peers, then opens the port.
use strict;
use warnings;
use Exporter 'import';
use Fcntl ':flock';
use Guard::Config;
use Guard::Log;
use Guard::Filter;
use Guard::Memcached;
use Guard::Opening;
use Guard::Repair;
use Guard::Snapshot;
use Guard::Stop;
use Guard::Sync;
use Guard::Turn;

our @EXPORT;

BEGIN { @EXPORT = qw(join_cluster sentinel_runs) }

# $admitted also opens a memcached that is held. $still_needed is called when no other process fills memcached any more.
sub join_cluster {
    my ($admitted, $still_needed) = @_;
    mkdir $_ or chmod 0700, $_ for $RUN_FOLDER, $RUN;
    my $alive = keep_closed();
    my $keeper = words_of($BLOCKED);
    my $blocking = -s $AWAY && !($keeper && kill 0, $keeper) ? keep_blocked() : 0;
    # The sentinel may fill memcached while a start is about to. The processes above must not inherit this lock.
    open(my $lock, '>>', "$RUN/joining") or die "$RUN/joining: $!\n";
    flock $lock, LOCK_EX or die "$RUN/joining: $!\n";
    return 1 if $still_needed and !$still_needed->();
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
    # Why an earlier attempt failed is shown until one succeeds.
    state_is('filling', 'from ' . (join(', ', map { $_->{name} } @sources) || 'no other server')) if words_of("$RUN/state") !~ /^failed /;
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
    if (!@sources and !$founding and sentinel_runs()) {
        return open_alone() if unheard_peers();
        # The sentinel tries again.
        die "its peers were lost before it was filled\n" if $orphaned or answering_peers();
    }
    wait_for_sentinel();
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

# Returns the peers that have answered before and do not answer now, not even with a refusal. They may hold sessions.
sub unheard_peers {
    my %seen = map { $_ => 1 } split ' ', words_of($SEEN);
    my @seen = grep { $seen{$_} } @PEERS;
    delete @alive{@seen}; # a refusal may have come from the sentinel's block here
    dial($_, 1, 'guard') for @seen;
    return grep { !$alive{$_} } @seen;
}

# Returns the peers that answer a guard. One that answers and is no source was too slow.
sub answering_peers { return grep { $_ } map { dial($_, $SILENCE, 'guard') } @PEERS }

sub sentinel_runs {
    open(my $lock, '>>', $SENTINEL) or return 0;
    return !flock $lock, LOCK_EX | LOCK_NB;
}

# Opens the port to the PHP of this droplet only. The sentinel has memcached filled as soon as a peer answers.
sub open_alone {
    write_to("$RUN/cut", "0\n");
    fence_alone();
    unlink $CLOSED;
    state_is('alone', 'the other droplets do not answer');
    return 1;
}

# Waits until other droplets that have blocked this one know that it is filled again: their PHP uses it as soon as the
# port opens. Dies if such a droplet does not reach it, so that it would miss what PHP writes there.
sub wait_for_sentinel {
    return unless @PEERS and sentinel_runs();
    write_to($READY, '');
    my ($until, $end) = (now() + 3, now() + $CONTESTED);
    while (-e $READY and now() < $until) {
        nap(0.02);
        chomp(my $unreached = words_of($READY)) or next;
        $until = now() + 3;
        next if now() < $end;
        unlink $READY;
        die "it would miss what PHP writes on $unreached, from where it does not answer\n";
    }
    unlink $READY;
    return;
}

1;
