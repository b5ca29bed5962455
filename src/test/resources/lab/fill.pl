# Stores sessions until memcached evicts one, or deletes them. Their names are as long as PHP's, their sizes differ.
use strict;
use warnings;
use IO::Socket::INET;

# A memcached may be killed during this.
$SIG{PIPE} = 'IGNORE';

my ($address, $order) = @ARGV;
my $socket = IO::Socket::INET->new(PeerAddr => "$address:11211") or exit;
my $before;
for my $batch (0 .. 199) {
    my $text = '';
    for my $number ($batch * 1000 .. $batch * 1000 + 999) {
        my $name = sprintf 'fill%022d', $number;
        my $length = 40 + $number * 7919 % 2000;
        $text .= $order eq 'delete' ? "delete $name noreply\r\n" : "set $name 0 300 $length noreply\r\n" . 'x' x $length . "\r\n";
    }
    print $socket $text, "stats\r\n" or exit;
    my $evictions = 0;
    while (my $line = <$socket>) {
        last if $line =~ /^END/;
        $evictions = $1 if $line =~ /^STAT evictions (\d+)/;
    }
    $before //= $evictions;
    last if $order ne 'delete' && $evictions > $before;
}
