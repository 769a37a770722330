package org.pullboot.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Archives that must be refused, and never touch anything outside of where they are extracted to; by name. */
final class HostileTars {
    private HostileTars() {}

    /** @param outside a directory beside the destination, with the file "secret" in it */
    static Map<String, byte[]> all(String outside) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("upwards", new TarBytes().file("../outside/x", "x").end());
        all.put(
                "upwards in the middle",
                new TarBytes().file("a/../../outside/x", "x").end());
        all.put(
                "upwards by pax",
                new TarBytes().pax("path=../outside/x").file("x", "x").end());
        all.put(
                "upwards by a long name",
                new TarBytes()
                        .entry('L', "l", "", "../outside/x\0")
                        .file("x", "x")
                        .end());
        all.put("upwards by ustar prefix", prefixed());
        all.put(
                "upwards as a directory",
                new TarBytes().directory("../outside/").end());
        all.put("absolute", new TarBytes().file(outside + "/x", "x").end());
        all.put(
                "absolute by pax",
                new TarBytes().pax("path=" + outside + "/x").file("x", "x").end());
        all.put(
                "absolute link",
                new TarBytes().symbolicLink(outside + "/x", "y").end());
        all.put(
                "absolute node",
                new TarBytes().entry('3', outside + "/x", "", "").end());
        all.put(
                "through a link outside",
                new TarBytes().symbolicLink("l", outside).file("l/secret", "x").end());
        all.put(
                "through a relative link outside",
                new TarBytes()
                        .symbolicLink("l", "../outside")
                        .file("l/secret", "x")
                        .end());
        all.put(
                "through two links outside",
                new TarBytes()
                        .symbolicLink("a", "b/..")
                        .symbolicLink("b", "../outside")
                        .file("a/outside/secret", "x")
                        .end());
        all.put(
                "through a link made late",
                new TarBytes()
                        .directory("d/")
                        .file("d/x", "x")
                        .directory("e/")
                        .symbolicLink("e/l", outside)
                        .file("e/l/new", "x")
                        .end());
        all.put(
                "a file swapped for a link",
                new TarBytes()
                        .file("l", "x")
                        .symbolicLink("l", outside)
                        .file("l/secret", "x")
                        .end());
        all.put(
                "a directory through a link outside",
                new TarBytes().symbolicLink("l", outside).directory("l/d/").end());
        all.put(
                "a node through a link outside",
                new TarBytes()
                        .symbolicLink("l", outside)
                        .entry('6', "l/p", "", "")
                        .end());
        all.put(
                "hard link upwards",
                new TarBytes().hardLink("x", "../outside/secret").end());
        all.put(
                "hard link to absolute",
                new TarBytes().hardLink("x", outside + "/secret").end());
        all.put(
                "hard link through a link outside",
                new TarBytes()
                        .symbolicLink("l", outside)
                        .hardLink("x", "l/secret")
                        .end());
        all.put(
                "hard link by pax",
                new TarBytes()
                        .pax("linkpath=../outside/secret")
                        .hardLink("x", "y")
                        .end());
        all.put(
                "hard link by a long name",
                new TarBytes()
                        .entry('K', "l", "", "../outside/secret\0")
                        .hardLink("x", "y")
                        .end());
        all.put(
                "hard link to what comes later",
                new TarBytes().hardLink("x", "y").file("y", "x").end());
        all.put(
                "hard link to a directory",
                new TarBytes().directory("d/").hardLink("x", "d").end());
        all.put("hard link to nothing", new TarBytes().hardLink("x", "./").end());
        all.put(
                "directory made a file",
                new TarBytes().directory("d/").file("d/x", "x").file("d", "x").end());
        all.put(
                "directory made a link",
                new TarBytes().directory("d/").symbolicLink("d", outside).end());
        all.put("beneath a file", new TarBytes().file("f", "x").file("f/x", "x").end());
        all.put("without a name", new TarBytes().file("", "x").end());
        all.put("named as the root", new TarBytes().symbolicLink("./", outside).end());
        all.put("2^63 bytes", sized("\200\0\0\0\200\0\0\0\0\0\0\0"));
        all.put("2^63 - 1 bytes", sized("\200\0\0\0\177\377\377\377\377\377\377\377"));
        all.put("2^95 bytes", sized("\277\377\377\377\377\377\377\377\377\377\377\377"));
        all.put("negative bytes", sized("\377\377\377\377\377\377\377\377\377\377\377\0"));
        all.put("8 GiB of nothing", sized("77777777777\0"));
        all.put(
                "pax of 2^63 bytes",
                new TarBytes().pax("size=9223372036854775808").file("x", "x").end());
        all.put(
                "pax of negative bytes",
                new TarBytes().pax("size=-1").file("x", "x").end());
        all.put(
                "pax header of 1 GiB",
                new TarBytes()
                        .block(TarBytes.header('x', "p", "", "10000000000\0"))
                        .end());
        all.put(
                "pax length too long",
                new TarBytes()
                        .entry('x', "p", "", "999999 path=x\n")
                        .file("x", "")
                        .end());
        all.put(
                "pax length of zero",
                new TarBytes().entry('x', "p", "", "0 path=x\n").file("x", "").end());
        all.put(
                "pax length that overflows",
                new TarBytes()
                        .entry('x', "p", "", "4294967306 p=x\n")
                        .file("x", "")
                        .end());
        all.put(
                "pax without equals",
                new TarBytes().entry('x', "p", "", "9 pathxx\n").file("x", "").end());
        all.put(
                "pax attributes without end",
                new TarBytes()
                        .pax("SCHILY.xattr.user.a=" + "x".repeat(300_000))
                        .pax("SCHILY.xattr.user.b=" + "x".repeat(300_000))
                        .pax("SCHILY.xattr.user.c=" + "x".repeat(300_000))
                        .pax("SCHILY.xattr.user.d=" + "x".repeat(300_000))
                        .file("x", "")
                        .end());
        all.put(
                "pax name with a zero",
                new TarBytes().pax("path=a\0b").file("x", "").end());
        all.put(
                "pax name of 1 MiB",
                new TarBytes().pax("path=" + "x/".repeat(500_000)).file("x", "").end());
        all.put(
                "long name without end",
                new TarBytes()
                        .block(TarBytes.header('L', "l", "", "77777777777\0"))
                        .end());
        all.put(
                "long name and no entry",
                new TarBytes().entry('L', "l", "", "name\0").end());
        all.put("pax and no entry", new TarBytes().pax("path=x").end());
        all.put(
                "name of 256 bytes",
                new TarBytes().pax("path=" + "x".repeat(256)).file("x", "").end());
        all.put(
                "sparse map beyond the end",
                new TarBytes()
                        .pax("GNU.sparse.size=10", "GNU.sparse.map=100,5")
                        .file("x", "12345")
                        .end());
        all.put(
                "sparse map backwards",
                new TarBytes()
                        .pax("GNU.sparse.size=10", "GNU.sparse.map=5,1,0,1")
                        .file("x", "12")
                        .end());
        all.put(
                "sparse map that overflows",
                new TarBytes()
                        .pax("GNU.sparse.size=10", "GNU.sparse.map=9223372036854775807,9")
                        .file("x", "1")
                        .end());
        all.put(
                "sparse file of 2^62 bytes",
                new TarBytes()
                        .pax("GNU.sparse.size=4611686018427387904", "GNU.sparse.map=0,1")
                        .file("x", "1")
                        .end());
        all.put(
                "sparse without a size",
                new TarBytes().pax("GNU.sparse.map=0,1").file("x", "1").end());
        all.put(
                "sparse 1.0 without a map",
                new TarBytes()
                        .pax("GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=9")
                        .file("x", "no map")
                        .end());
        all.put(
                "owner of 2^32 - 1",
                new TarBytes().pax("uid=4294967295").file("x", "").end());
        all.put(
                "owner of 2^40",
                new TarBytes().pax("gid=1099511627776").file("x", "").end());
        all.put("device of a number that Linux has not", device());
        all.put("unknown type", new TarBytes().entry('Z', "x", "", "").end());
        all.put(
                "continued from another volume",
                new TarBytes().entry('M', "x", "", "rest").end());
        all.put("link to nothing", new TarBytes().symbolicLink("x", "").end());
        all.put(
                "cut in a header",
                cut(new TarBytes().file("x", "x").file("y", "y").end(), 1100));
        all.put("cut in content", cut(new TarBytes().file("x", "x".repeat(5000)).end(), 2000));
        all.put("cut before its end", new TarBytes().file("x", "x").unended());
        all.put("wrong checksum", spoiled());
        all.put("text", "no tar at all, but long enough to be one".repeat(40).getBytes(StandardCharsets.US_ASCII));
        all.put("nothing", new byte[0]);
        return all;
    }

    private static byte[] prefixed() {
        byte[] header = TarBytes.header('0', "outside/x", "", "00000000000\0");
        TarBytes.put(header, 345, "..");
        return new TarBytes().block(TarBytes.sealed(header)).end();
    }

    private static byte[] sized(String field) {
        byte[] header = TarBytes.header('0', "x", "", field);
        return new TarBytes().block(header).end();
    }

    private static byte[] device() {
        byte[] header = TarBytes.header('3', "x", "", "00000000000\0");
        TarBytes.put(header, 329, "7777777\0");
        return new TarBytes().block(TarBytes.sealed(header)).end();
    }

    private static byte[] cut(byte[] archive, int length) {
        return Arrays.copyOf(archive, length);
    }

    private static byte[] spoiled() {
        byte[] archive = new TarBytes().file("x", "x").file("y", "y").end();
        archive[1024] = 'z';
        return archive;
    }
}
