package Guard::SessionKeys;

# Returns a pattern that matches the keys of PHP sessions. The guard and vitals.sh share it. In vitals.sh a shell quotes
# this text, so it contains no apostrophe. The key of a session is a prefix and its name (get_session_key_prefix and
# mmc_prepare_key_ex of the module memcache). PHP makes names of at least 22 letters, digits, - and comma. The prefix is
# the setting memcache.session_prefix_static_key, which may contain no dot, and the host name if
# memcache.session_prefix_host_key is on. Both may be set in files that this does not read, so keys that look like them
# count. Other prefixes, such as shop: in front, count if a setting names them. Keys of the other module, memcached
# (memc.sess.), do not count.
use strict;
use warnings;
use Exporter "import";
use Fcntl;
use File::Glob ();

our @EXPORT;

BEGIN { @EXPORT = qw(session_names) }

sub session_names {
    my ($text, $hosts, %keys) = settings_of_keys(@_);
    for (split /\n/, $text) { if (s/^host//) { $hosts = "_" } else { $keys{ quotemeta tr/\x00-\x20/_/r } = 1 } }
    my $any = join "|", sort keys %keys;
    $hosts //= "";
    return qr/^(?=.{22,245}\z)(?!(?:lock[.])?memc[.]sess[.])(?:$any)?[A-Za-z0-9_-]*+(?:\[[0-9A-Fa-f:.]{2,45}\])?[A-Za-z0-9.*,$hosts-]*+(?<=[A-Za-z0-9,-]{22})\z/s;
}
# Returns the settings of PHP that concern keys, a line each: a prefix, or "host" if the host name is on. A child
# process reads them, for 5 seconds at most: a site may be on a file server that is gone.
sub settings_of_keys {
    my $left = alarm 5;
    my $text = "";
    pipe(my $found, my $told) and defined(my $process = fork) or return "";
    if (!$process) { eval { read_settings($told, @_) }; exit }
    close $told;
    eval { local $SIG{ALRM} = sub { die }; 1 while sysread $found, $text, 65536, length $text; 1 } or kill "KILL", $process;
    alarm $left;
    return $text;
}
sub read_settings {
    my ($told, $etc, @roots) = @_;
    my %files;
    my $tells = 500;
    my $tell = sub { syswrite $told, "$_[0]\n" if length $_[0] and length $_[0] < 200 and $tells-- > 0 };
    my $read = sub {
        my ($path, $flags) = @_;
        sysopen my $file, $path, O_RDONLY | O_NONBLOCK | O_NOCTTY | $flags or return;
        my $text = "";
        sysread $file, $text, 1 << 20 if -f $file;
        $text =~ s/\\\r?\n/ /g;
        for (split /\n/, $text) {
            next if /^\s*[;#]/;
            push @roots, $1 if @roots < 500 and m{^\s*(?:DocumentRoot|root)\s+["\x27]?(/[^\s"\x27;]+)}i;
            $tell->("host") if /\bmemcache[.]session_prefix_host_key["\x27]?\]?\s*=?\s*["\x27]?(?:1|on|yes|true)\b/i;
            while (/\bmemcache[.]session_prefix_static_key["\x27]?\]?\s*=?\s*(?:\\?"([^"\\]*)|\x27([^\x27]*)|([^"\x27;\\\r]*))/g) {
                my $value = $1 // $2 // $3;
                $value =~ s/\s+\z//;
                $tell->($_) for $value, split " ", $value;
            }
        }
    };
    $read->($_, 0) for map { File::Glob::bsd_glob("$etc/$_") } "{php/*/*,php5/*}/{php.ini,php-fpm.conf,conf.d/*.ini,pool.d/*.conf}",
        "{apache2,nginx}/{*.conf,*_params,{conf.d,conf-enabled,mods-enabled,sites-enabled,snippets}/*}";
    for (@roots) { my $at = ""; for (split m{/+}) { $at .= "$_/"; $files{"$at.htaccess"} = 1 } }
    $files{$_} = 1 for map { File::Glob::bsd_glob("$_/{,*/}.{htaccess,user.ini}") } @roots;
    $read->($_, O_NOFOLLOW) for grep { $tells > 0 } sort keys %files;
}

1;
