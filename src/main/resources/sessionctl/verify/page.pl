# The probe page on this droplet. perl-base is on every Debian and Ubuntu. The first argument is the step:
#   up ID SECONDS ROOT FOLDER HOST PORT LENGTH LENGTH   Deploys the page. Standard input: its name, a newline, the page,
#       and this program. ROOT is the document root (empty: that of the site of HOST and PORT), FOLDER is below it.
#   down ID ADDRESS PORT   Removes the page, and its sessions from memcached. Standard input: their ids, a line each.
#   sweep ID | boot        Removes only the page: of one run that is over, or after a restart of all runs.
# The page's name is on no command line, so that other users cannot prepare for it: it is in the list of the run, in a
# folder that only root can read. In a folder of another user this works as that user and follows no link, so a file
# that the user swaps for a link is never opened.
# Exit: 0 done; 1 a page is still there, its path is printed; 11 the input ended early; 13 the owner of the folder may
# not write there; 14 the folder does not answer, or has been replaced; 15 a file of that name exists already; 20 there
# is no such folder; 28 it could not be written.
use strict;
use warnings;
use Fcntl qw(:DEFAULT :flock);
use POSIX ();
$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{LC_ALL} = 'C';
$SIG{HUP} = $SIG{PIPE} = 'IGNORE';
$| = 1;
umask 077;
my $STATE = '/var/lib/sessionctl/probe';
my $PROGRAM = "$STATE/page.pl";
my $UNIT = '/etc/systemd/system/sessionctl-probe.service';
my $WANTED = '/etc/systemd/system/multi-user.target.wants/sessionctl-probe.service';
my $SCRIPT = '/etc/init.d/sessionctl-probe';
my $SYSTEMD = -d '/run/systemd/system';
my $LONGEST = 1 << 20; # bytes of a file that are read at most
my $WEEK = 7 * 24 * 60 * 60;
my $NO_LINK = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

# --- folders of other users

# Returns the path without links, like pwd -P, and the owners of the links in it; nothing if a part is missing.
sub resolve {
    my @left = split m{/}, $_[0];
    my ($at, $links, @owners) = ('', 0);
    while (defined(my $part = shift @left)) {
        next if $part eq '' or $part eq '.';
        if ($part eq '..') { $at =~ s{/[^/]*\z}{}; next }
        my @is = lstat "$at/$part" or return;
        if (!-l _) { $at .= "/$part"; next }
        return if ++$links > 40;
        push @owners, $is[4];
        defined(my $target = readlink "$at/$part") or return;
        unshift @left, split m{/}, $target;
        $at = '' if $target =~ m{^/};
    }
    return ($at eq '' ? '/' : $at, @owners);
}
# Runs $work in a folder as its owner, and returns its exit code. Returns 14 if the path leads to another folder by now,
# or if $work takes longer than some 10 s.
sub as_owner {
    my ($folder, $work) = @_;
    my $child = fork;
    defined $child or return 28;
    if (!$child) {
        chdir $folder and (readlink('/proc/self/cwd') || '') eq $folder or POSIX::_exit(14);
        my ($user, $group) = (stat '.')[4, 5];
        if ($> == 0 and $user) {
            $) = "$group $group";
            POSIX::setgid($group);
            POSIX::setuid($user);
            $> == $user and $< == $user and $( + 0 == $group or POSIX::_exit(14);
        }
        POSIX::_exit($work->());
    }
    for (1 .. 500) {
        return $? & 127 ? 14 : $? >> 8 if waitpid($child, POSIX::WNOHANG()) == $child;
        select undef, undef, undef, $_ < 20 ? 0.002 : 0.02;
    }
    kill 'KILL', $child;
    return 14;
}
sub put {
    my ($name, $page) = @_;
    umask 022;
    if (!sysopen(my $file, $name, O_WRONLY | O_CREAT | O_EXCL | $NO_LINK, 0644)) {
        return $!{EEXIST} || $!{ELOOP} ? 15 : $!{EACCES} || $!{EPERM} ? 13 : 28;
    }
    elsif ((syswrite($file, $page) || 0) != length $page or !close $file) { unlink $name; return 28 }
    return 0;
}
sub take { return !lstat($_[0]) || unlink($_[0]) ? 0 : 1 }

# --- the lists of runs: the time when the run is over, the page's name, then folders, each after its inode number

sub private { my ($folder) = @_; mkdir $folder or chmod 0700, $folder or exit 28 }
# Locks the folder itself, so that no lock file is left behind.
sub lock_state {
    private('/var/lib/sessionctl');
    sysopen(my $lock, '/var/lib/sessionctl', O_RDONLY | O_DIRECTORY) or exit 28;
    flock($lock, LOCK_EX) or exit 28;
    return $lock;
}
sub list_of {
    my ($id) = @_;
    $id =~ /^[0-9a-f]{16}\z/ and open(my $in, '<', "$STATE/$id") or return;
    chomp(my ($over, $name, @folders) = <$in>);
    return unless defined $name and $name =~ /^sessionctl-[0-9a-f]{20}[.]php\z/;
    return ($over, $name, @folders);
}
sub write_file {
    my ($path, $mode, $text) = @_;
    unlink "$path.new";
    sysopen(my $file, "$path.new", O_WRONLY | O_CREAT | O_EXCL, $mode) or return 0;
    chmod $mode, $file;
    return print({$file} $text) && $file->flush && $file->sync && close($file) && rename("$path.new", $path);
}
sub runs { opendir(my $folder, $STATE) or return; return grep { /^[0-9a-f]{16}\z/ } readdir $folder }
# Removes a run's pages; returns those that are still there. If a folder is missing, or has another inode, its file
# system may not be mounted yet: so the list is kept until a week after the run.
sub clear {
    my ($id) = @_;
    my ($over, $name, @folders) = list_of($id);
    my ($away, @left) = (0);
    for (@folders) {
        my ($inode, $folder) = m{^(?:(\d+) )?(/.*)}s or next;
        if (!-d $folder) { $away++; next }
        $away++ if defined $inode and $inode != (stat _)[1];
        push @left, "$folder/$name" if as_owner($folder, sub { take($name) });
    }
    return @left if @left or $away && $over > time - $WEEK;
    unlink "$STATE/$id";
    return if runs();
    unlink $UNIT, $WANTED, $PROGRAM, "$STATE/lock";
    rmdir $STATE;
    if (-e $SCRIPT) { unlink $SCRIPT; silently('update-rc.d', 'sessionctl-probe', 'remove') }
    return;
}
sub silently {
    my $child = fork;
    if (defined $child and !$child) {
        open STDIN, '<', '/dev/null';
        open STDOUT, '>&', \*STDERR;
        exec @_ or POSIX::_exit(127);
    }
    return defined $child && waitpid($child, 0) == $child && $? == 0;
}
# Arranges the removal of the pages after a restart, and when the time is over. If neither works, the next run removes
# them.
sub arrange {
    my ($id, $seconds) = @_;
    if ($SYSTEMD) {
        write_file($UNIT, 0644, <<"END") and symlink $UNIT, $WANTED;
# Written by sessionctl verify, which deletes it again: removes the probe page that a restart left behind.
[Unit]
Description=sessionctl's probe page is removed
After=local-fs.target remote-fs.target
Before=apache2.service nginx.service

[Service]
Type=oneshot
ExecStart=/usr/bin/perl $PROGRAM boot

[Install]
WantedBy=multi-user.target
END
    }
    else {
        write_file($SCRIPT, 0755, <<"END") and silently('update-rc.d', 'sessionctl-probe', 'defaults');
#!/bin/sh
# Written by sessionctl verify, which deletes it again: removes the probe page that a restart left behind.
### BEGIN INIT INFO
# Provides:          sessionctl-probe
# Required-Start:    \$local_fs \$remote_fs
# Required-Stop:
# Default-Start:     2 3 4 5
# Default-Stop:
# Short-Description: removes the probe page of sessionctl
### END INIT INFO
[ "\$1" != start ] || exec /usr/bin/perl $PROGRAM boot
END
    }
    later($id, $seconds, "sessionctl-probe-$id");
    return;
}
# Starts a timer that sweeps for a run after some seconds.
sub later {
    my ($id, $seconds, $unit) = @_;
    return if $SYSTEMD and silently('systemd-run', '-q', '--collect', "--unit=$unit", "--on-active=$seconds", '/usr/bin/perl', $PROGRAM, 'sweep', $id);
    my $child = fork;
    return if !defined $child or $child;
    POSIX::setsid();
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    exec 'sh', '-c', 'sleep "$2"; exec perl "$1" sweep "$3"', 'sessionctl', $PROGRAM, $seconds, $id or POSIX::_exit(127);
}

# --- the folder of the site

sub lines_in {
    my @lines;
    for my $file (@_) {
        open(my $in, '<', $file) or next;
        read $in, my ($text), $LONGEST;
        push @lines, split /\n/, $text // '';
    }
    return @lines;
}
sub apache_sites {
    my ($site, @sites);
    for (lines_in(sort glob '/etc/apache2/sites-enabled/*')) {
        if (/^\s*<VirtualHost\s+([^>]*)>/i) { push @sites, $site = { at => [ split ' ', $1 ], names => [], roots => [] } }
        elsif (m{^\s*</VirtualHost>}i) { $site = undef }
        elsif (/^\s*DocumentRoot\s+"?([^"]*[^"\s])"?\s*$/i) { push @sites, { at => [], names => [], roots => [] } unless $site; push @{ $sites[-1]{roots} }, $1 }
        elsif ($site and /^\s*Server(?:Name|Alias)\s+(.*)/i) { push @{ $site->{names} }, map { s{^\w+://}{}r =~ s/:\d+\z//r } split ' ', $1 }
    }
    return @sites;
}
sub nginx_sites {
    my @sites;
    for (lines_in(sort glob '/etc/nginx/sites-enabled/*')) {
        if (/^\s*server\s*(?:\{|$)/) { push @sites, { at => [], names => [], roots => [] } }
        next unless @sites;
        my $site = $sites[-1];
        $site->{first} = 1 if /^\s*listen\s[^;#]*\bdefault(?:_server)?\b/;
        push @{ $site->{at} }, $1 if /^\s*listen\s+([^\s;]+)/;
        push @{ $site->{names} }, map { s/^[.]/*./r } split ' ', $1 if /^\s*server_name\s+([^;]*)/;
        push @{ $site->{roots} }, $1 if /^\s*root\s+"?([^";]*[^";\s])"?\s*;/;
    }
    my @ordered = sort { ($b->{first} || 0) <=> ($a->{first} || 0) } @sites;
    return @ordered;
}
# Returns the sites that answer at the port by that name. If no site has the name, the first one of each address
# answers.
sub chosen {
    my ($host, $port, @sites) = @_;
    my $at_port = sub { my $at = $_[0]; return grep { !/(?:^|:)(\d+)\z/ || $1 == $port } @{ $at->{at} } ? @{ $at->{at} } : '*' };
    my @here = grep { $at_port->($_) } @sites;
    @here = @sites unless @here;
    my @named = grep { grep { my $name = quotemeta lc; $name =~ s/\\\*/.*/g; $name =~ s/\\\?/./g; lc($host) =~ /^$name\z/ } @{ $_->{names} } } @here;
    return @named if $host ne '' and @named;
    my %seen;
    return grep { !$seen{"@{ $_->{at} }"}++ } @here;
}
sub roots {
    my ($host, $port) = @_;
    $host =~ s/:\d+\z//;
    my @roots = map { @{ $_->{roots} } } chosen($host, $port, apache_sites()), chosen($host, $port, nginx_sites());
    return @roots ? @roots : '/var/www/html';
}

# --- the steps

sub up {
    my ($id, $seconds, $root, $below, $host, $port, $page_length, $program_length) = @_;
    $id =~ /^[0-9a-f]{16}\z/ or exit 28;
    binmode STDIN;
    my ($name, $page, $program) = (scalar(<STDIN>) // '');
    chomp $name or exit 11;
    read(STDIN, $page, $page_length) == $page_length && read(STDIN, $program, $program_length) == $program_length or exit 11;
    $name =~ /^sessionctl-[0-9a-f]{20}[.]php\z/ or exit 11;
    my $lock = lock_state();
    for my $old (runs()) { my ($over) = list_of($old); clear($old) if !defined $over or $over < time }
    private($STATE);
    my (%folders, %inodes, @reasons);
    for my $place ($root ne '' ? $root : roots($host, $port)) {
        my ($folder, @owners) = resolve("$place$below");
        next unless defined $folder and -d $folder and $folder !~ /\n/;
        my ($inode, $owner) = (stat _)[1, 4];
        # A link of a third user would choose the folder.
        if (grep { $_ && $_ != $owner } @owners) { push @reasons, [ 13, "$place$below leads through a link of another user to $folder" ]; next }
        $folders{$folder} = $owner;
        $inodes{$folder} = "$inode $folder";
    }
    if (!%folders) { print STDERR "$_->[1]\n" for @reasons; exit(@reasons ? 13 : 20) }
    write_file($PROGRAM, 0600, $program) or exit 28;
    write_file("$STATE/$id", 0600, join "\n", time + $seconds, $name, (map { $inodes{$_} } sort keys %folders), '') or exit 28;
    arrange($id, $seconds);
    my $written = 0;
    for my $folder (sort keys %folders) {
        my $code = as_owner($folder, sub { put($name, $page) });
        $written++ unless $code;
        push @reasons, [ $code, "$folder (owner: uid $folders{$folder})" ] if $code;
    }
    print STDERR "$_->[1]\n" for @reasons;
    my ($taken) = grep { $_->[0] == 15 } @reasons;
    exit($taken ? 15 : $written ? 0 : $reasons[0][0]);
}
sub down {
    my ($id, $address, $port) = @_;
    my $lock = lock_state();
    my @left = clear($id);
    print "$_\n" for @left;
    silently('systemctl', 'stop', "sessionctl-probe-$id*.timer") if $SYSTEMD and !-e "$STATE/$id";
    forget($address, $port);
    exit(@left ? 1 : 0);
}
sub forget {
    my ($address, $port) = @_;
    my @ids = grep { /^[A-Za-z0-9,-]{1,256}\z/ } map { s/\n\z//r } <STDIN>;
    return unless @ids;
    require Socket;
    alarm 5;
    socket(my $server, Socket::PF_INET(), Socket::SOCK_STREAM(), 0) or return;
    bind($server, Socket::sockaddr_in(0, Socket::INADDR_LOOPBACK())) and connect($server, Socket::sockaddr_in($port, Socket::inet_aton($address))) or return;
    for my $key (map { ($_, "$_.lock") } @ids) { syswrite($server, "delete $key\r\n"); defined <$server> or return }
    alarm 0;
}
my ($step, @arguments) = @ARGV;
if ($step eq 'up') { up(@arguments) }
elsif ($step eq 'down') { down(@arguments) }
else {
    my $lock = lock_state();
    for my $id ($step eq 'boot' ? runs() : @arguments) {
        clear($id);
        my ($over) = list_of($id);
        # If a page is still there, a later unit tries again; its name differs from that of the unit that runs now.
        later($id, 600, "sessionctl-probe-$id-" . time) if defined $over and $over > time - $WEEK;
    }
}
