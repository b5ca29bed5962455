# Says of each package whether a source of this droplet offers it, a line each. Arguments: the packages.
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
lists=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)
for name in "$@"; do
    if [ -z "$lists" ]; then
        echo "$name unknown"
    elif apt-cache --no-all-versions show "$name" >/dev/null 2>&1; then
        echo "$name yes"
    else
        echo "$name no"
    fi
done
