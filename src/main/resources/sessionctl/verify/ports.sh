# Tries TCP ports from this droplet, all at once. Arguments: seconds to wait, then ADDRESS:PORT words.
# Prints a line each: the word, then open, refused, unreachable or silent. perl-base is on every Debian and Ubuntu.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec perl -e '
use strict; use Socket qw(:DEFAULT inet_pton); use Errno qw(EINPROGRESS ECONNREFUSED);
my ($limit, @all) = @ARGV;
sub answers {
    my ($low, @words) = @_; my (%open, %said);
    for my $word (@words) {
        my ($host, $port) = $word =~ /^(.*):(\d+)$/ or next;
        my $address = inet_pton(AF_INET, $host) or next;
        socket(my $s, PF_INET, SOCK_STREAM, 0) or die; $s->blocking(0);
        if ($low and !grep { bind($s, sockaddr_in($_, INADDR_ANY)) } map { 600 + int rand 424 } 1 .. 50) { $said{$word} = "refused"; next }
        if (connect($s, sockaddr_in($port, $address))) { $said{$word} = "open"; next }
        if ($! == EINPROGRESS) { $open{$word} = $s } else { $said{$word} = $! == ECONNREFUSED ? "refused" : "unreachable" }
    }
    my $end = time + $limit;
    while (%open and time < $end) {
        my $bits = ""; vec($bits, fileno($_), 1) = 1 for values %open;
        select(undef, my $ready = $bits, undef, $end - time > 0 ? $end - time : 0) or last;
        for my $word (keys %open) {
            next unless vec($ready, fileno($open{$word}), 1);
            my $error = unpack("i", getsockopt($open{$word}, SOL_SOCKET, SO_ERROR));
            $said{$word} = !$error ? "open" : $error == ECONNREFUSED ? "refused" : "unreachable"; delete $open{$word};
        }
    }
    return map { $_ => $said{$_} // "silent" } @words;
}
my %said = answers(0, @all);
# The refusal may come from this droplet itself: its sentinel blocks a server that does not respond. Connections from a port
# below 1024, which only root can use, pass that block.
my @refused = grep { $said{$_} eq "refused" } @all;
my %again = @refused ? answers(1, @refused) : ();
for (@refused) { $said{$_} = $again{$_} if $again{$_} eq "silent" or $again{$_} eq "unreachable" }
print "$_ $said{$_}\n" for @all;
' -MIO::Handle "$@"
