package Guard::Config;

# The settings of the guard. Format of /etc/sessionctl/guard.conf: one "name value" per line; empty lines and lines that
# begin with # are ignored. The first six settings are required. Every other setting has the default below.
use strict;
use warnings;
use Exporter 'import';

our ($OWN, $PORT, @PEERS, $COPIES, $LOCK_SECONDS, $PHP_WAITS);
our $WAIT = 5;              # seconds for peers that are down or fenced themselves, before the port opens without them
our $PATIENCE = 60;         # seconds for a memcached that answers, but is not ready
our $SILENCE = 10;          # seconds without a byte of an answer, after which a server counts as lost
our $WAITING = 300;         # seconds of waiting for one server in all: the limit for one that sends byte by byte
our $LONGEST_LINE = 1 << 14; # bytes
our $LONGEST_VALUE = 1 << 27;
our $LONGEST_ANSWER = 1 << 29; # values of one answer together
our $LONGEST_DUMP = 1 << 29;
our $MOST = 1_000_000;      # names of sessions and locks at one server; more if this server's memory could hold more
our $SMALLEST = 80;         # bytes of an item with such a name, its header included
our $MOST_STATS = 1000;     # lines
our $ROUNDS = 10;           # how often a lost server is awaited, while memcached is filled
our $TURN = 300;            # seconds that a stop waits for another server to be open, when all droplets reboot in the same
                            # minute; the unit's TimeoutStopSec is longer
our $GONE = 60;             # the same, if no other host has answered at all; a refusal counts as an answer
our $HANDING = 10;          # seconds for handing locks to peers, before a stop
our $DRAIN = 2;             # seconds that memcached's stop waits for connections to end
our $FULL = 0.8;            # share of the memory that sessions may fill; slabs and locks cost the rest. All of it if no
                            # peer has more memory or has evicted anything (see measure)
our $RESET = 0.05;          # seconds that a request may take from a reset here to its lock at a peer
our $HELD_BACK = 0.12;      # seconds of waiting for requests under way at the peers, while the port opens
our $TOO_LATE = 0.18;       # seconds after which the port is fenced again; $LATE if a pass over the peers takes long
our $LATE;
our $SENT;                  # seconds after which TCP sends again, for the last time while PHP waits for an answer
our $LONG = 0.1;            # seconds from which a pass over the peers counts as long
our $APART = 0.7;           # the least seconds between two attempts: TCP resends for that long what was sent to the port
our $TRIES = 8;             # from this attempt on the port opens however late it is
our $MOST_TRIES = 20;
our $LATEST = 5;            # seconds of such an attempt at most
our $AFTER = 1;             # seconds of watching the peers after that, for a request that took longer than $RESET; more
                            # if the machine is so busy that the guard itself is late, or that processes wait
our $PER_LOAD = 1;          # seconds of watching for each process per processor that runs or waits
our $AFTER_MOST = 10;
our $SURE = 0.1;            # seconds before the guard examines a lock here that may be abandoned
our $FOUNDING = 600;        # seconds for which $ALONE counts: a run that was killed leaves it behind
our $MARK = 1_000_000;      # the value of the guard's own locks; PHP counts its own from 0
our $TURN_KEY = 'sessionctl<turn>'; # a key at a server that names the server that stops or joins. No session can have it:
                            # PHP refuses < and > in an id, so no visitor can name it
our $ROUND = 0.05;          # seconds between two questions of the sentinel to a server
our $SILENT = 0.2;          # seconds without an answer after which a server counts as silent
our $BLOCK_AFTER = 0.1;     # seconds from that to the block: until then the server's own sentinel has fenced it
our $UNHEARD = 3;           # seconds without news of another sentinel, after which it counts as gone
our $CONTESTED = 20;         # seconds for which a filled memcached waits until all open droplets reach it
our $ABANDONED = 30;         # seconds after which a closed memcached that no process fills is filled by the sentinel
our $FLAP = 120;           # seconds for which a resync counts for the back-off
our $LONGEST_BACKOFF = 30;  # seconds of waiting before a resync at most
our $FIRST_PORT = 600;      # the first of 400 ports from which guards connect; fences and blocks let those below 1024 pass
our $RUN_FOLDER = '/run/sessionctl';
our $STATE_FOLDER = '/var/lib/sessionctl';
our $ETC = '/etc';
our $SITES = '/var/www';
our $PROGRAMS = '';         # a folder that is searched for iptables first
our ($RUN, $STATE);         # the folders of the guard below $RUN_FOLDER and $STATE_FOLDER
our $HOLD;                  # exists while the port is kept fenced over restarts
our $AWAY;                  # the blocked servers, kept for the next boot
our $ALONE;                 # exists if there is no cluster yet: the next start waits for no peer
our $CLOSED;                # exists while the port is to be fenced: the PID of the process that keeps it fenced
our $BLOCKED;               # the same, while leaving servers are to be blocked
our $OPENING;               # locked (flock(2)) by the process that changes the fence
our $SEEN;                  # the peers that have ever answered; only these can be silent
our $SENTINEL;              # locked by the sentinel; what it has blocked and fenced
our $READY;                 # exists while a filled memcached waits for the sentinel, which tells the others before it opens
our $RULES;                 # the rules of "sessionctl firewall"; $LOAD loads them
our $LOAD;
our $MEMCACHED;             # packets of PHP to another memcached, as iptables(8) matches them. Those of guards and sentinels
                            # pass the blocks: they come from a port below 1024, which only root can use
our $TO_OWN;                # packets to this droplet's memcached, except those of its own guard

our @EXPORT;

BEGIN {
    @EXPORT = qw($OWN $PORT @PEERS $COPIES $LOCK_SECONDS $PHP_WAITS $WAIT $PATIENCE $SILENCE $WAITING $LONGEST_LINE
        $LONGEST_VALUE $LONGEST_ANSWER $LONGEST_DUMP $MOST $SMALLEST $MOST_STATS $ROUNDS $TURN $GONE $HANDING $DRAIN $FULL
        $RESET $HELD_BACK $TOO_LATE $LATE $SENT $LONG $APART $TRIES $MOST_TRIES $LATEST $AFTER $PER_LOAD $AFTER_MOST $SURE
        $FOUNDING $MARK $TURN_KEY $RUN_FOLDER $STATE_FOLDER $ETC $SITES $RUN $STATE $HOLD $AWAY $ALONE $CLOSED $BLOCKED
        $OPENING $RULES $LOAD $MEMCACHED $TO_OWN
        $ROUND $SILENT $BLOCK_AFTER $UNHEARD $FLAP $LONGEST_BACKOFF $SEEN $SENTINEL $READY
        $FIRST_PORT $CONTESTED $ABANDONED);
}

my $ADDRESS = qr/\d{1,3}(?:\.\d{1,3}){3}/;
my $NUMBER = qr/\d{1,12}(?:\.\d{1,6})?/;
my $FOLDER = qr{/[\w./-]*};

# The settings: name to variable and pattern of the value.
my %required = (
    own => [ \$OWN, $ADDRESS ],
    port => [ \$PORT, qr/\d{1,5}/ ],
    peers => [ \@PEERS, qr/(?:$ADDRESS(?: $ADDRESS)*)?/ ],
    copies => [ \$COPIES, qr/\d{1,3}/ ],             # the least number of servers that hold each session; 0: all of them
    lock_timeout => [ \$LOCK_SECONDS, qr/\d{1,6}/ ], # seconds; memcache.lock_timeout
    server_timeout => [ \$PHP_WAITS, $NUMBER ],      # seconds that PHP waits for a server that does not respond
);
my %optional = (
    wait => [ \$WAIT, $NUMBER ],
    patience => [ \$PATIENCE, $NUMBER ],
    silence => [ \$SILENCE, $NUMBER ],
    waiting => [ \$WAITING, $NUMBER ],
    rounds => [ \$ROUNDS, $NUMBER ],
    turn => [ \$TURN, $NUMBER ],
    gone => [ \$GONE, $NUMBER ],
    drain => [ \$DRAIN, $NUMBER ],
    after => [ \$AFTER, $NUMBER ],
    per_load => [ \$PER_LOAD, $NUMBER ],
    apart => [ \$APART, $NUMBER ],
    tries => [ \$TRIES, $NUMBER ],
    most_tries => [ \$MOST_TRIES, $NUMBER ],
    most_names => [ \$MOST, $NUMBER ],
    longest_answer => [ \$LONGEST_ANSWER, $NUMBER ],
    round => [ \$ROUND, $NUMBER ],
    silent => [ \$SILENT, $NUMBER ],
    block_after => [ \$BLOCK_AFTER, $NUMBER ],
    unheard => [ \$UNHEARD, $NUMBER ],
    contested => [ \$CONTESTED, $NUMBER ],
    abandoned => [ \$ABANDONED, $NUMBER ],
    flap => [ \$FLAP, $NUMBER ],
    longest_backoff => [ \$LONGEST_BACKOFF, $NUMBER ],
    first_port => [ \$FIRST_PORT, $NUMBER ],
    run_folder => [ \$RUN_FOLDER, $FOLDER ],
    state_folder => [ \$STATE_FOLDER, $FOLDER ],
    etc_folder => [ \$ETC, $FOLDER ],
    sites_folder => [ \$SITES, $FOLDER ],
    programs_folder => [ \$PROGRAMS, $FOLDER ],
);

# Reads the settings from a file. Dies with a sentence if the file is missing, or a line is unknown, invalid, repeated or
# missing.
sub read_settings {
    my ($path) = @_;
    open(my $file, '<', $path) or die "cannot read $path: $!; run: sessionctl provision\n";
    my %given;
    while (defined(my $line = <$file>)) {
        next if $line =~ /^\s*(?:#|$)/;
        my ($name, $value) = $line =~ /^(\w+)(?: (.*))?$/ or die "$path:$.: this is not \"name value\"\n";
        my ($variable, $pattern) = @{ $required{$name} || $optional{$name} || die "$path:$.: there is no setting \"$name\"\n" };
        $value //= '';
        die "$path:$.: $name is given twice\n" if $given{$name}++;
        die "$path:$.: \"$value\" is no value of $name\n" if $value !~ /^$pattern\z/;
        if (ref $variable eq 'ARRAY') { @$variable = split ' ', $value } else { $$variable = $value }
    }
    for (sort keys %required) { die "$path: $_ is missing\n" unless $given{$_} }
    derive();
    return 1;
}

# Computes the settings that follow from others.
sub derive {
    $LATE = $PHP_WAITS < 0.7 ? $TOO_LATE : $PHP_WAITS < 1 ? 0.38 : 0.5;
    $SENT = $PHP_WAITS < 0.7 ? 0.2 : $PHP_WAITS < 1 ? 0.4 : 0.8;
    ($RUN, $STATE) = ("$RUN_FOLDER/guard", "$STATE_FOLDER/guard");
    ($HOLD, $AWAY) = map { "$STATE/$_" } 'hold', 'away';
    ($ALONE, $CLOSED, $BLOCKED, $OPENING) = map { "$RUN/$_" } 'alone', 'closed', 'blocked', 'opening';
    ($SEEN, $SENTINEL, $READY) = ("$STATE/seen", "$RUN/sentinel", "$RUN/ready");
    ($RULES, $LOAD) = ("$ETC/sessionctl/firewall.rules", "$STATE_FOLDER/firewall/load.sh");
    $MEMCACHED = "-p tcp -m tcp ! --sport 0:1023 --dport $PORT";
    $TO_OWN = "-d $OWN/32 ! -s 127.0.0.1/32 -p tcp -m tcp --dport $PORT";
    $ENV{PATH} = ($PROGRAMS ? "$PROGRAMS:" : '') . '/usr/sbin:/usr/bin:/sbin:/bin';
    return;
}

1;
