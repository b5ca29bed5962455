package Guard::Repair;

# Repairs the sessions that were written around the opening of the port.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;
use Guard::Log;
use Guard::Memcached;
use Guard::Placement;
use Guard::Snapshot;
use Guard::Stop;
use Guard::Sync;

our $opened = 0; # the cas of the latest write here before the port opened
our @EXPORT;

BEGIN { @EXPORT = qw($opened settle repair lock_here) }

my %suspects;     # sessions whose lock here may be abandoned: when a peer had a new copy, and what changes() returned
my $listed = 0;   # when the writes here since then were last listed
my %written;      # sessions that were written here since the port opened: the cas of the last write
my %doubtful;     # sessions that were written here or at a peer since: when that was seen, and what changes() returned
my @locks_seen;   # sessions with a lock at a peer, as last listed
my $compared = 0; # when these were last compared with the locks that are held

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
                next if substr($key, -5) eq '.lock' or !is_session($key) and !exists $held{$key};
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

sub lock_here { store($own, map { [ "add $_.lock 0 $LOCK_SECONDS " . length($MARK), $MARK ] } @_) }

sub unlock_here { unlock_at($own, map { "$_.lock" } @_) }

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

1;
