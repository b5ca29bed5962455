# Says which of this droplet's files set PHP directives, and where. Arguments: the page's folder, the php.ini that PHP
# loaded, its user_ini.filename, then the directives. Standard input: the other ini files, separated by commas.
# Says a line each: kind, tab, file, tab, line number, tab, the line. Kinds, the later one wins: main, scanned, pool, site, folder.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec perl -e '
use strict;
my ($dir, $main, $user, @wanted) = @ARGV;
my @scanned = grep { length } map { s/^\s+|\s+$//gr } split /,/, join "", <STDIN>;
my $names = join "|", map { quotemeta } @wanted;
my $ini = qr/^\s*(?:$names)\s*=/; my $set = qr/(?:$names)/;
sub tell_of {
    my ($kind, $pattern, @files) = @_;
    for my $file (@files) {
        open my $in, "<", $file or next;
        while (<$in>) { s/[\r\n]+$//; tr/\t/ /; print "$kind\t$file\t$.\t$_\n" if /$pattern/ }
    }
}
tell_of("main", $ini, $main);
tell_of("scanned", $ini, @scanned);
tell_of("pool", qr/^\s*php_(?:admin_)?(?:value|flag)\[$set\]\s*=/, map { glob } "/etc/php/*/fpm/php-fpm.conf", "/etc/php/*/fpm/pool.d/*.conf", "/etc/php5/fpm/pool.d/*.conf");
my $apache = qr/^\s*(?:php_(?:admin_)?(?:value|flag)\s+$set\s|.*\b(?:PHP_VALUE|PHP_ADMIN_VALUE)\b.*$set)/i;
tell_of("site", $apache, map { glob } "/etc/apache2/apache2.conf", "/etc/apache2/conf-enabled/*.conf", "/etc/apache2/mods-enabled/*.conf", "/etc/apache2/sites-enabled/*");
my @folders; my $at = "";
for (split m{/}, $dir) { $at .= "$_/"; push @folders, $at }
for (@folders) { tell_of("folder", $apache, "$_.htaccess"); tell_of("folder", $ini, "$_$user") if length $user }
' "$@"
