# Looks for sessions in this droplet's own memcached, by way of an address that its guard never shuts out.
# Arguments: get or delete, memcached's address and port. Standard input: the sessions' ids, a line each.
# Says a line a session: its id, then its bytes in hexadecimal or a dash (get); deleted or a dash (delete).
# Exit: 0 asked; 3 nobody listens there; 4 it does not answer.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec perl -e '
use strict; use Socket;
my ($do, $host, $port) = @ARGV; chomp(my @ids = <STDIN>); local $/ = "\r\n"; $SIG{ALRM} = sub { exit 4 }; alarm 5;
socket(my $s, PF_INET, SOCK_STREAM, 0) or die; bind($s, sockaddr_in(0, INADDR_LOOPBACK)) or die;
connect($s, sockaddr_in($port, inet_aton($host))) or exit 3;
sub line { my $line = <$s>; defined $line or exit 4; chomp $line; return $line }
for my $id (@ids) {
    if ($do eq "delete") {
        my $found = "-";
        for my $key ($id, "$id.lock") { syswrite($s, "delete $key\r\n"); $found = "deleted" if line() eq "DELETED" and $key eq $id }
        print "$id $found\n"; next;
    }
    syswrite($s, "get $id\r\n"); my $value = "-";
    while ((my $head = line()) ne "END") {
        my ($length) = $head =~ /^VALUE \S+ \d+ (\d+)$/ or exit 4;
        read($s, my $bytes, $length + 2) == $length + 2 or exit 4;
        $value = unpack "H*", substr $bytes, 0, $length;
    }
    print "$id $value\n";
}
' "$@"
