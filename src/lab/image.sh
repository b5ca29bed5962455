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
  [[ -d $dir ]] && return
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

# Images of the same release that an older recipe made, unless a lab still runs on them.
remove_old_images() {
  local old
  for old in "$CACHE/${1/:/-}"-*; do
    # shellcheck disable=SC2062
    if [[ $old != "$2" ]] && ! grep -qsxF "-e$old" "$STATE_ROOT"/*/hosts/*/image; then rm -rf --one-file-system "$old"; fi
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
  cd "$LAB_BUILD/pool"
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
# way they are written down. Prints nothing when they are not Debian's: mmdebstrap then knows the right ones.
# shellcheck disable=SC2016
mirror_lines() {
  local release=$1 main='' security='' uri suite component
  while read -r uri suite component; do
    [[ $component == main && $uri == http*://* ]] || continue
    case $suite in
      bullseye | bookworm | trixie | forky | sid | oldoldstable | oldstable | stable | testing | unstable) main=${main:-$uri} ;;
      *-security) case ${suite%-security} in
          bullseye | bookworm | trixie | forky | oldoldstable | oldstable | stable | testing) security=${security:-$uri} ;;
        esac ;;
    esac
  done < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null)
  [[ -n $main ]] || return 0
  echo "deb $main $release main"
  echo "deb $main $release-updates main"
  if [[ -n $security ]]; then echo "deb $security $release-security main"; fi
}

# How this machine's apt gets through to its mirrors (proxies, clocks that are off), for the apt that builds.
apt_settings() {
  apt-config dump 2>/dev/null |
    grep -E '^Acquire::(http|https|Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6)[: ]' |
    grep -vE ' "";$' || true
}
