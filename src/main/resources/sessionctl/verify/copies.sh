# Looks for sessions in this droplet's own memcached, from a local address that its guard never fences.
# Arguments: get or delete, memcached's address and port. Standard input: the sessions' ids, a line each.
# Prints a line a session: its id, then its bytes in hexadecimal or a dash (get); deleted or a dash (delete).
# Exit: 0 asked; 3 no program listens there; 4 it does not answer, or its answer is invalid.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
# shellcheck disable=SC2016,SC2154 # perl's own; command/memcached.sh
exec perl -e "$memcached"'
my ($do, $host, $port) = @ARGV; chomp(my @ids = <STDIN>); $SIG{ALRM} = sub { exit 4 }; alarm 5;
reach($host, $port) or exit 3;
sub answer { return line() // exit 4 }
for my $id (@ids) {
    if ($do eq "delete") {
        my $found = "-";
        for my $key ($id, "$id.lock") { ask("delete $key"); $found = "deleted" if answer() eq "DELETED" and $key eq $id }
        print "$id $found\n"; next;
    }
    ask("get $id"); my $value = "-";
    while ((my $head = answer()) ne "END") {
        my ($length) = $head =~ /^VALUE \Q$id\E \d+ (\d{1,9})\z/ or exit 4; $value eq "-" or exit 4;
        $value = unpack "H*", value($length) // exit 4;
    }
    print "$id $value\n";
}
' "$@"
