# shellcheck shell=bash
# Shared by the scripts beside it: the cache, and Debian trees made from this machine's own apt sources.

pullboot_cache=${PULLBOOT_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pullboot-test}

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || die "$tool is not installed: ./test installs what the tests need"
    done
}

# A name for what the given words and files make: the same recipe gives the same key.
recipe_key() {
    local argument
    for argument in "$@"; do
        if [[ -f $argument ]]; then
            sha256sum <"$argument"
        else
            printf '%s\n' "$argument"
        fi
    done | sha256sum | cut -c1-12
}

# build_once NAME COMMAND…: prints the path of NAME in the cache. If it is not there yet, COMMAND PATH makes it under
# another name first, so that nobody ever sees half of it; callers that want the same thing wait for one another.
build_once() {
    local name=$1 target=$pullboot_cache/$1 work lock
    shift
    if [[ ! -e $target ]]; then
        mkdir -p "$pullboot_cache"
        exec {lock}>"$pullboot_cache/.$name.lock"
        flock "$lock"
        if [[ ! -e $target ]]; then
            work=$pullboot_cache/.$name.$$
            rm -rf --one-file-system "$work"
            remove_unused
            printf 'making %s\n' "$name" >&2
            # In the background, because set -e means nothing to a function that an if waits for.
            "$@" "$work" >&2 &
            if ! wait $!; then
                rm -rf --one-file-system "$work"
                die "could not make $name"
            fi
            mv -T "$work" "$target"
        fi
        exec {lock}>&-
    fi
    # Not the thing itself: tests serve files of the cache by second names, and a served file whose time changes is another file.
    touch "$pullboot_cache/.$name.used"
    printf '%s\n' "$target"
}

# Removes what no recipe has asked for in two weeks. Not by the time of modification: that of a tree that is being made is its archive's.
remove_unused() {
    local old
    while IFS= read -r old; do
        if [[ -z $(find "$pullboot_cache" -maxdepth 1 -name ".$old.used" -mtime -14) ]]; then
            rm -rf --one-file-system "${pullboot_cache:?}/$old" "$pullboot_cache/.$old.used"
        fi
    done < <(find "$pullboot_cache" -mindepth 1 -maxdepth 1 -ctime +14 ! -name '.*.used' -printf '%f\n')
}

# The archive this machine gets Debian from, as its apt is set up.
debian_mirror() {
    local uri
    # shellcheck disable=SC2016 # apt expands it
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -n 1)
    [[ -n $uri ]] || die "apt knows no Debian archive here: run apt-get update first"
    printf '%s\n' "$uri"
}

# debian_tree SUITE DIR MMDEBSTRAP-OPTION…
# A Debian tree without documentation and translations. mmdebstrap finds the archive's keys by itself.
debian_tree() {
    local suite=$1 directory=$2 mirror setting
    shift 2
    need mmdebstrap
    mirror=$(debian_mirror)
    local options=()
    while IFS= read -r setting; do
        options+=("--aptopt=$setting")
    done < <(apt-config dump --no-empty Acquire | grep -E '^Acquire::(Check-|https?::(Proxy|CaInfo)|Retries)' || true)
    mmdebstrap --quiet --mode=root --variant=minbase "${options[@]}" \
        --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/info/*' \
        "$@" "$suite" "$directory" "$mirror"
}
