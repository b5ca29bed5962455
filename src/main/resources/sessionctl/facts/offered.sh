# Prints what an installation of packages would meet here, and changes nothing. Arguments: the packages.
# A line is "NAME WORD". yes, no: a source of this droplet offers the package, or does not. unknown: apt has no lists of
# packages. removed: apt-get would remove it, to install these packages or to complete what dpkg left half way.
# added, upgraded: apt-get would install it, or install a newer version of it.
# "- unsolved": apt-get finds no solution.
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
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
# Prints the removals of apt-get's simulation, or "- unsolved"; else what it would install, and fails: apt-get(8), -s.
simulate() {
    said=$(apt-get -s -q -o APT::Get::AutomaticRemove=false "$@" 2>/dev/null </dev/null)
    code=$?
    gone=$(printf '%s\n' "$said" | sed -nE 's/^(Remv|Purg) ([^ ]+).*/\2 removed/p')
    if [ -n "$gone" ]; then
        echo "$gone"
    elif [ $code != 0 ]; then
        echo '- unsolved'
    else
        printf '%s\n' "$said" | sed -nE 's/^Inst ([^ ]+) \[.*/\1 upgraded/p; s/^Inst ([^ ]+) \(.*/\1 added/p'
        return 1
    fi
}
# In the order of install.sh: first incomplete packages, then the new ones.
if [ -z "$(dpkg --audit 2>/dev/null)" ]; then
    # shellcheck disable=SC2086 # package names are words
    [ -z "$wanted" ] || simulate install $wanted
elif ! simulate -f install && [ -n "$wanted" ]; then
    # shellcheck disable=SC2086
    simulate -f install $wanted | grep -v ' unsolved$'
fi
exit 0
