# The userland of Ubuntu since 25.10, made from Debian's packages: coreutils is the multi-call binary of uutils, and
# sudo is sudo-rs. As on Ubuntu, GNU's programs exist, too: gnuls and so on, and sudo.ws as an alternative.
# shellcheck shell=bash disable=SC2034

IMAGE_PACKAGES+=(rust-coreutils sudo-rs)

finish_variant() {
  local file name multicall
  multicall=$(command -v coreutils)
  for file in $(dpkg -L coreutils | grep -E '/s?bin/.'); do
    name=${file##*/}
    # A program that uutils lacks stays GNU's.
    if "$multicall" --list | grep -qxF -e "$name"; then
      dpkg-divert --quiet --local --rename --divert "${file%/*}/gnu$name" --add "$file" 2>/dev/null
      "$multicall" ln -s "$multicall" "$file"
    fi
  done
  dpkg-divert --quiet --local --rename --divert /usr/bin/sudo.ws --add /usr/bin/sudo
  update-alternatives --quiet --install /usr/bin/sudo sudo /usr/bin/sudo-rs 50
  update-alternatives --quiet --install /usr/bin/sudo sudo /usr/bin/sudo.ws 40
  for name in '[' cat df date head timeout; do
    if [[ $(readlink -f "/usr/bin/$name") != $(readlink -f "$multicall") ]]; then echo "$name is not uutils"; exit 1; fi
  done
  if [[ $(readlink -f /usr/bin/sudo) != */cargo/bin/sudo ]]; then echo "sudo is not sudo-rs"; exit 1; fi
}
