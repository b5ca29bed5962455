# Says where settings of PHP's sessions stand in files other than ours; comes behind facts.sh in one script. It changes
# nothing. A line each: file:line, tab, name, tab, value. Of the files of one conf.d folder, only the last that sets a name
# counts; a part of Apache's configuration for a PHP module that is not loaded does not count.
overrides() {
    # shellcheck disable=SC2016 # perl's own
    say settings "$(perl -MFcntl -e '
        use strict; $| = 1; alarm 20;
        my $name = qr/(?:session[.](?:save_handler|save_path|gc_maxlifetime)|memcache[.][a-z_]{1,60})/;
        my ($left, %seen, %roots) = (200);
        sub lines {
            my ($file, $follow) = @_;
            sysopen my $in, $file, O_RDONLY | O_NONBLOCK | O_NOCTTY | ($follow ? 0 : O_NOFOLLOW) or return;
            my @stat = stat $in; return if !-f _ or $stat[7] > 1 << 20 or $seen{"$stat[0]:$stat[1]:" . ($file =~ m{/conf[.]d/} ? $file : "")}++;
            return map { s/[\r\n]+$//; tr/\t\x00-\x1f/ /; substr $_, 0, 4096 } <$in>;
        }
        sub put { my ($file, $line, $what, $value) = @_; print "$file:$line\t$what\t", substr($value, 0, 1000), "\n" if $left-- > 0 }
        sub ini_value { my ($text) = @_; $text =~ /^"([^"]*)"/ || $text =~ /^\x27([^\x27]*)\x27/ || $text =~ /^([^;]*)/; my $value = $1; $value =~ s/\s+$//; $value }
        sub word { $_[0] =~ s/^\s*(?:"((?:[^"\\]|\\.)*+)"|\x27((?:[^\x27\\]|\\.)*+)\x27|(\S++))// or return; $1 // $2 // $3 }

        # Assignments of ini files, by the special section that they stand in and by name; the last one counts.
        sub ini {
            my ($last, $file, $follow) = @_; my ($number, $section) = (0, "");
            for (lines($file, $follow)) { $number++;
                if (/^\s*\[(?:HOST|PATH)\s*=/i) { $section = "$file$_" }
                elsif (/^\s*($name)\s*=\s*(.*)/) { $last->{"$section\n$1"} = [ $file, $number, $1, ini_value($2) ] } }
        }
        sub told { my ($last) = @_; put(@$_) for grep { $_->[0] !~ m{-memcache[.]ini$} } map { $last->{$_} } sort keys %$last }
        for my $folder (map { glob } "/etc/php/*/{apache2,fpm}/conf.d", "/etc/php5/{apache2,fpm}/conf.d") {
            my %last; ini(\%last, $_, 1) for sort map { glob } "$folder/*.ini"; told(\%last);
        }

        my @pools = map { glob } "/etc/php/*/fpm/php-fpm.conf", "/etc/php/*/fpm/pool.d/*.conf", "/etc/php5/fpm/php-fpm.conf", "/etc/php5/fpm/pool.d/*.conf";
        my $fpm = @pools;
        while (defined(my $file = shift @pools)) { my $number = 0;
            for (lines($file, 1)) { $number++;
                push @pools, glob $1 if @pools < 500 and m{^\s*include\s*=\s*"?(/[^\s";]+)};
                put($file, $number, $1, ini_value($2)) if /^\s*php_(?:admin_)?(?:value|flag)\s*\[\s*["\x27]?($name)["\x27]?\s*\]\s*=\s*(.*)/i } }

        # PHP 5 and 7 call the module by their number, PHP 8 does not.
        my %loaded = map { m{php(\d)[^/]*$} ? ($1 < 8 ? "php$1" : "php", 1) : () } glob "/etc/apache2/mods-enabled/php*.load";
        sub absent { my ($not, $module) = @_; return if !%loaded && !$fpm;
            return $module =~ /^"?(?:mod_(php\d?)[.]c|(php\d?)_module)"?$/i && ($not xor !$loaded{lc($1 // $2)}) }
        my @apache = map { glob } map { "/etc/apache2/$_" } qw(apache2.conf httpd.conf conf.d/* mods-enabled/*.conf conf-enabled/*.conf sites-enabled/*.conf);
        # What is passed to PHP-FPM in a variable, line by line.
        sub passed { my ($file, $number, $text) = @_; $text =~ s/^.*?PHP_(?:ADMIN_)?VALUE//;
            put($file, $number, $1, ini_value($2)) while $text =~ /($name)\s*=\s*("[^"]*"|(?:(?!\\n)[^"\x27\n])*)/g }
        sub apache {
            my ($file, $follow) = @_; my ($number, $start, $text, $depth, $skip) = (0, 0, "", 0, 0);
            for (lines($file, $follow)) { $number++; $start = $number if !length $text; $text .= $_;
                next if length $text < 8192 && $text =~ s/\\$/ /;
                my $line = $text; $text = "";
                next if $line =~ /^\s*#/;
                if ($line =~ m{^\s*<IfModule\s+(!?)\s*([^\s>]+)}i) { $depth++; $skip ||= $depth if absent($1, $2) }
                elsif ($line =~ m{^\s*</IfModule}i) { $skip = 0 if $skip == $depth; $depth-- }
                elsif ($skip) { }
                elsif ($line =~ s/^\s*php_(?:admin_)?(?:value|flag)(?=\s)//i) { my $what = word($line) // "";
                    put($file, $start, $what, word($line) // "") if $what =~ /^$name$/ }
                elsif ($line =~ /^\s*\w*SetEnv\w*\s.*PHP_(?:ADMIN_)?VALUE/i) { passed($file, $start, $line) }
                elsif ($line =~ s/^\s*(?:DocumentRoot|Alias\s+\S+)(?=\s)//i) { my $root = word($line) // ""; $roots{$root} = 1 if $root =~ m{^/} }
                elsif ($follow && $line =~ s/^\s*Include(?:Optional)?(?=\s)//i) { my $more = word($line) // ""; $more = "/etc/apache2/$more" if $more !~ m{^/};
                    push @apache, grep { !-d } map { -d $_ ? glob "$_/*" : $_ } glob $more if @apache < 1000 && $more !~ /[\s\${}]/ }
            }
        }
        while (defined(my $file = shift @apache)) { apache($file, 1) }
        for my $file (map { glob } "/etc/nginx/nginx.conf", "/etc/nginx/fastcgi*", "/etc/nginx/conf.d/*.conf", "/etc/nginx/snippets/*", "/etc/nginx/sites-enabled/*") { my $number = 0;
            for (lines($file, 1)) { $number++; $roots{$1} = 1 if m{^\s*root\s+["\x27]?(/[^;"\x27]+)};
                passed($file, $number, $_) if /^\s*fastcgi_param\s+PHP_(?:ADMIN_)?VALUE\s/ } }

        # Folders above a site count for .htaccess only, and are not searched.
        my %above; for my $root (keys %roots) { my $at = ""; for (split m{/}, $root) { $at .= "$_/"; $above{$at} = 1 } }
        apache("$_.htaccess", 0) for sort keys %above;
        my @search = grep { -d && $_ ne "/" } map { s{/+$}{}r } sort "/var/www", keys %roots;
        local $/ = "\0";
        open my $found, "-|", "find", "-H", @search, qw(-xdev -maxdepth 6 -type f ( -name .htaccess -o -name .user.ini ) -print0) or exit;
        my @files; while (<$found>) { chomp; push @files, $_ if @files < 5000 }
        $/ = "\n";
        for (sort @files) { next if /[\t\n]/; my %last; if (m{/[.]user[.]ini$}) { ini(\%last, $_, 0); told(\%last) } else { apache($_, 0) } }
        ')"
}
overrides 2>/dev/null | gzip -1
