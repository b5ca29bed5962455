package Guard::Peers;

# What the sentinels tell each other. Each stores one item on every server that it reaches, under the key of its own
# address, so that a sentinel that cannot be reached is heard through the others. The value is one line:
#   PROTOCOL SEQUENCE STATE synced=ADDRESS:NUMBER,... silent=ADDRESS:NUMBER!,...
# SEQUENCE grows with every store. STATE is that of the sentinel's own memcached. "silent" names the servers that its
# droplet has blocked, each with the number of that block, and with a ! while the server still does not answer; "synced"
# names, for each sentinel, the number of its last block of this server after which this server has been filled again.
use strict;
use warnings;
use Exporter 'import';

our $PROTOCOL = 1;
our $STATES = qr/open|alone|fenced|passive/;
our @EXPORT;

BEGIN { @EXPORT = qw(peer_key peer_line parse_peer) }

my $ADDRESS = qr/\d{1,3}(?:\.\d{1,3}){3}/;
my $LIST = qr/(?:$ADDRESS:\d{1,16}(?:,$ADDRESS:\d{1,16}){0,199})?/;
my $SILENT = qr/(?:$ADDRESS:\d{1,16}!?(?:,$ADDRESS:\d{1,16}!?){0,199})?/;

# No session can have this key: PHP refuses < and > in an id.
sub peer_key { my ($address) = @_; return "sessionctl<guard>$address" }

sub peer_line {
    my ($peer) = @_;
    my $synced = join ',', map { "$_:$peer->{synced}{$_}" } sort keys %{ $peer->{synced} };
    my $silent = join ',', map { "$_:$peer->{silent}{$_}" . ($peer->{unreached}{$_} ? '!' : '') } sort keys %{ $peer->{silent} };
    return "$PROTOCOL $peer->{sequence} $peer->{state} synced=$synced silent=$silent";
}

# Returns the parsed line, or nothing if it has another form: another version or another program has written it.
sub parse_peer {
    my ($line) = @_;
    my ($sequence, $state, $synced, $silent) = $line =~ /^$PROTOCOL (\d{1,16}) ($STATES) synced=($LIST) silent=($SILENT)\z/ or return;
    return {
        sequence => $sequence,
        state => $state,
        synced => { map { split /:/ } split /,/, $synced },
        silent => { map { /^(.*):(\d+)/ } split /,/, $silent },
        unreached => { map { /^(.*):\d+!/ ? ($1 => 1) : () } split /,/, $silent },
    };
}

1;
