package Guard::Opening;

# Opens the port.
use strict;
use warnings;
use Exporter 'import';
use Fcntl ':flock';
use Guard::Config;
use Guard::Log;
use Guard::Filter;
use Guard::Memcached;
use Guard::Repair;
use Guard::Snapshot;
use Guard::Stop;
use Guard::Sync;
use Guard::Turn;

our @EXPORT;

BEGIN { @EXPORT = qw(open_port) }

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
    my $hold = gate("$TO_OWN ! --syn -j DROP");
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

1;
