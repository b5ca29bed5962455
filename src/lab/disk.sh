# A host's disk: an overlay over the shared image. It uses no space until data is written, and can be reset at once.
# With a size it is on a file system of that size, which can fill up.
# shellcheck shell=bash

disk_root() { echo "$DISKS/$1/root"; }

# The disk of a host consists of its changes to the image only.
require_image_of() {
  local image
  image=$(<"$STATE/hosts/$1/image")
  [[ -d $image/root && ( ! -e $STATE/hosts/$1/installed || -d $image/installed ) ]] ||
    die "the image of host '$1', $image, is gone; run 'lab down', then 'lab up', which builds it again"
}

# Makes the disk of a host, with its name, keys and user. Its image and size are in the host's state.
disk_make() {
  local host=$1 home=$STATE/hosts/$1 disk=$DISKS/$1 size layer image
  require_image_of "$host"
  disk_remove "$host"
  mkdir -p "$disk"/{root,layer}
  layer=$disk/layer
  size=$(<"$home/disk-size")
  if [[ -n $size ]]; then
    truncate -s "$size" "$disk/image.ext4"
    { mkfs.ext4 -q -F -m 0 "$disk/image.ext4" >/dev/null && mount -o loop "$disk/image.ext4" "$layer"; } ||
      die "host '$host': no disk of $size could be made in $disk; see the error above, free a loop device or space, or leave out --disk"
  fi
  mkdir -p "$layer"/{upper,work}
  image=$(<"$home/image")
  if [[ -e $home/installed ]]; then image=$image/installed:$image; fi
  mount -t overlay "lab-$LAB" -o "lowerdir=$image/root,upperdir=$layer/upper,workdir=$layer/work" "$disk/root" 2>/dev/null ||
    die "host '$host': $DISK_ROOT does not support overlays; put it on ext4, xfs or btrfs"
  disk_furnish "$host" "$disk/root"
}

disk_furnish() {
  local host=$1 root=$2 type home
  read_entry "$host"
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  echo "$host" >"$root/etc/hostname"
  cat >"$root/etc/hosts" <<END
127.0.0.1	localhost
127.0.1.1	$host
::1	localhost ip6-localhost ip6-loopback
END
  for type in ed25519 ecdsa; do
    ssh-keygen -q -t $type -N '' -C "root@$host" -f "$root/etc/ssh/ssh_host_${type}_key"
  done
  if [[ $PORT != 22 ]]; then echo "Port $PORT" >"$root/etc/ssh/sshd_config.d/port.conf"; fi
  home=/root
  if [[ $USER_NAME != root ]]; then
    chroot "$root" useradd -m -s /bin/bash "$USER_NAME" ||
      die "host '$host': no user '$USER_NAME' could be made; choose another ssh user"
    echo "$USER_NAME ALL=(ALL:ALL) NOPASSWD:ALL" >"$root/etc/sudoers.d/90-lab"
    chmod 440 "$root/etc/sudoers.d/90-lab"
    home=/home/$USER_NAME
  fi
  mkdir -p "$root$home/.ssh"
  chmod 700 "$root$home/.ssh"
  install -m 600 "$STATE/id_ed25519.pub" "$root$home/.ssh/authorized_keys"
  chown -R --reference="$root$home" "$root$home/.ssh"
}

disk_remove() {
  local disk=$DISKS/$1
  [[ -d $disk ]] || return 0
  # A killed systemd-nspawn leaves its lock file for the folder.
  rm -f "/run/systemd/nspawn/locks/$(stat -c 'inode-%d:%i' "$disk/root" 2>/dev/null)"
  unmount_below "$disk"
  rm -rf --one-file-system "$disk"
}

# Unmounts everything at or below a folder, the newest mount first; unmounting also frees the loop device.
unmount_below() {
  local mounted
  while read -r mounted; do
    umount "$mounted" 2>/dev/null || umount -l "$mounted" ||
      die "$mounted cannot be unmounted; see 'fuser -vm $mounted'"
  done < <(awk -v top="$1" '$2 == top || index($2, top "/") == 1 { print $2 }' /proc/mounts | tac)
}
