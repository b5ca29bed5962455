# Builds the image that all hosts share, and the pool of packages that they install from. Both come from the mirrors
# that this machine's own apt uses, or else from Debian's; a half-built image never gets its final name.
# shellcheck shell=bash

# The table 'images' has a line for each: its name and the suite it is made from. An image that differs from its suite
# has a file of its own too, variants/NAME.sh with a dash for the colon (debian-12-sysvinit.sh for debian:12-sysvinit);
# what several have in common is in variants/FAMILY.sh, the part before the colon, which is read first. Such a file may
# change what recipe.sh sets, set STOP_SIGNAL (on which its init powers off), and define two functions:
#   pool_variant     runs in the pool's folder, with the unpacked image as $1, while apt's sources are the mirrors; it
#                    may call fetch_packages and put .deb files of its own into the folder
#   finish_variant   runs inside the image after finish_image, with the pool at /srv/apt and without a network
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

image_names() { cut -d' ' -f1 "$LAB_HOME/images"; }
image_suite() { sed -n "s/^$1 //p" "$LAB_HOME/images"; }

require_image_name() {
  image_names | grep -qxF -e "$1" || die "there is no image '$1'; choose one of: $(image_names | paste -sd' ')"
}

# The files that an image is made from: an image is kept under their digest.
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

# Makes the image when it is missing. Of two that ask at once, one builds and the other waits for it.
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

build_image() {
  local image=$1 dir=$2 started=$SECONDS
  local build=$CACHE/.build log=$CACHE/build.log line
  rm -rf --one-file-system "$build"
  mkdir -p "$build"/{pool,archives/partial}
  say "building the image $image, once; this takes a minute or two"
  local -a sources options=()
  mapfile -t sources < <(mirror_lines "$RELEASE")
  while read -r line; do options+=("--aptopt=$line"); done < <(apt_settings)
  # In a mount namespace of its own, whatever is mounted during the build goes away with it, however it ends.
  if ! timeout --foreground --kill-after=20 1500 unshare --mount --propagation private -- \
      env LAB_BUILD="$build" LAB_IMAGE="$image" mmdebstrap --mode=root --variant=minbase --format=directory --keyring="$KEYRING" \
      --include="$(IFS=,; echo "${IMAGE_PACKAGES[*]}")" --dpkgopt=force-unsafe-io "${options[@]}" \
      --customize-hook="bash $(printf %q "$LAB_HOME/lab") _pool \"\$1\"" \
      "$RELEASE" "$build/root" "${sources[@]}" >"$log" 2>&1 </dev/null; then
    die "could not build $image: $(grep -m1 -E '^E: ' "$log" || tail -n1 "$log"); the whole output is in $log"
  fi
  # shellcheck disable=SC2016
  unshare --mount --propagation private -- bash -euc '
    mkdir -p "$1/srv/apt"
    mount --bind "$2" "$1/srv/apt"
    chroot "$1" bash -euc "$3"' - "$build/root" "$build/pool" \
    "$(declare -p MASKED_UNITS; declare -f finish_image finish_variant); finish_image; finish_variant" >>"$log" 2>&1 </dev/null ||
    die "could not finish $image: $(tail -n1 "$log"); the whole output is in $log"
  rm -rf "$build/archives"
  echo "$STOP_SIGNAL" >"$build/stop-signal"
  mv -T "$build" "$dir"
  remove_old_images "$1" "$dir"
  say "the image $image is ready after $((SECONDS - started)) s"
}

# Images of the same release that another recipe made, when for a week nobody has asked for them or runs on them.
remove_old_images() {
  local old
  for old in "$CACHE/${1/:/-}"-[0-9a-f]??????????[0-9a-f]; do
    [[ $old != "$2" && -n $(find "$old" -maxdepth 0 -mtime +7) ]] || continue
    # shellcheck disable=SC2062
    grep -qsxF "-e$old" "$STATE_ROOT"/*/hosts/*/image || rm -rf --one-file-system "$old"
  done
}

# Called by mmdebstrap with the unpacked image, while its sources are still the mirrors: fetches the pool.
fill_pool() {
  local root=$1 packages
  [[ -d $root/var/lib/dpkg ]] || die "'$root' is no unpacked image"
  load_recipe "$LAB_IMAGE"
  export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG DEBIAN_FRONTEND=noninteractive
  for packages in "${POOL_PACKAGES[@]}"; do fetch_packages "$packages"; done
  for packages in "${POOL_EXTRAS[@]}"; do
    fetch_packages "$packages" || echo "not everything could be fetched for $packages"
  done
  mv "$LAB_BUILD"/archives/*.deb "$LAB_BUILD/pool/"
  cd "$LAB_BUILD/pool" || die "the pool is gone"
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

# The sources.list lines for a release, made from the mirrors that this machine's own apt is set up with, whichever
# way they are written down. Prints nothing when none is Debian's: mmdebstrap then knows where to go.
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

# A line for each of this machine's apt sources that calls itself Debian: URI SUITE.
# shellcheck disable=SC2016
debian_mirrors() {
  local listing=(apt-get indextargets --format '$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)' 'Created-By: Packages')
  local wanted='s#^Debian main (https?://[^ ]+) ([^ ]+)$#\1 \2#p' found
  command -v apt-get >/dev/null || return 0
  found=$("${listing[@]}" 2>/dev/null | sed -nE "$wanted")
  if [[ -z $found ]] && grep -qs '^ID=debian' /etc/os-release; then
    # Without its lists apt knows what it was told, but not yet what that is.
    timeout 300 apt-get -qq update >/dev/null 2>&1 </dev/null || true
    found=$("${listing[@]}" 2>/dev/null | sed -nE "$wanted")
  fi
  if [[ -n $found ]]; then echo "$found"; fi
}

# How this machine's apt gets through to its mirrors (proxies, clocks that are off), for the apt that builds. A mirror
# that was not refreshed for some days, as those of testing may be, is good enough for a lab.
apt_settings() {
  echo 'Acquire::Check-Valid-Until "false";'
  apt-config dump 2>/dev/null |
    grep -E '^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6)[: ]' |
    grep -vE ' "";$' || true
}
