package Guard::Log;

# Messages, the state file and the clock.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;

our @EXPORT;

BEGIN { @EXPORT = qw(remark nap now load state_is words_of write_to keep plainly quoted) }

sub remark { print STDERR "guard: $_[0]\n"; return }

sub nap { select(undef, undef, undef, $_[0]) }

# Returns seconds, in hundredths, of a clock that is never set: proc(5), /proc/uptime.
my ($uptime, $opener);

sub now {
    # A file that was opened before a fork has one position for both processes.
    if (($opener // 0) != $$) { open($uptime, '<', '/proc/uptime') or die "/proc/uptime: $!\n"; $opener = $$ }
    sysseek $uptime, 0, 0;
    sysread $uptime, my $text, 64;
    return substr $text, 0, index $text, ' ';
}

# Returns how many processes run or wait for each processor, on average over a minute: proc(5), /proc/loadavg.
sub load {
    open(my $processors, '<', '/proc/stat') or return 0;
    my $count = grep { /^cpu\d/ } <$processors>;
    return (split ' ', words_of('/proc/loadavg') || 0)[0] / ($count || 1);
}

sub state_is {
    my ($state, $words) = @_;
    remark("$state: $words");
    mkdir $_ or chmod 0700, $_ for $RUN_FOLDER, $RUN;
    open(my $file, '>', "$RUN/state.new") or return;
    print $file "$state ", time, " $words\n";
    close $file and rename "$RUN/state.new", "$RUN/state";
}

sub words_of { open(my $file, '<', $_[0]) or return ''; return <$file> // '' }

sub write_to {
    my ($path, $words) = @_;
    mkdir $_ for $RUN_FOLDER, $RUN;
    open(my $file, '>', $path) or return 0;
    print $file $words;
    return close $file;
}

sub keep {
    my ($path, $words) = @_;
    mkdir $_ or chmod 0700, $_ for $STATE_FOLDER, $STATE;
    open(my $file, '>', "$path.new") or die "$path: $!\n";
    print $file $words;
    close $file and rename "$path.new", $path or die "$path: $!\n";
}

# Returns text that a server has sent, printable, for the journal.
sub plainly { my ($words) = @_; return $words =~ s/[^\x20-\x7e]/?/gr }

# Returns the start of a server's answer, printable and in quotes, for the journal.
sub quoted { my ($words) = @_; return '"' . substr(plainly($words), 0, 100) . '"' }

1;
