#!/usr/bin/env bash
# package-deb.sh [DIR]: makes pullboot_VERSION_ARCHITECTURE.deb in DIR (target/ if none is named) and prints its path. The package
# has the program, a Java runtime of its own for it, and the systemd generator. The same commit and JDK give the same bytes.
# DPKG_DEB_COMPRESSOR_TYPE=none spares the minute that xz takes.
set -euo pipefail
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=scripts/env.sh
. "$home/scripts/env.sh"
use_jdk
need_packages dpkg:dpkg-deb binutils:readelf
out=${1:-$home/target}
parts=$home/packaging/deb
dist=$home/cli/target/dist
umask 022

version=$("$home/pullboot" --version)
version=${version#pullboot }
# A tilde comes before everything else, as a snapshot comes before its release.
version=${version/-/\~}
architecture=$(dpkg --print-architecture)
moment=$(sed -n 's:.*<project.build.outputTimestamp>\(.*\)</.*:\1:p' "$home/pom.xml")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -d "$moment" +%s)}
export SOURCE_DATE_EPOCH

mkdir -p "$out"
work=$(mktemp -d "$out/.deb-XXXXXX")
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir -p "$tree"/{DEBIAN,usr/{bin,lib/{pullboot/lib,udev/rules.d,systemd/system-generators},share/{doc/pullboot,lintian/overrides,man/man1,bash-completion/completions}}}

# The modules of the JDK that ours and our libraries name. What they can do without, such as java.desktop, is left out.
modules() {
    "$JAVA_HOME/bin/java" --module-path "$dist/lib" --add-modules ALL-MODULE-PATH --show-module-resolution \
        -m org.pullboot.cli/org.pullboot.cli.Pullboot --version |
        awk '$2 == "requires" && $1 !~ /^(java|jdk)\./ && $3 ~ /^(java|jdk)\./ { print $3 }' | sort -u
}

link_runtime() {
    local jre=$tree/usr/lib/pullboot/jre
    "$JAVA_HOME/bin/jlink" --output "$jre" --add-modules "$(modules | paste -sd,),jdk.crypto.ec" --strip-debug --no-header-files --no-man-pages \
        --compress zip-0
    mv "$jre/legal" "$tree/usr/share/doc/pullboot/jre-legal"
    rm -f "$jre"/lib/{classlist,jexec,jrt-fs.jar} "$jre"/lib/server/classes*.jsa "$jre"/bin/{jrunscript,keytool,rmiregistry}
    strip --strip-unneeded "$jre/lib/server/libjvm.so"
}

# The packages with the libraries that the runtime names, and with those that our system calls open by name.
libraries() {
    local needed
    while read -r needed; do
        case $needed in
        libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux*) echo 'libc6 (>= 2.34)' ;;
        libz.so.1) echo zlib1g ;;
        *) [[ -e $(find "$tree/usr/lib/pullboot/jre/lib" -name "$needed" -print -quit) ]] || fail "no package is known for $needed" ;;
        esac
    done < <(find "$tree/usr/lib/pullboot/jre" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec readelf -d {} + |
        sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u)
    printf '%s\n' libzstd1 liblzma5 libbz2-1.0
}

install_program() {
    local lib=$tree/usr/lib/pullboot
    cp "$dist"/lib/*.jar "$lib/lib/"
    install -m 755 "$parts/pullboot" "$tree/usr/bin/"
    install -m 755 "$parts"/{loop,train} "$lib/"
    install -m 644 "$home/scripts/c2.directives" "$lib/"
    install -m 755 "$parts/pullboot-generator" "$tree/usr/lib/systemd/system-generators/"
    install -m 644 "$parts/60-pullboot-loop.rules" "$tree/usr/lib/udev/rules.d/"
    # To relocate the archive of classes, which is the default, takes seconds in an emulated machine.
    cat >"$lib/pullboot.args" <<END
-XX:+UseSerialGC
-XX:+UnlockDiagnosticVMOptions
-XX:ArchiveRelocationMode=0
--enable-native-access=org.pullboot.linux,org.xerial.sqlitejdbc,io.netty.common,io.netty.transport.unix.common,io.netty.transport.classes.epoll
--module-path /usr/lib/pullboot/lib
--add-modules ALL-MODULE-PATH
END
    # Only what the generator needs, for each module costs time.
    cat >"$lib/generator.args" <<END
-XX:+UseSerialGC
-XX:+UnlockDiagnosticVMOptions
-XX:ArchiveRelocationMode=0
-XX:TieredStopAtLevel=1
-XX:-UsePerfData
--enable-native-access=org.pullboot.linux
--module-path $(cd "$lib/lib" && printf '/usr/lib/pullboot/lib/%s:' {generator,pull,image,linux}-[0-9]*.jar | sed 's/:$//')
END
}

install_documentation() {
    local share=$tree/usr/share
    "$home/pullboot" man "$share/man/man1"
    gzip -9n "$share"/man/man1/*
    # Without its first line, which is for programs.
    "$home/pullboot" completion | tail -n +2 >"$share/bash-completion/completions/pullboot"
    install -m 644 "$parts/copyright" "$home/README.md" "$share/doc/pullboot/"
    install -m 644 "$parts/lintian-overrides" "$share/lintian/overrides/pullboot"
    gzip -9nc >"$share/doc/pullboot/changelog.gz" <<END
pullboot ($version) unstable; urgency=medium

  * What is new is in https://pullboot.org/CHANGELOG.md.

 -- Pullboot developers <pullboot@pullboot.org>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
END
}

say "Packaging Pullboot $version …"
install_program
link_runtime
install_documentation
install -m 755 "$parts"/{postinst,prerm} "$tree/DEBIAN/"
dependencies=$(libraries | sort -u | paste -sd, | sed 's/,/, /g')
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@LIBRARIES@/$dependencies/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$tree/usr" | cut -f1)/" "$parts/control" >"$tree/DEBIAN/control"
chmod -R u=rwX,go=rX "$tree"
(cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package=$out/pullboot_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$tree" "$work/package.deb" >/dev/null
mv "$work/package.deb" "$package"
printf '%s\n' "$package"
