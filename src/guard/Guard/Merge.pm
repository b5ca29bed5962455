package Guard::Merge;

# Hands over what was written here while this droplet was cut off. Its own PHP went on with this memcached alone, and the
# other droplets with theirs. Afterwards each session has the later of both writes. A session that was deleted on either
# side (a log-out) stays deleted, unless the other side has written to it since.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;
use Guard::Log;
use Guard::Memcached;
use Guard::Snapshot;

our @EXPORT;

BEGIN { @EXPORT = qw(record_cut hand_over_changes) }

my $ITEM = qr/^key=(\S+) exp=(-?\d{1,18}) la=\d+ cas=(\d{1,20}) /m;

sub cut_file { return "$RUN/cut" }

# Calls back with key, expiry and cas of each session of a server.
sub sessions_of {
    my ($server, $found) = @_;
    dump_of($server, sub {
        while ($_[0] =~ /$ITEM/g) {
            my ($key, $expiry, $cas) = (plain($1), $2, $3);
            $found->($key, $expiry, $cas) if $expiry > 0 and substr($key, -5) ne '.lock' and is_session($key);
        }
    });
    return;
}

# Records which sessions this memcached held when the droplet was cut off. Sessions with a cas above $marker may have been
# written here only; those with a cas above $reached have been written since the cut was noticed. A $marker of 0 means that
# memcached started while the droplet was cut off, so it holds nothing that the others had written.
sub record_cut {
    my ($marker, $reached) = @_;
    $own = dial($OWN) or die "memcached does not answer\n";
    open(my $file, '>', cut_file() . '.new') or die cut_file() . ": $!\n";
    print $file "$marker\n";
    sessions_of($own, sub { my ($key, $expiry, $cas) = @_; print $file "$expiry $key\n" if $cas <= $reached });
    close $file and rename cut_file() . '.new', cut_file() or die cut_file() . ": $!\n";
    return 1;
}

# Hands the changes since record_cut over to these servers. Returns true if all are handed over; a session that a request
# uses is left for the next call.
sub hand_over_changes {
    my (@addresses) = @_;
    open(my $file, '<', cut_file()) or return 1;
    chomp(my $marker = <$file> // 0);
    my (%listed, %written, %here);
    while (<$file>) { chomp; my ($expiry, $key) = split / /, $_, 2; $listed{$key} = $expiry }
    close $file;
    $own = dial($OWN) or die "memcached does not answer\n";
    sessions_of($own, sub { my ($key, $expiry, $cas) = @_; $here{$key} = 1; $written{$key} = $expiry if $cas > $marker });
    my %ended = map { $_ => 1 } grep { !$here{$_} and $listed{$_} > time } keys %listed;
    # A dump may have missed some.
    fetch($own, sub { delete $ended{ $_[0] } }, keys %ended);
    my @peers = map { dial($_, $SILENCE, 'guard') // die "$_ does not answer\n" } @addresses;
    my (%theirs, %anywhere);
    for my $peer (@peers) {
        my $there = $theirs{ $peer->{name} } = {};
        sessions_of($peer, sub { my ($key, $expiry) = @_; $there->{$key} = $expiry; $anywhere{$key} = 1 });
    }
    my ($given, $deleted, $left) = (0, 0, 0);
    # What the others lack has ended there if it was here when the cut was noticed, and is new otherwise.
    for my $peer (@peers) {
        my $there = $theirs{ $peer->{name} };
        my @give = grep {
            !$anywhere{$_} ? !exists $listed{$_} : $marker && (!exists $there->{$_} || $there->{$_} < $written{$_})
        } keys %written;
        while (my @some = splice @give, 0, 100) {
            my $taken = taken([@peers], map { "$_.lock" } @some);
            my (%old, @commands);
            fetch($peer, sub { $old{ $_[0] } = [ @_[ 2, 3 ] ] }, @some);
            fetch($own, sub {
                my ($key, $flags, $value) = @_;
                if ($taken->{"$key.lock"}) { $left++; return }
                my $facts = "$flags $written{$key} " . length $value;
                push @commands, [ $old{$key} ? "cas $key $facts $old{$key}[1]" : "add $key $facts", $value ];
            }, @some);
            $given += grep { $_ eq 'STORED' } store($peer, @commands);
        }
        for my $key (grep { exists $there->{$_} and $there->{$_} <= $listed{$_} } keys %ended) {
            $deleted++ if ask($peer, "delete $key") eq 'DELETED';
        }
    }
    remark("handed over $given copies and $deleted log-outs") if $given or $deleted;
    return !$left;
}

1;
