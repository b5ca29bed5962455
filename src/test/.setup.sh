#!/bin/sh
# src/test/run              runs all tests: installs their tools, builds, ends with the counts of Surefire and Failsafe
# src/test/run CLASS...     runs only these classes of lab tests, for example src/test/run FirewallIT
# Passes options on to Maven. The lab tests boot real hosts in network namespaces, so this needs root, and fails if the
# lab cannot run.
set -eu
cd "$(dirname "$(readlink -f "$0")")/../.."
. src/lab/prerequisites.sh
if [ "$(id -u)" != 0 ]; then
    echo "src/test/run: the lab tests need root; run: sudo src/test/run" >&2
    exit 1
fi
need_java
if ! command -v sshd >/dev/null 2>&1 && [ -d /run/systemd/system ]; then
    # The tests start their own sshd on loopback; the package's sshd must not open this machine to the network.
    echo "src/test/run: openssh-server is needed and will be installed masked (systemctl unmask ssh to use it)" >&2
    systemctl mask ssh.service ssh.socket
fi
need sshd openssh-server
need ssh openssh-client
need sudo sudo
need curl curl
need script bsdutils
need setpriv util-linux
need chromium chromium
need fish fish
need zsh zsh
need mandoc mandoc
need php php-cli
need shellcheck shellcheck
need perlcritic libperl-critic-perl
install_missing
# The first column of the table lists all images.
while read -r image _; do
    bash src/lab/lab prepare --installed --image "$image" </dev/null
done <src/lab/images
classes=
for word; do
    shift
    case $word in
        -*) set -- "$@" "$word" ;;
        *) classes=$classes,$word ;;
    esac
done
[ -z "$classes" ] || set -- "$@" -DskipUnitTests -DskipVisitors "-Dit.test=${classes#,}" -Dfailsafe.failIfNoSpecifiedTests=false
