# Prints where files set PHP's settings of sessions, and which PHP serves the sites; follows facts.sh in one script. It
# changes nothing. A line each, separated by tabs: file:line or file:line-line, name, value, and optional words:
#   shared     the line contains other text, too, or the file is a link
#   maybe      Apache's configuration does not show if it reads the file
#   module     only Apache's PHP module applies it; fcgi: only FPM does
#   part       it applies to some hosts, sites or folders only, those of the place at=NUMBER
#   pool=NAME  it applies to that pool of FPM; sapi=8.2/fpm: only this PHP reads the file
#   admin      nothing in the folder of a site can change the value
# Of the lines that set a name in one place only the one that counts is printed: the last one of PHP's ini files and of
# Apache's sections, the first one of a pool (fpm_conf.c, fpm_conf_set_array). php.ini and the memcache module's own file
# are facts of their own; only their sections for a host or path are printed. These do not count: a section of Apache's
# configuration for a module that is not loaded, and an .htaccess that AllowOverride keeps from setting it.
# "unread": a file that was not read, and why. "listen": a pool's socket. "handler": what runs PHP for a site: "module" or
# FPM's socket, and the web server.
overrides() {
    # shellcheck disable=SC2016 # perl's own
    say settings "$(perl -MFcntl -MPOSIX=setgid,setuid,_exit -e '
        use strict; $| = 1;
        my $name = qr/(?:session|memcache)[.][a-z_]{1,60}/;
        my ($left, $most, %seen, %roots, %places) = (200, 1 << 20);
        sub put {
            my ($where, $what, $value, @words) = @_; return if $left < 1;
            return print "the other files:0\tunread\tmore than 199 settings were found\n" if !--$left;
            print "$where\t$what\t", substr($value, 0, 1000), @words ? "\t@words" : "", "\n"
        }
        sub at { "at=" . ($places{ $_[0] } //= 1 + keys %places) }
        sub unread { put("$_[0]:0", "unread", $_[1]) }
        $SIG{ALRM} = sub { unread("the other files", "it took more than 20 s"); _exit(0) }; alarm 20;
        # Marks a link in a folder of a site as shared, so that it is edited by hand: it may belong to another user.
        sub link_of { my ($file, $follow) = @_; !$follow && -l $file ? "shared" : () }
        sub span { my ($from, $to) = @_; $from == $to ? $from : "$from-$to" }

        sub content {
            my ($file, $flags) = @_;
            sysopen my $in, $file, O_RDONLY | O_NONBLOCK | O_NOCTTY | $flags or return $!{ENOENT} ? () : ("", "it cannot be opened");
            my @stat = stat $in; return if -d _;
            return ("", "it is no regular file") if !-f _;
            return ("", "it is larger than 1 MB") if $stat[7] > $most;
            read $in, my ($text), $most; return ("$stat[0]:$stat[1]", $text // "")
        }
        # Opens a link in a folder of a site with the rights of the web server, which reads it: otherwise the owner of
        # the link could choose what root opens.
        sub linked {
            my ($file) = @_; my $child = open(my $in, "-|") // return ("", "it cannot be opened");
            if (!$child) {
                my ($user, $group) = (getpwnam "www-data")[2, 3]; $user or _exit(1);
                $) = "$group $group"; setgid($group); setuid($user); $< == $user and $> == $user or _exit(1);
                print join "\n", content($file, 0); _exit(0)
            }
            local $/; my @said = split /\n/, <$in> // "", 2; return @said > 1 ? @said : ()
        }
        sub text {
            my ($file, $follow) = @_; my ($key, $text) = !$follow && -l $file ? $> ? content($file, 0) : linked($file) : content($file, $follow ? 0 : O_NOFOLLOW);
            return if !defined $text;
            if ($key eq "") { unread($file, $text) if $file !~ m{^(.*)/[.]htaccess$} || allows($1, "Options") ne "0" || allows($1, "FileInfo") ne "0"; return }
            return if $seen{$key}++ && $follow < 2; return $text
        }
        sub lines {
            my ($file, $follow) = @_; my $cut = 0; my $text = text($file, $follow) // return;
            my @lines = map { s/\r+$//; tr/\t\x00-\x1f/ /; $cut ||= length > 4096 && substr($_, 4096) =~ $name; substr $_, 0, 4096 } split /\n/, $text;
            unread($file, "a line is longer than 4096 characters") if $cut; return @lines
        }
        sub ini_value { my ($text) = @_; $text =~ /^"([^"]*)"/ || $text =~ /^\x27([^\x27]*)\x27/ || $text =~ /^([^;]*)/; my $value = $1; $value =~ s/\s+$//; $value }
        sub word { $_[0] =~ s/^\s*(?:"((?:[^"\\]|\\.)*+)"|\x27((?:[^\x27\\]|\\.)*+)\x27|(\S++))// or return; $1 // $2 // $3 }
        # Returns the text of a value, and the number of its last line: a quoted value may continue on the next lines.
        sub quoted {
            my ($text, $number, $lines) = @_; my ($quote) = $text =~ /^(["\x27])/ or return ($text, $number);
            my $more = index($text, $quote, 1) < 0;
            while ($more && $number < @$lines) { my $next = $lines->[$number++]; $more = index($next, $quote) < 0; $text .= " $next" if length $text < 8192 }
            return ($text, $number)
        }

        # Reads the assignments of an ini file, by their [HOST=] or [PATH=] section and name; the last one counts. Only
        # FPM knows these sections (fpm_main.c, sapi_cgi_activate).
        my $set = qr/($name|user_ini[.]filename)/;
        sub ini {
            my ($last, $file, $follow, @words) = @_; my ($number, $section) = (0, ""); my @lines = lines($file, $follow);
            $lines[0] =~ s/^\xef\xbb\xbf// if @lines;
            while ($number < @lines) { my $line = $lines[$number++]; my $from = $number;
                if ($line =~ /^\[(?:HOST|PATH)\s*=/i) { $section = "$file$line"; @words = (@words, "fcgi", "part", at($section)) }
                elsif ($line =~ /^\s*$set\s*=\s*(.*)/) { my $what = $1; (my $value, $number) = quoted($2, $number, \@lines);
                    $last->{"$section\n$what"} = [ "$file:" . span($from, $number), $what, ini_value($value), @words, link_of($file, $follow) ] } }
        }
        sub told { my ($last) = @_; put(@$_) for grep { $_->[1] =~ /^$name$/ } map { $last->{$_} } sort keys %$last }
        sub reader { my ($base, $sapi) = @_; "sapi=" . $base =~ s{.*/(?:php(?=5$))?}{}r . "/$sapi" }
        # Reads the ini files that PHP reads after php.ini: those of conf.d, or of the folders in PHP_INI_SCAN_DIR, where an
        # empty one stands for conf.d. At the end come options -d on the command line of FPM.
        sub scanned {
            my ($base, $sapi, $last) = @_; my @folders = my $folder = "$base/$sapi/conf.d"; my ($reader, @options) = reader($base, $sapi);
            my $unit = $sapi eq "fpm" ? $base =~ s{.*/}{}r =~ s/^(?:php)?/php/r . "-fpm" : "apache2";
            for my $file (map { glob } $sapi eq "fpm" ? () : "/etc/apache2/envvars", "/lib/systemd/system/$unit.service", "/etc/systemd/system/$unit.service", "/etc/systemd/system/$unit.service.d/*.conf") { my $number = 0;
                for (lines($file, 2)) { $number++; next if /^\s*[#;]/;
                    @folders = map { length ? $_ : $folder } split /:/, $1, -1 if /\bPHP_INI_SCAN_DIR=["\x27]?([^"\x27\s;]*)/;
                    push @options, [ "$file:$number", $1, ini_value($2), "shared", $reader ] while $sapi eq "fpm" && /\s["\x27]?-d\s*["\x27]?($name)=("[^"]*"|[^"\x27\s]*)/g } }
            for my $at (@folders) { ini($last, $_, 2, $reader) for sort grep { /[.]ini$/ } map { glob } "$at/*", "$at/.*" }
            my @own = stat "$base/mods-available/memcache.ini";
            for (grep { /^\n/ } keys %$last) { my @is = stat $last->{$_}[0] =~ s/:[0-9-]+$//r; delete $last->{$_} if @own && @is && "@own[0, 1]" eq "@is[0, 1]" }
            $last->{"\n$_->[1]"} = $_ for @options;
        }
        my ($fpm, $pool, $reader, %pools, %user);
        sub pool {
            my ($file) = @_; my $number = 0; my @lines = lines($file, 2); $fpm++;
            while ($number < @lines) { my $line = $lines[$number++]; my $from = $number;
                if ($line =~ /^\s*\[([^\]]+)\]/) { $pool = $1 =~ tr/ /_/r }
                elsif ($line =~ m{^\s*include\s*=\s*["\x27]?(/[^\s"\x27;]+)}) { for (glob $1) { pool($_) if $fpm < 500 } }
                elsif ($line =~ /^\s*listen\s*=\s*(.*)/) { put("$file:$from", "listen", ini_value($1) =~ s/\$pool/$pool/gr, "pool=$pool", $reader) }
                elsif ($line =~ /^\s*php_(admin_)?(?:value|flag)\s*\[\s*["\x27]?$set["\x27]?\s*\]\s*=\s*(.*)/i) { my ($admin, $what) = ($1, $2);
                    (my $value, $number) = quoted($3, $number, \@lines); my $known = $pools{"$pool\n$what"};
                    $pools{"$pool\n$what"} = [ "$file:" . span($from, $number), $what, ini_value($value), "pool=$pool", $reader, $admin ? "admin" : () ] if !$known || $admin && $known->[-1] ne "admin" } }
        }
        for my $base (map { glob } "/etc/php/*", "/etc/php5") { for my $sapi (grep { -d "$base/$_" } "apache2", "fpm") {
            $reader = reader($base, $sapi); my %last; ini(\%last, "$base/$sapi/php.ini", 2, $reader); my $names = $last{"\nuser_ini.filename"}; delete @last{ grep { /^\n/ } keys %last };
            scanned($base, $sapi, \%last); delete @last{ grep { !/^\n/ } keys %last } if $sapi ne "fpm"; told(\%last); next if $sapi ne "fpm";
            ($pool, %pools) = "global"; pool($_) for -e "$base/fpm/php-fpm.conf" ? "$base/fpm/php-fpm.conf" : glob "$base/fpm/pool.d/*.conf"; told(\%pools);
            $names = $last{"\nuser_ini.filename"} // $names; $user{ $_->[2] } = 1 for $names // [ "", "", ".user.ini" ], grep { $_->[1] =~ /^user/ } values %pools }
        }
        $user{".user.ini"} = 1 if !$fpm;

        # The words of IfModule for the modules that Apache has loaded; empty if they are unknown. PHP 5 and 7 have their
        # number in the name of the module, PHP 8 does not.
        my %loaded;
        for my $file (glob "/etc/apache2/mods-enabled/*.load") { my ($module) = $file =~ m{([^/]+)[.]load$}; $module =~ s/^php(\d)[^\/]*/$1 < 8 ? "php$1" : "php"/e;
            $loaded{$_} = 1 for "${module}_module", "mod_$module.c", $module =~ s/^mpm_//r . ".c" }
        sub absent { my ($not, $module) = @_; $module = lc $module =~ tr/"//dr;
            return if !%loaded || $module =~ /^(?:mod_)?(?:core|so|http|http_core|unixd|log_config|logio|version|watchdog|systemd)(?:_module|[.]c)$/; return ($not xor !$loaded{$module}) }
        # The variables of Apache, and the names that are defined without a value.
        my %var;
        for (lines("/etc/apache2/envvars", 2)) { next if /^\s*#/; $var{$1} = $2 =~ s/\$\{?SUFFIX\}?//r if /^\s*(?:export\s+)?(\w+)=["\x27]?([^"\x27\s]*)/; $var{$1} //= "" while /\s-D\s*(\w+)/g }

        # Sections with AllowOverride or AllowOverrideList: virtual host, pattern (undef if the path is not simple),
        # depth, true for AllowOverrideList, value.
        my (@limits, %hosts, $main, %allows);
        sub limit {
            my ($host, $path, $list, $value) = @_; my $simple = $path !~ /[\[\]\${}~]/ && $path =~ m{^/}; $path =~ s{/+$}{};
            my $pattern = join "", map { $_ eq "*" ? "[^/]*" : $_ eq "?" ? "[^/]" : quotemeta } split //, $path;
            $hosts{$host} = 1; push @limits, [ $host, $simple ? qr{^$pattern/} : undef, $path =~ tr{/}{}, $list, $value ]
        }
        # Returns 1, 0 or maybe: an .htaccess of this folder may contain directives of this kind in some virtual host.
        # The deepest section decides; before Apache 2.3.9 everything was allowed by default.
        sub allows {
            my ($folder, $kind) = @_; $allows{"$kind$folder"} //= do {
                my ($answer, $is, @unsure) = (0);
                for my $host (sort keys %hosts, "") { ($is, @unsure) = ($main ? 0 : 1);
                    for (@limits) { my ($whose, $pattern, undef, $list, $value) = @$_; next if $whose ne "" && $whose ne $host;
                        my $may = $list ? $value =~ ($kind eq "Options" ? qr/\bphp_(?:value|flag)\b/i : qr/SetEnv/i) || next : $value =~ /\b(?:All|$kind)\b/i || 0;
                        $may = "maybe" if $value =~ /\$\{/;
                        if (!$pattern) { push @unsure, $may } elsif ("$folder/" =~ $pattern) { $is = $may } }
                    $is = "maybe" if grep { $_ ne $is } @unsure; $answer = $is if $is eq "1" || !$answer }
                -d "/etc/apache2/" ? $answer : "maybe" }
        }
        # Records settings that the web server passes to PHP-FPM in a variable, one a line.
        sub passed { my ($where, $text, @words) = @_; my $several = grep { /\S/ } split /\n|\\n/, $text; @words = ("shared", grep { $_ ne "shared" } @words) if $several > 1;
            put($where, $1, ini_value($2), "fcgi", "part", at($where), @words) while $text =~ /(?:(?<![\w.])|(?<=\\n))($name)\s*=\s*("[^"]*"|(?:(?!\\n)[^"\x27\n])*)/g }
        # The lines that count, by place and name. A place is a virtual host and the sections around the line.
        my (%kept, @order, %reading, %done, %sites, %handlers, %workers, @access); my ($host, $files, $server, @within) = ("", 0, "/etc/apache2");
        sub keep { my ($place, $admin, @line) = @_; my $key = join "\n", @$place, $line[1]; my $known = $kept{$key};
            push @order, $key if !$known; $kept{$key} = [ $admin, @line ] if !$known || $admin || !$known->[0] }
        # A file that Apache includes applies where the line with Include is.
        sub included {
            my ($more) = @_; $more = "$server/$more" if $more !~ m{^/}; return if $more =~ /[\s\${}]/;
            for (grep { !-d } map { -d $_ ? glob "$_/*" : $_ } glob $more) { next if $reading{$_} || ++$files > 1000; local $reading{$_} = 1; apache($_, 2) }
        }
        sub handler {
            my ($key, $where, $line) = @_; my $section = grep { /^(?:directory|location)/ } @within;
            my $to = $line =~ m{unix:([^|"\x27\s]+)\|fcgi:}i ? $1 : $line =~ m{\bfcgi://([^/"\x27\s]+)}i ? $1 : $line =~ /^\s*(?:SetHandler|AddHandler|AddType)\s+["\x27]?application\/x-httpd-php(?![\w-])/i ? "module" : return;
            $handlers{$key} = [ $where, $to ] if !$section || !$handlers{$key}
        }
        sub apache {
            my ($file, $follow) = @_; my ($number, $start, $text, $depth, $skip) = (0, 0, "", 0, 0); $done{$file} = 1;
            my ($folder) = $file =~ m{^(.*)/}; my $allows = sub { $follow ? 1 : allows($folder, $_[0]) };
            ($host, @within) = $file if !$follow;
            for (lines($file, $follow)) { $number++; $start = $number if !length $text; $text .= $_; $main ||= $file =~ m{/(?:apache2|httpd)[.]conf$};
                next if length $text < 8192 && $text =~ s/\\$/ /;
                my ($line, $where) = ($text, "$file:" . span($start, $number)); $text = "";
                next if $line =~ /^\s*#/; $line =~ s/\$\{(\w+)\}/$var{$1} \/\/ "\${$1}"/ge;
                if ($line =~ m{^\s*<IfModule\s+(!?)\s*([^\s>]+)}i) { $depth++; $skip ||= $depth if absent($1, $2) }
                elsif ($line =~ m{^\s*<IfDefine\s+(!?)\s*(\w+)}i) { $depth++; $skip ||= $depth if $1 xor !exists $var{$2} }
                elsif ($line =~ m{^\s*<If[A-Z]}i) { $depth++ }
                elsif ($line =~ m{^\s*</If[A-Z]}i) { $skip = 0 if $skip == $depth; $depth-- }
                elsif ($skip) { }
                elsif ($line =~ m{^\s*<(/?)VirtualHost\b}i) { ($host, @within) = $1 ? "" : $where }
                elsif ($line =~ m{^\s*</}) { pop @within }
                elsif ($line =~ m{^\s*<(\w+)\s*(.*?)>?\s*$}) { push @within, lc($1) . " " . $2 =~ tr/"\x27//dr =~ s/\s+$//r; $workers{$2} = $1 if $within[-1] =~ m{^proxy unix:([^|]+)\|fcgi://([^/]+)} }
                elsif ($follow && $line =~ /^\s*AllowOverride(List)?\s+(.*)/i) { my ($list, $value) = ($1, $2); limit($host, ($1 ? "~" : "") . $2, $list, $value) if @within && $within[-1] =~ /^directory(match)?\s(.*)/ }
                elsif ($line =~ s/^\s*php_(admin_)?(flag|value)(?=\s)//i) { my ($admin, $flag) = ($1 // "", lc $2 eq "flag"); my ($what, $value) = (word($line) // "", word($line) // "");
                    my $may = $admin && !$follow ? 0 : $allows->("Options"); next if $what !~ /^$name$/ || !$may;
                    # apache_config.c: real_flag_hnd, real_value_hnd
                    $value = $flag ? $value =~ /^(?:on|1)$/i ? 1 : 0 : $value =~ s/^none$//ir;
                    keep([ $host, @within ], $admin, $where, $what, $value, "module", $host ne "" || @within ? ("part", at(join "\n", $host, @within)) : (), $admin ? "admin" : (), link_of($file, $follow), $may eq "maybe" ? $may : ()) }
                elsif ($line =~ /^\s*\w*SetEnv\w*\s.*?PHP_(?:ADMIN_)?VALUE(.*)/i) { my $may = $allows->("FileInfo"); passed($where, $1, link_of($file, $follow), $may eq "maybe" ? $may : ()) if $may }
                elsif ($line =~ s/^\s*(DocumentRoot|Alias\s+\S+)(?=\s)//i) { $sites{$host} = 1 if $1 =~ /^D/i; my $root = word($line) // ""; $roots{$root} = 1 if $root =~ m{^/} }
                elsif (!$follow) { handler($host, $where, $line) if allows($folder, "FileInfo") eq "1" }
                elsif ($line =~ s/^\s*Include(?:Optional)?(?=\s)//i) { included(word($line) // "") }
                elsif ($line =~ /^\s*Define\s+(\w+)\s*["\x27]?([^"\x27\s]*)/i) { $var{$1} = $2 }
                elsif ($line =~ /^\s*ServerRoot\s+["\x27]?(\/[^"\x27\s]*)/i) { $server = $1 =~ s{/+$}{}r }
                elsif ($line =~ /^\s*AccessFileName\s+(.*)/i) { push @access, grep { m{^[^/]+$} } split " ", $1 }
                else { handler($host, $where, $line) }
            }
        }
        for (map { glob } map { "/etc/apache2/$_" } qw(apache2.conf httpd.conf conf.d/* mods-enabled/*.conf conf-enabled/*.conf sites-enabled/*.conf)) { ($host, @within) = ""; apache($_, 2) if !$done{$_} }
        # Sorted in the order in which Apache merges them.
        @limits = sort { $a->[2] <=> $b->[2] || ($a->[0] ne "") <=> ($b->[0] ne "") } @limits;

        # A line may contain several statements, and a value may continue on the next lines.
        my @nginx = map { glob } -e "/etc/nginx/nginx.conf" ? "/etc/nginx/nginx.conf" : ("/etc/nginx/conf.d/*.conf", "/etc/nginx/sites-enabled/*");
        my ($upstream, %upstreams, %passes) = "";
        sub nginx {
            my ($file) = @_; my ($number, $before, $from, @words) = (1, 0, 1); local $_ = text($file, 1) // return;
            while (!/\G\z/gc) {
                if (/\G(\s+)/gc) { $number += $1 =~ tr/\n//; next }
                if (/\G#[^\n]*+/gc) { next }
                if (/\G([;{}])/gc) {
                    my ($what, $variable, $value) = (@words, "", "", ""); $upstream = $1 eq "{" && $what eq "upstream" ? $variable : "" if $1 ne ";"; @words = () if $1 ne ";";
                    my $shared = $from == $before || !/\G(?=[ \t\r]*+(?:#|\n|\z))/gc;
                    if (!@words) { }
                    elsif ($what eq "server" && $upstream ne "") { $upstreams{$upstream} //= $variable }
                    elsif ($what eq "fastcgi_pass") { $passes{$variable} //= "$file:" . span($from, $number) }
                    elsif ($what eq "root") { $roots{$variable} = 1 if $variable =~ m{^/[^\$]*$} }
                    elsif ($what eq "include") { $variable = "/etc/nginx/$variable" if $variable !~ m{^/};
                        push @nginx, grep { !-d } glob $variable if @nginx < 1000 && $variable !~ /[\s\${}]/ }
                    elsif ("$what $variable" =~ /^fastcgi_param PHP_(?:ADMIN_)?VALUE$/) { passed("$file:" . span($from, $number), $value, $shared ? "shared" : ()) }
                    @words = (); $before = $number; next
                }
                $from = $number if !@words;
                if (/\G"([^"\\]*+(?:\\.[^"\\]*+)*+)"/gcs || /\G\x27([^\x27\\]*+(?:\\.[^\x27\\]*+)*+)\x27/gcs) {
                    push @words, $1; $number += $1 =~ tr/\n//; $words[-1] =~ s/\\(["\x27\\])/$1/g; $words[-1] =~ tr/\t\r/ / }
                elsif (/\G((?:\$\{|[^\s;{}"\x27])[^\s;{}]*+)/gc) { push @words, $1 }
                else { last } # quotes that are never closed
            }
        }
        while (defined(my $file = shift @nginx)) { nginx($file) }
        put($passes{$_}, "handler", ($upstreams{$_} // $_) =~ s/^unix://r, "nginx") for grep { !/\$/ } sort keys %passes;

        # Folders above a site can contain only an .htaccess, and are not searched.
        my %above; for my $root (keys %roots) { my $at = ""; for (split m{/}, $root) { $at .= "$_/"; $above{$at} = 1 } }
        @access = ".htaccess" if !@access;
        for my $at (sort keys %above) { apache("$at$_", 0) for @access }
        my @search = grep { -d && $_ ne "/" } map { s{/+$}{}r } sort "/var/www", keys %roots;
        open my $found, "-|", "timeout", "12", "find", "-H", @search, qw[-xdev ( -type f -o -type l ) (], (map { ("-name", $_, "-o") } grep { /^[\w.-]+$/ } @access, sort keys %user), qw[-name .htaccess ) -print0] or _exit(0);
        my @files; { local $/ = "\0"; while (<$found>) { chomp; push @files, $_; last if @files > 5000 } }
        unread("the other files", "there are more than 5000") if @files > 5000;
        unread("some folders of sites", "the search took more than 12 s") if !close($found) && @files <= 5000 && $? >> 8 >= 124;
        for (sort @files) { my %last;
            if (/[\t\n]/) { unread(tr/\t\n/?/r, "its name has control characters") }
            elsif (m{/([^/]+)$} && $user{$1}) { ini(\%last, $_, 0, "fcgi", "part", at($_)); told(\%last) }
            else { my ($is) = m{([^/]+)$}; apache($_, 0) if grep { $_ eq $is } @access } }

        put(@$_[1 .. $#$_]) for map { $kept{$_} } @order;
        # A site without a handler of its own has that of the server.
        my %told; $sites{$_} = 1 for %sites ? grep { $_ ne "" } keys %handlers : keys %handlers;
        for my $handler (map { $handlers{$_} // $handlers{""} // () } sort keys %sites) { my ($where, $to) = @$handler; $to = $workers{$to} // $to;
            put($where, "handler", $to, "apache") if !$told{$to}++ }
        ')"
}
overrides 2>/dev/null | gzip -1
