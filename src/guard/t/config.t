#!/usr/bin/perl
# The settings file: what it may contain, and the sentence for each mistake.
use strict;
use warnings;
use File::Temp 'tempfile';
use Test::More;
use Guard::Config;

my @required = ("own 10.0.0.1", "port 11211", "peers 10.0.0.2 10.0.0.3", "copies 0", "lock_timeout 15", "server_timeout 0.4");

sub mistake {
    my ($file, $path) = tempfile(UNLINK => 1);
    print $file map { "$_\n" } @_;
    close $file or die $!;
    return eval { Guard::Config::read_settings($path) } ? '' : $@ =~ s/^\Q$path\E//r;
}

is(mistake(@required), '', 'six settings are enough');
is("@PEERS", '10.0.0.2 10.0.0.3', 'peers are a list');
is($LATE, 0.18, 'settings that follow from others are computed');
is(mistake('# a comment', '', @required), '', 'comments and empty lines are ignored');
is(mistake(@required, 'patience 2.5'), '', 'a time may be a decimal fraction');
is($PATIENCE, 2.5, 'and is used');
is(mistake(map { s/^peers .*/peers/r } @required), '', 'a droplet may have no peers');
is(scalar(@PEERS), 0, 'none');
for my $number (0 .. $#required) {
    my @others = @required;
    my ($name) = split ' ', splice @others, $number, 1;
    is(mistake(@others), ": $name is missing\n", "$name is required");
}
is(mistake(@required, 'colour red'), qq(:7: there is no setting "colour"\n), 'an unknown setting');
is(mistake(@required, 'port 11211'), ":7: port is given twice\n", 'a repeated setting');
is(mistake(@required, 'port: 1'), qq(:7: this is not "name value"\n), 'another format');
for (['port x', 'x', 'port'], ['peers 10.0.0.2;id', '10.0.0.2;id', 'peers'], ['wait -1', '-1', 'wait'], ['own ', '', 'own']) {
    my ($line, $value, $name) = @$_;
    is(mistake((grep { !/^$name / } @required), $line), qq(:@{[ $name eq 'wait' ? 7 : 6 ]}: "$value" is no value of $name\n), $line);
}
is(eval { Guard::Config::read_settings('/nonexistent') } ? '' : $@,
    "cannot read /nonexistent: No such file or directory; run: sessionctl provision\n", 'a missing file');
done_testing();
