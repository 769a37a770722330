# Sourced by ./pullboot, ./test and bench/*: finds a JDK and Maven, installs or names what is missing.
# shellcheck shell=bash

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

say() {
    printf '%s\n' "$*" >&2
}

# Prints the home of a JDK of at least 25, with the tools a build and jlink need; fails when there is none.
find_jdk() {
    local candidate version path_java
    path_java=$(command -v java || true)
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "${path_java:+$(dirname "$(dirname "$(readlink -f "$path_java")")")}"; do
        [[ -n $candidate && -x $candidate/bin/javac && -x $candidate/bin/jlink && -r $candidate/release ]] || continue
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$candidate/release")
        if [[ -n $version && $version -ge 25 ]]; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

use_jdk() {
    JAVA_HOME=$(find_jdk) || fail "Pullboot needs a JDK of version 25 or newer and found none in JAVA_HOME, /usr/lib/jvm or PATH;" \
        "install openjdk-25-jdk-headless (Debian 14, Fedora 43: java-25-openjdk-devel) or Eclipse Temurin 25"
    export JAVA_HOME
}

# need_packages PACKAGE:COMMAND-OR-FILE…: installs the Debian packages whose command or file is not there, as root;
# names them otherwise.
need_packages() {
    local item probe missing=()
    for item in "$@"; do
        probe=${item#*:}
        if [[ $probe == /* ]]; then
            compgen -G "$probe" >/dev/null || missing+=("${item%%:*}")
        else
            command -v "$probe" >/dev/null || [[ -x /usr/sbin/$probe ]] || missing+=("${item%%:*}")
        fi
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
        fail "missing: ${missing[*]}; install them, on Debian and Ubuntu with: sudo apt-get install ${missing[*]}"
    fi
    say "Installing ${missing[*]} …"
    local log
    log=$(mktemp)
    if ! { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        fail "apt-get could not install ${missing[*]}; its own words are above"
    fi
    rm -f "$log"
}
