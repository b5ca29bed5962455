# Builds the image that all hosts share, and the pool of packages that they install from. Both come from the mirrors
# of this machine's own apt, or else from Debian's. Only a complete image gets its final name.
# shellcheck shell=bash

# The table 'images' has a line for each: its name, the suite it is made from, and the packages of its second layer if
# they are not those of INSTALLED_PACKAGES. An image that differs from its suite
# also has a file, variants/NAME.sh with a dash for the colon (debian-12-sysvinit.sh for debian:12-sysvinit). The common
# parts of several images are in variants/FAMILY.sh, the part before the colon, which is read first. Such a file may
# change the variables of recipe.sh, set STOP_SIGNAL (on which its init powers off), and define two functions:
#   pool_variant     runs in the pool's folder, with the unpacked image as $1, while apt's sources are the mirrors; it
#                    may call fetch_packages and put .deb files of its own into the folder
#   finish_variant   runs inside the image after finish_image, with the pool at /srv/apt and without a network
INSTALLED_PACKAGES='apache2 libapache2-mod-php memcached php-memcache'
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

image_names() { cut -d' ' -f1 "$LAB_HOME/images"; }
image_suite() { sed -n "s/^$1 \([^ ]*\).*/\1/p" "$LAB_HOME/images"; }
installed_packages() { sed -n "s/^$1 [^ ]* \?//p" "$LAB_HOME/images" | sed "s/^$/$INSTALLED_PACKAGES/"; }

require_image_name() {
  image_names | grep -qxF -e "$1" || die "there is no image '$1'; choose one of: $(image_names | paste -sd' ')"
}

# Prints the files that an image is made from. Their digest is a part of the image's path.
image_parts() {
  local file
  echo "$LAB_HOME/recipe.sh"
  for file in "$LAB_HOME/variants/${1%%:*}.sh" "$LAB_HOME/variants/${1/:/-}.sh"; do
    if [[ -e $file ]]; then echo "$file"; fi
  done
}

image_dir() {
  local digest
  local -a parts
  mapfile -t parts < <(image_parts "$1")
  digest=$(cat "${parts[@]}" | sha256sum)
  echo "$CACHE/${1/:/-}-${digest:0:12}"
}

# Reads the recipe of an image into this shell, which should be a subshell.
load_recipe() {
  local file
  RELEASE=$(image_suite "$1")
  STOP_SIGNAL=RTMIN+4
  pool_variant() { :; }
  finish_variant() { :; }
  while read -r file; do
    # shellcheck source=/dev/null
    source "$file"
  done < <(image_parts "$1")
}

# Makes the image if it is missing. If two commands need it at once, one builds it and the other waits.
ensure_image() {
  local dir
  require_image_name "$1"
  dir=$(image_dir "$1")
  if [[ -d $dir ]]; then touch "$dir"; return; fi
  mkdir -p "$CACHE"
  (
    flock -n 7 || { say "waiting for another build in $CACHE"; flock -w 1800 7; } ||
      die "another image build has been holding $CACHE/.lock for 30 min; end it and try again"
    load_recipe "$1"
    if [[ ! -d $dir ]]; then build_image "$1" "$dir"; fi
  ) 7>"$CACHE/.lock"
}

# Makes the image's second layer if it is missing: its packages, installed by apt-get and never started. Installing them
# on a host takes a minute of a processor.
ensure_installed() {
  local dir
  ensure_image "$1"
  dir=$(image_dir "$1")
  if [[ -d $dir/installed ]]; then return; fi
  (
    flock -w 1800 7 || die "another image build has been holding $CACHE/.lock for 30 min; end it and try again"
    if [[ ! -d $dir/installed ]]; then build_installed "$1" "$dir"; fi
  ) 7>"$CACHE/.lock"
}

build_installed() {
  local image=$1 dir=$2 started=$SECONDS build=$2/.build log=$CACHE/build.log
  rm -rf --one-file-system "$build"
  mkdir -p "$build"/{root,upper,work}
  say "installing packages on the image $image, once; this takes a minute"
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --propagation private -- bash -euc '
    root=$1/root
    mount -t overlay lab-installed -o "lowerdir=$2/root,upperdir=$1/upper,workdir=$1/work" "$root"
    mount --bind "$2/pool" "$root/srv/apt"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    printf "#!/bin/sh\nexit 101\n" >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    # shellcheck disable=SC2086
    chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install $3
    rm "$root/usr/sbin/policy-rc.d"' - "$build" "$dir" "$(installed_packages "$image")" >"$log" 2>&1 </dev/null ||
    die "could not install packages on $image: $(tail -n1 "$log"); the complete output is in $log"
  mv -T "$build/upper" "$dir/installed"
  rm -rf --one-file-system "$build"
  say "the packages of $image are installed after $((SECONDS - started)) s"
}

build_image() {
  local image=$1 dir=$2 started=$SECONDS
  local build=$CACHE/.build log=$CACHE/build.log line
  rm -rf --one-file-system "$build"
  mkdir -p "$build"/{pool,archives/partial}
  say "building the image $image, once; this takes a minute or two"
  local -a sources options=()
  mapfile -t sources < <(mirror_lines "$RELEASE")
  while read -r line; do options+=("--aptopt=$line"); done < <(apt_settings)
  # The build has its own mount namespace, so that its mounts disappear with it, even if it is killed.
  if ! timeout --foreground --kill-after=20 1500 unshare --mount --propagation private -- \
      env LAB_BUILD="$build" LAB_IMAGE="$image" mmdebstrap --mode=root --variant=minbase --format=directory --keyring="$KEYRING" \
      --include="$(IFS=,; echo "${IMAGE_PACKAGES[*]}")" --dpkgopt=force-unsafe-io "${options[@]}" \
      --customize-hook="bash $(printf %q "$LAB_HOME/lab") _pool \"\$1\"" \
      "$RELEASE" "$build/root" "${sources[@]}" >"$log" 2>&1 </dev/null; then
    die "could not build $image: $(grep -m1 -E '^E: ' "$log" || tail -n1 "$log"); the complete output is in $log"
  fi
  # shellcheck disable=SC2016
  unshare --mount --propagation private -- bash -euc '
    mkdir -p "$1/srv/apt"
    mount --bind "$2" "$1/srv/apt"
    chroot "$1" bash -euc "$3"' - "$build/root" "$build/pool" \
    "$(declare -p MASKED_UNITS; declare -f finish_image finish_variant); finish_image; finish_variant" >>"$log" 2>&1 </dev/null ||
    die "could not finish $image: $(tail -n1 "$log"); the complete output is in $log"
  rm -rf "$build/archives"
  echo "$STOP_SIGNAL" >"$build/stop-signal"
  mv -T "$build" "$dir"
  remove_old_images "$1" "$dir"
  say "the image $image is ready after $((SECONDS - started)) s"
}

# Removes images of the same name from other recipes, if they were not used for a week and no host runs from them.
remove_old_images() {
  local old
  for old in "$CACHE/${1/:/-}"-[0-9a-f]??????????[0-9a-f]; do
    [[ $old != "$2" && -n $(find "$old" -maxdepth 0 -mtime +7) ]] || continue
    # shellcheck disable=SC2062
    grep -qsxF "-e$old" "$STATE_ROOT"/*/hosts/*/image || rm -rf --one-file-system "$old"
  done
}

# Fetches the pool. mmdebstrap calls it with the unpacked image, while apt's sources are still the mirrors.
fill_pool() {
  local root=$1 packages
  [[ -d $root/var/lib/dpkg ]] || die "'$root' is not an unpacked image"
  load_recipe "$LAB_IMAGE"
  export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG DEBIAN_FRONTEND=noninteractive
  for packages in "${POOL_PACKAGES[@]}"; do fetch_packages "$packages"; done
  for packages in "${POOL_EXTRAS[@]}"; do
    fetch_packages "$packages" || echo "not everything could be fetched for $packages"
  done
  mv "$LAB_BUILD"/archives/*.deb "$LAB_BUILD/pool/"
  cd "$LAB_BUILD/pool" || die "the package pool does not exist"
  pool_variant "$root"
  apt-ftparchive packages . >Packages
  apt-ftparchive release . >../Release
  mv ../Release .
}

fetch_packages() {
  # shellcheck disable=SC2086
  apt-get -qq -y --download-only -o Dir::Cache::Archives="$LAB_BUILD/archives/" -o APT::Sandbox::User=root \
    -o APT::Install-Recommends=true -o APT::Keep-Downloaded-Packages=true install $1
}

# Prints the sources.list lines for a release, with the mirrors of this machine's own apt, in any format of its sources.
# Prints nothing if none is Debian's: mmdebstrap then uses its default mirror.
mirror_lines() {
  local release=$1 main='' security='' uri suite
  while read -r uri suite; do
    case $suite in
      *-security) security=${security:-$uri} ;;
      *-* | experimental) ;;
      *) main=${main:-$uri} ;;
    esac
  done < <(debian_mirrors)
  [[ -n $main ]] || return 0
  echo "deb $main $release main"
  echo "deb $main $release-updates main"
  if [[ -n $security ]]; then echo "deb $security $release-security main"; fi
}

# Prints "URI SUITE" for each of this machine's apt sources with the origin Debian.
# shellcheck disable=SC2016
debian_mirrors() {
  local listing=(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)' 'Created-By: Packages')
  local wanted='s#^Debian main (https?://[^ ]+) ([^ ]+)$#\1 \2#p' found
  command -v apt-get >/dev/null || return 0
  found=$("${listing[@]}" 2>/dev/null | sed -nE "$wanted")
  if [[ -z $found ]] && grep -qs '^ID=debian' /etc/os-release; then
    # Without its lists apt knows its sources, but not their origins.
    timeout 300 apt-get -qq update >/dev/null 2>&1 </dev/null || true
    found=$("${listing[@]}" 2>/dev/null | sed -nE "$wanted")
  fi
  if [[ -n $found ]]; then echo "$found"; fi
}

# Prints this machine's apt settings for access to mirrors (proxies, checks of dates), for the apt of the build. The lab
# accepts a mirror that was not refreshed for some days, as one of testing may be.
apt_settings() {
  echo 'Acquire::Check-Valid-Until "false";'
  apt-config dump 2>/dev/null |
    grep -E '^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6)[: ]' |
    grep -vE ' "";$' || true
}
