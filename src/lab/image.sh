# Builds the image that all hosts share, and the pool of packages that they install from. Both come from the mirrors
# that this machine's own apt uses, or else from Debian's; a half-built image never gets its final name.
# shellcheck shell=bash

declare -A RELEASES=([debian:11]=bullseye [debian:12]=bookworm [debian:13]=trixie)
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

require_image_name() {
  [[ -n ${RELEASES[$1]:-} ]] || die "there is no image '$1'; choose debian:11, debian:12 or debian:13"
}

image_dir() {
  local digest
  digest=$(sha256sum "$LAB_HOME/recipe.sh")
  echo "$CACHE/${1/:/-}-${digest:0:12}"
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
    if [[ ! -d $dir ]]; then build_image "$1" "$dir"; fi
  ) 7>"$CACHE/.lock"
}

build_image() {
  local image=$1 dir=$2 release=${RELEASES[$1]} started=$SECONDS
  local build=$CACHE/.build log=$CACHE/build.log line
  rm -rf --one-file-system "$build"
  mkdir -p "$build"/{pool,archives/partial}
  say "building the image $image, once; this takes a minute or two"
  local -a sources options=()
  mapfile -t sources < <(mirror_lines "$release")
  while read -r line; do options+=("--aptopt=$line"); done < <(apt_settings)
  # In a mount namespace of its own, whatever is mounted during the build goes away with it, however it ends.
  if ! timeout --foreground --kill-after=20 1500 unshare --mount --propagation private -- \
      env LAB_BUILD="$build" mmdebstrap --mode=root --variant=minbase --format=directory --keyring="$KEYRING" \
      --include="$(IFS=,; echo "${IMAGE_PACKAGES[*]}")" --dpkgopt=force-unsafe-io "${options[@]}" \
      --customize-hook="bash $(printf %q "$LAB_HOME/lab") _pool \"\$1\"" \
      "$release" "$build/root" "${sources[@]}" >"$log" 2>&1 </dev/null; then
    die "could not build $image: $(grep -m1 -E '^E: ' "$log" || tail -n1 "$log"); the whole output is in $log"
  fi
  # shellcheck disable=SC2016
  unshare --mount --propagation private -- bash -euc '
    mkdir -p "$1/srv/apt"
    mount --bind "$2" "$1/srv/apt"
    chroot "$1" bash -euc "$3"' - "$build/root" "$build/pool" \
    "$(declare -p MASKED_UNITS; declare -f finish_image); finish_image" >>"$log" 2>&1 </dev/null ||
    die "could not finish $image: $(tail -n1 "$log"); the whole output is in $log"
  rm -rf "$build/archives"
  mv -T "$build" "$dir"
  remove_old_images "$1" "$dir"
  say "the image $image is ready after $((SECONDS - started)) s"
}

# Images of the same release that another recipe made, when for a week nobody has asked for them or runs on them.
remove_old_images() {
  local old
  for old in "$CACHE/${1/:/-}"-*; do
    [[ $old != "$2" && -n $(find "$old" -maxdepth 0 -mtime +7) ]] || continue
    # shellcheck disable=SC2062
    grep -qsxF "-e$old" "$STATE_ROOT"/*/hosts/*/image || rm -rf --one-file-system "$old"
  done
}

# Called by mmdebstrap with the unpacked image, while its sources are still the mirrors: fetches the pool.
fill_pool() {
  local root=$1 packages
  [[ -d $root/var/lib/dpkg ]] || die "'$root' is no unpacked image"
  export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG DEBIAN_FRONTEND=noninteractive
  for packages in "${POOL_PACKAGES[@]}"; do fetch_packages "$packages"; done
  for packages in "${POOL_EXTRAS[@]}"; do
    fetch_packages "$packages" || echo "not everything could be fetched for $packages"
  done
  mv "$LAB_BUILD"/archives/*.deb "$LAB_BUILD/pool/"
  cd "$LAB_BUILD/pool" || die "the pool is gone"
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

# How this machine's apt gets through to its mirrors (proxies, clocks that are off), for the apt that builds.
apt_settings() {
  apt-config dump 2>/dev/null |
    grep -E '^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6)[: ]' |
    grep -vE ' "";$' || true
}
