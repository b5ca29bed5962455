# Prints the last lines of log files: time in microseconds, source and text, with tabs between them. Arguments: the age
# of the oldest line in seconds, the number of lines, and the files. Of syslog it prints the lines of the services only.
use strict;
use warnings;
use POSIX qw(mktime);

my $LONGEST = 1 << 20; # bytes of a file that are read, from its end
my ($age, $count, @files) = @ARGV;
my %month = map { (qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec))[$_] => $_ } 0 .. 11;
my $now = time;
my $year = (localtime $now)[5];
my @found;

sub local_time { my ($y, $m, $d, $h, $min, $s) = @_; return mktime($s, $min, $h, $d, $m, $y, 0, 0, -1) }

# Returns the days from 1970 to a date, for a month from 0.
sub days {
    my ($y, $m, $d) = @_;
    ($y, $m) = $m < 2 ? ($y - 1, $m + 10) : ($y, $m - 2);
    return 365 * $y + int($y / 4) - int($y / 100) + int($y / 400) + int((153 * $m + 2) / 5) + $d - 719_469;
}

# Returns the seconds of a line's time, and their fraction; nothing if it has none.
sub time_of {
    my ($line) = @_;
    # Apache
    if ($line =~ /^\[\w{3} (\w{3}) +(\d+) (\d\d):(\d\d):(\d\d)(?:[.](\d{1,6}))? (\d{4})\]/ and defined $month{$1}) {
        return (local_time($7 - 1900, $month{$1}, $2, $3, $4, $5), $6);
    }
    # nginx
    if ($line =~ m{^(\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d) }) { return (local_time($1 - 1900, $2 - 1, $3, $4, $5, $6), 0) }
    # PHP-FPM
    if ($line =~ /^\[(\d\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d)/ and defined $month{$2}) {
        return (local_time($3 - 1900, $month{$2}, $1, $4, $5, $6), 0);
    }
    # rsyslog since 2023
    if ($line =~ /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.](\d{1,6})\d*)?([+-])(\d\d):(\d\d)/) {
        my $seconds = 86_400 * days($1, $2 - 1, $3) + 3600 * $4 + 60 * $5 + $6;
        my $zone = 3600 * $9 + 60 * $10;
        return ($seconds + ($8 eq '+' ? -$zone : $zone), $7);
    }
    # syslog, without a year
    if ($line =~ /^(\w{3}) +(\d+) (\d\d):(\d\d):(\d\d) / and defined $month{$1}) {
        my @date = ($month{$1}, $2, $3, $4, $5);
        my $seconds = local_time($year, @date);
        return ($seconds > $now + 86_400 ? local_time($year - 1, @date) : $seconds, 0);
    }
    return;
}

for my $path (@files) {
    open(my $file, '<', $path) or next;
    my @is = stat $file;
    next unless -f _;
    if ($is[7] > $LONGEST) { seek $file, -$LONGEST, 2; <$file> }
    my $syslog = $path =~ m{/syslog\z};
    my ($source) = $path =~ m{([^/]+?)(?:/error)?(?:[.]log)?\z};
    my $at = 1_000_000 * $is[9]; # lines before the first time
    while (my $line = <$file>) {
        chomp $line;
        my ($seconds, $fraction) = time_of($line);
        $at = 1_000_000 * $seconds + substr(($fraction || 0) . '000000', 0, 6) if defined $seconds;
        next if $syslog and $line !~ /\b(?:memcached|apache2|nginx|php\S*fpm|sessionctl)\b/;
        push @found, [ $at, "$at\t$source\t$line\n" ] if $at >= 1_000_000 * ($now - $age);
    }
}
@found = sort { $a->[0] <=> $b->[0] } @found;
splice @found, 0, -$count if @found > $count;
print map { $_->[1] } @found;
