package Guard::Commands;

# The commands; guard.pl describes them.
use strict;
use warnings;
use Guard::Config;
use Guard::Log;
use Guard::Filter;
use Guard::Join;
use Guard::Memcached;
use Guard::Sentinel;
use Guard::Snapshot;
use Guard::Stop;

our $VERSION = 2;
our $PROTOCOL = 1; # what guards of several droplets tell each other: the turn, the value of their locks

# Fences the port before memcached starts. Blocks leaving servers again, too: a boot has removed the packet filter's
# rules, and a server that was blocked lacks what was written since.
sub close_port {
    state_is('closed', 'memcached starts');
    unlink "$RUN/drill";
    write_to($CLOSED, 0);
    eval { block() } or remark('iptables cannot block the peers that leave the cluster');
    return fence();
}

sub hold {
    keep($HOLD, '');
    state_is('held', 'kept closed until it is uncordoned');
    let_finish() unless is_fenced();
    my $alive = keep_closed();
    return fence();
}

sub admit { fence(); return join_cluster('admitted') }

sub note { state_is('open', 'memcached has not been started under guard yet') unless -e $CLOSED or is_fenced(); return 1 }

# Blocks these servers. Refuses new connections to them first, and waits up to $DRAIN seconds for open ones to end.
sub away {
    unlink $BLOCKED;
    refuse("$MEMCACHED --syn", @_) and let_go(@_);
    refuse($MEMCACHED, @_) and keep($AWAY, "@_\n") or return 0;
    my $alive = keep_blocked();
    return 1;
}

sub back {
    unlink $_ or $!{ENOENT} or die "$_: $!\n" for $AWAY, $BLOCKED;
    return unblock();
}

sub drill { write_to("$RUN/drill", ''); return cut() }

sub reachable { servers(@_); return 1 }

sub any { return scalar(grep { dial($_, $SILENCE) } @_) || die "none of " . join(', ', @_) . " can be reached from here\n" }

sub whole {
    my @peers = servers(@_);
    $own = dial($OWN) or die "memcached does not listen at $OWN:$PORT\n";
    my %theirs;
    for my $peer (@peers) { my ($sessions) = look($peer, {}, $OWN); @theirs{ keys %$sessions } = () }
    my ($mine) = look($own, {}, $OWN);
    my %missing = map { $_ => 1 } grep { !exists $mine->{$_} } keys %theirs;
    fetch($own, sub { delete $missing{ $_[0] } }, keys %missing);
    my %there;
    fetch($_, sub { $there{ $_[0] } = 1 }, keys %missing) for @peers;
    my $count = grep { $there{$_} } keys %missing;
    die "it lacks $count of its peers' sessions\n" if $count;
    die "its port is still closed\n" if !-e $HOLD and -e $CLOSED || is_fenced();
    return 1;
}

sub status {
    my $state = words_of("$RUN/state");
    my ($word, $since, $detail) = $state =~ /^(\w+) (\d+) (.*)/ ? ($1, $2, $3) : ('unknown', 0, '');
    my @blocked = split ' ', words_of($AWAY);
    print '{', join(
        ',',
        qq("version":$VERSION,"protocol":$PROTOCOL,"state":"$word","since":$since),
        '"detail":' . json_text($detail),
        '"fenced":' . (is_fenced() ? 'true' : 'false'),
        '"cordoned":' . (-e $HOLD ? 'true' : 'false'),
        '"blocked":[' . join(',', map { json_text($_) } @blocked) . ']',
        '"sentinel":' . sentinel_status()
    ), "}\n";
    return 1;
}

# Returns what the sentinel does, as JSON.
sub sentinel_status {
    my ($fenced, @silent, @flapping) = ('');
    my $alive = sentinel_runs();
    my $known = $alive && open(my $file, '<', "$SENTINEL.state");
    for ($known ? <$file> : ()) {
        chomp;
        if (/^fenced (.*)/) { $fenced = $1 }
        if (/^silent (\S+) (\d+)/) { push @silent, '{"address":' . json_text($1) . qq(,"since":$2,"reason":"does not answer"}) }
        if (/^flapping (\S+) (\d+)/) { push @flapping, '{"address":' . json_text($1) . qq(,"count":$2}) }
    }
    return '{"alive":' . ($alive ? 'true' : 'false') . ',"fenced":' . json_text($fenced) . ',"silent":[' . join(',', @silent)
        . '],"flapping":[' . join(',', @flapping) . ']}';
}

# Returns a JSON string: RFC 8259.
sub json_text {
    my ($text) = @_;
    return '"' . (plainly($text) =~ s/(["\\])/\\$1/gr) . '"';
}

# Waits, 20 s at most, until a sentinel that has just started has done what was due: other droplets may have blocked this
# memcached while none ran here.
sub settled {
    my ($until, $quiet) = (now() + 20, now());
    while (now() < $until and now() < $quiet + 1.5 and !-e $HOLD) {
        $quiet = now() if -e $CLOSED or is_fenced();
        nap(0.1);
    }
    return 1;
}

sub version { print "guard $VERSION, protocol $PROTOCOL\n"; return 1 }

my $config = '/etc/sessionctl/guard.conf';
my %commands = (
    drain => \&drain, close => \&close_port, join => \&join_cluster, hold => \&hold, admit => \&admit, note => \&note,
    restore => \&restore_rules, able => \&able, reachable => \&reachable, any => \&any, give => \&give, whole => \&whole,
    away => \&away, back => \&back, cut => \&drill, status => \&status, version => \&version, settled => \&settled, sentinel => sub { sentinel($config) },
);

# Runs a command with its arguments. Returns the exit code.
sub run {
    my ($name, @arguments) = @_;
    if (($name // '') eq '--config') { ($config, $name, @arguments) = @arguments }
    my $command = $commands{ $name // '' };
    if (!$command) { remark('there is no such command; see the head of this file'); return 1 }
    return 0 if eval { Guard::Config::read_settings($config) and $command->(@arguments) };
    chomp(my $why = $@ || 'it could not be done');
    remark($why);
    return 1;
}

1;
