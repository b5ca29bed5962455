# Says what an installation of packages meets here, "NAME WORD" a line, and changes nothing. Arguments: the packages.
# yes, no, unknown: whether a source of this droplet offers it. removed: apt-get would take it away, for these packages or to
# finish what dpkg left half way. "- unsolved": it finds no way to do that.
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
# Without its lists apt does not know what it could install to finish something, and would rather remove it.
[ -n "$lists" ] || exit 0
# Lines of its simulation: apt-get(8), -s.
simulate() {
    said=$(apt-get -s -q -o APT::Get::AutomaticRemove=false "$@" 2>/dev/null </dev/null)
    code=$?
    gone=$(printf '%s\n' "$said" | sed -nE 's/^(Remv|Purg) ([^ ]+).*/\2 removed/p')
    if [ -n "$gone" ]; then
        echo "$gone"
    elif [ $code != 0 ]; then
        echo '- unsolved'
    else
        return 1
    fi
}
# As install.sh does it: first what is half way, then the packages.
if [ -z "$(dpkg --audit 2>/dev/null)" ]; then
    # shellcheck disable=SC2086 # package names are words
    [ -z "$wanted" ] || simulate install $wanted
elif ! simulate -f install && [ -n "$wanted" ]; then
    # shellcheck disable=SC2086
    simulate -f install $wanted | grep ' removed$'
fi
exit 0
