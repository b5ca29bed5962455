# Installs what a machine lacks; sourced by the launcher and by the test run, so it is plain POSIX shell.
# Nothing is installed without saying so, and nothing that is there already.

# need COMMAND PACKAGE: the package, unless the command is there.
need() {
    command -v "$1" >/dev/null 2>&1 || missing="${missing:-} $2"
}

install_missing() {
    [ -n "${missing:-}" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        echo "sessionctl: missing here:$missing; install them, or run this once with sudo" >&2
        exit 1
    fi
    echo "sessionctl: installing what is missing here:$missing" >&2
    # shellcheck disable=SC2086 # package names are words
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >&2 </dev/null || {
        echo "sessionctl: apt-get could not install$missing; see above, mend the cause, run again" >&2
        exit 1
    }
    missing=
}

# A JDK from 17 on, and Maven.
need_java() {
    need javac default-jdk-headless
    need mvn maven
    install_missing
}
