package Guard::Snapshot;

# Lists what a server holds.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;
use Guard::Log;
use Guard::Memcached;
use Guard::Placement;
use Guard::SessionKeys;

our $own;       # this memcached
our $hurry = 0; # seconds that replace $PATIENCE, while the port opens
our @EXPORT;

BEGIN { @EXPORT = qw($own $hurry look plain is_session locks_of dump_of taken) }

# Sessions among the keys of a memcached that other programs may use, too. A session has an expiry, as every session of
# PHP's module has. It also has either a name like those of PHP, or PHP's lock beside it, which exists while the session
# is used and for a while after. The guard ignores all other keys: each is at one server only, so those of all servers
# need not fit into one. A key that does not match $NAME never becomes part of a command, because it may contain a
# command itself.
my $NAME = qr/^[\x21-\x7e\x80-\xff]{1,245}\z/;
my ($SESSION, $most);

# Returns true if a key has a name like those of PHP's sessions.
sub is_session { $SESSION ||= session_names($ETC, $SITES); return $_[0] =~ $SESSION }

# Lists what has changed at a server since the last look, which $memory records. Returns the new or changed sessions
# that belong to server $whose: key to [expiry, size, the earlier cas if there was one]; the keys that are gone since
# then; and the names of all locks. Each write gives a session a new cas, and comparing these is cheap: with 100,000
# sessions a look takes a tenth of a second.
sub look {
    my ($server, $memory, $whose) = @_;
    $SESSION ||= session_names($ETC, $SITES);
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
    # The memory changes only now, so that a dump that breaks off hides nothing from the next look.
    $memory->{top} = $top;
    for (@new) {
        my ($expiry, $cas, $size, $key) = split / /;
        my $before = $number->{$key};
        # A dump that walks lists may have listed the old and the new item.
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

# Returns how many names a server may list: more are invalid, or could not be copied to this server.
sub most { return $most ||= (sort { $b <=> $a } $MOST, $own ? stat_of($own, 'limit_maxbytes') / $SMALLEST : 0)[0] }

# Returns the locks of sessions, each with its expiry.
sub locks_of {
    my ($server) = @_;
    $SESSION ||= session_names($ETC, $SITES);
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

# Dumps a server's items, a line each, and calls back with some lines at a time. Walking the hash table finds items that
# move between lists during the dump; older versions walk lists only. A dump whose reader is gone blocks a thread of
# memcached for each later dump, so the guard first asks if one is running.
sub dump_of {
    my ($server, $lines) = @_;
    my $until = now() + ($hurry || $PATIENCE);
    while (1) {
        my $word = stats($server)->{lru_crawler_running} ? 'BUSY'
            : lines_of($server, 'lru_crawler metadump ' . ($server->{lists} ? 'all' : 'hash'), $lines);
        return if $word eq 'END' or $word =~ /^NOTSTARTED/; # NOTSTARTED: it holds nothing
        if ($word =~ /^BUSY/) {
            if (now() < $until) { nap(0.01); next }
            die "$server->{name} is busy with other dumps\n" if $hurry;
            lost($server, 'is busy with other dumps');
        }
        # The protocol does not define what follows such an answer, so the connection ends.
        hang_up($server);
        next if !$server->{lists}++;
        die "$server->{name} does not say what it holds, but " . quoted($word) . "\n"; # asking again would not help
    }
}

# Calls back with all lines up to END, and returns END; returns the first line instead if it is an error. From 1.6.43 on
# an OK line comes first.
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

# Returns those of these locks that are held on any of these servers: a free lock has the value 0 or is gone.
sub taken {
    my ($servers, @locks) = @_;
    my %taken;
    fetch($_, sub { $taken{ $_[0] } = 1 if $_[2] > 0 }, @locks) for @$servers;
    return \%taken;
}

1;
