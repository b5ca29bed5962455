#!/usr/bin/perl
# What sentinels tell each other: one line, which a hostile droplet may have written.
use strict;
use warnings;
use Test::More;
use Guard::Peers;

my $peer = { sequence => 12, state => 'open', synced => { '10.0.0.3' => 5 }, silent => { '10.0.0.9' => 7, '10.0.0.2' => 8 }, unreached => { '10.0.0.9' => 1 } };
my $line = peer_line($peer);
is($line, '1 12 open synced=10.0.0.3:5 silent=10.0.0.2:8,10.0.0.9:7!', 'a line');
is_deeply(parse_peer($line), $peer, 'is parsed');
is_deeply(parse_peer('1 1 alone synced= silent='), { sequence => 1, state => 'alone', synced => {}, silent => {}, unreached => {} }, 'empty lists');
for my $other (
    '', 'x', '2 12 open synced= silent=', '1 12 broken synced= silent=', '1 x open synced= silent=', '1 1 open silent=',
    '1 1 open synced=10.0.0.3 silent=', '1 1 open synced= silent=10.0.0.3:', '1 1 open synced=10.0.0.3:1! silent=', "$line\n", "$line x",
    '1 12345678901234567 open synced= silent=', '1 1 open synced= silent=' . join(',', ('10.0.0.1:1') x 300)
) {
    is(parse_peer($other), undef, 'another form: ' . substr $other, 0, 40);
}
unlike(peer_key('10.0.0.1'), qr/^[A-Za-z0-9,-]+\z/, 'no session has such a key');
done_testing();
