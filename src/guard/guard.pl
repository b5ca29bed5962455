#!/usr/bin/perl
# Written by sessionctl. Keeps PHP away from a memcached that does not hold what its peers hold: asked for a session
# that it lacks, such a memcached makes PHP begin an empty one and write that over every good copy.
#   guard drain           refuses new connections and lets open ones finish, before memcached stops (ExecStop)
#   guard close           fences the port before memcached starts (ExecStartPre)
#   guard join            fills memcached from its peers, then opens the port (ExecStartPost)
#   guard hold            cordons: fences the port and keeps it fenced, over restarts too, until "admit"
#   guard admit           uncordons: ends "hold", and joins
#   guard note            writes the state file if memcached has not been started under the guard yet
#   guard able            tests that the packet filter can fence the port here
#   guard reachable A..   tests that all of these servers are open
#   guard any A..         tests that at least one of them is open
#   guard give A..        pushes to these servers what this one holds and they lack, before it stops
#   guard whole [A..]     tests that this one is open, and holds every session that these hold
#   guard away A.. | back blocks servers that leave the cluster; unblocks them
#   guard cut             drops all packets for the port, as if the droplet were gone, until "close" (for a drill)
#   guard restore         restores the fence and the blocks, after another program has replaced the rules
#   guard sentinel        watches all servers, until it is ended: fences this one and blocks others that do not answer
#   guard settled         waits until a sentinel that has just started has done what was due
#   guard status          prints the state as JSON
#   guard version         prints the version of the program and of its protocol
# "guard --config FILE COMMAND" reads other settings than those of /etc/sessionctl/guard.conf.
# Exit: 0 done, yes; 1 not done, no: the reason is on standard error, and a port that was fenced stays fenced.
# A fenced port answers with a reset (iptables-extensions(8), REJECT --reject-with tcp-reset), so that PHP asks the next
# server at once. Connections from 127.0.0.1 pass: the guard itself reaches memcached from there.
# It needs only perl-base and iptables.
use strict;
use warnings;
use Guard::Commands;

$ENV{LC_ALL} = 'C';
$SIG{PIPE} = 'IGNORE';
umask 077;
exit Guard::Commands::run(@ARGV);
