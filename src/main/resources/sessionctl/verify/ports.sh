# Tries TCP ports from this droplet, all at once. Arguments: seconds to wait, then ADDRESS:PORT words.
# Prints a line each: the word, then open, refused, unreachable or silent. perl-base is on every Debian and Ubuntu.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec perl -e '
use strict; use Socket qw(:DEFAULT inet_pton); use Errno qw(EINPROGRESS ECONNREFUSED);
my ($limit, @all) = @ARGV; my (%open, %said);
for my $word (@all) {
    my ($host, $port) = $word =~ /^(.*):(\d+)$/ or next;
    my $address = inet_pton(AF_INET, $host) or next;
    socket(my $s, PF_INET, SOCK_STREAM, 0) or die; $s->blocking(0);
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
print "$_ ", $said{$_} // "silent", "\n" for @all;
' -MIO::Handle "$@"
