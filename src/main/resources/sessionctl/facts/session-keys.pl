# Which keys are sessions of PHP: a pattern, the same in the guard and in vitals.sh, where a shell quotes this text, so that it
# has no apostrophe. The key of a session is a prefix and its name (get_session_key_prefix, mmc_prepare_key_ex of the module
# memcache). The name has at least 22 letters, digits, - and , as PHP makes it. The prefix is that of the setting
# memcache.session_prefix_static_key, in which no dot may stand, and the name of the host where
# memcache.session_prefix_host_key is on. Both may be set where this does not look: what looks like them counts. Other
# prefixes, as shop: is, count where settings name them. The keys of the other module, memcached, are another program.
use Fcntl;
sub session_names {
    my ($text, $hosts, %keys) = settings_of_keys(@_);
    for (split /\n/, $text) { if (s/^host//) { $hosts = "_" } else { $keys{ quotemeta tr/\x00-\x20/_/r } = 1 } }
    my $any = join "|", sort keys %keys;
    $hosts //= "";
    return qr/^(?=.{22,245}\z)(?!(?:lock[.])?memc[.]sess[.])(?:$any)?[A-Za-z0-9_-]*+(?:\[[0-9A-Fa-f:.]{2,45}\])?[A-Za-z0-9.*,$hosts-]*+(?<=[A-Za-z0-9,-]{22})\z/s;
}
# What the settings of PHP say of keys, a line each: a prefix; "host" where one is on. Another process reads them, for some
# seconds at most: a site may lie on a server that is gone.
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
