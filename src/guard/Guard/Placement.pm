package Guard::Placement;

# Replica placement: memcache_pool.c, mmc_pool_find_next, and memcache_consistent_hash.c of PHP's module; strategy
# consistent, function crc32, every weight 1.
use strict;
use warnings;
use Exporter 'import';
use Guard::Config;

our @EXPORT;

BEGIN { @EXPORT = qw(first_server belongs) }

my (@crc, @ring, %first);

sub crc { my ($crc, $text) = @_; $crc = $crc[($crc ^ $_) & 255] ^ $crc >> 8 for unpack 'C*', $text; return $crc }

sub ring {
    @crc = map { my $crc = $_; $crc = $crc & 1 ? 0xEDB88320 ^ $crc >> 1 : $crc >> 1 for 1 .. 8; $crc } 0 .. 255;
    my @points;
    for my $server ($OWN, @PEERS) {
        my $seed = crc(0xFFFFFFFF, "$server:$PORT-");
        push @points, map { [ crc($seed, $_) ^ 0xFFFFFFFF, $server ] } 0 .. 159;
    }
    @points = sort { $a->[0] <=> $b->[0] } @points;
    my $at = 0;
    for my $bucket (0 .. 1023) {
        $at++ while $at < @points and $points[$at][0] < $bucket * int(0xFFFFFFFF / 1024);
        push @ring, $points[ $at % @points ][1];
    }
}

sub server_at { my ($seed, $probe) = @_; return $ring[ (crc($seed, $probe) ^ 0xFFFFFFFF) & 1023 ] }

sub first_server {
    my ($key) = @_;
    ring() unless @ring;
    return $first{$key} ||= server_at(crc(0xFFFFFFFF, "$key-"), 0);
}

# Returns true if this server is among those that hold this session.
sub belongs {
    my ($key, $server) = @_;
    return 1 unless $COPIES;
    ring() unless @ring;
    my ($seed, %before) = crc(0xFFFFFFFF, "$key-");
    for my $probe (0 .. 499) { # memcache.max_failover_attempts
        my $found = server_at($seed, $probe);
        return 1 if $found eq $server;
        $before{$found} = 1;
        return 0 if keys %before >= $COPIES;
    }
    return 0;
}

1;
