# Installs tools that this machine lacks. The launcher and the test run source it, so it is plain POSIX shell.
# It prints the packages that it installs, and installs none for a command that exists.

# need COMMAND PACKAGE: marks the package as missing unless the command exists.
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
        echo "sessionctl: apt-get could not install$missing; see above, fix the cause, run again" >&2
        exit 1
    }
    missing=
}

# Prints the major version of a JDK's compiler, 0 if there is none.
jdk_version() {
    version=$("$1" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
    echo "${version:-0}"
}

# Selects or installs a JDK 17 or newer, and Maven. Releases with an older default also have JDK 17.
need_java() {
    need mvn maven
    if [ "$(jdk_version "${JAVA_HOME:+$JAVA_HOME/bin/}javac")" -lt 17 ]; then
        unset JAVA_HOME
        if [ "$(jdk_version javac)" -lt 17 ]; then
            for home in /usr/lib/jvm/*-17-* /usr/lib/jvm/*-21-* /usr/lib/jvm/*-25-*; do
                [ ! -x "$home/bin/javac" ] || export JAVA_HOME="$home"
            done
            if [ -z "${JAVA_HOME:-}" ]; then
                [ "$(id -u)" != 0 ] || apt-get update -qq >&2
                if apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then jdk=openjdk-17-jdk-headless; else jdk=default-jdk-headless; fi
                missing="${missing:-} $jdk"
            fi
        fi
    fi
    install_missing
    if [ "$(jdk_version "${JAVA_HOME:+$JAVA_HOME/bin/}javac")" -lt 17 ]; then
        for home in /usr/lib/jvm/*-17-*; do
            [ ! -x "$home/bin/javac" ] || export JAVA_HOME="$home"
        done
    fi
}
