# Prints where files other than ours set PHP's session settings; follows facts.sh in one script. It changes nothing.
# A line each, separated by tabs: file:line or file:line-line, name, value, and optional words: "shared", the line
# contains other text, too, or the file is a link; "maybe", Apache's configuration does not show if it reads the file.
# In one conf.d folder only the last file that sets a name counts. These do not count: a section of Apache's
# configuration for a PHP module that is not loaded, and an .htaccess that AllowOverride keeps from setting it. For
# files that were not read: file:0, "unread", reason.
overrides() {
    # shellcheck disable=SC2016 # perl's own
    say settings "$(perl -MFcntl -MPOSIX=setgid,setuid,_exit -e '
        use strict; $| = 1;
        my $name = qr/(?:session[.](?:save_handler|save_path|gc_maxlifetime)|memcache[.][a-z_]{1,60})/;
        my ($left, $most, %seen, %roots) = (200, 1 << 20);
        sub put {
            my ($where, $what, $value, @words) = @_; return if $left < 1;
            return print "the other files:0\tunread\tmore than 199 settings were found\n" if !--$left;
            print "$where\t$what\t", substr($value, 0, 1000), @words ? "\t@words" : "", "\n"
        }
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
            return if $seen{$key . ($file =~ m{/conf[.]d/} ? $file : "")}++; return $text
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

        # Reads the assignments of an ini file, by their [HOST=] or [PATH=] section and name; the last one counts.
        sub ini {
            my ($last, $file, $follow) = @_; my ($number, $section) = (0, ""); my @lines = lines($file, $follow);
            while ($number < @lines) { my $line = $lines[$number++]; my $from = $number;
                if ($line =~ /^\s*\[(?:HOST|PATH)\s*=/i) { $section = "$file$line" }
                elsif ($line =~ /^\s*($name)\s*=\s*(.*)/) { my $what = $1; (my $value, $number) = quoted($2, $number, \@lines);
                    $last->{"$section\n$what"} = [ "$file:" . span($from, $number), $what, ini_value($value), link_of($file, $follow) ] } }
        }
        sub told { my ($last) = @_; put(@$_) for grep { $_->[0] !~ m{-memcache[.]ini:[0-9-]+$} } map { $last->{$_} } sort keys %$last }
        for my $folder (map { glob } "/etc/php/*/{apache2,fpm}/conf.d", "/etc/php5/{apache2,fpm}/conf.d") {
            my %last; ini(\%last, $_, 1) for sort map { glob } "$folder/*.ini"; told(\%last);
        }

        my @pools = map { glob } "/etc/php/*/fpm/php-fpm.conf", "/etc/php/*/fpm/pool.d/*.conf", "/etc/php5/fpm/php-fpm.conf", "/etc/php5/fpm/pool.d/*.conf";
        my $fpm = @pools;
        while (defined(my $file = shift @pools)) { my $number = 0; my @lines = lines($file, 1);
            while ($number < @lines) { my $line = $lines[$number++]; my $from = $number;
                push @pools, glob $1 if @pools < 500 and $line =~ m{^\s*include\s*=\s*"?(/[^\s";]+)};
                next if $line !~ /^\s*php_(?:admin_)?(?:value|flag)\s*\[\s*["\x27]?($name)["\x27]?\s*\]\s*=\s*(.*)/i; my $what = $1;
                (my $value, $number) = quoted($2, $number, \@lines); put("$file:" . span($from, $number), $what, ini_value($value)) } }

        # PHP 5 and 7 have their number in the name of the module, PHP 8 does not.
        my %loaded = map { m{php(\d)[^/]*$} ? ($1 < 8 ? "php$1" : "php", 1) : () } glob "/etc/apache2/mods-enabled/php*.load";
        sub absent { my ($not, $module) = @_; return if !%loaded && !$fpm;
            return $module =~ /^"?(?:mod_(php\d?)[.]c|(php\d?)_module)"?$/i && ($not xor !$loaded{lc($1 // $2)}) }

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
        my @apache = map { glob } map { "/etc/apache2/$_" } qw(apache2.conf httpd.conf conf.d/* mods-enabled/*.conf conf-enabled/*.conf sites-enabled/*.conf);
        # Records settings that the web server passes to PHP-FPM in a variable, one a line.
        sub passed { my ($where, $text, @words) = @_; my $several = grep { /\S/ } split /\n|\\n/, $text; @words = ("shared", grep { $_ ne "shared" } @words) if $several > 1;
            put($where, $1, ini_value($2), @words) while $text =~ /(?:(?<![\w.])|(?<=\\n))($name)\s*=\s*("[^"]*"|(?:(?!\\n)[^"\x27\n])*)/g }
        sub apache {
            my ($file, $follow) = @_; my ($number, $start, $text, $depth, $skip, $host, $section) = (0, 0, "", 0, 0, "");
            my ($folder) = $file =~ m{^(.*)/}; my $allows = sub { $follow ? 1 : allows($folder, $_[0]) };
            for (lines($file, $follow)) { $number++; $start = $number if !length $text; $text .= $_; $main ||= $file =~ m{/(?:apache2|httpd)[.]conf$};
                next if length $text < 8192 && $text =~ s/\\$/ /;
                my ($line, $where) = ($text, "$file:" . span($start, $number)); $text = "";
                next if $line =~ /^\s*#/;
                if ($line =~ m{^\s*<IfModule\s+(!?)\s*([^\s>]+)}i) { $depth++; $skip ||= $depth if absent($1, $2) }
                elsif ($line =~ m{^\s*</IfModule}i) { $skip = 0 if $skip == $depth; $depth-- }
                elsif ($skip) { }
                elsif ($line =~ m{^\s*<(/?)VirtualHost\b}i) { $host = $1 ? "" : $where }
                elsif ($line =~ m{^\s*<Directory(Match)?\s+"?([^">]*)}i) { $section = ($1 ? "~" : "") . $2 =~ s/\s+$//r }
                elsif ($line =~ m{^\s*</Directory}i) { $section = undef }
                elsif ($follow && defined $section && $line =~ /^\s*AllowOverride(List)?\s+(.*)/i) { limit($host, $section, $1, $2) }
                elsif ($line =~ s/^\s*php_(admin_)?(?:value|flag)(?=\s)//i) { my $may = $1 && !$follow ? 0 : $allows->("Options"); my $what = word($line) // "";
                    put($where, $what, word($line) // "", link_of($file, $follow), grep { $_ eq "maybe" } $may) if $what =~ /^$name$/ && $may }
                elsif ($line =~ s/^\s*\w*SetEnv\w*\s.*PHP_(?:ADMIN_)?VALUE//i) { my $may = $allows->("FileInfo"); passed($where, $line, link_of($file, $follow), grep { $_ eq "maybe" } $may) if $may }
                elsif ($line =~ s/^\s*(?:DocumentRoot|Alias\s+\S+)(?=\s)//i) { my $root = word($line) // ""; $roots{$root} = 1 if $root =~ m{^/} }
                elsif ($follow && $line =~ s/^\s*Include(?:Optional)?(?=\s)//i) { my $more = word($line) // ""; $more = "/etc/apache2/$more" if $more !~ m{^/};
                    push @apache, grep { !-d } map { -d $_ ? glob "$_/*" : $_ } glob $more if @apache < 1000 && $more !~ /[\s\${}]/ }
            }
        }
        while (defined(my $file = shift @apache)) { apache($file, 1) }
        # Sorted in the order in which Apache merges them.
        @limits = sort { $a->[2] <=> $b->[2] || ($a->[0] ne "") <=> ($b->[0] ne "") } @limits;

        # A line may contain several statements, and a value may continue on the next lines.
        my @nginx = map { glob } "/etc/nginx/nginx.conf", "/etc/nginx/fastcgi*", "/etc/nginx/conf.d/*.conf", "/etc/nginx/snippets/*", "/etc/nginx/sites-enabled/*";
        sub nginx {
            my ($file) = @_; my ($number, $before, $from, @words) = (1, 0, 1); local $_ = text($file, 1) // return;
            while (!/\G\z/gc) {
                if (/\G(\s+)/gc) { $number += $1 =~ tr/\n//; next }
                if (/\G#[^\n]*+/gc) { next }
                if (/\G([;{}])/gc) {
                    my ($what, $variable, $value) = (@words, "", "", ""); @words = () if $1 ne ";";
                    my $shared = $from == $before || !/\G(?=[ \t\r]*+(?:#|\n|\z))/gc;
                    if (!@words) { }
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

        # Folders above a site can contain only an .htaccess, and are not searched.
        my %above; for my $root (keys %roots) { my $at = ""; for (split m{/}, $root) { $at .= "$_/"; $above{$at} = 1 } }
        apache("$_.htaccess", 0) for sort keys %above;
        my @search = grep { -d && $_ ne "/" } map { s{/+$}{}r } sort "/var/www", keys %roots;
        open my $found, "-|", "timeout", "12", "find", "-H", @search, qw(-xdev ( -type f -o -type l ) ( -name .htaccess -o -name .user.ini ) -print0) or _exit(0);
        my @files; { local $/ = "\0"; while (<$found>) { chomp; push @files, $_; last if @files > 5000 } }
        unread("the other files", "there are more than 5000") if @files > 5000;
        unread("some folders of sites", "the search took more than 12 s") if !close($found) && @files <= 5000 && $? >> 8 >= 124;
        for (sort @files) { my %last;
            if (/[\t\n]/) { unread(tr/\t\n/?/r, "its name has control characters") }
            elsif (m{/[.]user[.]ini$}) { ini(\%last, $_, 0); told(\%last) }
            else { apache($_, 0) } }
        ')"
}
overrides 2>/dev/null | gzip -1
