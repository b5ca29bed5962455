# Puts the probe page up, and has the droplet itself take it away unless that is done before.
# Arguments: the page's name, the site's folder below its document root (may be empty), the document root or nothing to
# find it, seconds until the page is taken away. Standard input: the page.
# Says a line a file that it wrote. Exit: 0 done; 20 there is no such folder; 28 it could not be written.
set -u
umask 022
trap '' HUP PIPE
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
name=$1 folder=$2 root=$3 seconds=$4
list=/run/sessionctl/probe/$name
page=$(cat)
roots() {
    if [ -n "$root" ]; then
        printf '%s\n' "$root"
        return
    fi
    cat /etc/apache2/sites-enabled/* | sed -n 's/^[[:space:]]*[Dd]ocument[Rr]oot[[:space:]]\{1,\}"\{0,1\}\([^"]*[^"[:space:]]\)"\{0,1\}[[:space:]]*$/\1/p'
    cat /etc/nginx/sites-enabled/* | sed -n 's/^[[:space:]]*root[[:space:]]\{1,\}"\{0,1\}\([^";]*\)"\{0,1\}[[:space:]]*;.*/\1/p'
    echo /var/www/html
}
(umask 077; mkdir -p /run/sessionctl/probe) && : >"$list" || exit 28
if [ ! -d /run/systemd/system ] || ! systemd-run -q --collect --unit="sessionctl-probe-${name%.php}" --on-active="$seconds" \
    /bin/sh -c 'while read -r file; do rm -f "$file"; done <"$1"; rm -f "$1"' probe "$list" >&2; then
    # shellcheck disable=SC2016 # the inner shell's own
    setsid sh -c 'sleep "$2"; while read -r file; do rm -f "$file"; done <"$1"; rm -f "$1"' probe "$list" "$seconds" </dev/null >/dev/null 2>&1 &
fi
# By their real paths: two roots may be one folder, and a folder may be another droplet's, too.
roots 2>/dev/null | while read -r place; do
    (cd "$place$folder" 2>/dev/null && pwd -P)
done | sort -u | while read -r place; do
    file=${place%/}/$name
    printf '%s\n' "$file" >>"$list" || exit 28
    (set -C; printf '%s\n' "$page" >"$file") 2>/dev/null || [ "$(cat "$file")" = "$page" ] || exit 28
done || exit 28
[ -s "$list" ] || exit 20
cat "$list"
