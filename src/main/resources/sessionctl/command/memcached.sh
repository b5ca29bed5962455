# A client of memcached for root's scripts, for perl -e "$memcached"'...'. While memcached is down, any user's program
# may listen at its port: so lines, values and answers have a maximum length. The caller's alarm limits the time.
# shellcheck disable=SC2016,SC2034 # perl's own; for the scripts behind this one
memcached='
use strict; use Socket; $| = 1; $SIG{PIPE} = "IGNORE";
my ($s, $in, $left);
# From a local address that the guard never fences.
sub reach {
    my ($host, $port) = @_;
    ($in, $left) = ("", 1 << 28);
    return socket($s, PF_INET, SOCK_STREAM, 0) && bind($s, sockaddr_in(0, INADDR_LOOPBACK)) && connect($s, sockaddr_in($port, inet_aton($host)));
}
sub ask { return syswrite $s, "$_[0]\r\n" }
sub more { my $read = sysread $s, $in, 1 << 16, length $in; return $read && ($left -= $read) > 0 }
sub line {
    my $end;
    while (($end = index $in, "\n") < 0) { return if length $in > 4096 or !more() }
    my $line = substr $in, 0, $end + 1, "";
    $line =~ s/\r?\n\z//;
    return $line;
}
# Reads the value whose length a VALUE line has announced.
sub value {
    my ($length) = @_;
    return if $length > 1 << 20;
    while (length $in < $length + 2) { more() or return }
    return substr substr($in, 0, $length + 2, ""), 0, $length;
}
sub stats {
    my %stats;
    ask("stats");
    for (1 .. 1000) {
        my $line = line() // return;
        return \%stats if $line !~ /^STAT (\S{1,60}) (\S{1,60})/;
        $stats{$1} = $2;
    }
    return;
}
'
