# Prints what an installation of packages would meet here, and changes nothing. Arguments: the seconds to wait for other
# users of apt, and the packages. A line is "NAME WORD" or "NAME WORD TEXT":
# yes, no: a source of this droplet offers the package, or does not. unknown: apt has no lists of packages. removed:
# apt-get would remove it, to install these packages or to complete what dpkg left half way. added, upgraded: apt-get
# would install it, or install a newer version of it. held: apt-get would change it, but it is on hold. pinned: no
# version may be installed; the text is the file and lines of the pin. "- unsolved": apt-get finds no solution; the text
# is its reason. "-busy FILE": a process holds this lock; the text is its number and name. "-stale lists": the lists are
# older than a day or than the sources, so a run fetches them again. "-needs KB": the download; the text is the installed
# size in KB.
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
patience=$1
shift
# Prints the first lock of apt or dpkg that a process holds, and that process (fcntl(2), F_GETLK). In /proc/locks a file of
# an overlay has another number.
holder() {
    # shellcheck disable=SC2016 # perl's own
    perl -MFcntl -e '
        for my $path (@ARGV) {
            my $form = "s s x![q] q q i x![q]"; my $lock = pack $form, F_WRLCK, 0, 0, 0, 0;
            open my $file, "<", $path or next; fcntl $file, F_GETLK, $lock or next;
            my ($type, $process) = (unpack $form, $lock)[0, 4];
            next if $type == F_UNLCK or !open my $name, "<", "/proc/$process/comm";
            print "-busy $path $process ", scalar <$name>; last;
        }' /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
}
while busy=$(holder) && [ -n "$busy" ] && [ "$patience" -gt 0 ]; do
    sleep 1
    patience=$((patience - 1))
done
[ -z "$busy" ] || echo "$busy"
lists=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)
wanted=$*
for name in "$@"; do
    if [ -z "$lists" ]; then
        echo "$name unknown"
    elif apt-cache --no-all-versions show "$name" >/dev/null 2>&1; then
        echo "$name yes"
        continue
    else
        echo "$name no"
    fi
    wanted=
done
# Without its lists apt does not know what it could install to finish a package, and would remove the package instead.
[ -n "$lists" ] || exit 0
[ -n "$(find /var/lib/apt/lists -maxdepth 0 -mmin -1440)" ] &&
    [ -z "$(find /etc/apt/sources.list /etc/apt/sources.list.d -newer /var/lib/apt/lists 2>/dev/null)" ] || echo '-stale lists'
# Prints which of these packages a negative pin bars, and where it is (apt_preferences(5)).
pins() {
    perl -e '
        my %barred = map { $_ => 1 } @ARGV;
        for my $file ("/etc/apt/preferences", sort glob "/etc/apt/preferences.d/*") {
            next if $file !~ m{/(?:[\w-]+|[\w.-]+[.]pref)\z} or !open my $in, "<", $file;
            my ($line, $first, $last, $names, $negative, $field) = (0, 0, 0, "", 0, "");
            for (<$in>, "") {
                $line++;
                if (/\S/ and !/^#/) {
                    $first ||= $line; $last = $line; $field = lc $1 if s/^(\S+?)\s*:\s*//;
                    $names .= " $_" if $field eq "package"; $negative = 1 if $field eq "pin-priority" and /^-/;
                } elsif (!/\S/) {
                    for my $name ($negative ? sort keys %barred : ()) {
                        my ($found) = grep { m{^/(.*)/i?\z} ? $name =~ /$1/ : $name =~ /^\Q$_\E\z/ || do {
                            my $glob = quotemeta; $glob =~ s/\\([*?])/$1 eq "*" ? ".*" : "."/ge; $name =~ /^$glob\z/ } } split " ", $names;
                        print "$name pinned $file:$first-$last\n" if defined $found and delete $barred{$name};
                    }
                    ($first, $names, $negative, $field) = (0, "", 0, "");
                }
            }
        }' "$@"
}
# Prints why apt-get finds no solution: packages on hold, packages without a candidate, and its own first reason.
reason() {
    said=$(printf '%s\n' "$said" | tr '\n' ' ' | tr -s ' ')
    for name in $(apt-mark showhold 2>/dev/null); do
        case "$said $wanted " in *" ${name%:*} "*) echo "${name%:*} held" ;; esac
    done
    # shellcheck disable=SC2046 # package names are words
    pins $(printf '%s\n' "$said" | grep -oE "(Depends|PreDepends): [^ ]+ (\([^)]*\) )?but it is not installable|Package '?[^ ']+'? has no installation candidate" |
        sed -E "s/^(Pre)?Depends: |^Package '?//; s/[ '].*//" | sort -u)
    why=$(printf '%s\n' "$said" | sed -nE "s/.*unmet dependencies: ([^ ]+ : (Pre)?Depends: [^ ]+ (\([^)]*\) )?but .*)/\1/p; s/.*(Package '?[^ ']+'? has no installation candidate).*/\1/p")
    echo "- unsolved $(printf '%s\n' "$why" | sed -E 's/( [^ ]+ : (Pre)?Depends:| (Pre)?Depends:| E:| Recommends:).*//2; s/ E: .*//; s/(but it is [a-z ]*(installable|installed)).*/\1/' | cut -c 1-200)"
}
# Prints the removals of apt-get's simulation, or why it finds no solution; else what it would install, and fails:
# apt-get(8), -s.
simulate() {
    said=$(apt-get -s -q -o APT::Get::AutomaticRemove=false "$@" 2>&1 </dev/null)
    code=$?
    gone=$(printf '%s\n' "$said" | sed -nE 's/^(Remv|Purg) ([^ ]+).*/\2 removed/p')
    if [ -n "$gone" ]; then
        echo "$gone"
    elif [ $code != 0 ]; then
        reason
    else
        printf '%s\n' "$said" | sed -nE 's/^Inst ([^ ]+) \[.*/\1 upgraded/p; s/^Inst ([^ ]+) \(.*/\1 added/p'
        printf '%s\n' "$said" | sed -n '/^The following held packages will be changed:/,/^[^ ]/s/^ //p' | tr -s ' ' '\n' | sed -n 's/..*/& held/p'
        # shellcheck disable=SC2046 # package names are words
        apt-cache --no-all-versions show $(printf '%s\n' "$said" | sed -nE 's/^Inst ([^ ]+) .*/\1/p') 2>/dev/null |
            awk '/^Size: /{ load += $2 } /^Installed-Size: /{ size += $2 } END { printf "-needs %d %d\n", load / 1024, size }'
        return 1
    fi
}
# In the order of install.sh: first incomplete packages, then the new ones.
if [ -z "$(dpkg --audit 2>/dev/null)" ]; then
    # shellcheck disable=SC2086 # package names are words
    [ -z "$wanted" ] || simulate install $wanted
elif ! simulate -f install && [ -n "$wanted" ]; then
    # shellcheck disable=SC2086
    simulate -f install $wanted | grep -v ' unsolved'
fi
exit 0
