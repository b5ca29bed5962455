#!/usr/bin/perl
# iptables, ip6tables and their restore programs, by the name that this file is called by: as much of a filter table as the
# guard makes use of, kept in a file beside it. Other files there say what does not work.
use strict;
use Fcntl ':flock';
my ($folder, $name) = $0 =~ m{(.*)/(.*)};
chdir $folder;
my $restores = $name =~ /restore/;
my $program = $restores ? join '', <STDIN> : '';
exit 2 if $restores and -e 'old' and "@ARGV" =~ /-w/;
if ("@ARGV" =~ /--test/) { exit(-e 'broken' ? 1 : 0) }
exit 0 if $restores and $program eq '';
sub note { my ($path, $text) = @_; open(my $file, '>>', $path) or die; print $file $text }
if ($restores and $program !~ /^-A/m) {
    if (-e 'broken') { note('log', $program); exit 1 }
    sleep 1 if unlink 'slow';
}
open(my $lock, '>', 'lock') or die;
flock $lock, LOCK_EX;
my $now = $name =~ /6/ ? 'now6' : 'now';
my (%rules, %policy);
if (open(my $file, '<', $now)) {
    for (<$file>) {
        chomp;
        if (/^-P (\S+) (\S+)/) { $policy{$1} = $2; $rules{$1} ||= [] }
        elsif (/^-N (\S+)/) { $rules{$1} ||= [] }
        elsif (/^-A (\S+)/) { push @{ $rules{$1} }, $_ }
    }
}
for (qw(INPUT FORWARD OUTPUT)) { $policy{$_} ||= 'ACCEPT'; $rules{$_} ||= [] }
my @builtin = sort keys %policy;
sub listed {
    my @own = grep { !$policy{$_} } sort keys %rules;
    my @chains = @_ ? @_ : (@builtin, @own);
    $rules{$_} or exit 1 for @chains;
    return join '', map { "$_\n" } (map { $policy{$_} ? "-P $_ $policy{$_}" : "-N $_" } @chains),
        map { @{ $rules{$_} } } @chains;
}
sub change {
    my ($line) = @_;
    if ($line =~ /^:(\S+) (\S+)/) { if ($policy{$1}) { $policy{$1} = $2 } else { $rules{$1} = [] } return }
    my ($what, $chain, $rest) = $line =~ /^(-[A-Z]) (\S+) ?(.*)/ or return;
    if ($what eq '-P') { $policy{$chain} = $rest }
    if ($what eq '-N') { $rules{$chain} = [] }
    my $list = $rules{$chain} or exit 2;
    if ($what eq '-A') { push @$list, $line }
    if ($what eq '-I') { my $at = $rest =~ s/^(\d+) // ? $1 - 1 : 0; exit 2 if $at > @$list; splice @$list, $at, 0, "-A $chain $rest" }
    if ($what eq '-D') { my ($at) = grep { $list->[$_] eq "-A $chain $rest" } 0 .. $#$list; exit 2 unless defined $at; splice @$list, $at, 1 }
    if ($what eq '-F') { @$list = () }
    if ($what eq '-X') { delete $rules{$chain} }
}
if ($restores) { change($_) for split /\n/, $program; note('log', $program) }
else {
    my @words = grep { !/^(?:-w|10)$/ } @ARGV;
    my ($command, @rest) = @words;
    if ($command eq '-S') {
        my $text = listed(@rest);
        print $text;
        if (-e 'unlisted') { close STDOUT; exit 4 }
        exit 0;
    }
    if ($command eq '-C') { my $rule = "-A @rest"; exit(grep({ $_ eq $rule } @{ $rules{ $rest[0] } || [] }) ? 0 : 1) }
    exit 0 if $command eq '-V';
    change("@words");
}
open(my $file, '>', "$now.$$") or die;
print $file listed();
close $file;
rename "$now.$$", $now;
